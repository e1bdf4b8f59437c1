"""However an update ends, its completion runs once, with a candidate or with an error and never with both."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from inkmoji import (
    CompiledModel,
    InkmojiError,
    Model,
    ProgressEvent,
    ProgressHandlers,
    TaskState,
    UpdateContext,
    UpdateError,
    UpdateTask,
)

from tests.engine import batch, refused, scribble, tiny_model

LESSON = (("cat", scribble(1)), ("dog", scribble(2)))
STEPS = 1 + 2 + 1 + 2  # begin, a mini-batch each, the epoch's end, a verification each
EMPTY = CompiledModel.of(tiny_model())
Handler = Callable[[UpdateContext], None]


class Recorder:
    """A completion handler that checks what every ending promises."""

    def __init__(self) -> None:
        self.ends: list[UpdateContext] = []

    def __call__(self, context: UpdateContext) -> None:
        self.ends.append(context)
        done = context.task.state is TaskState.COMPLETED
        assert done is (context.task.error is None) is (context.candidate is not None)
        assert done or context.task.state is TaskState.FAILED
        assert context.event is None

    def code(self) -> str | None:
        """The error's code of the only ending, None for a candidate."""
        (end,) = self.ends
        error = end.task.error
        assert error is None or isinstance(error, InkmojiError)
        return error.code if error else None


@pytest.fixture
def completion() -> Recorder:
    return Recorder()


def task_with(completion: Handler, progress: Handler | None = None) -> UpdateTask:
    return UpdateTask(EMPTY, batch(*LESSON), handlers=ProgressHandlers(progress=progress, completion=completion))


def assert_over(task: UpdateTask, steps: Any, completion: Recorder) -> None:
    """Nothing that is done after the end has an effect."""
    state, error = task.state, task.error
    task.cancel()
    assert list(steps) == []
    getattr(steps, "close", task.cancel)()
    assert (task.state, task.error, len(completion.ends)) == (state, error, 1)
    with refused(UpdateError, "update-state", "never started", state.value):
        task.resume()


def test_success(completion: Recorder) -> None:
    task = task_with(completion)
    steps = task.steps()
    for number in range(STEPS):
        assert len(completion.ends) == 0, number
        next(steps)
    assert next(steps, "end") == "end"
    assert completion.code() is None
    assert_over(task, steps, completion)


def test_success_by_resume(completion: Recorder) -> None:
    task_with(completion).resume()
    assert completion.code() is None


def test_cancel_before_the_first_step(completion: Recorder) -> None:
    task = task_with(completion)
    task.cancel()
    assert completion.code() == "update-cancelled"
    assert task.state is TaskState.FAILED
    with refused(UpdateError, "update-state", "failed"):
        task.steps()


def test_cancel_after_the_steps_were_asked_for_but_before_the_first(completion: Recorder) -> None:
    task = task_with(completion)
    steps = task.steps()
    task.cancel()
    assert completion.code() == "update-cancelled"
    assert_over(task, steps, completion)


@pytest.mark.parametrize("after", range(1, STEPS + 1))
def test_cancel_between_two_steps_is_seen_at_the_next(completion: Recorder, after: int) -> None:
    task = task_with(completion)
    steps = task.steps()
    for _ in range(after):
        next(steps)
    task.cancel()
    task.cancel()
    assert task.state is TaskState.CANCELLING
    assert completion.ends == []
    assert next(steps, "end") == "end"
    assert completion.code() == "update-cancelled"
    assert "the model is as it was" in str(task.error)
    assert_over(task, steps, completion)


@pytest.mark.parametrize("at", range(4))
def test_cancel_inside_a_handler_ends_the_update_after_it(completion: Recorder, at: int) -> None:
    told: list[ProgressEvent | None] = []

    def progress(context: UpdateContext) -> None:
        told.append(context.event)
        if len(told) == at + 1:
            context.task.cancel()
            assert context.task.state is TaskState.CANCELLING
            assert completion.ends == []

    task = task_with(completion, progress)
    steps = task.steps()
    assert len(list(steps)) == at
    assert len(told) == at + 1
    assert completion.code() == "update-cancelled"
    assert_over(task, steps, completion)


@pytest.mark.parametrize("at", range(4))
def test_a_handler_that_raises_fails_the_update(completion: Recorder, at: int) -> None:
    count = itertools.count()

    def progress(context: UpdateContext) -> None:
        if next(count) == at:
            raise RuntimeError("the host's own trouble")

    task = task_with(completion, progress)
    steps = task.steps()
    assert len(list(steps)) == at
    assert completion.code() == "update-handler"
    assert "the host's own trouble" in str(task.error)
    assert isinstance(task.error, UpdateError)
    assert isinstance(task.error.__cause__, RuntimeError)
    assert_over(task, steps, completion)


@pytest.mark.parametrize("call", [lambda task, steps: next(steps), lambda task, steps: task.resume()])
def test_a_handler_may_not_advance_the_update(completion: Recorder, call: Callable[[UpdateTask, Any], Any]) -> None:
    seen: list[str] = []

    def progress(context: UpdateContext) -> None:
        try:
            call(task, steps)
        except UpdateError as error:
            seen.append(error.code)

    task = task_with(completion, progress)
    steps = task.steps()
    assert len(list(steps)) == STEPS
    assert seen == ["update-state"] * 4
    assert completion.code() is None


