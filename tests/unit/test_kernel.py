"""A kernel that a host lends: refused unless it is right, and then networks compute with it what they did before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from inkmoji import kernel
from inkmoji.layers import Layer
from inkmoji.linalg import matmul
from inkmoji.network import Network, Tail

from tests.engine import normal
from tests.kernel import convolve, pool, run_with

Lend = Callable[[Any, Any], bool]


def short(*numbers: Any) -> None:
    """Without the last product."""
    images, blocks, rows, columns, k, *others = numbers
    convolve(images, blocks, rows, columns, k - 1, *others)


def half(*numbers: Any) -> None:
    """Without what is added."""
    convolve(*numbers[:-2], 0, numbers[-1])


def unbounded(*numbers: Any) -> None:
    convolve(*numbers[:-1], -np.inf)


def broken(*numbers: Any) -> None:
    raise OSError("out of order")


def always_largest(mean: bool, *numbers: Any) -> None:
    pool(False, *numbers)


def always_mean(mean: bool, *numbers: Any) -> None:
    pool(True, *numbers)


def narrow(mean: bool, channels: int, rows: int, columns: int, *numbers: Any) -> None:
    """At most four columns."""
    pool(mean, channels, rows, min(columns, 4), *numbers)


def cut_off(program: int, count: int) -> None:
    """All but the last operation."""
    run_with()(program, count - 1)


@pytest.fixture
def lent() -> Iterator[Lend]:
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


def test_networks_compute_the_same_with_a_kernel(lent: Lend) -> None:
    batch = normal(1, 3, 2, 10, 12)
    for seed in range(3):
        expected, edge = network(seed).forward(batch), Tail(network(seed), "d").edge(batch)
        assert lent(convolve, run_with())
        assert kernel.lent()
        assert network(seed).forward(batch) == pytest.approx(expected, rel=1e-4, abs=1e-4)
        assert Tail(network(seed), "d").edge(batch)["f"] == pytest.approx(edge["f"], rel=1e-4, abs=1e-4)
        kernel._lent.clear()


def test_an_empty_batch_never_reaches_the_kernel(lent: Lend) -> None:
    assert lent(convolve, run_with())
    kernel._lent[:] = broken, broken
    assert network(0).forward(np.zeros((0, 2, 10, 12), np.float32)).shape == (0, 5)
    assert matmul(np.zeros((3, 0), np.float32), np.zeros((0, 2), np.float32)).tolist() == np.zeros((3, 2)).tolist()


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 7, 9), (4, 3, 8), (5, 2, 3), (9, 5, 12)])
@pytest.mark.parametrize("leading", [(), (2,), (2, 3)])
def test_matrix_products_are_those_of_numpy(lent: Lend, shape: tuple[int, int, int], leading: tuple[int, ...]) -> None:
    rows, inner, columns = shape
    left, right = normal(1, *leading, rows, inner), normal(2, *leading[1:], inner, columns)
    turned = np.ascontiguousarray(right.swapaxes(-1, -2)).swapaxes(-1, -2)
    assert lent(convolve, run_with())
    for other in (right, turned):
        assert matmul(left, other) == pytest.approx(np.matmul(left, right), rel=1e-5, abs=1e-5)


@pytest.mark.parametrize(
    "host",
    [
        (broken, run_with()),
        (short, run_with()),
        (convolve, broken),
        (convolve, None),
        (convolve, cut_off),
        (convolve, run_with(half)),
        (convolve, run_with(unbounded)),
        (convolve, run_with(convolve, always_largest)),
        (convolve, run_with(convolve, always_mean)),
        (convolve, run_with(convolve, narrow)),
    ],
)
def test_a_kernel_that_does_not_compute_what_numpy_does_is_not_used(lent: Lend, host: tuple[Any, Any]) -> None:
    assert lent(convolve, run_with())
    assert not lent(*host)
    assert not kernel.lent()
