"""Drawings to measure with: read from single files of any format, and strokes drawn as pictures.

What a file holds shows in its content, not in its name:

* a zip file of arrays (``.npz``) holds strokes (``pts``, ``stroke_len``, ``n_strokes``, see ``models/drawings.py``),
  Omniglot (``img`` of packed bits, ``alphabet``, ``character``, ``alphabets``), or else bitmaps: every array of
  (N, H, W) uint8 or bool, whatever its name; (N, H, H / 8) are packed bits. Arrays of one length hold sizes of the same
  drawings, of which the largest that is not blank counts; arrays of different lengths hold different drawings, which
  all count;
* one array (``.npy``) holds bitmaps, (N, H, W) or, as Google publishes them, (N, side * side);
* JSON lines (``.ndjson``) hold strokes, simplified or raw;
* anything else is an image that Pillow reads.

Ink and paper of bitmaps and images are told apart as those of any picture (``inkmoji.image``), so either may be dark.
"""

from __future__ import annotations

import math
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from inkmoji.errors import DrawingError
from inkmoji.features import Drawing, Picture, Strokes
from inkmoji.image import GRID, MAX_PIXELS, canonical
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageOps, UnidentifiedImageError

from models.drawings import DataError, DrawingSet, drawing_set, stroke_arrays, stroke_lines, unpacked

Bytes = NDArray[np.uint8]
Named = Iterator[tuple[str, Drawing]]
"""Drawings as given, each with its class."""

_FORMATS = (
    "expected strokes (.npz with pts, stroke_len and n_strokes, or .ndjson), bitmaps (.npz or .npy, uint8 (N, H, W) or "
    "(N, side * side)), Omniglot (.npz) or an image"
)
_STROKES = frozenset({"pts", "stroke_len", "n_strokes"})
_OMNIGLOT = frozenset({"img", "alphabet", "character", "alphabets"})
_DAMAGED = (
    *(ValueError, TypeError, LookupError, SyntaxError, EOFError, OSError, struct.error, zlib.error),
    *(zipfile.BadZipFile, Image.DecompressionBombError, DrawingError),
)
"""What readers raise over files that are damaged or in another form."""
_SMALLEST = 8  # side of bitmaps that are stored flat: arrays of a few columns are something else
_FINE = 8  # parts of each pixel's side, when strokes are drawn


def read_files(paths: Sequence[Path]) -> DrawingSet:
    """The drawings of files of any format, as canonical drawings.

    A file holds one class, named as the file without its suffix; an Omniglot file's classes are
    ``alphabet/character``. Of a folder all files are read, in order of their names, those in its folders too; a class
    then has the folders inside the given one before its name, and images together are the class that their folder is
    named after. Hidden files do not count. What has the same class is put together.

    Args:
        paths: files and folders.

    Returns:
        Classes in the order in which they first appear, with at least one drawing each; ``skipped`` counts the drawings
        without ink.

    Raises:
        DataError: when a path is neither file nor folder, a file comes twice, is in none of the formats, is damaged or
            holds a drawing that no model takes, or when there is no drawing with ink at all.
    """
    classes: dict[str, list[Drawing]] = {}
    skipped = 0
    for path, named in _opened(paths):
        with _explained(path):
            for name, drawing in named:
                try:
                    classes.setdefault(name, []).append(canonical(drawing))
                except DrawingError as error:
                    if error.code != "drawing-empty":
                        raise
                    skipped += 1
    classes = {name: drawings for name, drawings in classes.items() if drawings}
    if not classes:
        places = ", ".join(map(str, paths)) or "one file or more"
        raise DataError(f"expected drawings in {places}, found none with ink")
    return drawing_set(list(classes.values()), tuple(classes), skipped)


def redrawn(drawings: DrawingSet, width: float, side: int, dark_on_light: bool) -> DrawingSet:
    """The same drawings as pictures: RGBA (side, side, 4) drawn with a round pen, edges antialiased.

    Args:
        drawings: strokes only.
        width: of the pen, in pixels, to an eighth of one.
        side: of the pictures, in pixels; around the ink one pixel is free.
        dark_on_light: black ink on white paper, else white on black.

    Returns:
        Canonical pictures of the same classes.

    Raises:
        ValueError: when the pen is not at least an eighth of a pixel or does not fit, or a drawing is no strokes.
    """
    if not 1.0 / _FINE <= width < side - 2:
        raise ValueError(f"expected a pen of {1 / _FINE} to {side - 2} pixels for pictures of {side}, got {width}")
    pictures: list[Drawing] = []
    for drawing in drawings.drawings:
        if not isinstance(drawing, Strokes):
            raise ValueError(f"expected strokes to draw, got a {type(drawing).__name__}; leave pictures out")
        ink = _inked(drawing, width, side)
        pictures.append(canonical(_opaque(np.uint8(255) - ink if dark_on_light else ink)))
    return replace(drawings, drawings=tuple(pictures))


# Files


def _opened(paths: Sequence[Path]) -> Iterator[tuple[Path, Named]]:
    """Each file with the drawings it holds."""
    seen: set[Path] = set()
    for given in paths:
        for path in _files(given):
            if path.resolve() in seen:
                raise DataError(f"expected every file once, found {path} again; leave out what is given twice")
            seen.add(path.resolve())
            with _explained(path):
                named = _drawings(path, given)
            yield path, named


