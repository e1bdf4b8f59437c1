"""What every kind of updatable model promises: one suite, run on each of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from inkmoji import (
    ArrayBatch,
    CompiledModel,
    DictFeatureProvider,
    Face,
    FeatureValue,
    MetricKey,
    Model,
    NearestNeighbors,
    NetworkClassifier,
    NetworkRegressor,
    ParameterKey,
    Prediction,
    ProgressEvent,
    ProgressHandlers,
    TaskState,
    UpdateContext,
    UpdateTask,
    dumps,
    loads,
)
from inkmoji.entries import Entries

from tests.updatable import KINDS, NEURAL, REMEMBERING, Updatable, configured

BEGIN = ProgressEvent.TRAINING_BEGIN


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Updatable:
    return KINDS[request.param]()


def updated(compiled: CompiledModel, batch: ArrayBatch, **values: Any) -> CompiledModel:
    """The candidate of an update with these parameters."""
    ends: list[UpdateContext] = []
    task = UpdateTask(compiled, batch, configured(**values), ends.append)
    task.resume()
    assert task.error is None, task.error
    (end,) = ends
    assert end.candidate is not None
    return end.candidate


def answers(model: Model, kind: Updatable) -> list[Prediction]:
    return model.predict_batch(kind.batch())


def contents(examples: ArrayBatch) -> list[bytes]:
    """Every number and text of the examples."""
    values: list[Any] = [one.feature_value(name) for one in examples for name in sorted(one.feature_names)]
    parts = [[item.content] if not hasattr(item.content, "points") else vars(item.content).values() for item in values]
    return [np.asarray(part).tobytes() for group in parts for part in group]


def test_an_update_changes_the_model_and_none_of_its_inputs(kind: Updatable) -> None:
    compiled, examples = CompiledModel.of(kind.model), kind.batch()
    before, data, predictions = contents(examples), compiled.data, answers(compiled.model(), kind)
    candidate = updated(compiled, examples)
    assert candidate.data != data
    assert answers(candidate.model(), kind) != predictions
    assert contents(examples) == before
    assert compiled.data == data == dumps(compiled.model()) == dumps(kind.model)
    assert answers(compiled.model(), kind) == predictions


def test_the_same_update_gives_the_same_bytes(kind: Updatable) -> None:
    first = updated(CompiledModel.of(kind.model), kind.batch())
    again = updated(CompiledModel(dumps(kind.model)), kind.batch())
    assert first.data == again.data


@pytest.mark.parametrize("name", NEURAL)
def test_another_seed_gives_other_weights_unless_nothing_is_shuffled(name: str) -> None:
    kind = KINDS[name]()
    compiled = CompiledModel.of(kind.model)
    one, other = (updated(compiled, kind.batch(), SEED=seed).data for seed in (1, 2))
    assert one != other
    one, other = (updated(compiled, kind.batch(), SEED=seed, SHUFFLE=False).data for seed in (1, 2))
    assert one == other


def test_predictions_are_equal_to_the_bit_after_dumps_and_loads(kind: Updatable) -> None:
    for model in (kind.model, updated(CompiledModel.of(kind.model), kind.batch()).model()):
        again = loads(dumps(model))
        assert answers(again, kind) == answers(model, kind)
        assert dumps(again) == dumps(model)


def steps_of(kind: Updatable) -> int:
    return len(list(UpdateTask(CompiledModel.of(kind.model), kind.batch()).steps()))


def test_a_task_says_how_many_steps_it_will_take(kind: Updatable) -> None:
    assert UpdateTask(CompiledModel.of(kind.model), kind.batch()).total_steps == steps_of(kind)


def test_a_cancel_at_any_step_leaves_the_model_as_it_was(kind: Updatable) -> None:
    compiled = CompiledModel.of(kind.model)
    data, predictions = compiled.data, answers(compiled.model(), kind)
    for number in range(steps_of(kind)):
        ends: list[UpdateContext] = []
        task = UpdateTask(compiled, kind.batch(), handlers=ends.append)
        steps = task.steps()
        for _ in range(number):
            next(steps)
        task.cancel()
        assert list(steps) == []
        assert task.state is TaskState.FAILED
        assert getattr(task.error, "code", "") == "update-cancelled"
        assert [end.candidate for end in ends] == [None]
        assert compiled.data == data == dumps(compiled.model())
    assert answers(compiled.model(), kind) == predictions


def test_an_update_of_an_update_continues_it(kind: Updatable) -> None:
    first = updated(CompiledModel.of(kind.model), kind.batch(0, 1, 2, 3))
    started: list[list[Prediction]] = []
    handlers = ProgressHandlers(BEGIN, lambda context: started.append(answers(context.model, kind)))
    second = UpdateTask(first, kind.batch(4, 5, 6, 7), handlers=handlers)
    second.resume()
    assert second.error is None
    assert started == [answers(first.model(), kind)]


@pytest.mark.parametrize("name", REMEMBERING)
def test_examples_taught_in_two_updates_are_those_of_one(name: str) -> None:
    kind = KINDS[name]()
    first = updated(CompiledModel.of(kind.model), kind.batch(0, 1, 2, 3, 4))
    assert updated(first, kind.batch(5, 6, 7)).data == updated(CompiledModel.of(kind.model), kind.batch()).data


@pytest.mark.parametrize("name", [name for name in NEURAL if "Adam" not in name])
def test_without_momentum_two_updates_of_an_epoch_are_one_of_two(name: str) -> None:
    kind = KINDS[name]()
    compiled = CompiledModel.of(kind.model)
    plain: dict[str, Any] = {"MOMENTUM": 0.0, "SHUFFLE": False}
    first = updated(compiled, kind.batch(), EPOCHS=1, **plain)
    second = updated(first, kind.batch(), EPOCHS=1, **plain)
    assert second.data == updated(compiled, kind.batch(), EPOCHS=2, **plain).data


def test_two_tasks_of_one_model_share_nothing(kind: Updatable) -> None:
    compiled = CompiledModel.of(kind.model)
    alone = [updated(compiled, kind.batch(0, 1, 2, 3)).data, updated(compiled, kind.batch(4, 5, 6, 7)).data]
    ends: list[UpdateContext] = []
    tasks = [UpdateTask(compiled, kind.batch(*part), handlers=ends.append) for part in ((0, 1, 2, 3), (4, 5, 6, 7))]
    assert tasks[0].identifier != tasks[1].identifier
    running = [task.steps() for task in tasks]
    for contexts in zip(*running, strict=True):
        assert [context.task for context in contexts] == tasks
    assert [next(steps, None) for steps in running] == [None, None]
    assert [end.candidate.data for end in ends if end.candidate] == alone


def test_a_failing_handler_leaves_the_model_as_it_was(kind: Updatable) -> None:
    def fail(context: UpdateContext) -> None:
        raise RuntimeError("handler")

    compiled = CompiledModel.of(kind.model)
    for event in ProgressEvent:
        assert_failed(compiled, kind, "update-handler", ProgressHandlers(event, fail))


@pytest.mark.parametrize("after", [0, 1, 5])
def test_a_failing_step_leaves_the_model_as_it_was(
    kind: Updatable, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled, embed, calls = CompiledModel.of(kind.model), Model.embed_values, []

    def embed_values(model: Model, values: Any) -> Any:
        calls.append(values)
        if len(calls) > after:
            raise MemoryError("step")
        return embed(model, values)

    monkeypatch.setattr(Model, "embed_values", embed_values)
    error = assert_failed(compiled, kind, None, None)
    assert isinstance(error, MemoryError)


def assert_failed(
    compiled: CompiledModel, kind: Updatable, code: str | None, handlers: ProgressHandlers | None
) -> Exception | None:
    ends: list[UpdateContext] = []
    progress = handlers or ProgressHandlers()
    told = ProgressHandlers(progress.for_events, progress.progress, ends.append)
    data = compiled.data
    task = UpdateTask(compiled, kind.batch(), handlers=told)
    task.resume()
    assert task.state is TaskState.FAILED
    assert getattr(task.error, "code", None) == code
    assert [end.candidate for end in ends] == [None]
    assert compiled.data == data == dumps(compiled.model())
    return task.error


@pytest.mark.parametrize("name", NEURAL)
def test_training_makes_the_loss_smaller(name: str) -> None:
    kind = KINDS[name]()
    losses: list[float] = []
    handlers = ProgressHandlers(
        ProgressEvent.EPOCH_END, lambda context: losses.append(context.metrics[MetricKey.LOSS_VALUE])
    )
    UpdateTask(CompiledModel.of(kind.model), kind.batch(), configured(EPOCHS=60), handlers).resume()
    assert len(losses) == 60
    assert losses[-1] < 0.5 * losses[0]


@pytest.mark.parametrize("name", [name for name in KINDS if "squared" not in name])
def test_what_was_taught_is_answered(name: str) -> None:
    kind = KINDS[name]()
    parameters: dict[str, Any] = {"EPOCHS": 60} if name in NEURAL else {"NUMBER_OF_NEIGHBORS": 1}
    if "PLDA" in name:  # what random drawings of a label have in common is too little for its mean
        kind, parameters = Updatable(kind.model, kind.examples[:3]), {}
    model = updated(CompiledModel.of(kind.model), kind.batch(), **parameters).model()
    target = next(item.name for item in model.description.training_inputs if item != model.input)
    taught = [one.feature_value(target) for one in kind.examples]
    assert [answer.label for answer in answers(model, kind)] == [value.label for value in taught if value]
    assert all(answer.recognized for answer in answers(model, kind))


def permuted(model: Model, order: list[int]) -> Model:
    """The classifier with its classes, and the rows that give them, in another order."""
    head = model.head
    assert isinstance(head, NetworkClassifier)
    last = next(layer for layer in head.network.layers if layer.output == head.logits)
    rows = {(last.name, name): np.asarray(array, np.float32)[order] for name, array in last.weights.items()}
    labels = tuple(head.labels[place] for place in order)
    return model.with_head(NetworkClassifier(head.network.with_weights(rows), labels, head.optimizer))


@pytest.mark.parametrize("name", [name for name in KINDS if "squared" not in name])
def test_the_order_of_labels_does_not_change_probabilities(name: str) -> None:
    kind = KINDS[name]()
    turned = kind.model if name in REMEMBERING else permuted(kind.model, [2, 0, 1])
    order = (7, 2, 4, 1, 6, 0, 5, 3) if name in REMEMBERING else tuple(range(8))
    one = updated(CompiledModel.of(kind.model), kind.batch()).model()
    other = updated(CompiledModel.of(turned), kind.batch(*order)).model()
    assert one.labels != other.labels
    for left, right in zip(answers(one, kind), answers(other, kind), strict=True):
        assert dict(left.probabilities) == pytest.approx(dict(right.probabilities), abs=1e-5)
        assert left.label == right.label


def spoil(model: Model) -> None:
    """Writes to whatever of a model lets itself be written to; what does not is read-only."""
    drawings = [example.drawing for example in model.examples if example.drawing is not None]
    networks = [model.network, None if isinstance(model.head, Entries) else model.head.network]
    layers = [layer for network in networks if network is not None for layer in network.layers]
    for array in [array for drawing in drawings for array in vars(drawing).values()] + [
        array for layer in layers for array in layer.weights.values()
    ]:
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
    for mapping in [model.description.metadata, *(layer.settings for layer in layers)]:
        with pytest.raises(TypeError):
            mapping["a"] = "b"  # type: ignore[index]
    if isinstance(model.head, NearestNeighbors):
        model.head.k = 50
    if isinstance(model.head, Entries):
        if model.labels:
            model.set_face(model.labels[0], Face("spoilt"))
            model.remove_label(model.labels[-1])
    elif isinstance(model.head, NetworkClassifier):
        model.add_class("another" if isinstance(model.labels[0], str) else 99)


def test_a_compiled_model_stays_as_it_is_whatever_is_done_to_the_models_it_gives(kind: Updatable) -> None:
    compiled = updated(CompiledModel.of(kind.model), kind.batch())
    spoil(compiled.model())
    assert dumps(compiled.model()) == compiled.data
    with pytest.raises(AttributeError):
        compiled.data = b""  # type: ignore[misc]


def test_the_model_of_a_context_is_of_its_own_time_and_changing_it_changes_nothing(kind: Updatable) -> None:
    compiled = CompiledModel.of(kind.model)
    expected = updated(compiled, kind.batch())
    seen: list[bytes] = []
    ends: list[UpdateContext] = []

    def look(context: UpdateContext) -> None:
        model = context.model
        seen.append(dumps(model))
        spoil(model)
        context.metrics.clear()  # type: ignore[attr-defined]
        context.parameters.clear()  # type: ignore[attr-defined]

    task = UpdateTask(compiled, kind.batch(), handlers=ProgressHandlers(progress=look, completion=ends.append))
    task.resume()
    assert seen[0] == compiled.data
    assert len(set(seen)) > 2
    assert ends[0].candidate is not None
    assert ends[0].candidate.data == expected.data
    if isinstance(kind.model.head, NetworkClassifier | NetworkRegressor):
        assert seen[-1] == expected.data


def test_wrong_training_data_is_refused_before_anything_runs(kind: Updatable) -> None:
    target = next(item for item in kind.model.description.training_inputs if item != kind.model.input)
    right = {name: kind.examples[0].feature_value(name) for name in kind.examples[0].feature_names}
    wrong: dict[str, tuple[Any, str]] = {
        "missing input": ({target.name: right[target.name]}, "feature-missing"),
        "missing target": ({kind.model.input.name: right[kind.model.input.name]}, "feature-missing"),
        "wrong input": (right | {kind.model.input.name: FeatureValue.double(1.0)}, "feature-type"),
        "wrong target": (right | {target.name: FeatureValue.double(1.0)}, "feature-type"),
    }
    if not kind.model.input.image:
        wrong["wrong shape"] = (right | {kind.model.input.name: FeatureValue.multi_array([1.0])}, "feature-shape")
        nan = FeatureValue.multi_array([float("nan")] * 5)
        wrong["not finite"] = (right | {kind.model.input.name: nan}, "feature-value")
    if isinstance(kind.model.head, NetworkRegressor):
        wrong["wrong target shape"] = (right | {target.name: FeatureValue.multi_array([1.0])}, "feature-shape")
        inf = FeatureValue.multi_array([float("inf")] * 3)
        wrong["target not finite"] = (right | {target.name: inf}, "feature-value")
    compiled = CompiledModel.of(kind.model)
    messages = set()
    for features, code in wrong.values():
        batch = ArrayBatch([kind.examples[1], DictFeatureProvider(features)])
        with pytest.raises(Exception, match="training example 1") as caught:
            UpdateTask(compiled, batch, handlers=pytest.fail)
        assert getattr(caught.value, "code", "") == code
        messages.add(str(caught.value))
    assert len(messages) == len(wrong)


@pytest.mark.parametrize("name", NEURAL)
def test_parameters_are_those_of_the_head(name: str) -> None:
    kind = KINDS[name]()
    head = kind.model.head
    assert isinstance(head, NetworkClassifier | NetworkRegressor)
    keys = set(kind.model.parameters)
    layers = {layer for layer, weight in head.network.updatable if weight == "weight"}
    assert {ParameterKey.WEIGHTS.scoped(layer) for layer in layers} <= keys
    assert (ParameterKey.MOMENTUM in keys) is (head.optimizer == "sgd")
    assert (ParameterKey.BETA1 in keys) is (head.optimizer == "adam")
