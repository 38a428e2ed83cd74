"""Nothing is lost: what was answered is there after a `kill -9`, within the bound that docs/fidelity.md states."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import psutil
import pytest

from helpers.localcloud import instance
from helpers.localcloud.base.contract import missing_parts
from tests.localcloud.codepipeline.pipelines import zipped
from tests.localcloud.support import TestCloud, eventually


def test_the_base_looks_as_the_adapter_expects() -> None:
    assert missing_parts(thorough=True) == []


def test_s3_objects_survive_a_kill_at_once(private_cloud: TestCloud) -> None:
    s3 = private_cloud.client("s3")
    s3.create_bucket(Bucket="kept")
    private_cloud.settle()
    s3.put_object(Bucket="kept", Key="last", Body=b"written just now")
    private_cloud.kill()
    private_cloud.restart()
    body = private_cloud.client("s3").get_object(Bucket="kept", Key="last")["Body"].read()
    assert body == b"written just now"


def test_parameters_queues_and_stacks_survive_a_kill_after_the_stated_bound(private_cloud: TestCloud) -> None:
    template = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "kept"}}}}
    private_cloud.client("ssm").put_parameter(Name="/kept", Value="v", Type="String")
    queue = private_cloud.client("sqs").create_queue(QueueName="kept")["QueueUrl"]
    private_cloud.client("sqs").send_message(QueueUrl=queue, MessageBody="m")
    stacks = private_cloud.client("cloudformation")
    stacks.create_stack(StackName="kept", TemplateBody=json.dumps(template))
    stacks.get_waiter("stack_create_complete").wait(StackName="kept", WaiterConfig={"Delay": 1, "MaxAttempts": 20})
    private_cloud.settle()
    private_cloud.kill()
    private_cloud.restart()
    assert private_cloud.client("ssm").get_parameter(Name="/kept")["Parameter"]["Value"] == "v"
    assert private_cloud.client("sqs").receive_message(QueueUrl=queue)["Messages"][0]["Body"] == "m"
    described = private_cloud.client("cloudformation").describe_stacks(StackName="kept")["Stacks"][0]
    assert described["StackStatus"] == "CREATE_COMPLETE"
    assert "kept" in private_cloud.client("sns").list_topics()["Topics"][0]["TopicArn"]


def test_the_update_of_a_function_that_a_kill_cut_off_comes_to_its_end(private_cloud: TestCloud) -> None:
    api = private_cloud.client("lambda")
    code = {"ZipFile": zipped({"index.py": "def handler(event, context):\n    return 1\n"})}
    role = f"arn:aws:iam::{private_cloud.account}:role/r"
    api.create_function(FunctionName="kept", Runtime="python3.11", Role=role, Handler="index.handler", Code=code)
    api.get_waiter("function_active_v2").wait(FunctionName="kept", WaiterConfig={"Delay": 1})
    private_cloud.settle()
    private_cloud.kill()
    # Half a second later the base had written it so: this is what a kill within that time leaves.
    saved = private_cloud.home / "cloud" / "base" / "lambda.json"
    text = saved.read_text()
    assert '"Active"' in text and '"Successful"' in text
    saved.write_text(text.replace('"Active"', '"Pending"').replace('"Successful"', '"InProgress"'))
    private_cloud.restart()
    again = private_cloud.client("lambda")
    again.get_waiter("function_updated_v2").wait(FunctionName="kept", WaiterConfig={"Delay": 1, "MaxAttempts": 20})
    assert again.get_function_configuration(FunctionName="kept")["State"] == "Active"


def test_the_port_stays_the_same_so_that_clone_urls_stay_valid(private_cloud: TestCloud) -> None:
    before = private_cloud.endpoint
    private_cloud.kill()
    private_cloud.restart()
    assert private_cloud.endpoint == before


def test_a_note_of_a_dead_process_is_recognised(private_cloud: TestCloud) -> None:
    private_cloud.kill()
    status = instance.status(private_cloud.home)
    assert (status.running, status.stale) == (False, True)


def test_a_corrupt_state_file_is_kept_aside_and_the_log_says_so(private_cloud: TestCloud) -> None:
    private_cloud.stop()
    state = private_cloud.home / "cloud" / "state.sqlite"
    state.write_bytes(b"garbage" * 1000)
    private_cloud.restart()
    assert private_cloud.client("codecommit").list_repositories()["repositories"] == []
    assert (private_cloud.home / "cloud" / "state.sqlite.corrupt-1").read_bytes().startswith(b"garbage")
    assert "kept as state.sqlite.corrupt-1" in (private_cloud.home / "cloud" / "cloud.log").read_text()


def test_two_starts_at_once_give_one_instance(tmp_path: Path) -> None:
    found: list[instance.Endpoint] = []
    threads = [threading.Thread(target=lambda: found.append(instance.ensure(tmp_path))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    try:
        assert len(found) == 4
        assert len({(endpoint.pid, endpoint.port) for endpoint in found}) == 1
    finally:
        instance.stop(tmp_path)


def test_a_taken_port_is_named_with_what_to_do(private_cloud: TestCloud, tmp_path: Path) -> None:
    taken = int(private_cloud.endpoint.rpartition(":")[2])
    with pytest.raises(instance.StartFailed, match=rf"Port {taken} .*workbook up --port"):
        instance.ensure(tmp_path / "other", port=taken)


def test_nothing_is_alive_after_a_stop(private_cloud: TestCloud) -> None:
    process = psutil.Process(private_cloud.pid)
    assert instance.stop(private_cloud.home) is True
    assert not process.is_running()
    assert _processes_of(private_cloud.home) == []
    assert instance.stop(private_cloud.home) is False


def test_a_reset_forgets_one_account_everywhere_and_no_other(private_cloud: TestCloud) -> None:
    other = "999999999999"
    for account in (private_cloud.account, other):
        private_cloud.client("s3", account=account).create_bucket(Bucket=f"b-{account}")
        private_cloud.client("ssm", account=account).put_parameter(Name="/a", Value="v", Type="String")
        private_cloud.client("codecommit", account=account).create_repository(repositoryName="shop")
    assert instance.reset(private_cloud.home, private_cloud.account) > 0
    assert private_cloud.client("s3").list_buckets()["Buckets"] == []
    assert private_cloud.client("codecommit").list_repositories()["repositories"] == []
    assert private_cloud.client("ssm").describe_parameters()["Parameters"] == []
    left = private_cloud.client("codecommit", account=other).list_repositories()["repositories"]
    assert [repository["repositoryName"] for repository in left] == ["shop"]
    assert len(private_cloud.client("s3", account=other).list_buckets()["Buckets"]) == 1


def _processes_of(home: Path) -> list[psutil.Process]:
    def mine() -> list[psutil.Process]:
        found = psutil.process_iter(["cmdline"])
        return [process for process in found if str(home) in " ".join(process.info["cmdline"] or [])]

    eventually(lambda: not mine(), what="the end of every process of the stopped cloud")
    return mine()
