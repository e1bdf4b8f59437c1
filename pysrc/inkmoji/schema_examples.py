"""What a model was taught, examples and faces, as plain JSON values and named tensors, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkmoji.errors import ArchiveError
from inkmoji.examples import Example, Face
from inkmoji.features import Drawing, Label, Picture, Strokes
from inkmoji.fields import Json, Reader, Tensors, array, check_range, items, label, text, whole
from inkmoji.image import GRID, MAX_STROKES, PICTURE_SIDE, STORED_POINTS


def encode_examples(examples: tuple[Example, ...]) -> tuple[list[Json], Tensors]:
    """The "examples" of a header, and their drawings."""
    rows: list[Json] = []
    points, lengths, pixels = [np.empty((0, 2), np.uint16)], [np.empty(0, np.uint16)], [np.empty(0, np.uint8)]
    for example in examples:
        row: Json = {"id": example.id, "label": example.label}
        drawing = example.drawing
        if isinstance(drawing, Strokes):
            row |= {"points": len(drawing.points), "strokes": len(drawing.lengths)}
            points.append(drawing.points.astype(np.uint16))
            lengths.append(drawing.lengths.astype(np.uint16))
        elif isinstance(drawing, Picture):
            row["side"] = len(drawing.pixels)
            pixels.append(drawing.pixels.ravel())
        rows.append(row)
    return rows, {
        "examples.points": np.concatenate(points),
        "examples.lengths": np.concatenate(lengths),
        "examples.pixels": np.concatenate(pixels),
    }


def decode_examples(header: Mapping[str, Any], tensors: Mapping[str, NDArray[Any]]) -> tuple[Example, ...]:
    """The examples of a header and its tensors; ArchiveError for what is none."""
    points = Reader("examples.points", array(tensors, "examples.points", ("uint16",), 2))
    lengths = Reader("examples.lengths", array(tensors, "examples.lengths", ("uint16",), 1))
    pixels = Reader("examples.pixels", array(tensors, "examples.pixels", ("uint8",), 1))
    check_range("examples.points", points.values, 0, GRID)
    examples = []
    for item in items(header, "examples"):
        drawing: Drawing | None = None
        if "side" in item:
            side = whole(item, "side", 1, PICTURE_SIDE)
            drawing = Picture(pixels.take(side * side).reshape(side, side))
        elif "points" in item or "strokes" in item:
            drawing = _read_strokes(item, points, lengths)
        examples.append(Example(text(item, "id"), label(item, "label"), drawing))
    return tuple(examples)


def _read_strokes(item: Json, points: Reader, lengths: Reader) -> Strokes:
    counts = lengths.take(whole(item, "strokes", 1, MAX_STROKES)).astype(np.intp)
    total = whole(item, "points", 1, STORED_POINTS)
    if int(counts.min()) < 1 or int(counts.sum()) != total:
        raise ArchiveError("archive-content", f"expected strokes of at least one point that sum to {total}, got others")
    return Strokes(points.take(total), counts)


def encode_faces(faces: Mapping[Label, Face]) -> tuple[list[Json], Tensors]:
    """The "faces" of a header, and their images."""
    rows, images = [], b""
    for name in sorted(faces):  # a model's labels are of one type
        face = faces[name]
        row: Json = {"created": face.created, "image": len(face.image), "label": name}
        rows.append(row | {"name": face.name, "text": face.text})
        images += face.image
    return rows, {"faces.images": np.frombuffer(images, np.uint8)}


def decode_faces(header: Mapping[str, Any], tensors: Mapping[str, NDArray[Any]]) -> dict[Label, Face]:
    """The faces of a header and its tensors.

    Raises:
        ArchiveError: ``archive-header`` or ``archive-tensor``.
        FeatureError: for a face that is none.
    """
    images = Reader("faces.images", array(tensors, "faces.images", ("uint8",), 1))
    faces = {}
    for item in items(header, "faces"):
        image = images.take(whole(item, "image", 0, 1 << 16)).tobytes()
        created = whole(item, "created", 0, 2**53)
        faces[label(item, "label")] = Face(text(item, "text"), text(item, "name"), created, image)
    return faces
