"""Stands between the local cloud and the process of a container, so that its exit code outlives a crash of the cloud.

Run as a script: `python -I supervisor.py <file for the exit code> <command> ...`. It says that the process has started
by a file beside that one, hands SIGTERM on, and writes the exit code as a container engine states it: 128 + N for a
process that signal N ended. Standard library only.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

_NOT_FOUND, _NOT_EXECUTABLE = 127, 126


def supervise(exit_file: Path, command: list[str]) -> int:
    """Run `command` to its end and write its exit code into `exit_file`; return it."""
    stopping: list[int] = []
    process: subprocess.Popen[bytes] | None = None

    def hand_on(number: int, frame: FrameType | None) -> None:
        stopping.append(number)
        if process is not None:
            process.send_signal(number)

    signal.signal(signal.SIGTERM, hand_on)
    try:
        process = subprocess.Popen(command)
    except OSError as error:
        print(f"exec: {command[0]!r}: {error.strerror}", flush=True)
        return _write(exit_file, _NOT_FOUND if isinstance(error, FileNotFoundError) else _NOT_EXECUTABLE)
    exit_file.with_suffix(".started").touch()
    if stopping:
        process.send_signal(stopping[0])
    code = process.wait()
    return _write(exit_file, 128 - code if code < 0 else code)


def _write(exit_file: Path, code: int) -> int:
    aside = exit_file.with_suffix(".new")
    aside.write_text(str(code))
    aside.replace(exit_file)
    return code


if __name__ == "__main__":
    supervise(Path(sys.argv[1]), sys.argv[2:])
