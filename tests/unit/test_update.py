"""Update tasks: what they teach, what they refuse, and that nothing they do reaches the model they start from."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from inkmoji import (
    ArrayBatch,
    CompiledModel,
    DictFeatureProvider,
    DrawingError,
    Face,
    FeatureDescription,
    FeatureError,
    FeatureType,
    FeatureValue,
    Layer,
    MetricKey,
    Model,
    NearestNeighbors,
    Network,
    ParameterError,
    ParameterKey,
    Picture,
    ProgressEvent,
    ProgressHandlers,
    Strokes,
    TaskState,
    UpdateContext,
    UpdateError,
    UpdateTask,
    dumps,
)
from inkmoji.image import canonical

from tests.engine import batch, blot, description, line, provider, refused, rich_model, scribble, taught, tiny_model
from tests.updatable import configured

K, SIZE = ParameterKey.NUMBER_OF_NEIGHBORS, ParameterKey.MINI_BATCH_SIZE
BEGIN, BATCH, EPOCH = ProgressEvent.TRAINING_BEGIN, ProgressEvent.MINI_BATCH_END, ProgressEvent.EPOCH_END
LESSON = (("cat", scribble(1)), ("dog", scribble(2)), ("cat", scribble(3)))
EMPTY = CompiledModel.of(tiny_model())


def run(task: UpdateTask) -> list[UpdateContext]:
    contexts = list(task.steps())
    assert task.error is None, task.error
    return contexts


def test_the_drawings_taught_are_recognised_by_the_candidate() -> None:
    model = taught(tiny_model(k=1), *LESSON).model()
    for label, drawing in LESSON:
        assert model.predict(provider(drawing)).label == label
    assert [example.label for example in model.examples] == ["cat", "dog", "cat"]


def test_examples_are_kept_as_canonical_drawings() -> None:
    for example, (_, drawing) in zip(taught(tiny_model(), *LESSON).model().examples, LESSON, strict=True):
        expected = canonical(drawing)
        assert isinstance(example.drawing, Strokes)
        assert isinstance(expected, Strokes)
        assert np.array_equal(example.drawing.points, expected.points)
        assert np.array_equal(example.drawing.lengths, expected.lengths)


def test_a_picture_is_taught_as_well_as_strokes() -> None:
    model = taught(tiny_model(), ("blot", blot(1)), ("line", line((0, 0), (5, 1)))).model()
    assert model.predict(provider(blot(1))).label == "blot"
    assert isinstance(model.examples[0].drawing, Picture)


def test_the_model_it_starts_from_is_never_changed() -> None:
    compiled = CompiledModel.of(rich_model())
    before, data = dumps(compiled.model()), compiled.data
    assert taught(compiled.model(), *LESSON, faces={"cat": Face("C")}).data != data
    assert compiled.data == data
    assert dumps(compiled.model()) == before == data


def test_an_update_of_an_update_continues_it() -> None:
    first = taught(tiny_model(), *LESSON[:2], faces={"cat": Face("🐱")})
    second = taught(first.model(), *LESSON[2:], ("cow", scribble(4)), faces={"cow": Face("🐮")})
    at_once = taught(tiny_model(), *LESSON, ("cow", scribble(4)), faces={"cat": Face("🐱"), "cow": Face("🐮")})
    assert second.data == at_once.data


def test_the_same_update_twice_gives_the_same_bytes() -> None:
    assert taught(tiny_model(), *LESSON).data == taught(tiny_model(), *LESSON).data


def test_the_same_drawing_may_be_taught_twice() -> None:
    model = taught(tiny_model(), LESSON[0], LESSON[0]).model()
    assert len({example.id for example in model.examples}) == 2


@pytest.mark.parametrize(("size", "batches"), [(1, 3), (2, 2), (3, 1), (100, 1)])
def test_progress_is_told_in_order_and_the_steps_are_the_same(size: int, batches: int) -> None:
    told: list[UpdateContext] = []
    handlers = ProgressHandlers(progress=told.append)
    task = UpdateTask(EMPTY, batch(*LESSON), configured(MINI_BATCH_SIZE=size), handlers)
    contexts = run(task)
    assert [context.event for context in contexts] == [BEGIN, *[BATCH] * batches, EPOCH, None, None, None]
    assert told == contexts[: batches + 2]
    assert task.total_steps == len(contexts)
    assert [context.metrics.get(MetricKey.MINI_BATCH_INDEX) for context in told[:-1]] == [None, *range(batches)]
    assert {context.metrics[MetricKey.EPOCH_INDEX] for context in contexts} == {0}
    assert {context.parameters[SIZE] for context in contexts} == {size}
    assert {context.task for context in contexts} == {task}
    assert all(context.candidate is None for context in contexts)


@pytest.mark.parametrize("events", [BEGIN, BATCH, EPOCH, BEGIN | EPOCH, BEGIN & EPOCH])
def test_a_handler_is_told_the_events_it_asked_for_only(events: ProgressEvent) -> None:
    told: list[ProgressEvent | None] = []
    handlers = ProgressHandlers(events, lambda context: told.append(context.event))
    run(UpdateTask(EMPTY, batch(*LESSON), handlers=handlers))
    assert told == [event for event in (BEGIN, BATCH, BATCH, BATCH, EPOCH) if event in events]


def test_a_context_keeps_the_numbers_of_its_own_time() -> None:
    contexts = run(UpdateTask(EMPTY, batch(*LESSON)))
    assert MetricKey.MINI_BATCH_INDEX not in contexts[0].metrics
    assert contexts[1].metrics[MetricKey.MINI_BATCH_INDEX] == 0


def test_parameters_of_the_configuration_are_used_and_told() -> None:
    ends: list[UpdateContext] = []
    UpdateTask(EMPTY, batch(*LESSON), configured(NUMBER_OF_NEIGHBORS=7), ends.append).resume()
    assert ends[0].parameters == {K: 7, SIZE: 1}
    assert ends[0].candidate is not None
    assert ends[0].candidate.model().head.k == 7


def test_the_neighbours_chosen_in_one_update_are_kept_by_the_next() -> None:
    ends: list[UpdateContext] = []
    UpdateTask(EMPTY, batch(*LESSON), configured(NUMBER_OF_NEIGHBORS=7), ends.append).resume()
    first = ends[0].candidate
    assert first is not None
    UpdateTask(first, batch(*LESSON), handlers=ends.append).resume()
    assert ends[1].parameters[K] == 7
    assert ends[1].candidate is not None
    assert ends[1].candidate.model().head.k == 7


def test_a_model_that_names_no_parameters_keeps_its_own() -> None:
    model = Model(description(parameters=()), tiny_model().network, NearestNeighbors(4, k=5))
    assert taught(model, *LESSON).model().head.k == 5
    events = [context.event for context in run(UpdateTask(CompiledModel.of(model), batch(*LESSON)))]
    assert events.count(BATCH) == len(LESSON)
    with refused(ParameterError, "parameter-unknown", "these parameters: none"):
        UpdateTask(CompiledModel.of(model), batch(*LESSON), configured(NUMBER_OF_NEIGHBORS=3))


@pytest.mark.parametrize(("name", "value"), [("NUMBER_OF_NEIGHBORS", 0), ("NUMBER_OF_NEIGHBORS", 51),
                                             ("MINI_BATCH_SIZE", 0), ("MINI_BATCH_SIZE", 1.0)])  # fmt: skip
def test_a_parameter_the_model_does_not_allow_is_refused(name: str, value: object) -> None:
    with refused(ParameterError, "parameter-value", str(getattr(ParameterKey, name)), repr(value)):
        UpdateTask(EMPTY, batch(*LESSON), configured(**{name: value}))


@pytest.mark.parametrize("model", [tiny_model(), EMPTY.data, None, "base.inkmoji"])
def test_nothing_but_a_compiled_model_is_taken(model: Any) -> None:
    name = type(model).__name__
    with refused(UpdateError, "update-argument", "expected a CompiledModel", f"got {name}", "CompiledModel.of(model)"):
        UpdateTask(model, batch(*LESSON))


@pytest.mark.parametrize(
    ("data", "kind", "code", "words"),
    [
        (ArrayBatch([]), UpdateError, "update-argument", ("at least one training example",)),
        (None, UpdateError, "update-argument", ("expected an ArrayBatch", "got NoneType")),
        (5, UpdateError, "update-argument", ("expected an ArrayBatch", "got int")),
        (ArrayBatch([provider(line((0, 0)))]), FeatureError, "feature-missing", ("example 0", "'label'")),
        (
            ArrayBatch([provider(line((0, 0)), "a"), DictFeatureProvider({"label": FeatureValue.string("a")})]),
            FeatureError, "feature-missing", ("example 1", "'drawing' of type image"),
        ),
        (
            ArrayBatch([DictFeatureProvider({"drawing": FeatureValue.image(line((0, 0))),
                                             "label": FeatureValue.int64(5)})]),
            FeatureError, "feature-type", ("example 0", "'label' to be of type string", "int64"),
        ),
        (batch(("", line((0, 0)))), FeatureError, "feature-label", ("example 0", "a label of at least one character")),
        (batch(("a", Strokes.of([]))), DrawingError, "drawing-empty", ("example 0", "at least one point")),
        (ArrayBatch([{"label": "a"}]), FeatureError, "feature-type", ("example 0", "got dict")),  # type: ignore[list-item]
    ],
)  # fmt: skip
def test_training_data_that_does_not_fit_is_refused_before_anything_starts(
    data: Any, kind: type[Exception], code: str, words: tuple[str, ...]
) -> None:
    with refused(kind, code, *words):  # type: ignore[arg-type]
        UpdateTask(EMPTY, data, handlers=pytest.fail)


def test_a_model_without_training_inputs_cannot_be_updated() -> None:
    fixed = Model(description(training_inputs=()), tiny_model().network, NearestNeighbors(4))
    with refused(UpdateError, "update-argument", "a model with training inputs", "cannot be updated"):
        UpdateTask(CompiledModel.of(fixed), batch(*LESSON))


def test_a_model_that_does_not_learn_from_its_input_and_a_label_is_none() -> None:
    inputs = (FeatureDescription("a", FeatureType.STRING),) * 2
    with refused(FeatureError, "feature-type", "the input 'drawing' and a target, a string"):
        Model(description(training_inputs=inputs), tiny_model().network, NearestNeighbors(4))


def test_faces_of_new_and_of_known_labels_become_part_of_the_candidate() -> None:
    first = taught(tiny_model(), *LESSON, faces={"cat": Face("🐱", "Katze", 5), "dog": Face("🐶")})
    second = taught(first.model(), ("cow", scribble(4)), faces={"cow": Face("🐮"), "dog": Face("D")})
    assert second.model().faces == {"cat": Face("🐱", "Katze", 5), "dog": Face("D"), "cow": Face("🐮")}


def test_the_face_of_a_label_that_is_not_taught_is_refused() -> None:
    with refused(UpdateError, "update-argument", "labels that are taught", "['cow', 'owl']"):
        UpdateTask(EMPTY, batch(*LESSON), faces={"owl": Face("O"), "cat": Face("C"), "cow": Face("🐮")})


def test_every_task_has_a_name_of_its_own() -> None:
    first, second = UpdateTask(EMPTY, batch(*LESSON)), UpdateTask(EMPTY, batch(*LESSON))
    assert first.identifier != second.identifier
    assert first.identifier == first.identifier


def test_a_state_is_told_from_the_beginning_to_the_end() -> None:
    task = UpdateTask(EMPTY, batch(*LESSON))
    assert task.state is TaskState.SUSPENDED
    for _ in task.steps():
        assert task.state is TaskState.RUNNING
    assert task.state is TaskState.COMPLETED
    assert task.error is None


def test_a_task_runs_once() -> None:
    task = UpdateTask(EMPTY, batch(*LESSON))
    task.resume()
    with refused(UpdateError, "update-state", "never started", "completed"):
        task.resume()
    begun = UpdateTask(EMPTY, batch(*LESSON))
    steps = begun.steps()
    with refused(UpdateError, "update-state", "never started", "suspended", "advance its steps"):
        begun.steps()
    assert next(steps).event is BEGIN


def test_the_caller_may_reuse_its_arrays_and_dictionaries() -> None:
    expected = taught(tiny_model(), ("cat", scribble(1)), faces={"cat": Face("C")}).data
    points, lengths, faces = scribble(1).points.copy(), scribble(1).lengths.copy(), {"cat": Face("C")}
    ends: list[UpdateContext] = []
    task = UpdateTask(EMPTY, batch(("cat", Strokes(points, lengths))), handlers=ends.append, faces=faces)
    points[:] = lengths[:] = 0
    faces.clear()
    task.resume()
    assert ends[0].candidate is not None
    assert ends[0].candidate.data == expected


def test_embeddings_too_large_to_store_fail_the_update_by_name() -> None:
    weights = {"weight": np.full((4, 64), 6e4, np.float32), "bias": np.zeros(4, np.float32)}
    layers = [Layer("f", "flatten", ("image",), "f"), Layer("p", "inner_product", ("f",), "e", {}, weights)]
    model = Model(description(), Network(layers, "image", (1, 8, 8), "e"), NearestNeighbors(4))
    task = UpdateTask(CompiledModel.of(model), batch(*LESSON))
    task.resume()
    assert task.state is TaskState.FAILED
    assert getattr(task.error, "code", None) == "head-value"
