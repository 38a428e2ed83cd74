"""Pages for either of the two."""

from helpers import aws
from labs.cloudwatch import share_alarm

EXERCISE = "composite"
MESSAGE = "the rule holds"


def apply(rule: str = 'ALARM("{errors}") OR ALARM("{traffic}")') -> None:
    client = aws.client("cloudwatch")
    names = {thing: aws.name(thing) for thing in ("errors", "traffic")}
    topic = f"arn:aws:sns:{aws.region()}:{aws.account()}:{aws.name('alarms')}"
    tags = [{"Key": key, "Value": value} for key, value in aws.tags("cloudwatch").items()]
    client.put_composite_alarm(
        AlarmName=aws.name("page"), AlarmRule=rule.format(**names), AlarmActions=[topic], Tags=tags
    )
    share_alarm.put(AlarmActions=[])


def undo() -> None:
    aws.client("cloudwatch").delete_alarms(AlarmNames=[aws.name("page")])
    share_alarm.put()
