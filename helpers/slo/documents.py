"""JSON documents of a team (a policy, a rotation) in the parameter store, where people and programs find them."""

from __future__ import annotations

import json
from typing import Any

from helpers import aws
from helpers.lab.exercises import existing


def store(thing: str, document: Any, lab: str) -> str:
    """Keep `document` under the learner's name for `thing`, over the one before, and return that name."""
    client, name, text = aws.client("ssm"), aws.name(thing), json.dumps(document, indent=1)
    tags = [{"Key": key, "Value": value} for key, value in aws.tags(lab).items()]
    # Tags and Overwrite exclude each other in one call.
    if aws.created(client.put_parameter, Name=name, Value=text, Type="String", Tags=tags) is None:
        client.put_parameter(Name=name, Value=text, Type="String", Overwrite=True)
    return name


def load(thing: str) -> Any:
    """Return the document of `thing`, or None if there is none. Raises ValueError if it is not JSON."""
    found: Any = existing(aws.client("ssm").get_parameter, Name=aws.name(thing))
    if found is None:
        return None
    try:
        return json.loads(found["Parameter"]["Value"])
    except ValueError as problem:
        raise ValueError(f"The parameter {aws.name(thing)} holds no JSON: {problem}.") from None
