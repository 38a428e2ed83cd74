"""Sets the workbook up and hands over to its `workbook` command: `python3 run.py lab`, `python3 run.py test`.

Needs Python 3.11 to 3.13 and git, nothing else. Makes `.venv` beside this file, brings uv into it, installs
`requirements.lock` (exact versions, checked by hash) and this project; from then on a call starts at once.
How packages are reached is for the machine to say: pip's and uv's own configuration and variables apply.
"""

# The grammar of this file stays that of Python 3.6, so that an older Python reaches the sentence below.
import sys

_OLDEST, _NEWEST = (3, 11), (3, 13)


def _explain_version() -> None:
    import shutil

    found = [name for name in ("python3.13", "python3.12", "python3.11") if shutil.which(name)]
    advice = "Install one of them." if not found else f"You have one: type `{found[0]} run.py`."
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    sys.exit(f"The workbook needs Python 3.11, 3.12 or 3.13; this is Python {version}. {advice}")


if not _OLDEST <= tuple(sys.version_info[:2]) <= _NEWEST:
    _explain_version()

import contextlib  # noqa: E402
import hashlib  # noqa: E402
import os  # noqa: E402
import re  # noqa: E402
import shutil  # noqa: E402
import subprocess  # noqa: E402
import tempfile  # noqa: E402
from collections.abc import Callable, Iterator  # noqa: E402
from pathlib import Path  # noqa: E402

PROJECT = Path(__file__).resolve().parent
VENV = PROJECT / ".venv"
LOCK = PROJECT / "requirements.lock"
# Written before the first change and replaced by the stamp after the last: an interrupted set-up is seen by it.
MARK = VENV / ".workbook"
UNFINISHED = "unfinished"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def main(arguments: list[str]) -> int:
    """Set up what is missing, then become the `workbook` command with these arguments."""
    if not is_ready():
        with _one_at_a_time():
            if not is_ready():
                set_up()
    return _hand_over(arguments)


def stamp() -> str:
    """Return what the finished set-up was made from: a change of any of it makes the next call set up again."""
    content = hashlib.sha256()
    for path in (LOCK, PROJECT / "pyproject.toml"):
        content.update(path.read_bytes())
    return f"{VENV}\n{content.hexdigest()}"


def is_ready() -> bool:
    """Return whether .venv has its Python and was finished from the very files that are here now."""
    return PYTHON.exists() and _mark() == stamp()


def set_up() -> None:
    """Make or mend .venv and install the lock and the project into it. Exits with a sentence if that fails."""
    _check_git()
    print("Setting up the workbook in .venv; this happens once and takes about a minute.", flush=True)
    if _was_left_unfinished_or_moved() or not _is_sound():
        _make_venv()
    MARK.write_text(UNFINISHED)
    _step("installer", _install_uv)
    _step("packages", _install_lock)
    _step("workbook", _install_project)
    MARK.write_text(stamp())


def _mark() -> str:
    try:
        return MARK.read_text()
    except OSError:
        return ""


def _was_left_unfinished_or_moved() -> bool:
    """Return whether .venv is of ours but no finished one of this place: the paths inside it are absolute."""
    mark = _mark()
    return mark != "" and not mark.startswith(f"{VENV}\n")


def _check_git() -> None:
    if shutil.which("git") is None:
        sys.exit(
            "The workbook needs git, which is not on the PATH. Install it (Debian, Ubuntu: `sudo apt install git`; "
            "macOS: `xcode-select --install`; Windows: Git for Windows), then run this again."
        )


def _is_sound() -> bool:
    """Return whether .venv is a working environment of a Python that we support, with pip."""
    program = f"import sys, pip; sys.exit(not {_OLDEST} <= sys.version_info[:2] <= {_NEWEST})"
    return PYTHON.exists() and subprocess.run([PYTHON, "-c", program], capture_output=True).returncode == 0


def _make_venv() -> None:
    if VENV.exists():
        print(".venv was broken, left half-made or moved: it is made anew", flush=True)
        shutil.rmtree(VENV)
    VENV.mkdir()
    MARK.write_text(UNFINISHED)
    try:
        import venv

        venv.create(VENV, with_pip=True)
    except (subprocess.CalledProcessError, ImportError):
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        sys.exit(
            "This Python cannot make a virtual environment with pip: its modules venv and ensurepip are missing or "
            f"broken. Debian, Ubuntu: `sudo apt install {package}`; elsewhere install Python from python.org; "
            "then run this again."
        )


def _step(name: str, install: Callable[[], None]) -> None:
    print(f"  {name} ...", flush=True)
    try:
        install()
    except subprocess.CalledProcessError as problem:
        sys.exit(
            f"\nThe set-up stopped at its step `{name}` (exit code {problem.returncode}); the lines above say why. "
            f"Can pip reach packages (`{PYTHON} -m pip download six`)? Run this again when it can."
        )


def _install_uv() -> None:
    """Bring uv by pip, in the version and with the hashes that the lock has."""
    pinned = re.search(r"^uv==.*?(?=^\S)", LOCK.read_text(), re.MULTILINE | re.DOTALL)
    assert pinned is not None, "requirements.lock pins uv"
    with tempfile.TemporaryDirectory() as folder:
        only_uv = Path(folder, "uv.txt")
        only_uv.write_text(pinned.group())
        _call("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", only_uv)


def _install_lock() -> None:
    """Install by uv; by pip if that fails, as pip alone reads a pip.conf that names the machine's own mirror."""
    try:
        _call(*_UV, "--require-hashes", "--compile-bytecode", "-r", LOCK)
    except subprocess.CalledProcessError:
        print("  uv could not: pip tries the same, which takes longer ...", flush=True)
        _call("-m", "pip", "install", "--quiet", "--require-hashes", "-r", LOCK)


def _install_project() -> None:
    # --offline: the lock has brought all that building needs.
    _call(*_UV, "--no-deps", "--no-build-isolation", "--offline", "--editable", PROJECT)


# --python, because an activated environment of the user's would be taken instead.
_UV = ("-m", "uv", "pip", "install", "--quiet", "--python", PYTHON)


def _call(*arguments: object) -> None:
    subprocess.run([PYTHON, *map(str, arguments)], check=True, cwd=PROJECT, env=_environment())


def _environment() -> dict[str, str]:
    """Our environment without what keeps Python from storing bytecode: every kernel would start three times slower."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Hold the set-up for this process; a second call waits for the first, whose end of any kind lets it go."""
    with (PROJECT / ".setup.lock").open("w") as file:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _hand_over(arguments: list[str]) -> int:
    command = [str(PYTHON), "-m", "helpers.cli", *arguments]
    if sys.platform != "win32":
        os.execve(PYTHON, command, _environment())
    with subprocess.Popen(command, env=_environment()) as process:
        while True:
            # Ctrl-C reaches the command as well, which ends in its own time.
            with contextlib.suppress(KeyboardInterrupt):
                return process.wait()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("\nStopped. Run it again: an unfinished set-up is mended.")
