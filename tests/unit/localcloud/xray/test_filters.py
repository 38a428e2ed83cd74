"""The language of filter expressions, on one trace."""

from __future__ import annotations

from typing import Any

import pytest

from helpers.localcloud.xray.filters import Filter, FilterError, Selector
from helpers.localcloud.xray.trace import Trace, assemble

ACCOUNT = "123456789012"
TRACE = "1-58406520-a006649127e371903a2de979"


@pytest.fixture(scope="module")
def trace() -> Trace:
    """api.example.com (ok, 3 s) calls backend.example.com (fault; the caller waits 1.5 s), DynamoDB is throttled."""
    root: dict[str, Any] = {
        "name": "api.example.com",
        "id": "a" * 16,
        "trace_id": TRACE,
        "start_time": 100.0,
        "end_time": 103.0,
        "user": "bob",
        "origin": "AWS::EC2::Instance",
        "annotations": {"account": "12345", "size": 5, "paid": True, "dotted.key": "x"},
        "http": {
            "request": {
                "url": "http://api.example.com/v2/orders",
                "method": "GET",
                "user_agent": "curl/8",
                "client_ip": "10.0.0.7",
            },
            "response": {"status": 200},
        },
        "subsegments": [
            {
                "name": "backend.example.com",
                "id": "b" * 16,
                "start_time": 100.5,
                "end_time": 102.0,
                "namespace": "remote",
                "http": {"response": {"status": 503}},
            },
            {
                "name": "DynamoDB",
                "id": "c" * 16,
                "start_time": 100.5,
                "end_time": 101.0,
                "namespace": "aws",
                "throttle": True,
            },
        ],
    }
    backend = {
        "name": "backend.example.com",
        "id": "d" * 16,
        "trace_id": TRACE,
        "parent_id": "b" * 16,
        "start_time": 100.6,
        "end_time": 104.0,
        "fault": True,
        "annotations": {"shard": 7},
    }
    return assemble(TRACE, [backend, root])


@pytest.mark.parametrize(
    ("expression", "holds"),
    [
        ("ok", True),
        ("!ok", False),
        ("NOT ok", False),
        ("ok = true", True),
        ("ok != true", False),
        ("fault = false", True),
        # Simple keywords are about the root, but a throttle anywhere counts.
        ("fault", False),
        ("error", False),
        ("throttle", True),
        ("partial", False),
        ("responsetime = 3", True),
        ("responsetime > 3", False),
        ("responsetime >= 3 AND responsetime <= 3.0", True),
        ("duration > 3.9 AND duration < 4.1", True),
        ("http.status = 200", True),
        ("http.status != 200", False),
        ('http.url BEGINSWITH "http://api.example.com/" AND http.url CONTAINS "/v2/"', True),
        ('http.url ENDSWITH "orders"', True),
        ('http.url ENDSWITH "v2"', False),
        ('http.method = "GET" AND http.useragent BEGINSWITH "curl" AND http.clientip = "10.0.0.7"', True),
        ('http.method = "get"', False),
        ('user = "bob"', True),
        ('user != "bob"', False),
        ('name = "api.example.com"', True),
        ('annotation.account = "12345"', True),
        ('annotation[account] = "12345"', True),
        ('annotation["account"] BEGINSWITH "12"', True),
        ("annotation.account = 12345", False),
        ("annotation[size] > 4", True),
        ("annotation[shard] = 7", True),
        ("annotation.paid = true", True),
        ("annotation.paid = 1", False),
        ("annotation[dotted.key]", True),
        ("annotation.nothing", False),
        ("!annotation.nothing", True),
        ('service("backend.example.com")', True),
        ('service("backend.example.com") { fault }', True),
        ('service("api.example.com") { fault }', False),
        ("service() { fault = true }", True),
        ('!service("nobody.example.com")', True),
        ('service("backend.example.com") { fault = true OR responsetime > 10 } AND annotation.account = "12345"', True),
        ('service("backend.example.com") { annotation[shard] = 7 AND !annotation[account] }', True),
        ('service("api.example.com") { user = "bob" AND http.status = 200 }', True),
        ('service(id(name: "api.example.com", type: "AWS::EC2::Instance"))', True),
        ('service(id(type: "AWS::DynamoDB")) { throttle AND error }', True),
        ('service(id(name: "DynamoDB", type: "AWS::EC2::Instance"))', False),
        (f'service(id(account.id: "{ACCOUNT}"))', True),
        ('edge("api.example.com", "backend.example.com")', True),
        ('edge("backend.example.com", "api.example.com")', False),
        # The edge is what the caller saw: 503, 1.5 s; the service itself took 3.4 s.
        ('edge("api.example.com", "backend.example.com") { http.status = 503 AND responsetime < 2 }', True),
        ('service("backend.example.com") { responsetime > 3 }', True),
        ('edge(id(name: "api.example.com", type: "client"), "api.example.com") { ok }', True),
        ('edge("api.example.com") { throttle }', True),
        ("edge() { fault }", True),
        ("ok !partial duration <5", True),
        ("fault OR throttle AND ok", True),
        ("(fault OR throttle) AND fault", False),
        ("!(fault OR error)", True),
        ("Ok and NOT fault or FAULT", True),
        ("ok\n  AND\tresponsetime > 1e0", True),
    ],
)
def test_expressions(trace: Trace, expression: str, holds: bool) -> None:
    assert Filter(expression, ACCOUNT).matches(trace) is holds


