"""Layers that arrange values anew or bring several blobs together.

The orders of flatten and reshape are the modes of Core ML's ``FlattenLayerParams`` and ``ReshapeLayerParams``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from inkmoji.layer import MOST_VALUES, Kind, Layer, Shape, is_whole
from inkmoji.linalg import Floats

MOST_INPUTS = 64  # of one layer


def channel_last(layer: Layer) -> bool:
    """Whether the values of a pixel lie side by side in the layer's order."""
    order = layer.settings.get("order", "channel-first")
    if order not in ("channel-first", "channel-last"):
        raise layer.error("network-layer", 'order "channel-first" or "channel-last"', repr(order))
    return order == "channel-last"


def _listed(layer: Layer, blob: Floats) -> Floats:
    """The values of a blob in the layer's order, (N, D)."""
    if blob.ndim == 4 and channel_last(layer):
        blob = blob.transpose(0, 2, 3, 1)
    return blob.reshape(len(blob), math.prod(blob.shape[1:]))


def _filled(layer: Layer, values: Floats, shape: Shape) -> Floats:
    """Values (N, D) in the layer's order as blobs of a shape; undoes ``_listed``."""
    if len(shape) == 3 and channel_last(layer):
        channels, height, width = shape
        return np.ascontiguousarray(values.reshape(len(values), height, width, channels).transpose(0, 3, 1, 2))
    return values.reshape(len(values), *shape)


def _flatten(layer: Layer, blob: Floats) -> Floats:
    """(N, C, H, W) to (N, C * H * W), channels first or pixels first."""
    return _listed(layer, blob)


def _flatten_backward(layer: Layer, gradient: Floats, output: Floats, blob: Floats) -> tuple[Floats]:
    return (_filled(layer, gradient, blob.shape[1:]),)


def _flatten_shape(layer: Layer, shape: Shape) -> Shape:
    channel_last(layer)
    return (math.prod(shape),)


def _reshape(layer: Layer, blob: Floats) -> Floats:
    """The same values in another shape, read and written in the layer's order."""
    return _filled(layer, _listed(layer, blob), _target(layer))


def _reshape_backward(layer: Layer, gradient: Floats, output: Floats, blob: Floats) -> tuple[Floats]:
    return (_filled(layer, _listed(layer, gradient), blob.shape[1:]),)


def _target(layer: Layer) -> Shape:
    shape = layer.settings["shape"]
    sides = shape if isinstance(shape, tuple) else ()
    if len(sides) not in (1, 3) or not all(is_whole(side, 1, MOST_VALUES) for side in sides):
        raise layer.error("network-layer", "shape as (D,) or (C, H, W) of whole numbers of at least 1", repr(shape))
    return sides


def _reshape_shape(layer: Layer, shape: Shape) -> Shape:
    channel_last(layer)
    target = _target(layer)
    if math.prod(target) != math.prod(shape):
        raise layer.error("network-shape", f"as many values as the input {shape} has", str(target))
    return target


def _add(layer: Layer, *blobs: Floats) -> Floats:
    """The sum of blobs of one shape."""
    total = blobs[0] + blobs[1]
    for blob in blobs[2:]:
        total += blob
    return total


def _add_backward(layer: Layer, gradient: Floats, output: Floats, *blobs: Floats) -> tuple[Floats, ...]:
    return (gradient,) * len(blobs)


def _add_shape(layer: Layer, *shapes: Shape) -> Shape:
    _check_count(layer, shapes)
    for shape in shapes[1:]:
        if shape != shapes[0]:
            raise layer.error("network-shape", f"inputs of one shape, {shapes[0]}", str(shape))
    return shapes[0]


def _concatenate(layer: Layer, *blobs: Floats) -> Floats:
    """The channels of all images, or the values of all vectors, one after the other."""
    return np.concatenate(blobs, axis=1)


def _concatenate_backward(layer: Layer, gradient: Floats, output: Floats, *blobs: Floats) -> tuple[Floats, ...]:
    ends = np.cumsum([blob.shape[1] for blob in blobs])
    return tuple(np.split(gradient, ends[:-1], axis=1))


def _concatenate_shape(layer: Layer, *shapes: Shape) -> Shape:
    _check_count(layer, shapes)
    for shape in shapes[1:]:
        if shape[1:] != shapes[0][1:]:
            expected = f"inputs that are vectors, or images of one height and width, as {shapes[0]} is"
            raise layer.error("network-shape", expected, str(shape))
    return (sum(shape[0] for shape in shapes), *shapes[0][1:])


def _check_count(layer: Layer, shapes: tuple[Shape, ...]) -> None:
    if not 2 <= len(shapes) <= MOST_INPUTS:
        raise layer.error("network-layer", f"2 to {MOST_INPUTS} inputs", str(len(shapes)))


KINDS: Mapping[str, Kind] = {
    "flatten": Kind(_flatten, _flatten_shape, _flatten_backward, optional=frozenset({"order"})),
    "reshape": Kind(
        _reshape, _reshape_shape, _reshape_backward, settings=frozenset({"shape"}), optional=frozenset({"order"})
    ),
    "add": Kind(_add, _add_shape, _add_backward, inputs=2, many=True),
    "concatenate": Kind(_concatenate, _concatenate_shape, _concatenate_backward, inputs=2, many=True),
}