def test_a_handler_that_closes_the_steps_gives_the_update_up(completion: Recorder) -> None:
    task = task_with(completion, lambda context: steps.close())  # type: ignore[attr-defined]
    steps = task.steps()
    list(steps)
    assert completion.code() == "update-abandoned"
    assert_over(task, steps, completion)


@pytest.mark.parametrize("after", range(STEPS + 1))
def test_a_host_that_closes_the_steps_gives_the_update_up(completion: Recorder, after: int) -> None:
    task = task_with(completion)
    steps: Any = task.steps()
    for _ in range(after):
        next(steps)
    steps.close()
    assert completion.code() == "update-abandoned"
    assert task.state is TaskState.FAILED
    assert_over(task, steps, completion)


@pytest.mark.parametrize("after", range(1, STEPS + 1))
def test_a_host_that_lets_go_of_the_steps_gives_the_update_up(completion: Recorder, after: int) -> None:
    task = task_with(completion)
    for number, _ in enumerate(task.steps(), start=1):
        if number == after:
            break
    assert completion.code() == "update-abandoned"
    assert task.state is TaskState.FAILED
    assert_over(task, iter(()), completion)


def test_a_host_that_never_takes_a_step_gives_the_update_up(completion: Recorder) -> None:
    task = task_with(completion)
    task.steps()
    assert completion.code() == "update-abandoned"
    with refused(UpdateError, "update-state", "failed"):
        task.steps()


def test_closing_after_cancelling_is_one_ending(completion: Recorder) -> None:
    task = task_with(completion)
    steps: Any = task.steps()
    next(steps)
    task.cancel()
    steps.close()
    assert_over(task, steps, completion)


@pytest.mark.parametrize("failure", [ValueError("broken"), MemoryError("full"), InkmojiError("head-value", "broken")])
@pytest.mark.parametrize(("owner", "name"), [(Model, "add_example"), (Model, "embed"), (CompiledModel, "of")])
def test_a_step_that_fails_fails_the_update_with_its_own_error(
    monkeypatch: pytest.MonkeyPatch, completion: Recorder, owner: type, name: str, failure: Exception
) -> None:
    def broken(*arguments: object) -> None:
        raise failure

    task = task_with(completion)
    steps = task.steps()
    next(steps)
    monkeypatch.setattr(owner, name, broken)
    list(steps)
    assert task.error is failure
    assert len(completion.ends) == 1
    assert_over(task, steps, completion)


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_an_interruption_goes_on_to_the_host_once_the_update_has_ended(
    completion: Recorder, stop: type[BaseException]
) -> None:
    def progress(context: UpdateContext) -> None:
        raise stop

    task = task_with(completion, progress)
    steps = task.steps()
    with pytest.raises(stop):
        next(steps)
    assert completion.code() == "update-abandoned"
    assert_over(task, steps, completion)


@pytest.mark.parametrize("ending", ["success", "cancel", "early cancel", "handler", "close"])
def test_an_error_of_the_completion_itself_reaches_the_host_and_is_no_second_ending(ending: str) -> None:
    calls: list[UpdateContext] = []

    def completion(context: UpdateContext) -> None:
        calls.append(context)
        raise RuntimeError("completion")

    def progress(context: UpdateContext) -> None:
        if ending == "handler":
            raise ValueError("progress")
        if ending == "cancel":
            context.task.cancel()

    task = task_with(completion, progress)
    steps: Any = task.steps()
    endings = {"early cancel": task.cancel, "close": lambda: (next(steps), steps.close())}
    with pytest.raises(RuntimeError, match="completion"):
        endings.get(ending, lambda: list(steps))()
    assert len(calls) == 1
    assert (task.error is None) is (ending == "success")
    assert list(steps) == []
    task.cancel()
    steps.close()
    assert len(calls) == 1


def test_a_completion_that_raises_stop_iteration_does_not_pass_for_the_end_of_the_steps() -> None:
    def completion(context: UpdateContext) -> None:
        raise StopIteration

    task = UpdateTask(EMPTY, batch(*LESSON), handlers=completion)
    with pytest.raises(RuntimeError, match="the completion handler raised StopIteration"):
        task.resume()
    assert task.state is TaskState.COMPLETED


def test_a_handler_that_raises_stop_iteration_fails_the_update(completion: Recorder) -> None:
    def progress(context: UpdateContext) -> None:
        raise StopIteration

    task_with(completion, progress).resume()
    assert completion.code() == "update-handler"


def test_without_handlers_a_task_ends_all_the_same() -> None:
    task = UpdateTask(EMPTY, batch(*LESSON))
    task.resume()
    assert task.state is TaskState.COMPLETED
    cancelled = UpdateTask(EMPTY, batch(*LESSON))
    cancelled.cancel()
    assert cancelled.state is TaskState.FAILED


def test_a_completion_may_look_at_the_task_and_try_anything(completion: Recorder) -> None:
    def curious(context: UpdateContext) -> None:
        completion(context)
        context.task.cancel()
        with refused(UpdateError, "update-state"):
            next(steps)
        with refused(UpdateError, "update-state"):
            context.task.resume()
        steps.close()  # type: ignore[attr-defined]

    task = task_with(curious)
    steps = task.steps()
    list(steps)
    assert completion.code() is None
    assert_over(task, steps, completion)
