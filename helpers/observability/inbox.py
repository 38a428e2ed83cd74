"""A mailbox that a topic delivers to, so that a notebook sees a notification arrive."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from helpers import aws


@dataclass(frozen=True)
class Inbox:
    """A queue that is subscribed to a topic."""

    url: str

    def messages(self) -> list[dict[str, Any]]:
        """Take what has arrived: the JSON of each notification, the earliest first."""
        taken: list[dict[str, Any]] = []
        client = aws.client("sqs")
        while found := client.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages"):
            for message in found:
                taken.append(_content(json.loads(message["Body"])))
                client.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return taken

    def wait_for(self, what: str, wanted: Callable[[dict[str, Any]], bool], *, limit: float = 600) -> dict[str, Any]:
        """Return the first notification that `wanted` accepts; the others are thrown away. Raises WaitTimeout."""
        return aws.wait(what, lambda: next(filter(wanted, self.messages()), None), limit=limit)


def inbox(topic: str, lab: str) -> Inbox:
    """Make a queue (or take the one that is there), subscribe it to the topic's ARN, and return it."""
    client, name = aws.client("sqs"), f"{topic.rpartition(':')[2]}-inbox"
    url = str(client.create_queue(QueueName=name, tags=aws.tags(lab))["QueueUrl"])
    arn = client.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    allowed = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    client.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    aws.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return Inbox(url)


def _content(body: dict[str, Any]) -> dict[str, Any]:
    try:
        content = json.loads(body["Message"])
    except ValueError:
        return {"Subject": body.get("Subject", ""), "Message": body["Message"]}
    return {"Subject": body.get("Subject", ""), **content} if isinstance(content, dict) else {"Message": content}
