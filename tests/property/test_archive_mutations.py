"""Thousands of changed archives of every kind: each is refused by name, or is the one way to write a model that works.

Deterministic: the same archives in every run.
"""

from __future__ import annotations

import hashlib
import re
import struct
import tracemalloc
from collections import Counter
from pathlib import Path

import pytest
from inkmoji import ArchiveError, InkmojiError, Model, dumps, errors, loads
from inkmoji.upgrade import upgrade

from tests.archived import KINDS, inputs_of
from tests.engine import DIGEST, parts
from tests.mutations import mutated

STORED = (Path(__file__).resolve().parents[1] / "stored" / "version-1.inkmoji").read_bytes()
SOURCES = {"version-1": STORED} | {name: dumps(model) for name, model in KINDS.items()}
COUNT = 12_000
CODES = re.findall(r"archive-[a-z-]+", errors.__doc__ or "")
MOST_MEMORY = 250_000  # bytes at once while a file of a few kilobytes is read


def judged(data: bytes) -> tuple[str, int]:
    """How the reading of an archive ended, and the most memory it took at once."""
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    try:
        model = loads(data)
    except ArchiveError as error:
        return error.code, tracemalloc.get_traced_memory()[1] - before
    peak = tracemalloc.get_traced_memory()[1] - before
    if struct.unpack("<I", data[8:12]) == (1,):
        header, body = parts(data)
        assert parts(dumps(model)) == (upgrade(header), body)
    else:
        assert dumps(model) == data
    return used(model), peak


def used(model: Model) -> str:
    """A model that was let in predicts, or says by name why it cannot."""
    try:
        model.predict(next(inputs_of(model)))
    except InkmojiError as error:
        return f"sound, and then {error.code}"
    return "sound"


@pytest.mark.slow
@pytest.mark.no_cover  # other tests cover the same lines, and being watched makes it half as slow again
def test_changed_archives_are_refused_by_name_or_sound(capsys: pytest.CaptureFixture[str]) -> None:
    seen: Counter[str] = Counter()
    ways: Counter[str] = Counter()
    peaks: Counter[str] = Counter()
    tracemalloc.start()
    try:
        for index, (way, data) in enumerate(mutated(2024, list(SOURCES.values()), COUNT)):
            if data in SOURCES.values():
                seen["unchanged"] += 1
                continue
            end, peak = judged(data)
            seen[end] += 1
            ways[way] += 1
            assert way != "structure" or hashlib.sha256(data[:-DIGEST]).digest() == data[-DIGEST:]
            peaks[end] = max(peaks[end], peak)
            assert peak < MOST_MEMORY, f"archive {index}: {peak} bytes until {end}"
    finally:
        tracemalloc.stop()
    table = "\n".join(f"{count:7} {end:36} at most {peaks[end]:7} bytes" for end, count in sorted(seen.items()))
    with capsys.disabled():
        print(f"\n{ways.total()} changed archives, of them {dict(ways)}\n{table}")
    assert set(CODES) <= set(seen), table
    assert seen["sound"] >= COUNT // 50, table
    assert ways.total() >= 10_000, table
    assert ways["structure"] >= ways.total() / 2, ways
