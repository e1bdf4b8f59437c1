"""What a host hands over is checked before it is used, and a refusal leaves the session as it was."""

from __future__ import annotations

import numpy as np
import pytest
from inkmoji import (
    ArchiveError,
    DrawingError,
    FeatureError,
    HeadError,
    InkmojiError,
    Model,
    UpdateError,
    dumps,
)

from tests import updatable
from tests.engine import (
    Plain,
    drawn,
    face,
    lesson,
    loaded,
    refused,
    scribble,
    tiny_model,
)

BASE = dumps(tiny_model())
KINDS = updatable.KINDS
OTHERS = [name for name in KINDS if name not in ("drawings, k nearest neighbours", "drawings, PLDA")]


@pytest.mark.parametrize("name", OTHERS)
def test_a_model_that_does_not_keep_drawings_under_texts_is_refused(name: str) -> None:
    session = loaded(BASE)
    with refused(ArchiveError, "archive-content", "keeps drawings under text labels"):
        session.load(dumps(KINDS[name]().model))
    assert session.predict(drawn(scribble(1)))["label"] is None


@pytest.mark.parametrize(
    ("drawing", "words"),
    [
        ({}, ("points and lengths, or pixels, width and height", "got []")),
        ({"points": np.zeros(2, np.float32)}, ("got ['points']",)),
        ({"pixels": b"1234", "width": 1}, ("got ['pixels', 'width']",)),
        ({"points": np.zeros(2), "lengths": np.ones(1, np.int32)}, ("flat array of float32", "float64")),
        ({"points": np.zeros((1, 2), np.float32), "lengths": np.ones(1, np.int32)}, ("flat array", "(1, 2)")),
        ({"points": np.zeros(2, np.float32), "lengths": np.ones(1, np.int64)}, ("flat array of int32", "int64")),
        ({"points": np.zeros(2, np.float32), "lengths": None}, ("flat array of int32", "object")),
        ({"points": np.zeros(3, np.float32), "lengths": np.ones(1, np.int32)}, ("x and y", "got 3 numbers")),
        ({"points": np.zeros(4, np.float32), "lengths": np.ones(1, np.int32)}, ("sum to 2", "[1]")),
        ({"points": np.zeros(2, np.float32), "lengths": np.zeros(1, np.int32)}, ("at least 1",)),
        ({"pixels": np.zeros(15, np.uint8), "width": 2, "height": 2}, ("2 x 2 pixels", "got 15 bytes")),
        ({"pixels": np.zeros(16, np.uint8), "width": 2.0, "height": 2}, ("2.0 x 2 pixels",)),
        ({"pixels": np.zeros(16, np.uint8), "width": -2, "height": -2}, ("-2 x -2 pixels",)),
        ({"pixels": np.zeros(16, np.int8), "width": 2, "height": 2}, ("flat array of uint8", "int8")),
        ({"pixels": "text", "width": 1, "height": 1}, ("flat array of uint8", "<U4")),
    ],
)
def test_buffers_of_another_kind_are_refused(drawing: Plain, words: tuple[str, ...]) -> None:
    session = loaded(BASE)
    with refused(DrawingError, "drawing-malformed", *words):
        session.predict(drawing)
    with refused(DrawingError, "drawing-malformed", *words):
        session.begin_update([{"label": "a", "drawing": drawing}], [])
    session.begin_update(lesson("a"), [])  # and nothing was begun


@pytest.mark.parametrize(
    ("drawing", "code"),
    [
        ({"points": np.zeros(0, np.float32), "lengths": np.zeros(0, np.int32)}, "drawing-empty"),
        ({"pixels": np.zeros(0, np.uint8), "width": 0, "height": 0}, "drawing-empty"),
        ({"pixels": np.zeros(4, np.uint8), "width": 1, "height": 1}, "drawing-empty"),
        ({"points": np.full(2, np.nan, np.float32), "lengths": np.ones(1, np.int32)}, "drawing-not-finite"),
        ({"points": np.zeros(2_000_000, np.float32), "lengths": np.array([10**6], np.int32)}, "drawing-too-large"),
    ],
)
def test_a_drawing_without_ink_or_beyond_measure_is_refused(drawing: Plain, code: str) -> None:
    with refused(DrawingError, code):
        loaded(BASE).predict(drawing)


@pytest.mark.parametrize(
    ("examples", "faces", "code"),
    [
        ([{"label": "\ud83d", "drawing": drawn(scribble(0))}], [], "feature-type"),
        ([{"label": 5, "drawing": drawn(scribble(0))}], [], "feature-type"),
        ([{"label": None, "drawing": drawn(scribble(0))}], [], "feature-missing"),
        ([{"label": "", "drawing": drawn(scribble(0))}], [], "feature-label"),
        (lesson("a"), [face("a", "")], "feature-missing"),
        (lesson("a"), [face("a", "\ud83d")], "feature-type"),
        (lesson("a"), [face("a", "x" * 65)], "feature-shape"),
        (lesson("a"), [face("a", created=-1)], "feature-shape"),
        (lesson("a"), [face("b")], "update-argument"),
        (lesson("a"), [face(5)], "feature-type"),
        (lesson("a"), [face(["a"])], "feature-type"),
        (lesson("a"), [face("\ud83d")], "feature-type"),
        ([5], [], "feature-missing"),
        ([["drawing", "label"]], [], "feature-missing"),
        (["drawing label"], [], "feature-missing"),
        ([], [], "update-argument"),
    ],
)
def test_a_lesson_that_cannot_be_taught_is_refused_and_nothing_is_begun(
    examples: list[Plain], faces: list[Plain], code: str
) -> None:
    session = loaded(BASE)
    with refused((FeatureError, UpdateError), code):  # type: ignore[arg-type]
        session.begin_update(examples, faces)
    with refused(UpdateError, "update-state", "begin one first"):
        session.step()
    session.begin_update(lesson("a"), [face("a")])


@pytest.mark.parametrize("failure", [HeadError("head-value", "broken"), DrawingError("drawing-empty", "broken")])
def test_an_error_of_this_library_that_ends_an_update_is_raised_as_it_is(
    monkeypatch: pytest.MonkeyPatch, failure: InkmojiError
) -> None:
    def broken(*arguments: object) -> None:
        raise failure

    session = loaded(BASE)
    session.begin_update(lesson("a"), [])
    session.step()
    monkeypatch.setattr(Model, "add_example", broken)
    with pytest.raises(InkmojiError) as caught:
        session.step()
    assert caught.value is failure
