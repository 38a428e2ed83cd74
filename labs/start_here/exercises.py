"""First steps: a bucket of one's own, and something in it."""

from helpers import aws
from helpers.lab import Outcome, exercise, existing, not_attempted, right, wrong


def _name() -> str:
    return aws.bucket_name("hello")


@exercise(
    "Create a bucket",
    place="The call of the S3 client that creates one takes the name as `Bucket`; the variable `bucket` holds it.",
    plan="Call the client's method for creating a bucket with the name in `bucket`. Outside of the oldest region it"
    " also wants to know the region; the cell above has prepared that as `place`.",
)
def bucket() -> Outcome:
    s3 = aws.client("s3")
    if existing(s3.head_bucket, Bucket=_name()) is not None:
        return right(f"The bucket {_name()} is there, and it is yours.", next_question="Who else can see its name?")
    mine = [found["Name"] for found in s3.list_buckets()["Buckets"] if found["Name"].startswith(aws.prefix())]
    if mine:
        return wrong(
            seen=f"a bucket {mine[0]}",
            expected=f"a bucket {_name()}",
            where="the argument `Bucket`: the name is in the variable `bucket`",
            point="The name of a bucket is one among all buckets of the world, so it has to be exact.",
        )
    return not_attempted(f"no bucket {_name()}", point="Storage in S3 begins with a bucket: who makes it?")


@exercise(
    "Put a greeting into it",
    place="The call that puts an object takes `Bucket`, `Key` and `Body`.",
    plan="Put an object with the key that is asked for; its body is the text, as bytes.",
)
def greeting() -> Outcome:
    s3 = aws.client("s3")
    if existing(s3.head_bucket, Bucket=_name()) is None:
        return not_attempted(f"no bucket {_name()} to put anything into", point="First the bucket, then the object.")
    keys = [item["Key"] for item in s3.list_objects_v2(Bucket=_name()).get("Contents", [])]
    if not keys:
        return not_attempted("the bucket is empty", point="A bucket holds objects: a key, and bytes.")
    if "greeting.txt" not in keys:
        return wrong(
            seen=f"an object called {keys[0]}",
            expected="an object called greeting.txt",
            where="the argument `Key`",
            point="The key is the whole name of an object, letter for letter.",
        )
    body = s3.get_object(Bucket=_name(), Key="greeting.txt")["Body"].read()
    if b"hello" not in body.lower():
        return wrong(
            seen=f"{len(body)} bytes without the word hello",
            expected="a text with the word hello in it",
            where="the argument `Body`",
            point="What you put is what everybody reads.",
        )
    return right(
        f"{len(body)} bytes lie in the cloud and were read back.", next_question="What would it cost to forget them?"
    )
