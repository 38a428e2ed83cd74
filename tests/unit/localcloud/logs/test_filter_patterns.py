"""The filter pattern language: AWS's published examples, and what cannot be read."""

from __future__ import annotations

import json

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.localcloud.logs.filterpattern import PatternError, compile_pattern

BAD, UNAUTHORIZED, MISSING, INVALID = ERRORS = (
    "[ERROR 400] BAD REQUEST",
    "[ERROR 401] UNAUTHORIZED REQUEST",
    "[ERROR 419] MISSING ARGUMENTS",
    "[ERROR 420] INVALID ARGUMENTS",
)


@pytest.mark.parametrize(
    ("pattern", "matching"),
    [
        ("ERROR", ERRORS),
        ("error", ()),
        ("ERROR ARGUMENTS", (MISSING, INVALID)),
        ("?ERROR ?ARGUMENTS", ERRORS),
        ("?UNAUTHORIZED ?MISSING", (UNAUTHORIZED, MISSING)),
        ("ERROR -ARGUMENTS", (BAD, UNAUTHORIZED)),
        ("-ARGUMENTS", (BAD, UNAUTHORIZED)),
        ("BAD ?MISSING", (BAD,)),  # ? beside other terms is ignored
        ('"BAD REQUEST"', (BAD,)),
        ('REQUEST -"BAD REQUEST"', (UNAUTHORIZED,)),
        ('"[ERROR 4" 419', (MISSING,)),
        ('" "', ERRORS),
        ("", ERRORS),
        ("%AUTHORIZED%", (UNAUTHORIZED,)),
        (r"%4[12]\d%", (MISSING, INVALID)),
        ("%REQUEST$%", (BAD, UNAUTHORIZED)),
        ("%^ERROR%", ()),
    ],
)
def test_terms(pattern: str, matching: tuple[str, ...]) -> None:
    compiled = compile_pattern(pattern)
    assert tuple(message for message in ERRORS if compiled.matches(message)) == matching


def test_or_of_the_guide() -> None:
    messages = ("ERROR WARN message", "ERROR message", "WARN message")

    def numbers(pattern: str) -> list[int]:
        return [number for number, message in enumerate(messages, 1) if compile_pattern(pattern).matches(message)]

    assert numbers("ERROR") == [1, 2]
    assert numbers("?ERROR ?WARN") == [1, 2, 3]
    assert numbers("ERROR WARN") == [1]
    assert numbers("ERROR -WARN") == [2]


def test_a_quote_in_a_phrase() -> None:
    assert compile_pattern(r'"say \"hi\""').matches('they say "hi"')


TRAIL = json.dumps(
    {
        "eventType": "UpdateTrail",
        "sourceIPAddress": "111.111.111.111",
        "arrayKey": ["value", "another value"],
        "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
        "SomeObject": None,
        "ThisFlag": True,
        "cluster.name": "c",
        "bandwidth": 75.5,
        "number": [0.001, 1000],
        "code": 404,
    }
)


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ('{ $.eventType = "UpdateTrail" }', True),
        ("{$.eventType=UpdateTrail}", True),
        ('{ $.eventType = "updatetrail" }', False),
        ("{ $.sourceIPAddress != 123.123.* }", True),
        ("{ $.sourceIPAddress != 111.* }", False),
        ("{ $.sourceIPAddress = *.111 }", True),
        ('{ $.sourceIPAddress = "*.111.*" }', True),
        ("{ $.eventType = Up*ail }", False),  # a star in the middle is a star
        ('{ $.arrayKey[0] = "value" }', True),
        ('{ $.arrayKey[2] = "value" }', False),
        ('{ $.eventType[0] = "U" }', False),
        ("{ $.objectList[1].id = 2 }", True),
        ("{ $.objectList[*].id = 2 }", True),
        ("{ $.objectList[*].id = 3 }", False),
        ("{ $.SomeObject IS NULL }", True),
        ("{ $.eventType IS NULL }", False),
        ("{ $.absent IS NULL }", False),
        ("{ $.SomeOtherObject NOT EXISTS }", True),
        ("{ $.SomeObject NOT EXISTS }", False),
        ("{ $.ThisFlag IS TRUE }", True),
        ("{ $.ThisFlag IS FALSE }", False),
        ("{ $.arrayKey = 1 }", False),
        ("{ $.arrayKey != 1 }", False),  # an array satisfies neither
        ("{ $.absent != 1 }", False),
        ("{ $.['cluster.name'] = \"c\" }", True),
        ("{ $.bandwidth > 75 }", True),
        ("{ $.bandwidth <= 75.5 }", True),
        ("{ $.bandwidth < +7.5e1 }", False),
        ("{ $.number[0] = 1e-3 }", True),
        ("{ $.number[1] != 1e+3 }", False),
        ("{ $.code = 4* }", True),
        ("{ $.code = 404 }", True),
        ('{ $.code = "404" }', True),
        ("{ $.code = 5* }", False),
        ("{ $.eventType > 1 }", False),
        ("{ $.code = * }", True),
        ("{ $.absent = * }", False),
        (r"{ $.sourceIPAddress = %1{3}\.1% }", True),
        (r"{ $.sourceIPAddress != %^1% }", False),
    ],
)
def test_json(pattern: str, matches: bool) -> None:
    assert compile_pattern(pattern).matches(TRAIL) is matches


