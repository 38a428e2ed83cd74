"""What the lab begins with: a function in production, its way there, and a pipeline that trusts everything."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

from helpers import aws, cicd
from helpers.lab import existing
from labs.shop import launch

Document = dict[str, Any]
LAB = "commit_to_production"
FOLDER = Path(__file__).parent
STAGES = ("Source", "Build", "Test", "Approve", "Production")
FIRST = "1.0.0"


def files() -> dict[str, bytes]:
    """Return the repository's files by path: the shop, and what makes a function of its pricing."""
    own = {path.relative_to(FOLDER / "project"): path for path in (FOLDER / "project").rglob("*") if path.is_file()}
    added = {name.as_posix(): path.read_bytes() for name, path in own.items() if "__pycache__" not in name.parts}
    shop = {path: content for path, content in launch.source().items() if not _replaced(path)}
    return shop | added


def _replaced(path: str) -> bool:
    """The shop's own buildspec and integration tests are for services, not for a function."""
    return path == "buildspec.yml" or path.startswith(("tests/integration/test_", "tests/e2e/"))


def build() -> str:
    """Make all of it, where it is not there yet, and return the pipeline's name; a pipeline that is there stays."""
    _repository()
    role = cicd.service_role("lambda", LAB, FOLDER / "function-policy.json")
    pricing(role)
    for thing, told in (("smoke", {"FUNCTION": aws.name("pricing")}), ("calendar", {"FAILURES": "0"})):
        _function(thing, {"index.py": (FOLDER / f"functions/{thing}.py").read_bytes()}, role, **told)
    _deployment_group()
    _projects()
    tags = cicd.pairs(aws.tags(LAB), key="key", value="value")
    aws.created(aws.client("codepipeline").create_pipeline, pipeline=declaration(), tags=tags)
    return aws.name("release")


def _repository() -> None:
    name = aws.name("pricing")
    aws.created(aws.client("codecommit").create_repository, repositoryName=name, tags=aws.tags(LAB))
    if cicd.tip(name) is None:
        cicd.commit(name, "The shop, priced by a function", files())


def pricing(role: str) -> None:
    """Make the function with the first release in version 1, and the alias that customers ask."""
    packed = {path: content for path, content in files().items() if path.startswith("shop/")}
    own = {path: content for path, content in files().items() if path in ("handler.py", "settings.json", "VERSION")}
    _function("pricing", packed | own, role, handler="handler.handler")
    client, name = aws.client("lambda"), aws.name("pricing")
    if existing(client.get_alias, FunctionName=name, Name="live") is None:
        version = client.publish_version(FunctionName=name)["Version"]
        client.create_alias(FunctionName=name, Name="live", FunctionVersion=version)


def calendar(failures: int) -> None:
    """Let the first answers of the change calendar, from now on, be `failures` errors."""
    client, name = aws.client("lambda"), aws.name("calendar")
    # Another configuration makes another process: it counts from the beginning.
    client.update_function_configuration(FunctionName=name, Environment={"Variables": {"FAILURES": str(failures)}})
    client.get_waiter("function_updated_v2").wait(FunctionName=name)


def _function(
    thing: str, files: dict[str, bytes], role: str, handler: str = "index.handler", **environment: str
) -> None:
    client = aws.client("lambda")
    request = {
        "FunctionName": aws.name(thing), "Runtime": "python3.11", "Role": role, "Handler": handler, "Timeout": 30,
        "Code": {"ZipFile": _zipped(files)}, "Environment": {"Variables": environment}, "Tags": aws.tags(LAB),
    }  # fmt: skip

    def made() -> bool:
        # A new role is known to other services only after some seconds on a real account.
        try:
            aws.created(client.create_function, **request)
        except client.exceptions.InvalidParameterValueException as problem:
            if "role" not in str(problem).lower():
                raise
            return False
        except client.exceptions.ResourceConflictException:
            pass
        return True

    aws.wait(f"the function {thing}", made, limit=60, every=2)
    client.get_waiter("function_active_v2").wait(FunctionName=aws.name(thing))


