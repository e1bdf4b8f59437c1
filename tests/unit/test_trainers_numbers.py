"""The numbers of a training, computed once more by hand for a network of one layer, and where they end."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from inkmoji import (
    ArrayBatch,
    CompiledModel,
    DictFeatureProvider,
    FeatureDescription,
    FeatureType,
    FeatureValue,
    Layer,
    Model,
    ModelConfiguration,
    ModelDescription,
    Network,
    NetworkClassifier,
    NetworkRegressor,
    ParameterKey,
    ProgressEvent,
    ProgressHandlers,
    UpdateContext,
    UpdateTask,
)
from inkmoji.trainers import Run
from numpy.typing import NDArray

from tests.updatable import POINT, TEXT, configured, describe, parameters, tail_network

WEIGHT = np.random.default_rng(1).normal(size=(3, 5)).astype(np.float32)
X = np.random.default_rng(2).normal(size=(7, 5)).astype(np.float32)
Y = np.random.default_rng(3).normal(size=(7, 3)).astype(np.float32)
OUT = ParameterKey.WEIGHTS.scoped("out")
Array = NDArray[Any]


def linear(optimizer: str, shape: tuple[int, ...] = (3,)) -> Model:
    """values = WEIGHT x, and nothing else."""
    layers = [Layer("out", "inner_product", ("point",), "y", {}, {"weight": WEIGHT}, updatable=True)]
    values = FeatureDescription("values", FeatureType.MULTI_ARRAY, shape=shape)
    if shape != (3,):
        layers.append(Layer("shape", "reshape", ("y",), "z", {"shape": shape}))
    network = Network(layers, "point", (5,), layers[-1].output)
    description = ModelDescription((POINT,), (values,), (POINT, values), parameters(optimizer))
    return Model(description, None, NetworkRegressor(network, optimizer))


def batch(x: Array = X, y: Array = Y) -> ArrayBatch:
    pairs = zip(x, y, strict=True)
    return ArrayBatch(
        [DictFeatureProvider({"point": FeatureValue.multi_array(a), "values": FeatureValue.multi_array(b)})
         for a, b in pairs]
    )  # fmt: skip


def trained(model: Model, examples: ArrayBatch, **values: Any) -> Array:
    ends: list[UpdateContext] = []
    settings = {"SHUFFLE": False, "MINI_BATCH_SIZE": 3, "EPOCHS": 3} | values
    task = UpdateTask(CompiledModel.of(model), examples, configured(**settings), ends.append)
    task.resume()
    assert task.error is None, task.error
    assert ends[0].candidate is not None
    return np.asarray(ends[0].candidate.model().parameter_value(OUT))


def slope(weight: Array, x: Array, y: Array) -> Array:
    """The derivative of the mean squared error by the weight, one number at a time."""
    result = np.zeros((3, 5))
    for row, wanted in zip(x.astype(np.float64), y, strict=True):
        for output in range(3):
            result[output] += 2.0 * (weight[output] @ row - wanted[output]) * row / (3 * len(x))
    return result


def batches() -> Any:
    for _ in range(3):
        for first in (0, 3, 6):
            yield X[first : first + 3], Y[first : first + 3]


def test_sgd_with_momentum_is_what_it_says() -> None:
    weight, velocity = WEIGHT.astype(np.float64), np.zeros((3, 5))
    for x, y in batches():
        velocity = 0.8 * velocity + slope(weight, x, y)
        weight = weight - 0.1 * velocity
    got = trained(linear("sgd"), batch(), LEARNING_RATE=0.1, MOMENTUM=0.8)
    assert np.allclose(got, weight, atol=1e-5)


def test_adam_is_what_it_says() -> None:
    weight, first, second = WEIGHT.astype(np.float64), np.zeros((3, 5)), np.zeros((3, 5))
    for step, (x, y) in enumerate(batches(), start=1):
        gradient = slope(weight, x, y)
        first, second = 0.7 * first + 0.3 * gradient, 0.95 * second + 0.05 * gradient**2
        root = np.sqrt(second / (1 - 0.95**step))
        weight = weight - 0.1 * first / (1 - 0.7**step) / (root + 1e-2)
    got = trained(linear("adam"), batch(), LEARNING_RATE=0.1, BETA1=0.7, BETA2=0.95, EPS=1e-2)
    assert np.allclose(got, weight, atol=1e-5)


def test_outputs_of_another_shape_are_trained_the_same() -> None:
    column = batch(X, Y.reshape(7, 3, 1, 1))
    assert np.array_equal(trained(linear("sgd", (3, 1, 1)), column), trained(linear("sgd"), batch()))


def painted(flat: bool) -> Model:
    """A trained convolution of a picture as values, in rows and columns or one after the other."""
    weight = np.random.default_rng(4).normal(size=(2, 1, 3, 3)).astype(np.float32)
    settings: dict[str, Any] = {"padding": "same", "stride": 1}
    layers = [Layer("out", "convolution", ("point",), "y", settings, {"weight": weight}, updatable=True)]
    if flat:
        layers.append(Layer("flat", "flatten", ("y",), "z"))
    picture = FeatureDescription("point", FeatureType.MULTI_ARRAY, shape=(1, 4, 4))
    values = FeatureDescription("values", FeatureType.MULTI_ARRAY, shape=(32,) if flat else (2, 4, 4))
    network = Network(layers, "point", (1, 4, 4), layers[-1].output)
    description = ModelDescription((picture,), (values,), (picture, values), parameters("sgd"))
    return Model(description, None, NetworkRegressor(network))


def test_pictures_as_outputs_are_trained_as_their_values_in_a_row() -> None:
    x = np.random.default_rng(5).normal(size=(7, 1, 4, 4))
    y = np.random.default_rng(6).normal(size=(7, 2, 4, 4))
    in_rows, flat = trained(painted(False), batch(x, y)), trained(painted(True), batch(x, y.reshape(7, 32)))
    assert np.array_equal(in_rows, flat)
    assert not np.allclose(in_rows, np.asarray(painted(False).parameter_value(OUT)), atol=1e-3)


@pytest.mark.parametrize(
    ("optimizer", "own"),
    [("sgd", {ParameterKey.MOMENTUM: 0.0}),
     ("adam", {ParameterKey.BETA1: 0.9, ParameterKey.BETA2: 0.999, ParameterKey.EPS: 1e-8})],
)  # fmt: skip
def test_what_a_description_does_not_list_has_its_usual_value(optimizer: str, own: dict[ParameterKey, float]) -> None:
    listed = linear(optimizer)
    description = ModelDescription((POINT,), listed.description.outputs, (POINT, *listed.description.outputs))
    usual = Run(Model(description, None, listed.head)).parameters
    assert usual == own | {
        ParameterKey.LEARNING_RATE: 0.01, ParameterKey.MINI_BATCH_SIZE: 1, ParameterKey.EPOCHS: 1,
        ParameterKey.SHUFFLE: True, ParameterKey.SEED: 0,
    }  # fmt: skip


def test_weights_are_given_once_and_trained_from_there() -> None:
    given = np.full((3, 5), 2.0, np.float32)

    def act(context: UpdateContext) -> None:
        if not told:
            told.append(context)
            context.task.resume({OUT: given})

    told: list[UpdateContext] = []
    ends: list[UpdateContext] = []
    handlers = ProgressHandlers(ProgressEvent.MINI_BATCH_END, act, ends.append)
    UpdateTask(CompiledModel.of(linear("sgd")), batch(), configured(SHUFFLE=False), handlers).resume()
    assert ends[0].candidate is not None
    end = np.asarray(ends[0].candidate.model().parameter_value(OUT))
    assert not np.allclose(end, given, atol=1e-3)
    assert np.allclose(end, given, atol=2.0)


def test_weights_given_one_after_the_other_are_all_in_force() -> None:
    network = tail_network(2, 5)
    model = Model(describe(POINT, TEXT, "sgd"), None, NetworkClassifier(network, ("a", "b")))
    keys = ParameterKey.WEIGHTS.scoped("hidden"), ParameterKey.BIASES.scoped("out")
    arrays = np.full((6, 5), 0.5, np.float32), np.full(2, 0.25, np.float32)
    examples = ArrayBatch(
        [DictFeatureProvider({"point": FeatureValue.multi_array(X[0]), "label": FeatureValue.string("a")})]
    )
    ends: list[UpdateContext] = []
    configuration = ModelConfiguration({keys[0]: arrays[0], ParameterKey.LEARNING_RATE: 0.0})
    UpdateTask(CompiledModel.of(model), examples, configuration, ends.append).resume({keys[1]: arrays[1]})
    assert ends[0].candidate is not None
    for key, array in zip(keys, arrays, strict=True):
        assert np.array_equal(ends[0].candidate.model().parameter_value(key), array)


@pytest.mark.parametrize(
    ("scale", "target", "rate"),
    [(1.0, 3e37, 0.0), (1e17, 3e37, 0.0), (1e17, 1e17, 1e6)],
    ids=["a loss beyond float32", "a gradient beyond float32", "weights beyond float32 after a finite loss"],
)
def test_numbers_that_float32_cannot_hold_fail_the_update(scale: float, target: float, rate: float) -> None:
    examples = batch(np.full((1, 5), scale), np.full((1, 3), target))
    settings = configured(LEARNING_RATE=rate, EPOCHS=1, MOMENTUM=0.0)
    ends: list[UpdateContext] = []
    task = UpdateTask(CompiledModel.of(linear("sgd")), examples, settings, ends.append)
    task.resume()
    assert getattr(task.error, "code", None) == "update-diverged", task.error
    assert ends[0].candidate is None


def test_a_network_has_as_many_classes_as_it_wants() -> None:
    labels = tuple(range(200))
    model = Model(
        describe(POINT, FeatureDescription("label", FeatureType.INT64), "sgd"),
        None,
        NetworkClassifier(tail_network(200, 5), labels),
    )
    features = {"point": FeatureValue.multi_array(X[0]), "label": FeatureValue.int64(150)}
    ends: list[UpdateContext] = []
    settings = configured(EPOCHS=60, LEARNING_RATE=0.5)
    UpdateTask(CompiledModel.of(model), ArrayBatch([DictFeatureProvider(features)]), settings, ends.append).resume()
    assert ends[0].candidate is not None
    assert ends[0].candidate.model().predict(DictFeatureProvider(features)).label == 150