USERS = json.dumps(
    {
        "user": {"id": 1, "email": "John.Stiles@example.com"},
        "users": [{"id": 2, "email": "John.Doe@example.com"}, {"id": 3, "email": "Jane.Doe@example.com"}],
        "actions": ["GET", "PUT", "DELETE"],
        "coordinates": [[0, 1, 2], [4, 5, 6], [7, 8, 9]],
    }
)


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ('{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }', True),
        ('{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" }', False),
        (
            '{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch && $.actions[2] = nomatch }',
            True,
        ),
        (
            '{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = none) && $.actions[2] = none }',
            False,
        ),
        ("{ $.coordinates[1][2] = 6 }", True),
    ],
)
def test_compound_expressions_of_the_guide(pattern: str, matches: bool) -> None:
    assert compile_pattern(pattern).matches(USERS) is matches


# Patterns that AWS publishes for CloudTrail (CIS AWS Foundations Benchmark).
@pytest.mark.parametrize(
    "pattern",
    [
        '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }',
        '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }',
        '{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }',
        '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") }',
        "{($.eventSource=kms.amazonaws.com) && (($.eventName=DisableKey)||($.eventName=ScheduleKeyDeletion))}",
        "{ $.eventName = StopLogging || $.eventName = ConsoleLogin }",
    ],
)
def test_patterns_for_trails(pattern: str) -> None:
    told = {
        "eventSource": "kms.amazonaws.com",
        "eventName": "ConsoleLogin",
        "eventType": "AwsConsoleSignIn",
        "errorCode": "Client.UnauthorizedOperation",
        "errorMessage": "Failed authentication",
        "userIdentity": {"type": "Root"},
        "additionalEventData": {"MFAUsed": "No"},
    }
    if "DisableKey" in pattern:
        told["eventName"] = "DisableKey"
    assert compile_pattern(pattern).matches(json.dumps(told))
    assert not compile_pattern(pattern).matches(json.dumps({"eventName": "RunInstances"}))


@pytest.mark.parametrize("message", ["", "ERROR", "[1, 2]", '"a"', "{", "NaN", '{"a": }', "\ud800"])
def test_what_is_no_json_object_matches_no_json_pattern(message: str) -> None:
    assert not compile_pattern("{ $.a NOT EXISTS }").matches(message)


LINE = '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534'


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ("[ip, user, username, timestamp, request =*.html*, status_code = 4*, bytes]", True),
        ("[ip, user, username, timestamp, request =*.css*, status_code = 4*, bytes]", False),
        ("[..., request =*.html*, status_code = 4*, bytes]", True),
        ("[ip, user, username, timestamp, request =*.html*, status_code = 404 || status_code = 410, bytes]", True),
        ("[ip, user, username, timestamp, request, status_code = 4* && bytes > 1000, b]", None),
        ("[ip, user, username, timestamp, request, status_code = 4* && status_code != 403, bytes]", True),
        ("[ip, user, ..., bytes > 1534]", False),
        ("[ip, user, ..., bytes >= 1534]", True),
        ("[ip, user, ...]", True),
        ("[..., status_code, bytes]", True),
        ("[a, b, c, d, e, f, g, h]", False),  # more fields than the event has
        ("[ip=%^127%, ...]", True),
        ('[ip, user="Prod", ...]', True),
    ],
)
def test_space_delimited(pattern: str, matches: bool | None) -> None:
    if matches is None:
        with pytest.raises(PatternError, match="between two commas stands one field"):
            compile_pattern(pattern)
    else:
        assert compile_pattern(pattern).matches(LINE) is matches


