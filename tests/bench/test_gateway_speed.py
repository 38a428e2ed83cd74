"""What the gateway (signature, routing, durable state) costs over bare MiniStack."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from helpers.localcloud import instance
from tests.bench.bare import BareMiniStack, await_answer, client, free_port
from tests.bench.measuring import in_turn, say_ratio, seconds

GOAL, GROSS = 1.15, 2.0
START_GOAL, START_GROSS = 1.3, 2.5
ROUNDS, WARMING = 300, 30
STARTS = 5
ACCOUNT = "111122223333"
Call = Callable[[], object]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Callable[[str], Any]]]:
    """Makes clients: of our local cloud, and of a bare MiniStack."""
    home, bare = tmp_path_factory.mktemp("ours"), BareMiniStack(tmp_path_factory.mktemp("bare"))
    try:
        bare.start()
        ours = instance.ensure(home)
        yield [lambda service: client(service, ours.url, instance.secret_key(home, ACCOUNT)), bare.client]
    finally:
        bare.stop()
        instance.stop(home)


def s3_put(make: Callable[[str], Any]) -> Call:
    s3 = make("s3")
    s3.create_bucket(Bucket="bench")
    return lambda: s3.put_object(Bucket="bench", Key="key", Body=b"x" * 4096)


def sqs_send(make: Callable[[str], Any]) -> Call:
    sqs = make("sqs")
    url = sqs.create_queue(QueueName="bench")["QueueUrl"]
    return lambda: sqs.send_message(QueueUrl=url, MessageBody="x" * 256)


def dynamodb_put(make: Callable[[str], Any]) -> Call:
    table = make("dynamodb")
    table.create_table(
        TableName="bench",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return lambda: table.put_item(TableName="bench", Item={"id": {"S": "one"}, "text": {"S": "x" * 256}})


@pytest.mark.parametrize("prepare", [s3_put, sqs_send, dynamodb_put], ids=lambda prepare: prepare.__name__)
def test_a_call_through_the_gateway(
    both: list[Callable[[str], Any]], prepare: Callable[[Callable[[str], Any]], Call]
) -> None:
    ours, theirs = (prepare(make) for make in both)
    in_turn(ours, theirs, rounds=WARMING)
    say_ratio(f"{prepare.__name__} (median of {ROUNDS})", *in_turn(ours, theirs, rounds=ROUNDS), goal=GOAL, gross=GROSS)


def test_from_start_to_the_first_signed_call(tmp_path: Path) -> None:
    """Both ports are known and both clients made before the clock runs: it times the clouds, not boto3."""
    measured = []
    for number in range(STARTS):
        home, bare = tmp_path / f"ours{number}", BareMiniStack(tmp_path / f"bare{number}")
        try:
            measured.append((_start_ours(home), _start_bare(bare)))
        finally:
            bare.stop()
            instance.stop(home)
    ours, theirs = sorted(mine for mine, _ in measured), sorted(other for _, other in measured)
    middle = STARTS // 2
    say_ratio("start to first signed call", ours[middle], theirs[middle], goal=START_GOAL, gross=START_GROSS)


def _start_ours(home: Path) -> float:
    port = free_port()
    sts = client("sts", f"http://127.0.0.1:{port}", instance.secret_key(home, ACCOUNT))

    def start() -> None:
        instance.ensure(home, port=port)
        await_answer(sts)

    return seconds(start)


def _start_bare(bare: BareMiniStack) -> float:
    sts = bare.client("sts")

    def start() -> None:
        bare.launch()
        await_answer(sts)

    return seconds(start)
