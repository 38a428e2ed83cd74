"""Which cloud the notebooks talk to, and how: the only module that knows.

`WORKBOOK_BACKEND` is `local` (the embedded cloud, the default), `aws` (a real account: it must be asked for), or the
URL of another emulator. Everything else in the workbook asks here for clients, names and tags.
"""

from __future__ import annotations

import os
import re
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

LIFETIME = timedelta(hours=8)
# No hyphen: wb-ann must not be the beginning of another learner's wb-ann-b.
_LEARNER = re.compile(r"[a-z0-9]{1,20}")
_THERE = re.compile(r"AlreadyExist|NameExists|AlreadyOwnedByYou|NameInUse|EntityAlready")
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")


class WorkbookError(Exception):
    """Something the learner can put right; the message says what happened, what was expected and what to do."""


class WaitTimeout(WorkbookError):
    """A condition did not come true within its limit."""


@dataclass(frozen=True)
class Settings:
    """What a notebook may choose: its region, who learns, and how fast the local cloud's minutes pass."""

    region: str
    learner: str
    time_scale: float
    account: str
    backend: str


def _from_environment() -> Settings:
    get = os.environ.get
    return Settings(
        region=get("WORKBOOK_REGION", "us-east-1"),
        learner=get("WORKBOOK_LEARNER", "learner"),
        time_scale=_number("WORKBOOK_TIME_SCALE", "60"),
        account=get("WORKBOOK_ACCOUNT", "111122223333"),
        backend=get("WORKBOOK_BACKEND", "local"),
    )


def _number(variable: str, default: str) -> float:
    text = os.environ.get(variable) or default
    try:
        return float(text)
    except ValueError:
        raise WorkbookError(f"{variable} is {text!r}; it must be a number above 0, such as {default}.") from None


_settings = _from_environment()


def configure(region: str | None = None, learner: str | None = None, time_scale: float | None = None) -> Settings:
    """Take the values of a notebook's parameters cell; None keeps what the environment says.

    Raises WorkbookError, naming the parameter, for a value of the wrong kind.
    """
    global _settings
    chosen = _from_environment()
    if region is not None:
        chosen = replace(chosen, region=_checked("region", region, _REGION, "a region such as eu-west-1"))
    if learner is not None:
        wanted = "1 to 20 lower-case letters and digits"
        chosen = replace(chosen, learner=_checked("learner", learner, _LEARNER, wanted))
    if time_scale is not None:
        chosen = replace(chosen, time_scale=_positive("time_scale", time_scale))
    _settings = chosen
    session.cache_clear()
    client.cache_clear()
    if time_scale is not None:
        _tell_other_scale(float(time_scale))
    return chosen


def _tell_other_scale(wanted: float) -> None:
    """A local cloud that runs keeps its pace; a learner who asks for another one has to know."""
    from .localcloud import instance

    running = instance.status(home()).time_scale if backend() == "local" else None
    if running is not None and running != wanted:
        print(
            f"The local cloud runs already, {running:g} times as fast as AWS, and not {wanted:g} times. To change that,"
            " end it with `workbook down` and run this cell again."
        )


def _checked(name: str, value: object, pattern: re.Pattern[str], wanted: str) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise WorkbookError(f"The parameter {name} is {value!r}; it must be {wanted}.")
    return value


def _positive(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 3600:
        raise WorkbookError(f"The parameter {name} is {value!r}; it must be a number above 0 and at most 3600.")
    return float(value)


def home() -> Path:
    """Return the folder of the learner's copies, progress and the local cloud's state (`WORKBOOK_HOME`)."""
    default = Path(__file__).resolve().parents[1] / "workspace"
    return Path(os.environ.get("WORKBOOK_HOME") or default).resolve()


def backend() -> str:
    """Return "local", "aws", or the URL of another emulator. Raises WorkbookError for anything else."""
    chosen = _settings.backend
    if chosen not in ("local", "aws") and not chosen.startswith(("http://", "https://")):
        raise WorkbookError(f"WORKBOOK_BACKEND is {chosen!r}; it must be local, aws, or the URL of an emulator.")
    return chosen


def needs_base_image() -> bool:
    """Return whether an image has to bring a Python: on AWS. A task of the local cloud has the workbook's."""
    return backend() == "aws"


def region() -> str:
    """Return the region in which the notebook works."""
    return _settings.region


def time_scale() -> float:
    """Return how much faster than AWS's the local cloud's minutes pass; 1 on any other backend."""
    return _local().time_scale if backend() == "local" else 1.0


def between_looks(seconds: float) -> float:
    """Return how long to wait between two looks at something: `seconds` locally, ten times as long elsewhere.

    Another cloud counts its callers' calls and throttles those who ask too often.
    """
    return seconds if backend() == "local" else seconds * 10


@lru_cache(maxsize=1)
def _real_account() -> str:
    """Ask a real account who it is, and say it before anything is created there."""
    identity = session().client("sts").get_caller_identity()
    print(f"This notebook works in AWS account {identity['Account']} ({region()}) as {identity['Arn']}.")
    return str(identity["Account"])


def account() -> str:
    """Return the 12 digits of the account in which the notebook works."""
    return _real_account() if backend() == "aws" else _settings.account


def prefix() -> str:
    """Return what every name of this learner begins with."""
    return f"wb-{_settings.learner}"


def name(thing: str) -> str:
    """Return the learner's name for `thing`: name("shop") is "wb-ada-shop" for the learner ada."""
    return f"{prefix()}-{thing}"


def bucket_name(thing: str) -> str:
    """Return a bucket name for `thing` that no other account has (S3 names are global)."""
    return f"{name(thing)}-{account()}-{region()}"


def bucket_place() -> dict[str, Any]:
    """Return the argument of CreateBucket that names the region; the oldest one must not be named."""
    return {} if region() == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region()}}


