"""A small process that ends what must not outlive the local cloud for long.

The proxy and the tasks go on when the local cloud crashes, and are adopted by the next one. If none comes within
`COMING_BACK` seconds, or the user has stopped it for good, the guardian ends them with all their children and itself.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import psutil

from .. import record
from ..lock import AlreadyRunning, hold

COMING_BACK = 60.0
_TURN = 0.2
_GRACE = 1.0
_SAME = 1.0
_started: dict[Path, subprocess.Popen[bytes]] = {}
_starting = threading.Lock()


def watch(home: Path, pid: int, created: float) -> None:
    """Let the process `pid`, created at `created` (epoch seconds, as psutil says), not outlive the cloud for long.

    `home` is the local cloud's own folder (`Cloud.home`). Called by the cloud for each such process, also after it
    has adopted one. Cheap when called again.
    """
    folder = _folder(home)
    folder.mkdir(parents=True, exist_ok=True)
    with _starting:
        _note(folder / "owner.json", os.getpid(), psutil.Process().create_time())
        _note(folder / f"{pid}.json", pid, created)
        if home not in _started or _started[home].poll() is not None:
            _started[home] = _start(home)
            atexit.register(_dismiss, home)


def _start(home: Path) -> subprocess.Popen[bytes]:
    quiet = subprocess.DEVNULL
    project = Path(__file__).resolve().parents[3]
    # The lock lets a second one end at once, when that of a cloud which crashed is still there.
    return subprocess.Popen(
        [sys.executable, "-m", "helpers.localcloud.runtime.guardian", str(home)],
        stdin=quiet, stdout=quiet, stderr=quiet, cwd=project, env=_environment(project), **_detached(),
    )  # fmt: skip


def _dismiss(home: Path) -> None:
    """At the orderly end of the cloud: with nothing left to guard, take the guardian along."""
    guarding = _started.get(home)
    if guarding is not None and guarding.poll() is None and not _watched(home):
        guarding.terminate()
        guarding.wait(_GRACE)


def _environment(project: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "PATH") if name in os.environ}
    return {**kept, "PYTHONPATH": str(project)}


def _detached() -> dict[str, Any]:
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.DETACHED_PROCESS}
    return {"start_new_session": True}


def guard(home: Path, coming_back: float = COMING_BACK) -> None:
    """Stay until the cloud of `home` is gone for good, then end all that is watched. Raises AlreadyRunning."""
    lock = hold(_folder(home) / "lock")
    turn, gone_since = threading.Event(), 0.0
    while True:
        if _has_cloud(home):
            gone_since = 0.0
        elif not _watched(home):
            break
        else:
            gone_since = gone_since or time.monotonic()
            # A cloud that crashed leaves its note; one that was stopped takes it away.
            if record.read(home.parent) is None or time.monotonic() - gone_since > coming_back:
                _end_all(home)
                break
        turn.wait(_TURN)
    lock.close()


def _has_cloud(home: Path) -> bool:
    noted = record.read(home.parent)
    if noted is not None and noted.alive():
        return True
    # The note comes with the first answer; whoever asked us to watch is there before.
    return _process(_folder(home) / "owner.json") is not None


def _watched(home: Path) -> list[psutil.Process]:
    """Return the processes that are watched and still run; the notes of the others go."""
    found = []
    for note in _folder(home).glob("[0-9]*.json"):
        process = _process(note)
        if process is None:
            note.unlink(missing_ok=True)
        else:
            found.append(process)
    return found


def _process(note: Path) -> psutil.Process | None:
    try:
        content = json.loads(note.read_text())
        process = psutil.Process(content["pid"])
        same = abs(process.create_time() - content["created"]) < _SAME
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None
    except (OSError, ValueError, KeyError, TypeError, psutil.Error):
        return None


def _end_all(home: Path) -> None:
    family = [each for process in _watched(home) for each in (process, *_below(process))]
    for stop in (psutil.Process.terminate, psutil.Process.kill):
        for process in family:
            try:
                stop(process)
            except psutil.Error:
                continue
        _, family = psutil.wait_procs(family, timeout=_GRACE)


def _below(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []


def _folder(home: Path) -> Path:
    return home / "guardian"


def _note(path: Path, pid: int, created: float) -> None:
    content = json.dumps({"pid": pid, "created": created})
    if path.exists() and path.read_text() == content:
        return
    temporary = path.with_suffix(".new")
    temporary.write_text(content)
    temporary.replace(path)


def main() -> int:
    """Guard the local cloud whose folder is the only argument."""
    try:
        guard(Path(sys.argv[1]))
    except AlreadyRunning:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
