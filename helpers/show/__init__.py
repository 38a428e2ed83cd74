"""What a notebook shows: tables, timelines, pipelines, commands; each with a plain-text twin.

Colours are mid-tones that stand out on white and on black, text takes the page's own colour, and every colour has
a symbol and a word beside it: so one output reads in a light theme, in a dark one, printed, and aloud.
"""

from helpers.show.budget import burn_rate, error_budget
from helpers.show.card import Row, card
from helpers.show.chart import Limit, Line, State, chart
from helpers.show.command import Finished, command
from helpers.show.dashboard import Panel, alarm_states, dashboard, markdown, numbers, page
from helpers.show.digest import Step, digest_trace
from helpers.show.fatigue import fatigue
from helpers.show.live import Live, live
from helpers.show.picture import Picture, Shown
from helpers.show.pipeline import executions, pipeline
from helpers.show.rotation import rotation
from helpers.show.service_map import service_map
from helpers.show.table import table
from helpers.show.timeline import Span, timeline
from helpers.show.traffic import Stage, Visit, traffic
from helpers.show.waterfall import Work, waterfall

__all__ = [
    "Finished", "Limit", "Line", "Live", "Panel", "Picture", "Row", "Shown", "Span", "Stage", "State", "Step", "Visit",
    "Work", "alarm_states", "burn_rate", "card", "chart", "command", "dashboard", "digest_trace", "error_budget",
    "executions", "fatigue", "live", "markdown", "numbers", "page", "pipeline", "rotation", "service_map", "table",
    "timeline", "traffic", "waterfall",
]  # fmt: skip
