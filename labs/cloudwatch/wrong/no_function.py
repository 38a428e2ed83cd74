"""Puts something that is no evaluator."""

from helpers import aws
from labs.cloudwatch.wrong.fills_the_last_three import undo

__all__ = ["undo"]

EXERCISE = "evaluator"
MESSAGE = "it could not be asked"


def apply() -> None:
    aws.client("s3").put_object(Bucket=aws.bucket_name("evaluator"), Key="evaluator.py", Body=b"state = 'OK'")
