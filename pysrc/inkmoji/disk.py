"""Files for the command line: read within bounds, and replaced by write-then-swap.

As the page saves in the browser's database, so is saved on the disk: the bytes are written to a new file in the same
folder and forced onto the disk; only then does it take the old one's name, in one step of the file system, and the
folder is forced onto the disk as well. An error, an interrupt or a killed process leaves the old file, whole, or the
new one; so does losing power, where the disk does what it says.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

_TO_READ = {errno.ENOENT: "check the name", errno.EISDIR: "name a file in it", errno.EACCES: "see to its permissions"}
_TO_WRITE = {
    errno.ENOENT: "make the folder first",
    errno.EISDIR: "name a file in it",
    errno.EACCES: "see to its permissions",
    errno.ENOSPC: "make room",
}
_NO_FOLDER_SYNC = (errno.EINVAL, errno.ENOTSUP)  # of file systems that cannot


def read(path: Path, most: int) -> bytes:
    """The content of a file; of one that is larger than ``most`` bytes only so much that it is seen to be.

    Raises:
        OSError: with the path and a message for people.
    """
    with _told(path, "a file to read", _TO_READ), path.open("rb") as file:
        return file.read(most + 1)


def replace(path: Path, data: bytes) -> None:
    """Writes a file, new or in the place of an old one: whole or not at all.

    A link stays, and what it leads to is replaced. An old file's permissions stay too, and its owner where allowed.

    Raises:
        OSError: with the path and a message for people.
    """
    target = Path(os.path.realpath(path))
    with _told(path, "a file to write", _TO_WRITE):
        old = _old(target)
        temporary = target.with_name(f".inkmoji-{secrets.token_hex(8)}.tmp")
        try:
            _write(temporary, data, old)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
        _sync_folder(target.parent)


def _old(target: Path) -> os.stat_result | None:
    """What is known of the file that is to be replaced; None where there is none."""
    try:
        found = target.stat()
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "Not a regular file")
    if not os.access(target, os.W_OK):  # the folder alone would allow it
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return found


def _write(temporary: Path, data: bytes, old: os.stat_result | None) -> None:
    """Writes a new file through to the disk."""
    with temporary.open("xb") as file:
        if old is not None:
            if hasattr(os, "chown"):
                with suppress(OSError):  # only an administrator may
                    os.chown(temporary, old.st_uid, old.st_gid)
            temporary.chmod(stat.S_IMODE(old.st_mode))
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Writes the names in a folder through to the disk; Windows has no way to ask for it."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise
    finally:
        os.close(descriptor)


@contextmanager
def _told(path: Path, expected: str, remedies: Mapping[int, str]) -> Iterator[None]:
    """Says of an error of the system what was expected of which path, and what to do."""
    try:
        yield
    except OSError as error:
        number = error.errno or errno.EIO
        remedy = f"; {remedies[number]}" if number in remedies else ""
        raise OSError(number, f"expected {expected}, got: {error.strerror or error}{remedy}", str(path)) from error
