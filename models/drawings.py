"""Reading the drawings that the base model is trained and validated on.

A data folder holds ``splits.json`` and, for each set, either the compact arrays or the public files:

* ``quickdraw/<category>.npz`` (``pts`` (P, 2) uint8, ``stroke_len`` (S,), ``n_strokes`` (N,), ``recognized`` (N,)
  1 yes, 0 no, 255 unknown) or ``quickdraw/<category>.ndjson`` (Google's "simplified drawing files");
* ``omniglot/background.npz`` (``img`` (N, 105, 14) packed bits, 1 = ink, ``alphabet``, ``character``, ``drawer`` (N,),
  ``alphabets``) or ``omniglot/images_background/<alphabet>/<character>/*.png`` (black ink on white).

``splits.json`` maps ``quickdraw`` and ``omniglot`` to lists of categories and alphabets, ``train`` and ``validation``.
``models/pictures.py`` reads single files of these and other formats.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
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


class DataError(Exception):
    """Data lacks something or has another form; the message says what was expected where."""


@dataclass(frozen=True, eq=False)
class DrawingSet:
    """Canonical drawings with their classes.

    Attributes:
        drawings: N drawings, each by another person within its class.
        labels: (N,) index into ``names``, ascending.
        names: the classes; an Omniglot character is ``alphabet/character``.
        skipped: how many drawings were left out because nothing is drawn in them.
    """

    drawings: tuple[Drawing, ...]
    labels: NDArray[np.intp]
    names: tuple[str, ...]
    skipped: int = 0

    @cached_property
    def chances(self) -> NDArray[np.float64]:
        """(N,) cumulative probability when all classes weigh the same, and so do the drawings of each."""
        weights = 1.0 / np.bincount(self.labels)[self.labels]
        chances: NDArray[np.float64] = np.cumsum(weights) / weights.sum()
        return chances

    def fewer(self, most: int, seed: int) -> DrawingSet:
        """The set with at most so many drawings of each class, chosen at random."""
        rng = np.random.default_rng(seed)
        classes = [np.flatnonzero(self.labels == index) for index in range(len(self.names))]
        kept = np.concatenate([np.sort(rng.permutation(mine)[:most]) for mine in classes])
        return DrawingSet(tuple(self.drawings[index] for index in kept), self.labels[kept], self.names, self.skipped)


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
    return drawing_set(classes, names)


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
    return drawing_set(list(characters.values()), tuple(characters))


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


def drawing_set(classes: list[list[Drawing]], names: tuple[str, ...], skipped: int = 0) -> DrawingSet:
    """The canonical drawings of each class as one set, class after class."""
    labels = np.repeat(np.arange(len(classes)), [len(drawings) for drawings in classes])
    return DrawingSet(tuple(drawing for drawings in classes for drawing in drawings), labels, names, skipped)


def joined(sets: Sequence[DrawingSet]) -> DrawingSet:
    """The classes of all sets, one set after the other."""
    first = np.cumsum([0, *(len(each.names) for each in sets)])
    return DrawingSet(
        tuple(drawing for each in sets for drawing in each.drawings),
        np.concatenate([each.labels + start for each, start in zip(sets, first, strict=False)]),
        tuple(name for each in sets for name in each.names),
        sum(each.skipped for each in sets),
    )


def stroke_arrays(path: Path, keep_unrecognized: bool = True) -> Iterator[Strokes]:
    """The drawings of compact arrays, as given; ``recognized`` is needed only to leave drawings out.

    Raises:
        DataError: when the lengths do not sum to what there is.
    """
    with np.load(path, allow_pickle=False) as file:
        points, lengths, counts = file["pts"], file["stroke_len"].astype(np.intp), file["n_strokes"].astype(np.intp)
        keep = np.ones(len(counts), np.bool_) if keep_unrecognized else file["recognized"] != 0
    stroke, point = np.concatenate([[0], np.cumsum(counts)]), np.concatenate([[0], np.cumsum(lengths)])
    if stroke[-1] != len(lengths) or point[-1] != len(points):
        raise DataError(
            f"expected n_strokes to sum to {len(lengths)} strokes and stroke_len to {len(points)} points in {path}, "
            f"found sums of {stroke[-1]} and {point[-1]}; make the file anew"
        )
    for index in np.flatnonzero(keep):
        first, last = stroke[index], stroke[index + 1]
        mine = lengths[first:last]
        yield Strokes(points[point[first] : point[last]].astype(np.float64), mine[mine > 0])


def stroke_lines(path: Path, keep_unrecognized: bool = True) -> Iterator[Strokes]:
    """The drawings of a file of JSON lines, as given; of each stroke x and y count, not the times."""
    with path.open(encoding="utf-8") as lines:
        for line in filter(str.strip, lines):
            record = json.loads(line)
            if keep_unrecognized or record["recognized"]:
                yield Strokes.of([np.transpose(stroke[:2]) for stroke in record["drawing"] if stroke[0]])


def unpacked(rows: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Ink (H, H) of an Omniglot drawing's packed rows (H, ceil(H / 8))."""
    return np.unpackbits(rows, axis=1)[:, : len(rows)] * np.uint8(255)


def _category_drawings(folder: Path, name: str, keep_unrecognized: bool) -> Iterator[Strokes]:
    arrays, lines = folder / f"{name}.npz", folder / f"{name}.ndjson"
    if arrays.is_file():
        return stroke_arrays(arrays, keep_unrecognized)
    if lines.is_file():
        return stroke_lines(lines, keep_unrecognized)
    raise DataError(f"expected {arrays.name} or {lines.name} in {folder}, found neither")


def _omniglot_arrays(folder: Path, alphabet: str) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """(name of the character, ink (105, 105)) of every drawing of an alphabet, by character and drawer."""
    with np.load(folder / "background.npz", allow_pickle=False) as file:
        alphabets = file["alphabets"].tolist()
        if alphabet not in alphabets:
            raise DataError(f"expected the alphabet {alphabet} in omniglot/background.npz, found {alphabets}")
        mine = np.flatnonzero(file["alphabet"] == alphabets.index(alphabet))
        characters, drawers, packed = file["character"][mine], file["drawer"][mine], file["img"][mine]
    for index in np.lexsort((drawers, characters)):
        yield f"{alphabet}/{characters[index]}", unpacked(packed[index])


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