def tags(lab: str) -> dict[str, str]:
    """Return the tags of everything that `lab` creates: whose it is, for what, and when it may go."""
    expires = (datetime.now(UTC) + LIFETIME).isoformat(timespec="seconds")
    return {"workbook:learner": _settings.learner, "workbook:lab": lab, "workbook:expires": expires}


@lru_cache(maxsize=1)
def session() -> Any:
    """Return a boto3 session of the chosen cloud; the same one each time, as each reads the services' models anew."""
    import boto3

    if backend() == "aws":
        return boto3.session.Session(region_name=region())
    return boto3.session.Session(_settings.account, _secret(), region_name=region())


@lru_cache(maxsize=64)
def client(service: str) -> Any:
    """Return a boto3 client of `service` ("codepipeline"); the same one each time.

    On a real account the first call says whose account it is.
    """
    from botocore.config import Config

    if backend() == "aws" and service != "sts":
        _real_account()
    config = Config(retries={"max_attempts": 4, "mode": "standard"}, s3={"addressing_style": "path"})
    return session().client(service, endpoint_url=endpoint(), config=config if endpoint() else None)


def resource(service: str) -> Any:
    """Return a boto3 resource of `service` ("s3")."""
    return session().resource(service, endpoint_url=endpoint())


def endpoint() -> str | None:
    """Return the URL at which the cloud is reached; None on AWS, whose own addresses boto3 knows."""
    chosen = backend()
    if chosen == "local":
        return str(_local().url)
    return None if chosen == "aws" else chosen


def environ() -> dict[str, str]:
    """Return the variables with which a child process (git, the aws CLI) works in the same account and region."""
    chosen = backend()
    if chosen == "aws":
        return {**os.environ, "AWS_REGION": region(), "AWS_DEFAULT_REGION": region(), **_git_for_aws()}
    from .localcloud.environment import child_environment

    # None of the user's own AWS settings, which would win over ours or name another account.
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {**own, **child_environment(str(endpoint()), account(), _secret(), region())}


def _git_for_aws() -> dict[str, str]:
    helper = f'!"{sys.executable}" -m helpers.git_credential'
    pattern = f"credential.https://git-codecommit.{region()}.amazonaws.com"
    settings = [(f"{pattern}.helper", ""), (f"{pattern}.helper", helper), (f"{pattern}.useHttpPath", "true")]
    variables = {"GIT_CONFIG_COUNT": str(len(settings)), "GIT_TERMINAL_PROMPT": "0"}
    for number, (key, value) in enumerate(settings):
        variables |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    project = str(Path(__file__).resolve().parents[1])
    return {**variables, "PYTHONPATH": os.pathsep.join([project, os.environ.get("PYTHONPATH", "")])}


def _local() -> Any:
    """Return the running local cloud, started if need be."""
    from .localcloud import instance

    try:
        return instance.ensure(home(), time_scale=_settings.time_scale)
    except instance.StartFailed as problem:
        raise WorkbookError(str(problem)) from None


def _secret() -> str:
    if backend() != "local":
        return os.environ.get("AWS_SECRET_ACCESS_KEY", "test")
    from .localcloud import instance

    return instance.secret_key(home(), _settings.account)


def created(call: Callable[..., T], **arguments: Any) -> T | None:
    """Return what the creating `call` answers, or None if the thing is there already: a cell may be run twice."""
    from botocore.exceptions import ClientError

    try:
        return call(**arguments)
    except ClientError as problem:
        if _THERE.search(problem.response["Error"]["Code"]):
            return None
        raise


def wait(what: str, probe: Callable[[], T | None], *, limit: float, every: float = 0.1) -> T:
    """Call `probe` until it returns something true, and return that.

    `what` is shown while waiting; `limit` and `every` are seconds. Raises WaitTimeout with the last thing seen.
    """
    print(f"waiting for {what} ...", end=" ", flush=True)
    started = time.monotonic()
    pause = threading.Event()
    while not (seen := probe()):
        if time.monotonic() - started > limit:
            raise WaitTimeout(f"Waited {limit:.0f} s for {what}; the last thing seen was {seen!r}.")
        pause.wait(every)
    print("there")
    return seen
