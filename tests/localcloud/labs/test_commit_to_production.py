"""What lesson 8 reads of the cloud, held against a function that really answers."""

from __future__ import annotations

import io
import zipfile

import pytest

from helpers import aws
from labs.commit_to_production import production
from labs.commit_to_production.traffic import Customers
from tests.localcloud.support import eventually

GOOD = """
def handler(event, context):
    return {"release": "1.0.0", "total": 1200}
"""
DEAD = "def handler(event, context):\n    raise MemoryError\n"


def zipped(source: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("index.py", source)
    return held.getvalue()


@pytest.fixture
def alias(learner: None) -> None:
    """Version 1 answers, version 2 is dead; a tenth of the calls goes to it."""
    client, name = aws.client("lambda"), aws.name("pricing")
    client.create_function(
        FunctionName=name, Runtime="python3.11", Handler="index.handler", Role="arn:aws:iam::000000000000:role/lab",
        Code={"ZipFile": zipped(GOOD)}, Publish=True,
    )  # fmt: skip
    client.update_function_code(FunctionName=name, ZipFile=zipped(DEAD), Publish=True)
    weights = {"AdditionalVersionWeights": {"2": 0.1}}
    client.create_alias(FunctionName=name, Name="live", FunctionVersion="1", RoutingConfig=weights)


@pytest.mark.usefixtures("alias")
def test_the_alias_says_who_gets_how_much_until_it_is_restored() -> None:
    assert production.weights() == pytest.approx({"1": 0.9, "2": 0.1})
    assert production.main_version() == "1" and {"1", "2"} <= production.versions()
    production.restore("1")
    assert production.weights() == {"1": 1.0}


@pytest.mark.usefixtures("alias")
def test_a_dead_release_says_nothing_of_itself() -> None:
    assert (production.release_of("1"), production.release_of("2")) == ("1.0.0", "")


@pytest.mark.usefixtures("alias")
def test_what_nobody_answered_is_counted_as_asked_and_not_as_an_error() -> None:
    production.restore("2")
    with Customers() as customers:
        eventually(lambda: len(customers.answers) >= 5)
        eventually(lambda: counted("Asked") >= 5)
    assert not any(each.right for each in customers.answers) and {each.version for each in customers.answers} == {"2"}
    assert counted("Good") == counted("Errors") == 0


def counted(metric: str) -> float:
    """Return what was published of a metric."""
    found = aws.client("cloudwatch").get_metric_data(
        MetricDataQueries=[{"Id": "m", "MetricStat": {"Period": 60, "Stat": "Sum", "Metric": {
            "Namespace": "Shop", "MetricName": metric,
            "Dimensions": [{"Name": "Service", "Value": aws.name("pricing")}]}}}],
        StartTime="2020-01-01T00:00:00Z", EndTime="2100-01-01T00:00:00Z",
    )  # fmt: skip
    return float(sum(found["MetricDataResults"][0]["Values"]))
