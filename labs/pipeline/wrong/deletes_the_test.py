"""The test goes, and the bug stays."""

from helpers import aws, cicd

EXERCISE = "fixed"
MESSAGE = "production asks 50.00 for twenty stickers"
TEST = "tests/unit/test_catalog.py"


def apply() -> None:
    integration = "tests/integration/test_orders_with_catalog.py"
    tip = cicd.commit(aws.name("shop"), "Make the build green", {}, delete=[TEST, integration])
    cicd.execution_of(aws.name("pipeline"), tip)
