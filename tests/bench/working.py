"""Measures of contenders that are up: answers, embeddings, teaching, neighbours, fine-tuning."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page

from tests.bench.drawings import doodle, label
from tests.bench.page import Tracer, begin, learn_first, longest
from tests.bench.running import OURS, PEERS, TENSORFLOW, Bench, call, enter, entrant
from tests.bench.site import NEIGHBORS, PICTURES, STOCKS
from tests.bench.table import Row, typical_and_slow
from web.tools import BuildError
from web.tools.serve import Server

Times = dict[str, list[float]]

ASKED = 20  # drawings in a round
UNSEEN = 1000  # variants of a doodle from here on are taught to nobody
EMBEDDED = 30  # pictures in a round
FILES = ["base.inkmoji", "pictures.bin", "neighbors.bin"]
SAME = 0.999  # least cosine of two embeddings of one picture
NEIGHBORHOODS = ((100, 20), (1000, 10), (10_000, 2))  # examples, and calls of one sample: the clock is coarse
SAMPLED = 10  # samples in a round
EXAMPLES = 10  # of one label
MOST_JOURNEYS = 3
TUNING = {"epochs": 10, "batch": 8, "rate": 0.5}


def answers(bench: Bench) -> Iterator[Row]:
    """Strokes → label, from the page to the worker and back."""
    for stickers, examples in STOCKS:
        times: Times = defaultdict(list)
        right: dict[str, int] = defaultdict(int)
        with bench.page() as page:
            for name in (OURS, *PEERS):
                enter(page, name, stickers, examples)
                call(page, "predict", name, [doodle(one, UNSEEN) for one in range(ASKED)])
            for round_ in range(bench.rounds):
                asked = [(one * stickers // ASKED, UNSEEN + 1 + round_) for one in range(ASKED)]
                for name in (OURS, *PEERS):
                    told = call(page, "predict", name, [doodle(*one) for one in asked])
                    times[name] += told["times"]
                    right[name] += sum(told["labels"][at] == label(one) for at, (one, _) in enumerate(asked))
        shares = ", ".join(f"{name} {count / (ASKED * bench.rounds):.0%}" for name, count in right.items())
        print(f"  of {stickers * examples} examples, answered right: {shares}")
        for name in PEERS:
            title = f"strokes → label, {stickers} stickers × {examples} examples"
            yield from typical_and_slow(title, name, times[OURS], times[name])


def embeddings(bench: Bench) -> Iterator[Row]:
    """Prepared tensor → embedding, in the worker."""
    times: Times = defaultdict(list)
    with bench.page() as page:
        enter_engine(page)
        for name in (OURS, *TENSORFLOW) * bench.rounds:
            times[name] += call(page, "call", name, "embedding", "pictures.bin", EMBEDDED)
    for name in TENSORFLOW:
        yield from typical_and_slow("prepared tensor → embedding", name, times[OURS], times[name])


def enter_engine(page: Page) -> None:
    """Start our engine alone, as ours, and the TensorFlow.js of both kinds."""
    call(page, "open", {"name": OURS, "kind": "module", "options": {"worker": "engine.js", "files": FILES}})
    for name in TENSORFLOW:
        call(page, "open", {"name": name, **entrant(name)})


def check_same(bench: Bench) -> None:
    """The peers run the network that ours runs, or nothing that is measured means anything."""
    with bench.page() as page:
        enter_engine(page)
        told = {name: call(page, "call", name, "embeddings", "pictures.bin") for name in (OURS, *TENSORFLOW)}
    rows = {name: np.reshape(values, (PICTURES, -1)) for name, values in told.items()}
    for name in TENSORFLOW:
        least = cosine(rows[OURS], rows[name])
        if not least > SAME:
            raise BuildError(f"expected the embeddings of {name} to be ours (cosine above {SAME}), got {least:.4f}")
        print(f"{name} gives our embeddings of the same pictures: cosine of at least {least:.6f}", flush=True)


def cosine(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """The least of rows with rows."""
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    return float(((one * other).sum(axis=1) / lengths).min())


def teaching(bench: Bench) -> Iterator[Row]:
    """Teach three drawings, until they are saved."""
    for stickers, examples in STOCKS:
        times: Times = defaultdict(list)
        with bench.page() as page:
            for name in (OURS, *PEERS):
                enter(page, name, stickers, examples)
                call(page, "teach", name, lessons(stickers, 0))
            for round_ in range(bench.rounds):
                for name in (OURS, *PEERS):
                    times[name] += call(page, "teach", name, lessons(stickers, 1 + round_))
        for name in PEERS:
            title = f"teach 3 drawings and save, at {stickers} stickers × {examples}"
            yield from typical_and_slow(title, name, times[OURS], times[name])


def lessons(stickers: int, round_: int) -> list[dict[str, Any]]:
    """Two new stickers of three drawings; each is forgotten before the next one."""
    new = [stickers + 2 * round_, stickers + 2 * round_ + 1]
    return [{"label": label(one), "drawings": [doodle(one, variant) for variant in range(3)]} for one in new]


def neighbors(bench: Bench) -> Iterator[Row]:
    """The nearest of many examples, in the worker."""
    heads = {"k-NN": False, "shipped head (PLDA; the peer: k-NN)": True}
    times: dict[tuple[str, int], Times] = defaultdict(lambda: defaultdict(list))
    assert max(count for count, _ in NEIGHBORHOODS) < NEIGHBORS
    with bench.page() as page:
        enter_engine(page)
        for _ in range(bench.rounds):
            for count, repeat in NEIGHBORHOODS:
                given = ["neighbors.bin", count, EXAMPLES, SAMPLED, repeat]
                told = {name: call(page, "call", name, "neighbors", *given) for name in TENSORFLOW}
                for head, shipped in heads.items():
                    times[head, count][OURS] += call(page, "call", OURS, "neighbors", *given, shipped)
                    for name in TENSORFLOW:
                        times[head, count][name] += told[name]
    for (head, count), taken in times.items():
        for name in TENSORFLOW:
            yield from typical_and_slow(f"{head} at {count:,} examples", name, taken[OURS], taken[name])


def fine_tuning(bench: Bench) -> Iterator[Row]:
    """Ten epochs of a softmax tail on 60 drawings, in the worker."""
    stickers, examples = STOCKS[0]
    pairs = [(sticker, variant) for sticker in range(stickers) for variant in range(examples)]
    drawings = [{"label": label(one), "points": doodle(one, other)} for one, other in pairs]
    options = {**TUNING, "drawings": drawings, "classes": [label(one) for one in range(stickers)]}
    training: Times = defaultdict(list)
    whole: Times = defaultdict(list)
    with bench.page() as page:
        enter_engine(page)
        for round_ in range(bench.rounds + 1):
            told = {OURS: call(page, "call", OURS, "fineTune", json.dumps(options))}
            told |= {name: call(page, "fineTune", name, options) for name in TENSORFLOW}
            for name, one in told.items() if round_ else ():  # the first warms up
                training[name].append(one["training"])
                whole[name].append(one["whole"])
    right = ", ".join(f"{name} {one['right']}" for name, one in told.items())
    print(f"  of the {len(pairs)} drawings known afterwards: {right}")
    for name in TENSORFLOW:
        title = f"{TUNING['epochs']} epochs of a softmax tail on {len(pairs)}"
        yield from typical_and_slow(f"{title} embeddings", name, training[OURS], training[name])
        yield from typical_and_slow(f"{title} drawings, embedded first", name, whole[OURS], whole[name])


def longest_tasks(bench: Bench) -> Iterator[Row]:
    """What keeps the page's main thread busy while it teaches; the peers have no page but a bare one."""
    stickers, examples = STOCKS[0]
    times: Times = defaultdict(list)
    for _ in range(min(bench.rounds, MOST_JOURNEYS)):
        with bench.page() as page:
            tracer = Tracer(page.context.browser, page)
            for round_, name in enumerate((OURS, *PEERS)):
                enter(page, name, stickers, examples)
                call(page, "teach", name, lessons(stickers, 0))
                with tracer.part(name):
                    call(page, "teach", name, lessons(stickers, 1 + round_))
                times[name].append(task(tracer, name))
        times["page"].append(journey(bench))
    for against in PEERS:
        for title, name in (("bare page", OURS), ("our whole page, drawing included", "page")):
            title = f"longest main-thread task while teaching, {title}"
            yield Row(f"{title}, worst", against, max(times[name]), max(times[against]), "ms")


def journey(bench: Bench) -> float:
    with Server(bench.site) as server, bench.context() as context:
        page = context.new_page()
        page.set_viewport_size({"width": 1280, "height": 800})
        tracer = Tracer(context.browser, page)
        begin(page, server.url, tracer.part)
        learn_first(page, tracer.part, random.Random(3))
        return task(tracer, list(tracer.parts)[-1])


def task(tracer: Tracer, part: str) -> float:
    return max((spent for spent, _ in longest(tracer.parts[part], 1)), default=0.0)
