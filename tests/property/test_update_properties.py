"""Whatever a host does with a task, in whatever order, it ends once and says how."""

from __future__ import annotations

import contextlib

from hypothesis import given
from hypothesis import strategies as st
from inkmoji import CompiledModel, Face, InkmojiError, ProgressHandlers, TaskState, UpdateContext, UpdateTask, dumps

from tests.engine import batch, line, scribble, taught, tiny_model

EMPTY = CompiledModel.of(tiny_model())
LESSON = (("cat", scribble(1)), ("dog", scribble(2)))
ACTIONS = st.lists(st.sampled_from(["next", "next", "next", "cancel", "close", "resume"]), max_size=12)
HANDLING = st.lists(st.sampled_from(["nothing", "nothing", "cancel", "close", "next", "resume", "raise"]), max_size=5)


@given(ACTIONS, HANDLING, st.booleans())
def test_a_task_completes_once_and_never_with_both_candidate_and_error(
    actions: list[str], handling: list[str], failing: bool
) -> None:
    ends: list[tuple[TaskState, bool, bool]] = []

    def act(action: str) -> None:
        if action == "raise":
            raise RuntimeError
        with contextlib.suppress(StopIteration, InkmojiError):
            {"nothing": lambda: None, "next": lambda: next(steps), "cancel": task.cancel, "close": steps.close,
             "resume": task.resume}[action]()  # fmt: skip

    def progress(context: UpdateContext) -> None:
        if handling:
            act(handling.pop())

    def completion(context: UpdateContext) -> None:
        ends.append((task.state, context.candidate is not None, task.error is not None))
        if failing:
            raise LookupError

    task = UpdateTask(EMPTY, batch(*LESSON), handlers=ProgressHandlers(progress=progress, completion=completion))
    steps = task.steps()
    for action in [*actions, *["next"] * 8]:
        with contextlib.suppress(LookupError):
            act(action)
    assert ends in ([(TaskState.COMPLETED, True, False)], [(TaskState.FAILED, False, True)])
    assert task.state is ends[0][0]
    assert dumps(EMPTY.model()) == EMPTY.data


TEXTS = st.text(min_size=1, max_size=20)


@given(st.dictionaries(TEXTS, TEXTS, min_size=1, max_size=4))
def test_labels_and_faces_in_any_script_are_kept(names: dict[str, str]) -> None:
    examples = [(label, line((0, 0), (number, 1))) for number, label in enumerate(names)]
    faces = {label: Face(text, text[::-1]) for label, text in names.items()}
    model = taught(tiny_model(), *examples, faces=faces).model()
    assert list(dict.fromkeys(model.head.labels)) == list(names)
    assert model.faces == faces
