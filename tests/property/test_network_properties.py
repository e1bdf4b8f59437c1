"""Networks of random layers give what their layers give one after the other."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from inkmoji import Layer, Network, NetworkError
from inkmoji.layers import KINDS
from numpy.typing import NDArray

Shape = tuple[int, ...]


def random_settings(kind: str, shape: Shape, generator: np.random.Generator) -> dict[str, Any]:
    """Settings of a kind that may or may not fit an input of the shape, with and without those that may be missing."""

    def whole() -> int:
        return int(generator.integers(1, 4))

    def either(*values: Any) -> Any:
        return values[generator.integers(len(values))]

    def some(**values: Any) -> dict[str, Any]:
        return {key: value for key, value in values.items() if generator.integers(2)}

    amounts = tuple(int(amount) for amount in generator.integers(0, 3, 4))
    padding = either("same", "same-lower", "valid", amounts)
    stride = either(whole(), (whole(), whole()))
    edge = either(some(padding=padding), {"padding": either("valid", (1, 1, 0, 0)), "include_last": True})
    pool = {"size": either(whole(), (whole(), whole())), "stride": stride} | edge
    order = either("channel-first", "channel-last")
    if kind == "convolution":
        return {"stride": stride, "padding": padding} | some(dilation=either(2, (1, 2)), groups=either(1, shape[0]))
    return {
        "batch_norm": {"epsilon": 1e-3}, "leaky_relu": {"alpha": 0.25}, "max_pool": pool,
        "average_pool": pool | some(exclude_padding=True), "flatten": some(order=order),
        "reshape": {"shape": either((math.prod(shape),), shape[::-1], (1, 1, math.prod(shape)))} | some(order=order),
    }.get(kind, {})  # fmt: skip


def random_weights(kind: str, shape: Shape, groups: int, generator: np.random.Generator) -> dict[str, Any]:
    """Weights of a kind for an input of the shape, biases sometimes missing."""

    def normal(*sides: int) -> Any:
        return generator.normal(0.0, 0.5, sides).astype(generator.choice([np.float32, np.float16]))

    def maybe(bias: Any) -> dict[str, Any]:
        return {"bias": bias} if generator.integers(3) else {}

    channels, outputs, size = shape[0], groups * int(generator.integers(1, 4)), int(generator.integers(1, 4))
    spread = [(1,), shape[:1], (1, *shape[1:]), shape][generator.integers(4)]
    return {
        "convolution": {"weight": normal(outputs, channels // groups, size, size)} | maybe(normal(outputs)),
        "inner_product": {"weight": normal(outputs, channels)} | maybe(normal(outputs)),
        "batch_norm": {"gamma": normal(channels), "beta": normal(channels), "mean": normal(channels),
                       "variance": abs(normal(channels))},
        "scale": {"scale": normal(*spread)} | maybe(normal(*shape)),
        "bias": {"bias": normal(*spread)},
    }.get(kind, {})  # fmt: skip


def random_layer(number: int, kind: str, shapes: list[Shape], generator: np.random.Generator) -> Layer:
    """A layer of a kind that reads the newest blob, and others that fit it where the kind takes several."""
    shape = shapes[-1]
    chosen = random_settings(kind, shape, generator)
    weights = random_weights(kind, shape, chosen.get("groups", 1), generator)
    sources = [len(shapes) - 1]
    if KINDS[kind].many:
        channels = slice(1, None) if kind == "concatenate" else slice(None)
        fitting = [index for index, other in enumerate(shapes) if other[channels] == shape[channels]]
        fitting = [index for index in fitting if len(shapes[index]) == len(shape)]
        sources += [int(index) for index in generator.choice(fitting, generator.integers(1, 4))]
    inputs = tuple(f"b{index}" for index in sources)
    return Layer(str(number), kind, inputs, f"b{number + 1}", chosen, weights)


@given(st.lists(st.sampled_from(sorted(KINDS)), max_size=8), st.integers(0, 2**32 - 1))
@settings(max_examples=200)
def test_a_chain_of_layers_computes_each_of_them(kinds: list[str], seed: int) -> None:
    generator = np.random.default_rng(seed)
    start = (2, 9, 8)
    batch = generator.normal(size=(3, *start)).astype(np.float32)
    layers: list[Layer] = []
    blobs: list[NDArray[np.float32]] = [batch]
    shapes: list[Shape] = [start]
    for number, kind in enumerate([*kinds, "flatten"]):
        item = random_layer(number, kind, shapes, generator)
        sources = [int(name[1:]) for name in item.inputs]
        try:
            shapes.append(KINDS[kind].shape(item, *(shapes[source] for source in sources)))
        except NetworkError:
            item, sources = Layer(str(number), "relu", (f"b{number}",), f"b{number + 1}"), [number]
            shapes.append(shapes[-1])
        layers.append(item)
        blobs.append(KINDS[item.kind].forward(item, *(blobs[source] for source in sources)))
        assert blobs[-1].shape == (3, *shapes[-1])
    network = Network(layers, "b0", start, f"b{len(layers)}")
    assert network.dimension == shapes[-1][0]
    assert np.allclose(network.forward(batch), blobs[-1], rtol=1e-3, atol=1e-4)
