"""What a session is handed to import, renew, restore and edit is checked, and a refusal leaves it as it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from inkmoji import ArchiveError, UpdateError
from inkmoji.session import Session, call

from tests.engine import face, lesson, loaded, refused, run_update
from tests.hostile.make import FOLDER
from tests.library import BASE, FILE, PACK, SHELF, unchanged

HOSTILE = sorted(FOLDER.glob("*.inkmoji"))
MAKERS: dict[str, Callable[[Session], None]] = {
    "begin_update": lambda session: session.begin_update(lesson("a"), []),
    "begin_import": lambda session: session.begin_import(FILE, False),
    "begin_renewal": lambda session: session.begin_renewal(FILE, BASE, None),
    "begin_renewal of nothing": lambda session: session.begin_renewal(BASE, BASE, None),
    "offer": lambda session: session.offer(BASE),
    "offer_starter": lambda session: session.offer_starter(PACK),
    "offer_face": lambda session: session.offer_face(face("cat")),
    "offer_without": lambda session: session.offer_without({"label": "cat"}),
}


@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: path.stem)
def test_a_hostile_file_is_refused_wherever_it_comes_in(path: Any) -> None:
    session, data, code = loaded(SHELF), path.read_bytes(), path.name.split(".")[0]
    before = session.archive()
    for arguments in (
        ("begin_import", data, False), ("begin_import", data, True), ("inspect", data), ("offer", data),
        ("begin_renewal", data, BASE, None), ("begin_renewal", FILE, data, None), ("begin_renewal", FILE, BASE, data),
        ("holds", data, {"label": "cat"}), ("is_based_on", data),
    ):  # fmt: skip
        with refused(ArchiveError, code):
            getattr(session, arguments[0])(*arguments[1:])
    assert unchanged(session, before)


@pytest.mark.parametrize(
    ("method", "arguments", "code"),
    [
        ("begin_import", (FILE, None), "feature-type"),
        ("begin_import", (FILE, 1), "feature-type"),
        ("begin_import", ("text", False), "archive-magic"),
        ("begin_import", (None, False), "archive-magic"),
        ("begin_renewal", (FILE, None, None), "archive-magic"),
        ("begin_renewal", (FILE, BASE, "text"), "archive-magic"),
        ("offer", (5,), "archive-magic"),
        ("offer_face", ({"label": "cat", "text": "x"},), "feature-missing"),
        ("offer_face", (face("cat", ""),), "feature-missing"),
        ("offer_face", (face("cat", "x" * 65),), "feature-shape"),
        ("offer_face", (face("cat", created=-1),), "feature-shape"),
        ("offer_face", (face(5),), "feature-type"),  # type: ignore[arg-type]
        ("offer_face", (face("dog"),), "head-value"),
        ("offer_without", ({"label": "dog"},), "head-value"),
        ("offer_without", ({"example": "cat"},), "head-value"),
        ("examples", (5,), "feature-type"),
        ("inspect", ({},), "archive-magic"),
        ("is_based_on", (None,), "archive-magic"),
        *[
            (method, (*first, part), code)
            for part, code in [
                ({}, "feature-missing"),
                (None, "feature-missing"),
                ("label", "feature-missing"),
                ({"label": "cat", "example": "x"}, "feature-missing"),
                ({"sticker": "cat"}, "feature-missing"),
                ({"label": None}, "feature-type"),
                ({"label": ["cat"]}, "feature-type"),
                ({"example": 5}, "feature-type"),
                ({"label": "\ud83d"}, "feature-type"),
            ]
            for method, first in (("offer_without", ()), ("holds", (BASE,)))
        ],
    ],
)
def test_what_is_no_argument_is_refused_and_changes_nothing(method: str, arguments: tuple[Any, ...], code: str) -> None:
    session = loaded(SHELF)
    before = session.archive()
    answer = call(session, method, *arguments)
    assert answer["error"]["code"] == code
    assert "expected" in answer["error"]["message"]
    assert unchanged(session, before)


@pytest.mark.parametrize("name", MAKERS)
def test_only_one_candidate_is_made_at_a_time(name: str) -> None:
    session = loaded(SHELF)
    session.begin_update(lesson("a"), [])
    with refused(UpdateError, "update-state", "no update to be running"):
        MAKERS[name](session)
    run_update(session)
    waiting = session.candidate()
    with refused(UpdateError, "update-state", "no candidate to be waiting"):
        MAKERS[name](session)
    assert session.candidate() == waiting


@pytest.mark.parametrize("name", [name for name in MAKERS if name != "begin_update"])
def test_every_candidate_waits_for_its_end_and_can_be_dropped(name: str) -> None:
    session = loaded(SHELF)
    before = session.archive()
    MAKERS[name](session)
    session.discard()
    assert unchanged(session, before)
    MAKERS[name](session)
    run_update(session)
    assert session.step() is None
    session.cancel()  # too late
    made = session.candidate()
    assert session.archive() == before != made
    session.adopt()
    assert unchanged(session, made)


@pytest.mark.parametrize("name", ["begin_import", "offer_face", "offer_without", "offer_starter"])
def test_without_a_live_model_there_is_nothing_to_change(name: str) -> None:
    with refused(UpdateError, "update-state", "a model to be loaded"):
        MAKERS[name](Session())


def test_without_a_live_model_there_is_nothing_to_tell_of_it() -> None:
    session = Session()
    for method, arguments in (("archive", ()), ("examples", ("cat",)), ("is_based_on", (BASE,))):
        with refused(UpdateError, "update-state", "a model to be loaded"):
            getattr(session, method)(*arguments)
    assert session.holds(FILE, {"label": "dog"})
    assert session.inspect(FILE)["examples"] == 3
    session.offer(FILE)
    assert len(session.adopt()["stickers"]) == 2
