"""Stickers that have a picture for a face: taught, changed, kept in files, and refused where it is none."""

from __future__ import annotations

from typing import Any

import pytest
from inkmoji import ArchiveError, Face, FeatureError, UpdateError, dumps, loads
from inkmoji.session import Session

from tests.engine import PNG, face, lesson, loaded, png, refused, run_update, scribble
from tests.library import BASE, SHELF, base, drawings_of, knowing, unchanged

SQUARE, WIDE = png(8, 8), png(16, 8, "crimson")


def pictured(image: bytes, *seeds: int, text: str = "") -> bytes:
    """A file with one sticker that looks like that."""
    model = knowing(base(), *(("p", scribble(seed)) for seed in seeds))
    model.set_face("p", Face(text, image=image))
    return dumps(model)


def looks_of(session: Session) -> list[tuple[str, bytes | None]]:
    """The text and the image of every sticker of the live model."""
    return [(sticker["text"], sticker["image"]) for sticker in session.load(session.archive())["stickers"]]


@pytest.mark.parametrize("buffer", [bytes, bytearray, memoryview])
def test_a_picture_is_taught_and_still_there_in_the_file(buffer: Any) -> None:
    session = loaded(BASE)
    session.begin_update(lesson("a", "b"), [face("a", "", image=buffer(SQUARE)), face("b", "me", image=buffer(WIDE))])
    run_update(session)
    stickers = session.adopt()["stickers"]
    assert [(sticker["text"], sticker["image"]) for sticker in stickers] == [("", SQUARE), ("me", WIDE)]
    assert looks_of(session) == [("", SQUARE), ("me", WIDE)]
    assert session.inspect(session.archive())["stickers"] == stickers


def test_a_face_is_changed_from_a_text_to_a_picture_and_back() -> None:
    session = loaded(SHELF)
    session.offer_face(face("cat", "", image=SQUARE))
    session.adopt()
    assert looks_of(session) == [("☀️", None), ("", SQUARE)]
    session.offer_face(face("cat", "🐱"))
    session.adopt()
    assert looks_of(session) == [("☀️", None), ("🐱", None)]


def test_only_the_same_picture_of_the_same_name_unites_in_an_import() -> None:
    session = loaded(pictured(SQUARE, 0))
    session.begin_import(pictured(SQUARE, 1), False)
    run_update(session)
    session.adopt()
    other = loads(pictured(WIDE, 2, 3))
    renamed = knowing(base(), ("q", scribble(2)), ("r", scribble(3)))
    renamed.set_face("q", other.faces["p"])
    renamed.set_face("r", Face("", image=SQUARE))
    session.begin_import(dumps(renamed), False)
    run_update(session)
    session.adopt()
    assert looks_of(session) == [("", SQUARE), ("", WIDE)]
    assert drawings_of(loads(session.archive()), 0, 1, 2, 3) == {"p": [0, 1, 3], "q": [2]}


@pytest.mark.parametrize(
    "image",
    [PNG, PNG + b"image", SQUARE[:-20], png(257, 1), b"GIF89a", SQUARE + bytes(65536), "text", 5, ["list"]],
    ids=["a signature", "no PNG", "truncated", "too wide", "a GIF", "too long", "a text", "a number", "a list"],
)
def test_what_is_no_picture_is_not_taken_for_a_face(image: object) -> None:
    session = loaded(SHELF)
    before = session.archive()
    with refused(FeatureError, "feature-type", "expected a"):
        session.offer_face(face("cat", "x", image=image))
    with refused(FeatureError, "feature-type", "expected a"):
        session.begin_update(lesson("a"), [face("a", "x", image=image)])
    with refused(FeatureError, "feature-missing", "a text or an image"):
        session.offer_face(face("cat", "", image=b""))
    assert unchanged(session, before)


def test_a_file_with_a_picture_that_is_none_is_refused_wherever_it_comes_in() -> None:
    session = loaded(SHELF)
    before = session.archive()
    for image in (PNG + b"image", SQUARE[:-20], png(300, 300)):
        data = pictured(image, 1, text="x")
        for method, *arguments in (
            ("load", data), ("begin_import", data, False), ("inspect", data), ("offer", data),
            ("begin_renewal", data, BASE, None), ("holds", data, {"label": "p"}),
        ):  # fmt: skip
            with refused(ArchiveError, "archive-content", "a still PNG", "choose another picture"):
                getattr(session, method)(*arguments)
        assert unchanged(session, before)


def test_a_picture_stays_when_everything_is_renewed_and_goes_with_its_sticker() -> None:
    session = loaded(pictured(SQUARE, 0))
    session.begin_renewal(session.archive(), BASE, None)
    run_update(session)
    session.adopt()
    assert looks_of(session) == [("", SQUARE)]
    session.offer_without({"label": "p"})
    session.adopt()
    assert SQUARE not in session.archive()
    with refused(UpdateError, "update-nothing"):
        session.begin_import(session.archive(), False)
