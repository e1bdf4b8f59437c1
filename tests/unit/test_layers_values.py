"""Activations, arrangements and sums compared with loops over every number, for vectors and images."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from inkmoji import Layer
from numpy.typing import NDArray

from tests.engine import layer, normal, run

Array = NDArray[Any]
SHAPES = [(2, 6), (2, 3, 2, 4)]


def by_value(function: Callable[[float], float], blob: Array) -> Array:
    return np.array([function(float(value)) for value in blob.ravel()]).reshape(blob.shape)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("item", "function"),
    [
        (layer("relu"), lambda x: max(x, 0.0)),
        (layer("leaky_relu", {"alpha": 0.25}), lambda x: x if x > 0 else 0.25 * x),
        (layer("leaky_relu", {"alpha": 0.0}), lambda x: max(x, 0.0)),
        (layer("sigmoid"), lambda x: 1.0 / (1.0 + math.exp(-x))),
        (layer("tanh"), math.tanh),
    ],
    ids=lambda value: value.kind if isinstance(value, Layer) else "",
)
def test_an_activation_maps_every_value_by_itself(
    item: Layer, function: Callable[[float], float], shape: tuple[int, ...]
) -> None:
    blob = normal(0, *shape) * np.float32(3.0)
    assert np.allclose(run(item, blob), by_value(function, blob), atol=1e-6)


def test_sigmoid_tanh_and_softmax_take_any_number_without_overflow() -> None:
    blob = np.array([[-3e38, -1e4, -100.0, 0.0, 100.0, 1e4]], np.float32)
    assert run(layer("sigmoid"), blob).tolist() == [[0.0, 0.0, pytest.approx(0.0, abs=1e-43), 0.5, 1.0, 1.0]]
    assert run(layer("tanh"), blob).tolist() == [[-1.0, -1.0, -1.0, 0.0, 1.0, 1.0]]
    assert run(layer("softmax"), blob).tolist() == [[0.0, 0.0, 0.0, 0.0, 0.0, 1.0]]


def test_softmax_of_a_vector_adds_up_to_one() -> None:
    blob = normal(0, 3, 5)
    output = run(layer("softmax"), blob)
    for given, got in zip(blob.tolist(), output.tolist(), strict=True):
        powers = [math.exp(value) for value in given]
        assert got == [pytest.approx(power / sum(powers), abs=1e-6) for power in powers]


def test_softmax_of_an_image_goes_over_the_channels_of_each_pixel() -> None:
    blob = normal(0, 2, 3, 2, 4)
    output = run(layer("softmax"), blob)
    for n, y, x in itertools.product(range(2), range(2), range(4)):
        powers = [math.exp(value) for value in blob[n, :, y, x].tolist()]
        assert output[n, :, y, x].tolist() == [pytest.approx(power / sum(powers), abs=1e-6) for power in powers]


def test_flatten_with_channels_last_goes_through_rows_then_columns_then_channels() -> None:
    blob = normal(0, 2, 3, 4, 5)
    output = run(layer("flatten", {"order": "channel-last"}), blob)
    for n, c, y, x in itertools.product(range(2), range(3), range(4), range(5)):
        assert output[n, (y * 5 + x) * 3 + c] == blob[n, c, y, x]


@pytest.mark.parametrize("order", ["channel-first", "channel-last"])
def test_a_vector_is_flat_in_any_order(order: str) -> None:
    blob = normal(0, 2, 6)
    assert np.array_equal(run(layer("flatten", {"order": order}), blob), blob)


def listed(blob: Array, last: bool) -> list[float]:
    """The values of one picture or vector, (C, H, W) or (D,), in an order."""
    if blob.ndim == 1:
        return [float(value) for value in blob]
    channels, height, width = (range(side) for side in blob.shape)
    if last:
        return [float(blob[c, y, x]) for y in height for x in width for c in channels]
    return [float(blob[c, y, x]) for c in channels for y in height for x in width]


@pytest.mark.parametrize("order", [{}, {"order": "channel-first"}, {"order": "channel-last"}], ids=str)
@pytest.mark.parametrize("target", [(24,), (4, 3, 2), (1, 24, 1), (2, 3, 4)])
@pytest.mark.parametrize("shape", [(24,), (2, 3, 4)])
def test_reshape_keeps_the_values_in_their_order(
    shape: tuple[int, ...], target: tuple[int, ...], order: dict[str, Any]
) -> None:
    blob = normal(0, 2, *shape)
    output = run(layer("reshape", {"shape": target, **order}), blob)
    last = order.get("order") == "channel-last"
    assert output.shape == (2, *target)
    for given, got in zip(blob, output, strict=True):
        assert listed(got, last) == listed(given, last)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("count", [2, 3, 64])
def test_add_sums_all_its_inputs(shape: tuple[int, ...], count: int) -> None:
    blobs = [normal(seed, *shape) for seed in range(count)]
    output = run(layer("add"), *blobs)
    for values in zip(output.ravel().tolist(), *(blob.ravel().tolist() for blob in blobs), strict=True):
        assert values[0] == pytest.approx(sum(values[1:]), abs=1e-5)


@pytest.mark.parametrize("rest", [(), (2, 4)])
def test_concatenate_puts_channels_or_values_behind_each_other(rest: tuple[int, ...]) -> None:
    blobs = [normal(depth, 2, depth, *rest) for depth in (3, 1, 2)]
    output = run(layer("concatenate"), *blobs)
    sources = [(blob, channel) for blob in blobs for channel in range(blob.shape[1])]
    assert output.shape[1] == len(sources) == 6
    for index, (blob, channel) in enumerate(sources):
        assert np.array_equal(output[:, index], blob[:, channel])


def value_at(array: Array, place: tuple[int, ...]) -> float:
    """The value of a weight for a place of the input, (channel,) or (channel, row, column)."""
    if array.size == 1:
        return float(array.ravel()[0])
    if array.ndim == 1:
        return float(array[place[0]])
    return float(array[(place[0] if array.shape[0] > 1 else 0, *place[1:])])


@pytest.mark.parametrize(
    ("shape", "scale", "bias"),
    [
        ((3, 2, 4), (1,), None), ((3, 2, 4), (3,), (3,)), ((3, 2, 4), (1, 2, 4), (3, 2, 4)),
        ((3, 2, 4), (3, 2, 4), (1,)), ((3, 2, 4), (3,), (1, 2, 4)), ((6,), (1,), (6,)), ((6,), (6,), None),
        ((4, 4, 4), (4,), (4,)),
    ],
)  # fmt: skip
def test_scale_and_bias_spread_their_weights_over_the_input(
    shape: tuple[int, ...], scale: tuple[int, ...], bias: tuple[int, ...] | None
) -> None:
    blob, factor = normal(0, 2, *shape), normal(1, *scale)
    shift = np.zeros(1, np.float32) if bias is None else normal(2, *bias)
    scaled = run(layer("scale", scale=factor, **({} if bias is None else {"bias": shift})), blob)
    shifted = run(layer("bias", bias=shift), blob)
    for n, *rest in itertools.product(range(2), *(range(side) for side in shape)):
        place = tuple(rest)
        value, offset = float(blob[(n, *place)]), value_at(shift, place)
        assert scaled[(n, *place)] == pytest.approx(value * value_at(factor, place) + offset, abs=1e-5)
        assert shifted[(n, *place)] == pytest.approx(value + offset, abs=1e-6)
