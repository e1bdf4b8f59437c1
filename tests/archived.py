"""Small models of every kind for the tests of archives, taught where that leaves something in a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from inkmoji import (
    DictFeatureProvider,
    Face,
    FeatureDescription,
    FeatureType,
    FeatureValue,
    Layer,
    Model,
    ModelDescription,
    NearestNeighbors,
    Network,
    NetworkClassifier,
    NetworkRegressor,
    ParameterDescription,
    ParameterKey,
)
from inkmoji.features import Label
from numpy.typing import NDArray

from tests.engine import PNG, blot, description, least_network, rich_model, scribble, tiny_network

PARAMETERS = (
    ParameterDescription(ParameterKey.LEARNING_RATE, 0.01, 0, 1),
    ParameterDescription(ParameterKey.MINI_BATCH_SIZE, 4, allowed=(4, 1, 16)),
    ParameterDescription(ParameterKey.EPOCHS, 2, 1, 100),
    ParameterDescription(ParameterKey.SHUFFLE, False),
    ParameterDescription(ParameterKey.SEED, 2**53, 0, 2**53),
)
ADAM = (
    *PARAMETERS,
    ParameterDescription(ParameterKey.BETA1, 0.9, 0.0, 0.999),
    ParameterDescription(ParameterKey.BETA2, 0.999, 0.5, 0.9999),
    ParameterDescription(ParameterKey.EPS, 1e-8, 1e-30, 1.0),
)


def normal(seed: int, *shape: int, dtype: Any = np.float32) -> NDArray[Any]:
    return np.random.default_rng(seed).normal(0.0, 0.5, shape).astype(dtype)


def product(name: str, blob: str, outputs: int, inputs: int, updatable: bool = True) -> Layer:
    """An inner product of float32, named as what it writes."""
    weights = {"weight": normal(outputs, outputs, inputs), "bias": normal(inputs, outputs)}
    return Layer(name, "inner_product", (blob,), name, {}, weights, updatable)


def classifier() -> Model:
    """A network behind an extractor, for texts, trained with Adam; two ways through it meet again."""
    layers = [
        product("hidden", "embedding", 4, 2),
        Layer("tanh", "tanh", ("hidden",), "t"),
        Layer("sum", "add", ("t", "hidden"), "s"),
        product("logits", "s", 3, 4),
        Layer("softmax", "softmax", ("logits",), "p"),
    ]
    head = NetworkClassifier(Network(layers, "embedding", (2,), "p"), ("cat", "Zoë", "👩‍🚀"), "adam")
    faces: dict[Label, Face] = {"cat": Face("🐱", "Katze", 7)}
    return Model(description(parameters=ADAM), least_network(), head, faces=faces)


def pixel_classifier() -> Model:
    """A network that reads drawings itself, for whole numbers, with settings of every type."""
    weight = normal(1, 4, 1, 3, 3, dtype=np.float16)
    layers = [
        Layer("frozen", "convolution", ("image",), "c",
              {"stride": (2, 1), "padding": (1, 0, 2, 1), "dilation": 1}, {"weight": weight}),
        Layer("leaky", "leaky_relu", ("c",), "l", {"alpha": 0.25}),
        Layer("pool", "average_pool", ("l",), "a",
              {"size": (2, 2), "stride": 2, "padding": "same", "exclude_padding": True}),
        Layer("conv", "convolution", ("a",), "d", {"stride": 1, "padding": "valid", "groups": 2},
              {"weight": normal(2, 6, 2, 2, 2), "bias": normal(3, 6)}, updatable=True),
        Layer("flat", "flatten", ("d",), "f", {"order": "channel-last"}),
    ]  # fmt: skip
    size = Network(layers, "image", (1, 8, 8), "f").dimension
    layers += [product("logits", "f", 2, size), Layer("softmax", "softmax", ("logits",), "p")]
    head = NetworkClassifier(Network(layers, "image", (1, 8, 8), "p"), (-(2**63), 2**63 - 1))
    momentum = ParameterDescription(ParameterKey.MOMENTUM, 0, 0, 1)
    drawing = description().inputs[0]
    label = FeatureDescription("digit", FeatureType.INT64)
    return Model(ModelDescription((drawing,), (label,), (drawing, label), (*PARAMETERS, momentum)), None, head)


def regressor() -> Model:
    """A network from six numbers to two, nothing of it frozen but the layers without weights."""
    layers = [
        Layer("image", "reshape", ("x",), "i", {"shape": (1, 2, 3)}),
        Layer("norm", "batch_norm", ("i",), "n", {"epsilon": 1e-5},
              {"gamma": np.ones(1, np.float16), "beta": normal(1, 1), "mean": normal(2, 1),
               "variance": np.ones(1, np.float32)}),
        Layer("flat", "flatten", ("n",), "f"),
        Layer("both", "concatenate", ("f", "x"), "b"),
        product("values", "b", 2, 12),
    ]  # fmt: skip
    inputs = FeatureDescription("x", FeatureType.MULTI_ARRAY, shape=(6,))
    outputs = FeatureDescription("values", FeatureType.MULTI_ARRAY, shape=(2,))
    head = NetworkRegressor(Network(layers, "x", (6,), "values"))
    return Model(ModelDescription((inputs,), (outputs,), (outputs, inputs), PARAMETERS), None, head)


def extractor() -> Model:
    """A network of drawings that learns nothing."""
    outputs = FeatureDescription("embedding", FeatureType.MULTI_ARRAY, shape=(4,))
    head = NetworkRegressor(tiny_network(), "adam")
    return Model(ModelDescription(description().inputs, (outputs,), ()), None, head)


def numbers(metric: str = "cosine", dtype: str = "float32") -> Model:
    """k nearest neighbours that read arrays and answer whole numbers: examples without drawings."""
    inputs = FeatureDescription("x", FeatureType.MULTI_ARRAY, shape=(3,))
    outputs = FeatureDescription("digit", FeatureType.INT64)
    key = ParameterDescription(ParameterKey.NUMBER_OF_NEIGHBORS, 5, allowed=(5, 1, 3))
    head = NearestNeighbors(3, 5, default_label=-1, threshold=0.5, metric=metric, dtype=dtype)
    faces: dict[Label, Face] = {10: Face("ten"), -7: Face("", "minus seven", 1, PNG), 9: Face("9")}
    model = Model(ModelDescription((inputs,), (outputs,), (inputs, outputs), (key,)), None, head, faces=faces)
    for seed, label in enumerate((-(2**63), 9, 2**63 - 1, 9, -7)):
        model.add_example(label, normal(seed, 3))
    return model


def pictures() -> Model:
    """k nearest neighbours that read drawings behind a network, by cosine in single precision."""
    head = NearestNeighbors(4, metric="cosine", dtype="float32")
    model = Model(description(), tiny_network(), head)
    for seed, label in enumerate("aba"):
        model.add_example(label, model.read(drawing(scribble(seed))))
    model.add_example("c", model.read(drawing(blot(1))))
    return model


def single_precision() -> Model:
    """Weights in single precision, three channels, uniform votes."""
    network = tiny_network(channels=3)
    single = [
        replace(item, weights={name: item.weight(name) for name in item.weights}) for item in network.layers
    ]  # fmt: skip
    network = Network(single, network.input, network.input_shape, network.output)
    return Model(description(channels=3), network, NearestNeighbors(4, 1, "uniform", "none", 0.25))


def drawing(content: Any) -> DictFeatureProvider:
    return DictFeatureProvider({"drawing": FeatureValue.image(content)})


def inputs_of(model: Model) -> Iterator[DictFeatureProvider]:
    """A few values that a model can be asked about."""
    shape = model.input.shape
    for seed in range(6):
        if shape is not None:
            yield DictFeatureProvider({model.input.name: FeatureValue.multi_array(normal(seed + 50, *shape))})
        else:
            content = blot(seed) if seed % 2 else scribble(seed)
            yield DictFeatureProvider({model.input.name: FeatureValue.image(content)})


KINDS: Mapping[str, Model] = {
    "neighbors": rich_model(),
    "neighbors-float32": single_precision(),
    "neighbors-cosine": pictures(),
    "numbers-cosine": numbers(),
    "numbers-squared": numbers("squared-euclidean", "float16"),
    "classifier": classifier(),
    "pixel-classifier": pixel_classifier(),
    "regressor": regressor(),
    "extractor": extractor(),
}
"""Never changed by a test."""
