"""The sample system of the whole course, and how to start it."""
