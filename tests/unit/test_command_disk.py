"""Write-then-swap on the disk: a file is replaced whole or not at all, whatever goes wrong."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from inkmoji import disk

from tests.commands import left_over

OLD, NEW = b"the old file", b"and the new one"
POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions and links")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file that is there."""
    path = tmp_path / "🐱.inkmoji"
    path.write_bytes(OLD)
    return path


def failing(number: int) -> Callable[..., Any]:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError(number, os.strerror(number))

    return fail


def test_a_file_is_replaced(path: Path) -> None:
    disk.replace(path, NEW)
    assert path.read_bytes() == NEW
    assert [other.name for other in path.parent.iterdir()] == [path.name]


def test_a_file_that_is_not_there_is_made_with_the_permissions_of_any_other(tmp_path: Path) -> None:
    disk.replace(tmp_path / "new", NEW)
    (tmp_path / "other").write_bytes(NEW)
    assert (tmp_path / "new").read_bytes() == NEW
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "other").stat().st_mode


@POSIX
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666, 0o755])
def test_the_permissions_of_a_replaced_file_stay(path: Path, mode: int) -> None:
    path.chmod(mode)
    disk.replace(path, NEW)
    assert stat.S_IMODE(path.stat().st_mode) == mode


@POSIX
def test_a_private_file_is_private_from_the_first_byte_on(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    modes = []
    sync = os.fsync

    def look(descriptor: int) -> None:
        modes.append(stat.S_IMODE(os.fstat(descriptor).st_mode))
        sync(descriptor)

    path.chmod(0o600)
    monkeypatch.setattr(os, "fsync", look)
    disk.replace(path, NEW)
    assert modes[0] == 0o600


@POSIX
def test_the_owner_stays_where_that_is_allowed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(os, "chown", lambda _, *owner: asked.append(owner))
    disk.replace(path, NEW)
    assert asked == [(os.getuid(), os.getgid())]
    monkeypatch.setattr(os, "chown", failing(errno.EPERM))
    disk.replace(path, OLD)
    assert path.read_bytes() == OLD


@POSIX
def test_what_a_link_leads_to_is_replaced_and_the_link_stays(path: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    link, dangling = tmp_path / "elsewhere" / "link", tmp_path / "elsewhere" / "dangling"
    link.symlink_to(Path("..") / path.name)
    dangling.symlink_to(tmp_path / "new")
    disk.replace(link, NEW)
    disk.replace(dangling, NEW)
    assert path.read_bytes() == (tmp_path / "new").read_bytes() == NEW
    assert link.is_symlink()
    assert dangling.is_symlink()
    assert not path.is_symlink()


def test_the_file_is_on_the_disk_before_it_gets_its_name_and_the_folder_after(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = []
    sync, swap = os.fsync, os.replace

    def synced(descriptor: int) -> None:
        kind = "folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file"
        done.append(f"{kind} synced, the name leads to {path.read_bytes()!r}")
        sync(descriptor)

    def swapped(source: Path, target: Path) -> None:
        done.append(f"swapped {Path(source).read_bytes()!r}")
        assert Path(source).parent == path.parent
        swap(source, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", swapped)
    disk.replace(path, NEW)
    told = [f"file synced, the name leads to {OLD!r}", f"swapped {NEW!r}", f"folder synced, the name leads to {NEW!r}"]
    assert done == (told[:2] if os.name == "nt" else told)


class Full:
    """A disk that takes three bytes more."""

    def __init__(self, file: Any) -> None:
        self.file = file

    def __enter__(self) -> Full:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)

    def write(self, data: bytes) -> None:
        self.file.write(data[:3])
        failing(errno.ENOSPC)()


def full(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open
    monkeypatch.setattr(Path, "open", lambda self, mode: Full(opened(self, mode)))


FAULTS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "write": full,
    "fsync": lambda patch: patch.setattr(os, "fsync", failing(errno.EIO)),
    "replace": lambda patch: patch.setattr(os, "replace", failing(errno.EACCES)),
    "chmod": lambda patch: patch.setattr(Path, "chmod", failing(errno.EPERM)),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_after_an_error_the_old_file_is_whole_and_nothing_else_is_left(
    path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    with monkeypatch.context() as patch:
        FAULTS[fault](patch)
        with pytest.raises(OSError, match="expected a file to write, got: ") as caught:
            disk.replace(path, NEW)
    assert caught.value.filename == str(path)
    assert path.read_bytes() == OLD
    assert left_over(path.parent) == []
    disk.replace(path, NEW)
    assert path.read_bytes() == NEW


@pytest.mark.parametrize("fault", ["fsync", "replace"])
def test_after_an_interrupt_too(path: Path, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, fault, interrupt)
        with pytest.raises(KeyboardInterrupt):
            disk.replace(path, NEW)
    assert path.read_bytes() == OLD
    assert left_over(path.parent) == []


def folder_fault(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    sync = os.fsync

    def fail(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(number, os.strerror(number))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", fail)


@POSIX
def test_where_the_folder_does_not_get_to_the_disk_that_is_told_and_the_new_file_is_whole(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder_fault(monkeypatch, errno.EIO)
    with pytest.raises(OSError, match="expected a file to write, got: "):
        disk.replace(path, NEW)
    assert path.read_bytes() == NEW
    assert left_over(path.parent) == []


@POSIX
def test_a_file_system_that_cannot_sync_folders_is_no_error(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder_fault(monkeypatch, errno.EINVAL)
    disk.replace(path, NEW)
    assert path.read_bytes() == NEW


def test_what_cannot_be_written_is_told_with_what_to_do(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileNotFoundError, match="make the folder first"):
        disk.replace(path.parent / "none" / "new", NEW)
    with pytest.raises(IsADirectoryError, match="name a file in it"):
        disk.replace(path.parent, NEW)
    with pytest.raises(OSError, match="expected a file to write, got: Not a"):
        disk.replace(path / "inside", NEW)
    full(monkeypatch)
    with pytest.raises(OSError, match="make room"):
        disk.replace(path, NEW)


@POSIX
def test_what_is_no_file_is_not_replaced_by_one(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")  # as /dev/null is none, which an administrator could replace
    with pytest.raises(OSError, match="expected a file to write, got: Not a regular file"):
        disk.replace(tmp_path / "pipe", NEW)
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_a_file_that_may_not_be_written_is_left_alone_though_the_folder_would_allow_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # as for anybody but an administrator
    with pytest.raises(PermissionError, match="see to its permissions"):
        disk.replace(path, NEW)
    assert path.read_bytes() == OLD


def test_a_long_name_that_the_system_takes_is_written(tmp_path: Path) -> None:
    disk.replace(tmp_path / ("n" * 255), NEW)
    assert (tmp_path / ("n" * 255)).read_bytes() == NEW


def test_a_file_is_read_and_of_a_longer_one_only_the_beginning(path: Path) -> None:
    assert disk.read(path, len(OLD)) == OLD
    assert disk.read(path, 3) == OLD[:4]


def test_what_cannot_be_read_is_told_with_what_to_do(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileNotFoundError, match=r"expected a file to read, got: .*; check the name") as caught:
        disk.read(path.parent / "none", 9)
    assert caught.value.filename == str(path.parent / "none")
    with pytest.raises(OSError, match="expected a file to read"):
        disk.read(path.parent, 9)
    monkeypatch.setattr(Path, "open", failing(errno.EACCES))
    with pytest.raises(PermissionError, match="see to its permissions"):
        disk.read(path, 9)
