"""A kernel that a host lends: refused unless it is right, and then networks compute with it what they did before."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from inkmoji import kernel
from inkmoji.layers import Layer
from inkmoji.linalg import matmul
from inkmoji.network import Network, Tail
from numpy.typing import NDArray

from tests.engine import normal

Numbers = NDArray[np.float32]


def memory(address: int, count: int, kind: Any = ctypes.c_float) -> Any:
    return np.ctypeslib.as_array((kind * count).from_address(address))


def stand_in(*numbers: Any) -> None:
    """What ``kernel.wat`` says, one sum after the other."""
    images, blocks, rows, columns, k, a, bias = numbers[:7]
    b, b_image, b_row, offsets, c, c_image, c_channel, c_row, added, floor = numbers[7:]
    weights = memory(a, blocks * k * 4).reshape(blocks, k, 4)
    biases = memory(bias, blocks * 4)
    places = memory(offsets, k, ctypes.c_int32)
    for image, channel, row, column in np.ndindex(images, blocks * 4, rows, columns):
        start = b + image * b_image + row * b_row + column * 4
        values = np.array([memory(start + int(place), 1)[0] for place in places], np.float32)
        to = image * c_image + channel * c_channel + row * c_row + column * 4
        total = np.float32(weights[channel // 4, :, channel % 4] @ values) + biases[channel]
        if added:
            total += memory(added + to, 1)[0]
        memory(c + to, 1)[0] = max(total, np.float32(floor))


def wrong(*numbers: Any) -> None:
    """All but the last image."""
    stand_in(max(numbers[0] - 1, 1), *numbers[1:])


def half(*numbers: Any) -> None:
    """Without what is added."""
    stand_in(*numbers[:-2], 0, numbers[-1])


def unbounded(*numbers: Any) -> None:
    stand_in(*numbers[:-1], -np.inf)


def broken(*numbers: Any) -> None:
    raise OSError("out of order")


@pytest.fixture
def lent() -> Iterator[Callable[[Any], bool]]:
    before = list(kernel._lent)
    kernel._lent.clear()
    yield kernel.lend
    kernel._lent[:] = before


def network(seed: int) -> Network:
    """Everything that can be one step or must not be: norms, sums and ReLUs behind convolutions of all sorts."""

    def convolution(name: str, of: str, shape: tuple[int, ...], **settings: Any) -> Layer:
        weights = {"weight": normal(seed + len(name), *shape)}
        if "groups" in settings:
            weights["bias"] = normal(seed, shape[0])
        return Layer(name, "convolution", (of,), name, {"stride": 1, "padding": "same", **settings}, weights)

    def norm(of: str, channels: int) -> Layer:
        weights = {name: normal(seed, channels) for name in ("gamma", "beta", "mean")}
        weights["variance"] = np.abs(normal(seed, channels)) + np.float32(0.5)
        return Layer(f"{of}n", "batch_norm", (of,), f"{of}n", {"epsilon": 1e-5}, weights)

    layers = [
        convolution("one", "image", (6, 2, 3, 3)),
        norm("one", 6),
        Layer("r", "relu", ("onen",), "r"),
        convolution("two", "r", (6, 6, 3, 3), dilation=2),
        norm("two", 6),
        Layer("s", "add", ("r", "twon"), "s"),
        Layer("t", "relu", ("s",), "t"),
        Layer("p", "max_pool", ("t",), "p", {"size": 2, "stride": 2}),
        convolution("three", "p", (8, 6, 3, 3)),
        convolution("four", "three", (8, 8, 1, 1)),
        Layer("u", "add", ("four", "three"), "u"),
        convolution("five", "u", (8, 4, 3, 3), groups=2),
        convolution("six", "five", (4, 8, 3, 3), stride=2),
        Layer("v", "relu", ("six",), "v"),
        Layer("a", "average_pool", ("v",), "a", {"size": 2, "stride": 2}),
        Layer("f", "flatten", ("a",), "f"),
        Layer("d", "inner_product", ("f",), "d", {}, {"weight": normal(seed, 5, 4), "bias": normal(seed, 5)}, True),
    ]
    return Network(layers, "image", (2, 10, 12), "d")


def test_networks_compute_the_same_with_a_kernel(lent: Callable[[Any], bool]) -> None:
    batch = normal(1, 3, 2, 10, 12)
    for seed in range(3):
        expected, edge = network(seed).forward(batch), Tail(network(seed), "d").edge(batch)
        assert lent(stand_in)
        assert kernel.lent()
        assert network(seed).forward(batch) == pytest.approx(expected, rel=1e-4, abs=1e-4)
        assert Tail(network(seed), "d").edge(batch)["f"] == pytest.approx(edge["f"], rel=1e-4, abs=1e-4)
        kernel._lent.clear()


def test_an_empty_batch_never_reaches_the_kernel(lent: Callable[[Any], bool]) -> None:
    assert lent(stand_in)
    kernel._lent[0] = broken
    assert network(0).forward(np.zeros((0, 2, 10, 12), np.float32)).shape == (0, 5)
    assert matmul(np.zeros((3, 0), np.float32), np.zeros((0, 2), np.float32)).tolist() == np.zeros((3, 2)).tolist()


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 7, 9), (4, 3, 8), (5, 2, 3), (9, 5, 12)])
@pytest.mark.parametrize("leading", [(), (2,), (2, 3)])
def test_matrix_products_are_those_of_numpy(
    lent: Callable[[Any], bool], shape: tuple[int, int, int], leading: tuple[int, ...]
) -> None:
    rows, inner, columns = shape
    left, right = normal(1, *leading, rows, inner), normal(2, *leading[1:], inner, columns)
    turned = np.ascontiguousarray(right.swapaxes(-1, -2)).swapaxes(-1, -2)
    assert lent(stand_in)
    for other in (right, turned):
        assert matmul(left, other) == pytest.approx(np.matmul(left, right), rel=1e-5, abs=1e-5)


@pytest.mark.parametrize("host", [broken, wrong, half, unbounded])
def test_a_kernel_that_does_not_compute_what_numpy_does_is_not_used(
    lent: Callable[[Any], bool], host: Callable[..., None]
) -> None:
    assert lent(stand_in)
    assert not lent(host)
    assert not kernel.lent()
