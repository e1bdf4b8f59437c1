"""Headers of format version 1 as those of version 2."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inkmoji.errors import ArchiveError
from inkmoji.fields import Json, items, table, text, texts


def upgrade(header: Mapping[str, Any]) -> Json:
    """The header of version 2 that says what one of version 1 says: what is new in it is added, nothing else changes.

    Raises:
        ArchiveError: ``archive-header`` for a value that version 1 did not have; ``archive-content`` for a key that
            is new in version 2.
    """
    head, network, description = table(header, "head"), table(header, "network"), table(header, "description")
    for entry in items(header, "tensors"):
        if entry.get("name") == "head.embeddings" and entry.get("dtype") == "float32":
            raise ArchiveError("archive-tensor", "expected a tensor 'head.embeddings' of ('float16',), got float32")
    parameters = [_with(parameter, allowed=None) for parameter in items(description, "parameters")]
    return {
        **header,
        "description": {**description, "parameters": parameters},
        "examples": [_example(example) for example in items(header, "examples")],
        "faces": [_labelled(face) for face in items(header, "faces")],
        "head": _head(head),
        "network": {**network, "layers": [_layer(layer) for layer in items(network, "layers")]},
    }


def _head(head: Json) -> Json:
    text(head, "default_label")
    texts(head, "labels")
    return _with(head, kind="nearest-neighbors", metric="squared-euclidean")


def _layer(layer: Json) -> Json:
    for key, value in table(layer, "settings").items():
        if type(value) not in (int, float, str):
            raise ArchiveError("archive-header", f"expected a number or text as {key!r}, got {type(value).__name__}")
    return _with(layer, updatable=False)


def _example(example: Json) -> Json:
    if "side" not in example and "points" not in example:
        raise ArchiveError("archive-header", "expected an example with 'points' or a 'side', got one without a drawing")
    return _labelled(example)


def _labelled(source: Json) -> Json:
    """An example or a face: its label was a text."""
    text(source, "label")
    return source


def _with(source: Json, **new: Any) -> Json:
    """The object with new keys; with one of them in it already, it was no object of version 1."""
    for key in new:
        if key in source:
            raise ArchiveError("archive-content", f"expected {key!r} in a file of version 2 only, got it in version 1")
    return {**source, **new}
