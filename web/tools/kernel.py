"""The kernel that the worker lends to Python, assembled from its text by the npm part wabt."""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
from pathlib import Path

from web.tools import WEB, WORK, npm

SOURCE = WEB / "worker" / "kernel.wat"
ASSEMBLER = npm.MODULES / "wabt" / "bin" / "wat2wasm"
FOLDER = WORK / "kernel"
NAME = "worker/kernel.wasm"


def kernel_files() -> dict[str, bytes]:
    """Return the kernel under its path in `dist/`; empty where it cannot be assembled, since Python can do without."""
    digest = hashlib.sha256(SOURCE.read_bytes() + npm.LOCK.read_bytes()).hexdigest()[:16]
    made = FOLDER / f"{digest}.wasm"
    if not made.exists():
        failure = _assemble(made)
        if failure:
            print(f"building without the fast kernel for Python, which goes on with NumPy: {failure}", flush=True)
            return {NAME: b""}  # a file that is missing would be an error on every visitor's console
    return {NAME: made.read_bytes()}


def _assemble(made: Path) -> str:
    """Make the file, whole or not at all; return why not."""
    if not ASSEMBLER.exists():
        return "npm did not install the optional part wabt"
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    with tempfile.TemporaryDirectory(dir=FOLDER) as scratch:
        output = Path(scratch, "kernel.wasm")
        command = [npm.node(), str(ASSEMBLER), str(SOURCE), "-o", str(output)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode or not output.exists():
            return done.stderr.strip() or "wat2wasm wrote nothing"
        output.replace(made)
    return ""
