"""What makes Python start quickly in a browser: a snapshot of its memory, and wheels that hold bytecode.

Both are made by Node.js with the Pyodide that ships, and kept until what they are made from changes.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from web.tools import WORK, BuildError, npm, vendor

FOLDER = WORK / "warm"
SNAPSHOT = "snapshot.bin"
SCRIPTS = [Path(__file__).with_name(name) for name in ("warm.mjs", "bytecode.py")]


@dataclass(frozen=True)
class Warm:
    """Paths of the snapshot and of the wheels with bytecode, these in the order of those they were made from."""

    snapshot: Path
    wheels: list[Path]


def warm(wheels: Sequence[Path]) -> Warm:
    """Return the snapshot, and the `wheels` with bytecode; make what is not there yet.

    Raises
    ------
    BuildError
        Node.js cannot make them.
    """
    pyodide = vendor.PARTS[0].source
    runtime = _digest([*SCRIPTS, pyodide / "package.json"])
    made = Warm(FOLDER / runtime / SNAPSHOT, [FOLDER / _digest([path], runtime) / path.name for path in wheels])
    pairs = [(old, new) for old, new in zip(wheels, made.wheels, strict=True) if not new.exists()]
    if pairs or not made.snapshot.exists():
        print("compiling Python's modules for a quick start", flush=True)
        _make(pyodide, made.snapshot, pairs)
    used = {path.parent for path in (made.snapshot, *made.wheels)}
    for folder in {*FOLDER.iterdir()} - used:
        shutil.rmtree(folder)
    return made


def _digest(paths: Sequence[Path], seed: str = "") -> str:
    digest = hashlib.sha256(seed.encode())
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _make(pyodide: Path, snapshot: Path, pairs: Sequence[tuple[Path, Path]]) -> None:
    """Make the files in a folder of their own and move them to their places, so that nobody sees half a file."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER) as scratch:
        moves = [(Path(scratch, str(number)), new) for number, (_, new) in enumerate(pairs)]
        arguments = [str(part) for (old, _), (new, _) in zip(pairs, moves, strict=True) for part in (old, new)]
        if not snapshot.exists():
            moves.append((Path(scratch, SNAPSHOT), snapshot))
            snapshot = Path(scratch, SNAPSHOT)
        command = [npm.node(), str(SCRIPTS[0]), str(pyodide), str(snapshot), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise BuildError(f"Python's modules could not be compiled:\n{done.stderr.strip()}")
        for new, place in moves:
            place.parent.mkdir(exist_ok=True)
            new.replace(place)
