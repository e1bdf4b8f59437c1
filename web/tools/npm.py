"""The npm parts: checks Node.js and installs exactly what `web/package-lock.json` pins."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from pathlib import Path

from web.tools import ROOT, WEB, BuildError

MODULES = WEB / "node_modules"
LOCK = WEB / "package-lock.json"
LEAST_NODE = 20


def install(folder: Path = WEB) -> None:
    """Run `npm ci` in a folder, unless the installed parts are already those of its lock file."""
    lock = (folder / "package.json").read_bytes() + (folder / LOCK.name).read_bytes()
    key = hashlib.sha256(lock).hexdigest()
    modules = folder / MODULES.name
    stamp = modules / ".inkmoji-stamp"  # npm ci empties the folder, and the stamp goes with it
    if stamp.exists() and stamp.read_text(encoding="utf-8") == key:
        return
    npm = _npm()
    print(f"installing the npm parts into {modules.relative_to(ROOT).as_posix()}", flush=True)
    command = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(f"npm could not install the pinned parts:\n{done.stderr.strip()}")
    stamp.write_text(key, encoding="utf-8")


def tool(name: str) -> list[str]:
    """Return the command that runs the JavaScript tool `name` of an npm part."""
    return [node(), str(MODULES / name)]


def _npm() -> str:
    node()
    npm = shutil.which("npm")
    if npm is None:
        raise BuildError("expected npm beside Node.js, found none on the PATH; install npm")
    return npm


def node() -> str:
    """Return the path of Node.js, which is new enough."""
    found = shutil.which("node")
    remedy = f"install Node.js {LEAST_NODE} or newer"
    if found is None:
        raise BuildError(f"expected Node.js {LEAST_NODE} or newer, found none on the PATH; {remedy}")
    said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"v(\d+)\.", said)
    if version is None or int(version[1]) < LEAST_NODE:
        raise BuildError(f"expected Node.js {LEAST_NODE} or newer, found {said.strip()}; {remedy}")
    return found