def _zipped(files: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return held.getvalue()


def _deployment_group() -> None:
    client, role = aws.client("codedeploy"), cicd.service_role("codedeploy", LAB, FOLDER / "deploy-policy.json")
    name, tags = aws.name("pricing"), cicd.pairs(aws.tags(LAB))
    aws.created(client.create_application, applicationName=name, computePlatform="Lambda", tags=tags)
    aws.created(
        client.create_deployment_group, applicationName=name, serviceRoleArn=role, tags=tags, **group_as_it_was()
    )


def group_as_it_was() -> Document:
    """Return the settings with which the deployment group begins: everything at once, and nobody looks."""
    style = {"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"}
    return {
        "deploymentGroupName": "live",
        "deploymentConfigName": "CodeDeployDefault.LambdaAllAtOnce",
        "deploymentStyle": style,
    }


def _projects() -> None:
    cicd.bucket("artifacts", LAB)
    store = cicd.bucket("order-store", LAB)
    role = cicd.service_role("codebuild", LAB, FOLDER / "build-policy.json")
    name = aws.name("pricing")
    told = {
        "FUNCTION": name, "APPLICATION": name, "GROUP": "live", "SMOKE": aws.name("smoke"),
        "CALENDAR": aws.name("calendar"), "TRIES": "forever", "DIGEST": "",
        "DIGEST_PROGRAM": (FOLDER / "project/digest.py").read_text(),
    }  # fmt: skip
    buildspecs = {"build": "build.yml", "test": _spec("test", STORE=store), "deploy": _spec("release", **told)}
    for thing, buildspec in buildspecs.items():
        source = {"type": "CODEPIPELINE", "buildspec": buildspec}
        cicd.build_project(aws.name(f"release-{thing}"), role, LAB, source=source, artifacts={"type": "CODEPIPELINE"})


def _spec(which: str, **variables: str) -> str:
    # Whatever stands in JSON is YAML, too.
    text = (FOLDER / f"specs/{which}.yml").read_text()
    return text.replace("version: 0.2\n", f"version: 0.2\nenv: {json.dumps({'variables': variables})}\n")


def declaration() -> Document:
    """Return the pipeline as it begins: a gate, an approval, and nothing that looks after a release."""
    watched = {"RepositoryName": aws.name("pricing"), "BranchName": "main"}
    actions = [
        cicd.action("Source", "Source", "CodeCommit", watched, gives="source"),
        _by_project("Build", "build", takes="source", gives="release") | {"namespace": "build"},
        _by_project("Test", "test", takes="source"),
        cicd.action("Approve", "Approval", "Manual", {"CustomData": "Release #{build.DIGEST}"}),
        _by_project("Production", "deploy", takes="release"),
    ]
    stages: list[Document] = [{"name": action["name"], "actions": [action]} for action in actions]
    nothing_skipped = {"Variable": "#{build.SKIPPED}", "Value": "0", "Operator": "EQ"}
    stages[3]["beforeEntry"] = condition("FAIL", rule("every-test-ran", "VariableCheck", nothing_skipped))
    return {
        "name": aws.name("release"),
        "roleArn": cicd.service_role("codepipeline", LAB, FOLDER / "pipeline-policy.json"),
        "pipelineType": "V2",
        "executionMode": "PARALLEL",
        "artifactStore": {"type": "S3", "location": aws.bucket_name("artifacts")},
        "stages": stages,
    }


def _by_project(name: str, thing: str, *, takes: str, gives: str = "") -> Document:
    configuration = {"ProjectName": aws.name(f"release-{thing}")}
    return cicd.action(name, "Build", "CodeBuild", configuration, takes=takes, gives=gives)


def rule(name: str, provider: str, configuration: dict[str, str]) -> Document:
    """Return the declaration of a rule ("VariableCheck", "CloudWatchAlarm") of a condition."""
    type_ = {"category": "Rule", "owner": "AWS", "provider": provider, "version": "1"}
    return {"name": name, "ruleTypeId": type_, "configuration": configuration}


def condition(result: str, *rules: Document) -> Document:
    """Return the declaration of a stage's condition: what is done ("FAIL", "ROLLBACK") when a rule fails."""
    return {"conditions": [{"result": result, "rules": list(rules)}]}
