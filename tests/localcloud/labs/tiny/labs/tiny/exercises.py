"""The smallest lab that can be proved."""

from helpers import aws
from helpers.lab import Outcome, exercise, existing, not_attempted, right, wrong


@exercise(
    "Make a queue that keeps messages for an hour",
    place="MessageRetentionPeriod, in seconds.",
    plan="Create the queue with the attribute, or set the attribute on the one you have.",
)
def queue() -> Outcome:
    sqs = aws.client("sqs")
    found = existing(sqs.get_queue_url, QueueName=aws.name("orders"))
    if found is None:
        return not_attempted(f"there is no queue called {aws.name('orders')}", point="Somewhere to wait.")
    kept = sqs.get_queue_attributes(QueueUrl=found["QueueUrl"], AttributeNames=["All"])["Attributes"]
    seconds = int(kept["MessageRetentionPeriod"])
    if seconds == 60:
        return wrong(seen="60 seconds", expected="an hour", where="the unit", point="The unit is seconds, not minutes.")
    if seconds != 3600:
        return wrong(seen=f"{seconds} seconds", expected="an hour", where="MessageRetentionPeriod")
    return right("Messages wait for an hour.")


@exercise("Send a message", place="ApproximateNumberOfMessages", plan="Find the queue's address; send to it.")
def message() -> Outcome:
    sqs = aws.client("sqs")
    found = existing(sqs.get_queue_url, QueueName=aws.name("orders"))
    count = "ApproximateNumberOfMessages"
    told = found and sqs.get_queue_attributes(QueueUrl=found["QueueUrl"], AttributeNames=[count])["Attributes"][count]
    if told in (None, "0"):
        return not_attempted("there is no message")
    if told != "1":
        return wrong(seen=f"{told} messages", expected="one message", where=count)
    return right("One message waits.")
