"""What the comparison overlooks, and what it must not."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from nbval.plugin import get_sanitize_patterns

from helpers.regression.comparison import without_geometry
from helpers.regression.plugin import SANITIZE
from helpers.show.picture import Picture
from helpers.show.timeline import Span, timeline


def sanitized(shown: str) -> str:
    """Return `shown` as nbval compares it."""
    shown = without_geometry(shown)
    for pattern, replacement in get_sanitize_patterns(SANITIZE.read_text(encoding="utf-8")):
        shown = re.sub(pattern, replacement, shown)
    return shown


def drawn(*seconds: float, status: str = "Succeeded") -> Picture:
    """Return a timeline of steps that took `seconds`, one after the other."""
    moment, spans = datetime(2026, 1, 1, tzinfo=UTC), []
    for number, lasted in enumerate(seconds):
        end = moment + timedelta(seconds=lasted)
        spans.append(Span(f"step {number}", status, moment, end))
        moment = end
    return timeline(spans, "Pipeline")


@pytest.mark.parametrize(
    ("stored", "seen"),
    [
        ("at 2026-11-24T10:00:00Z", "at 2027-01-02T03:04:05.678+00:00"),
        ("2026-11-24 10:00:00,123 INFO up", "2026-11-25 11:10:10,456 INFO up"),
        ("[Container] 2026/11/24 12:37:30 Running", "[Container] 2027/01/02 03:04:05 Running"),
        ("due 2026/11/24", "due 2027/01/02"),
        ("took 3.2 s", "took 14 s"),
        ("took 2 min 5 s", "took 0.4 s"),
        (
            "arn:aws:codebuild:us-east-1:111122223333:project/shop",
            "arn:aws:codebuild:eu-west-1:987654321098:project/shop",
        ),
        ("wb-ada-shop-111122223333", "wb-ada-shop-987654321098"),
        ("commit 0a1b2c3d4e5f60718293a4b5c6d7e8f901234567", "commit ffffffffff5f60718293a4b5c6d7e8f901234567"),
        ("[main 0a1b2c3] first", "[main fe9c21d] first"),
        ("sha256:" + "0a" * 32, "sha256:" + "b1" * 32),
        ("http://127.0.0.1:4566/git/", "http://127.0.0.1:50123/git/"),
        ("port 4566", "port 50123"),
        ("build shop:6f1c1d9e-58a3-4f57-8a6c-0d1f2a3b4c5d", "build shop:00000000-58a3-4f57-8a6c-0d1f2a3b4c5d"),
        ("in /tmp/build-1/src", "in /private/var/folders/zz/T/x"),
        ("<Figure at 0x7f1234>", "<Figure at 0x10aabb>"),
        (drawn(0.4, 2.2, 1).text, drawn(12.3, 1.1, 0.9).text),
        (drawn(0.4, 2.2, 1).html, drawn(12.3, 1.1, 0.9).html),
    ],
)
def test_what_differs_from_run_to_run_is_overlooked(stored: str, seen: str) -> None:
    assert sanitized(stored) == sanitized(seen)


@pytest.mark.parametrize(
    ("stored", "seen"),
    [
        ("3 tests passed", "2 tests passed"),
        ("status 200", "status 404"),
        (
            "arn:aws:codebuild:us-east-1:111122223333:project/shop",
            "arn:aws:codebuild:us-east-1:111122223333:project/web",
        ),
        ("wb-ada-shop", "wb-ada-web"),
        ("added feedback", "added effaced"),
        ("version 1.2.3", "version 1.2.4"),
        ("images/2026/11", "images/2026/12"),
        (drawn(1, 2).text, drawn(1, 2, 3).text),
        (drawn(1, 2).html, drawn(1, 2, 3).html),
        (drawn(1).text, drawn(1, status="Failed").text),
        (drawn(1).html, drawn(1, status="Failed").html),
        ('<svg><rect fill="#1a7f37"/></svg>', '<svg><rect fill="#b3261e"/></svg>'),
        ("<svg><text>2 left</text></svg>", "<svg><text>0 left</text></svg>"),
    ],
)
def test_what_was_taught_is_compared(stored: str, seen: str) -> None:
    assert sanitized(stored) != sanitized(seen)
