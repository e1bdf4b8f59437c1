"""A model as plain JSON values and named tensors, and back: the content of ``archive``'s header.

``decode`` trusts nothing: each value is checked for type and range, and what fits together only as a whole is
checked by the classes it becomes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from inkmoji.description import (
    FeatureDescription,
    ImageConstraint,
    ModelDescription,
    ParameterDescription,
    ParameterKey,
)
from inkmoji.errors import ArchiveError
from inkmoji.features import FeatureType, Picture, Strokes
from inkmoji.image import GRID, MAX_STROKES, PICTURE_SIDE, STORED_POINTS
from inkmoji.layers import Layer
from inkmoji.model import Example, Face, Model
from inkmoji.neighbors import NearestNeighbors
from inkmoji.network import Network

E = TypeVar("E", FeatureType, ParameterKey)
Json = dict[str, Any]
Tensors = dict[str, NDArray[Any]]

DTYPES = ("float32", "float16", "int32", "uint16", "uint8")
_MOST = 1 << 26


def encode(model: Model) -> tuple[Json, Tensors]:
    """Header and tensors of a model, tensors in the order of the file."""
    header: Json = {"description": _description(model.description), "network": _network(model.network)}
    tensors: Tensors = {
        f"network.{index}.{name}": layer.weights[name]
        for index, layer in enumerate(model.network.layers)
        for name in sorted(layer.weights)
    }
    header["head"], entries = _head(model.head, model.examples)
    header["examples"], drawings = _examples(model.examples)
    header["faces"], images = _faces(model.faces)
    return header, tensors | entries | drawings | images


def decode(header: Mapping[str, Any], tensors: Mapping[str, NDArray[Any]]) -> Model:
    """The model of a header and its tensors.

    Raises:
        ArchiveError: ``archive-header`` or ``archive-tensor`` for a value that is missing or of the wrong kind.
        InkmojiError: whatever the model's parts refuse.
    """
    examples = _read_examples(header, tensors)
    return Model(
        _read_description(table(header, "description")),
        _read_network(table(header, "network"), tensors),
        _read_head(table(header, "head"), tensors, examples),
        examples,
        _read_faces(header, tensors),
    )


# Values of a header


def table(source: Mapping[str, Any], key: str) -> Json:
    """An object."""
    value: Json = _typed(source, key, dict, "an object")
    return value


def items(source: Mapping[str, Any], key: str) -> list[Json]:
    """A list of objects."""
    values: list[Json] = _typed(source, key, list, "a list")
    if not all(type(value) is dict for value in values):
        raise ArchiveError("archive-header", f"expected {key!r} as a list of objects, got other values in it")
    return values


def text(source: Mapping[str, Any], key: str) -> str:
    """A text."""
    value: str = _typed(source, key, str, "a text")
    return value


def texts(source: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """A list of texts."""
    values = _typed(source, key, list, "a list")
    if not all(type(value) is str for value in values):
        raise ArchiveError("archive-header", f"expected {key!r} as a list of texts, got other values in it")
    return tuple(values)


def whole(source: Mapping[str, Any], key: str, least: int, most: int) -> int:
    """A whole number within bounds."""
    value: int = _typed(source, key, int, "a whole number")
    if not least <= value <= most:
        raise ArchiveError("archive-header", f"expected {key!r} from {least} to {most}, got {value}")
    return value


def wholes(source: Mapping[str, Any], key: str, least: int, most: int) -> tuple[int, ...]:
    """A list of whole numbers within bounds."""
    values = _typed(source, key, list, "a list")
    if not all(type(value) is int and least <= value <= most for value in values):
        raise ArchiveError("archive-header", f"expected {key!r} as whole numbers from {least} to {most}, got others")
    return tuple(values)


def _typed(source: Mapping[str, Any], key: str, kind: type, words: str) -> Any:
    value = source.get(key)
    if type(value) is not kind:  # exactly: JSON's true is no whole number
        raise ArchiveError("archive-header", f"expected {words} as {key!r}, got {type(value).__name__}")
    return value


def _array(tensors: Mapping[str, NDArray[Any]], name: str, dtypes: tuple[str, ...], axes: int) -> NDArray[Any]:
    array = tensors.get(name)
    if array is None or str(array.dtype) not in dtypes or array.ndim != axes:
        got = "none" if array is None else f"{array.dtype} with {array.ndim} axes"
        raise ArchiveError("archive-tensor", f"expected a tensor {name!r} of {dtypes} with {axes} axes, got {got}")
    return array


# Description


def _description(description: ModelDescription) -> Json:
    groups = {key: getattr(description, key) for key in ("inputs", "outputs", "training_inputs")}
    parameters = [
        {"default": item.default, "key": item.key.value, "maximum": item.maximum, "minimum": item.minimum}
        for item in description.parameters
    ]
    features = {key: [_feature(feature) for feature in group] for key, group in groups.items()}
    return {**features, "metadata": dict(description.metadata), "parameters": parameters}


def _feature(feature: FeatureDescription) -> Json:
    image = feature.image
    return {
        "image": None if image is None else [image.width, image.height, image.channels],
        "name": feature.name,
        "shape": None if feature.shape is None else list(feature.shape),
        "type": feature.type.value,
    }


def _read_description(source: Json) -> ModelDescription:
    metadata = table(source, "metadata")
    parameters = [
        ParameterDescription(
            _member(ParameterKey, text(item, "key")),
            *(whole(item, key, -(2**31), 2**31) for key in ("default", "minimum", "maximum")),
        )
        for item in items(source, "parameters")
    ]
    inputs, outputs, training_inputs = (
        tuple(map(_read_feature, items(source, key))) for key in ("inputs", "outputs", "training_inputs")
    )
    words = {key: text(metadata, key) for key in metadata}
    return ModelDescription(inputs, outputs, training_inputs, tuple(parameters), words)


def _read_feature(source: Json) -> FeatureDescription:
    image = None if source.get("image") is None else wholes(source, "image", 1, 1024)
    if image is not None and len(image) != 3:
        raise ArchiveError("archive-header", f"expected 'image' as three numbers, got {len(image)}")
    shape = None if source.get("shape") is None else wholes(source, "shape", 1, _MOST)
    constraint = None if image is None else ImageConstraint(*image)
    return FeatureDescription(text(source, "name"), _member(FeatureType, text(source, "type")), constraint, shape)


def _member(kind: type[E], value: str) -> E:
    try:
        return kind(value)
    except ValueError as error:
        raise ArchiveError("archive-header", f"expected a known {kind.__name__}, got {value!r}") from error


# Network


def _network(network: Network) -> Json:
    layers = [
        {
            "inputs": list(layer.inputs),
            "kind": layer.kind,
            "name": layer.name,
            "output": layer.output,
            "settings": dict(layer.settings),
            "weights": sorted(layer.weights),
        }
        for layer in network.layers
    ]
    shape = list(network.input_shape)
    return {"input": network.input, "input_shape": shape, "layers": layers, "output": network.output}


def _read_network(source: Json, tensors: Mapping[str, NDArray[Any]]) -> Network:
    layers = []
    for index, item in enumerate(items(source, "layers")):
        settings = table(item, "settings")
        for key, value in settings.items():
            if type(value) not in (int, float, str):
                raise ArchiveError(
                    "archive-header", f"expected a number or text as {key!r}, got {type(value).__name__}"
                )
        weights = {}
        for name in texts(item, "weights"):
            array = tensors.get(f"network.{index}.{name}")
            axes = 0 if array is None else array.ndim
            weights[name] = _array(tensors, f"network.{index}.{name}", ("float32", "float16"), axes)
        names = (text(item, "name"), text(item, "kind"), texts(item, "inputs"), text(item, "output"))
        layers.append(Layer(*names, settings, weights))
    shape = wholes(source, "input_shape", 1, 1024)
    return Network(layers, text(source, "input"), shape, text(source, "output"))


# Head


def _head(head: NearestNeighbors, examples: tuple[Example, ...]) -> tuple[Json, Tensors]:
    labels = list(dict.fromkeys(head.labels))
    place = {label: index for index, label in enumerate(labels)}
    owner = {"": -1} | {example.id: index for index, example in enumerate(examples)}
    tensors: Tensors = {
        "head.embeddings": head.embeddings,
        "head.labels": np.array([place[label] for label in head.labels], np.int32),
        "head.owners": np.array([owner[name] for name in head.owners], np.int32),
    }
    keys = ("default_label", "dimension", "k", "threshold", "weighting")
    return {**{key: getattr(head, key) for key in keys}, "labels": labels}, tensors


def _read_head(source: Json, tensors: Mapping[str, NDArray[Any]], examples: tuple[Example, ...]) -> NearestNeighbors:
    labels = texts(source, "labels")
    threshold = None if source.get("threshold") is None else _typed(source, "threshold", float, "a number")
    head = NearestNeighbors(
        whole(source, "dimension", 1, 65536),
        whole(source, "k", 1, 1000),
        text(source, "weighting"),
        text(source, "default_label"),
        threshold,
    )
    rows = _array(tensors, "head.embeddings", ("float16",), 2)
    places = _array(tensors, "head.labels", ("int32",), 1)
    owners = _array(tensors, "head.owners", ("int32",), 1)
    if not len(rows) == len(places) == len(owners):
        raise ArchiveError("archive-tensor", "expected as many labels and owners as embeddings, got other numbers")
    _check_range("head.labels", places, 0, len(labels) - 1)
    _check_range("head.owners", owners, -1, len(examples) - 1)
    for row, place, owner in zip(rows, places, owners, strict=True):
        head.add(row, labels[place], examples[owner].id if owner >= 0 else "")
    return head


def _check_range(name: str, array: NDArray[Any], least: int, most: int) -> None:
    if array.size and not least <= int(array.min()) <= int(array.max()) <= most:
        raise ArchiveError("archive-tensor", f"expected {name} from {least} to {most}, got others")


# Examples


def _examples(examples: tuple[Example, ...]) -> tuple[list[Json], Tensors]:
    rows: list[Json] = []
    points, lengths, pixels = [np.empty((0, 2), np.uint16)], [np.empty(0, np.uint16)], [np.empty(0, np.uint8)]
    for example in examples:
        row: Json = {"id": example.id, "label": example.label}
        drawing = example.drawing
        if isinstance(drawing, Strokes):
            rows.append(row | {"points": len(drawing.points), "strokes": len(drawing.lengths)})
            points.append(drawing.points.astype(np.uint16))
            lengths.append(drawing.lengths.astype(np.uint16))
        else:
            rows.append(row | {"side": len(drawing.pixels)})
            pixels.append(drawing.pixels.ravel())
    return rows, {
        "examples.points": np.concatenate(points),
        "examples.lengths": np.concatenate(lengths),
        "examples.pixels": np.concatenate(pixels),
    }


def _read_examples(header: Mapping[str, Any], tensors: Mapping[str, NDArray[Any]]) -> tuple[Example, ...]:
    points = _Reader("examples.points", _array(tensors, "examples.points", ("uint16",), 2))
    lengths = _Reader("examples.lengths", _array(tensors, "examples.lengths", ("uint16",), 1))
    pixels = _Reader("examples.pixels", _array(tensors, "examples.pixels", ("uint8",), 1))
    _check_range("examples.points", points.array, 0, GRID)
    examples = []
    for item in items(header, "examples"):
        drawing: Strokes | Picture
        if "side" in item:
            side = whole(item, "side", 1, PICTURE_SIDE)
            drawing = Picture(pixels.take(side * side).reshape(side, side))
        else:
            drawing = _read_strokes(item, points, lengths)
        examples.append(Example(text(item, "id"), text(item, "label"), drawing))
    return tuple(examples)


def _read_strokes(item: Json, points: _Reader, lengths: _Reader) -> Strokes:
    counts = lengths.take(whole(item, "strokes", 1, MAX_STROKES)).astype(np.intp)
    total = whole(item, "points", 1, STORED_POINTS)
    if int(counts.min()) < 1 or int(counts.sum()) != total:
        raise ArchiveError("archive-content", f"expected strokes of at least one point that sum to {total}, got others")
    return Strokes(points.take(total), counts)


class _Reader:
    """Takes an array from front to back."""

    def __init__(self, name: str, array: NDArray[Any]) -> None:
        self.name, self.array, self._next = name, array, 0

    def take(self, count: int) -> NDArray[Any]:
        part = self.array[self._next : self._next + count]
        if len(part) != count:
            raise ArchiveError("archive-tensor", f"expected {count} more in {self.name!r}, got {len(part)}")
        self._next += count
        return part


# Faces


def _faces(faces: Mapping[str, Face]) -> tuple[list[Json], Tensors]:
    rows, images = [], b""
    for label in sorted(faces):
        face = faces[label]
        row: Json = {"created": face.created, "image": len(face.image), "label": label}
        rows.append(row | {"name": face.name, "text": face.text})
        images += face.image
    return rows, {"faces.images": np.frombuffer(images, np.uint8)}


def _read_faces(header: Mapping[str, Any], tensors: Mapping[str, NDArray[Any]]) -> dict[str, Face]:
    images = _Reader("faces.images", _array(tensors, "faces.images", ("uint8",), 1))
    faces = {}
    for item in items(header, "faces"):
        image = images.take(whole(item, "image", 0, 1 << 16)).tobytes()
        created = whole(item, "created", 0, 2**53)
        faces[text(item, "label")] = Face(text(item, "text"), text(item, "name"), created, image)
    return faces
