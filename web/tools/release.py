"""`dist-release/`: what is handed out, as files: our wheel, our source distribution, and the page as one zip file."""

from __future__ import annotations

import hashlib
import io
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

from web.tools import DIST, RELEASE, WORK
from web.tools.assemble import Summary, brought_up_to_date
from web.tools.package import own_sdist, own_wheel

SITE = "inkmoji-web.zip"
FOLDER = WORK / "release"
EARLIEST = (1980, 1, 1, 0, 0, 0)  # that a zip file can name
MODE = 0o100644  # a file that all may read


def release() -> Summary:
    """Bring `dist-release/` up to date with `dist/` and `pysrc/`."""
    paths = (own_wheel(), own_sdist(), _packed_site())
    return brought_up_to_date(RELEASE, {path.name: path.read_bytes() for path in paths})


def _packed_site() -> Path:
    """Return the path of `dist/` as a zip file, made only when something in it has changed."""
    files = {path.relative_to(DIST).as_posix(): path.read_bytes() for path in DIST.rglob("*") if path.is_file()}
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for name in sorted(files):
        digest.update(name.encode() + b"\0" + hashlib.sha256(files[name]).digest())
    path = FOLDER / digest.hexdigest()[:16] / SITE
    if not path.exists():
        print(f"packing {SITE}", flush=True)
        shutil.rmtree(FOLDER, ignore_errors=True)
        path.parent.mkdir(parents=True)
        half = path.with_suffix(".half")
        half.write_bytes(packed(files))
        half.rename(path)
    return path


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return a zip file of `files`, the same bytes for the same files."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as target:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.create_system, entry.external_attr = 3, MODE << 16  # as made on Unix, wherever it is
            target.writestr(entry, files[name], zipfile.ZIP_DEFLATED)
    return archive.getvalue()
