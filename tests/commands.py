"""What the tests of the command line share: pictures of drawings, and the command as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from tests.engine import scribble

SIDE = 120


def sketch(seed: int, mode: str = "RGB", paper: Any = "white", ink: Any = "black") -> Image.Image:
    """The scribble of a seed, drawn with a pen on paper."""
    image = Image.new(mode, (SIDE, SIDE), paper)
    drawn, first = scribble(seed), 0
    for length in drawn.lengths:
        points = np.rint(drawn.points[first : first + length] + 10).astype(int).tolist()
        ImageDraw.Draw(image).line([tuple(point) for point in points], fill=ink, width=6)
        first += int(length)
    return image


def picture(path: Path, seed: int = 0) -> Path:
    """A file with a scribble, of the kind that its name says."""
    sketch(seed).save(path)
    return path


def process(*arguments: str | Path, code: str | None = None, **options: Any) -> subprocess.CompletedProcess[str]:
    """``python -m inkmoji`` to its end; or, with code, a Python that runs it first and then the command."""
    return subprocess.run(
        command(*arguments, code=code), capture_output=True, encoding="utf-8", check=False, timeout=60, **options
    )


def command(*arguments: str | Path, code: str | None = None) -> list[str]:
    """What ``process`` runs."""
    start = ["-m", "inkmoji"]
    if code is not None:
        start = ["-c", f"{code}\nimport runpy; runpy.run_module('inkmoji', run_name='__main__', alter_sys=True)"]
    return [sys.executable, *start, *map(str, arguments)]


def with_variables(**variables: str) -> Mapping[str, str]:
    """The environment of this process with some variables more, or others."""
    return {**os.environ, **variables}


def left_over(folder: Path) -> list[str]:
    """The names of temporary files in a folder."""
    return [path.name for path in folder.iterdir() if path.suffix == ".tmp"]
