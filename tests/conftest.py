"""For all tests: a run that was started in the background ignores Ctrl-C, and so would every program under test."""

from __future__ import annotations

import signal
import threading


def pytest_configure() -> None:
    """Listen to SIGINT again, so that programs started by tests can be stopped as a person would stop them."""
    in_main_thread = threading.current_thread() is threading.main_thread()
    if in_main_thread and signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
