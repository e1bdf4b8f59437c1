"""The virtual environment that `build.py` makes for itself, and the lock that keeps two builds apart."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from web.tools import ROOT, WORK, BuildError

VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "inkmoji-stamp.json"


@contextlib.contextmanager
def lock(name: str) -> Iterator[None]:
    """Hold the named lock against every other process; the system lets go of it if we die."""
    WORK.mkdir(exist_ok=True)
    with (WORK / f"{name}.lock").open("w") as handle:
        _wait_for(handle.fileno())
        yield


def _wait_for(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        while True:
            with contextlib.suppress(OSError):  # it gives up after ten seconds
                msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
                return
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX)


def inside() -> bool:
    """Tell whether this interpreter is the one of our environment."""
    return Path(sys.prefix).resolve() == VENV.resolve()


def ensure(extras: Sequence[str]) -> None:
    """Make the environment and install `inkmoji[extras]`, unless a stamp says that it has been done."""
    with lock("environment"):
        if not (PYTHON.exists() and (STAMP.exists() or inside())):
            _create()  # also when an earlier attempt was interrupted
        version = _run([str(PYTHON), "--version"], "the environment's Python does not start")
        key = hashlib.sha256((ROOT / "pyproject.toml").read_bytes() + version.encode()).hexdigest()
        have = installed(key)
        if have is not None and have.issuperset(extras):
            return
        wanted = sorted({*extras, *(have or ())})
        print(f"installing inkmoji[{','.join(wanted)}] into .venv", flush=True)
        STAMP.unlink(missing_ok=True)
        target = f"{ROOT}[{','.join(wanted)}]"
        command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        _run([*command, "--editable", target], "pip could not install what the project needs")
        STAMP.write_text(json.dumps({"key": key, "extras": wanted}), encoding="utf-8")


def reexecute(arguments: Sequence[str]) -> None:
    """Continue as `build.py` with the environment's own interpreter; does not return."""
    command = [str(PYTHON), str(ROOT / "build.py"), *arguments]
    sys.stdout.flush()
    if os.name == "nt":  # execv on Windows returns to the shell before the program has ended
        sys.exit(subprocess.call(command))
    os.execv(command[0], command)


def installed(key: str) -> set[str] | None:
    """Return the extras that the stamp names, or None where it is of another project file or Python."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return set(stamp["extras"]) if stamp.get("key") == key else None


def _create() -> None:
    print("making .venv", flush=True)
    _run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)],
        "expected Python's venv and ensurepip modules (Debian and Ubuntu: apt-get install python3-venv)",
    )


def _run(command: Sequence[str], complaint: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(f"{complaint}:\n{(done.stderr or done.stdout).strip()}")
    return done.stdout
