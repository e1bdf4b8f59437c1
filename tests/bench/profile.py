"""`bench --profile`: where boot and predict spend their time, in a worker that is watched from outside."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.bench.drawings import doodle
from tests.bench.protocol import attached
from tests.bench.running import Bench, call
from tests.bench.site import STOCKS, stock

WORKER = {"name": "profile", "kind": "module", "options": {"worker": "profile.js"}}
HOW = {"imports": "milliseconds in each module that boot has not imported already"}
LINES = 14
LEAST = 1.0  # milliseconds of a span that is shown
INTERVAL = 500  # microseconds between two looks of the profiler


def profiled(bench: Bench) -> None:
    """Print it."""
    with bench.page() as page:
        call(page, "open", WORKER)
        model, points = f"{stock(*STOCKS[0])}.inkmoji", doodle(0, 9)
        told = call(page, "call", "profile", "boot", model, points)
        print_spans(told)
        for title in ("imports", "loading", "predicting"):
            print(f"\n{title}: {HOW.get(title, 'cProfile, seconds')}")
            print(told[title])
    with bench.page() as page:  # anew, for it slows all down
        ask = attached(page)
        call(page, "open", WORKER)
        ask("Profiler.enable")
        ask("Profiler.setSamplingInterval", interval=INTERVAL)
        ask("Profiler.start")
        call(page, "call", "profile", "boot", model, points)
        print_functions(ask("Profiler.stop")["profile"])


def print_spans(told: dict[str, Any]) -> None:
    """Stages in their order; files and other waits, indented, lie in the stages and beside each other."""
    print(f"from boot.js to a second answer {told['total']:.0f} ms; where each part begins, and how long it takes, ms")
    for span in told["spans"]:
        spent = span["end"] - span["start"]
        if spent >= LEAST:
            indent = "" if span["name"].startswith("stage") else "    "
            print(f"{span['start']:9.0f} {spent:8.1f}  {indent}{span['name']}")


def print_functions(profile: dict[str, Any]) -> None:
    """The functions of JavaScript that take longest themselves; WebAssembly counts as one for each file."""
    names = {node["id"]: described(node["callFrame"]) for node in profile["nodes"]}
    spent: Counter[str] = Counter()
    for node, microseconds in zip(profile["samples"], profile["timeDeltas"], strict=True):
        spent[names[node]] += max(microseconds, 0)
    print("\nthe same as V8's profiler sees it, milliseconds in each function itself")
    for name, microseconds in spent.most_common(LINES):
        print(f"{microseconds / 1000:9.1f}  {name}")


def described(frame: dict[str, Any]) -> str:
    file = frame["url"].rpartition("/")[2]
    if frame["url"].startswith("wasm:") or file.endswith(".wasm"):
        return f"WebAssembly {file}"
    return (
        f"{frame['functionName'] or '(anonymous)'} {file}:{frame['lineNumber'] + 1}" if file else frame["functionName"]
    )
