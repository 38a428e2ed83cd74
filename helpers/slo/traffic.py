"""Thirty days of a shop's minutes, the same for the same seed: traffic, errors, and what really went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from helpers.slo.series import Values

DAYS = 30
MINUTES = DAYS * 1440
BEGIN = pd.Timestamp("2026-10-05", tz="UTC")
"""A Monday."""

BACKGROUND = 0.00015
"""The share of requests that fails when nothing is wrong."""


@dataclass(frozen=True)
class Incident:
    """Something that happened, and what it deserved.

    Args:
        name: what it was.
        start, end: from its first bad minute to after its last.
        deserves: "page" (a person, now), "ticket" (a person, in working hours) or "nothing".
        within: minutes after which an alert is too late; 0 where nothing is deserved.
    """

    name: str
    start: pd.Timestamp
    end: pd.Timestamp
    deserves: Literal["page", "ticket", "nothing"]
    within: int = 0


@dataclass(frozen=True)
class Month:
    """`minutes` has a row a minute (requests, errors, slowest in ms, cpu in percent, deploying 0 or 1)."""

    minutes: pd.DataFrame
    incidents: tuple[Incident, ...]


@dataclass(frozen=True)
class _Kind:
    """A kind of incident: hours of day, length in minutes and error rate, each from and to; and what it deserves."""

    name: str
    hours: tuple[int, int]
    length: tuple[int, int]
    errors: tuple[float, float]
    deserves: Literal["page", "ticket", "nothing"]
    within: int = 0
    deploy: bool = False


OUTAGE = _Kind("outage", (9, 17), (40, 55), (0.15, 0.22), "page", 15)
NIGHT = _Kind("outage at night", (1, 3), (25, 40), (0.80, 1.0), "page", 15)
BAD_DEPLOY = _Kind("bad deployment", (10, 15), (35, 50), (0.07, 0.09), "page", 20, deploy=True)
CREEPING = _Kind("creeping failure", (8, 11), (330, 400), (0.010, 0.012), "page", 300)
SLOW_BURN = _Kind("slow burn", (6, 9), (3 * 1440, 3 * 1440 + 600), (0.0019, 0.0022), "ticket", 2 * 1440)
BLIP = _Kind("blip", (7, 20), (2, 3), (0.15, 0.20), "nothing")
DEPLOY = _Kind("deployment", (9, 16), (3, 4), (0.015, 0.03), "nothing", deploy=True)

# The days on which they happen leave each other alone: an alert belongs to one of them.
_DAYS: tuple[tuple[_Kind, tuple[int, ...]], ...] = (
    (OUTAGE, (2, 3, 4)), (NIGHT, (7, 8)), (BAD_DEPLOY, (10, 11)), (CREEPING, (14, 15, 16)), (SLOW_BURN, (21, 22)),
)  # fmt: skip


def month(seed: int = 1, *, begin: pd.Timestamp = BEGIN) -> Month:
    """Return thirty days of minutes with labelled incidents; the same for the same `seed`.

    Five incidents deserve somebody (an outage by day, one at night, a bad deployment, a creeping failure, a slow
    burn); short blips, two deployments each working day and a nightly batch job deserve none.
    """
    random = np.random.default_rng(seed)
    at = pd.date_range(begin, periods=MINUTES, freq="min")
    wave = _wave(at)
    requests = random.poisson(60 + 1140 * wave).astype(np.float64)
    rate, deploying = np.full(MINUTES, BACKGROUND), np.zeros(MINUTES)
    placed = _placed(random)
    for kind, start, length in placed:
        share = random.uniform(*kind.errors)
        rate[start : start + length] = np.maximum(rate[start : start + length], share)
        if kind.deploy:
            deploying[start - 2 : start + length] = 1
    errors = random.binomial(requests.astype(np.int64), rate).astype(np.float64)
    frame = {"requests": requests, "errors": errors, "slowest": _slowest(random, requests, rate)}
    frame |= {"cpu": _cpu(random, wave, at), "deploying": deploying}
    incidents = tuple(_incident(kind, at, start, length) for kind, start, length in placed)
    return Month(pd.DataFrame(frame, index=at), incidents)


def _wave(at: pd.DatetimeIndex) -> Values:
    """Return how busy each minute is, from 0 (night) to 1 (midday); weekends have half of it."""
    hour = (at.hour + at.minute / 60).to_numpy()
    day = np.clip(np.sin((hour - 5) / 17 * np.pi), 0, None)
    busy: Values = day * np.where(at.day_of_week.to_numpy() >= 5, 0.5, 1.0)
    return busy


def _placed(random: np.random.Generator) -> list[tuple[_Kind, int, int]]:
    """Return each incident with its first minute and its length, in order of time."""
    chosen = [(kind, int(random.choice(days))) for kind, days in _DAYS]
    busy = {day for kind, day in chosen for day in range(day, day + 1 + kind.length[1] // 1440)}
    free = [day for day in range(1, DAYS - 1) if day not in busy]
    chosen += [(BLIP, int(day)) for day in random.choice(free, 9, replace=False)]
    placed = [_place(random, kind, day) for kind, day in chosen]
    workdays = [day for day in range(DAYS) if day % 7 < 5 and day not in busy]
    placed += [_place(random, DEPLOY, day) for day in workdays for _ in range(2)]
    return sorted(placed, key=lambda each: each[1])


def _place(random: np.random.Generator, kind: _Kind, day: int) -> tuple[_Kind, int, int]:
    hour, minute = int(random.integers(*kind.hours)), int(random.integers(0, 60))
    return kind, day * 1440 + hour * 60 + minute, int(random.integers(kind.length[0], kind.length[1] + 1))


def _incident(kind: _Kind, at: pd.DatetimeIndex, start: int, length: int) -> Incident:
    end = at[0] + pd.Timedelta(minutes=start + length)
    return Incident(kind.name, at[start], end, kind.deserves, kind.within)


def _slowest(random: np.random.Generator, requests: Values, rate: Values) -> Values:
    """Return the slowest answer of each minute in ms: the longer tail of more requests, and what fails is slow."""
    tail = random.lognormal(0, 0.35, len(requests)) * (180 + 120 * np.log1p(requests / 100))
    slowest: Values = np.round(tail + 4000 * np.clip(rate - 0.005, 0, 0.2))
    return slowest


def _cpu(random: np.random.Generator, wave: Values, at: pd.DatetimeIndex) -> Values:
    """Return the CPU in percent: it follows the traffic, and a batch job takes it all at two in the night."""
    batch = (at.hour == 2) & (at.minute < 25)
    cpu: Values = np.clip(12 + 55 * wave + random.normal(0, 6, len(at)) + np.where(batch, 80, 0), 0, 100)
    return np.round(cpu, 1)


def quiet_service(seed: int = 1, *, outage: bool = True, begin: pd.Timestamp = BEGIN) -> Month:
    """Return thirty days of a service with little traffic, whose single requests fail now and then.

    Forty requests an hour by day and six at night; one in 110 fails, which 99 % allows. With `outage` one day
    has four hours in which half of them fail.
    """
    random = np.random.default_rng(seed)
    at = pd.date_range(begin, periods=MINUTES, freq="min")
    requests = random.poisson((6 + 34 * _wave(at)) / 60).astype(np.float64)
    rate, incidents = np.full(MINUTES, 1 / 110), list[Incident]()
    if outage:
        kind = _Kind("outage", (9, 12), (240, 241), (0.5, 0.6), "page", 90)
        start, length = _place(random, kind, int(random.choice([9, 10, 16, 17])))[1:]
        rate[start : start + length] = random.uniform(*kind.errors)
        incidents = [_incident(kind, at, start, length)]
    errors = random.binomial(requests.astype(np.int64), rate).astype(np.float64)
    zeros = np.zeros(MINUTES)
    frame = {"requests": requests, "errors": errors, "slowest": zeros, "cpu": zeros, "deploying": zeros}
    return Month(pd.DataFrame(frame, index=at), tuple(incidents))
