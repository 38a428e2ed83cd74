"""One folder for each notebook: what the notebook acts on, its exercises and their wrong answers."""
