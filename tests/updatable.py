"""One small model of every kind that can be updated, with examples to teach it: what the contract suite is run on."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from inkmoji import (
    ArrayBatch,
    CompiledModel,
    DictFeatureProvider,
    FeatureDescription,
    FeatureType,
    FeatureValue,
    ImageConstraint,
    Layer,
    Model,
    ModelConfiguration,
    ModelDescription,
    NearestNeighbors,
    Network,
    NetworkClassifier,
    NetworkRegressor,
    ParameterDescription,
    ParameterKey,
    ProbabilisticLDA,
    UpdateContext,
    UpdateTask,
    pipeline,
)

from tests.engine import scribble, tiny_model

K = ParameterKey
DRAWING = FeatureDescription("drawing", FeatureType.IMAGE, ImageConstraint(8, 8))
TEXT, WHOLE = FeatureDescription("label", FeatureType.STRING), FeatureDescription("label", FeatureType.INT64)
VALUES = FeatureDescription("values", FeatureType.MULTI_ARRAY, shape=(3,))
POINT = FeatureDescription("point", FeatureType.MULTI_ARRAY, shape=(5,))
EMBEDDING = FeatureDescription("embedding", FeatureType.MULTI_ARRAY, shape=(4,))
OF_OPTIMIZER = {
    "sgd": (ParameterDescription(K.MOMENTUM, 0.5, 0.0, 1.0),),
    "adam": (
        ParameterDescription(K.BETA1, 0.9, 0.0, 0.99),
        ParameterDescription(K.BETA2, 0.999, 0.0, 0.9999),
        ParameterDescription(K.EPS, 1e-8, 1e-12, 1e-2),
    ),
}


def parameters(optimizer: str | None) -> tuple[ParameterDescription, ...]:
    """What an update may set: of k nearest neighbours without, of a network with an optimiser."""
    size = ParameterDescription(K.MINI_BATCH_SIZE, 3, 1, 64)
    if optimizer is None:
        return (ParameterDescription(K.NUMBER_OF_NEIGHBORS, 3, 1, 50), size)
    return (
        ParameterDescription(K.LEARNING_RATE, 0.05, 0.0, 1e6),
        size,
        ParameterDescription(K.EPOCHS, 3, allowed=(1, 2, 3, 5, 60)),
        ParameterDescription(K.SHUFFLE, True),
        ParameterDescription(K.SEED, 7, 0, 1000),
        *OF_OPTIMIZER[optimizer],
    )


def describe(source: FeatureDescription, target: FeatureDescription, optimizer: str | None) -> ModelDescription:
    """One input, one output that is the target too."""
    return ModelDescription((source,), (target,), (source, target), parameters(optimizer))


def dense(name: str, source: str, output: str, rows: int, columns: int, seed: int, updatable: bool = True) -> Layer:
    """An inner product with random float32 weights."""
    generator = np.random.default_rng(seed)
    weight = (generator.normal(size=(rows, columns)) / math.sqrt(columns)).astype(np.float32)
    bias = generator.normal(0.0, 0.1, rows).astype(np.float32)
    return Layer(name, "inner_product", (source,), output, {}, {"weight": weight, "bias": bias}, updatable)


def softmax_network(classes: int) -> Network:
    """An updatable convolution, a frozen norm, a pooled and a raw branch added, an updatable inner product, softmax."""
    kernel = (np.random.default_rng(5).normal(size=(3, 1, 3, 3)) / 3.0).astype(np.float32)
    ones = np.ones(3, np.float32)
    norm = {"gamma": ones * 2, "beta": ones, "mean": ones * np.float32(0.1), "variance": ones}
    layers = [
        Layer("conv", "convolution", ("image",), "c", {"padding": "same", "stride": 1},
              {"weight": kernel, "bias": np.zeros(3, np.float32)}, updatable=True),
        Layer("norm", "batch_norm", ("c",), "n", {"epsilon": 1e-5}, norm),
        Layer("relu", "relu", ("n",), "r"),
        Layer("pool", "max_pool", ("r",), "p", {"size": 2, "stride": 2}),
        Layer("mean", "average_pool", ("n",), "m", {"size": 2, "stride": 2}),
        Layer("sum", "add", ("p", "m"), "s"),
        Layer("flat", "flatten", ("s",), "f"),
        dense("dense", "f", "logits", classes, 48, 6),
        Layer("softmax", "softmax", ("logits",), "probabilities"),
    ]  # fmt: skip
    return Network(layers, "image", (1, 8, 8), "probabilities")


def tail_network(classes: int, size: int = 4) -> Network:
    """A hidden and an output layer, both updatable."""
    layers = [
        dense("hidden", "embedding", "h", 6, size, 8),
        Layer("tanh", "tanh", ("h",), "t"),
        dense("out", "t", "logits", classes, 6, 9),
        Layer("softmax", "softmax", ("logits",), "probabilities"),
    ]
    return Network(layers, "embedding", (size,), "probabilities")


def regression_network() -> Network:
    """Five numbers to three; the layer in the middle is frozen, the last one has no bias."""
    last = dense("out", "s", "values", 3, 6, 12)
    layers = [
        dense("first", "point", "h", 6, 5, 10),
        Layer("sigmoid", "sigmoid", ("h",), "g"),
        dense("middle", "g", "s", 6, 6, 11, updatable=False),
        Layer(last.name, last.kind, last.inputs, last.output, {}, {"weight": last.weights["weight"]}, updatable=True),
    ]
    return Network(layers, "point", (5,), "values")


@dataclass(frozen=True)
class Updatable:
    """A model that can be updated and eight examples of three labels, or of values, that it can be taught."""

    model: Model
    examples: tuple[DictFeatureProvider, ...]

    def batch(self, *indices: int) -> ArrayBatch:
        """Some of the examples, all if none is named."""
        return ArrayBatch([self.examples[index] for index in indices or range(len(self.examples))])

    @property
    def target(self) -> FeatureDescription:
        """What it learns to answer."""
        return next(item for item in self.model.description.training_inputs if item != self.model.input)


def updatable(model: Model, labels: tuple[Any, ...] = ()) -> Updatable:
    """The model with drawings or points, labelled 0 1 2 0 1 2 0 1 or, without labels, with values of the point."""
    examples = []
    target = Updatable(model, ()).target.name
    for index in range(8):
        point = np.random.default_rng(index).normal(size=5)
        value = FeatureValue.image(scribble(index)) if model.input.image else FeatureValue.multi_array(point)
        if not labels:
            answer = FeatureValue.multi_array([point[0], point[1] - point[2], 0.5])
        elif isinstance(labels[0], str):
            answer = FeatureValue.string(labels[index % len(labels)])
        else:
            answer = FeatureValue.int64(labels[index % len(labels)])
        examples.append(DictFeatureProvider({model.input.name: value, target: answer}))
    return Updatable(model, tuple(examples))


def extractor() -> Model:
    """A frozen network of half precision from drawings to four numbers."""
    weight = np.random.default_rng(3).normal(0.0, 0.3, (4, 64)).astype(np.float16)
    layers = [
        Layer("flat", "flatten", ("image",), "f"),
        Layer("project", "inner_product", ("f",), "embedding", {}, {"weight": weight}),
    ]
    head = NetworkRegressor(Network(layers, "image", (1, 8, 8), "embedding"))
    return Model(ModelDescription((DRAWING,), (EMBEDDING,), ()), None, head)


def _drawings() -> Updatable:
    return updatable(tiny_model(), ("cat", "dog", "Zoë"))


def _cosine() -> Updatable:
    head = NearestNeighbors(4, 2, "uniform", -1, metric="cosine")
    return updatable(pipeline(extractor(), Model(describe(EMBEDDING, WHOLE, None), None, head)), (5, 0, -(2**63)))


def _arrays() -> Updatable:
    head = NearestNeighbors(5, 3, default_label="none", threshold=50.0, dtype="float32")
    return updatable(Model(describe(POINT, TEXT, None), None, head), ("a", "b", "c"))


def _discriminant() -> Updatable:
    generator = np.random.default_rng(4)
    mean, projection = (
        generator.normal(0.0, 0.1, 4).astype(np.float32),
        generator.normal(0.0, 9.0, (4, 3)).astype(np.float16),
    )
    head = ProbabilisticLDA(mean, projection, np.array([90.0, 60.0, 30.0], np.float32), 0.8, 1.5, 0.25)
    parameters_ = (ParameterDescription(K.MINI_BATCH_SIZE, 3, 1, 64),)
    description = ModelDescription((EMBEDDING,), (TEXT,), (EMBEDDING, TEXT), parameters_)
    return updatable(pipeline(extractor(), Model(description, None, head)), ("cat", "dog", "Zoë"))


def _softmax() -> Updatable:
    head = NetworkClassifier(softmax_network(3), ("cat", "dog", "owl"), "sgd")
    return updatable(Model(describe(DRAWING, TEXT, "sgd"), None, head), head.labels)


def _tail() -> Updatable:
    head = NetworkClassifier(tail_network(3), (7, -7, 70), "adam")
    return updatable(pipeline(extractor(), Model(describe(EMBEDDING, WHOLE, "adam"), None, head)), head.labels)


def _grown() -> Updatable:
    head = NetworkClassifier(tail_network(2, size=5), ("old", "older"), "sgd")
    model = Model(describe(POINT, TEXT, "sgd"), None, head)
    model.add_class("new")
    return updatable(model, ("old", "older", "new"))


def _regressor(optimizer: str) -> Updatable:
    return updatable(Model(describe(POINT, VALUES, optimizer), None, NetworkRegressor(regression_network(), optimizer)))


KINDS: dict[str, Callable[[], Updatable]] = {
    "drawings, k nearest neighbours": _drawings,
    "drawings, cosine, whole numbers": _cosine,
    "arrays, k nearest neighbours": _arrays,
    "drawings, PLDA": _discriminant,
    "drawings, softmax, SGD": _softmax,
    "drawings, frozen network and softmax, Adam": _tail,
    "arrays, softmax with a class added": _grown,
    "arrays, squared error, SGD": lambda: _regressor("sgd"),
    "arrays, squared error, Adam": lambda: _regressor("adam"),
}
NEURAL = [name for name in KINDS if "softmax" in name or "squared error" in name]
REMEMBERING = [name for name in KINDS if name not in NEURAL]


def outcome(name: str) -> list[float]:
    """What an update of that kind ends with: the candidate's answers, label by label, and the weights it trained."""
    kind = KINDS[name]()
    ends: list[UpdateContext] = []
    UpdateTask(CompiledModel.of(kind.model), kind.batch(), handlers=ends.append).resume()
    assert ends[0].candidate is not None
    model = ends[0].candidate.model()
    numbers: list[float] = []
    for answer in model.predict_batch(kind.batch()):
        numbers += [answer.probabilities.get(label, 0.0) for label in sorted(model.labels, key=str)]
        numbers += answer.values
    if isinstance(model.head, NetworkClassifier | NetworkRegressor):
        numbers += [float(number) for array in model.head.network.updatable.values() for number in array.ravel()]
    return numbers


def configured(**values: Any) -> ModelConfiguration:
    """A configuration by the constants' names, for instance EPOCHS=2."""
    return ModelConfiguration({getattr(ParameterKey, name): value for name, value in values.items()})
