"""The object under another key."""

from helpers import aws

EXERCISE = "greeting"
MESSAGE = "an object called greeting.txt"


def apply() -> None:
    aws.client("s3").put_object(Bucket=aws.bucket_name("hello"), Key="hello", Body=b"hello")


def undo() -> None:
    aws.client("s3").delete_object(Bucket=aws.bucket_name("hello"), Key="hello")
