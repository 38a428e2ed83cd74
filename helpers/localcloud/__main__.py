"""`python -m helpers.localcloud`: the process of the local cloud. `instance.ensure` starts it."""

from __future__ import annotations

import argparse
import gc
import logging
import sys
from pathlib import Path

from .instance import READY


def main() -> int:
    """Serve until told to stop; print one line as soon as calls are answered, or why they never will be."""
    # Nothing that starting makes is garbage: to look for some takes an eighth of the start.
    gc.disable()
    options = _options()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    from .base.contract import BaseChanged
    from .lock import AlreadyRunning
    from .server import PortTaken, serve

    try:
        serve(options.home, options.port, options.time_scale, options.region, _announce)
    except (AlreadyRunning, PortTaken, BaseChanged) as problem:
        print(f"{type(problem).__name__}: {problem}", flush=True)
        return 1
    return 0


def _announce() -> None:
    print(READY, flush=True)
    gc.freeze()
    gc.enable()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m helpers.localcloud", description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="the state folder")
    parser.add_argument("--port", type=int, default=0, help="0 takes any that is free")
    parser.add_argument("--time-scale", type=float, default=60.0, help="60 turns a minute of AWS's into a second")
    parser.add_argument("--region", default="us-east-1", help="for calls that name none")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
