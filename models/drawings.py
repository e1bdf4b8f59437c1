"""Reading the drawings that the base model is trained and validated on.

A data folder holds ``splits.json`` and, for each set, either the compact arrays or the public files:

* ``quickdraw/<category>.npz`` (``pts`` (P, 2) uint8, ``stroke_len`` (S,), ``n_strokes`` (N,), ``recognized`` (N,)
  1 yes, 0 no, 255 unknown) or ``quickdraw/<category>.ndjson`` (Google's "simplified drawing files");
* ``omniglot/background.npz`` (``img`` (N, 105, 14) packed bits, 1 = ink, ``alphabet``, ``character``, ``drawer`` (N,),
  ``alphabets``) or ``omniglot/images_background/<alphabet>/<character>/*.png`` (black ink on white).

``splits.json`` maps ``quickdraw`` and ``omniglot`` to lists of categories and alphabets, ``train`` and ``validation``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
from inkmoji.features import Drawing, Picture, Strokes
from inkmoji.image import canonical
from numpy.typing import NDArray
from PIL import Image

Split = Literal["train", "validation"]
_OMNIGLOT_SIDE = 105


class DataError(Exception):
    """The data folder lacks something; the message says what was expected where."""


@dataclass(frozen=True, eq=False)
class DrawingSet:
    """Canonical drawings with their classes.

    Attributes:
        drawings: N drawings, each by another person within its class.
        labels: (N,) index into ``names``, ascending.
        names: the classes; an Omniglot character is ``alphabet/character``.
    """

    drawings: tuple[Drawing, ...]
    labels: NDArray[np.intp]
    names: tuple[str, ...]

    @cached_property
    def chances(self) -> NDArray[np.float64]:
        """(N,) cumulative probability when a class weighs the square root of its size, each of its drawings alike."""
        weights = 1.0 / np.sqrt(np.bincount(self.labels)[self.labels])
        chances: NDArray[np.float64] = np.cumsum(weights) / weights.sum()
        return chances


def split_names(data: Path, source: str, split: Split) -> tuple[str, ...]:
    """The categories or alphabets of one split of ``quickdraw`` or ``omniglot``.

    Raises:
        DataError: when ``splits.json`` is missing or its splits overlap.
    """
    path = data / "splits.json"
    if not path.is_file():
        raise DataError(f"expected splits.json in {data}, found none; give the data folder with --data")
    splits = json.loads(path.read_text(encoding="utf-8"))[source]
    both = sorted(set(splits["train"]) & set(splits["validation"]))
    if both:
        raise DataError(f"expected disjoint splits of {source}, found in both: {', '.join(both)}")
    return tuple(splits[split])


def read_quickdraw(data: Path, split: Split, *, keep_unrecognized: bool = True) -> DrawingSet:
    """All Quick, Draw! drawings of a split, in the order of ``splits.json``.

    Args:
        data: the data folder.
        split: which categories.
        keep_unrecognized: also take drawings that the game did not recognise, junk among them.

    Raises:
        DataError: when a category has no file.
    """
    names = split_names(data, "quickdraw", split)
    classes = []
    for name in names:
        drawings = _category_drawings(data / "quickdraw", name, keep_unrecognized)
        classes.append([canonical(drawing) for drawing in drawings])
    return _drawing_set(classes, names)


def read_omniglot(data: Path, split: Split) -> DrawingSet:
    """All Omniglot drawings of a split's alphabets; a class is one character.

    Raises:
        DataError: when the set or an alphabet is missing.
    """
    folder = data / "omniglot"
    read = _omniglot_arrays if (folder / "background.npz").is_file() else _omniglot_images
    characters: dict[str, list[Drawing]] = {}
    for alphabet in split_names(data, "omniglot", split):
        for name, ink in read(folder, alphabet):
            characters.setdefault(name, []).append(canonical(Picture(ink)))
    return _drawing_set(list(characters.values()), tuple(characters))


def data_hash(data: Path) -> dict[str, str]:
    """SHA-256 over the names and bytes of the files of each set that were there to read."""
    hashes = {}
    for source in ("splits.json", "quickdraw", "omniglot"):
        root = data / source
        files = [root] if root.is_file() else sorted(path for path in root.rglob("*") if path.is_file())
        total = hashlib.sha256()
        for path in files:
            total.update(path.relative_to(data).as_posix().encode() + b"\0")
            total.update(hashlib.sha256(path.read_bytes()).digest())
        hashes[source] = total.hexdigest()
    return hashes


def _drawing_set(classes: list[list[Drawing]], names: tuple[str, ...]) -> DrawingSet:
    labels = np.repeat(np.arange(len(classes)), [len(drawings) for drawings in classes])
    return DrawingSet(tuple(drawing for drawings in classes for drawing in drawings), labels, names)


def _category_drawings(folder: Path, name: str, keep_unrecognized: bool) -> Iterator[Strokes]:
    arrays, lines = folder / f"{name}.npz", folder / f"{name}.ndjson"
    if arrays.is_file():
        return _quickdraw_arrays(arrays, keep_unrecognized)
    if lines.is_file():
        return _quickdraw_lines(lines, keep_unrecognized)
    raise DataError(f"expected {arrays.name} or {lines.name} in {folder}, found neither")


def _quickdraw_arrays(path: Path, keep_unrecognized: bool) -> Iterator[Strokes]:
    with np.load(path, allow_pickle=False) as file:
        points, lengths, counts = file["pts"], file["stroke_len"].astype(np.intp), file["n_strokes"]
        recognized = file["recognized"]
    stroke = np.concatenate([[0], np.cumsum(counts, dtype=np.intp)])
    point = np.concatenate([[0], np.cumsum(lengths)])
    for index in range(len(counts)):
        first, last = stroke[index], stroke[index + 1]
        if keep_unrecognized or recognized[index] != 0:
            yield Strokes(points[point[first] : point[last]].astype(np.float64), lengths[first:last])


def _quickdraw_lines(path: Path, keep_unrecognized: bool) -> Iterator[Strokes]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if keep_unrecognized or record["recognized"]:
                yield Strokes.of([np.transpose(stroke[:2]) for stroke in record["drawing"]])


def _omniglot_arrays(folder: Path, alphabet: str) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """(name of the character, ink (105, 105)) of every drawing of an alphabet, by character and drawer."""
    with np.load(folder / "background.npz", allow_pickle=False) as file:
        alphabets = file["alphabets"].tolist()
        if alphabet not in alphabets:
            raise DataError(f"expected the alphabet {alphabet} in omniglot/background.npz, found {alphabets}")
        mine = np.flatnonzero(file["alphabet"] == alphabets.index(alphabet))
        characters, drawers, packed = file["character"][mine], file["drawer"][mine], file["img"][mine]
    for index in np.lexsort((drawers, characters)):
        bits = np.unpackbits(packed[index], axis=1)[:, :_OMNIGLOT_SIDE]
        yield f"{alphabet}/{characters[index]}", bits * np.uint8(255)


def _omniglot_images(folder: Path, alphabet: str) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    files = sorted((folder / "images_background" / alphabet).glob("*/*.png"))
    if not files:
        raise DataError(
            f"expected background.npz or images_background/{alphabet}/<character>/*.png in {folder}, found neither"
        )
    for path in files:
        with Image.open(path) as image:
            paper = np.asarray(image.convert("L"))
        yield f"{alphabet}/{path.parent.name}", np.uint8(255) - paper
