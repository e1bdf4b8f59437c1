"""How a network works: whatever the order of weights in memory, with no needless step, on copies of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from inkmoji import Layer, Network, NetworkError
from inkmoji.layers import KINDS
from inkmoji.network import Tail
from numpy.typing import NDArray

from tests.engine import layer, normal, refused, tiny_network
from tests.updatable import dense, regression_network, tail_network

Array = NDArray[np.float32]
WIDE = normal(1, 16, 256) / np.float32(16.0)


def turned(network: Network) -> Network:
    """The same network of layers whose weights lie in memory column by column."""
    layers = [
        replace(item, weights={name: np.asfortranarray(array) for name, array in item.weights.items()})
        for item in network.layers
    ]
    assert any(array.flags.f_contiguous and array.ndim > 1 for item in layers for array in item.weights.values())
    return Network(layers, network.input, network.input_shape, network.output)


def sandwich() -> Network:
    """A frozen, a trained and again a frozen inner product, each wide enough for an order of sums to show."""
    frozen = Layer("before", "inner_product", ("x",), "b", {}, {"weight": WIDE})
    behind = Layer("behind", "inner_product", ("m",), "y", {}, {"weight": WIDE})
    return Network([frozen, dense("middle", "b", "m", 256, 16, 2), behind], "x", (256,), "y")


@pytest.mark.parametrize("count", [1, 2, 20])
def test_an_answer_does_not_depend_on_the_order_of_weights_in_memory(count: int) -> None:
    batch = normal(count, count, 256)
    assert np.array_equal(turned(sandwich()).forward(batch), sandwich().forward(batch))


@pytest.mark.parametrize("count", [1, 2, 20])
def test_a_training_does_not_depend_on_the_order_of_weights_in_memory(count: int) -> None:
    results = []
    for network in (sandwich(), turned(sandwich())):
        tail = Tail(network, "y")
        edge = tail.edge(normal(count, count, 256))
        blobs = tail.forward(edge)
        results.append([edge["b"], blobs["y"], *tail.gradients(blobs, normal(7, count, 16)).values()])
    assert all(np.array_equal(one, other) for one, other in zip(*results, strict=True))


def test_a_fold_that_leaves_the_numbers_is_found_by_what_it_gives() -> None:
    layers = list(tiny_network().layers)
    huge = {name: np.full(2, 3e38 if name == "gamma" else 0.0, np.float32) for name in layers[1].weights}
    layers[1] = replace(layers[1], weights=huge)  # 3e38 / sqrt(1e-5) is beyond float32
    network = Network(layers, "image", (1, 8, 8), "embedding")
    with refused(NetworkError, "network-output", "weights too large"):
        network.forward(np.ones((1, 1, 8, 8), np.float32))


def counted(monkeypatch: pytest.MonkeyPatch, function: str) -> list[str]:
    """The names of the inner products whose function is called from now on."""
    called: list[str] = []
    real = getattr(KINDS["inner_product"], function)

    def watched(item: Layer, *blobs: Any) -> Any:
        called.append(item.name)
        return real(item, *blobs)

    monkeypatch.setitem(KINDS, "inner_product", replace(KINDS["inner_product"], prepare=None, **{function: watched}))  # type: ignore[arg-type]
    return called


def test_what_training_starts_from_is_computed_by_the_layers_before_it_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    called = counted(monkeypatch, "forward")
    Tail(sandwich(), "y").edge(normal(1, 2, 256))
    assert called == ["before"]


@pytest.mark.parametrize(
    ("network", "output", "expected"),
    [
        (tail_network(3), "logits", ["out"]),
        (regression_network(), "values", ["out", "middle"]),
        (sandwich(), "y", ["behind"]),
    ],
)
def test_a_gradient_goes_back_no_farther_than_to_the_first_layer_that_is_trained(
    monkeypatch: pytest.MonkeyPatch, network: Network, output: str, expected: list[str]
) -> None:
    tail = Tail(network, output)
    blobs = tail.forward(tail.edge(normal(1, 2, *network.input_shape)))
    called = counted(monkeypatch, "backward")
    tail.gradients(blobs, np.ones_like(blobs[output]))
    assert called == expected


def test_an_input_shape_is_kept_as_a_tuple_of_its_own() -> None:
    shape: Any = [1, 8, 8]
    network = Network([replace(layer("flatten"), inputs=("image",))], "image", shape, "y")
    shape[0] = 3
    assert network.input_shape == (1, 8, 8)
    assert network.forward(normal(1, 2, 1, 8, 8)).shape == (2, 64)


def test_the_settings_and_weights_of_a_network_are_its_own() -> None:
    settings: dict[str, Any] = {"size": 2, "stride": 2}
    pool = Layer("pool", "max_pool", ("image",), "p", settings)
    flat = Layer("flat", "flatten", ("p",), "f")
    network = Network([pool, flat, dense("out", "f", "y", 2, 16, 1)], "image", (1, 8, 8), "y")
    settings["size"] = 5
    assert dict(network.layers[0].settings) == {"size": 2, "stride": 2}
    for mapping in (network.layers[0].settings, network.layers[2].weights):
        with pytest.raises(TypeError):
            mapping["weight"] = np.zeros((2, 16), np.float32)  # type: ignore[index]
