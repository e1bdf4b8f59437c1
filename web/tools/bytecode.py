"""A wheel with bytecode, so that no start of Python compiles it again. Runs in the Python that the bytecode is for.

A wheel for one Python alone gets the bytecode in place of its source, and loses what only compilers and type checkers
read. A wheel for any Python keeps its source; the bytecode lies beside it, where other versions do not look.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import io
import py_compile
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

SITE = f"/lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages/"  # tracebacks name it
NOT_RUN = (".pyi", ".pxd", ".h", ".c", ".a")


def with_bytecode(wheel: bytes, name: str) -> bytes:
    """Return the wheel `name`, given as its bytes, with bytecode; its order stays, its record is written anew."""
    keep_source = name.endswith("-py3-none-any.whl")
    made = io.BytesIO()
    record = ""
    with zipfile.ZipFile(io.BytesIO(wheel)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for member, data in _members(old, keep_source):
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            record += f"{member},sha256={digest},{len(data)}\n"
            new.writestr(zipfile.ZipInfo(member), data, zipfile.ZIP_DEFLATED)
        place = next(member for member in old.namelist() if member.endswith(".dist-info/RECORD"))
        new.writestr(zipfile.ZipInfo(place), f"{record}{place},,\n", zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _members(wheel: zipfile.ZipFile, keep_source: bool) -> Iterator[tuple[str, bytes]]:
    """Every file of the new wheel but its record, and what is in it."""
    for member in wheel.namelist():
        if member.endswith(("/", ".dist-info/RECORD")):
            continue
        data = wheel.read(member)
        if member.endswith(".py"):
            if keep_source:
                yield member, data
            yield importlib.util.cache_from_source(member) if keep_source else f"{member}c", _compiled(member, data)
        elif keep_source or not member.endswith(NOT_RUN):
            yield member, data


def _compiled(member: str, source: bytes) -> bytes:
    """Bytecode that is taken without a look at the source's date."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "source.py")
        path.write_bytes(source)
        unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
        py_compile.compile(str(path), f"{path}c", SITE + member, doraise=True, invalidation_mode=unchecked)
        return Path(f"{path}c").read_bytes()
