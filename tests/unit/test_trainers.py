"""How a network is trained: epochs, mini-batches, order, parameters that change on the way, and the end of numbers."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from inkmoji import (
    CompiledModel,
    MetricKey,
    Model,
    ModelConfiguration,
    Network,
    NetworkClassifier,
    NetworkRegressor,
    ParameterError,
    ParameterKey,
    ProgressEvent,
    ProgressHandlers,
    UpdateContext,
    UpdateError,
    UpdateTask,
    loads,
)
from inkmoji.trainers import NetworkTrainer
from numpy.typing import NDArray

from tests.engine import refused
from tests.updatable import KINDS, NEURAL, Updatable, configured, dense

BEGIN, BATCH, EPOCH = ProgressEvent.TRAINING_BEGIN, ProgressEvent.MINI_BATCH_END, ProgressEvent.EPOCH_END
LOSS, AT_EPOCH, AT_BATCH = MetricKey.LOSS_VALUE, MetricKey.EPOCH_INDEX, MetricKey.MINI_BATCH_INDEX
POINTS = "arrays, squared error, SGD"
OUT = ParameterKey.WEIGHTS.scoped("out")
Weights = dict[tuple[str, str], NDArray[Any]]


class Lesson:
    """A task with everything that its handlers were told; ``act`` may do something at each event."""

    def __init__(self, kind: Updatable, act: Any = None, **values: Any) -> None:
        self.told: list[UpdateContext] = []
        self.ends: list[UpdateContext] = []

        def progress(context: UpdateContext) -> None:
            self.told.append(context)
            if act is not None:
                act(context)

        handlers = ProgressHandlers(progress=progress, completion=self.ends.append)
        self.task = UpdateTask(CompiledModel.of(kind.model), kind.batch(), configured(**values), handlers)

    def run(self) -> Lesson:
        self.task.resume()
        assert self.task.error is None, self.task.error
        return self

    def at(self, event: ProgressEvent) -> list[UpdateContext]:
        return [context for context in self.told if context.event is event]

    def metrics(self, event: ProgressEvent, key: MetricKey) -> list[float]:
        return [context.metrics[key] for context in self.at(event)]

    @property
    def weights(self) -> Weights:
        assert self.ends[0].candidate is not None
        return weights_of(self.ends[0].candidate.model().head)


def weights_of(head: Any) -> Weights:
    assert isinstance(head, NetworkClassifier | NetworkRegressor)
    return {place: np.asarray(array) for place, array in head.network.updatable.items()}


def orders(monkeypatch: pytest.MonkeyPatch, kind: Updatable, **values: Any) -> list[list[list[int]]]:
    """The samples of each mini-batch of each epoch."""
    seen: list[list[list[int]]] = []
    real = NetworkTrainer._mini_batches

    def watched(trainer: NetworkTrainer, epoch: int) -> Any:
        seen.append([])
        for chosen in real(trainer, epoch):
            seen[-1].append(chosen.tolist())
            yield chosen

    with monkeypatch.context() as patch:
        patch.setattr(NetworkTrainer, "_mini_batches", watched)
        Lesson(kind, **values).run()
    return seen


def test_every_epoch_goes_through_all_samples_once_with_a_smaller_last_mini_batch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = orders(monkeypatch, KINDS[POINTS](), EPOCHS=5, MINI_BATCH_SIZE=3)
    assert [[len(batch) for batch in epoch] for epoch in seen] == [[3, 3, 2]] * 5
    assert all(sorted(itertools.chain(*epoch)) == list(range(8)) for epoch in seen)
    assert len({str(epoch) for epoch in seen}) == 5


def test_without_shuffling_the_samples_come_as_they_were_given(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = orders(monkeypatch, KINDS[POINTS](), EPOCHS=2, MINI_BATCH_SIZE=64, SHUFFLE=False)
    assert seen == [[list(range(8))]] * 2


def test_the_order_depends_on_the_seed_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = KINDS[POINTS]()
    first = orders(monkeypatch, kind, SEED=3)
    assert orders(monkeypatch, kind, SEED=3) == first
    other = orders(monkeypatch, kind, SEED=4)
    assert not {str(epoch) for epoch in first} & {str(epoch) for epoch in other}


@pytest.mark.parametrize("name", NEURAL)
def test_progress_is_told_in_order_with_its_metrics(name: str) -> None:
    lesson = Lesson(KINDS[name](), EPOCHS=2, MINI_BATCH_SIZE=3).run()
    assert [context.event for context in lesson.told] == [BEGIN, *[BATCH, BATCH, BATCH, EPOCH] * 2]
    assert lesson.metrics(BATCH, AT_EPOCH) == [0, 0, 0, 1, 1, 1]
    assert lesson.metrics(BATCH, AT_BATCH) == [0, 1, 2, 0, 1, 2]
    assert lesson.metrics(EPOCH, AT_EPOCH) == [0, 1]
    assert lesson.told[0].metrics == {AT_EPOCH: 0}


@pytest.mark.parametrize("name", NEURAL)
def test_the_loss_of_an_epoch_is_the_mean_of_all_its_samples(name: str) -> None:
    lesson = Lesson(KINDS[name](), EPOCHS=2, MINI_BATCH_SIZE=3).run()
    losses = lesson.metrics(BATCH, LOSS)
    for epoch, mean in enumerate(lesson.metrics(EPOCH, LOSS)):
        parts = losses[3 * epoch : 3 * epoch + 3]
        assert mean == pytest.approx((3 * parts[0] + 3 * parts[1] + 2 * parts[2]) / 8, rel=1e-5)


def test_the_first_loss_is_that_of_the_model_as_it_was() -> None:
    kind = KINDS["drawings, softmax, SGD"]()
    lesson = Lesson(kind, MINI_BATCH_SIZE=64).run()
    labels = [value.label for one in kind.examples if (value := one.feature_value("label"))]
    answers = kind.model.predict_batch(kind.batch())
    expected = [-np.log(answer.probabilities[label]) for answer, label in zip(answers, labels, strict=True)]
    assert lesson.metrics(BATCH, LOSS)[0] == pytest.approx(np.mean(expected), rel=1e-4)
    regression = KINDS[POINTS]()
    lesson = Lesson(regression, MINI_BATCH_SIZE=64).run()
    wanted = [value.array for one in regression.examples if (value := one.feature_value("values"))]
    got = [answer.values for answer in regression.model.predict_batch(regression.batch())]
    assert lesson.metrics(BATCH, LOSS)[0] == pytest.approx(np.mean((np.array(got) - np.array(wanted)) ** 2), rel=1e-4)


@pytest.mark.parametrize("event", [BEGIN, BATCH, EPOCH])
def test_a_learning_rate_of_nothing_stops_the_weights_from_the_next_mini_batch_on(event: ProgressEvent) -> None:
    kind = KINDS[POINTS]()
    kept: list[Weights] = []

    def act(context: UpdateContext) -> None:
        if context.event is event and not kept:
            context.task.resume({ParameterKey.LEARNING_RATE: 0.0})
            kept.append(weights_of(context.model.head))

    lesson = Lesson(kind, act, MOMENTUM=0.0).run()
    assert all(np.array_equal(array, kept[0][place]) for place, array in lesson.weights.items())
    assert lesson.told[-1].parameters[ParameterKey.LEARNING_RATE] == 0.0
    changed = any(not np.array_equal(array, kept[0][place]) for place, array in weights_of(kind.model.head).items())
    assert changed is (event is not BEGIN)


def test_a_handler_may_add_epochs_and_change_the_mini_batches() -> None:
    def act(context: UpdateContext) -> None:
        if context.event is BATCH and context.metrics[AT_BATCH] == 0:
            context.task.resume({ParameterKey.MINI_BATCH_SIZE: 5})
        if context.event is EPOCH and context.metrics[AT_EPOCH] == 0:
            context.task.resume({ParameterKey.EPOCHS: 2})

    lesson = Lesson(KINDS[POINTS](), act, EPOCHS=1, MINI_BATCH_SIZE=3).run()
    assert lesson.metrics(BATCH, AT_BATCH) == [0, 1, 0, 1]
    assert lesson.metrics(EPOCH, AT_EPOCH) == [0, 1]
    stopped = Lesson(KINDS[POINTS](), lambda context: context.task.resume({ParameterKey.EPOCHS: 1}), EPOCHS=5).run()
    assert stopped.metrics(EPOCH, AT_EPOCH) == [0]


def test_an_update_starts_from_the_weights_it_is_given() -> None:
    kind = KINDS[POINTS]()
    given = np.full((3, 6), 0.25, np.float32)
    bias = np.arange(6, dtype=np.float32)
    seen: list[Weights] = []
    task = UpdateTask(
        CompiledModel.of(kind.model),
        kind.batch(),
        ModelConfiguration({ParameterKey.LEARNING_RATE: 0.0, OUT: given, ParameterKey.BIASES.scoped("first"): bias}),
        ProgressHandlers(BEGIN, lambda context: seen.append(weights_of(context.model.head))),
    )
    given[:] = 0.0  # the caller's array is the caller's
    for context in task.steps():
        last = weights_of(context.model.head)
    for weights in (seen[0], last):
        assert np.array_equal(weights["out", "weight"], np.full((3, 6), 0.25))
        assert np.array_equal(weights["first", "bias"], np.arange(6))
        assert np.array_equal(weights["first", "weight"], weights_of(kind.model.head)["first", "weight"])


def test_weights_set_in_a_handler_are_in_force_from_the_next_mini_batch() -> None:
    kind = KINDS[POINTS]()
    zeros = np.zeros((3, 6), np.float32)

    def act(context: UpdateContext) -> None:
        if context.event is BATCH and context.metrics[AT_EPOCH] == 0 and context.metrics[AT_BATCH] == 0:
            context.task.resume({OUT: zeros, ParameterKey.LEARNING_RATE: 0.0, ParameterKey.MOMENTUM: 0.0})
            assert weights_of(context.model.head)["out", "weight"].any()

    assert not Lesson(kind, act).run().weights["out", "weight"].any()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (np.zeros((3, 5)), ("shape (3, 6)", "got float64 of shape (3, 5)")),
        (np.full((3, 6), np.inf), ("finite", "infinity")),
        ("heavy", ("numbers of shape (3, 6)",)),
    ],
)
def test_weights_that_do_not_fit_are_refused(value: Any, words: tuple[str, ...]) -> None:
    kind = KINDS[POINTS]()
    with refused(ParameterError, "parameter-value", "weights of layer 'out'", *words):
        UpdateTask(CompiledModel.of(kind.model), kind.batch(), ModelConfiguration({OUT: value}))


def test_weights_of_a_frozen_layer_are_no_parameter() -> None:
    kind = KINDS[POINTS]()
    key = ParameterKey.WEIGHTS.scoped("middle")
    with refused(ParameterError, "parameter-unknown", "weights of layer 'out'", "got weights of layer 'middle'"):
        UpdateTask(CompiledModel.of(kind.model), kind.batch(), ModelConfiguration({key: np.zeros((6, 6))}))


def test_a_model_tells_the_parameters_it_would_start_with() -> None:
    model = KINDS[POINTS]().model
    assert model.parameter_value(ParameterKey.LEARNING_RATE) == 0.05
    assert np.array_equal(model.parameter_value(OUT), weights_of(model.head)["out", "weight"])
    near = KINDS["drawings, k nearest neighbours"]().model
    near.neighbors.k = 9
    assert near.parameter_value(ParameterKey.NUMBER_OF_NEIGHBORS) == 9
    assert near.parameter_value(ParameterKey.MINI_BATCH_SIZE) == 1
    with refused(ParameterError, "parameter-unknown", "got epochs"):
        near.parameter_value(ParameterKey.EPOCHS)


@pytest.mark.parametrize("name", [name for name in NEURAL if "SGD" in name])
def test_a_training_that_leaves_the_numbers_fails_by_name(name: str) -> None:
    kind = KINDS[name]()
    compiled = CompiledModel.of(kind.model)
    ends: list[UpdateContext] = []
    task = UpdateTask(compiled, kind.batch(), configured(EPOCHS=60, LEARNING_RATE=1e6), ends.append)
    task.resume()
    assert isinstance(task.error, UpdateError)
    assert task.error.code == "update-diverged"
    assert "lower learning rate" in str(task.error)
    assert [end.candidate for end in ends] == [None]
    assert weights_of(loads(compiled.data).head).keys() == weights_of(kind.model.head).keys()


def test_weights_set_when_all_is_trained_are_the_candidates() -> None:
    given = np.full((3, 6), 0.5, np.float32)

    def act(context: UpdateContext) -> None:
        if context.event is EPOCH:
            context.task.resume({OUT: given})

    lesson = Lesson(KINDS[POINTS](), act, EPOCHS=1).run()
    assert np.array_equal(lesson.weights["out", "weight"], given)


def test_weights_given_to_resume_are_in_the_model_from_the_beginning() -> None:
    kind, given = KINDS[POINTS](), np.full((3, 6), 0.5, np.float32)
    seen: list[Weights] = []
    handlers = ProgressHandlers(BEGIN, lambda context: seen.append(weights_of(context.model.head)))
    UpdateTask(CompiledModel.of(kind.model), kind.batch(), handlers=handlers).resume({OUT: given})
    assert np.array_equal(seen[0]["out", "weight"], given)


def test_the_parameters_that_a_description_does_not_list_are_told_and_cannot_be_changed() -> None:
    kind = KINDS[POINTS]()
    bare = Model(replace(kind.model.description, parameters=()), None, kind.model.head)
    ends: list[UpdateContext] = []
    UpdateTask(CompiledModel.of(bare), kind.batch(), handlers=ends.append).resume()
    assert ends[0].parameters == {
        ParameterKey.LEARNING_RATE: 0.01, ParameterKey.MOMENTUM: 0.0, ParameterKey.MINI_BATCH_SIZE: 1,
        ParameterKey.EPOCHS: 1, ParameterKey.SHUFFLE: True, ParameterKey.SEED: 0,
    }  # fmt: skip
    with refused(ParameterError, "parameter-unknown", "weights of layer 'out'", "got learning-rate"):
        UpdateTask(CompiledModel.of(bare), kind.batch(), configured(LEARNING_RATE=0.1))


def test_a_network_whose_updatable_layers_do_not_lead_to_the_loss_cannot_be_updated() -> None:
    kind = KINDS[POINTS]()
    layers = [
        dense("aside", "point", "nowhere", 2, 5, 1),
        dense("values", "point", "values", 3, 5, 2, updatable=False),
    ]
    head = NetworkRegressor(Network(layers, "point", (5,), "values"))
    compiled = CompiledModel.of(Model(kind.model.description, None, head))
    with refused(UpdateError, "update-argument", "updatable layers that lead to 'values'", "got ['aside']"):
        UpdateTask(compiled, kind.batch(), handlers=pytest.fail)
