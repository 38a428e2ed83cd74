"""Takes the period for minutes."""

from helpers import aws

EXERCISE = "queue"
MESSAGE = "the unit"


def apply() -> None:
    aws.client("sqs").create_queue(QueueName=aws.name("orders"), Attributes={"MessageRetentionPeriod": "60"})


def undo() -> None:
    address = aws.client("sqs").get_queue_url(QueueName=aws.name("orders"))["QueueUrl"]
    aws.client("sqs").delete_queue(QueueUrl=address)
