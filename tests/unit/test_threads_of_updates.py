"""What another thread may do to a task while a step is under way. (Not in the browser: its Python has no threads.)"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from inkmoji import CompiledModel, Model, TaskState, UpdateContext, UpdateTask

from tests.engine import batch, scribble, tiny_model

LESSON = (("cat", scribble(1)), ("dog", scribble(2)))


@pytest.mark.parametrize(
    ("act", "code", "state"),
    [
        (lambda task, steps: task.cancel(), "update-cancelled", TaskState.CANCELLING),
        (lambda task, steps: steps.close(), "update-abandoned", TaskState.CANCELLING),
    ],
)
def test_another_thread_may_end_an_update_in_the_middle_of_a_step(
    monkeypatch: pytest.MonkeyPatch, act: Callable[[UpdateTask, Any], None], code: str, state: TaskState
) -> None:
    inside, go_on, add = threading.Event(), threading.Event(), Model.add_example

    def slow(*arguments: Any) -> Any:
        inside.set()
        assert go_on.wait(10.0)
        return add(*arguments)

    monkeypatch.setattr(Model, "add_example", slow)
    ends: list[UpdateContext] = []
    task = UpdateTask(CompiledModel.of(tiny_model()), batch(*LESSON), handlers=ends.append)
    steps = task.steps()
    pump = threading.Thread(target=lambda: list(steps))
    pump.start()
    assert inside.wait(10.0)
    act(task, steps)
    assert task.state is state
    assert ends == []
    go_on.set()
    pump.join(10.0)
    assert not pump.is_alive()
    assert task.state is TaskState.FAILED
    assert getattr(task.error, "code", None) == code
    assert [end.candidate for end in ends] == [None]


def test_a_cancel_that_comes_when_the_update_has_just_completed_changes_nothing() -> None:
    states: list[TaskState] = []

    def completed(context: UpdateContext) -> None:
        canceller = threading.Thread(target=context.task.cancel)
        canceller.start()
        canceller.join(10.0)
        states.append(context.task.state)

    task = UpdateTask(CompiledModel.of(tiny_model()), batch(*LESSON), handlers=completed)
    task.resume()
    assert states == [TaskState.COMPLETED]
    assert task.state is TaskState.COMPLETED
    assert task.error is None
