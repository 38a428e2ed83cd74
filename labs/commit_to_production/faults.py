"""Eight things that go wrong on the way to production, and what a good pipeline makes of each."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from helpers import aws, cicd
from labs.commit_to_production import stage

RECOVERED, STOPPED, ROLLED_BACK = "recovered", "stopped", "rolled back"
BAD, PARTLY, OLDER, ENDLESS = "bad at 100 %", "left in part", "older at 100 %", "endless"
ANSWER = b'return {"release": RELEASE, "total": round(total(event["cart"]) * rate)}'
BURNS_AFTER = 420.0
"""Seconds of AWS's time from a release's first answer to its first error: two minutes after the canary's five."""

CANARY = 0.1
"""The share of the calls that may meet a fault which a canary can see."""

Files = dict[str, bytes]


def _nothing() -> None:
    pass


def _same(archive: bytes) -> bytes:
    return archive


@dataclass(frozen=True)
class Fault:
    """One of them.

    Args:
        name: how the lab calls it.
        wanted: the ends that are right.
        changes: what the commit changes, by path.
        before: done just before the commit.
        tampers: what becomes of the archive in the artifact store while the release waits for its approval.
        pushes: how many commits are pushed, one right after the other.
        share: the largest share of the customers' calls, 0 to 1, that its release may get on the way to a right end.
        limit: seconds of AWS's time and of this machine's after which it counts as endless.
    """

    name: str
    wanted: tuple[str, ...]
    changes: Callable[[], Files] = dict
    before: Callable[[], None] = _nothing
    tampers: Callable[[bytes], bytes] = _same
    pushes: int = 1
    share: float = 1.0
    limit: tuple[float, float] = (2400.0, 240.0)

    @property
    def title(self) -> str:
        """What its release is called."""
        return f"Release with a fault: {self.name}" if self is not GOOD else "A sound release"

    @property
    def seconds(self) -> float:
        """Seconds of this machine after which it counts as endless."""
        scaled, own = self.limit
        return scaled / aws.time_scale() + own

    @property
    def sound(self) -> bool:
        """Whether the release itself is good, so that it belongs in production in the end."""
        return self.wanted == (RECOVERED,)


def _handler(old: bytes, new: bytes) -> bytes:
    source = stage.files()["handler.py"]
    if old not in source:
        raise LookupError(f"handler.py has no {old.decode()}")
    return source.replace(old, new)


def _leave_an_order() -> None:
    aws.client("s3").put_object(Bucket=aws.bucket_name("order-store"), Key="orders/somebody-elses", Body=b"{}")


def renamed(*countries: str) -> Files:
    """Return settings in which these countries have got other names."""
    rates = json.loads(stage.files()["settings.json"])["rates"]
    others = {f"{name}-2" if name in countries else name: rate for name, rate in rates.items()}
    return {"settings.json": json.dumps({"rates": others}).encode()}


def _fee() -> Files:
    return {"handler.py": _handler(ANSWER, ANSWER.replace(b"* rate)", b"* rate) + 100"))}


def _burns() -> Files:
    after = BURNS_AFTER / aws.time_scale()
    expired = b"""if time.monotonic() > EXPIRES:
            raise RuntimeError("the price list has expired")
        """
    source = _handler(ANSWER, expired + ANSWER)
    source = source.replace(b"import json\n", b"import json\nimport time\n")
    return {"handler.py": source.replace(b"FOLDER =", f"EXPIRES = time.monotonic() + {after:g}\nFOLDER =".encode(), 1)}


def _goes_silent() -> Files:
    counts = b"    ANSWERED.append(1)\n    if len(ANSWERED) > 1:\n        raise MemoryError\n    try:"
    return {"handler.py": b"ANSWERED = []\n" + _handler(b"    try:", counts)}


def poisoned(archive: bytes) -> bytes:
    """Return the archive of a release with a line more in its handler, which tells somebody else what is bought."""
    held, told = io.BytesIO(), ANSWER.replace(b'"total":', b'"seen by": "somebody else", "total":')
    with zipfile.ZipFile(io.BytesIO(archive)) as before, zipfile.ZipFile(held, "w") as after:
        for item in before.infolist():
            after.writestr(item, before.read(item).replace(ANSWER, told))
    return held.getvalue()


GOOD = Fault("no fault", (RECOVERED,))
SILENT_CALENDAR = Fault("calendar that never answers", (STOPPED,), before=lambda: stage.calendar(1_000_000))
OTHER_COUNTRIES = Fault(
    "bad configuration", (STOPPED, ROLLED_BACK), changes=lambda: renamed("AT", "CH", "US"), share=CANARY
)
SKIPPED_TEST = Fault(
    "skipped test", (STOPPED,),
    changes=lambda: {"tests/unit/test_later.py": b"import unittest\n\n\nclass Later(unittest.TestCase):\n"
                     b"    @unittest.skip('no time')\n    def test_it(self):\n        pass\n"},
)  # fmt: skip
EIGHT = {
    fault.name: fault
    for fault in (
        Fault("flaky test", (RECOVERED,), before=_leave_an_order),
        Fault("transient API error", (RECOVERED,), before=lambda: stage.calendar(2)),
        Fault("bad configuration", (STOPPED, ROLLED_BACK), changes=lambda: renamed("US", "CH"), share=CANARY),
        Fault("failing hook", (STOPPED, ROLLED_BACK), changes=_fee),
        Fault("slow burn after bake", (ROLLED_BACK,), changes=_burns),
        Fault("alarm with missing data", (STOPPED, ROLLED_BACK), changes=_goes_silent, share=CANARY),
        Fault("poisoned artifact", (STOPPED,), tampers=poisoned, share=0.0),
        Fault("concurrent push", (RECOVERED,), pushes=2),
    )
}


def tamper(fault: Fault, place: dict[str, str]) -> None:
    """Change the archive at `place` (bucket and key) as `fault` does."""
    s3, address = aws.client("s3"), {"Bucket": place["bucket"], "Key": place["key"]}
    archive = s3.get_object(**address)["Body"].read()
    if (changed := fault.tampers(archive)) != archive:
        s3.put_object(**address, Body=changed)


def push(fault: Fault, message: str) -> list[tuple[str, str]]:
    """Commit the fault's release or releases, and return the commit and the version of each."""
    repository, pushed = aws.name("pricing"), []
    for _ in range(fault.pushes):
        version = f"1.{_releases(repository) + 1}.0"
        put = stage.files() | fault.changes() | {"VERSION": f"{version}\n".encode()}
        extra = [path for path in _present(repository) if path not in put]
        pushed.append((cicd.commit(repository, message, put, delete=extra), version))
    return pushed


def _releases(repository: str) -> int:
    return int(cicd.read(repository, "VERSION").split(".")[1])


def _present(repository: str) -> list[str]:
    """Only tests are added by faults, and only those are looked for."""
    client, found = aws.client("codecommit"), []
    for folder in ("tests/unit", "tests/integration"):
        listed = client.get_folder(repositoryName=repository, commitSpecifier="main", folderPath=folder)
        found += [each["absolutePath"] for each in listed["files"]]
    return found
