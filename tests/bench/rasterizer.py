"""How long the rasteriser takes, for hand-like strokes of several lengths: a table of milliseconds.

python tests/bench/rasterizer.py            in this Python
node tests/bench/rasterizer.mjs             in the Pyodide of dist/ (run build.py build first)
"""

from __future__ import annotations

import sys
import time

import numpy as np
from inkmoji import ImageConstraint, Strokes
from inkmoji.image import canonical, render

ROUNDS = 200
CONSTRAINT = ImageConstraint(32, 32)


def scribble(points: int, rng: np.random.Generator) -> Strokes:
    """Three strokes of a hand that turns slowly, in CSS pixels."""
    strokes = []
    for _ in range(3):
        angles = np.cumsum(rng.normal(0.0, 0.15, points // 3))
        moves = 3.0 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
        strokes.append(rng.uniform(0.0, 200.0, 2) + np.cumsum(moves, axis=0))
    return Strokes.of(strokes)


def milliseconds(drawings: list[Strokes]) -> tuple[float, float]:
    """Median time of `canonical` and of `render`, in milliseconds."""
    times = np.empty((len(drawings), 2))
    for index, drawing in enumerate(drawings):
        start = time.perf_counter()
        compact = canonical(drawing)
        middle = time.perf_counter()
        render(compact, CONSTRAINT)
        times[index] = middle - start, time.perf_counter() - middle
    compact, drawn = 1000.0 * np.median(times, axis=0)
    return float(compact), float(drawn)


def main() -> None:
    """Print the table; the first round warms up."""
    rng = np.random.default_rng(0)
    print(f"Python {sys.version.split()[0]} on {sys.platform}, median of {ROUNDS} drawings, ms")
    print(f"{'points':>7} {'canonical':>10} {'render':>8} {'both':>8}")
    for points in (300, 30, 99, 300, 999):
        compact, drawn = milliseconds([scribble(points, rng) for _ in range(ROUNDS)])
        print(f"{points:>7} {compact:>10.3f} {drawn:>8.3f} {compact + drawn:>8.3f}")


if __name__ == "__main__":
    main()
