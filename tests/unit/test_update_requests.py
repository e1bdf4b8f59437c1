"""What a running update is asked for: of several endings the first counts, and nothing is done after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from inkmoji import (
    CompiledModel,
    Model,
    ParameterKey,
    ProgressEvent,
    ProgressHandlers,
    TaskState,
    UpdateContext,
    UpdateError,
    UpdateTask,
)

from tests.engine import batch, refused, scribble, tiny_model

LESSON = (("cat", scribble(1)), ("dog", scribble(2)), ("cat", scribble(3)))
EMPTY = CompiledModel.of(tiny_model())
BATCH = ProgressEvent.MINI_BATCH_END


def cancelled(task: UpdateTask, steps: Any) -> None:
    task.cancel()


def closed(task: UpdateTask, steps: Any) -> None:
    steps.close()


@pytest.mark.parametrize(
    ("first", "second", "code"), [(cancelled, closed, "update-cancelled"), (closed, cancelled, "update-abandoned")]
)
def test_of_two_endings_asked_for_the_first_counts(
    first: Callable[[UpdateTask, Any], None], second: Callable[[UpdateTask, Any], None], code: str
) -> None:
    def progress(context: UpdateContext) -> None:
        first(inside, pumped)
        second(inside, pumped)

    inside = UpdateTask(EMPTY, batch(*LESSON), handlers=ProgressHandlers(progress=progress))
    pumped = inside.steps()
    assert list(pumped) == []
    between = UpdateTask(EMPTY, batch(*LESSON))
    steps = between.steps()
    next(steps)
    first(between, steps)
    second(between, steps)
    for task in (inside, between):
        assert getattr(task.error, "code", None) == code


def test_nothing_is_learnt_and_nobody_is_told_after_a_cancel(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[ProgressEvent | None] = []
    added: list[Any] = []
    real = Model.add_example
    monkeypatch.setattr(Model, "add_example", lambda *arguments: added.append(arguments) or real(*arguments))
    handlers = ProgressHandlers(progress=lambda context: told.append(context.event))
    task = UpdateTask(EMPTY, batch(*LESSON), handlers=handlers)
    steps = task.steps()
    next(steps)
    task.cancel()
    assert list(steps) == []
    assert told == [ProgressEvent.TRAINING_BEGIN]
    assert added == []


def test_a_task_tells_that_it_was_cancelled_before_it_has_ended() -> None:
    task = UpdateTask(EMPTY, batch(*LESSON))
    steps = task.steps()
    states = [task.state]
    next(steps)
    states.append(task.state)
    task.cancel()
    states.append(task.state)
    with refused(UpdateError, "update-state", "got one that is cancelling"):
        task.resume()
    assert list(steps) == []
    states.append(task.state)
    assert [state.value for state in states] == ["suspended", "running", "cancelling", "failed"]


def test_a_cancel_in_the_last_step_leaves_no_candidate(monkeypatch: pytest.MonkeyPatch) -> None:
    ends: list[UpdateContext] = []
    real = UpdateTask._verify

    def verify(task: UpdateTask, *models: Model) -> Iterator[None]:
        yield from real(task, *models)
        task.cancel()  # as another thread may

    monkeypatch.setattr(UpdateTask, "_verify", verify)
    task = UpdateTask(EMPTY, batch(*LESSON), handlers=ends.append)
    task.resume()
    assert task.state is TaskState.FAILED
    assert getattr(task.error, "code", None) == "update-cancelled"
    assert [end.candidate for end in ends] == [None]


def test_who_comes_after_the_end_is_not_told_to_advance_the_steps() -> None:
    task = UpdateTask(EMPTY, batch(*LESSON))
    task.resume()
    with refused(UpdateError, "update-state", "completed") as caught:
        task.resume()
    assert "advance" not in str(caught.value)


def test_the_neighbours_set_at_a_mini_batch_are_the_models_after_the_next() -> None:
    seen: list[int] = []

    def progress(context: UpdateContext) -> None:
        seen.append(context.model.neighbors.k)
        if len(seen) == 1:
            context.task.resume({ParameterKey.NUMBER_OF_NEIGHBORS: 9})

    UpdateTask(EMPTY, batch(*LESSON), handlers=ProgressHandlers(BATCH, progress)).resume()
    assert seen == [3, 9, 9]
