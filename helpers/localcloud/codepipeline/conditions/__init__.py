"""Conditions of stages: what has to hold before a stage is entered, and after its success or failure."""
