"""Inkmoji beside its peers, in one Chromium: `python3 build.py bench`, which hands its arguments on to this.

The peers are TensorFlow.js with knn-classifier in a worker, on its WebAssembly backend (SIMD; one thread, as without
cross-origin isolation there are no more) and on its CPU backend, running the network of our archive; and $P, the
point-cloud recogniser, as the cheap baseline. Contenders take turns in every round, so that what else the machine does
meets all of them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.bench import starting, working
from tests.bench.profile import profiled
from tests.bench.running import Bench
from tests.bench.site import assembled
from tests.bench.table import HEADER, Row, write
from web.tools import BuildError
from web.tools.chromium import provide

LEGEND = """\
ours: the page's public module, Python in its worker; the peers: a worker of the bench, asked in the same way.
strokes → label: ours renders, the peers draw on an OffscreenCanvas and read the pixels, $P compares points.
teach: ours saves drawings and model, reads back, checks and swaps; the peers put their embeddings, $P its points, once;
all on a profile on the disk, with the durability "strict", until the transaction has completed.
start: nothing is taught yet; ours on a second visit from its service worker, the peers from the HTTP cache.
all of a first visit, size on disk: ours with page and offline copy, the peers the recogniser only, which is all they
have; their weights are the whole numbers of 8 bits of our archive.
ratio: below 1 ours is the better number."""
Measure = Callable[[Bench], Iterator[Row]]
MEASURES: Mapping[str, Measure] = {
    "worker start → first answer": starting.starts,
    "strokes → label": working.answers,
    "prepared tensor → embedding": working.embeddings,
    "teach 3 drawings and save": working.teaching,
    "k-NN and shipped head": working.neighbors,
    "epochs of a softmax tail": working.fine_tuning,
    "transfer": starting.transfers,
    "size on disk": starting.sizes,
    "memory": starting.memory,
    "longest main-thread task while teaching": working.longest_tasks,
}


def main() -> None:
    options = parsed()
    executable, site = provide(), assembled()
    rows: list[Row] = []
    with sync_playwright() as playwright:
        bench = Bench(playwright, executable, site, options.rounds)
        if options.profile:
            profiled(bench)
            return
        working.check_same(bench)
        print(f"{LEGEND}\n{HEADER}", flush=True)
        for measure in chosen(options.rows):
            for row in measure(bench):
                print(row, flush=True)
                rows.append(row)
    if options.json:
        write(rows, options.json)


def chosen(part: str) -> list[Measure]:
    return [measure for title, measure in MEASURES.items() if part in title]


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="build.py bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there too")
    parser.add_argument("--rows", default="", metavar="SUBSTRING", help=f"only these: {'; '.join(MEASURES)}")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured (default: %(default)s)")
    parser.add_argument("--profile", action="store_true", help="show where boot and predict spend their time instead")
    options = parser.parse_args()
    if not chosen(options.rows):
        parser.error(f"expected --rows to be a part of {'; '.join(MEASURES)}; got {options.rows!r}")
    return options


if __name__ == "__main__":
    try:
        main()
    except BuildError as error:
        sys.exit(f"bench: {error}")
