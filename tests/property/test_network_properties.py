"""Networks of random layers give what their layers give one after the other."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from inkmoji import Layer, Network, NetworkError
from inkmoji.layers import KINDS


def random_layer(name: str, kind: str, shape: tuple[int, ...], generator: np.random.Generator) -> Layer:
    """A layer of a kind that may or may not fit an input of the shape."""

    def normal(*sides: int) -> Any:
        return generator.normal(0.0, 0.5, sides).astype(generator.choice([np.float32, np.float16]))

    channels, outputs, size = shape[0], int(generator.integers(1, 4)), int(generator.integers(1, 4))
    stride = int(generator.integers(1, 3))
    padding = str(generator.choice(["same", "valid"]))
    settings: dict[str, Any] = {
        "convolution": {"padding": padding, "stride": stride}, "batch_norm": {"epsilon": 1e-3},
        "max_pool": {"size": size, "stride": stride},
    }.get(kind, {})  # fmt: skip
    weights: dict[str, Any] = {
        "convolution": {"weight": normal(outputs, channels, size, size), "bias": normal(outputs)},
        "inner_product": {"weight": normal(outputs, channels), "bias": normal(outputs)},
        "batch_norm": {"gamma": normal(channels), "beta": normal(channels), "mean": normal(channels),
                       "variance": abs(normal(channels))},
    }.get(kind, {})  # fmt: skip
    return Layer(name, kind, (f"b{name}",), f"b{int(name) + 1}", settings, weights)


@given(st.lists(st.sampled_from(sorted(KINDS)), max_size=8), st.integers(0, 2**32 - 1))
@settings(max_examples=200)
def test_a_chain_of_layers_computes_each_of_them(kinds: list[str], seed: int) -> None:
    generator = np.random.default_rng(seed)
    start = (2, 9, 8)
    blob = generator.normal(size=(3, *start)).astype(np.float32)
    layers: list[Layer] = []
    expected, batch = blob, blob
    shape: tuple[int, ...] = start
    for number, kind in enumerate([*kinds, "flatten"]):
        item = random_layer(str(number), kind, shape, generator)
        try:
            shape = KINDS[kind].shape(item, shape)
        except NetworkError:
            item = Layer(str(number), "relu", (f"b{number}",), f"b{number + 1}")
        layers.append(item)
        expected = KINDS[item.kind].forward(item, expected)
        assert expected.shape == (3, *shape)
    network = Network(layers, "b0", start, f"b{len(layers)}")
    assert network.dimension == shape[0]
    assert np.allclose(network.forward(batch), expected, rtol=1e-3, atol=1e-4)
