"""How good alerts were: what they caught and how soon, what they called a person for in vain, and how often."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

import pandas as pd

from helpers.slo.alerts import Alert
from helpers.slo.traffic import Incident, Month

SHIFT_HOURS = 12


@dataclass(frozen=True)
class Caught:
    """An incident and what became of it; `after` is minutes to its first fitting alert, None if there was none."""

    incident: Incident
    after: float | None

    @property
    def in_time(self) -> bool:
        return self.after is not None and self.after <= self.incident.within


@dataclass(frozen=True)
class Score:
    """The account of a replay. What could not be measured (no incident, no page) is None and counts as nothing."""

    incidents: tuple[Caught, ...]
    pages: int
    false_pages: int
    tickets: int
    shifts: float
    lingering: float | None
    """The longest time in minutes for which a page went on after its incident was over."""

    @property
    def recall(self) -> float | None:
        """The share of the incidents worth a page or a ticket that were told in time."""
        return sum(each.in_time for each in self.incidents) / len(self.incidents) if self.incidents else None

    @property
    def precision(self) -> float | None:
        """The share of the pages for which getting up was right."""
        return 1 - self.false_pages / self.pages if self.pages else None

    @property
    def pages_per_shift(self) -> float:
        """Pages for each shift of twelve hours."""
        return self.pages / self.shifts

    @property
    def late(self) -> tuple[Caught, ...]:
        """The incidents that were told too late or not at all."""
        return tuple(each for each in self.incidents if not each.in_time)

    @property
    def median_minutes(self) -> float | None:
        """The median time to detect, over the incidents worth a page that were detected."""
        times = [each.after for each in self._worth_a_page if each.after is not None]
        return median(times) if times else None

    @property
    def slowest_minutes(self) -> float | None:
        """The longest time to detect among the incidents worth a page; None if one was never detected."""
        times = [each.after for each in self._worth_a_page]
        known = [time for time in times if time is not None]
        return max(known) if known and len(known) == len(times) else None

    @property
    def _worth_a_page(self) -> list[Caught]:
        return [each for each in self.incidents if each.incident.deserves == "page"]


def score(month: Month, alerts: Iterable[Alert]) -> Score:
    """Hold `alerts` against the incidents of `month`.

    A page is right if it begins while an incident worth a page goes on; a page for what deserves only a ticket is
    false. An incident worth a ticket is caught by a ticket or a page. Time to detect counts from its first bad minute.
    """
    listed = list(alerts)
    pages = [alert for alert in listed if alert.action == "page"]
    emergencies = [each for each in month.incidents if each.deserves == "page"]
    right = [(page, found) for page in pages if (found := _during(page, emergencies)) is not None]
    worth = [each for each in month.incidents if each.deserves != "nothing"]
    return Score(
        incidents=tuple(Caught(each, _after(each, listed)) for each in worth),
        pages=len(pages),
        false_pages=len(pages) - len(right),
        tickets=len(listed) - len(pages),
        shifts=_hours(month) / SHIFT_HOURS,
        lingering=max((_minutes(page.end - found.end) for page, found in right), default=None),
    )


def is_right(month: Month, page: Alert) -> bool:
    """Return whether `page` begins while an incident worth a page goes on."""
    return _during(page, [each for each in month.incidents if each.deserves == "page"]) is not None


def _during(alert: Alert, incidents: Sequence[Incident]) -> Incident | None:
    return next((each for each in incidents if each.start <= alert.start <= each.end), None)


def _after(incident: Incident, alerts: Sequence[Alert]) -> float | None:
    fitting = ("page",) if incident.deserves == "page" else ("page", "ticket")
    times = [alert.start for alert in alerts if alert.action in fitting and _during(alert, [incident])]
    return _minutes(min(times) - incident.start) if times else None


def _minutes(span: pd.Timedelta) -> float:
    return float(span.total_seconds() / 60)


def _hours(month: Month) -> float:
    return len(month.minutes) / 60
