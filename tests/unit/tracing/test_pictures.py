"""Waterfall and service map say in words what they draw, and draw what they are told."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest

from helpers import show
from helpers.tracing.pictures import waterfall
from helpers.tracing.tree import Trace
from tests.unit.tracing.planting import work


def drawing(picture: show.Picture) -> ElementTree.Element:
    svg = re.search(r"<svg.*</svg>", picture.html, re.DOTALL)
    assert svg
    return ElementTree.fromstring(svg[0])


def texts(picture: show.Picture) -> list[str]:
    return [str(each.text) for each in drawing(picture).iter() if each.tag.endswith("text")]


def search() -> Trace:
    root = work("web", 100, 101, work("search", 100.1, 100.7, work("index", 100.2, 100.3)), work("mail", 100.9, 104))
    root.children[1].outcome = "fault"
    return Trace("1-00000000-000000000000000000000000", [root])


def test_a_waterfall_tells_time_own_work_and_what_decides() -> None:
    lines = waterfall(search()).text.splitlines()
    assert lines[0] == "web"
    assert re.fullmatch(r"  web +\|=+ +\|  1000 ms, ◆ own 400 ms", lines[1])
    assert re.fullmatch(r"    search +\| +=+ +\|  600 ms, ◆ own 500 ms", lines[2])
    assert re.fullmatch(r"      index +\| +=+ +\|  100 ms, ◆ own 100 ms", lines[3])
    assert re.fullmatch(r"    ✘ mail +\| +=+ *\|  3100 ms, own 3100 ms", lines[4])


def test_a_waterfall_is_drawn_with_a_bar_for_each_row() -> None:
    svg = drawing(waterfall(search(), "One search"))
    assert len([each for each in svg.iter() if each.tag.endswith("rect")]) == 4
    assert "search took 600 ms, 500 ms of it own work, on the critical path" in svg.attrib["aria-label"]
    assert "mail fault took" in svg.attrib["aria-label"]
    assert {"web", "search", "index", "✘ mail"} <= set(texts(waterfall(search())))


def test_a_trace_in_parts_shows_them_all() -> None:
    trace = Trace("1-00000000-000000000000000000000000", [work("web", 1, 2), work("catalog", 1.5, 1.6)])
    assert [line.split()[0] for line in waterfall(trace).text.splitlines()[1:3]] == ["web", "catalog"]


def test_a_waterfall_of_nothing_is_empty() -> None:
    assert show.waterfall([], "Nothing").text.startswith("Nothing")


def statistics(total: int, faults: int = 0, errors: int = 0) -> dict[str, Any]:
    return {
        "TotalCount": total, "OkCount": total - faults - errors, "TotalResponseTime": total * 0.02,
        "FaultStatistics": {"TotalCount": faults}, "ErrorStatistics": {"TotalCount": errors},
    }  # fmt: skip


def service(number: int, name: str, type_: str | None, said: Any, **edges: Any) -> dict[str, Any]:
    calls = [{"ReferenceId": int(to.removeprefix("to")), "SummaryStatistics": stats} for to, stats in edges.items()]
    return {"ReferenceId": number, "Name": name, "Type": type_, "SummaryStatistics": said, "Edges": calls}


SHOP = [
    service(0, "web", "client", None, to2=statistics(10, 2)),
    service(1, "catalog", None, statistics(5)),
    service(2, "web", None, statistics(10, 2), to3=statistics(4, 2), to1=statistics(6)),
    service(3, "orders", None, statistics(4, 0, 1), to4=statistics(4), to1=statistics(1)),
    service(4, "bank", "remote", statistics(1)),
]


def test_a_map_tells_callers_before_the_called() -> None:
    lines = show.service_map(SHOP, "The shop").text.splitlines()
    assert [line.split()[0] for line in lines if re.match(r"  \w", line)] == [
        "customers", "web", "orders", "bank", "catalog",
    ]  # fmt: skip
    assert "  web        ✘ 2 of 10 failed, mean 20 ms, service" in lines
    assert "  orders     ! 1 of 4 refused, mean 20 ms, service" in lines
    assert "    > orders     4 requests, ✘ 2 of 4 failed" in lines
    assert "  bank       ✔ all well, mean 20 ms, sends no traces" in lines
    assert "1 request" in show.service_map(SHOP).text


def test_a_map_draws_a_box_for_each_service_and_no_two_in_one_place() -> None:
    svg = drawing(show.service_map(SHOP, "The shop"))
    boxes = [each for each in svg.iter() if each.tag.endswith("rect")]
    assert len({(box.attrib["x"], box.attrib["y"]) for box in boxes}) == len(SHOP)
    assert svg.attrib["aria-label"].startswith("The shop: customers (from outside) calls web 10 requests")
    assert {"✘ 2 of 4 failed", "✔ 6", "✔ all well"} <= set(texts(show.service_map(SHOP)))


@pytest.mark.parametrize("services", [[], [service(0, "a", None, statistics(1), to0=statistics(1))]])
def test_a_map_of_little_is_drawn(services: list[dict[str, Any]]) -> None:
    assert drawing(show.service_map(services)).tag.endswith("svg")


def test_services_that_call_each_other_in_a_circle_are_drawn() -> None:
    circle = [
        service(0, "a", None, statistics(1), to1=statistics(1)),
        service(1, "b", None, statistics(1), to0=statistics(1)),
    ]
    assert "a" in texts(show.service_map(circle))
