"""What `build` hands out: the wheel, the source distribution and the page as a zip file, and that they are of use."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import inkmoji
import pytest

from web.tools import RELEASE, ROOT, BuildError, package, release

VERSION = inkmoji.__version__
WHEEL, SDIST = f"inkmoji-{VERSION}-py3-none-any.whl", f"inkmoji-{VERSION}.tar.gz"
OFFLINE = ("--no-deps", "--no-build-isolation", "--no-index", "--quiet", "--disable-pip-version-check")
SCRIPTS = "Scripts" if os.name == "nt" else "bin"


def run(command: Sequence[str | Path], **options: object) -> str:
    done = subprocess.run([*map(str, command)], capture_output=True, encoding="utf-8", check=False, **options)  # type: ignore[call-overload]
    assert done.returncode == 0, done.stderr
    said: str = done.stdout
    return said


def contents(path: Path) -> dict[str, bytes]:
    """The files of a source distribution."""
    with tarfile.open(path) as tar:
        return {entry.name: tar.extractfile(entry).read() for entry in tar}  # type: ignore[union-attr]


def listed(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if "__pycache__" not in path.parts}


@contextmanager
def mask(value: int) -> Iterator[None]:
    """Other permissions for new files."""
    old = os.umask(value)
    try:
        yield
    finally:
        os.umask(old)


def test_three_files_are_handed_out() -> None:
    assert {path.name for path in RELEASE.iterdir()} == {WHEEL, SDIST, "inkmoji-web.zip"}
    assert "unzip dist-release/inkmoji-web.zip -d " in (ROOT / "README.md").read_text("utf-8")


def test_the_wheel_is_the_one_that_the_page_runs(dist: Path) -> None:
    assert (RELEASE / WHEEL).read_bytes() == (dist / "pyodide" / WHEEL).read_bytes()


def test_the_zip_file_is_the_site_ready_to_be_hosted(dist: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(RELEASE / "inkmoji-web.zip") as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path)
    unpacked = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert unpacked == {path.relative_to(dist): path.read_bytes() for path in dist.rglob("*") if path.is_file()}
    assert Path("index.html") in unpacked


def test_the_zip_file_tells_only_what_is_in_it() -> None:
    with zipfile.ZipFile(io.BytesIO(release.packed({"b/c.js": b"two", "a.js": b"one"}))) as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == ["a.js", "b/c.js"]
    assert {(entry.date_time, entry.external_attr >> 16, entry.create_system) for entry in entries} == {
        ((1980, 1, 1, 0, 0, 0), 0o100644, 3)
    }


def test_the_same_files_are_the_same_zip_file() -> None:
    assert release.packed({"b": b"two", "a": b"one"}) == release.packed({"a": b"one", "b": b"two"})
    assert release.packed({"a": b"one"}) != release.packed({"a": b"two"})


def test_the_site_is_packed_again_only_when_something_in_it_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, made = tmp_path / "site", []
    (site / "sub").mkdir(parents=True)
    monkeypatch.setattr(release, "DIST", site)
    monkeypatch.setattr(release, "FOLDER", tmp_path / "kept")
    monkeypatch.setattr(release, "packed", lambda files: made.append(dict(files)) or b"zip")
    (site / "sub" / "a.js").write_bytes(b"one")
    for _ in range(2):
        assert release._packed_site().read_bytes() == b"zip"
    assert made == [{"sub/a.js": b"one"}]
    (site / "sub" / "a.js").write_bytes(b"two")
    release._packed_site()
    (site / "sub" / "a.js").rename(site / "a.js")
    release._packed_site()
    assert made[1:] == [{"sub/a.js": b"two"}, {"a.js": b"two"}]
    assert len(list((tmp_path / "kept").rglob("*.zip"))) == 1


def test_what_was_handed_out_before_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(release, "RELEASE", tmp_path)
    (tmp_path / "inkmoji-0.0.1.tar.gz").write_bytes(b"old")
    done = release.release()
    assert {path.name for path in tmp_path.iterdir()} == {path.name for path in RELEASE.iterdir()}
    assert (done.files, done.changed) == (3, 4)
    assert release.release().changed == 0


def test_the_source_distribution_holds_the_engine_as_it_is_now() -> None:
    top = f"inkmoji-{VERSION}/"
    packed = {name.removeprefix(top): data for name, data in contents(RELEASE / SDIST).items()}
    assert {name: data for name, data in packed.items() if name.startswith("pysrc/inkmoji/")} == {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for path in (ROOT / "pysrc" / "inkmoji").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    for name in ("pyproject.toml", "LICENSE"):
        assert packed[name] == (ROOT / name).read_bytes()
    assert f"\nVersion: {VERSION}\n" in packed["PKG-INFO"].decode()


def test_the_source_distribution_does_not_tell_by_whom_and_when_it_was_made() -> None:
    with tarfile.open(RELEASE / SDIST) as tar:
        entries = tar.getmembers()
    assert {(entry.mtime, entry.mode, entry.uid, entry.gid, entry.uname, entry.gname) for entry in entries} == {
        (int(package.EPOCH), 0o644, 0, 0, "", "")
    }
    assert (RELEASE / SDIST).read_bytes()[:8] == b"\x1f\x8b\x08\0" + int(package.EPOCH).to_bytes(4, "little")


@pytest.mark.slow
def test_the_packages_are_the_same_bytes_when_built_again_and_building_leaves_the_sources_alone(tmp_path: Path) -> None:
    before = listed(ROOT / "pysrc"), set(ROOT.iterdir())
    with mask(0o077):
        package._build(package._sources(), tmp_path / "again" / "packages")
    assert (listed(ROOT / "pysrc"), set(ROOT.iterdir())) == before
    for name in (WHEEL, SDIST):
        assert (tmp_path / "again" / "packages" / name).read_bytes() == (RELEASE / name).read_bytes()


@pytest.mark.slow
def test_sources_that_cannot_be_built_are_told(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="the packages of pysrc/ could not be built:\n"):
        package._build([Path("LICENSE")], tmp_path / "packages")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(BuildError, match=r"expected one file \*\.whl in .*, found nothing"):
        package._only(tmp_path, "*.whl", ".whl")


@pytest.mark.slow
def test_from_the_source_distribution_comes_the_wheel_and_it_runs_in_an_environment_of_its_own(tmp_path: Path) -> None:
    environment = {**os.environ, "SOURCE_DATE_EPOCH": package.EPOCH}
    wheels = [sys.executable, "-m", "pip", "wheel", *OFFLINE, "--wheel-dir", tmp_path / "wheels"]
    run([*wheels, RELEASE / SDIST], env=environment)
    assert (tmp_path / "wheels" / WHEEL).read_bytes() == (RELEASE / WHEEL).read_bytes()
    venv.create(tmp_path / "venv", with_pip=False, symlinks=os.name != "nt")
    python = tmp_path / "venv" / SCRIPTS / "python"
    run([sys.executable, "-m", "pip", "--python", python, "install", *OFFLINE, tmp_path / "wheels" / WHEEL])
    (site,) = run([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]).split()
    # NumPy and Pillow are those that are here; our own engine, which is installed here by a reference, is not seen.
    (Path(site) / "others.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    found = run([python, "-I", "-c", "import inkmoji; print(inkmoji.__file__)"]).strip()
    assert Path(found).is_relative_to(site)
    assert "\nlabels: 0\n" in run([python, "-I", "-m", "inkmoji", "info", ROOT / "models" / "base.inkmoji"])


@pytest.mark.slow
def test_pip_installs_a_clone_and_the_command_line_runs(tmp_path: Path) -> None:
    clone, target = tmp_path / "clone", tmp_path / "target"
    ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
    shutil.copytree(ROOT / "pysrc", clone / "pysrc", ignore=ignored)
    for name in ("pyproject.toml", "LICENSE", "README.md"):
        shutil.copy(ROOT / name, clone)
    run([sys.executable, "-m", "pip", "install", *OFFLINE, "--target", target, "."], cwd=clone)
    environment = {**os.environ, "PYTHONPATH": str(target)}
    found = run([sys.executable, "-c", "import inkmoji; print(inkmoji.__file__)"], env=environment, cwd=tmp_path)
    assert Path(found.strip()).is_relative_to(target)
    said = run(
        [sys.executable, "-m", "inkmoji", "info", ROOT / "models" / "base.inkmoji"], env=environment, cwd=tmp_path
    )
    assert "\nlabels: 0\n" in said
