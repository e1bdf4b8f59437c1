"""A session that imports, renews, restores and edits: what its host hands over and is handed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from inkmoji import ArchiveError, Strokes, UpdateError, dumps, loads
from inkmoji.image import canonical
from inkmoji.plain import SPAN
from inkmoji.session import Session
from inkmoji.transfer import Lesson

from tests.engine import Plain, blot, drawn, face, loaded, pixels, refused, run_update, scribble
from tests.library import (
    BASE,
    FILE,
    PACK,
    SHELF,
    base,
    drawings_of,
    knowing,
    older_base,
    texts_of,
    unchanged,
    with_ready,
)

S = [scribble(seed) for seed in range(6)]


# Importing


def test_an_import_runs_as_an_update_and_what_it_brings_is_recognised_once_adopted() -> None:
    session = loaded(SHELF)
    session.begin_import(memoryview(FILE), False)
    told = run_update(session)
    assert [item["event"] for item in told] == ["training-begin", "mini-batch-end", "epoch-end", *["verifying"] * 3]
    assert [item["done"] for item in told] == list(range(1, told[0]["total"] + 1))
    assert texts_of(loads(session.archive())) == {"sun": "☀️", "cat": "🐱"}
    stickers = session.adopt()["stickers"]
    assert [(sticker["text"], sticker["examples"]) for sticker in stickers] == [("☀️", 0), ("🐱", 2), ("🐶", 2)]
    assert stickers[2]["created"] == 1001
    assert drawings_of(loads(session.archive()), 0, 1, 2, 3) == {"cat": [0, 1], "dog": [2, 3]}


def test_an_import_that_replaces_keeps_only_what_came_ready_made() -> None:
    session = loaded(SHELF)
    session.begin_import(FILE, True)
    run_update(session)
    assert [sticker["label"] for sticker in session.adopt()["stickers"]] == ["sun", "x", "dog"]


@pytest.mark.parametrize("replacing", [False, True])
@pytest.mark.parametrize("steps", [0, 1, 3])
def test_a_cancelled_import_leaves_the_model_as_it_was(steps: int, replacing: bool) -> None:
    session = loaded(SHELF)
    before = session.archive()
    session.begin_import(FILE, replacing)
    for _ in range(steps):
        session.step()
    session.cancel()
    with refused(UpdateError, "update-cancelled"):
        session.step()
    assert unchanged(session, before)


def test_a_file_with_nothing_to_learn_changes_nothing() -> None:
    session = loaded(SHELF)
    before = session.archive()
    for archive, replacing in ((BASE, False), (BASE, True), (PACK, True), (before, False)):
        with refused(UpdateError, "update-nothing", "another file"):
            session.begin_import(archive, replacing)
        assert unchanged(session, before)


# Renewing and restoring


def test_a_stored_model_is_renewed_on_a_newer_base() -> None:
    session, old = loaded(FILE), dumps(with_ready(loads(FILE), moon="🌙"))
    assert not session.is_based_on(BASE)
    session.begin_renewal(old, BASE, PACK)
    run_update(session)
    stickers = session.adopt()["stickers"]
    assert [(sticker["label"], sticker["examples"]) for sticker in stickers] == [
        ("x", 1), ("dog", 2), ("sun", 0), ("star", 0),
    ]  # fmt: skip
    assert session.is_based_on(BASE)
    assert drawings_of(loads(session.archive()), 1, 2, 3) == {"x": [1], "dog": [2, 3]}


def test_with_no_drawing_to_renew_the_candidate_is_there_at_once() -> None:
    session = loaded(SHELF)
    session.begin_renewal(dumps(older_base()), BASE, PACK)
    assert session.candidate() == BASE
    assert session.step() is None
    assert session.adopt()["stickers"] == []


def test_a_renewal_that_fails_at_its_very_end_leaves_the_model_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_large(*_: object) -> None:
        raise ArchiveError("archive-too-large", "too much")

    session = loaded(SHELF)
    before = session.archive()
    session.begin_renewal(FILE, BASE, None)
    with monkeypatch.context() as patch:
        patch.setattr(Lesson, "finished", too_large)
        with refused(ArchiveError, "archive-too-large"):
            run_update(session)
    assert unchanged(session, before)


def test_an_older_generation_is_offered_as_it_was() -> None:
    session = loaded(SHELF)
    older = session.archive()
    session.begin_import(FILE, False)
    run_update(session)
    session.adopt()
    session.offer(bytearray(older))
    assert session.candidate() == older
    assert [sticker["label"] for sticker in session.adopt()["stickers"]] == ["sun", "cat"]


# Editing


def test_a_face_is_changed_and_the_sticker_stays_as_old_as_it_is() -> None:
    session = loaded(SHELF)
    session.offer_face(face("cat", "🦁", "Löwe", 5))
    sun, cat = session.adopt()["stickers"]
    assert cat == {"label": "cat", "text": "🦁", "name": "Löwe", "image": None, "created": 1000, "examples": 1}
    assert sun["text"] == "☀️"


def test_stickers_and_examples_are_taken_out() -> None:
    session = loaded(FILE)
    first, second = session.examples("dog")
    session.offer_without({"example": first["id"]})
    assert [sticker["examples"] for sticker in session.adopt()["stickers"]] == [1, 1]
    session.offer_without({"example": second["id"]})
    assert [sticker["label"] for sticker in session.adopt()["stickers"]] == ["x"]
    session.offer_without({"label": "x"})
    assert session.adopt()["stickers"] == []
    ready = loaded(SHELF)
    ready.offer_without({"label": "sun"})
    assert [sticker["label"] for sticker in ready.adopt()["stickers"]] == ["cat"]


# What a session tells


def test_examples_come_in_the_order_taught_with_arrays_of_their_own() -> None:
    session = loaded(
        dumps(knowing(base(), ("cat", S[0]), ("dog", S[1]), ("cat", None), ("cat", blot(2)), ("cat", S[2])))
    )
    first, second, third = session.examples("cat")
    drawing: Any = first["drawing"]
    assert {key: (array.dtype, array.flags.c_contiguous, array.flags.writeable) for key, array in drawing.items()} == {
        "points": (np.float32, True, True), "lengths": (np.int32, True, True),
    }  # fmt: skip
    assert drawing["points"].min() == 0.0
    assert drawing["points"].max() == SPAN
    assert drawing["lengths"].tolist() == [6, 6]
    picture: Any = second["drawing"]
    assert (picture["width"], picture["height"], picture["pixels"].dtype) == (12, 12, np.uint8)
    assert np.array_equal(picture["pixels"].reshape(12, 12, 4)[:, :, 3], blot(2).pixels)
    assert not picture["pixels"].reshape(12, 12, 4)[:, :, :3].any()
    drawing["points"][:] = -1.0
    assert session.examples("cat")[0]["id"] == first["id"]
    assert session.examples("cat")[0]["drawing"]["points"].min() == 0.0  # type: ignore[typeddict-item]
    assert third["id"] == loads(session.archive()).examples[4].id


def test_what_is_shown_can_be_taught_again_as_the_same_drawing() -> None:
    session = loaded(
        dumps(knowing(base(), *((label, S[index]) for index, label in enumerate("aaaaaa")), ("a", blot(2))))
    )
    shown: list[Plain] = [{"label": "b", "drawing": example["drawing"]} for example in session.examples("a")]
    session.begin_update(shown, [])
    run_update(session)
    session.adopt()
    again = [example["drawing"] for example in session.examples("b")]
    for one, other in zip(session.examples("a"), again, strict=True):
        for key, value in one["drawing"].items():
            assert np.array_equal(value, other[key])  # type: ignore[literal-required]


@pytest.mark.parametrize("label", ["sun", "nobody", ""])
def test_of_a_label_that_was_not_taught_there_are_no_examples(label: str) -> None:
    assert loaded(SHELF).examples(label) == []


def test_a_file_is_looked_into_without_being_taken_over() -> None:
    session = loaded(SHELF)
    before = session.archive()
    file = dumps(
        with_ready(knowing(loads(FILE), ("bare", None), ("x", None), ("faceless", S[4]), bare="👤"), moon="🌙")
    )
    assert session.inspect(file) == {
        "stickers": [
            {"label": "x", "text": "🐱", "name": "", "image": None, "created": 1000, "examples": 1},
            {"label": "dog", "text": "🐶", "name": "", "image": None, "created": 1001, "examples": 2},
            {"label": "faceless", "text": "faceless", "name": "", "image": None, "created": 0, "examples": 1},
        ],
        "examples": 4,
        "bytes": len(file),
        "created": 1001,
    }
    assert session.inspect(PACK) == {"stickers": [], "examples": 0, "bytes": len(PACK), "created": 0}
    assert unchanged(session, before)


def test_a_stored_model_is_asked_what_it_holds() -> None:
    session, held = Session(), loads(FILE).examples[0].id
    for part, expected in (
        ({"label": "dog"}, True), ({"label": "cat"}, False), ({"example": held}, True), ({"example": "dog"}, False),
    ):  # fmt: skip
        assert session.holds(FILE, part) is expected
    assert session.holds(PACK, {"label": "sun"}) is True


def test_a_session_knows_the_base_model_it_stands_on() -> None:
    session = loaded(SHELF)
    assert session.is_based_on(BASE) is True
    assert session.is_based_on(PACK) is True
    assert session.is_based_on(FILE) is False
    session.begin_update([{"label": "a", "drawing": pixels(blot(1))}], [])
    run_update(session)
    session.adopt()
    assert session.is_based_on(BASE) is True


def test_strokes_are_told_in_a_square_of_their_own() -> None:
    session = loaded(BASE)
    wide = Strokes.of([[(100.0, 50.0), (300.0, 50.0)]])
    session.begin_update([{"label": "a", "drawing": drawn(wide)}], [])
    run_update(session)
    session.adopt()
    drawing: Any = session.examples("a")[0]["drawing"]
    assert drawing["points"].tolist() == pytest.approx([0.0, SPAN / 2, SPAN, SPAN / 2])
    assert canonical(wide).points.tolist() == [[0, 512], [1024, 512]]  # type: ignore[union-attr]
