"""Our own wheel: pure Python, the same bytes from the same sources."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from web.tools import ROOT, WORK, BuildError

EPOCH = "315532800"  # 1980-01-01, the earliest moment that a zip file can name
NOT_PACKAGED = {".pyc"}


def own_wheel() -> Path:
    """Return the path of the wheel of `pysrc/`, built only when its sources have changed."""
    sources = _sources()
    digest = hashlib.sha256()
    for path in sources:
        digest.update(path.as_posix().encode() + b"\0" + (ROOT / path).read_bytes() + b"\0")
    folder = WORK / "wheel" / digest.hexdigest()[:16]
    if not folder.exists():
        print("building the wheel of pysrc/", flush=True)
        shutil.rmtree(folder.parent, ignore_errors=True)
        _build(sources, folder)
    return _only_wheel(folder)


def _sources() -> list[Path]:
    package = (path for path in (ROOT / "pysrc" / "inkmoji").rglob("*") if path.is_file())
    files = [ROOT / "pyproject.toml", ROOT / "LICENSE"]
    files += [path for path in package if path.suffix not in NOT_PACKAGED]
    return sorted(path.relative_to(ROOT) for path in files)


def _build(sources: list[Path], folder: Path) -> None:
    """Build in a copy: setuptools leaves files beside the sources and picks up old ones from there."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        copy, out = Path(scratch, "copy"), Path(scratch, "out")
        for path in sources:
            target = copy / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((ROOT / path).read_bytes())
            target.chmod(0o644)  # zip files record it
        command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation"]
        command += ["--no-index", "--quiet", "--disable-pip-version-check"]
        done = subprocess.run(
            [*command, "--wheel-dir", str(out), str(copy)],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "SOURCE_DATE_EPOCH": EPOCH},
        )
        if done.returncode:
            raise BuildError(f"the wheel of pysrc/ could not be built:\n{done.stderr.strip()}")
        _only_wheel(out)
        out.rename(folder)


def _only_wheel(folder: Path) -> Path:
    wheels = list(folder.glob("*.whl"))
    if len(wheels) != 1 or not wheels[0].name.endswith("-py3-none-any.whl"):
        names = ", ".join(path.name for path in wheels) or "nothing"
        raise BuildError(f"expected one pure Python wheel in {folder}, found {names}")
    return wheels[0]
