"""Stands between the local cloud and the process of a container, so that its exit code outlives a crash of the cloud.

Run as a script: `python -I supervisor.py <file for the exit code> <what ends it> <command> ...`. It says that the
process has started by a file beside that one and writes the exit code as a container engine states it: 128 + N for a
process that signal N ended. SIGTERM is handed on; or, if something else ends the command (a JSON list, such as
`["docker", "stop", "web"]`; `[]` for nothing), that is started and left to itself, because whoever sent the signal may
not wait for its end. Standard library only.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

_NOT_FOUND, _NOT_EXECUTABLE = 127, 126


def supervise(exit_file: Path, ending: list[str], command: list[str]) -> int:
    """Run `command` to its end and write its exit code into `exit_file`; return it."""
    stopping: list[int] = []
    process: subprocess.Popen[bytes] | None = None

    def hand_on(number: int, frame: FrameType | None) -> None:
        stopping.append(number)
        if process is not None:
            _end(process, ending)

    signal.signal(signal.SIGTERM, hand_on)
    try:
        process = subprocess.Popen(command)
    except OSError as error:
        print(f"exec: {command[0]!r}: {error.strerror}", flush=True)
        return _write(exit_file, _NOT_FOUND if isinstance(error, FileNotFoundError) else _NOT_EXECUTABLE)
    exit_file.with_suffix(".started").touch()
    if stopping:
        _end(process, ending)
    code = process.wait()
    return _write(exit_file, 128 - code if code < 0 else code)


def _end(process: subprocess.Popen[bytes], ending: list[str]) -> None:
    if not ending:
        process.terminate()
        return
    quiet = subprocess.DEVNULL
    # In a session of its own: all of ours may be killed a moment later.
    subprocess.Popen(ending, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=os.name != "nt")


def _write(exit_file: Path, code: int) -> int:
    aside = exit_file.with_suffix(".new")
    aside.write_text(str(code))
    aside.replace(exit_file)
    return code


if __name__ == "__main__":
    supervise(Path(sys.argv[1]), json.loads(sys.argv[2]), sys.argv[3:])
