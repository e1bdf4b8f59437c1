"""Parts of the engine measured alone, in the Pyodide of a worker: milliseconds of every round."""

import json
import random
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from inkmoji import (
    ArrayBatch,
    CompiledModel,
    DictFeatureProvider,
    FeatureDescription,
    FeatureType,
    FeatureValue,
    Layer,
    Model,
    ModelDescription,
    NearestNeighbors,
    Network,
    NetworkClassifier,
    ParameterDescription,
    ParameterKey,
    Strokes,
    UpdateTask,
)

FOLDER = Path("/bench")

base = CompiledModel((FOLDER / "base.inkmoji").read_bytes())
network = base.model().network
assert network is not None


def _floats(file: str, *shape: int) -> Any:
    return np.frombuffer((FOLDER / file).read_bytes(), np.float32).reshape(-1, *shape)


def _sampled(rounds: int, repeat: int, run: Callable[[int], object]) -> list[float]:
    """Milliseconds of each of `rounds` samples; a sample is the mean of `repeat` calls."""
    times = []
    for sample in range(rounds):
        start = time.perf_counter()
        for call in range(repeat):
            run(sample * repeat + call)
        times.append(1000.0 * (time.perf_counter() - start) / repeat)
    return times


def embeddings(file: str) -> list[float]:
    """The embeddings of prepared pictures, one after the other."""
    return [float(value) for picture in _floats(file, *network.input_shape) for value in network.forward([picture])[0]]


def embedding(file: str, rounds: int) -> list[float]:
    pictures = [np.ascontiguousarray(picture[None]) for picture in _floats(file, *network.input_shape)]
    return _sampled(rounds, 1, lambda call: network.forward(pictures[call % len(pictures)]))


def neighbors(file: str, count: int, examples: int, rounds: int, repeat: int, shipped: bool) -> list[float]:
    """The nearest of `count` rows of a file: by the head that ships, or by k nearest neighbours as the peer's."""
    head = _head(file, count, examples, shipped)
    asked = [np.ascontiguousarray(row[None]) for row in _floats(file, network.dimension)[-10:]]

    def ask(call: int) -> None:
        head.vote(asked[call % len(asked)])

    _sampled(1, len(asked), ask)
    return _sampled(rounds, repeat, ask)


@cache
def _head(file: str, count: int, examples: int, shipped: bool) -> Any:
    """A head that was taught the first rows of a file."""
    head = base.model().copy().head if shipped else NearestNeighbors(network.dimension, 3, "uniform", metric="cosine")
    for index, row in enumerate(_floats(file, network.dimension)[:count]):
        head.add(row, f"label {index // examples}", f"example {index}")
    return head


def fine_tune(options: str) -> dict[str, float]:
    """Milliseconds of the training alone, of embeddings, and with drawings rendered and embedded before it."""
    wanted = json.loads(options)
    drawings = [Strokes.of(item["points"]) for item in wanted["drawings"]]
    labels = [item["label"] for item in wanted["drawings"]]
    pictures = FeatureDescription(base.model().input.name, FeatureType.IMAGE, base.model().constraint)
    rows = FeatureDescription("embedding", FeatureType.MULTI_ARRAY, shape=network.output_shape)
    extractor = base.model()
    embedded = [extractor.embed_values([extractor.read(DictFeatureProvider(
        {pictures.name: FeatureValue.image(drawing)}))])[0] for drawing in drawings]  # fmt: skip
    training = _updated(_tail(rows, None, wanted), [FeatureValue.multi_array(row) for row in embedded], labels)
    whole = _updated(_tail(pictures, network, wanted), [FeatureValue.image(one) for one in drawings], labels)
    return {"training": training[0], "whole": whole[0], "right": training[1]}


def _tail(source: FeatureDescription, before: Network | None, wanted: dict[str, Any]) -> Model:
    """A classifier of embeddings, behind the network or alone: a softmax of one layer."""
    classes, columns = wanted["classes"], network.dimension
    draw = random.Random(1)  # what ships of NumPy has no random numbers
    weight = np.array([[draw.gauss(0.0, columns**-0.5) for _ in range(columns)] for _ in classes], np.float32)
    weights = {"weight": weight, "bias": np.zeros(len(classes), np.float32)}
    layers = [
        Layer("dense", "inner_product", ("embedding",), "logits", {}, weights, updatable=True),
        Layer("softmax", "softmax", ("logits",), "probabilities"),
    ]
    head = NetworkClassifier(Network(layers, "embedding", (columns,), "probabilities"), tuple(classes), "sgd")
    target = FeatureDescription("label", FeatureType.STRING)
    parameters = (
        ParameterDescription(ParameterKey.LEARNING_RATE, wanted["rate"], 0.0, 100.0),
        ParameterDescription(ParameterKey.MOMENTUM, 0.0, 0.0, 1.0),
        ParameterDescription(ParameterKey.MINI_BATCH_SIZE, wanted["batch"], 1, 64),
        ParameterDescription(ParameterKey.EPOCHS, wanted["epochs"], 1, 100),
        ParameterDescription(ParameterKey.SHUFFLE, True),
        ParameterDescription(ParameterKey.SEED, 1, 0, 1000),
    )
    return Model(ModelDescription((source,), (target,), (source, target), parameters), before, head)


def _updated(model: Model, values: list[FeatureValue], labels: list[str]) -> tuple[float, int]:
    """Milliseconds of the update, and how many examples the candidate knows."""
    examples = [
        DictFeatureProvider({model.input.name: value, "label": FeatureValue.string(label)})
        for value, label in zip(values, labels, strict=True)
    ]
    ends: list[Any] = []
    task = UpdateTask(CompiledModel.of(model), ArrayBatch(examples), handlers=ends.append)
    start = time.perf_counter()
    task.resume()
    spent = 1000.0 * (time.perf_counter() - start)
    assert ends[0].candidate is not None, ends[0].task.error
    answers = ends[0].candidate.model().predict_batch(ArrayBatch(examples))
    return spent, sum(answer.label == label for answer, label in zip(answers, labels, strict=True))
