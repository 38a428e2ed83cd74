"""What changes while executions are under way: the structure, the sources, the pipeline itself."""

from __future__ import annotations

from tests.localcloud.codepipeline.pipelines import Bench, Document, action, pipeline, stage
from tests.localcloud.support import TestCloud, eventually, new_account


def polled(bench: Bench) -> Document:
    source = bench.from_s3()
    del source["configuration"]["PollForSourceChanges"]
    return source


def test_a_stage_keeps_its_lock_when_an_update_moves_it(bench: Bench) -> None:
    bench.drop()
    first = bench.create(stage("Source", bench.from_s3()), stage("Gate", bench.approval()))
    token = bench.token("Gate")
    before = stage("Before", bench.deploy())
    moved = pipeline(
        stage("Source", bench.from_s3()), before, stage("Gate", bench.approval()), bucket=bench.artifacts
    )  # fmt: skip
    bench.api.update_pipeline(pipeline=moved)
    second = bench.start()
    inbound = eventually(
        lambda: bench.state("Gate").get("inboundExecutions", []), what="the second in front of the gate"
    )
    assert [e["pipelineExecutionId"] for e in inbound] == [second]
    assert bench.state("Before")["latestExecution"]["status"] == "Succeeded"
    bench.answer("Gate", token=token)
    assert bench.ended(first) == "Succeeded"
    bench.answer("Gate", token=bench.token("Gate", execution=second))
    assert bench.ended(second) == "Succeeded"


def test_an_object_that_gets_its_old_bytes_back_starts_again(bench: Bench) -> None:
    bench.s3.create_bucket(Bucket=f"plain-{bench.cloud.account}")
    bench.source = f"plain-{bench.cloud.account}"
    bench.drop(page_html="old")
    assert bench.ended(bench.create(stage("Source", polled(bench)), stage("Deploy", bench.deploy()))) == "Succeeded"
    for number, page in ((2, "new"), (3, "old"), (4, "new")):
        bench.drop(page_html=page)
        assert bench.ended(bench.nth(number)["pipelineExecutionId"]) == "Succeeded"
        assert bench.s3.get_object(Bucket=bench.site, Key="page.html")["Body"].read().decode() == page


def test_two_sources_keep_their_own_revisions_through_a_retry(bench: Bench) -> None:
    first = bench.from_s3()
    second = action(
        "Other", "Source/S3", outputs="More", S3Bucket=bench.source, S3ObjectKey="other.zip",
        PollForSourceChanges="false",
    )  # fmt: skip
    bench.drop()
    execution = bench.create(stage("Source", first, second), stage("Deploy", bench.deploy()))
    assert bench.ended(execution) == "Failed"
    other = bench.s3.put_object(Bucket=bench.source, Key="other.zip", Body=b"other")["VersionId"]
    retry = {"pipelineName": "shop", "stageName": "Source", "pipelineExecutionId": execution}
    bench.api.retry_stage_execution(**retry, retryMode="ALL_ACTIONS")
    assert bench.ended(execution) == "Succeeded"
    found = bench.api.get_pipeline_execution(pipelineName="shop", pipelineExecutionId=execution)["pipelineExecution"]
    main = bench.s3.head_object(Bucket=bench.source, Key="source.zip")["VersionId"]
    assert {r["name"]: r["revisionId"] for r in found["artifactRevisions"]} == {"Code": main, "More": other}


def test_a_deleted_pipeline_leaves_nothing_to_its_namesake(bench: Bench) -> None:
    bench.drop()
    bench.project("slow", "version: 0.2\nphases:\n  build:\n    commands: ['sleep 2']\n")
    build = action("Compile", "Build/CodeBuild", "Code", ProjectName="slow")
    old = bench.create(stage("Source", bench.from_s3()), stage("Build", build))
    builds = bench.cloud.client("codebuild")
    (started,) = eventually(lambda: builds.list_builds_for_project(projectName="slow")["ids"], what="the build")
    bench.api.delete_pipeline(name="shop")
    new = bench.create(stage("Source", bench.from_s3()), stage("Deploy", bench.deploy()))
    assert bench.ended(new) == "Succeeded"
    eventually(lambda: builds.batch_get_builds(ids=[started])["builds"][0]["buildComplete"], what="the old build's end")
    runs = bench.api.list_action_executions(pipelineName="shop")["actionExecutionDetails"]
    assert {run["pipelineExecutionId"] for run in runs} == {new} != {old}
    assert len(builds.list_builds_for_project(projectName="slow")["ids"]) == 1


def test_a_commit_by_the_api_starts_the_pipelines_of_its_branch_only(bench: Bench) -> None:
    commits = bench.cloud.client("codecommit")
    commits.create_repository(repositoryName="web")
    put = [{"filePath": "page.html", "fileContent": b"one"}]
    first = commits.create_commit(repositoryName="web", branchName="main", putFiles=put)["commitId"]

    def of_branch(name: str, branch: str) -> str:
        source = action("Take", "Source/CodeCommit", outputs="Code", RepositoryName="web", BranchName=branch)
        return bench.create(stage("Source", source), stage("Deploy", bench.deploy(ObjectKey=name)), name=name)

    assert bench.ended(of_branch("main", "main"), "main") == "Succeeded"
    commits.create_branch(repositoryName="web", branchName="next", commitId=first)
    assert bench.ended(of_branch("next", "next"), "next") == "Succeeded"
    put = [{"filePath": "page.html", "fileContent": b"two"}]
    tip = commits.create_commit(repositoryName="web", branchName="next", parentCommitId=first, putFiles=put)
    second = bench.nth(2, "next")["pipelineExecutionId"]
    assert bench.ended(second, "next") == "Succeeded"
    assert bench.runs(second, "next")["Take"]["output"]["outputVariables"]["CommitId"] == tip["commitId"]
    assert bench.s3.get_object(Bucket=bench.site, Key="next/page.html")["Body"].read() == b"two"
    assert len(bench.executions("main")) == 1


def test_a_pipeline_does_not_start_for_a_commit_older_than_itself(bench: Bench) -> None:
    clone = bench.repository()
    bench.push(clone, "second", {"page.html": "two"})
    source = action("Take", "Source/CodeCommit", outputs="Code", RepositoryName="web", BranchName="main")
    bench.create(stage("Source", source), stage("Deploy", bench.deploy()))
    bench.push(clone, "third", {"page.html": "three"})
    newest = bench.nth(2)["pipelineExecutionId"]
    bench.ended(newest)
    triggers = [e["trigger"]["triggerType"] for e in bench.executions()]
    assert triggers == ["PollForSourceChanges", "CreatePipeline"]


def test_pipelines_of_one_name_in_two_accounts_do_not_meet(bench: Bench) -> None:
    other = Bench(TestCloud(bench.cloud.home, new_account()), bench.folder)
    for own, page in ((bench, "ours"), (other, "theirs")):
        own.drop(page_html=page)
    begun = [(own, own.create(stage("Source", own.from_s3()), stage("Deploy", own.deploy()))) for own in (bench, other)]
    for own, execution in begun:
        assert own.ended(execution) == "Succeeded"
        assert len(own.executions()) == 1
    assert bench.s3.get_object(Bucket=bench.site, Key="page.html")["Body"].read() == b"ours"
    assert other.s3.get_object(Bucket=other.site, Key="page.html")["Body"].read() == b"theirs"
