"""Inkmoji beside its peers, in one Chromium: `python build.py bench` (its arguments are these).

The peers are TensorFlow.js with knn-classifier in a worker, on its WebAssembly backend (SIMD, one thread: without
cross-origin isolation, which a static host does not give, there are no more) and on its CPU backend, running the
network of our archive; and $P, the point-cloud recogniser, as the cheap baseline. Every peer saves what it is taught
in IndexedDB. A ratio below 1 means that ours is the better number. Rounds of all contenders take turns, so that what
else the machine does meets all of them.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.bench import starting, working
from tests.bench.profile import profiled
from tests.bench.running import Bench
from tests.bench.site import assembled
from tests.bench.table import HEADER, Row, write
from web.tools.chromium import provide

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
        print(HEADER, flush=True)
        for title, measure in MEASURES.items():
            if options.rows in title:
                for row in measure(bench):
                    print(row, flush=True)
                    rows.append(row)
    if options.json:
        write(rows, options.json)


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="build.py bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there too")
    parser.add_argument("--rows", default="", metavar="SUBSTRING", help=f"only these: {'; '.join(MEASURES)}")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured (default: %(default)s)")
    parser.add_argument("--profile", action="store_true", help="show where boot and predict spend their time instead")
    return parser.parse_args()


if __name__ == "__main__":
    main()
