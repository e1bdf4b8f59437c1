"""Every archive in tests/hostile is refused by the error its name begins with, and costs next to no memory."""

from __future__ import annotations

import hashlib
import struct
import tracemalloc
from pathlib import Path

import pytest
from inkmoji import ArchiveError, CompiledModel, Face, dumps, loads
from inkmoji.archive import MAGIC, VERSION

from tests.engine import refused, rich_model
from tests.hostile.make import FOLDER, SUFFIX, files

FILES = sorted(FOLDER.glob("*.inkmoji"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_is_refused_by_name_without_memory_to_speak_of(path: Path) -> None:
    data = path.read_bytes()
    tracemalloc.start()
    try:
        with refused(ArchiveError, path.name.split(".")[0], "expected", "got"):
            loads(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 2_000_000
    with pytest.raises(ArchiveError):
        CompiledModel(data)


@pytest.mark.parametrize("name", files())
def test_what_is_made_today_is_refused_as_well(name: str) -> None:
    with refused(ArchiveError, name.split(".")[0]):
        loads(files()[name])


def test_every_kind_of_hostile_archive_is_kept_and_small() -> None:
    today = {path.name for path in FILES if path.name.endswith(SUFFIX)}
    assert today == {name + SUFFIX for name in files()}
    assert max(path.stat().st_size for path in FILES) < 16_000


def test_what_the_engine_before_refused_is_kept_as_it_was() -> None:
    kept = [path for path in FILES if not path.name.endswith(SUFFIX)]
    assert len(kept) == 56
    of_version_1 = [path for path in kept if path.read_bytes()[:12] == b"\x89INKMOJI\1\0\0\0"]
    assert len(of_version_1) == 51


def test_a_header_is_refused_for_its_depth_before_it_is_parsed_and_brackets_in_texts_do_not_count() -> None:
    name = "archive-header.nested-deeply"
    with refused(ArchiveError, "archive-header", "expected at most 32 levels", "got"):
        loads(files()[name])
    model, brackets = rich_model(), '[[{{"' * 12
    label = next(iter(model.faces))
    model.set_face(label, Face(brackets))
    assert loads(dumps(model)).faces[label].text == brackets


def test_a_text_without_an_end_is_passed_over_once_and_not_from_each_of_its_quotes() -> None:
    header = b'{"' + b'\\"' * (4 << 20)
    body = struct.pack("<8sII", MAGIC, VERSION, len(header)) + header
    with refused(ArchiveError, "archive-header", "expected a header in JSON"):
        loads(body + hashlib.sha256(body).digest())
