"""Runs processes for builds and tasks: in a clean environment, and gone with all their children when they end."""
