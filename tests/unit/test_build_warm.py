"""What makes Python start quickly: a snapshot of its memory, and an archive of what no snapshot can hold."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from web.tools import BuildError, warm
from web.tools.wheels import default_cache

WHEEL = "inkmoji-0-py3-none-any.whl"
TENTH = 0.1


def wheel(path: Path, files: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return path


def packages(tmp_path: Path, session: str) -> list[Path]:
    """NumPy and Pillow as released, and in place of our engine only that module."""
    released = [next(default_cache().glob(f"{name}-*.whl")) for name in ("numpy", "pillow")]
    return [*released, wheel(tmp_path / WHEEL, {"inkmoji/__init__.py": "", "inkmoji/session.py": session})]


def test_the_archive_holds_the_native_libraries_as_released(dist: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress((dist / "pyodide" / warm.LIBRARIES).read_bytes()))) as tar:
        files = {entry.name: tar.extractfile(entry) for entry in tar.getmembers()}
        shipped = {name: file.read() for name, file in files.items() if file}
    assert list(shipped) == warm._libraries()
    released = {}
    for path in (dist / "pyodide").glob("[np]*.whl"):
        with zipfile.ZipFile(path) as archive:
            released |= {name: archive.read(name) for name in shipped if name in archive.namelist()}
    assert released == shipped


def test_the_core_is_pyodides_own(dist: Path) -> None:
    packed = (dist / "pyodide" / warm.CORE).read_bytes()
    assert gzip.decompress(packed) == (warm.PYODIDE / "pyodide.asm.wasm").read_bytes()


def test_the_snapshot_holds_little_of_what_the_core_brings_itself(dist: Path) -> None:
    """Of its first three megabytes, which are constants, next to nothing is left."""
    memory = gzip.decompress((dist / "pyodide" / warm.SNAPSHOT).read_bytes())[: 3 * 2**20]
    assert len(memory) - memory.count(0) < TENTH * len(memory)


def test_a_failure_of_node_is_told_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm, "FOLDER", tmp_path / "warm")
    with pytest.raises(BuildError, match=r"(?s)could not be imported.*in session.*no such thing"):
        warm.warm(packages(tmp_path, "def session():\n    raise ValueError('no such thing')\n\n\nsession()\n"))
    assert list((tmp_path / "warm").rglob("*")) == []


def test_what_is_made_is_kept_until_its_source_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm, "FOLDER", tmp_path / "warm")
    first = warm.warm(packages(tmp_path, "number = 1\n"))
    times = [made.stat().st_mtime_ns for made in first]
    assert warm.warm(packages(tmp_path, "number = 1\n")) == first
    assert [made.stat().st_mtime_ns for made in first] == times
    second = warm.warm(packages(tmp_path, "number = 2\n"))
    assert not first[0].exists()
    assert all(made.exists() for made in second)
