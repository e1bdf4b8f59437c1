"""What makes Python start quickly in a browser: a snapshot of its memory with all packages imported.

It is made by Node.js with the Pyodide that ships, and kept until what it is made from changes. Beside it comes what no
snapshot can hold: the core of Pyodide, and native libraries. All is compressed, whatever the host does.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from web.tools import WEB, WORK, BuildError, npm, vendor

FOLDER = WORK / "warm"
CORE, SNAPSHOT, LIBRARIES = QUICK = ("pyodide.asm.wasm.bin", "snapshot.bin", "libraries.bin")
SHARED = WEB / "worker" / "snapshot.js"
PYODIDE = vendor.PARTS[0].source
SCRIPTS = [*(Path(__file__).with_name(name) for name in ("warm.mjs", "warm.py")), SHARED]
LEVEL = 12  # libdeflate's best


def warm(wheels: Sequence[Path]) -> list[Path]:
    """Return the paths of what makes Python with the `wheels` start quickly; make it if it is not there yet.

    Raises
    ------
    BuildError
        Node.js cannot make it.
    """
    folder = FOLDER / _digest([*SCRIPTS, PYODIDE / "package.json", *wheels])
    if not folder.exists():
        print("importing Python's packages for a quick start", flush=True)
        shutil.rmtree(FOLDER, ignore_errors=True)
        _make(wheels, folder)
    return [folder / name for name in QUICK]


def libraries(wheels: Sequence[Path]) -> bytes:
    """Return an archive of the native libraries in `wheels` that the worker loads before it restores the snapshot."""
    needed = _libraries()
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, data in _files(wheels):
            if name in needed:
                entry = tarfile.TarInfo(name)
                entry.size = len(data)
                tar.addfile(entry, io.BytesIO(data))
    return archive.getvalue()


def _libraries() -> list[str]:
    script = f"console.log((await import({SHARED.as_uri()!r})).LIBRARIES.join('\\n'))"
    command = [npm.node(), "--input-type=module", "--eval", script]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


def _files(wheels: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    """Every file of the packages, without what tells about them: with that Pyodide takes no snapshot."""
    for path in wheels:
        with zipfile.ZipFile(path) as wheel:
            for name in wheel.namelist():
                if not name.endswith("/") and ".dist-info/" not in name:
                    yield name, wheel.read(name)


def _digest(paths: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _make(wheels: Sequence[Path], folder: Path) -> None:
    """Make the files in a folder of their own and move it to its place, so that nobody sees half of them."""
    import deflate

    FOLDER.mkdir(parents=True)
    with tempfile.TemporaryDirectory(dir=FOLDER) as scratch:
        packages, snapshot, made = (Path(scratch, name) for name in ("packages", "snapshot", "made"))
        for name, data in _files(wheels):
            (packages / name).parent.mkdir(parents=True, exist_ok=True)
            (packages / name).write_bytes(data)
        command = [npm.node(), str(SCRIPTS[0]), *map(str, (PYODIDE, packages, snapshot))]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise BuildError(f"Python's packages could not be imported:\n{done.stderr.strip()}")
        made.mkdir()
        contents = ((PYODIDE / CORE.removesuffix(".bin")).read_bytes(), snapshot.read_bytes(), libraries(wheels))
        for name, data in zip(QUICK, contents, strict=True):
            (made / name).write_bytes(deflate.gzip_compress(data, LEVEL))
        made.replace(folder)
