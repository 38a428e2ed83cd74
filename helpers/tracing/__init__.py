"""What a notebook on traces says in one line: send them, find them, see where their time goes."""

from helpers.tracing.metric import ship_and_count, total
from helpers.tracing.path import Piece, bottleneck, critical_path, own_intervals, seconds_by_service, self_time
from helpers.tracing.pictures import service_map, waterfall
from helpers.tracing.reading import arrived, by_id, graph, of, summaries, traces
from helpers.tracing.shop import Answer, customers, environment, lines, log_group, ship
from helpers.tracing.steering import expression_of, group, sampling_rule, sampling_rules
from helpers.tracing.tree import Span, Trace, tree, xray_id

__all__ = [
    "Answer", "Piece", "Span", "Trace", "arrived", "bottleneck", "by_id", "critical_path", "customers", "environment",
    "expression_of", "graph", "group", "lines", "log_group", "of", "own_intervals", "sampling_rule", "sampling_rules",
    "seconds_by_service", "self_time", "service_map", "ship", "ship_and_count", "summaries", "total", "traces", "tree",
    "waterfall", "xray_id",
]  # fmt: skip
