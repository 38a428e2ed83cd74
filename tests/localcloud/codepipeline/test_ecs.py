"""Images that a pipeline brings to a service of ECS."""

from __future__ import annotations

import json
from typing import Any

from tests.localcloud.codepipeline.pipelines import Bench, Document, action, stage, zipped
from tests.localcloud.codepipeline.test_crash import crash
from tests.localcloud.codepipeline.test_rollback import roll_back
from tests.localcloud.ecs.bench import Bench as Cluster
from tests.localcloud.ecs.test_services import BREAKER, CRASH, create, running, steady
from tests.localcloud.support import eventually


def put(bench: Bench, definitions: Any, name: str = "imagedefinitions.json") -> None:
    text = definitions if isinstance(definitions, str) else json.dumps(definitions)
    bench.s3.put_object(Bucket=bench.source, Key="source.zip", Body=zipped({name: text}))


def web(image: str) -> list[Document]:
    return [{"name": "web", "imageUri": image}]


def deployed(**more: str) -> Document:
    return action("Ship", "Deploy/ECS", "Code", **{"ClusterName": "shop", "ServiceName": "web", **more})


def versions(cluster: Cluster) -> set[str]:
    """What the tasks of the service answer, once it is steady."""
    steady(cluster)
    return {str(cluster.get(task)["version"]) for task in running(cluster)}


def test_an_image_is_deployed_to_a_service_and_rolled_back(bench: Bench) -> None:
    cluster = Cluster(bench.cloud)
    one, two = (cluster.push(version, VERSION=version) for version in ("1", "2"))
    before = create(cluster, one, desired=1)["taskDefinition"]
    put(bench, web(one))
    first = bench.create(stage("Source", bench.from_s3()), stage("Deploy", deployed()))
    assert bench.ended(first) == "Succeeded", bench.runs(first)
    put(bench, web(two))
    second = bench.start()
    assert bench.ended(second) == "Succeeded", bench.runs(second)
    assert versions(cluster) == {"2"}
    after = cluster.ecs.describe_services(cluster="shop", services=["web"])["services"][0]["taskDefinition"]
    definition = cluster.ecs.describe_task_definition(taskDefinition=after)["taskDefinition"]
    old = cluster.ecs.describe_task_definition(taskDefinition=before)["taskDefinition"]
    (container,) = definition["containerDefinitions"]
    assert container["image"] == two
    # All but the image is as it was.
    assert {**container, "image": one} == old["containerDefinitions"][0]
    assert definition["revision"] == old["revision"] + 2
    assert bench.ended(roll_back(bench, first)) == "Succeeded"
    assert versions(cluster) == {"1"}


def test_a_release_that_the_circuit_breaker_turns_back_fails_the_action(bench: Bench) -> None:
    cluster = Cluster(bench.cloud)
    create(cluster, cluster.push("1", VERSION="1"), desired=1, deploymentConfiguration=BREAKER)
    steady(cluster)
    put(bench, web(cluster.push("broken", CRASH)))
    execution = bench.create(stage("Source", bench.from_s3()), stage("Deploy", deployed()))
    assert bench.ended(execution) == "Failed"
    error = bench.error(execution, "Ship")
    assert (error["code"], "ROLLBACK_SUCCESSFUL" in error["message"]) == ("JobFailed", True), error
    assert versions(cluster) == {"1"}


def test_a_release_that_never_gets_steady_runs_out_of_time(bench: Bench) -> None:
    cluster = Cluster(bench.cloud)
    create(cluster, cluster.push("1", VERSION="1"), desired=1)
    put(bench, web(cluster.push("broken", CRASH)))
    execution = bench.create(stage("Source", bench.from_s3()), stage("Deploy", deployed(DeploymentTimeout="2")))
    assert bench.ended(execution) == "Failed"
    assert "longer than 2 minutes" in bench.error(execution, "Ship")["message"]


WRONG: dict[str, tuple[Any, str, Document, str]] = {
    "no file": ([], "other.json", {}, "has no file imagedefinitions.json"),
    "no JSON": ("{", "imagedefinitions.json", {}, "must be a JSON list"),
    "no list": ({"web": "x"}, "imagedefinitions.json", {}, "must be a JSON list"),
    "nothing": ([], "imagedefinitions.json", {}, "must be a JSON list"),
    "no container": ([{"name": "db", "imageUri": "x"}], "images.json", {"FileName": "images.json"}, "the container db"),
    "no service": (web("x"), "imagedefinitions.json", {"ServiceName": "nobody"}, "no active service nobody"),
    "no cluster": (web("x"), "imagedefinitions.json", {"ClusterName": "nowhere"}, "luster"),
}  # fmt: skip


def test_what_is_wrong_with_the_files_or_the_service_is_said(bench: Bench) -> None:
    cluster = Cluster(bench.cloud)
    create(cluster, cluster.push("1", VERSION="1"), desired=0)
    for number, (definitions, name, given, said) in enumerate(WRONG.values()):
        put(bench, definitions, name)
        pipeline = f"wrong-{number}"
        stages = stage("Source", bench.from_s3()), stage("Deploy", deployed(**given))
        execution = bench.create(*stages, name=pipeline)
        assert bench.ended(execution, pipeline) == "Failed"
        error = bench.error(execution, "Ship", pipeline)
        assert (error["code"], said in error["message"]) == ("ConfigurationError", True), error


def test_a_killed_local_cloud_does_not_deploy_twice(own_bench: Bench) -> None:
    bench = own_bench
    cluster = Cluster(bench.cloud)
    create(cluster, cluster.push("1", VERSION="1"), desired=1)
    steady(cluster)
    put(bench, web(cluster.push("2", VERSION="2")))
    bench.cloud.settle()
    execution = bench.create(stage("Source", bench.from_s3()), stage("Deploy", deployed()))
    eventually(lambda: bench.action_state("Deploy", "Ship").get("externalExecutionId"), what="the deployment under way")
    crash(bench)
    assert bench.ended(execution, seconds=90) == "Succeeded", bench.error(execution, "Ship")
    assert versions(cluster) == {"2"}
    listed = cluster.ecs.list_service_deployments(cluster="shop", service="web")["serviceDeployments"]
    assert len(listed) == 2
