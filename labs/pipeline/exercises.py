"""From a commit to production: repository, buildspec, pipeline, a release that is stopped, one that goes through."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from helpers import aws, cicd
from helpers.lab import Outcome, exercise, existing, not_attempted, right, wrong
from labs.pipeline import production

REPOSITORY, PIPELINE, TRY = "shop", "pipeline", "pipeline-try"
LONG = 1500.0
"""Seconds for a check that builds; locally it takes two."""


def _tip(branch: str = "main") -> str | None:
    found: Any = existing(aws.client("codecommit").get_branch, repositoryName=aws.name(REPOSITORY), branchName=branch)
    return found["branch"]["commitId"] if found else None


def _file(path: str, commit: str = "main") -> bytes | None:
    found: Any = existing(
        aws.client("codecommit").get_file,
        repositoryName=aws.name(REPOSITORY), commitSpecifier=commit, filePath=path,
    )  # fmt: skip
    return found["fileContent"] if found else None


@exercise(
    "Put the shop under version control",
    place="CreateRepository takes `repositoryName`; CreateCommit takes `branchName` and `putFiles`.",
    plan="Create the repository whose name is in `shop`. Then make one commit on the branch main that puts every file"
    " of `files` at its own path.",
)
def repository() -> Outcome:
    client = aws.client("codecommit")
    if existing(client.get_repository, repositoryName=aws.name(REPOSITORY)) is None:
        return not_attempted(f"no repository {aws.name(REPOSITORY)}", point="A pipeline begins where a commit is seen.")
    if _tip() is None:
        others = client.list_branches(repositoryName=aws.name(REPOSITORY))["branches"]
        return wrong(
            seen=f"the branch {others[0]}" if others else "a repository without a commit",
            expected="the branch main with the shop on it",
            where="the argument `branchName`" if others else "CreateCommit: the first one also makes the branch",
            point="The pipeline will watch one branch by its name.",
        )
    missing = [path for path in ("VERSION", "shop/catalog.py", "tests/unit/test_catalog.py") if _file(path) is None]
    if missing:
        return wrong(
            seen=f"no {missing[0]} on main",
            expected="every file of the shop at its own path",
            where="`filePath` in each entry of `putFiles`",
            point="The build will look for the files where the project has them.",
        )
    return right("The shop is on main.", next_question="Who may push to it, and who looks at it before?")


@exercise(
    "Write a buildspec that tests before it packs",
    place="`phases` with `commands`, and `artifacts` with `base-directory` and `files`.",
    plan="In one phase run the unit tests; in a later one make a folder, copy the package and VERSION into it and write"
    " release.json there. As artifact take all files below that folder, with the folder as base directory.",
    limit=LONG,
)
def buildspec() -> Outcome:
    tip = _tip()
    if tip is None or _file("buildspec.yml") is None:
        return not_attempted("no buildspec.yml on main", point="CodeBuild does what the project itself says.")
    build = cicd.run_build(aws.name(TRY), sourceVersion=tip)
    if build["buildStatus"] != "SUCCEEDED":
        return wrong(
            seen=production.reason(build),
            expected="a build that succeeds",
            where="the log of the build: cicd.build_log(build)",
            point="A phase fails with the first command that does.",
        )
    return (
        _packed_rightly(build, tip)
        or _tests_first(tip)
        or right(
            "A sound shop is packed, and one with a bug is not.",
            next_question="Which bugs would these tests let through?",
        )
    )


def _packed_rightly(build: dict[str, Any], tip: str) -> Outcome | None:
    bucket, _, key = build["artifacts"]["location"].removeprefix("arn:aws:s3:::").partition("/")
    body = aws.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        names = archive.namelist()
        release = archive.read("release.json").decode() if "release.json" in names else ""
    lacking = [name for name in ("release.json", "VERSION", "shop/catalog.py") if name not in names]
    if lacking:
        return wrong(
            seen=f"an artifact with {', '.join(sorted(names)[:4])} ...",
            expected=f"{lacking[0]} at the root of the artifact",
            where="`artifacts`: `base-directory` and `files`",
            point="The base directory is where the paths of an artifact begin.",
        )
    try:
        said = json.loads(release)
    except ValueError:
        said = {}
    if said.get("commit") != tip:
        return wrong(
            seen=f"release.json says {release.strip()[:80]}",
            expected="JSON with the version, and as commit the one that was built",
            where="the command that writes release.json; CODEBUILD_RESOLVED_SOURCE_VERSION holds the commit",
            point="A release that can be traced says where it comes from.",
        )
    return None


def _tests_first(tip: str) -> Outcome | None:
    """Build a shop that the learner has not seen: with a bug that its unit tests know."""
    catalog = production.with_bug(_file("shop/catalog.py") or b"")
    branch = "check-with-a-bug"
    client, name = aws.client("codecommit"), aws.name(REPOSITORY)
    aws.created(client.create_branch, repositoryName=name, branchName=branch, commitId=tip)
    try:
        broken = cicd.commit(name, "A bug, to see the tests fail", {"shop/catalog.py": catalog}, branch=branch)
        build = cicd.run_build(aws.name(TRY), sourceVersion=broken)
    finally:
        client.delete_branch(repositoryName=name, branchName=branch)
    if build["buildStatus"] == "SUCCEEDED":
        return wrong(
            seen="a shop with a wrong price was built and packed",
            expected="the build to fail on it",
            where="the phases: no command runs the tests, or its exit code is lost",
            point="Only a command that fails stops a build.",
        )
    return None


@exercise(
    "Connect source, build and deployment",
    place="The stages of the declaration; `inputArtifacts` of the last action.",
    plan="Declare three stages. The build takes what the source gives, and gives something of its own; the deployment"
    " takes that. Create the pipeline with the role and the artifact store above, and wait for its first execution.",
    limit=LONG,
)
def pipeline() -> Outcome:
    client = aws.client("codepipeline")
    found: Any = existing(client.get_pipeline, name=aws.name(PIPELINE))
    if found is None:
        return not_attempted(f"no pipeline {aws.name(PIPELINE)}", point="Stages hand artifacts to one another.")
    actions = {action["name"]: action for stage in found["pipeline"]["stages"] for action in stage["actions"]}
    by_provider = {action["actionTypeId"]["provider"]: action for action in actions.values()}
    if not {"CodeCommit", "CodeBuild", "S3"} <= set(by_provider):
        return wrong(
            seen=f"actions of {', '.join(sorted(by_provider))}",
            expected="a source in CodeCommit, a build in CodeBuild and a deployment to S3",
            where="`stages` of the declaration",
            point="Each step that a release takes is an action.",
        )
    if by_provider["S3"]["inputArtifacts"] != by_provider["CodeBuild"]["outputArtifacts"]:
        taken = by_provider["S3"]["inputArtifacts"][0]["name"]
        return wrong(
            seen=f"the deployment takes the artifact {taken}",
            expected="it takes what the build gives",
            where="`inputArtifacts` of the deployment",
            point="What was tested is what should run: deploy the build's output, not its input.",
        )
    return _went_through()


def _went_through() -> Outcome:
    done = production.succeeded(aws.name(PIPELINE), wait_for=_tip())
    if done is None:
        return wrong(
            seen="no execution that went through",
            expected="one that deployed the shop",
            where="cicd.failure(pipeline, execution) says what stopped the last one",
            point="An execution takes one commit through all stages, or stops.",
        )
    place = production.built(aws.name(PIPELINE), done)
    if not cicd.same_files(place, aws.bucket_name("production")):
        return wrong(
            seen="production holds other bytes than the last build gave",
            expected="every file of the artifact, byte for byte",
            where="the deployment's `BucketName` and `Extract`",
            point="Build once, and deploy exactly that.",
        )
    return right("What was built is what is deployed, byte for byte.", next_question="What if the build were wrong?")


@exercise(
    "Try to release a bug",
    place="cicd.commit takes the repository, a message and the files; the tests know one bug in `total`.",
    plan="Write down what you expect. Then commit a version 1.1.0 whose discount begins above 50.00 instead of at"
    " 50.00, and watch how far it gets.",
    limit=LONG,
)
def stopped() -> Outcome:
    name = aws.name(PIPELINE)
    if existing(aws.client("codepipeline").get_pipeline, name=name) is None:
        return not_attempted("no pipeline to stop anything", point="First there has to be a way to production.")
    executions = production.all_of(name, wait_for=_tip())
    failed = [found for found in executions if production.failed_stages(name, found) == ["Build"]]
    if failed:
        return right("The tests stopped it: it never came near production.", next_question="How soon did you know?")
    if len([found for found in executions if found["status"] == "Succeeded"]) > 1:
        return wrong(
            seen="a new commit that went all the way to production",
            expected="one that the tests stop in the stage Build",
            where="what the commit changes: do the tests in tests/unit know about it?",
            point="A pipeline stops what its tests can see, and nothing else.",
        )
    return not_attempted("no release after the first one", point="What would your tests notice?")


@exercise(
    "Get version 1.1.0 to production, sound",
    place="The function `total` in shop/catalog.py, the file VERSION, and the tests as they were.",
    plan="Mend the code, not the tests: the discount begins at exactly 50.00. Commit, and see it through.",
    limit=LONG,
)
def fixed() -> Outcome:
    if _tip() is None or (said := cicd.released(aws.bucket_name("production"))) is None:
        return not_attempted("nothing in production", point="There is nothing to improve yet.")
    production.all_of(aws.name(PIPELINE), wait_for=_tip())
    said = cicd.released(aws.bucket_name("production")) or {}
    if said.get("version") != "1.1.0":
        return not_attempted(f"version {said.get('version')} in production", point="What keeps 1.1.0 out?")
    price = production.price_of(aws.bucket_name("production"), {"sticker": 20})
    if price != 4500:
        return wrong(
            seen=f"production asks {price / 100:.2f} for twenty stickers at 2.50",
            expected="45.00: from 50.00 on there are ten percent off",
            where="shop/catalog.py, and whether the test that knows this is still in tests/unit",
            point="A test that was in the way was in the way of the bug.",
        )
    if b"test_at_exactly_fifty" not in (_file("tests/unit/test_catalog.py") or b""):
        return wrong(
            seen="the right price, and no test that keeps it so",
            expected="the test of the boundary, as it was",
            where="tests/unit/test_catalog.py on main",
            point="The next change will be made by somebody who does not know.",
        )
    return right("Production has 1.1.0, and it counts right.", next_question="How would you have told the customers?")
