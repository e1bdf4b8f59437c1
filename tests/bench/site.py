"""The folder that the bench serves: dist/ as it is, and beside it in `bench/` the bench's pages and the peer."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
from inkmoji import CompiledModel, Strokes
from inkmoji.image import PEN_WIDTH, prepare
from numpy.typing import NDArray

from tests.bench.drawings import archived, doodle, label, taught
from tests.bench.export import exported
from web.tools import DIST, WORK, npm

HERE = Path(__file__).resolve().parent
FOLDER = WORK / "bench"
PARTS = {
    "@tensorflow/tfjs-core/dist": ["tf-core.es2017.min.js"],
    "@tensorflow/tfjs-backend-cpu/dist": ["tf-backend-cpu.es2017.min.js"],
    "@tensorflow/tfjs-backend-wasm/dist": ["tf-backend-wasm.es2017.min.js", "tfjs-backend-wasm-simd.wasm"],
    "@tensorflow/tfjs-layers/dist": ["tf-layers.es2017.min.js"],
    "@tensorflow-models/knn-classifier/dist": ["knn-classifier.min.js"],
}
STOCKS = ((20, 3), (100, 10))  # stickers, and examples of each
PICTURES = 20
NEIGHBORS = 10_010  # the last ten are asked


def assembled() -> Path:
    """Make the folder anew; return its path."""
    modules = _installed()
    site = FOLDER / "site"
    shutil.rmtree(site, ignore_errors=True)
    shutil.copytree(DIST, site)
    bench = site / "bench"
    shutil.copytree(HERE / "web", bench)
    (bench / "parts").mkdir()
    # What ships of the standard library has no profiler.
    shutil.copy(npm.MODULES / "pyodide" / "python_stdlib.zip", bench / "stdlib.zip")
    for folder, names in PARTS.items():
        for name in names:
            shutil.copy(modules / folder / name, bench / "parts")
    _add_data(bench, CompiledModel((DIST / "models" / "base.inkmoji").read_bytes()))
    return site


def stock(stickers: int, examples: int) -> str:
    """The name, without its end, of the files that hold so many stickers taught."""
    return f"taught-{stickers}-{examples}"


def _add_data(bench: Path, base: CompiledModel) -> None:
    model = base.model()
    shutil.copy(DIST / "models" / "base.inkmoji", bench)
    constraint = model.constraint
    pen = PEN_WIDTH * min(constraint.width, constraint.height)
    (bench / "network.bin").write_bytes(exported(model.network, pen))
    for stickers, examples in STOCKS:
        known = taught(base, stickers, examples)
        (bench / f"{stock(stickers, examples)}.inkmoji").write_bytes(archived(known))
        _write(bench / f"{stock(stickers, examples)}.bin", known.head.embeddings)
    drawings = [Strokes.of(doodle(sticker, 0)) for sticker in range(PICTURES)]
    _write(bench / "pictures.bin", np.stack([prepare(drawing, constraint) for drawing in drawings]) / 255.0)
    rows = np.random.default_rng(10).normal(size=(NEIGHBORS, model.network.dimension))
    _write(bench / "neighbors.bin", rows / np.linalg.norm(rows, axis=1, keepdims=True))


def labels(stickers: int) -> list[str]:
    return [label(sticker) for sticker in range(stickers)]


def _write(path: Path, array: NDArray[np.float64]) -> None:
    path.write_bytes(array.astype("<f4").tobytes())


def _installed() -> Path:
    """The npm parts as the bench's own lock file pins them, in a folder that is no part of the sources."""
    folder = FOLDER / "npm"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder)
    npm.install(folder)
    return folder / "node_modules"
