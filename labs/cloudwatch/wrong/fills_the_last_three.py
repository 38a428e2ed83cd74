"""The evaluator that most people write first."""

import inspect

from helpers import aws
from labs.cloudwatch import evaluator

EXERCISE = "evaluator"
MESSAGE = "answers differ"


def apply() -> None:
    source = inspect.getsource(evaluator.naive).replace("def naive", "def evaluate")
    aws.client("s3").put_object(Bucket=aws.bucket_name("evaluator"), Key="evaluator.py", Body=source.encode())


def undo() -> None:
    aws.client("s3").delete_object(Bucket=aws.bucket_name("evaluator"), Key="evaluator.py")
