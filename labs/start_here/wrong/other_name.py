"""A bucket with a name made up on the spot."""

from helpers import aws

EXERCISE = "bucket"
MESSAGE = "the name is in the variable `bucket`"


def apply() -> None:
    aws.client("s3").create_bucket(Bucket=f"{aws.prefix()}-mine")


def undo() -> None:
    aws.client("s3").delete_bucket(Bucket=f"{aws.prefix()}-mine")
