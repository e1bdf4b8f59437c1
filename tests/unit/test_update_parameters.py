"""Parameters that are changed, and the model that is looked at, while an update runs."""

from __future__ import annotations

import pytest
from inkmoji import (
    CompiledModel,
    ParameterError,
    ParameterKey,
    ProgressEvent,
    ProgressHandlers,
    TaskState,
    UpdateContext,
    UpdateError,
    UpdateTask,
)

from tests.engine import batch, refused, scribble, tiny_model
from tests.updatable import configured

EMPTY = CompiledModel.of(tiny_model())
LESSON = (("cat", scribble(1)), ("dog", scribble(2)), ("cat", scribble(3)))
K, SIZE = ParameterKey.NUMBER_OF_NEIGHBORS, ParameterKey.MINI_BATCH_SIZE
BEGIN, BATCH = ProgressEvent.TRAINING_BEGIN, ProgressEvent.MINI_BATCH_END


def task_with(progress: ProgressHandlers | None = None) -> UpdateTask:
    return UpdateTask(EMPTY, batch(*LESSON), handlers=progress)


def at(event: ProgressEvent, parameters: dict[ParameterKey, object]) -> tuple[UpdateTask, list[UpdateContext]]:
    """A task whose handler changes parameters at the first such event, and all that the handler is told."""
    told: list[UpdateContext] = []

    def progress(context: UpdateContext) -> None:
        told.append(context)
        if [one.event for one in told].count(event) == 1 and context.event is event:
            context.task.resume(parameters)

    return task_with(ProgressHandlers(progress=progress)), told


@pytest.mark.parametrize(("event", "sizes"), [(BEGIN, [2, 2]), (BATCH, [1, 2])])
def test_parameters_set_in_a_handler_are_in_force_from_the_next_mini_batch(
    event: ProgressEvent, sizes: list[int]
) -> None:
    task, told = at(event, {SIZE: 2})
    task.resume()
    assert [context.parameters[SIZE] for context in told if context.event is BATCH] == sizes


def test_the_neighbours_set_in_a_handler_are_the_candidates() -> None:
    ends: list[UpdateContext] = []
    begin = ProgressHandlers(BEGIN, lambda context: context.task.resume({K: 9}), ends.append)
    task_with(begin).resume()
    assert ends[0].parameters == {K: 9, SIZE: 1}
    assert ends[0].candidate is not None
    assert ends[0].candidate.model().head.k == 9


def test_parameters_given_to_resume_are_in_force_from_the_start() -> None:
    told: list[UpdateContext] = []
    task_with(ProgressHandlers(progress=told.append)).resume({SIZE: 3})
    assert [context.event for context in told].count(BATCH) == 1
    assert {context.parameters[SIZE] for context in told} == {3}


def test_a_parameter_that_is_not_allowed_changes_nothing() -> None:
    task = task_with()
    with refused(ParameterError, "parameter-value", "from 1 to 256", "0"):
        task.resume({K: 5, SIZE: 0})
    assert task.state is TaskState.SUSPENDED
    told = [context.parameters for context in task.steps()]
    assert all(parameters == {K: 3, SIZE: 1} for parameters in told)


def test_a_parameter_that_is_not_allowed_in_a_handler_fails_the_update() -> None:
    task, _ = at(BEGIN, {SIZE: 0})
    task.resume()
    assert isinstance(task.error, UpdateError)
    assert task.error.code == "update-handler"
    assert "from 1 to 256" in str(task.error)


def test_resume_is_refused_while_a_host_pumps_and_after_the_end() -> None:
    task = task_with()
    steps = task.steps()
    next(steps)
    with refused(UpdateError, "update-state", "never started", "running"):
        task.resume()
    with refused(UpdateError, "update-state", "never started", "running"):
        task.resume({SIZE: 2})
    assert [context.parameters[SIZE] for context in steps] == [1] * 7
    with refused(UpdateError, "update-state", "completed"):
        task.resume({SIZE: 2})


def test_parameters_are_refused_at_the_completion() -> None:
    codes: list[str] = []

    def completed(context: UpdateContext) -> None:
        try:
            context.task.resume({SIZE: 2})
        except UpdateError as error:
            codes.append(error.code)

    UpdateTask(EMPTY, batch(*LESSON), handlers=completed).resume()
    assert codes == ["update-state"]


def test_the_model_of_a_context_grows_with_the_update_and_cannot_change_it() -> None:
    ends: list[UpdateContext] = []
    task = task_with(ProgressHandlers(completion=ends.append))
    counts = []
    for context in task.steps():
        counts.append(len(context.model.examples))
        context.model.head.k = 50
        context.model.add_example("mouse", LESSON[0][1])
    assert counts == [0, 1, 2, 3, 3, 3, 3, 3]
    assert ends[0].candidate is not None
    assert {example.label for example in ends[0].candidate.model().examples} == {"cat", "dog"}
    assert ends[0].candidate.model().head.k == 3


@pytest.mark.parametrize("event", [BEGIN, BATCH, ProgressEvent.EPOCH_END])
def test_the_neighbours_in_force_at_the_end_are_the_candidates_whenever_they_were_set(event: ProgressEvent) -> None:
    ends: list[UpdateContext] = []
    handlers = ProgressHandlers(event, lambda context: context.task.resume({K: 9}), ends.append)
    task_with(handlers).resume()
    assert ends[0].parameters[K] == 9
    assert ends[0].candidate is not None
    assert ends[0].candidate.model().neighbors.k == 9


def test_the_neighbours_of_the_configuration_are_the_models_from_the_beginning() -> None:
    seen: list[int] = []
    handlers = ProgressHandlers(BEGIN, lambda context: seen.append(context.model.neighbors.k))
    UpdateTask(EMPTY, batch(*LESSON), configured(NUMBER_OF_NEIGHBORS=7), handlers).resume()
    assert seen == [7]
