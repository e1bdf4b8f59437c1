"""What makes Python start quickly: wheels with bytecode that hold nothing else than before, and a snapshot."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from web.tools import BuildError, warm
from web.tools.bytecode import NOT_RUN, with_bytecode
from web.tools.wheels import default_cache

PURE = "thing-1.0-py3-none-any.whl"
NATIVE = "thing-1.0-cp314-cp314-wasm32.whl"
FILES = {
    "thing/": b"",
    "thing/__init__.py": b"from thing.one import number\n",
    "thing/one.py": b"number = 7\n",
    "thing/one.pyi": b"number: int\n",
    "thing/fast.so": b"\0asm",
    "thing/table.txt": b"1 2 3",
    "thing-1.0.dist-info/METADATA": b"Name: thing\n",
    "thing-1.0.dist-info/RECORD": b"thing/one.py,,\n",
}
KEPT = ["thing/fast.so", "thing/table.txt", "thing-1.0.dist-info/METADATA", "thing-1.0.dist-info/RECORD"]


def wheel(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


def opened(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_wheel_for_one_python_has_bytecode_in_place_of_its_source() -> None:
    made = opened(with_bytecode(wheel(FILES), NATIVE))
    assert list(made) == ["thing/__init__.pyc", "thing/one.pyc", *KEPT]
    assert {name: made[name] for name in KEPT[:3]} == {name: FILES[name] for name in KEPT[:3]}


def test_a_wheel_for_any_python_keeps_its_source_beside_the_bytecode() -> None:
    made = opened(with_bytecode(wheel(FILES), PURE))
    compiled = {name for name in made if name.endswith(".pyc")}
    assert {name.partition(".")[0] for name in compiled} == {"thing/__pycache__/__init__", "thing/__pycache__/one"}
    assert set(made) - compiled == FILES.keys() - {"thing/"}
    for name in FILES.keys() - {"thing/", KEPT[-1]}:
        assert made[name] == FILES[name]


@pytest.mark.parametrize("name", [NATIVE, PURE])
def test_the_record_names_every_file_with_its_digest_and_size(name: str) -> None:
    made = opened(with_bytecode(wheel(FILES), name))
    rows = [line.split(",") for line in made.pop(KEPT[-1]).decode().splitlines()]
    assert rows.pop() == [KEPT[-1], "", ""]
    expected = [[file, hashlib.sha256(data).digest(), len(data)] for file, data in made.items()]
    padded = ((file, digest.removeprefix("sha256=") + "=", int(size)) for file, digest, size in rows)
    assert [[file, base64.urlsafe_b64decode(digest), size] for file, digest, size in padded] == expected


def test_the_bytecode_runs_without_its_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / NATIVE).write_bytes(with_bytecode(wheel(FILES), NATIVE))
    monkeypatch.syspath_prepend(str(tmp_path / NATIVE))
    import thing  # type: ignore[import-not-found]

    assert thing.number == 7
    assert thing.__file__.endswith("__init__.pyc")


def test_a_wheel_that_does_not_compile_is_refused_by_the_files_name() -> None:
    with pytest.raises(Exception, match=r"site-packages/thing/one\.py"):
        with_bytecode(wheel({**FILES, "thing/one.py": b"number =\n"}), PURE)


@pytest.mark.parametrize("package", ["numpy", "pillow"])
def test_what_ships_of_others_is_what_they_released_but_compiled(package: str, dist: Path) -> None:
    (ours,) = (dist / "pyodide").glob(f"{package}-*.whl")
    shipped = opened(ours.read_bytes())
    released = opened((default_cache() / ours.name).read_bytes())
    shipped = {name: data for name, data in shipped.items() if not name.endswith("/RECORD")}
    compiled = {name[:-1] for name in shipped if name.endswith(".pyc")}
    assert compiled == {name for name in released if name.endswith(".py")}
    rest = {name: data for name, data in released.items() if not name.endswith((".py", "/", "/RECORD", *NOT_RUN))}
    assert {name: data for name, data in shipped.items() if not name.endswith(".pyc")} == rest
    assert any(name.endswith(".so") for name in rest)


def test_a_failure_of_node_is_told_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm, "FOLDER", tmp_path / "warm")
    broken = tmp_path / PURE
    broken.write_bytes(b"no zip")
    snapshot = warm.warm([]).snapshot
    before = snapshot.read_bytes()
    with pytest.raises(BuildError, match=r"(?s)could not be compiled.*BadZipFile"):
        warm.warm([broken])
    assert snapshot.read_bytes() == before
    assert [path for path in (tmp_path / "warm").rglob("*") if path.is_file()] == [snapshot]


def test_what_is_made_is_kept_until_its_source_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm, "FOLDER", tmp_path / "warm")
    path = tmp_path / PURE
    path.write_bytes(wheel(FILES))
    first = warm.warm([path])
    times = [made.stat().st_mtime_ns for made in (first.snapshot, *first.wheels)]
    assert "thing/__pycache__/one.cpython-314.pyc" in opened(first.wheels[0].read_bytes())
    assert warm.warm([path]) == first
    assert [made.stat().st_mtime_ns for made in (first.snapshot, *first.wheels)] == times
    path.write_bytes(wheel({**FILES, "thing/two.py": b""}))
    second = warm.warm([path])
    assert (second.snapshot, second.wheels == first.wheels) == (first.snapshot, False)
    assert not first.wheels[0].exists()
