"""Dashboards as AWS writes them in JSON: what a body may hold, and what its widgets ask of CloudWatch.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html

Pure: shared by the local cloud, which checks and draws, and by the notebooks, which show.
"""

from .graph import Graph, Line, Threshold, graph_of
from .validation import Problem, problems_of
from .window import Window, window_of

__all__ = ["Graph", "Line", "Problem", "Threshold", "Window", "graph_of", "problems_of", "window_of"]
