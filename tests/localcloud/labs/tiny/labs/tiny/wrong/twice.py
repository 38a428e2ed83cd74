"""Sends the message twice; it cannot be unsent, so the proof gives it a run of its own."""

from helpers import aws

EXERCISE = "message"
MESSAGE = "2 messages"


def apply() -> None:
    address = aws.client("sqs").get_queue_url(QueueName=aws.name("orders"))["QueueUrl"]
    for _ in range(2):
        aws.client("sqs").send_message(QueueUrl=address, MessageBody="hello")
