"""Layers that the host's kernel does in one call give what they give one by one, in arrays of their own.

Where a host lends its kernel this looks at that; elsewhere at one in Python.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from inkmoji import kernel, plan, program
from inkmoji.layers import Layer
from inkmoji.linalg import Floats
from inkmoji.network import Network, Tail

from tests.engine import normal
from tests.kernel import convolve, run_with


@pytest.fixture(autouse=True)
def lent() -> Iterator[None]:
    before = list(kernel._lent)
    assert before or kernel.lend(convolve, run_with())
    yield
    kernel._lent[:] = before


def one_by_one(network: Network, batch: Floats) -> Floats:
    """What NumPy makes of it."""
    before = list(kernel._lent)
    kernel._lent.clear()
    try:
        return Network(network.layers, network.input, network.input_shape, network.output).forward(batch)
    finally:
        kernel._lent[:] = before


def convolution(name: str, of: str, shape: tuple[int, ...], seed: int, **settings: Any) -> Layer:
    scale = np.float32(np.prod(shape[1:]) ** -0.5)
    weights = {"weight": normal(seed, *shape) * scale, **({"bias": normal(seed, shape[0])} if seed % 2 else {})}
    return Layer(name, "convolution", (of,), name, {"stride": 1, "padding": "same", **settings}, weights)


def drawn(random: np.random.Generator, seed: int) -> Network:
    """Blocks of a convolution, maybe with a sum behind it, a ReLU and a pool, and in the end maybe a product."""
    channels, high, wide = (int(side) for side in random.integers(1, [4, 15, 22]))
    shape, layers, blob = (channels, high, wide), list[Layer](), "image"

    def add(kind: str, *of: str, weights: Any = None, **settings: Any) -> str:
        layers.append(Layer(name := f"{kind}{len(layers)}", kind, of, name, settings, weights or {}))
        return name

    for index in range(int(random.integers(1, 4))):
        size, outputs = int(random.choice([1, 3, 5])), int(random.integers(1, 10))
        margin = tuple(int(one) for one in random.integers(size // 2, size, 4))
        padding = random.choice(["same", "same-lower", "amounts"])
        layers.append(convolution(f"c{index}", blob, (outputs, channels, size, size), seed + index,
                                  padding=margin if padding == "amounts" else str(padding)))  # fmt: skip
        blob, channels = f"c{index}", outputs
        if random.random() < 0.5:
            layers.append(convolution(f"d{index}", blob, (channels, channels, 3, 3), seed + index))
            blob = add("add", f"d{index}", blob)
        blob = add("relu", blob) if random.random() < 0.5 else blob
        shapes = Network(layers, "image", shape, blob).shapes
        if min(shapes[blob][1:]) > 1 and random.random() < 0.7:
            blob = add(str(random.choice(["max_pool", "average_pool"])), blob, size=2, stride=2)
            blob = add("relu", blob) if layers[-1].kind == "max_pool" and random.random() < 0.5 else blob
    if random.random() < 0.5:
        values = int(np.prod(Network(layers, "image", shape, blob).shapes[blob]))
        weights = {"weight": normal(seed, 5, values) * np.float32(values**-0.5), "bias": normal(seed, 5)}
        blob = add("inner_product", add("flatten", blob), weights=weights)
    return Network(layers, "image", shape, blob)


@pytest.mark.parametrize("seed", range(30))
def test_random_networks_give_what_they_give_one_by_one_and_alone_what_they_give_together(seed: int) -> None:
    network = drawn(np.random.default_rng(seed), seed)
    batch = normal(seed, 3, *network.input_shape)
    together = network.forward(batch)
    assert together == pytest.approx(one_by_one(network, batch), rel=1e-4, abs=1e-4)
    for image, row in zip(batch, together, strict=True):
        assert np.array_equal(network.forward(image[None])[0], row)
    assert len(network._steps) == 1
    assert isinstance(getattr(network._steps[0].compute, "__self__", None), program.Program)


def branched() -> Network:
    """A blob that is read again behind what no program does, and one that two add up."""
    layers = [
        convolution("a", "image", (5, 2, 3, 3), 1),
        convolution("b", "a", (5, 5, 5, 5), 2),
        Layer("s", "add", ("a", "b"), "s"),
        Layer("t", "tanh", ("s",), "t"),
        convolution("c", "t", (5, 5, 3, 3), 3),
        Layer("u", "add", ("c", "a"), "u"),
        Layer("p", "max_pool", ("u",), "p", {"size": 2, "stride": 2}),
        convolution("e", "p", (3, 5, 1, 1), 4),
        convolution("g", "e", (2, 3, 3, 3), 5, padding="valid", dilation=(2, 1)),
    ]
    return Network(layers, "image", (2, 11, 9), "g")


def test_what_is_read_again_outside_of_a_program_is_there() -> None:
    network, batch = branched(), normal(1, 2, 2, 11, 9)
    assert network.forward(batch) == pytest.approx(one_by_one(network, batch), rel=1e-4, abs=1e-4)
    assert [step.outputs for step in network._steps] == [("a", "s"), ("t",), ("g",)]
    assert network._steps[2].inputs == ("t", "a")


def test_vectors_behind_a_program_are_left_to_numpy() -> None:
    layers = [
        convolution("a", "image", (3, 2, 3, 3), 1),
        Layer("f", "flatten", ("a",), "f"),
        Layer("i", "inner_product", ("f",), "i", {}, {"weight": normal(2, 6, 60)}),
        Layer("j", "inner_product", ("i",), "j", {}, {"weight": normal(3, 2, 6)}),
        Layer("n", "l2_normalize", ("j",), "n"),
    ]
    network, batch = Network(layers, "image", (2, 4, 5), "n"), normal(1, 3, 2, 4, 5)
    assert network.forward(batch) == pytest.approx(one_by_one(network, batch), rel=1e-4, abs=1e-4)
    assert [step.outputs for step in network._steps] == [("i",), ("j",), ("n",)]


def test_values_of_pixels_side_by_side_are_put_in_that_order() -> None:
    weights = {"weight": normal(2, 6, 60)}
    layers = [
        convolution("a", "image", (3, 2, 3, 3), 1),
        Layer("f", "flatten", ("a",), "f", {"order": "channel-last"}),
        Layer("i", "inner_product", ("f",), "i", {}, weights),
    ]
    network, batch = Network(layers, "image", (2, 4, 5), "i"), normal(1, 3, 2, 4, 5)
    pixels = Network(layers[:1], "image", (2, 4, 5), "a").forward(batch).transpose(0, 2, 3, 1).reshape(3, 60)
    assert network.forward(batch) == pytest.approx(pixels @ weights["weight"].T, rel=1e-4, abs=1e-4)


def test_results_stay_as_they_are_when_others_are_computed() -> None:
    network, first, second = branched(), normal(1, 2, 2, 11, 9), normal(2, 1, 2, 11, 9)
    tail = Tail(network, "g")
    results = [network.forward(first), *tail.edge(first).values()]
    blobs = plan.run(plan.plan(network.layers, network.shapes, "a", "p", "g"), {"image": first})
    kept = [array.copy() for array in (*results, *blobs.values())]
    network.forward(second)
    tail.edge(second)
    assert all(np.array_equal(one, other) for one, other in zip([*results, *blobs.values()], kept, strict=True))
    assert not any(np.shares_memory(one, other) for one in results for other in blobs.values() if one is not other)
    results[0][...] = 0.0
    assert np.array_equal(network.forward(first), kept[0])


def test_values_that_are_no_numbers_are_seen_and_leave_no_trace() -> None:
    network, good = branched(), normal(1, 1, 2, 11, 9)
    expected, bad = network.forward(good), good.copy()
    bad[0, 0, 5, 5] = np.inf
    steps = plan.plan(network.layers, network.shapes, "p")
    first = plan.run(steps, {"image": good})["p"]
    assert np.isnan(plan.run(steps, {"image": bad})["p"]).any()
    assert np.array_equal(plan.run(steps, {"image": good})["p"], first)
    assert np.array_equal(network.forward(good), expected)


def test_a_batch_of_none_gives_none() -> None:
    network = branched()
    assert network.forward(np.zeros((0, 2, 11, 9), np.float32)).shape == (0, *network.output_shape)


def test_what_would_fill_the_memory_is_done_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    network, batch = branched(), normal(1, 2, 2, 11, 9)
    monkeypatch.setattr(program, "MOST_VALUES", 1000)
    assert len(network._steps) > 3
    assert network.forward(batch) == pytest.approx(one_by_one(network, batch), rel=1e-4, abs=1e-4)


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("max_pool", {"size": 3, "stride": 2}),
        ("max_pool", {"size": 2, "stride": 1}),
        ("max_pool", {"size": 2, "stride": 2, "padding": (1, 1, 1, 1)}),
        ("average_pool", {"size": 2, "stride": 2, "padding": "same"}),
        ("average_pool", {"size": 2, "stride": 2, "padding": (0, 1, 0, 1)}),
        ("convolution", {"stride": 2, "padding": "same"}),
        ("convolution", {"stride": 1, "padding": "same", "groups": 2}),
    ],
)
def test_what_the_kernel_cannot_do_is_left_to_numpy(kind: str, settings: dict[str, Any]) -> None:
    weights = {"weight": normal(2, 4, 4 // settings.get("groups", 1), 3, 3)} if kind == "convolution" else {}
    layers = [convolution("a", "image", (4, 2, 3, 3), 1), Layer("b", kind, ("a",), "b", settings, weights)]
    network, batch = Network(layers, "image", (2, 9, 8), "b"), normal(3, 2, 2, 9, 8)
    assert network.forward(batch) == pytest.approx(one_by_one(network, batch), rel=1e-4, abs=1e-4)
