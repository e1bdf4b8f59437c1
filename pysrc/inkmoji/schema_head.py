"""A model's networks and head as plain JSON values and named tensors, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkmoji.entries import Entries
from inkmoji.errors import ArchiveError
from inkmoji.examples import Example
from inkmoji.fields import (
    Json,
    Tensors,
    array,
    check_range,
    flag,
    items,
    label,
    labels,
    name_of,
    real,
    table,
    text,
    texts,
    whole,
    wholes,
)
from inkmoji.layer import Layer, Setting
from inkmoji.neighbors import NearestNeighbors
from inkmoji.network import Network
from inkmoji.neural import NetworkClassifier, NetworkRegressor
from inkmoji.parts import Head, Remembering
from inkmoji.plda import ProbabilisticLDA

_FLOATS = ("float32", "float16")
_WEIGHTS = (*_FLOATS, "int8")
_OF_NEIGHBORS = ("default_label", "dimension", "k", "metric", "threshold", "weighting")
_OF_PLDA = ("default_label", "offset", "scale", "threshold")
_ARRAYS_OF_PLDA = ("mean", "projection", "between")


# Networks


def encode_network(network: Network, prefix: str) -> tuple[Json, Tensors]:
    """A network's object, and its weights as tensors that begin with the prefix."""
    layers = [
        {
            "inputs": list(layer.inputs),
            "kind": layer.kind,
            "name": layer.name,
            "output": layer.output,
            "settings": dict(layer.settings),
            "updatable": layer.updatable,
            "weights": sorted(layer.weights),
        }
        for layer in network.layers
    ]
    tensors: Tensors = {
        f"{prefix}.{index}.{name}": layer.weights[name]
        for index, layer in enumerate(network.layers)
        for name in sorted(layer.weights)
    }
    shape = list(network.input_shape)
    return {"input": network.input, "input_shape": shape, "layers": layers, "output": network.output}, tensors


def decode_network(source: Json, tensors: Mapping[str, NDArray[Any]], prefix: str) -> Network:
    """The network of an object and its tensors.

    Raises:
        ArchiveError: ``archive-header`` or ``archive-tensor``.
        NetworkError: for layers that do not fit together.
    """
    layers = []
    for index, item in enumerate(items(source, "layers")):
        given = table(item, "settings")
        settings = {key: _setting(given, key) for key in given}
        weights = {name: array(tensors, f"{prefix}.{index}.{name}", _WEIGHTS) for name in texts(item, "weights")}
        names = (text(item, "name"), text(item, "kind"), texts(item, "inputs"), text(item, "output"))
        layers.append(Layer(*names, settings, weights, flag(item, "updatable")))
    shape = wholes(source, "input_shape", 1, 65536)
    return Network(layers, text(source, "input"), shape, text(source, "output"))


def _setting(settings: Json, key: str) -> Setting:
    value = settings[key]
    if isinstance(value, list):
        return wholes(settings, key)
    if not isinstance(value, int | float | str):  # true and false are whole numbers in Python
        expected = "a number or text, true or false, or a list of whole numbers"
        raise ArchiveError("archive-header", f"expected {expected} as {key!r}, got {type(value).__name__}")
    return value


# Head


def encode_head(head: Head, examples: tuple[Example, ...]) -> tuple[Json, Tensors]:
    """The "head" of a header, and its tensors."""
    if isinstance(head, Entries):
        return _remembering(head, examples)
    network, tensors = encode_network(head.network, "head")
    neural = {"network": network, "optimizer": head.optimizer}
    if isinstance(head, NetworkRegressor):
        return {"kind": "network-regressor", **neural}, tensors
    return {"kind": "network-classifier", "labels": list(head.labels), **neural}, tensors


def decode_head(source: Json, tensors: Mapping[str, NDArray[Any]], examples: tuple[Example, ...]) -> Head:
    """The head of a header and its tensors.

    Raises:
        ArchiveError: ``archive-header`` or ``archive-tensor``.
        HeadError, NetworkError: for what does not fit together.
    """
    kind = text(source, "kind")
    if kind in ("nearest-neighbors", "plda"):
        return _read_remembering(kind, source, tensors, examples)
    if kind not in ("network-classifier", "network-regressor"):
        kinds = "nearest-neighbors, plda, network-classifier or network-regressor"
        raise ArchiveError("archive-header", f"expected a head of kind {kinds}, got {kind!r}")
    network, optimizer = decode_network(table(source, "network"), tensors, "head"), text(source, "optimizer")
    if kind == "network-regressor":
        return NetworkRegressor(network, optimizer)
    return NetworkClassifier(network, labels(source, "labels"), optimizer)


def _remembering(head: Remembering, examples: tuple[Example, ...]) -> tuple[Json, Tensors]:
    distinct = list(dict.fromkeys(head.labels))
    place = {name: index for index, name in enumerate(distinct)}
    owner = {"": -1} | {example.id: index for index, example in enumerate(examples)}
    tensors: Tensors = {
        "head.embeddings": head.embeddings,
        "head.labels": np.array([place[name] for name in head.labels], np.int32),
        "head.owners": np.array([owner[name] for name in head.owners], np.int32),
    }
    if isinstance(head, NearestNeighbors):
        settings = {"kind": "nearest-neighbors", **{key: getattr(head, key) for key in _OF_NEIGHBORS}}
    else:
        settings = {"kind": "plda", **{key: getattr(head, key) for key in _OF_PLDA}}
        tensors = {f"head.{name}": getattr(head, name) for name in _ARRAYS_OF_PLDA} | tensors
    return {**settings, "labels": distinct}, tensors


def _read_remembering(
    kind: str, source: Json, tensors: Mapping[str, NDArray[Any]], examples: tuple[Example, ...]
) -> Remembering:
    distinct = labels(source, "labels")
    rows = array(tensors, "head.embeddings", _FLOATS, 2)
    places = array(tensors, "head.labels", ("int32",), 1)
    owners = array(tensors, "head.owners", ("int32",), 1)
    head = (_read_neighbors if kind == "nearest-neighbors" else _read_plda)(source, tensors, name_of(rows.dtype))
    if not len(rows) == len(places) == len(owners):
        raise ArchiveError("archive-tensor", "expected as many labels and owners as embeddings, got other numbers")
    check_range("head.labels", places, 0, len(distinct) - 1)
    check_range("head.owners", owners, -1, len(examples) - 1)
    owned = [examples[owner].id if owner >= 0 else "" for owner in owners.tolist()]
    head.add_all(rows, [distinct[place] for place in places.tolist()], owned)
    return head


def _read_neighbors(source: Json, tensors: Mapping[str, NDArray[Any]], dtype: str) -> Remembering:
    return NearestNeighbors(
        whole(source, "dimension", 1, 65536),
        whole(source, "k", 1, 1000),
        text(source, "weighting"),
        label(source, "default_label"),
        None if source.get("threshold") is None else real(source, "threshold"),
        text(source, "metric"),
        dtype,
    )


def _read_plda(source: Json, tensors: Mapping[str, NDArray[Any]], dtype: str) -> Remembering:
    mean, projection, between = (array(tensors, f"head.{name}", _FLOATS) for name in _ARRAYS_OF_PLDA)
    scale, offset, threshold = (real(source, name) for name in ("scale", "offset", "threshold"))
    return ProbabilisticLDA(mean, projection, between, scale, offset, threshold, label(source, "default_label"), dtype)
