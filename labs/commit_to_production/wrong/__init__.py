"""Plausible wrong answers, each with the message that it gets."""
