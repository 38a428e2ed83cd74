"""Lesson 8: from commit to production, with faults on the way."""
