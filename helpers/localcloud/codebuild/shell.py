"""The one shell in which all commands of a build run, so that what one sets the next one sees."""

from __future__ import annotations

import os
import secrets
import shlex
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

from ..runtime import processes

_LONGEST_LINE = 200_000

# Commands are sourced one by one, as they arrive on the shell's input; each is followed on the output, and so after
# everything it printed, by a line with a mark and its exit status. The line goes to the output by the name of its
# pipe, for a command may close the shell's own (`exec >file`). The shell's variables and folder are kept for the
# one that takes over when a command ends it: by `exit` or a failure under `set -e` as they are then, by a signal or
# `exec` as they were before that command.
_LOOP = """
if [ -f {saved} ]; then
  . {saved}
  cd "$(cat {folder})"
fi
trap 'export -p >| {saved}; pwd >| {folder}' EXIT
while IFS= read -r _workbook_step; do
  export -p >| {saved}
  pwd >| {folder}
  . "$_workbook_step" < /dev/null
  printf '\\n%s %s\\n' {mark} "$?" {output}
done
"""


class Shell:
    """A living shell. `run` is for one thread; `kill` may be called from any."""

    def __init__(
        self, program: str, folder: Path, work: Path, environment: dict[str, str], owner: str,
        on_line: Callable[[str], None], on_start: Callable[[processes.Leader], None],
    ) -> None:  # fmt: skip
        self._program = program
        self._folder = folder
        self._work = work / "shell"
        self._work.mkdir(parents=True, exist_ok=True)
        self._environment = environment
        self._owner = owner
        self._on_line = on_line
        self._on_start = on_start
        self._leaders: list[processes.Leader] = []
        self._mark = f"end-{secrets.token_hex(12)}"
        self._count = 0
        self._killed = threading.Event()
        self._start()

    def run(self, command: str) -> int:
        """Run `command`, hand over each line of its output, and return its exit status (137 if killed)."""
        if self._killed.is_set():
            return 137
        if self._process.poll() is not None:
            self._watcher.join(30)
            self._output.close()
            self._start()
            if self._killed.is_set():
                self.kill()  # it came between the old shell and the new one
        return self._step(command)

    def set(self, name: str, value: str) -> None:
        """Set a variable for the commands that follow."""
        self.run(f"export {name}={shlex.quote(value)}")

    def get(self, names: list[str]) -> dict[str, str]:
        """Return the present values of the variables `names` that are set."""
        found = {}
        for name in names:
            file = self._work / f"value-{name}"
            self.run(f'if [ -n "${{{name}+set}}" ]; then printf %s "${{{name}}}" > {shlex.quote(str(file))}; fi')
            if file.exists():
                found[name] = file.read_text(errors="replace")
        return found

    def kill(self) -> None:
        """End the shell and everything it started, wherever that went."""
        self._killed.set()
        processes.end(self._owner, self._leaders)

    def close(self) -> None:
        """End the shell and what it left running in the background."""
        if self._process.stdin:
            self._process.stdin.close()
        self.kill()
        self._process.wait(10)
        self._output.close()

    def _start(self) -> None:
        loop = self._work / "loop.sh"
        saved, folder = (shlex.quote(str(self._work / name)) for name in ("saved", "folder"))
        reading, writing, output = self._pipe()
        loop.write_text(_LOOP.format(mark=self._mark, saved=saved, folder=folder, output=output))
        self._output = os.fdopen(reading, "rb", buffering=0)
        try:
            self._process = processes.start([self._program, str(loop)], self._folder, self._environment, writing)
        except OSError:
            os.close(writing)
            raise
        self._leaders.append(processes.leader(self._process))
        self._on_start(self._leaders[-1])
        self._watcher = threading.Thread(target=self._end_with_shell, args=(self._process, writing), daemon=True)
        self._watcher.start()
        self._rest = b""

    def _pipe(self) -> tuple[int, int, str]:
        """Return both ends of a pipe for the output, and how the shell writes to it whatever its own output is."""
        if not hasattr(os, "mkfifo"):
            return *os.pipe(), ""
        path = self._work / f"output-{len(self._leaders)}"
        os.mkfifo(path, 0o600)
        reading = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        writing = os.open(path, os.O_WRONLY)
        os.set_blocking(reading, True)
        return reading, writing, f">| {shlex.quote(str(path))}"

    def _end_with_shell(self, process: subprocess.Popen[bytes], writing: int) -> None:
        """A child in the background would hold the output open, and us with it, long after the shell has gone.

        We hold it open until then, because a shell that closes its own output has not ended.
        """
        process.wait()
        processes.end(self._owner, self._leaders)
        os.close(writing)

    def _step(self, command: str) -> int:
        self._count += 1
        step = self._work / f"{self._count}.sh"
        step.write_text(f"{command}\n")
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(f"{step}\n".encode())
        except OSError:
            return self._status()
        return self._read()

    def _read(self) -> int:
        """Hand over lines up to the one with the mark. An empty line before it is ours, and so waits for the next.

        What runs in the background may print between the two, and behind the mark: that is kept for the next command.
        """
        mark, empty = f"{self._mark} ".encode(), False
        while chunk := self._output.read(65536):
            *lines, self._rest = (self._rest + chunk).split(b"\n")
            for number, line in enumerate(lines):
                before, found, status = line.partition(mark)
                if found:
                    self._emit([before] * bool(before))
                    self._rest = b"\n".join([*lines[number + 1 :], self._rest])
                    return int(status)
                self._emit([b""] * empty + [line] * bool(line))
                empty = not line
            if len(self._rest) > _LONGEST_LINE:
                self._emit([b""] * empty + [self._rest])
                self._rest, empty = b"", False
        self._emit([b""] * empty + self._rest.splitlines())
        self._rest = b""
        return self._status()

    def _emit(self, lines: list[bytes]) -> None:
        for line in lines:
            self._on_line(line.decode("utf-8", "replace").rstrip("\r"))

    def _status(self) -> int:
        code = self._process.wait(10)
        return 128 - code if code < 0 else code
