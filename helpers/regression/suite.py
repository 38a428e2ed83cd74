"""Runs the tests in a pytest of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

from . import PROJECT, WORKERS


def run_tests(arguments: Sequence[str]) -> int:
    """Run pytest with the notebooks' plugin, side by side, a notebook never split; return its exit code.

    A number of processes in `arguments` (`-n 0`) wins over the usual one. On Ctrl-C pytest gets time to end what it
    started.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-m", "pytest", "-p", "helpers.regression.plugin", "-n", str(WORKERS)]
    with subprocess.Popen([*command, "--dist", "loadscope", *arguments], cwd=PROJECT, env=kept) as process:
        return _wait(process)


def _wait(process: subprocess.Popen[bytes]) -> int:
    """Wait for pytest. Ctrl-C reaches it too, as it shares our terminal; it needs a moment to stop kernels."""
    for _ in range(2):
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue
    process.terminate()
    return process.wait(30)
