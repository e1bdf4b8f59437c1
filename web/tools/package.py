"""Our own packages, wheel and source distribution: pure Python, the same bytes from the same sources."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from web.tools import ROOT, WORK, BuildError

EPOCH = "315532800"  # 1980-01-01, the earliest moment that a zip file can name
NOT_PACKAGED = {".pyc"}


def own_wheel() -> Path:
    """Return the path of the wheel of `pysrc/`, built only when its sources have changed."""
    return _only(_packages(), "*.whl", "-py3-none-any.whl")


def own_sdist() -> Path:
    """Return the path of the source distribution of `pysrc/`, built only when its sources have changed."""
    return _only(_packages(), "*.tar.gz", ".tar.gz")


def _packages() -> Path:
    """Return the folder of the packages of the present sources."""
    sources = _sources()
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for path in sources:
        digest.update(path.as_posix().encode() + b"\0" + (ROOT / path).read_bytes() + b"\0")
    folder = WORK / "packages" / digest.hexdigest()[:16]
    if not folder.exists():
        print("building the packages of pysrc/", flush=True)
        shutil.rmtree(folder.parent, ignore_errors=True)
        _build(sources, folder)
    return folder


def _sources() -> list[Path]:
    package = (path for path in (ROOT / "pysrc" / "inkmoji").rglob("*") if path.is_file())
    files = [ROOT / "pyproject.toml", ROOT / "LICENSE"]
    files += [path for path in package if path.suffix not in NOT_PACKAGED]
    return sorted(path.relative_to(ROOT) for path in files)


def _build(sources: Sequence[Path], folder: Path) -> None:
    """Build in copies: setuptools leaves files beside the sources and picks up old ones from there."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    pip = ["-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index"]
    backend = "import sys; from setuptools import build_meta; build_meta.build_sdist(sys.argv[1])"
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        copies, out = Path(scratch, "copies"), Path(scratch, "out")
        _run([*pip, "--quiet", "--disable-pip-version-check", "--wheel-dir", str(out), "."], sources, copies / "wheel")
        _run(["-c", backend, str(out)], sources, copies / "sdist")
        _only(out, "*.whl", "-py3-none-any.whl")
        sdist = _only(out, "*.tar.gz", ".tar.gz")
        sdist.write_bytes(_normalised(sdist))
        out.rename(folder)


def _run(command: Sequence[str], sources: Sequence[Path], copy: Path) -> None:
    """Run Python in a copy of the sources."""
    for path in sources:
        target = copy / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((ROOT / path).read_bytes())
        target.chmod(0o644)  # which zip files record
    done = subprocess.run(
        [sys.executable, *command],
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SOURCE_DATE_EPOCH": EPOCH},
        umask=0o022,  # they record the permissions of what they write as well
    )
    if done.returncode:
        raise BuildError(f"the packages of pysrc/ could not be built:\n{done.stderr.strip()}")


def _normalised(sdist: Path) -> bytes:
    """Return a source distribution without what tells by whom and when it was made."""
    with tarfile.open(sdist) as tar:
        contents = {entry.name: tar.extractfile(entry) for entry in tar}
        files = {name: content.read() for name, content in contents.items() if content}
    return gzip.compress(_tar(files), mtime=int(EPOCH))


def _tar(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name in sorted(files):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime = len(files[name]), int(EPOCH)
            tar.addfile(entry, io.BytesIO(files[name]))
    return packed.getvalue()


def _only(folder: Path, pattern: str, ending: str) -> Path:
    found = list(folder.glob(pattern))
    if len(found) != 1 or not found[0].name.endswith(ending):
        names = ", ".join(path.name for path in found) or "nothing"
        raise BuildError(f"expected one file *{ending} in {folder}, found {names}")
    return found[0]