@pytest.mark.parametrize(
    ("expression", "position", "says"),
    [
        ("", "line 1, column 1", "the expression ends"),
        ("responsetime >", "line 1, column 15", "a number"),
        ('responsetime > "5"', "line 1, column 16", "is compared with a number"),
        ("responsetime", "line 1, column 1", "needs an operator and a value"),
        ("ok AND\nfauld", "line 2, column 1", "'fauld' is no keyword"),
        ("ok = 1", "line 1, column 6", "true or false"),
        ("ok > true", "line 1, column 4", "not by >"),
        ('http.url < "a"', "line 1, column 10", "not by <"),
        ("http.status CONTAINS 5", "line 1, column 13", "not by CONTAINS"),
        ("(ok", "line 1, column 4", "')'"),
        ("ok)", "line 1, column 3", "')' stands where"),
        ("ok ; fault", "line 1, column 4", "';' makes no sense"),
        ('user = "bob', "line 1, column 8", "makes no sense"),
        ('service("a" { fault }', "line 1, column 13", "')'"),
        ('service("a") { service("b") }', "line 1, column 16", "within braces"),
        ('service("a") { edge("b", "c") }', "line 1, column 16", "within braces"),
        ('service(id(colour: "red"))', "line 1, column 12", "name, type and account.id"),
        ('rootcause.fault.service("a")', "line 1, column 1", "does not have 'rootcause.fault.service'"),
        ('ok AND rootcause.fault.entity { service("a") and name = "b" }', "line 1, column 8", "rootcause.fault.entity"),
        ('availabilityzone = "a"', "line 1, column 1", "does not have 'availabilityzone'"),
        ("coverage > 0.5", "line 1, column 1", "does not have 'coverage'"),
        ("!" * 5000 + "ok", "line 1, column 1", "nested too deeply"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(expression: str, position: str, says: str) -> None:
    with pytest.raises(FilterError) as refusal:
        Filter(expression, ACCOUNT)
    assert position in str(refusal.value)
    assert says in str(refusal.value)


def test_an_outcome_that_is_not_there_yet_is_none() -> None:
    running = {"name": "web", "id": "a" * 16, "trace_id": TRACE, "start_time": 1.0, "in_progress": True}
    trace = assemble(TRACE, [running])
    assert Filter("partial AND !ok AND !fault", ACCOUNT).matches(trace)
    assert not Filter("responsetime > 0", ACCOUNT).matches(trace)


@pytest.mark.parametrize("expression", ["fault", 'service("a") AND ok', '!service("a")'])
def test_statistics_are_of_services_or_edges(expression: str) -> None:
    with pytest.raises(FilterError, match="only service"):
        Selector(expression, ACCOUNT)
