"""A session against the few numbers that say what it must be doing, whatever is called in whatever order."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from inkmoji import ArchiveError, CompiledModel, UpdateError, loads

from tests.engine import drawn, face, lesson, loaded, refused, scribble, tiny_model
from tests.library import FILE

EMPTY = CompiledModel.of(tiny_model())


class SessionMachine(RuleBasedStateMachine):
    """Calls a session and keeps count."""

    def __init__(self) -> None:
        super().__init__()
        self.session = loaded(EMPTY.data)
        self.live = 0  # examples of the live model
        self.candidate: int | None = None  # examples of the candidate
        self.outcome: int | None = None  # examples that the running update will lead to
        self.left = 0  # steps until it has ended
        self.cancelled = False

    @rule(count=st.integers(1, 2))
    def begin(self, count: int) -> None:
        labels = "ab"[:count]
        if self.outcome is not None or self.candidate is not None:
            with refused(UpdateError, "update-state"):
                self.session.begin_update(lesson(*labels), [face("a")])
            return
        self.session.begin_update(lesson(*labels), [face("a")])
        self.outcome, self.left, self.cancelled = self.live + count, 2 + 2 * count, False

    @rule()
    def replace_by_a_file(self) -> None:
        if self.outcome is not None or self.candidate is not None:
            with refused(UpdateError, "update-state"):
                self.session.begin_import(FILE, True)
            return
        self.session.begin_import(FILE, True)
        self.outcome, self.left, self.cancelled = 3, 2 + 2 * 3, False

    @rule()
    def restore(self) -> None:
        if self.outcome is not None or self.candidate is not None:
            with refused(UpdateError, "update-state"):
                self.session.offer(EMPTY.data)
            return
        self.session.offer(EMPTY.data)
        self.candidate = 0

    @rule(times=st.integers(1, 7))
    def step(self, times: int) -> None:
        for _ in range(times):
            if self.outcome is None and self.candidate is not None:
                assert self.session.step() is None
            elif self.outcome is None:
                with refused(UpdateError, "update-state"):
                    self.session.step()
            elif self.cancelled:
                with refused(UpdateError, "update-cancelled"):
                    self.session.step()
                self.outcome = None
            elif self.left == 0:
                assert self.session.step() is None
                self.candidate, self.outcome = self.outcome, None
            else:
                progress = self.session.step()
                self.left -= 1
                assert progress is not None
                assert progress["total"] - progress["done"] == self.left

    @rule()
    def learn(self) -> None:
        self.begin(1)
        self.step(7)

    @rule()
    def cancel(self) -> None:
        self.session.cancel()
        self.cancelled = True

    @rule()
    def discard(self) -> None:
        self.session.discard()
        self.candidate = self.outcome = None

    @rule()
    def take(self) -> None:
        if self.candidate is None:
            with refused(UpdateError, "update-state"):
                self.session.candidate()
        else:
            assert len(loads(self.session.candidate()).examples) == self.candidate

    @rule()
    def adopt(self) -> None:
        if self.candidate is None:
            with refused(UpdateError, "update-state"):
                self.session.adopt()
        else:
            stickers = self.session.adopt()["stickers"]
            self.live, self.candidate = self.candidate, None
            assert sum(sticker["examples"] for sticker in stickers) == self.live

    @precondition(lambda self: self.live)
    @rule()
    def reset(self) -> None:
        self.session.load(EMPTY.data)
        self.live = 0

    @rule()
    def damaged(self) -> None:
        with refused(ArchiveError, "archive-checksum"):
            self.session.load(EMPTY.data[:-1] + b"?")

    @invariant()
    def only_loading_and_adopting_change_the_live_model(self) -> None:
        assert bool(self.session.predict(drawn(scribble(3)))["candidates"]) is (self.live > 0)


SessionMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=25)
TestSession = SessionMachine.TestCase
