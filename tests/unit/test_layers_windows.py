"""Convolution and pooling with every kind of padding, stride, dilation and groups, compared with loops."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from inkmoji import Layer
from inkmoji.layers import KINDS
from numpy.typing import NDArray

from tests.engine import layer, normal, run

Array = NDArray[Any]
PADDINGS = ["same", "same-lower", "valid", (1, 2, 0, 3), (2, 2, 1, 1)]


def pads(padding: Any, side: int, extent: int, stride: int, first: int) -> tuple[int, int]:
    """Pixels before and after along one axis; `first` is where explicit amounts have the axis."""
    if padding == "valid":
        return 0, 0
    if isinstance(padding, tuple):
        return padding[first], padding[first + 1]
    total = 0
    while (side + total - extent) // stride + 1 < math.ceil(side / stride):
        total += 1
    less, more = total // 2, total - total // 2
    return (more, less) if padding == "same-lower" else (less, more)


def starts(padding: Any, side: int, extent: int, stride: int, first: int) -> list[int]:
    """Where windows begin along one axis, as pixels of the image."""
    before, after = pads(padding, side, extent, stride, first)
    return list(range(-before, side + after - extent + 1, stride))


def pair(value: Any) -> tuple[int, int]:
    return value if isinstance(value, tuple) else (value, value)


def naive_convolution(item: Layer, blob: Array) -> Array:
    """One number after the other."""
    weight, settings = item.weights["weight"], item.settings
    outputs, depth, *size = weight.shape
    stride, dilation = pair(settings["stride"]), pair(settings.get("dilation", 1))
    tops, lefts = (
        starts(settings["padding"], blob.shape[2 + i], (size[i] - 1) * dilation[i] + 1, stride[i], 2 * i)
        for i in range(2)
    )
    per_group = outputs // int(settings.get("groups", 1))
    bias = item.weights.get("bias", np.zeros(outputs))
    output = np.zeros((len(blob), outputs, len(tops), len(lefts)))
    for n, o, (row, top), (column, left) in itertools.product(
        range(len(blob)), range(outputs), enumerate(tops), enumerate(lefts)
    ):
        total = float(bias[o])
        for c, dy, dx in itertools.product(range(depth), range(size[0]), range(size[1])):
            y, x = top + dy * dilation[0], left + dx * dilation[1]
            if 0 <= y < blob.shape[2] and 0 <= x < blob.shape[3]:
                total += float(weight[o, c, dy, dx]) * float(blob[n, o // per_group * depth + c, y, x])
        output[n, o, row, column] = total
    return output


@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize("stride", [1, 2, (1, 3), (3, 2)])
@pytest.mark.parametrize(("kernel", "dilation"), [((1, 1), 1), ((3, 3), 1), ((2, 4), 1), ((2, 3), 2), ((3, 2), (1, 3))])
def test_convolution_sums_over_every_patch_of_the_padded_picture(
    padding: Any, stride: Any, kernel: tuple[int, int], dilation: Any
) -> None:
    weights = {"weight": normal(1, 3, 2, *kernel), "bias": normal(2, 3)}
    item = layer("convolution", {"padding": padding, "stride": stride, "dilation": dilation}, **weights)
    blob = normal(0, 2, 2, 6, 7)
    assert np.allclose(run(item, blob), naive_convolution(item, blob), atol=1e-5)


@pytest.mark.parametrize(("channels", "outputs", "groups"), [(4, 4, 4), (4, 6, 2), (3, 6, 3), (2, 5, 1)])
def test_every_group_of_channels_has_kernels_of_its_own(channels: int, outputs: int, groups: int) -> None:
    settings = {"padding": "same", "stride": (2, 1), "groups": groups}
    item = layer("convolution", settings, weight=normal(1, outputs, channels // groups, 3, 2))
    blob = normal(0, 2, channels, 5, 4)
    assert np.allclose(run(item, blob), naive_convolution(item, blob), atol=1e-5)


def test_a_convolution_without_bias_adds_none() -> None:
    settings: dict[str, Any] = {"padding": "valid", "stride": 1}
    bare = layer("convolution", settings, weight=normal(1, 3, 2, 2, 2))
    full = layer("convolution", settings, weight=normal(1, 3, 2, 2, 2), bias=np.float32([0.0, 1.0, 2.0]))
    blob = normal(0, 2, 2, 4, 4)
    assert np.allclose(run(full, blob) - run(bare, blob), np.float32([0, 1, 2])[:, None, None], atol=1e-6)


def test_no_picture_at_all_goes_through_windows() -> None:
    item = layer("convolution", {"padding": "same", "stride": 1, "groups": 2}, weight=normal(1, 4, 1, 3, 3))
    assert run(item, normal(0, 0, 2, 5, 5)).shape == (0, 4, 5, 5)
    assert run(layer("max_pool", {"size": 2, "stride": 2}), normal(0, 0, 2, 4, 4)).shape == (0, 2, 2, 2)


Window = list[tuple[int, int]]


def pool_windows(item: Layer, sides: tuple[int, int]) -> tuple[list[Window], list[tuple[int, int]]]:
    """Start and size of each window along both axes, cut where the padding ends, and the padding of each axis.

    With include_last there are as many windows as reach the last pixel of the padding, but none that begins in
    the padding below or to the right.
    """
    settings = item.settings
    size, stride, padding = pair(settings["size"]), pair(settings["stride"]), settings.get("padding", "valid")
    amounts = [pads(padding, sides[i], size[i], stride[i], 2 * i) for i in range(2)]
    axes: list[Window] = []
    for i, (before, after) in enumerate(amounts):
        begins = list(range(-before, sides[i] + after - size[i] + 1, stride[i]))
        if settings.get("include_last"):
            begins = begins or [-before]
            while begins[-1] + size[i] < sides[i] + after:
                begins.append(begins[-1] + stride[i])
            if any(map(any, amounts)):
                begins = [begin for begin in begins if begin < sides[i]]
        axes.append([(begin, min(size[i], sides[i] + after - begin)) for begin in begins])
    return axes, amounts


def pool_pixels(item: Layer, blob: Array) -> Iterator[tuple[tuple[int, int], int, Array]]:
    """Place, area and pixels (N, C, pixels) of each window."""
    height, width = blob.shape[2:]
    (down, across), _ = pool_windows(item, (height, width))
    for (row, (top, tall)), (column, (left, wide)) in itertools.product(enumerate(down), enumerate(across)):
        window = blob[:, :, max(top, 0) : max(top + tall, 0), max(left, 0) : max(left + wide, 0)]
        yield (row, column), tall * wide, window.reshape(*blob.shape[:2], -1)


POOLS: list[dict[str, Any]] = [
    {"size": size, "stride": stride, "padding": padding} | last
    for size, stride in [((2, 2), 2), ((3, 3), 2), ((3, 2), 1), ((2, 3), (3, 1)), (4, 3)]
    for padding, last in [
        ("valid", {}), ("same", {}), ("same-lower", {}), ((1, 0, 0, 1), {}), ("valid", {"include_last": True}),
        ((1, 1, 0, 0), {"include_last": True}), ((1, 1, 1, 1), {"include_last": True}),
        ("same", {"include_last": False}),
    ]
    if not (stride == (3, 1) and padding == "valid" and last)  # a window of nothing, which is refused
]  # fmt: skip


@pytest.mark.parametrize("settings", POOLS, ids=str)
@pytest.mark.parametrize("sides", [(7, 5), (6, 6)])
def test_max_pool_takes_the_largest_pixel_of_every_window_and_never_padding(
    settings: dict[str, Any], sides: tuple[int, int]
) -> None:
    item, blob = layer("max_pool", settings), normal(0, 2, 2, *sides) - np.float32(5.0)
    expected = {place: pixels.max(axis=2) for place, _, pixels in pool_pixels(item, blob)}
    output = run(item, blob)
    assert len(expected) == output.shape[2] * output.shape[3]
    for (row, column), largest in expected.items():
        assert np.array_equal(output[:, :, row, column], largest)


@pytest.mark.parametrize("settings", POOLS, ids=str)
@pytest.mark.parametrize("alone", [False, True])
def test_average_pool_divides_by_the_window_with_or_without_its_padding(settings: dict[str, Any], alone: bool) -> None:
    item, blob = layer("average_pool", settings | {"exclude_padding": alone}), normal(0, 2, 2, 7, 5)
    windows = list(pool_pixels(item, blob))
    output = run(item, blob)
    assert len(windows) == output.shape[2] * output.shape[3]
    for (row, column), area, pixels in windows:
        expected = pixels.sum(axis=2) / (pixels.shape[2] if alone else area)
        assert np.allclose(output[:, :, row, column], expected, atol=1e-6)


def test_the_published_rule_for_the_last_pixel_counts_windows() -> None:
    """The outputs that the formula in Core ML's PoolingLayerParams gives, worked out by hand."""
    for side, size, stride, padding, count in [
        (7, 2, 2, 0, 4), (6, 3, 2, 0, 3), (6, 3, 2, 1, 4), (4, 2, 2, 1, 3), (5, 2, 2, 1, 3), (5, 2, 4, 1, 2),
        (5, 3, 3, 1, 2), (2, 3, 2, 0, 1), (9, 5, 4, 2, 3),
    ]:  # fmt: skip
        settings = {"size": size, "stride": stride, "padding": (padding,) * 4, "include_last": True}
        assert KINDS["max_pool"].shape(layer("max_pool", settings), (1, side, side)) == (1, count, count)


def test_global_pooling_takes_one_number_of_each_channel() -> None:
    blob = normal(0, 2, 3, 4, 5)
    largest, mean = run(layer("global_max_pool"), blob), run(layer("global_average_pool"), blob)
    for n, c in itertools.product(range(2), range(3)):
        pixels = blob[n, c].ravel().tolist()
        assert largest[n, c, 0, 0] == max(pixels)
        assert mean[n, c, 0, 0] == pytest.approx(sum(pixels) / 20, abs=1e-6)