def _files(given: Path) -> list[Path]:
    if given.is_file():
        return [given]
    if not given.is_dir():
        raise DataError(f"expected a file or a folder at {given}, found neither")
    inside = (path for path in given.rglob("*") if path.is_file())
    files = sorted(path for path in inside if not any(part[0] == "." for part in path.relative_to(given).parts))
    if not files:
        raise DataError(f"expected files of drawings in {given}, found none")
    return files


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turns what damaged files make their readers raise into an error that names the file."""
    try:
        yield
    except _DAMAGED as error:
        raise DataError(f"{_FORMATS} in {path}, found it damaged or in another form: {error}") from error


def _drawings(path: Path, given: Path) -> Named:
    """The drawings of a file, whose beginning tells the format."""
    with path.open("rb") as file:
        start = file.read(64)
    name = path.stem if path == given else path.relative_to(given).with_suffix("").as_posix()
    if start.startswith(b"PK"):
        return _arrays(path, name)
    if start.startswith(b"\x93NUMPY"):
        return _of_class(name, _bitmaps({"": np.load(path, allow_pickle=False)}, path))
    if start.lstrip().startswith(b"{"):
        return _of_class(name, stroke_lines(path))
    if path != given:
        folder = path.parent.relative_to(given).as_posix()
        name = given.resolve().name if folder == "." else folder
    return iter([(name, _image(path, start))])


def _of_class(name: str, drawings: Iterator[Drawing]) -> Named:
    return ((name, drawing) for drawing in drawings)


def _arrays(path: Path, name: str) -> Named:
    """The drawings of a zip file of arrays, told apart by what they are called and by their shapes."""
    with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:  # else a damaged one stays open
        if _STROKES.issubset(file.files):
            return _of_class(name, stroke_arrays(path))
        arrays = {key: array for key in file.files if isinstance(array := file[key], np.ndarray)}
    if _OMNIGLOT.issubset(arrays):
        return _characters(arrays)
    return _of_class(name, _bitmaps(arrays, path))


def _characters(arrays: Mapping[str, NDArray[Any]]) -> Named:
    """Omniglot's drawings in the order of the file."""
    alphabets = arrays["alphabets"].tolist()
    for packed, alphabet, character in zip(arrays["img"], arrays["alphabet"], arrays["character"], strict=True):
        yield f"{alphabets[alphabet]}/{character}", Picture(unpacked(packed))


# Bitmaps


def _bitmaps(arrays: Mapping[str, NDArray[Any]], path: Path) -> Iterator[Drawing]:
    """Bitmaps, each drawing's largest that is not blank."""
    stacks = [stack for array in arrays.values() if (stack := _stack(array)) is not None]
    if not stacks:
        shown = ", ".join(f"{key} {array.dtype} {array.shape}".strip() for key, array in arrays.items())
        raise DataError(f"{_FORMATS} in {path}, found arrays: {shown or 'none'}")
    stacks.sort(key=lambda stack: -stack[0].size)
    if len({len(stack) for stack in stacks}) == 1:
        return (_largest([stack[index] for stack in stacks]) for index in range(len(stacks[0])))
    return (_opaque(bitmap) for stack in stacks for bitmap in stack)


def _stack(array: NDArray[Any]) -> Bytes | None:
    """Bitmaps (N, H, W) of 0 to 255, or None when the array holds no bitmaps."""
    side = math.isqrt(array.shape[1]) if array.ndim == 2 else 0
    if side >= _SMALLEST and side * side == array.shape[1]:
        array = array.reshape(-1, side, side)
    if array.ndim != 3 or array.size == 0 or array.dtype not in (np.uint8, np.bool_):
        return None
    stack: Bytes = array.astype(np.uint8)
    height, width = stack.shape[1:]
    if width == -(-height // 8) >= 2:
        stack = np.unpackbits(stack, axis=2, count=height)
    return stack * np.uint8(255) if stack.max() == 1 else stack


def _largest(sizes: list[Bytes]) -> Picture:
    """The first that is not of one grey all over, else the first."""
    return _opaque(next((bitmap for bitmap in sizes if bitmap.min() != bitmap.max()), sizes[0]))


def _opaque(grey: Bytes) -> Picture:
    """Grey (H, W) as RGBA, of which the engine finds out what is ink."""
    return Picture(np.stack([grey, grey, grey, np.full_like(grey, 255)], axis=2))


# Images


def _image(path: Path, start: bytes) -> Picture:
    """Any image as RGBA, upright, large ones made smaller."""
    try:
        opened = Image.open(path)
    except UnidentifiedImageError as error:
        raise DataError(f"{_FORMATS} in {path}, found a file that begins with {start[:16]!r}") from error
    with opened:
        upright = ImageOps.exif_transpose(opened)
        image = _eight_bits(upright).convert("RGBA")
    while image.width * image.height > MAX_PIXELS:
        image = image.reduce(2)
    return Picture(np.asarray(image))


def _eight_bits(image: Image.Image) -> Image.Image:
    """The image itself, or its greys from darkest to lightest as 0 to 255 when they have more than eight bits."""
    if not image.mode.startswith(("I", "F")):
        return image
    greys = np.asarray(image, np.float64)
    low, high = float(greys.min()), float(greys.max())
    return Image.fromarray(np.rint((greys - low) * (255.0 / max(high - low, 1e-9))).astype(np.uint8))


# Strokes


def _inked(drawing: Strokes, width: float, side: int) -> Bytes:
    """Ink (side, side) of canonical strokes, drawn large and averaged down."""
    radius, room = round(width * _FINE) // 2, side * _FINE  # odd widths around a point are Pillow's symmetric ones
    margin = _FINE + radius
    places = drawing.points.astype(np.float64) * ((room - 1 - 2 * margin) / GRID) + margin
    image = Image.new("L", (room, room))
    draw = ImageDraw.Draw(image)
    for stroke in np.split(np.rint(places).astype(int), np.cumsum(drawing.lengths)[:-1]):
        corners = [(x, y) for x, y in stroke.tolist()]
        draw.line(corners, fill=255, width=2 * radius + 1)
        for x, y in corners:
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return np.asarray(image.reduce(_FINE))
