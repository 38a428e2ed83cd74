"""Names of CodeDeploy, and what an id looks like.

https://docs.aws.amazon.com/codedeploy/latest/userguide/limits.html
"""

from __future__ import annotations

import re
import secrets
import string

from ..service import ServiceError

_NAME = re.compile(r"[A-Za-z0-9._+=,@-]{1,100}")
_LETTERS = string.ascii_uppercase + string.digits


def checked(name: str, kind: str) -> str:
    """Return `name` of a `kind` ("Application"). Raises Invalid<kind>NameException."""
    if not _NAME.fullmatch(name):
        raise ServiceError(
            f"Invalid{kind}NameException",
            f"{name!r} cannot be a name: 1 to 100 letters, digits and the characters . _ + = , @ - are allowed.",
        )
    return name


def deployment_id() -> str:
    """Return a new id of a deployment ("d-A1B2C3D4E")."""
    return "d-" + "".join(secrets.choice(_LETTERS) for _ in range(9))
