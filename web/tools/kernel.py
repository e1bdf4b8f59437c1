"""The kernels that the worker lends to Python, assembled from one text by the npm part wabt."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from web.tools import WEB, WORK, npm

SOURCE = WEB / "worker" / "kernel.wat"
ASSEMBLER = npm.MODULES / "wabt" / "bin" / "wat2wasm"
FOLDER = WORK / "kernel"
PLAIN, FUSED = NAMES = ("worker/kernel.wasm", "worker/kernel-fused.wasm")
SUM = re.compile(r"\(f32x4\.add (\(local\.get \$\w+\)) \(f32x4\.mul (\(local\.get \$\w+\)) (\(local\.get \$\w+\))\)\)")
AT_ONCE = r"(f32x4.relaxed_madd \2 \3 \1)"
"""Where a browser has it: a product is not rounded before it is added, and both take the time of one."""


def kernel_files() -> dict[str, bytes]:
    """Return the kernels under their paths in `dist/`; empty where they cannot be assembled: Python can do without."""
    digest = hashlib.sha256(SOURCE.read_bytes() + Path(__file__).read_bytes() + npm.LOCK.read_bytes()).hexdigest()[:16]
    made = FOLDER / digest
    if not made.exists():
        failure = _assemble(made)
        if failure:
            print(f"building without the fast kernel for Python, which goes on with NumPy: {failure}", flush=True)
            return dict.fromkeys(NAMES, b"")  # a file that is missing would be an error on every visitor's console
    return {name: (made / Path(name).name).read_bytes() for name in NAMES}


def fused(text: str) -> str:
    """Return the text of the kernel with every product that is added to a sum as one instruction."""
    return SUM.sub(AT_ONCE, text)


def _assemble(made: Path) -> str:
    """Make the folder of kernels, whole or not at all; return why not."""
    if not ASSEMBLER.exists():
        return "npm did not install the optional part wabt"
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    text = SOURCE.read_text("utf-8")
    with tempfile.TemporaryDirectory(dir=FOLDER) as scratch:
        folder = Path(scratch, "made")
        folder.mkdir()
        for name, source in ((PLAIN, text), (FUSED, fused(text))):
            path = Path(scratch, SOURCE.name)
            path.write_text(source, encoding="utf-8")
            output = folder / Path(name).name
            command = [npm.node(), str(ASSEMBLER), "--enable-relaxed-simd", str(path), "-o", str(output)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode or not output.exists():
                return done.stderr.strip() or "wat2wasm wrote nothing"
        folder.replace(made)
    return ""
