"""Rules of composite alarms: what they mean, and what they say of mistakes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.cloudwatch.alarms.rule import RuleError, parse

ARN = "arn:aws:cloudwatch:us-east-1:111122223333:alarm:cpu"


@pytest.mark.parametrize(
    ("text", "states", "expected"),
    [
        ("ALARM(cpu)", {"cpu": "ALARM"}, True),
        ("ALARM(cpu)", {"cpu": "OK"}, False),
        ("OK(cpu)", {"cpu": "OK"}, True),
        ("INSUFFICIENT_DATA(cpu)", {"cpu": "INSUFFICIENT_DATA"}, True),
        ("TRUE", {}, True),
        ("False", {}, False),
        ("NOT FALSE", {}, True),
        ("not NOT TRUE", {}, True),
        (f"ALARM({ARN})", {"cpu": "ALARM"}, True),
        (f'ALARM("{ARN}")', {"cpu": "ALARM"}, True),
        ('ALARM("disk (data), 90 %")', {"disk (data), 90 %": "ALARM"}, True),
        ('ALARM("say \\"hi\\"")', {'say "hi"': "ALARM"}, True),
        ("ALARM(AND)", {"AND": "ALARM"}, True),
        ("ALARM(a) AND ALARM(b)", {"a": "ALARM", "b": "OK"}, False),
        ("ALARM(a) AND\n  NOT ALARM(b)", {"a": "ALARM", "b": "OK"}, True),
        # NOT before AND before OR.
        ("ALARM(a) OR ALARM(b) AND ALARM(c)", {"a": "ALARM", "b": "OK", "c": "OK"}, True),
        ("(ALARM(a) OR ALARM(b)) AND ALARM(c)", {"a": "ALARM", "b": "OK", "c": "OK"}, False),
        ("NOT ALARM(a) OR ALARM(b)", {"a": "ALARM", "b": "ALARM"}, True),
        ("NOT (ALARM(a) OR ALARM(b))", {"a": "ALARM", "b": "ALARM"}, False),
        ("(ALARM(a) OR ALARM(b)) AND OK(c)", {"a": "OK", "b": "ALARM", "c": "OK"}, True),
        ("AT_LEAST(2, ALARM, (a, b, c))", {"a": "ALARM", "b": "ALARM", "c": "OK"}, True),
        ("AT_LEAST(2, ALARM, (a, b, c))", {"a": "ALARM", "b": "OK", "c": "OK"}, False),
        ("AT_LEAST(2, NOT OK, (a, b, c))", {"a": "ALARM", "b": "INSUFFICIENT_DATA", "c": "OK"}, True),
        ("AT_LEAST(50%, ALARM, (a, b, c))", {"a": "ALARM", "b": "OK", "c": "OK"}, False),
        ("AT_LEAST(50%, ALARM, (a, b, c))", {"a": "ALARM", "b": "ALARM", "c": "OK"}, True),
        (
            "AT_LEAST(60%, NOT OK, (a, b, c, d, e))",
            {"a": "ALARM", "b": "ALARM", "c": "ALARM", "d": "OK", "e": "OK"},
            True,
        ),
        ('AT_LEAST(1, OK, ("a b", c)) AND TRUE', {"a b": "OK", "c": "ALARM"}, True),
    ],
)
def test_meaning(text: str, states: dict[str, str], expected: bool) -> None:
    assert parse(text).holds(states) is expected


def test_children_come_once_each_by_name() -> None:
    found = parse(f'ALARM(b) OR ALARM({ARN}) OR OK("b") OR AT_LEAST(1, ALARM, (c, cpu))').children
    assert found == ("b", "cpu", "c")


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        ("ALARM(a) AND", "line 1, column 13: the rule ends", '"("'),
        ("ALARM(a) ALARM(b)", "line 1, column 10: found 'ALARM'", "AND or OR"),
        ("ALARM a", "line 1, column 7", '"("'),
        ("ALARM(a) &&", "line 1, column 10: found '&&'", "AND"),
        ("ALARM(a,b)", "line 1, column 8: found ','", '")"'),
        ("ALARM()", "line 1, column 7: found ')'", "the name of an alarm"),
        ("TRUE OR\nBROKEN(a)", "line 2, column 1", "ALARM, OK or INSUFFICIENT_DATA"),
        ("AT_LEAST(x, ALARM, (a))", "line 1, column 10", "a count"),
        ("AT_LEAST(3, ALARM, (a, b))", "line 1, column 10: AT_LEAST asks for 3 of 2 alarms", "1 to 2"),
        ("AT_LEAST(0, ALARM, (a, b))", "line 1, column 10: AT_LEAST asks for 0 of 2 alarms", "1 to 2"),
        ("AT_LEAST(120%, ALARM, (a))", "line 1, column 10", "at most 100%"),
        ("AT_LEAST(1, RED, (a))", "line 1, column 13", "ALARM, OK or INSUFFICIENT_DATA"),
        ("", "line 1, column 1: the rule ends", "TRUE"),
        ("(ALARM(a)", "line 1, column 10: the rule ends", '")"'),
        ('ALARM("a', "line 1, column 7", "a name in double quotes"),
    ],
)
def test_mistakes_are_told_by_place_and_by_what_was_expected(text: str, place: str, expected: str) -> None:
    with pytest.raises(RuleError) as caught:
        parse(text)
    assert place in str(caught.value)
    assert expected in str(caught.value)


def test_a_hundred_children_are_taken_and_no_more() -> None:
    def rule(count: int) -> str:
        return " OR ".join(f"ALARM(a{number})" for number in range(count))

    assert len(parse(rule(100)).children) == 100
    with pytest.raises(RuleError, match="101 alarms"):
        parse(rule(101))


def test_five_hundred_elements_are_taken_and_no_more() -> None:
    def rule(count: int) -> str:
        return " OR ".join(["TRUE"] * (count - 2) + ["(FALSE)"])

    assert parse(rule(500)).holds({})
    with pytest.raises(RuleError, match="501 elements"):
        parse(rule(501))


@pytest.mark.parametrize("text", ["(" * 499 + "ALARM(a)" + ")" * 499, "NOT " * 2500 + "ALARM(a)"])
def test_a_deep_rule_is_evaluated(text: str) -> None:
    assert parse(text).holds({"a": "ALARM"}) is True
    assert parse(text).holds({"a": "OK"}) is False


words = st.sampled_from(
    ["ALARM", "OK", "AND", "OR", "NOT", "TRUE", "AT_LEAST", "(", ")", ",", "2", "50%", "a", '"', "\\", "\n", " "]
)


@given(st.one_of(st.text(max_size=60), st.lists(words, max_size=20).map(" ".join)))
def test_whatever_is_written_is_a_rule_or_told_where_it_is_none(text: str) -> None:
    try:
        rule = parse(text)
    except RuleError as error:
        assert str(error).startswith("at line ")
    else:
        assert rule.holds(dict.fromkeys(rule.children, "OK")) in (True, False)


trees = st.recursive(
    st.one_of(st.sampled_from(["TRUE", "FALSE"]), st.sampled_from("abc").map(lambda name: f"ALARM({name})")),
    lambda inner: st.one_of(
        inner.map(lambda one: f"NOT ({one})"),
        st.tuples(inner, st.sampled_from(["AND", "OR"]), inner).map(lambda parts: f"({' '.join(parts)})"),
    ),
    max_leaves=12,
)


@given(trees, st.sets(st.sampled_from("abc")))
def test_a_rule_means_what_python_means_by_it(text: str, alarming: set[str]) -> None:
    meaning = text.replace("TRUE", "True").replace("FALSE", "False")
    for word in ("AND", "OR", "NOT"):
        meaning = meaning.replace(word, word.lower())
    for name in "abc":
        meaning = meaning.replace(f"ALARM({name})", str(name in alarming))
    states = {name: "ALARM" if name in alarming else "OK" for name in "abc"}
    assert parse(text).holds(states) == eval(meaning)
