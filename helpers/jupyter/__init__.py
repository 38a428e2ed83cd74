"""JupyterLab on the learner's copies, with settings of its own."""

from .launch import LabFailed, open_lab

__all__ = ["LabFailed", "open_lab"]
