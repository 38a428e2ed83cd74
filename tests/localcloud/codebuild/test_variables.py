"""Which variables a build sees, which win, which are masked, and which it may hand on."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.codebuild.bench import ENVIRONMENT, Bench, plain, reason, spec
from tests.localcloud.support import TestCloud


def environment(*variables: dict[str, str]) -> dict[str, Any]:
    return {**ENVIRONMENT, "environmentVariables": list(variables)}


def exported(build: dict[str, Any]) -> dict[str, str]:
    return {pair["name"]: pair["value"] for pair in build["exportedEnvironmentVariables"]}


def test_the_start_wins_over_the_project_and_the_project_over_the_buildspec(cloud: TestCloud) -> None:
    bench = Bench(cloud, environment=environment(*plain(TWO="project", THREE="project", FOUR="project")))
    build = bench.run(
        """
        version: 0.2
        env:
          variables: {ONE: buildspec, TWO: buildspec, THREE: buildspec}
        phases:
          build:
            commands: echo $ONE $TWO $THREE $FOUR $FIVE
        """,
        environmentVariablesOverride=plain(THREE="start", FIVE="start"),
    )
    assert bench.output(build) == ["buildspec project start project start"]


def test_a_value_is_taken_literally(bench: Bench) -> None:
    value = "$HOME `id` $(id) \"'\\ é\nsecond line"
    commands = "python3 -c 'import os; print(ascii(os.environ[\"ODD\"]))'"
    build = bench.run(spec(build=commands), environmentVariablesOverride=plain(ODD=value))
    assert bench.output(build) == [ascii(value)]


def test_values_come_from_parameter_store_and_secrets_manager_and_are_masked(bench: Bench) -> None:
    ssm, secrets = bench.cloud.client("ssm"), bench.cloud.client("secretsmanager")
    ssm.put_parameter(Name="/shop/a", Value="parameter-one", Type="SecureString")
    ssm.put_parameter(Name="/shop/b", Value="parameter-two", Type="String")
    arn = secrets.create_secret(Name="shop/db", SecretString=json.dumps({"password": "swordfish"}))["ARN"]
    secrets.create_secret(Name="whole", SecretString="line-one\nline-two")
    build = bench.run(
        f"""
        version: 0.2
        env:
          parameter-store: {{A: /shop/a}}
          secrets-manager: {{B: "shop/db:password", C: "{arn}:password:AWSCURRENT", D: whole}}
        phases:
          build:
            commands:
              - test "$A,$B,$C,$E,$F" = parameter-one,swordfish,swordfish,parameter-two,swordfish
              - echo "a $A b $B c $C e $E"; echo "$D"
              - echo "to stderr $B" >&2
              - echo literal parameter-one
              - exit "$B"
        """,
        environmentVariablesOverride=[
            {"name": "E", "value": "/shop/b", "type": "PARAMETER_STORE"},
            {"name": "F", "value": "shop/db:password", "type": "SECRETS_MANAGER"},
        ],
    )
    assert bench.output(build)[:5] == ["a *** b *** c *** e ***", "***", "***", "to stderr ***", "literal ***"]
    everything = "\n".join([*bench.log(build), json.dumps(build["phases"], default=str)])
    for secret in ("parameter-one", "parameter-two", "swordfish", "line-one", "line-two"):
        assert secret not in everything


def test_the_accounts_own_secret_is_masked(bench: Bench) -> None:
    build = bench.run(spec(build='test -n "$AWS_SECRET_ACCESS_KEY" && env | grep ^AWS_SECRET'))
    assert bench.output(build) == ["AWS_SECRET_ACCESS_KEY=***"]


@pytest.mark.parametrize(
    ("variable", "name"),
    [
        ({"name": "A", "value": "/none", "type": "PARAMETER_STORE"}, "/none"),
        ({"name": "A", "value": "none:key", "type": "SECRETS_MANAGER"}, "none:key"),
    ],
)
def test_a_value_that_cannot_be_had_fails_the_build_by_name(bench: Bench, variable: dict[str, str], name: str) -> None:
    build = bench.run(environmentVariablesOverride=[variable])
    assert build["buildStatus"] == "FAILED"
    assert reason(build)[0] == "DOWNLOAD_SOURCE"
    assert name in reason(build)[2]


def test_exported_variables_are_those_at_the_end(bench: Bench) -> None:
    bench.cloud.client("ssm").put_parameter(Name="secret", Value="parameter-one", Type="SecureString")
    build = bench.run("""
        version: 0.2
        env:
          variables: {FROM_SPEC: one, CHANGED: before}
          parameter-store: {STORED: secret}
          exported-variables:
            [FROM_SPEC, CHANGED, SHELL_ONLY, MANY, EMPTY, UNSET, STORED, AWS_REGION, CODEBUILD_BUILD_ID]
        phases:
          build:
            commands:
              - SHELL_ONLY=$(echo computed); EMPTY=
              - |
                export MANY="one
                two"
          post_build:
            commands: export CHANGED=after
    """)
    assert exported(build) == {
        "FROM_SPEC": "one", "CHANGED": "after", "SHELL_ONLY": "computed", "MANY": "one\ntwo", "EMPTY": "",
        "CODEBUILD_BUILD_ID": build["id"],
    }  # fmt: skip


def test_a_failed_build_exports_what_it_has(bench: Bench) -> None:
    build = bench.run("""
        version: 0.2
        env: {exported-variables: [A]}
        phases:
          build: {commands: [export A=early, exit 1]}
    """)
    assert build["buildStatus"] == "FAILED"
    assert exported(build) == {"A": "early"}


@pytest.mark.parametrize("call", ["create_project", "update_project", "start_build"])
def test_names_of_codebuilds_own_are_refused(bench: Bench, call: str) -> None:
    variables = plain(CODEBUILD_MINE="x")
    arguments: dict[str, dict[str, Any]] = {
        "create_project": {**bench.project(environment=environment(*variables)), "name": "other"},
        "update_project": {"name": bench.name, "environment": environment(*variables)},
        "start_build": {"projectName": bench.name, "environmentVariablesOverride": variables},
    }
    with pytest.raises(ClientError, match="CODEBUILD_MINE") as caught:
        getattr(bench.client, call)(**arguments[call])
    assert caught.value.response["Error"]["Code"] == "InvalidInputException"


def test_codebuilds_own_variables_describe_the_build(bench: Bench) -> None:
    names = ["BUILD_ID", "BUILD_ARN", "BUILD_NUMBER", "INITIATOR", "BUILD_SUCCEEDING", "SRC_DIR", "LOG_PATH"]
    values = " ".join(f"$CODEBUILD_{name}" for name in names)
    build = bench.run(spec(build=[f"echo {values}", 'test "$PWD" -ef "$CODEBUILD_SRC_DIR"']))
    assert build["buildStatus"] == "SUCCEEDED"
    said = bench.output(build)[0].split()
    assert said[:2] == [build["id"], build["arn"]]
    assert said[2] == str(build["buildNumber"])
    assert said[4] == "1"
    assert said[6] == f"{build['logs']['groupName']}:{build['logs']['streamName']}"


def test_nothing_of_the_users_environment_reaches_a_build(
    monkeypatch: pytest.MonkeyPatch, private_cloud_factory: Callable[..., TestCloud]
) -> None:
    mine = {
        "AWS_SECRET_ACCESS_KEY": "of-the-user", "AWS_SESSION_TOKEN": "of-the-user", "AWS_PROFILE": "of-the-user",
        "GITHUB_TOKEN": "of-the-user", "PYTHONPATH": "/of-the-user", "BASH_ENV": "/of-the-user", "HOME": "/of-the-user",
    }  # fmt: skip
    for name, value in mine.items():
        monkeypatch.setenv(name, value)
    cloud = private_cloud_factory()
    monkeypatch.undo()
    bench = Bench(cloud)
    build = bench.run(
        spec(
            build=[
                "env",
                'python3 -c \'import boto3, sys; print(boto3.client("sts").get_caller_identity()["Account"])\'',
            ]
        )
    )
    assert build["buildStatus"] == "SUCCEEDED"
    assert not [line for line in bench.log(build) if "of-the-user" in line]
    assert bench.output(build)[-1] == bench.cloud.account
