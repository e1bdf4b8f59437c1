"""Measures of the whole: starts, transfer, size on disk, memory."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from tests.bench.drawings import doodle
from tests.bench.hosting import Host, plain, served
from tests.bench.page import READY, seen
from tests.bench.protocol import attached, held, peak
from tests.bench.running import OURS, PEERS, Bench, call, enter, entrant, new_profile, opened
from tests.bench.site import PARTS, STOCKS
from tests.bench.table import Row, typical_and_slow
from tests.bench.working import Times, lessons
from web.tools import BuildError

FIRST = doodle(0, 0)
MB = 1e6
KEPT = """
async () => {
  await navigator.serviceWorker.ready;
  const { NAMES } = await import("./emoji.js");
  while (!(await caches.match(NAMES))) await new Promise((resolve) => setTimeout(resolve, 20));
}
"""
LANGUAGES = {"en-GB": "", "de-DE": ", German"}
WORKERS = {
    "tensorflow.js": ["tensorflow.js", "network.js", "network.bin"],
    "dollarp-worker.js": ["dollarp-worker.js", "dollarp.js"],
}
PAGE = ["blank.html", "bench.js", "peers.js", "rpc.js", "answer.js", "saving.js"]


def starts(bench: Bench) -> Iterator[Row]:
    """Worker start → first answer: in a new profile, and in the same one after the browser was started again."""
    cold: Times = defaultdict(list)
    warm: Times = defaultdict(list)
    with served(bench.site) as ours, served(bench.site, keep=True) as theirs:
        for _ in range(bench.rounds):
            for name in (OURS, *PEERS):
                url = ours.url if name == OURS else theirs.url
                with new_profile() as folder:
                    with bench.profile(folder) as context:
                        page = opened(context, url)
                        cold[name].append(call(page, "firstAnswer", entrant(name), FIRST))
                        if name == OURS:
                            call(page, "keepForOffline")
                    with bench.profile(folder) as context:
                        page = opened(context, url)
                        if name == OURS and not page.evaluate("navigator.serviceWorker.controller !== null"):
                            raise BuildError("expected the service worker in charge of a second visit, it is not")
                        warm[name].append(call(page, "firstAnswer", entrant(name), FIRST))
    for title, times in (("cold", cold), ("second visit", warm)):
        for name in PEERS:
            yield from typical_and_slow(f"worker start → first answer, {title}", name, times[OURS], times[name])


def transfers(bench: Bench) -> Iterator[Row]:
    """Bytes of a first visit, as the host sends them, heads included."""
    hosts: dict[str, Callable[[Path], AbstractContextManager[Host]]] = {
        "build.py serve": served, "plain host": plain,
    }  # fmt: skip
    for title, host in hosts.items():
        alone = {name: first_visit(bench, host, name) for name in (OURS, *PEERS)}
        whole = {of: whole_visit(bench, host, language) for language, of in LANGUAGES.items()}
        for name in PEERS:
            yield Row(f"transfer until the first answer, {title}", name, alone[OURS] / MB, alone[name] / MB, "MB")
            for of, sent in whole.items():
                yield Row(f"transfer, all of a first visit, {title}{of}", name, sent / MB, alone[name] / MB, "MB")


def first_visit(bench: Bench, host: Callable[[Path], AbstractContextManager[Host]], name: str) -> int:
    """A page without interface, its worker, and one answer."""
    with host(bench.site) as running, bench.context() as context:
        page = opened(context, running.url)
        call(page, "firstAnswer", entrant(name), FIRST)
        return running.sent


def whole_visit(bench: Bench, host: Callable[[Path], AbstractContextManager[Host]], language: str) -> int:
    """Our page with all that it does by itself, until everything is kept for offline use."""
    with host(bench.site) as running, new_profile() as folder, bench.profile(folder, language=language) as context:
        page = context.new_page()
        page.goto(running.url)
        seen(page, READY)
        page.evaluate(KEPT)
        return running.sent


def sizes(bench: Bench) -> Iterator[Row]:
    """Bytes on the host's disk: of ours all of dist/, of a peer its page, its worker, its libraries, its weights."""
    ours = sum(path.stat().st_size for path in bench.site.rglob("*") if path.is_file() and not in_bench(path, bench))
    for name, options in PEERS.items():
        worker = options["worker"].partition("?")[0]
        files = [*PAGE, *WORKERS[worker], *parts(options.get("backend"))]
        theirs = sum((bench.site / "bench" / file).stat().st_size for file in files)
        yield Row("size on disk", name, ours / MB, theirs / MB, "MB")


def in_bench(path: Path, bench: Bench) -> bool:
    return path.is_relative_to(bench.site / "bench")


def parts(backend: str | None) -> list[str]:
    """The libraries of a TensorFlow.js with that backend, but for the one that trains."""
    if backend is None:
        return []
    others = {"cpu": "wasm", "wasm": "cpu"}[backend]
    names = [name for names in PARTS.values() for name in names]
    return [f"parts/{name}" for name in names if f"backend-{others}" not in name and "layers" not in name]


def memory(bench: Bench) -> Iterator[Row]:
    """After a stock was taken up, 20 answers and two lessons."""
    heaps: dict[str, float] = {}
    peaks: dict[str, float] = {}
    for name in (OURS, *PEERS):
        with bench.page() as page:
            before = peak(page)
            ask = attached(page)
            enter(page, name, *STOCKS[0], watched=True)
            call(page, "predict", name, [doodle(one, 9) for one in range(20)])
            call(page, "teach", name, lessons(STOCKS[0][0], 0))
            heaps[name] = held(ask)
            peaks[name] = peak(page) - before
    for name in PEERS:
        yield Row("memory of the worker: heap, buffers, WebAssembly", name, heaps[OURS] / MB, heaps[name] / MB, "MB")
        if sys.platform == "linux":
            yield Row(
                "memory, peak of the process above a blank page's", name, peaks[OURS] / MB, peaks[name] / MB, "MB"
            )
