"""Kills a browser while it saves, over and over, and looks at what is left: python -m tests.browser.crash --rounds 300

In each round a browser of its own starts on the profile of the one killed before. The database, read directly, must
hold the old model or the new one, whole; everything else that was saved; and the new model if its save was reported.
Then Inkmoji starts and must know, and answer, exactly that. It is told to change something, and the browser with all
its processes is killed (SIGKILL) at a random moment of that. Nothing is deleted between the rounds.

A killed process loses no more than what it had not handed to the operating system: a loss of power is not tested here.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Page, sync_playwright

from tests.browser.database import Contents, contents
from tests.browser.killable import STARTED, Killable
from tests.browser.learner import PAGE, worker
from web.tools import DIST, chromium
from web.tools.serve import Server

NAME = "crash"
SHAPES = ("circle", "zigzag", "cross")
KEPT_GENERATIONS = 30
OLD, NEW = "old", "new"
# What is said once the browser is in the middle of something.
REACHED = "reached"
SAVED = "saved"
FAILED = "failed"

# In the worker: say when the moment is there, and stay in it for a while. A moment is the end of a write
# ("complete 1"), one of its puts ("put 2.1": the first one of the second write), or a digest after it ("digest 1": of
# what was staged).
WATCH = """
({ moment, stall }) => {
  const reach = (what) => {
    if (what !== moment) return;
    console.debug("reached");
    const end = performance.now() + stall;
    while (performance.now() < end);
  };
  let writes = 0;
  const begun = new WeakMap();
  const { transaction } = IDBDatabase.prototype;
  IDBDatabase.prototype.transaction = function (names, mode, ...rest) {
    const made = transaction.call(this, names, mode, ...rest);
    if (mode === "readwrite") {
      const write = (writes += 1);
      begun.set(made, { write, puts: 0 });
      made.addEventListener("complete", () => reach(`complete ${write}`));
    }
    return made;
  };
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = function (...values) {
    const request = put.apply(this, values);
    const at = begun.get(this.transaction);
    if (at) reach(`put ${at.write}.${(at.puts += 1)}`);
    return request;
  };
  const { digest } = SubtleCrypto.prototype;
  SubtleCrypto.prototype.digest = function (...values) {
    reach(`digest ${writes}`);
    return digest.apply(this, values);
  };
}
"""
# In the page: do something, and say when it has begun and when it is reported as done.
ACT = """
([call, moment]) => {
  let told = moment !== "learning";
  const begin = () => { if (!told) { told = true; console.debug("reached"); } };
  const calls = {
    teach: (label) => teach(label, { onProgress: begin }),
    face: (label, text) => ink.setFace({ label, text }),
    remove: (label) => ink.remove({ label }),
    forget: (label) => ink.forget({ label }),
    undo: () => ink.undo(),
    redo: () => ink.redo(),
    keep: (value) => ink.keep(value),
  };
  const [name, ...values] = call;
  void calls[name](...values).then(
    () => console.debug("saved"),
    (error) => console.debug(`failed ${error.code} ${error.message}`),
  );
}
"""
START = """
async () => {
  window.notices = [];
  window.ink = new Inkmoji({ name: "crash" });
  ink.on("notice", ({ message }) => notices.push(message));
  await ink.ready;
}
"""
KNOWN = "ink.stickers.map(({ label, text, examples }) => [label, [text, examples]])"
ANSWERS = "async (shapes) => Promise.all(shapes.map((shape) => ink.predict(draw(shape, 150))))"

# Of a change that makes a generation, with the moments of each part of it.
MAKING = {
    "stage": ("put 1.1", "put 1.2"),
    "staged": ("complete 1",),
    "check": ("digest 1",),
    "swap": ("put 2.1", "put 2.2", "put 2.3"),
    "swapped": ("complete 2",),
    "reported": ("reported",),
}
LEARNING = {"learning": ("learning",), **MAKING}
MOVING = {"swap": ("put 1.1", "put 1.2"), "swapped": ("complete 1",), "reported": ("reported",)}
KEEPING = {"swap": ("put 1.1",), "swapped": ("complete 1",), "reported": ("reported",)}
PARTS = {"teach": LEARNING, "undo": MOVING, "redo": MOVING, "keep": KEEPING}

Stickers = dict[str, tuple[str, int]]  # text and number of examples, by label


@dataclass
class Saved:
    """A generation that was live once."""

    checksum: str
    stickers: Stickers
    answers: Any = None


@dataclass(frozen=True)
class Act:
    """What the browser was told to do when it was killed, and what it must lead to if it was done."""

    call: list[Any]
    part: str
    stickers: Stickers
    to: int | None = None  # the generation, if it is there already
    erased: frozenset[int] = frozenset()
    reported: bool = False


@dataclass
class Crash:
    """Rounds on one profile, and what must be in its database."""

    begin: Callable[[], Killable]
    address: str
    rng: random.Random
    say: Callable[[str], None]
    saved: dict[int, Saved] = field(default_factory=dict)
    active: int = 0
    redo: list[int] = field(default_factory=list)
    kept: Any = None
    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    act: Act | None = None

    def run(self, rounds: int) -> None:
        """Kill so many browsers, and look at what the last one left."""
        for number in range(rounds):
            started = time.monotonic()
            with self.begin() as browser:
                page = self._open(browser)
                ended = self._look(page)
                self.act = self._kill(browser, page, self._choose(contents(page, NAME)))
            act, seconds = self.act, time.monotonic() - started
            heard = "reported" if act.reported else "not reported"
            self.say(f"{number + 1}: before: {ended}; now {act.call} killed in {act.part}, {heard}, {seconds:.1f} s")
        with self.begin() as browser:
            self.say(f"last: {self._look(self._open(browser))}")

    def _open(self, browser: Killable) -> Page:
        page = browser.context.new_page()
        page.set_default_timeout(STARTED * 1000)
        page.goto(f"{self.address}inkmoji.js")  # shown as text: a page without interface
        return page

    def _look(self, page: Page) -> str:
        """Check what the browser finds, and settle whether the last act was done: "old" or "new"."""
        found = contents(page, NAME)
        ended = self._settle(found) if self.act else "nothing before"
        self._check_database(found)
        self._check_inkmoji(page, found)
        return ended

    def _settle(self, found: Contents) -> str:
        """Tell the old state from the new one, and expect that from now on."""
        act = self.act
        assert act is not None
        done = found.kept != self.kept if act.call[0] == "keep" else found.active != self.active
        assert done or not act.reported, f"{act.call} was reported as saved, and is missing"
        if done and act.call[0] == "keep":
            self.kept = act.call[1]
        elif done:
            self._advance(act, found)
        ended = NEW if done else OLD
        self.counts[act.call[0], act.part, ended] += 1
        return ended

    def _advance(self, act: Act, found: Contents) -> None:
        if act.to is None:
            assert found.active not in self.saved, f"{act.call} made no generation of its own"
            self.saved[found.active] = Saved(found.records[found.active]["checksum"], act.stickers)
            self.redo = []
        else:
            assert found.active == act.to, f"{act.call} led to {found.active}, not {act.to}"
            self.redo = [*self.redo, self.active] if act.call[0] == "undo" else self.redo[:-1]
        self.active = found.active
        remaining = sorted(self.saved.keys() - act.erased)[-KEPT_GENERATIONS:]
        self.saved = {number: self.saved[number] for number in remaining}

    def _check_database(self, found: Contents) -> None:
        _require("the live generation", found.active, self.active)
        _require("the generations to redo", found.redo, self.redo)
        _require("what the page keeps", found.kept, self.kept)
        whole = {number: one.checksum for number, one in self.saved.items()}
        _require("the archives, whole, of exactly the saved generations", found.sound, whole)
        staged = [number for number, one in found.records.items() if one["state"] == "staged"]
        _require("at most one staged generation", staged[1:], [])
        _require("an archive for each record", found.digests.keys(), found.records.keys())

    def _check_inkmoji(self, page: Page, found: Contents) -> None:
        page.evaluate(PAGE, NAME)
        page.evaluate(START)
        stickers = self._stickers(self.active)
        _require("stickers", {label: tuple(rest) for label, rest in page.evaluate(KNOWN)}, stickers)
        storage = page.evaluate("[ink.storage.generation, ink.storage.persistent]")
        _require("the generation in use, in a store", storage, [self.active, True])
        _require("no notice", page.evaluate("notices"), [])
        _require("what the page keeps", page.evaluate("async () => (await ink.kept()) ?? null"), self.kept)
        answers = page.evaluate(ANSWERS, list(SHAPES))
        for shape, answer in zip(SHAPES, answers, strict=True):
            assert (answer["label"] == shape) == (shape in stickers), (shape, answer)
        generation = self.saved.get(self.active)
        if generation:
            assert generation.answers in (None, answers), "a generation answers as it always did"
            generation.answers = answers
        assert contents(page, NAME).records.keys() == self.saved.keys(), "what was staged is swept, and nothing else"

    def _stickers(self, number: int) -> Stickers:
        return self.saved[number].stickers if number else {}

    def _choose(self, found: Contents) -> Act:
        """What to do next, of all that is possible, and in which part of it to kill."""
        acts = list(self._possible(found))
        weights = [4 if act.call[0] == "teach" else 2 for act in acts]
        act = self.rng.choices(acts, weights)[0]
        return replace(act, part=self.rng.choice(list(PARTS.get(act.call[0], MAKING))))

    def _possible(self, found: Contents) -> Iterator[Act]:
        now = self._stickers(self.active)
        label = self.rng.choice(SHAPES)
        _, examples = now.get(label, ("", 0))
        yield Act(["teach", label], "", {**now, label: (label[:2], examples + 3)})  # with its first face
        yield Act(["keep", {"strokes": self.rng.randrange(1 << 30)}], "", now)
        parent = found.records[self.active]["parent"] if self.active else None
        if parent == 0 or parent in self.saved:
            yield Act(["undo"], "", self._stickers(parent), parent)
        if self.redo and self.redo[-1] in self.saved:
            yield Act(["redo"], "", self._stickers(self.redo[-1]), self.redo[-1])
        if now:
            yield from self._edits(now)

    def _edits(self, now: Stickers) -> Iterator[Act]:
        label = self.rng.choice(list(now))
        without = {other: rest for other, rest in now.items() if other != label}
        text = f"{label[:1]}{self.rng.randrange(10)}"
        yield Act(["face", label, text], "", {**now, label: (text, now[label][1])})
        yield Act(["remove", label], "", without)
        erased = frozenset(number for number, one in self.saved.items() if label in one.stickers)
        yield Act(["forget", label], "", without, erased=erased)

    def _kill(self, browser: Killable, page: Page, act: Act) -> Act:
        """Let it act; kill it once it has come to the part of that, or a little later."""
        heard: list[str] = []
        page.on("console", lambda message: heard.append(message.text))
        moment = self.rng.choice(PARTS.get(act.call[0], MAKING)[act.part])
        # Most often shortly before or after the moment ends, now and then within it for certain.
        stall, delay = self.rng.choice([self.rng.uniform(0, 0.08)] * 3 + [3.0]), self.rng.uniform(0, 0.08)
        worker(page).evaluate(WATCH, {"moment": moment, "stall": 1000 * stall})
        with page.expect_console_message(_is_the_moment_or_the_end) as waiting:
            page.evaluate(ACT, [act.call, moment])
        assert waiting.value.text == (SAVED if moment == "reported" else REACHED), f"{act.call}, {moment}: {heard}"
        time.sleep(delay)
        browser.kill()
        return replace(act, reported=SAVED in heard)


def _require(what: str, found: object, expected: object) -> None:
    assert found == expected, f"expected {what} to be {expected}, got {found}"


def _is_the_moment_or_the_end(message: ConsoleMessage) -> bool:
    return message.text.startswith((REACHED, SAVED, FAILED))


def table(counts: Mapping[tuple[str, str, str], int]) -> str:
    """How many rounds ended with the old and the new state, by what was done and in which part of it."""
    rows = sorted({key[:2] for key in counts})
    lines = [f"{call:8}{part:10}{counts[call, part, OLD]:5} old{counts[call, part, NEW]:5} new" for call, part in rows]
    old, new = (sum(count for key, count in counts.items() if key[2] == ended) for ended in (OLD, NEW))
    return "\n".join([*lines, f"{old + new} rounds: {old} ended with the old state, {new} with the new one"])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.browser.crash", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--profile", type=Path, help="an empty folder (default: a temporary one)")
    options = parser.parse_args()
    # Ended from outside, it still ends its browser, which is in a process group of its own.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory() as folder, Server(DIST) as server, sync_playwright() as playwright:
        profile, executable = options.profile or Path(folder), chromium.provide()
        crash = Crash(
            lambda: Killable(playwright, executable, profile),
            server.url,
            random.Random(options.seed),
            lambda line: print(line, flush=True),
        )
        try:
            crash.run(options.rounds)
        finally:
            print(table(crash.counts), flush=True)


if __name__ == "__main__":
    main()