def test_words_in_order() -> None:
    messages = ("ERROR one", "WARNING two", "INFO three", "so it is an ERROR")

    def first_words(pattern: str) -> list[str]:
        return [message.split()[0] for message in messages if compile_pattern(pattern).matches(message)]

    assert first_words("[w1=ERROR, w2]") == ["ERROR"]
    assert first_words("[w1=ERROR || W1=WARNING, w2]") == ["ERROR", "WARNING"]
    assert first_words("[w1!=ERROR && w1!=WARNING, w2]") == ["INFO", "so"]


def test_the_last_field_takes_the_rest() -> None:
    pattern = compile_pattern('[timestamp=*Z, request_id="*-*", event]')
    extracted = pattern.extract("2016-04-12T12:00:00.000Z\t6b0f-11e6\thello [to] the world\n")
    assert extracted == {
        "$timestamp": "2016-04-12T12:00:00.000Z",
        "$request_id": "6b0f-11e6",
        "$event": "hello [to] the world",
    }


def test_what_is_extracted() -> None:
    assert compile_pattern("[ip, user, username, timestamp, request =*.html*, status_code = 4*, bytes]").extract(
        LINE
    ) == {
        "$bytes": "1534",
        "$status_code": "404",
        "$request": "GET /index.html HTTP/1.0",
        "$timestamp": "10/Oct/2000:13:25:15 -0700",
        "$username": "frank",
        "$user": "Prod",
        "$ip": "127.0.0.1",
    }
    assert compile_pattern("[..., request=*.html*, status_code=4*,]").extract(
        '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /products/index.html HTTP/1.0" 404 1534'
    ) == {
        "$status_code": "404",
        "$request": "GET /products/index.html HTTP/1.0",
        "$7": "1534",
        "$4": "10/Oct/2000:13:25:15 -0700",
        "$3": "frank",
        "$2": "-",
        "$1": "127.0.0.1",
    }
    assert compile_pattern("{ $.latency = * && $.type = GET }").extract('{"latency": 50, "type": "GET"}') == {
        "$.latency": "50",
        "$.type": "GET",
    }
    assert compile_pattern("ERROR").extract("an ERROR") == {}
    assert compile_pattern("ERROR").extract("no error") is None


@pytest.mark.parametrize(
    ("pattern", "line", "column", "reason"),
    [
        ("foo-bar", 1, 4, "stands in double quotes"),
        ('a "b', 1, 3, "expected"),
        ("-", 1, 2, "the end of the pattern is unexpected"),
        ("{ $.a = }", 1, 9, "'}' is unexpected"),
        ("{ $.a = 1", 1, 10, "expected &&, "),
        ("{ a = 1 }", 1, 3, "expected ( or a selector"),
        ("{\n$.a ~ 1 }", 2, 5, "'~' is unexpected"),
        ("{ $.a EXISTS }", 1, 7, "NOT EXISTS"),
        ("{ $.a IS NOT NULL }", 1, 10, "expected NULL, TRUE or FALSE"),
        ('{ $.a > "x" }', 1, 9, "no number"),
        ("{ $.a < %x% }", 1, 9, "= and != only"),
        ("{ $.a = %a% && $.b = %b% && $.c = %c% }", 1, 35, "at most 2 regular expressions"),
        ("[a, b", 1, 6, "expected ]"),
        ("[a, ..., ...]", 1, 10, "at most one ellipsis"),
        ("[a=1 && b=2]", 1, 9, "expected a, not b"),
        ("%something!%", 1, 11, "'!' is not supported"),
        ("%a(b)%", 1, 3, "'(' is not supported"),
        ("%[z-a]%", 1, 3, "bad character range"),
        ("%a++%", 1, 3, "'++' is not supported"),
        ("%ü%", 1, 2, "'ü' is not supported"),
        (r"%a\Z%", 1, 3, r"'\Z' is not supported"),
        (r"%a{,3}%", 1, 3, "'{,' is not supported"),
        (r"%a{1001}%", 1, 3, "is not supported"),
    ],
)
def test_what_cannot_be_read_is_said_with_position_and_reason(
    pattern: str, line: int, column: int, reason: str
) -> None:
    with pytest.raises(PatternError) as caught:
        compile_pattern(pattern)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert reason in str(caught.value)


