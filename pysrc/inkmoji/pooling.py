"""Pooling by the largest value or the mean, over windows or a whole image."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from functools import partial, reduce

import numpy as np

from inkmoji.layer import MOST_VALUES, Kind, Layer, Shape, image
from inkmoji.linalg import Floats
from inkmoji.windows import Axis, Windows, check_padded, windows


def placed_windows(layer: Layer, sides: Shape) -> Windows:
    """Where the layer's windows lie over an image of these sides."""
    return windows(layer, sides, layer.pair("size"))


def _values(placed: Windows) -> Iterator[tuple[slice, slice]]:
    """The first value of every window, the second ..., row by row, as places in the padded image."""
    for y in range(placed.down.size):
        for x in range(placed.across.size):
            yield placed.down.seen(y), placed.across.seen(x)


def _max_pool(layer: Layer, blob: Floats) -> Floats:
    """The largest pixel of every window; padding is never the largest."""
    return _largest(placed_windows(layer, blob.shape[2:]), blob)


def _largest(placed: Windows, blob: Floats) -> Floats:
    return _reduced(np.maximum, placed, placed.pad(blob, -np.inf))


def _prepared_max_pool(layer: Layer, shape: Shape) -> Callable[..., Floats]:
    return partial(_largest, placed_windows(layer, shape[1:]))


def _reduced(operation: np.ufunc, placed: Windows, padded: Floats) -> Floats:
    """An operation over every window: down first, where the values of a row lie side by side, then across."""
    down, across = placed.down, placed.across
    rows = reduce(operation, (padded[:, :, down.seen(y)] for y in range(down.size)))
    reduced: Floats = reduce(operation, (rows[:, :, :, across.seen(x)] for x in range(across.size)))
    return reduced.copy() if down.size == across.size == 1 else reduced


def _max_pool_backward(layer: Layer, gradient: Floats, output: Floats, blob: Floats) -> tuple[Floats]:
    """All to the first of the largest pixels of a window, row by row."""
    placed = placed_windows(layer, blob.shape[2:])
    padded = placed.pad(blob, -np.inf)
    given = np.zeros_like(padded)
    open_windows = np.ones(output.shape, np.bool_)
    for down, across in _values(placed):
        first = open_windows & (padded[:, :, down, across] == output)
        given[:, :, down, across] += np.where(first, gradient, np.float32(0.0))
        open_windows &= ~first
    return (placed.crop(given),)


def _average_pool(layer: Layer, blob: Floats) -> Floats:
    """The mean of every window, padding as zeros or, with ``exclude_padding``, left out."""
    placed = placed_windows(layer, blob.shape[2:])
    return _mean(placed, _divisors(layer, placed), blob)


def _mean(placed: Windows, divisors: Floats, blob: Floats) -> Floats:
    total = _reduced(np.add, placed, placed.pad(blob))
    total /= divisors
    return total


def _prepared_average_pool(layer: Layer, shape: Shape) -> Callable[..., Floats]:
    placed = placed_windows(layer, shape[1:])
    return partial(_mean, placed, _divisors(layer, placed))


def _average_pool_backward(layer: Layer, gradient: Floats, output: Floats, blob: Floats) -> tuple[Floats]:
    placed = placed_windows(layer, blob.shape[2:])
    share = gradient / _divisors(layer, placed)
    given = np.zeros((*blob.shape[:2], *placed.padded), np.float32)
    for down, across in _values(placed):
        given[:, :, down, across] += share
    return (placed.crop(given),)


def _divisors(layer: Layer, placed: Windows) -> Floats:
    """How many pixels each window's sum is divided by, (rows, columns).

    Pixels beyond the padding, which windows reach with ``include_last``, are never counted, as in Caffe and PyTorch.
    """
    alone = layer.flag("exclude_padding")
    down, across = (_counted(axis, alone).astype(np.float32) for axis in (placed.down, placed.across))
    divisors: Floats = down[:, None] * across
    return divisors


def _counted(axis: Axis, alone: bool) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """How many pixels of the image, or of the image with its padding, each window covers along an axis."""
    before, after = (0, 0) if alone else (axis.before, axis.after)
    starts = np.arange(axis.count, dtype=np.int64) * axis.stride - axis.before
    return np.minimum(starts + axis.size, axis.side + after) - np.maximum(starts, -before)


def _pool_shape(layer: Layer, shape: Shape) -> Shape:
    channels, *sides = image(layer, shape)
    placed = placed_windows(layer, tuple(sides))
    for axis in (placed.down, placed.across):
        if _counted(axis, True).min() < 1:
            expected = "windows that each cover a pixel of the input: less padding or a shorter stride"
            raise layer.error("network-layer", expected, "a window of padding alone")
    check_padded(layer, channels, placed)
    values = channels * math.prod(placed.size) * math.prod(placed.counts)
    if values > MOST_VALUES:  # bounds the time, as a convolution's patches do
        raise layer.error("network-shape", f"at most {MOST_VALUES} values in all windows", str(values))
    return (channels, *placed.counts)


def _average_pool_shape(layer: Layer, shape: Shape) -> Shape:
    layer.flag("exclude_padding")
    return _pool_shape(layer, shape)


def _global_max(layer: Layer, blob: Floats) -> Floats:
    """The largest pixel of every channel, (N, C, 1, 1)."""
    largest: Floats = blob.max(axis=(2, 3), keepdims=True)
    return largest


def _global_max_backward(layer: Layer, gradient: Floats, output: Floats, blob: Floats) -> tuple[Floats]:
    """All to the first of the largest pixels of a channel."""
    count, channels, height, width = blob.shape
    first = blob.reshape(count, channels, height * width).argmax(axis=2)[:, :, None]
    given = np.zeros((count, channels, height * width), np.float32)
    np.put_along_axis(given, first, gradient.reshape(count, channels, 1), axis=2)
    return (given.reshape(blob.shape),)


def _global_average(layer: Layer, blob: Floats) -> Floats:
    """The mean of every channel, (N, C, 1, 1)."""
    mean: Floats = blob.mean(axis=(2, 3), keepdims=True)
    return mean


def _global_average_backward(layer: Layer, gradient: Floats, output: Floats, blob: Floats) -> tuple[Floats]:
    share = gradient / np.float32(blob.shape[2] * blob.shape[3])
    return (np.broadcast_to(share, blob.shape).copy(),)


def _global_shape(layer: Layer, shape: Shape) -> Shape:
    return (image(layer, shape)[0], 1, 1)


_WINDOW = frozenset({"size", "stride"})
_EDGE = frozenset({"padding", "include_last"})

KINDS: Mapping[str, Kind] = {
    "max_pool": Kind(
        _max_pool, _pool_shape, _max_pool_backward, prepare=_prepared_max_pool,
        settings=_WINDOW, optional=_EDGE,
    ),
    "average_pool": Kind(
        _average_pool, _average_pool_shape, _average_pool_backward, prepare=_prepared_average_pool,
        settings=_WINDOW, optional=_EDGE | {"exclude_padding"},
    ),
    "global_max_pool": Kind(_global_max, _global_shape, _global_max_backward),
    "global_average_pool": Kind(_global_average, _global_shape, _global_average_backward),
}  # fmt: skip
