"""`workbook`: the command. Every verb is one call into a package.

Exit codes: 0 done, 1 something is not as it should be (it says what), 2 the command was not understood, 130 stopped by
Ctrl-C. `test` and `bench` end with pytest's code.
"""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from helpers import aws

_LANDING = "start_here"
_TO_PYTEST = ("test", "bench")
# Variables of the user's that would win over the key and the endpoint that `env` exports.
_WINNING = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_", "AWS_IGNORE_CONFIGURED")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the verb that `arguments` (None: the command line's) name and return the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if given and given[0] in _TO_PYTEST and given[1:] not in (["-h"], ["--help"]):
            return _pytest(given[0], given[1:])
        options = _parser().parse_args(given)
        verb: Callable[[argparse.Namespace], int] = options.verb
        return verb(options)
    except aws.WorkbookError as problem:
        return _said(problem)
    except RuntimeError as problem:
        if type(problem).__name__ not in ("StartFailed", "LabFailed"):
            raise
        return _said(problem)
    except KeyboardInterrupt:
        return 130


def _said(problem: Exception) -> int:
    print(problem, file=sys.stderr)
    return 1


def _pytest(verb: str, arguments: list[str]) -> int:
    from helpers import regression

    if verb == "test":
        return regression.test(arguments)
    return regression.test(["tests/bench", "-n", "0", "--capture=no", *arguments])


def _setup(options: argparse.Namespace) -> int:
    from helpers import doctor

    found = doctor.preflight()
    print(found)
    print("Open the workbook with `python3 run.py lab`.")
    return 0 if found.ready else 1


def _lab(options: argparse.Namespace) -> int:
    from helpers import jupyter, lab

    copy = lab.start(options.lab).path
    extra = [] if options.port is None else [f"--ServerApp.port={options.port}"]
    return jupyter.open_lab(copy, browser=not options.no_browser, options=extra)


def _run(options: argparse.Namespace) -> int:
    from helpers import regression
    from helpers.regression.parameters import parse

    report = regression.run(options.notebooks or None, parse(options.parameter), options.workers, options.out)
    return report.exit_code


def _doctor(options: argparse.Namespace) -> int:
    from helpers import doctor

    found = doctor.examine()
    print(found.listing())
    return 0 if found.ready else 1


def _up(options: argparse.Namespace) -> int:
    from helpers.localcloud import instance

    home, now = _local_home(), aws.configure()
    cloud = instance.ensure(home, time_scale=now.time_scale, port=options.port, region=now.region)
    print(f"The local cloud runs at {cloud.url} (process {cloud.pid}); `workbook down` stops it.")
    return 0


def _down(options: argparse.Namespace) -> int:
    from helpers.localcloud import instance

    stopped = instance.stop(_local_home())
    print("The local cloud is stopped; what it holds is kept." if stopped else "The local cloud was not running.")
    return 0


def _status(options: argparse.Namespace) -> int:
    from helpers import lab

    print(f"{_cloud_line()}\n\n{lab.status_text()}")
    return 0


def _cloud_line() -> str:
    from helpers.localcloud import instance

    if aws.backend() != "local":
        return f"Cloud: {aws.backend()} (WORKBOOK_BACKEND), region {aws.region()}."
    now = instance.status(aws.home())
    if now.running:
        return f"Cloud: local, runs at {now.endpoint} (process {now.pid}), account {aws.account()}, {aws.region()}."
    return "Cloud: local, not running; it starts at the first call or with `workbook up`."


def _reset(options: argparse.Namespace) -> int:
    if options.lab and options.account:
        raise aws.WorkbookError("`reset` takes a lab or an account, not both: a lab lives in your own account.")
    return _reset_lab(options.lab) if options.lab else _reset_account(options.account)


def _reset_lab(slug: str) -> int:
    from helpers import lab

    done = lab.reset(slug)
    print(done)
    return 0 if done.cleanup.clean else 1


def _reset_account(chosen: str | None) -> int:
    from helpers.localcloud import instance

    home, now = _local_home(), aws.configure()
    account = chosen or now.account
    instance.ensure(home, time_scale=now.time_scale, region=now.region)
    removed = instance.reset(home, account, now.region)
    print(
        f"Account {account} of the local cloud is empty: {removed} records were removed. Other accounts are untouched."
    )
    return 0


def _env(options: argparse.Namespace) -> int:
    from helpers.localcloud import instance

    home, now = _local_home(), aws.configure()
    instance.ensure(home, time_scale=now.time_scale, region=now.region)
    variables = instance.environment(home, options.account or now.account, now.region)
    disturbing = sorted(name for name in os.environ if name.startswith(_WINNING))
    say = _powershell if options.shell == "powershell" else _posix
    print("\n".join([*(say(name, None) for name in disturbing), *(say(*item) for item in variables.items())]))
    return 0


