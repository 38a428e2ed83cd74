"""The right key with nothing in it."""

from helpers import aws

EXERCISE = "greeting"
MESSAGE = "a text with the word hello in it"


def apply() -> None:
    aws.client("s3").put_object(Bucket=aws.bucket_name("hello"), Key="greeting.txt", Body=b"")


def undo() -> None:
    aws.client("s3").delete_object(Bucket=aws.bucket_name("hello"), Key="greeting.txt")
