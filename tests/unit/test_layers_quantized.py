"""Weights of eight bits: used as the numbers that they stand for, kept as they are in the file."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from inkmoji import Layer, Model, ModelDescription, Network, NetworkError, NetworkRegressor, dumps, loads
from numpy.typing import NDArray

from tests.engine import refused
from tests.updatable import POINT, VALUES

SETTINGS = {"convolution": {"stride": 1, "padding": "same"}, "inner_product": {}}
SHAPES = {"convolution": (4, 2, 3, 3), "inner_product": (3, 5)}


def layer(kind: str, weights: dict[str, Any], updatable: bool = False) -> Layer:
    return Layer("one", kind, ("in",), "out", SETTINGS[kind], weights, updatable)


def network(kind: str, weights: dict[str, Any], updatable: bool = False) -> Network:
    shape = SHAPES[kind][1:2] if kind == "inner_product" else (2, 6, 6)
    return Network([layer(kind, weights, updatable)], "in", shape, "out")


def quantized(kind: str, scale_type: type[np.floating[Any]] = np.float32) -> dict[str, NDArray[Any]]:
    """Random whole numbers, every one from -127 to 127 possible, and scales."""
    generator, shape = np.random.default_rng(1), SHAPES[kind]
    return {
        "weight": generator.integers(-127, 128, shape, dtype=np.int8),
        "weight_scale": generator.uniform(0.001, 0.1, shape[0]).astype(scale_type),
        "bias": generator.normal(size=shape[0]).astype(np.float32),
    }


@pytest.mark.parametrize("scale_type", [np.float32, np.float16])
@pytest.mark.parametrize("kind", list(SHAPES))
def test_whole_numbers_stand_for_themselves_times_the_scale_of_their_output(kind: str, scale_type: Any) -> None:
    given = quantized(kind, scale_type)
    plain = {
        "weight": np.stack([
            row.astype(np.float64) * float(scale)
            for row, scale in zip(given["weight"], given["weight_scale"], strict=True)
        ]).astype(np.float32),
        "bias": given["bias"],
    }  # fmt: skip
    blob = np.random.default_rng(2).normal(size=(3, *network(kind, given).input_shape)).astype(np.float32)
    expected = network(kind, plain).forward(blob)
    assert np.allclose(network(kind, given).forward(blob), expected, atol=1e-5)
    assert np.abs(expected).max() > 1.0


def test_a_norm_after_a_convolution_of_whole_numbers_is_the_same_as_after_its_real_numbers() -> None:
    given, ones = quantized("convolution"), np.ones(4, np.float32)
    real = {"weight": given["weight"] * given["weight_scale"][:, None, None, None], "bias": given["bias"]}
    norm = Layer("norm", "batch_norm", ("out",), "n", {"epsilon": 1e-3},
                 {"gamma": ones * 2, "beta": ones, "mean": ones * 3, "variance": ones * 4})  # fmt: skip
    blob = np.random.default_rng(2).normal(size=(3, 2, 6, 6)).astype(np.float32)
    one, other = (
        Network([layer("convolution", weights), norm], "in", (2, 6, 6), "n").forward(blob) for weights in (given, real)
    )
    assert np.allclose(one, other, atol=1e-5)


def test_a_file_keeps_whole_numbers_as_they_are() -> None:
    given = quantized("inner_product", np.float16)
    model = Model(ModelDescription((POINT,), (VALUES,), ()), None, NetworkRegressor(network("inner_product", given)))
    data = dumps(model)
    assert given["weight"].tobytes() in data
    again = loads(data)
    assert isinstance(again.head, NetworkRegressor)
    assert {name: str(array.dtype) for name, array in again.head.network.layers[0].weights.items()} == {
        "bias": "float32", "weight": "int8", "weight_scale": "float16",
    }  # fmt: skip
    assert dumps(again) == data


@pytest.mark.parametrize("kind", list(SHAPES))
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"weight_scale": None}, "weight as finite float32 or float16, got int8"),
        ({"weight": np.ones}, "weight as int8, since it has a scale, got float"),
        ({"weight_scale": np.ones((1, 2), np.float32)}, "weight_scale (outputs,)"),
        ({"weight_scale": np.ones(2, np.float32)}, "weight_scale (outputs,)"),
        ({"weight_scale": np.ones(9, np.int8)}, "weight_scale as finite float32 or float16, got int8"),
        ({"bias": np.ones(4, np.int8)}, "bias"),
    ],
)
def test_whole_numbers_without_their_scale_and_scales_without_them_are_refused(
    kind: str, change: dict[str, Any], words: str
) -> None:
    weights = quantized(kind)
    for name, value in change.items():
        weights[name] = np.ones(SHAPES[kind], np.float32) if value is np.ones else value
    with refused(NetworkError, "network-weights", words):
        network(kind, {name: value for name, value in weights.items() if value is not None})


def test_an_updatable_layer_has_no_whole_numbers() -> None:
    with refused(NetworkError, "network-weights", "updatable"):
        network("inner_product", quantized("inner_product"), updatable=True)
    weights = {**quantized("inner_product"), "weight": np.ones((3, 5), np.float32)}
    with refused(NetworkError, "network-weights", "weight_scale (outputs,) of a weight that is not updatable"):
        network("inner_product", weights, updatable=True)


def test_other_layers_take_no_scale() -> None:
    weights = {"scale": np.ones(1, np.int8), "weight_scale": np.ones(1, np.float32)}
    with refused(NetworkError, "network-layer", "weight_scale"):
        Network([Layer("one", "scale", ("in",), "out", {}, weights)], "in", (3,), "out")
