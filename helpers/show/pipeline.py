"""A CodePipeline as a picture: its stages now, and one execution in time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from helpers.show.picture import Picture, figure, svg, words
from helpers.show.status import NOT_STARTED, bar, hatch_definitions, labelled, look
from helpers.show.timeline import Span, timeline

BOX, GAP, HEAD, LINE = 168, 28, 62, 22
IN_A_ROW = 4
"""Stages side by side; more go to the next line."""


def pipeline(state: Mapping[str, Any]) -> Picture:
    """Return the stages as boxes with their actions inside, as `get_pipeline_state` reports them.

    Args:
        state: the answer of CodePipeline's GetPipelineState.
    """
    stages: Sequence[Mapping[str, Any]] = state.get("stageStates", ())
    title = f"Pipeline {state.get('pipelineName', '')}".strip()
    return figure(_draw(stages, title), _write(stages, title))


def executions(actions: Iterable[Mapping[str, Any]], title: str = "Pipeline execution") -> Picture:
    """Return action executions as a timeline in real time, first action first.

    Args:
        actions: `actionExecutionDetails` of CodePipeline's ListActionExecutions (it lists the newest first).
        title: what the timeline tells.
    """
    ordered = sorted(actions, key=lambda action: (action["startTime"], action["stageName"], action["actionName"]))
    return timeline([_span(action) for action in ordered], title)


def _span(action: Mapping[str, Any]) -> Span:
    going = action["status"] == "InProgress"
    end = None if going else action.get("lastUpdateTime")
    return Span(action["actionName"], action["status"], action["startTime"], end, action["stageName"])


def _stage_status(stage: Mapping[str, Any]) -> str:
    return str(stage.get("latestExecution", {}).get("status", NOT_STARTED))


def _actions(stage: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (action["actionName"], str(action.get("latestExecution", {}).get("status", NOT_STARTED)))
        for action in stage.get("actionStates", ())
    ]


def _closed(stage: Mapping[str, Any]) -> bool:
    return stage.get("inboundTransitionState", {}).get("enabled") is False


def _draw(stages: Sequence[Mapping[str, Any]], title: str) -> str:
    tallest = HEAD + LINE * max((len(_actions(stage)) for stage in stages), default=0)
    lines = max((len(stages) - 1) // IN_A_ROW + 1, 1)
    left = 2 + (GAP if lines > 1 else 0)  # room for the arrow into a line of its own
    width = left + min(max(len(stages), 1), IN_A_ROW) * (BOX + GAP) - GAP + 2
    parts = [hatch_definitions(), words(0, 16, title, extra=' font-weight="600"')]
    for number, stage in enumerate(stages):
        x = left + (number % IN_A_ROW) * (BOX + GAP)
        y = 28 + (number // IN_A_ROW) * (tallest + 16)
        parts.append(_draw_stage(stage, x, y, tallest) + (_arrow(stage, x, y + tallest / 2) if number else ""))
    told = "; ".join(_sentence(stage) for stage in stages)
    return svg(max(width, 300), 28 + lines * (tallest + 16), "".join(parts), f"{title}: {told}")


def _draw_stage(stage: Mapping[str, Any], x: float, y: float, height: float) -> str:
    status = _stage_status(stage)
    frame = (
        f'<rect x="{x:g}" y="{y:g}" width="{BOX}" height="{height:g}" rx="6" fill="none" '
        f'stroke="{look(status).colour}" stroke-width="2"/>'
    )
    head = words(x + 12, y + 30, _fit(stage["stageName"]), extra=' font-weight="600"')
    told = words(x + 12, y + 48, labelled(status), size=12)
    lines = "".join(
        bar(x + 12, y + HEAD + LINE * number, 12, 12, status)
        + words(x + 30, y + HEAD + LINE * number + 11, _fit(f"{look(status).mark} {name}"), size=12)
        for number, (name, status) in enumerate(_actions(stage))
    )
    return frame + bar(x, y, BOX, 8, status) + head + told + lines


def _arrow(stage: Mapping[str, Any], x: float, y: float) -> str:
    start = x - GAP + 4
    if _closed(stage):
        return words(x - GAP / 2, y + 4, "‖", anchor="middle", size=16)
    return (
        f'<path d="M{start:g} {y:g} H{x - 6:g} m-6 -5 l6 5 l-6 5" fill="none" '
        'stroke="currentColor" stroke-width="1.5"/>'
    )


def _fit(text: str) -> str:
    return text if len(text) <= 21 else text[:20] + "…"


def _sentence(stage: Mapping[str, Any]) -> str:
    actions = ", ".join(f"{name} {status}" for name, status in _actions(stage))
    closed = ", transition into it disabled" if _closed(stage) else ""
    return f"{stage['stageName']} {_stage_status(stage)}{closed} ({actions})"


def _write(stages: Sequence[Mapping[str, Any]], title: str) -> str:
    lines = [title]
    for number, stage in enumerate(stages):
        lead = "  " if number == 0 else "‖ " if _closed(stage) else "> "
        lines.append(f"  {lead}{stage['stageName']:<16} {labelled(_stage_status(stage))}")
        lines += [f"      {name:<14} {labelled(status)}" for name, status in _actions(stage)]
    return "\n".join(lines)
