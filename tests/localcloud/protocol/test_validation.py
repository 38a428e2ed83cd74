"""Constraints on parameters in AWS's words, and results held against the model."""

from __future__ import annotations

from typing import Any

import pytest

from helpers.localcloud.protocol import load_model, validate_input, validate_output


def _input(service: str, operation: str, params: dict[str, Any]) -> list[str]:
    return validate_input(load_model(service).operation_model(operation), params)


def _output(service: str, operation: str, result: dict[str, Any]) -> list[str]:
    return validate_output(load_model(service).operation_model(operation), result)


def test_valid_parameters_have_no_violations() -> None:
    assert _input("codecommit", "CreateRepository", {"repositoryName": "shop", "tags": {"a": ""}}) == []
    assert _input("codecommit", "ListRepositories", {"sortBy": "repositoryName"}) == []


@pytest.mark.parametrize(
    ("service", "operation", "params", "text"),
    [
        ("codecommit", "GetRepository", {},
         "Value null at 'repositoryName' failed to satisfy constraint: Member must not be null"),
        ("codecommit", "GetRepository", {"repositoryName": ""},
         "Value '' at 'repositoryName' failed to satisfy constraint: "
         "Member must have length greater than or equal to 1"),
        ("codecommit", "ListRepositories", {"order": "sideways"},
         "Value 'sideways' at 'order' failed to satisfy constraint: "
         "Member must satisfy enum value set: [ascending, descending]"),
        ("codebuild", "CreateProject",
         {"name": "ab", "serviceRole": "r" * 9, "source": {"type": "NO_SOURCE"}, "artifacts": {"type": "NO_ARTIFACTS"},
          "environment": {"type": "LINUX_CONTAINER", "image": "x", "computeType": "HUGE",
                          "environmentVariables": [{"name": "A", "value": "b"}, {"name": "", "value": "b"}]}},
         "Value '' at 'environment.environmentVariables.2.member.name' failed to satisfy constraint: "
         "Member must have length greater than or equal to 1"),
        ("codepipeline", "ListPipelines", {"maxResults": 0},
         "Value '0' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1"),
        ("logs", "CreateLogGroup", {"logGroupName": "x" * 513},
         "at 'logGroupName' failed to satisfy constraint: Member must have length less than or equal to 512"),
        ("logs", "DescribeLogGroups", {"logGroupIdentifiers": ["a", None]},
         "Value null at 'logGroupIdentifiers.2.member' failed to satisfy constraint: Member must not be null"),
        ("cloudwatch", "DeleteAlarms", {},
         "Value null at 'alarmNames' failed to satisfy constraint: Member must not be null"),
    ],
)  # fmt: skip
def test_a_violation_is_told_in_aws_words(service: str, operation: str, params: dict[str, Any], text: str) -> None:
    (message,) = _input(service, operation, params)
    assert text in message
    assert "validation error" in message


def test_all_violations_are_in_one_message() -> None:
    (message,) = _input("codecommit", "CreateBranch", {"branchName": "", "commitId": "c"})
    assert message.startswith("2 validation errors detected: ")
    assert message.count("failed to satisfy constraint") == 2


def test_one_violation_is_counted_as_one() -> None:
    (message,) = _input("codecommit", "GetRepository", {})
    assert message.startswith("1 validation error detected: Value null at 'repositoryName'")


def test_a_long_value_is_shortened_and_a_secret_one_is_left_out() -> None:
    (message,) = _input("codecommit", "GetRepository", {"repositoryName": "x" * 5000})
    assert len(message) < 400
    credentials = {"token": "", "serverType": "GITHUB", "authType": "OAUTH"}
    (message,) = _input("codebuild", "ImportSourceCredentials", credentials)
    assert "Value at 'token' failed to satisfy constraint" in message


@pytest.mark.parametrize("given", [{}, {"S": "a", "N": "1"}])
def test_a_union_has_exactly_one_member(given: dict[str, Any]) -> None:
    (message,) = _input("dynamodb", "GetItem", {"TableName": "t", "Key": {"id": given}}) or [""]
    shape = load_model("dynamodb").shape_for("AttributeValue")
    assert ("exactly one of" in message) == bool(shape.is_tagged_union)


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ({"builds": [{"buildStatus": "SUCCESS!"}]}, "'SUCCESS!' at 'builds[0].buildStatus'"),
        ({"builds": [{"environment": {"type": "TOASTER", "image": "i", "computeType": "BUILD_GENERAL1_SMALL"}}]},
         "'TOASTER' at 'builds[0].environment.type'"),
        ({"builds": [{"buildNumber": "1"}]}, "buildNumber"),
        ({"builds": [{"startTime": "soon"}]}, "startTime"),
        ({"bulids": []}, "bulids"),
        ({"builds": [{"environment": {"image": "i"}}]}, "computeType"),
    ],
)  # fmt: skip
def test_a_result_outside_of_its_model_is_caught(result: dict[str, Any], words: str) -> None:
    problems = _output("codebuild", "BatchGetBuilds", result)
    assert any(words in problem for problem in problems), problems


def test_an_enum_among_a_maps_keys_and_a_lists_items_is_looked_at() -> None:
    problems = _output("sqs", "GetQueueAttributes", {"Attributes": {"Colour": "red"}})
    assert any("'Colour'" in problem for problem in problems), problems
    problems = _output("codecommit", "GetRepositoryTriggers", {"triggers": [
        {"name": "n", "destinationArn": "a", "events": ["all", "sometimes"]}]})  # fmt: skip
    assert any("'sometimes' at 'triggers[0].events[1]'" in problem for problem in problems), problems


def test_a_valid_result_has_no_problems_and_none_counts_as_absent() -> None:
    build = {"id": "a:1", "buildStatus": "IN_PROGRESS", "endTime": None, "phases": [{"phaseType": "BUILD"}]}
    assert _output("codebuild", "StartBuild", {"build": build, "ResponseMetadata": {"RequestId": "x"}}) == []


def test_an_operation_without_output_has_no_members() -> None:
    assert _output("codepipeline", "DeletePipeline", {}) == []
    assert _output("codepipeline", "DeletePipeline", {"deleted": True})
