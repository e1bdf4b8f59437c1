"""One Inkmoji in two tabs at once: nothing that either teaches is lost, and neither keeps the other waiting."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import OpenBlank
from tests.browser.database import contents
from tests.browser.learner import HOLD_BEFORE_SWAP, prepare, worker
from tests.browser.recorder import Recorder

COUNT = """
() => {
  window.changes = window.forgotten = 0;
  const listening = [ink.on("change", () => { changes += 1; }), ink.on("forgotten", () => { forgotten += 1; })];
  window.stop = () => listening.forEach((end) => end());
}
"""
LONGEST_ANSWER = 20_000  # milliseconds; a prediction takes a few, but two cores may be shared by many


@pytest.fixture(scope="module")
def neighbour(running: Page, shared_context: BrowserContext, open_blank: OpenBlank) -> Iterator[Page]:
    """Another tab with the same Inkmoji, started once for the tests that leave it in order."""
    page = prepare(open_blank(shared_context), "shared")
    yield page
    page.close()


@pytest.fixture
def both(ink: Page, neighbour: Page) -> tuple[Page, Page]:
    """Two tabs that know the circle."""
    follow(neighbour, ink)
    return ink, neighbour


def follow(page: Page, other: Page) -> None:
    """Wait until a tab has what another one has saved."""
    page.wait_for_function(
        "(generation) => ink.storage.generation === generation", arg=other.evaluate("ink.storage.generation")
    )


def assert_both_know(one: Page, other: Page, *labels: str) -> None:
    for page in (one, other):
        page.wait_for_function("(count) => taught().length === count", arg=len(labels))
        assert sorted(page.evaluate("taught()")) == sorted(labels)
        for label in labels:
            assert page.evaluate("guess", label) == label
    assert one.evaluate("ink.storage") == other.evaluate("ink.storage")
    found = contents(one, "shared")
    assert found.sound.keys() == found.records.keys(), "nothing is left staged"


def test_what_both_teach_again_and_again_at_the_same_time_is_all_there(both: tuple[Page, Page]) -> None:
    for page, label in zip(both, ("zigzag", "cross"), strict=True):
        page.evaluate(
            """(label) => {
              window.lessons = (async () => {
                for (let count = 0; count < 4; count += 1) await teach(label, {}, 1);
              })();
            }""",
            label,
        )
    for page in both:
        page.evaluate("lessons")
    assert_both_know(*both, "circle", "zigzag", "cross")
    for page in both:
        assert page.evaluate("ink.stickers.map(({ examples }) => examples).toSorted()") == [3, 4, 4]
        history = page.evaluate("ink.history()")
        assert [one["change"]["type"] for one in history] == ["learned"] * 9


def test_one_predicts_without_a_fault_or_a_long_wait_while_the_other_teaches(both: tuple[Page, Page]) -> None:
    teacher, guesser = both
    guesser.evaluate(
        """() => {
          window.over = false;
          window.guesses = (async () => {
            const answers = new Set();
            let longest = 0;
            for (let count = 0; !over || count < 20; count += 1) {
              const before = performance.now();
              answers.add(await guess("circle"));
              longest = Math.max(longest, performance.now() - before);
            }
            return [[...answers], longest];
          })();
        }"""
    )
    for label in ("zigzag", "cross"):
        teacher.evaluate("(label) => teach(label, {}, 60)", label)
    follow(guesser, teacher)
    answers, longest = guesser.evaluate("() => { over = true; return guesses; }")
    assert answers == ["circle"]
    assert longest < LONGEST_ANSWER
    assert_both_know(*both, "circle", "zigzag", "cross")


def test_one_that_waits_to_save_keeps_no_prediction_waiting_in_the_other(both: tuple[Page, Page]) -> None:
    teacher, guesser = both
    worker(teacher).evaluate(HOLD_BEFORE_SWAP)
    teacher.evaluate("() => { window.update = outcome(teach('zigzag')); }")
    worker(teacher).evaluate("staged.promise")
    assert guesser.evaluate("guess('circle')") == "circle"
    assert guesser.evaluate("async () => (await ink.history()).length") == 1
    worker(teacher).evaluate("release()")
    assert teacher.evaluate("update") == "done"
    assert_both_know(*both, "circle", "zigzag")


@pytest.mark.parametrize("first", ["undo", "lesson"])
def test_an_undo_in_one_and_a_lesson_in_the_other_end_in_one_order_or_the_other(
    both: tuple[Page, Page], first: str
) -> None:
    undoer, teacher = both
    undoer.evaluate("teach('zigzag')")
    follow(teacher, undoer)
    undoer.evaluate("async () => { window.unlock = await holdLock(); }")
    undo = (undoer, "() => { window.change = outcome(ink.undo()); }")
    lesson = (teacher, "() => { window.change = outcome(teach('cross')); }")
    for count, (page, begin) in enumerate([undo, lesson] if first == "undo" else [lesson, undo], start=1):
        page.evaluate(begin)
        page.evaluate("waitingForLock", count)
    undoer.evaluate("() => { unlock(); }")
    assert teacher.evaluate("change") == "done"
    if first == "undo":
        # The lesson is learned anew on what was left.
        assert undoer.evaluate("change") == "done"
        assert_both_know(*both, "circle", "cross")
    else:
        # What the undo was meant for is no longer the last change: it is refused, and the next one undoes the lesson.
        assert undoer.evaluate("change") == ["InkmojiError", "update-conflict"]
        assert_both_know(*both, "circle", "zigzag", "cross")
        undoer.evaluate("ink.undo()")
        assert_both_know(*both, "circle", "zigzag")


def test_what_one_undoes_the_other_can_redo(both: tuple[Page, Page]) -> None:
    one, other = both
    one.evaluate("teach('zigzag')")
    follow(other, one)
    one.evaluate("ink.undo()")
    other.wait_for_function("() => ink.redoable?.type === 'learned'")
    assert other.evaluate("ink.redoable.stickers") == [{"label": "zigzag", "text": "zi"}]
    other.evaluate("ink.redo()")
    assert_both_know(*both, "circle", "zigzag")
    assert one.evaluate("ink.redoable") is None


def test_what_one_forgets_no_other_can_bring_back(both: tuple[Page, Page]) -> None:
    one, other = both
    one.evaluate("teach('zigzag')")
    one.evaluate("ink.undo()")
    follow(other, one)
    for page in both:
        page.evaluate(COUNT)
    one.evaluate("ink.forget({ label: 'zigzag' })")
    other.wait_for_function("() => forgotten === 1")
    assert one.evaluate("forgotten") == 0, "it was its own"
    assert other.evaluate("changes") == 1, "it is told once"
    for page in both:
        page.evaluate("stop()")
    follow(other, one)
    assert other.evaluate("[ink.undoable, ink.redoable]") == [None, None]
    assert other.evaluate("outcome(ink.redo())") == ["InkmojiError", "update-nothing"]
    assert_both_know(*both, "circle")


def test_a_reset_in_one_is_told_to_the_other_and_what_that_teaches_then_is_kept(both: tuple[Page, Page]) -> None:
    one, other = both
    for page in both:
        page.evaluate("() => { window.resets = 0; window.stop = ink.on('reset', () => { resets += 1; }); }")
    other.evaluate("ink.keep('a board')")
    one.evaluate("ink.reset()")
    other.wait_for_function("() => resets === 1")
    assert other.evaluate("taught()") == []
    assert other.evaluate("guess('circle')") is None
    assert other.evaluate("async () => (await ink.kept()) ?? null") is None
    assert other.evaluate("[ink.undoable, ink.redoable]") == [None, None]
    other.evaluate("teach('cross')")
    assert_both_know(*both, "cross")
    assert one.evaluate("resets") == 0, "it was its own"
    for page in both:
        page.evaluate("stop()")


def test_a_lesson_that_a_reset_overtakes_is_learned_on_the_empty_model(both: tuple[Page, Page]) -> None:
    one, other = both
    one.evaluate("async () => { window.unlock = await holdLock(); window.change = ink.reset(); }")
    one.evaluate("waitingForLock(1)")
    other.evaluate("() => { window.change = outcome(teach('zigzag')); }")
    one.evaluate("waitingForLock(2)")
    one.evaluate("() => { unlock(); }")
    one.evaluate("change")
    assert other.evaluate("change") == "done"
    assert_both_know(*both, "zigzag")


def test_a_tab_closed_while_it_saves_harms_no_other_and_the_next_start_sweeps(
    ink: Page, other: Page, shared_context: BrowserContext, open_blank: OpenBlank, shared_recorder: Recorder
) -> None:
    worker(other).evaluate(HOLD_BEFORE_SWAP)
    other.evaluate("() => { void teach('cross'); }")
    worker(other).evaluate("staged.promise")
    ink.evaluate("() => { window.update = outcome(teach('zigzag')); }")
    ink.evaluate("waitingForLock(1)")
    other.close()
    assert ink.evaluate("update") == "done"
    assert ink.evaluate("rows()") == ["active", "staged", "active"]
    assert ink.evaluate("taught()") == ["circle", "zigzag"]
    next_one = prepare(open_blank(shared_context), "shared")
    assert ink.evaluate("rows()") == ["active", "active"]
    assert next_one.evaluate("taught()") == ["circle", "zigzag"]
    assert [next_one.evaluate("guess", label) for label in ("circle", "zigzag")] == ["circle", "zigzag"]
    next_one.close()