@given(st.text(alphabet='abcE .*?-"%[]{}$<>=!&|(),_1\\', max_size=30), st.text(max_size=40))
def test_any_text_is_a_pattern_or_an_error_with_a_position(pattern: str, message: str) -> None:
    try:
        compiled = compile_pattern(pattern)
    except PatternError as error:
        assert 1 <= error.column <= len(pattern) + 1
    else:
        assert (compiled.extract(message) is not None) == compiled.matches(message)


_WORDS = st.lists(st.sampled_from(["INFO", "ERROR", "x", "timeout", "a b"]), min_size=1, max_size=4)


@given(_WORDS, _WORDS, st.lists(st.sampled_from(["INFO", "ERROR", "timeout", "a b", " "]), max_size=6))
def test_terms_are_what_python_finds(required: list[str], excluded: list[str], parts: list[str]) -> None:
    message = "-".join(parts)
    pattern = " ".join([f'"{word}"' for word in required] + [f'-"{word}"' for word in excluded])
    naive = all(word in message for word in required) and not any(word in message for word in excluded)
    assert compile_pattern(pattern).matches(message) == naive


@given(st.text(alphabet="abE1 .\n", max_size=20), st.text(alphabet="abE1.*+?[]{},^$|\\dsSwZbxu0-", max_size=8))
def test_the_column_store_finds_the_same_with_a_regular_expression(message: str, source: str) -> None:
    try:
        pattern = compile_pattern(f"%{source}%")
    except PatternError:
        return
    condition = pattern.condition()
    found = duckdb.execute(f"SELECT {condition.sql} FROM (SELECT ? AS message)", [*condition.parameters, message])
    assert found.fetchone() == (pattern.matches(message),)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("pattern", ["%a*a*a*a*a*b%", "{ $.m = %a+a+a+a+b% }", "[m=%^a*a*a*b%]"])
def test_no_regular_expression_runs_for_ever(pattern: str) -> None:
    text = "a" * 100_000
    assert not compile_pattern(pattern).matches(json.dumps({"m": text}) if pattern.startswith("{") else text)


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.sampled_from(["x", "ab", "é", "1e5", ""]),
    lambda children: st.lists(children, max_size=2) | st.dictionaries(st.sampled_from(["a", "b", "é"]), children),
    max_leaves=6,
)
_CONDITION = st.tuples(
    st.sampled_from(["$.a", "$.b", "$.a.b", "$.a[0]", "$.*", "$.é"]),
    st.sampled_from(["= x", "!= x", "= *b", '= "é"', "= 1", "> 0", "= 1*", "= *e*", "= *", "NOT EXISTS", "IS NULL"]),
).map(" ".join)


@given(
    st.dictionaries(st.sampled_from(["a", "b", "é"]), _JSON),
    st.lists(_CONDITION, min_size=1, max_size=3),
    st.sampled_from([" && ", " || "]),
    st.booleans(),
)
def test_the_column_store_holds_back_no_json_event_that_matches(
    document: dict[str, object], conditions: list[str], joined: str, escaped: bool
) -> None:
    message = json.dumps(document, ensure_ascii=escaped)
    pattern = compile_pattern("{ " + joined.join(conditions) + " }")
    condition = pattern.condition()
    found = duckdb.execute(f"SELECT {condition.sql} FROM (SELECT ? AS message)", [*condition.parameters, message])
    assert found.fetchone() == (True,) or not pattern.matches(message)
