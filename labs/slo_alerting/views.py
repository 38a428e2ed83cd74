"""What the lesson on alerts shows: scores side by side, each alarm's part, each change's worth, the rotation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from helpers import aws, oncall, show, slo
from helpers.show.fatigue import percent
from helpers.show.rotation import rotation
from helpers.slo import Alert, Month, Score, cloud
from helpers.slo.changes import changes
from helpers.slo.definitions import Definitions, calling
from helpers.slo.score import is_right


def scores(month: Month, sets: Mapping[str, Sequence[Alert]], title: str) -> show.Picture:
    """Show what each set of alerts is worth over `month`."""
    return show.table([{"policy": name} | _told(slo.score(month, alerts)) for name, alerts in sets.items()], title)


def _told(found: Score) -> dict[str, Any]:
    slowest = "not all found" if found.slowest_minutes is None else f"{found.slowest_minutes:.0f}"
    return {
        "told in time": f"{len(found.incidents) - len(found.late)} of {len(found.incidents)}",
        "pages": found.pages,
        "in vain": found.false_pages,
        "slowest (minutes)": slowest,
        "goes on for (minutes)": "no page" if found.lingering is None else f"{found.lingering:.0f}",
    }


def false_pages(month: Month, alerts: Sequence[Alert]) -> show.Picture:
    """Show the first pages in vain: when, and how many requests and failures the hour before had."""
    wrong = [alert for alert in alerts if alert.action == "page" and not is_right(month, alert)]
    hours = month.minutes[["requests", "errors"]].rolling(60, min_periods=1).sum()
    counted = hours.loc[[page.start for page in wrong[:6]]].astype(int).to_dict("records")
    rows: list[dict[str, Any]] = [
        {"at": f"{page.start:%a %H:%M}"} | {str(name): count for name, count in counts.items()}
        for page, counts in zip(wrong, counted, strict=False)
    ]
    title = f"{len(wrong)} pages in vain, the first {len(rows)} of them"
    return show.table(rows, f"{title}: what the hour had seen")


def by_alarm(month: Month, alarms: Definitions) -> show.Picture:
    """Show how often each alarm of the shop pages over `month`, and how often in vain."""
    alerts = cloud.rehearse(month, aws.name("shop"), alarms)
    names = [name for name, alarm in alarms.alarms.items() if calling(alarm, cloud.actions()) == "page"]
    each = {name: slo.score(month, [alert for alert in alerts if alert.rule == name]) for name in sorted(names)}
    rows = [_row(_thing(name), found) for name, found in each.items()]
    return show.table([*rows, _row("all together", slo.score(month, alerts))], "Pages in thirty days")


def _row(name: str, found: Score) -> dict[str, Any]:
    return {
        "alarm": name,
        "pages": found.pages,
        "in vain": found.false_pages,
        "precision": percent(found.precision),
        "pages per shift": f"{found.pages_per_shift:.1f}",
    }


def _thing(name: str) -> str:
    return name.removeprefix(f"{aws.prefix()}-")


def worth(month: Month, before: Definitions, after: Definitions) -> show.Picture | None:
    """Show what each change from one set of alarms to another is worth over `month`, one after the other."""

    def rate(alarms: Definitions) -> Score:
        return slo.score(month, cloud.rehearse(month, aws.name("shop"), alarms))

    found = changes(before, after, cloud.actions(), rate)
    if not found:
        print("Nothing has changed yet.")
        return None
    rows = [{"alarm": "as it was", "change": ""} | _counts(rate(before))]
    rows += [{"alarm": _thing(each.alarm), "change": each.what} | _counts(each.score) for each in found]
    return show.table(rows, "Change by change")


def _counts(found: Score) -> dict[str, Any]:
    return {
        "pages": found.pages,
        "precision": percent(found.precision),
        "recall": percent(found.recall),
        "tickets": found.tickets,
    }


def people(listed: Sequence[Mapping[str, Any]]) -> show.Picture:
    """Show who takes turns: where they live, and when they are away."""
    rows = [
        {
            "name": each["name"],
            "zone": each["zone"],
            "away": ", ".join(f"{first} to {last}" for first, last in each["away"]),
        }
        for each in listed
    ]
    return show.table(rows, "The team")


def weeks(document: dict[str, Any] | None, since: date, until: date) -> show.Picture | None:
    """Show a rotation between two days."""
    if document is None:
        print("There is no rotation yet.")
        return None
    plan = oncall.rotation(document)
    return rotation(plan.people, plan.shifts(since, until), since, until, "On call")


def escalation(document: dict[str, Any] | None, moment: datetime, answers: Mapping[str, float]) -> show.Picture | None:
    """Show whom a page at `moment` calls, and who answers; `answers` is minutes by name."""
    if document is None:
        return None
    done = oncall.escalate(oncall.rotation(document), moment, answers)
    rows = [{"minute": call.minute, "called": call.name, "clock there": call.local} for call in done.calls]
    end = "nobody answers" if done.minutes is None else f"{done.answered_by} answers in minute {done.minutes:g}"
    return show.table(rows or [{"called": "nobody"}], f"A page that goes up its chain: {end}")
