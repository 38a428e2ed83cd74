"""Dashboards as AWS writes them in JSON: what a body may hold, and what its widgets ask of CloudWatch.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html

Pure: shared by the local cloud, which checks and draws, and by the notebooks, which write and show.
"""

from .graph import Graph, Line, Threshold, graph_of
from .validation import Problem, problems_of
from .widgets import answers, body, figures, graph, states, text
from .window import Window, window_of

__all__ = [
    "Graph", "Line", "Problem", "Threshold", "Window", "answers", "body", "figures", "graph", "graph_of", "problems_of",
    "states", "text", "window_of",
]  # fmt: skip