def _posix(name: str, value: str | None) -> str:
    return f"unset {name}" if value is None else f"export {name}={shlex.quote(value)}"


def _powershell(name: str, value: str | None) -> str:
    if value is None:
        return f"Remove-Item Env:{name}"
    quoted = value.replace("'", "''")
    return f"$env:{name} = '{quoted}'"


def _start(options: argparse.Namespace) -> int:
    from helpers import lab

    print(lab.start(options.lab))
    return 0


def _next(options: argparse.Namespace) -> int:
    from helpers import lab

    print(lab.next_exercise())
    return 0


def _check(options: argparse.Namespace) -> int:
    from helpers import lab

    verdicts = lab.check(options.lab, options.exercise)
    print("\n\n".join(map(str, verdicts)) or f"{options.lab} has no exercises.")
    return 0 if all(verdict.right for verdict in verdicts) else 1


def _local_home() -> Path:
    if aws.backend() != "local":
        raise aws.WorkbookError(
            f"WORKBOOK_BACKEND is {aws.backend()}: there is no local cloud to work on. Unset it, then run this again."
        )
    return aws.home()


def _account(text: str) -> str:
    if len(text) == 12 and text.isascii() and text.isdecimal():
        return text
    raise argparse.ArgumentTypeError(f"an account is 12 digits, not {text!r}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="workbook", description="A hands-on DevOps on AWS course, on this machine.")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)

    def verb(name: str, function: Callable[[argparse.Namespace], int], help: str) -> argparse.ArgumentParser:
        added = verbs.add_parser(name, help=help, description=help)
        added.set_defaults(verb=function)
        return added

    _add_workbook_verbs(verb)
    _add_cloud_verbs(verb)
    _add_exercise_verbs(verb)
    return parser


_Adder = Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser]


def _add_workbook_verbs(verb: _Adder) -> None:
    verb("setup", _setup, "set up all that is needed (run.py has done it) and say whether the machine is ready")
    lab = verb("lab", _lab, "open the workbook in JupyterLab, its local cloud running until it is closed")
    lab.add_argument("lab", nargs="?", default=_LANDING, help="the lab to open (default: %(default)s)")
    lab.add_argument("--no-browser", action="store_true", help="print the address and open no browser")
    lab.add_argument("--port", type=int, help="JupyterLab's port (default: 8888 or one that is free)")
    verb("test", _setup, "run all tests and hold the notebooks against their stored outputs; takes pytest's arguments")
    run = verb("run", _run, "execute notebooks headless and write a report")
    run.add_argument("notebooks", nargs="*", type=Path, help="which (default: all)")
    run.add_argument("-p", "--parameter", action="append", default=[], metavar="NAME=VALUE")
    run.add_argument("--workers", type=int, default=2, help="how many at once (default: %(default)s)")
    run.add_argument("--out", type=Path, help="the run folder (default: runs/<time>)")
    verb("bench", _setup, "print ratios of speed; takes pytest's arguments")
    verb("doctor", _doctor, "say what is not as it should be, why, and what repairs it")


def _add_cloud_verbs(verb: _Adder) -> None:
    up = verb("up", _up, "start the local cloud and leave it running")
    up.add_argument("--port", type=int, help="its port (default: that of last time, or one that is free)")
    verb("down", _down, "stop the local cloud; what it holds is kept")
    verb("status", _status, "show the cloud and your progress")
    reset = verb("reset", _reset, "begin a lab anew, or, without a lab, empty an account of the local cloud")
    reset.add_argument("lab", nargs="?", help="the lab to begin anew")
    reset.add_argument("--account", type=_account, help="the account to empty (default: yours)")
    env = verb("env", _env, 'print what `eval "$(workbook env)"` needs for aws, boto3 and git to use the local cloud')
    env.add_argument("--account", type=_account, help="act as this account (default: yours)")
    env.add_argument("--shell", choices=("posix", "powershell"), default="powershell" if os.name == "nt" else "posix")


def _add_exercise_verbs(verb: _Adder) -> None:
    start = verb("start", _start, "make your copy of a lab's notebook")
    start.add_argument("lab", nargs="?", default=_LANDING, help="which (default: %(default)s)")
    verb("next", _next, "say which exercise comes next")
    check = verb("check", _check, "check the exercises of a lab")
    check.add_argument("lab")
    check.add_argument("exercise", nargs="?", help="only this one (default: all)")


if __name__ == "__main__":
    sys.exit(main())
