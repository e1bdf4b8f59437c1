"""Whatever a host does with a task, in whatever order, it ends once and says how."""

from __future__ import annotations

import contextlib

from hypothesis import given
from hypothesis import strategies as st
from inkmoji import CompiledModel, Face, InkmojiError, ProgressHandlers, TaskState, UpdateContext, UpdateTask, dumps
from inkmoji.session import Session

from tests.engine import Plain, batch, drawn, face, line, scribble, taught, tiny_model

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


CALLS = st.lists(
    st.sampled_from(
        ["begin", "step", "step", "step", "cancel", "discard", "adopt", "candidate", "predict", "load", "bad"]
    ),
    max_size=30,
)


@given(CALLS)
def test_only_loading_and_adopting_change_the_model_of_a_session(calls: list[str]) -> None:
    session = Session()
    session.load(EMPTY.data)
    lesson: list[Plain] = [{"label": label, "drawing": drawn(drawing)} for label, drawing in LESSON]
    faces = [face("cat", "🐱")]
    methods = {
        "begin": lambda: session.begin_update(lesson, faces), "step": session.step, "cancel": session.cancel,
        "discard": session.discard, "adopt": session.adopt, "candidate": session.candidate,
        "load": lambda: session.load(EMPTY.data), "bad": lambda: session.load(EMPTY.data[:-1]),
        "predict": lambda: session.predict(drawn(scribble(3))),
    }  # fmt: skip
    expected = 0  # examples of the live model
    for name in calls:
        try:
            value = methods[name]()
        except InkmojiError:
            continue
        if name in ("adopt", "load"):
            expected = sum(sticker["examples"] for sticker in value["stickers"])
            assert (expected > 0) is (name == "adopt")
        elif name == "candidate":
            assert CompiledModel(value).model().examples
        elif name == "predict":
            assert bool(value["candidates"]) is (expected > 0)
