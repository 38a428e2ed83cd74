"""Rules: their conditions as requests meet them, and their order."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.elbv2.balancing import Balancer, ask, fixed

PATH = {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/img/*", "/a.b?"]}}
HOST = {"Field": "host-header", "HostHeaderConfig": {"Values": ["*.Example.com"]}}
HEADER = {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Canary", "Values": ["yes*"]}}
METHOD = {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["POST", "PUT"]}}
QUERY = {
    "Field": "query-string",
    "QueryStringConfig": {"Values": [{"Key": "version", "Value": "2*"}, {"Value": "beta"}]},
}


def rule(balancer: Balancer, listener: dict[str, Any], priority: int, body: str, *conditions: dict[str, Any]) -> str:
    """Make a rule that answers with `body`; return its ARN."""
    made = balancer.client.create_rule(
        ListenerArn=listener["ListenerArn"], Priority=priority, Conditions=list(conditions), Actions=[fixed(200, body)]
    )
    return str(made["Rules"][0]["RuleArn"])


@pytest.mark.parametrize(
    ("condition", "hits", "misses"),
    [
        (PATH, ["/img/x/y.png", "/img/", "/a.bc", "/img/x?q=1"], ["/IMG/x", "/aXbc", "/a.b", "/", "/other?/img/"]),
        (QUERY, ["/?version=2.1", "/?a=b&VERSION=2&c=d", "/x?any=beta"], ["/?version=1", "/version=2", "/?b=beta2"]),
    ],
)
def test_conditions_on_paths(balancer: Balancer, condition: dict[str, Any], hits: list[str], misses: list[str]) -> None:
    listener = balancer.listener(fixed(200, "default"))
    rule(balancer, listener, 1, "matched", condition)
    assert {path: ask(listener["Port"], path).body for path in hits} == dict.fromkeys(hits, b"matched")
    assert {path: ask(listener["Port"], path).body for path in misses} == dict.fromkeys(misses, b"default")


def test_conditions_on_headers_and_methods(balancer: Balancer) -> None:
    listener = balancer.listener(fixed(200, "default"))
    port = listener["Port"]
    for number, (name, condition) in enumerate([("host", HOST), ("header", HEADER), ("method", METHOD)], 1):
        rule(balancer, listener, number, name, condition)
    assert ask(port, Host="Shop.EXAMPLE.com:8080").body == b"host"
    assert ask(port, Host="example.com").body == b"default"
    assert ask(port, X_Canary="YES please").body == b"header"
    assert ask(port, X_Canary="no").body == b"default"
    assert ask(port, method="POST").body == b"method"


def test_all_conditions_of_a_rule_must_hold(balancer: Balancer) -> None:
    listener = balancer.listener(fixed(200, "default"))
    rule(balancer, listener, 1, "both", HEADER, {"Field": "path-pattern", "Values": ["/x"]})
    assert ask(listener["Port"], "/x", X_Canary="yes").body == b"both"
    assert ask(listener["Port"], "/x").body == b"default"
    assert ask(listener["Port"], "/y", X_Canary="yes").body == b"default"


def test_rules_are_tried_by_priority(balancer: Balancer) -> None:
    listener = balancer.listener(fixed(200, "default"))
    first = rule(balancer, listener, 10, "first", {"Field": "path-pattern", "Values": ["/*"]})
    second = rule(balancer, listener, 20, "second", {"Field": "path-pattern", "Values": ["/x"]})
    assert ask(listener["Port"], "/x").body == b"first"
    balancer.client.set_rule_priorities(
        RulePriorities=[{"RuleArn": first, "Priority": 20}, {"RuleArn": second, "Priority": 10}]
    )
    assert ask(listener["Port"], "/x").body == b"second"
    found = balancer.client.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]
    assert [each["Priority"] for each in found] == ["10", "20", "default"]
    assert [each["IsDefault"] for each in found] == [False, False, True]


def test_a_rule_is_modified_and_deleted_while_it_is_served(balancer: Balancer) -> None:
    listener = balancer.listener(fixed(200, "default"))
    arn = rule(balancer, listener, 1, "before", PATH)
    balancer.client.modify_rule(RuleArn=arn, Actions=[fixed(200, "after")])
    assert ask(listener["Port"], "/img/x").body == b"after"
    balancer.client.delete_rule(RuleArn=arn)
    assert ask(listener["Port"], "/img/x").body == b"default"


def test_a_condition_of_the_oldest_form_is_described_in_both(balancer: Balancer) -> None:
    listener = balancer.listener(fixed(200))
    arn = rule(balancer, listener, 1, "x", {"Field": "path-pattern", "Values": ["/x"]})
    condition = balancer.client.describe_rules(RuleArns=[arn])["Rules"][0]["Conditions"][0]
    assert condition["Values"] == condition["PathPatternConfig"]["Values"] == ["/x"]


@pytest.mark.parametrize(
    ("conditions", "code"),
    [
        ([{"Field": "source-ip", "SourceIpConfig": {"Values": ["10.0.0.0/8"]}}], "ValidationError"),
        ([{"Field": "path-pattern", "Values": []}], "ValidationError"),
        ([{"Field": "path-pattern", "Values": ["x" * 129]}], "ValidationError"),
        ([PATH, PATH], "ValidationError"),
        ([{"Field": "path-pattern", "Values": [f"/{n}" for n in range(6)]}], "ValidationError"),
        ([{"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["get"]}}], "ValidationError"),
        ([{"Field": "http-header", "HttpHeaderConfig": {"Values": ["x"]}}], "ValidationError"),
        ([{"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "x"}]}}], "ValidationError"),
        ([], "ValidationError"),
    ],
)
def test_conditions_that_make_no_sense(balancer: Balancer, conditions: list[dict[str, Any]], code: str) -> None:
    listener = balancer.listener(fixed(200, "default"))
    with pytest.raises(ClientError) as caught:
        rule(balancer, listener, 1, "never", *conditions)
    assert caught.value.response["Error"]["Code"] == code
    assert len(balancer.client.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]) == 1


def test_texts_that_are_no_expressions(balancer: Balancer) -> None:
    listener = balancer.listener(fixed(200, "default"))
    rule(balancer, listener, 1, "odd", {"Field": "path-pattern", "Values": ["/(a|b)[+]{1}$", r"/star\*"]})
    assert ask(listener["Port"], "/(a|b)[+]{1}$").body == b"odd"
    assert ask(listener["Port"], "/star*").body == b"odd"
    assert ask(listener["Port"], "/start").body == b"default"


def test_a_priority_is_taken_once_and_the_default_rule_stays(balancer: Balancer) -> None:
    listener = balancer.listener(fixed(200, "default"))
    first, second = rule(balancer, listener, 1, "one", PATH), rule(balancer, listener, 2, "two", HOST)
    with pytest.raises(balancer.client.exceptions.PriorityInUseException):
        rule(balancer, listener, 1, "again", HOST)
    with pytest.raises(balancer.client.exceptions.PriorityInUseException):
        balancer.client.set_rule_priorities(RulePriorities=[{"RuleArn": first, "Priority": 2}])
    rules = balancer.client.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]
    assert [each["RuleArn"] for each in rules[:2]] == [first, second]
    with pytest.raises(balancer.client.exceptions.OperationNotPermittedException):
        balancer.client.delete_rule(RuleArn=rules[-1]["RuleArn"])


def test_the_longest_conditions_are_served(balancer: Balancer) -> None:
    listener = balancer.listener(fixed(200, "default"))
    texts = [f"/{letter}" + "*?" * 63 for letter in "abcde"]
    rule(balancer, listener, 1, "long", {"Field": "path-pattern", "Values": texts})
    assert ask(listener["Port"], "/e" + "x" * 63).body == b"long"
    assert ask(listener["Port"], "/e").body == b"default"
