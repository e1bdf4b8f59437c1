"""What is said of drawings before they are taught: by every kind of head, and by the model that ships."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from inkmoji import (
    CompiledModel,
    FeatureError,
    ImageConstraint,
    Model,
    NearestNeighbors,
    Picture,
    Strokes,
    UpdateContext,
    UpdateTask,
    dumps,
)
from inkmoji.features import Drawing, Label
from inkmoji.image import prepare
from inkmoji.review import Review, review
from inkmoji.session import Session, call

from tests.engine import Plain, blot, drawn, line, loaded, pixels, provider, scribble, taught, tiny_model
from tests.updatable import KINDS, extractor

DATA = (Path(__file__).resolve().parents[2] / "models" / "base.inkmoji").read_bytes()
BASE = CompiledModel(DATA).model()
NEAREST = Model(BASE.description, BASE.network, NearestNeighbors(128))
OF_DRAWINGS = [name for name in KINDS if name.startswith("drawings")]
READING: dict[str, Model] = {name: KINDS[name]().model for name in OF_DRAWINGS} | {"drawings to numbers": extractor()}


def arc(x: float, y: float, width: float, height: float, first: float = 0.0, last: float = 1.0) -> list[list[float]]:
    """Part of an ellipse, in turns."""
    turns = np.linspace(math.tau * first, math.tau * last, 20)
    return np.stack([x + width * np.cos(turns), y + height * np.sin(turns)], axis=1).tolist()


def sun(rays: int = 8, turn: float = 0.0, radius: float = 24.0) -> Strokes:
    angles = [turn + math.tau * ray / rays for ray in range(rays)]
    ends = [[[r * math.cos(angle), r * math.sin(angle)] for r in (radius + 8.0, 50.0)] for angle in angles]
    return Strokes.of([arc(0, 0, radius, radius), *ends])


def house(roof: float = 50.0) -> Strokes:
    walls = [[-40.0, 0.0], [-40.0, 50.0], [40.0, 50.0], [40.0, 0.0]]
    return Strokes.of([walls, [[-50.0, 2.0], [0.0, -roof], [50.0, 2.0]], [[-8, 50], [-8, 20], [8, 20], [8, 50]]])


STAIRS = line((-50, 50), (-20, 50), (-20, 20), (10, 20), (10, -10), (40, -10), (40, -40))
SUNS = (sun(), sun(6, 0.4, 30.0), sun(10, 0.2, 20.0))


def moved(drawing: Strokes, scale: float = 1.0, shift: tuple[float, float] = (0.0, 0.0)) -> Strokes:
    return Strokes(drawing.points * scale + np.array(shift), drawing.lengths)


def redrawn(drawing: Strokes, beside: float) -> Strokes:
    """With every point so far beside its place, as a share of the drawing's size, in a direction of its own."""
    noise = np.random.default_rng(1).normal(size=drawing.points.shape)
    size = np.ptp(drawing.points, axis=0).max()
    return Strokes(drawing.points + beside * size * noise / math.sqrt(2.0), drawing.lengths)


def found(model: Model, *drawings: Drawing, label: Label | None = None) -> Review:
    return review(model, [provider(drawing) for drawing in drawings], label)


# Every head


@pytest.fixture(params=READING)
def model(request: pytest.FixtureRequest) -> Model:
    return READING[request.param]


def test_the_pictures_are_what_the_model_is_given(model: Model) -> None:
    drawings = (scribble(1), blot(2), line((3, 4)))
    pictures = found(model, *drawings).pictures
    assert all(np.array_equal(one, prepare(d, model.constraint)) for one, d in zip(pictures, drawings, strict=True))
    assert [one.dtype for one in pictures] == [np.uint8] * 3


def test_a_copy_is_alike_wherever_it_is_and_however_large(model: Model) -> None:
    copies = [scribble(0), moved(scribble(0), 3.0, (40.0, -7.0)), moved(scribble(0), 0.25)]
    assert found(model, *copies).alike == ((0, 1), (0, 2), (1, 2))
    assert found(model, *copies).odd == ()


def test_the_odd_one_is_one_of_several_or_both_of_two(model: Model) -> None:
    for seed in range(12):
        three = [scribble(seed), scribble(seed + 100), scribble(seed + 200)]
        assert len(found(model, *three).odd) <= 1
        assert found(model, *three[:2]).odd in ((), (0, 1))
        assert found(model, three[0]).odd == ()


def test_a_review_changes_nothing_and_says_the_same_again(model: Model) -> None:
    before, drawings = dumps(model), (scribble(0), scribble(1), blot(3))
    one, other = found(model, *drawings), found(model, *drawings)
    assert (one.alike, one.odd, one.claims) == (other.alike, other.odd, other.claims)
    assert dumps(model) == before


def test_without_drawings_there_is_nothing_to_say(model: Model) -> None:
    assert vars(found(model)) == {"pictures": (), "alike": (), "odd": (), "claims": ()}


@pytest.mark.parametrize("name", OF_DRAWINGS)
def test_what_the_model_recognises_is_claimed_unless_it_is_taught_as_that(name: str) -> None:
    kind = KINDS[name]()
    ends: list[UpdateContext] = []
    UpdateTask(CompiledModel.of(kind.model), kind.batch(), handlers=ends.append).resume()
    assert ends[0].candidate is not None
    knowing = ends[0].candidate.model()
    predictions = knowing.predict_batch(kind.batch())
    assert any(one.recognized for one in predictions)
    claims = [(one.label, one.probabilities[one.label]) if one.recognized else None for one in predictions]  # type: ignore[index]
    assert list(review(knowing, kind.examples).claims) == claims
    own = predictions[0].label
    assert list(review(knowing, kind.examples, own).claims) == [
        None if claim and claim[0] == own else claim for claim in claims
    ]


def test_a_model_of_arrays_is_refused() -> None:
    with pytest.raises(FeatureError):
        review(KINDS["arrays, k nearest neighbours"]().model, [provider(scribble(0))])


# The model that ships


def test_three_drawings_of_one_thing_go_together() -> None:
    result = found(BASE, *SUNS)
    assert (result.alike, result.odd, result.claims) == ((), (), (None, None, None))


def test_drawings_of_one_thing_may_vary_much() -> None:
    assert found(BASE, sun(), sun(4, 0.3, 40.0), sun(16, 0.0, 12.0)).odd == ()


@pytest.mark.parametrize("model", [BASE, NEAREST], ids=["PLDA", "k nearest neighbours"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_one_that_shows_another_thing_is_odd(model: Model, place: int) -> None:
    drawings: list[Strokes] = list(SUNS)
    drawings[place] = STAIRS
    assert found(model, *drawings).odd == (place,)


@pytest.mark.parametrize("model", [BASE, NEAREST], ids=["PLDA", "k nearest neighbours"])
def test_two_that_show_different_things_differ(model: Model) -> None:
    assert found(model, sun(), STAIRS).odd == (0, 1)
    assert found(model, *SUNS[:2]).odd == ()


@pytest.mark.parametrize("drawing", [sun(), house()])
def test_one_redrawn_with_a_steady_hand_is_alike(drawing: Strokes) -> None:
    assert found(BASE, drawing, redrawn(drawing, 0.005)).alike == ((0, 1),)


def test_circles_are_alike_however_they_are_drawn() -> None:
    """That is as it should be: the second one adds nothing. The page only says so."""
    circles = [Strokes.of([arc(0, 0, 50, 50, first, first + 1.02)]) for first in (0.0, 0.3)]
    assert found(BASE, *circles).alike == ((0, 1),)


def test_a_taught_sticker_claims_what_looks_like_it() -> None:
    knowing = taught(BASE, *(("sun", drawing) for drawing in SUNS)).model()
    claims = found(knowing, house(), sun(7, 0.1)).claims
    assert claims[0] is None
    assert claims[1] is not None
    assert claims[1][0] == "sun"
    assert 0.5 < claims[1][1] <= 1.0
    assert found(knowing, house(), sun(7, 0.1), label="sun").claims == (None, None)
    assert found(knowing, *SUNS).odd == ()  # the others alone count, not what was taught


def test_the_same_as_pixels_is_reviewed_like_strokes() -> None:
    side = 64
    picture = Picture(prepare(house(), ImageConstraint(side, side)))
    assert found(BASE, picture, *SUNS[:2]).odd == (0,)
    assert found(BASE, picture, picture).alike == ((0, 1),)


# The session


def test_a_host_is_answered_with_plain_lists_and_grey_pictures() -> None:
    session = loaded(taught(BASE, *(("sun", drawing) for drawing in SUNS)).data)
    answer = session.review([drawn(sun()), drawn(moved(sun(), 2.0)), drawn(house())], None)
    assert [(one["width"], one["height"]) for one in answer["pictures"]] == [(32, 32)] * 3
    grey = answer["pictures"][2]["pixels"]
    assert (grey.dtype, grey.shape) == (np.uint8, (1024,))
    assert np.array_equal(grey.reshape(32, 32), prepare(house(), BASE.constraint))
    assert (answer["alike"], answer["odd"]) == ([[0, 1]], [2])
    first, second, third = answer["claims"]
    assert first is not None
    assert first["label"] == "sun"
    assert second is not None
    assert third is None
    assert session.review([drawn(sun())], "sun")["claims"] == [None]
    assert session.review([], None) == {"pictures": [], "alike": [], "odd": [], "claims": []}


def test_a_picture_with_channels_is_told_as_grey() -> None:
    (picture,) = loaded(dumps(tiny_model(channels=3))).review([pixels(blot(1))], None)["pictures"]
    assert (picture["pixels"].shape, picture["width"], picture["height"]) == ((64,), 8, 8)


@pytest.mark.parametrize(
    ("drawings", "label", "code"),
    [
        ([{"points": np.empty(0, np.float32), "lengths": np.empty(0, np.int32)}], None, "drawing-empty"),
        ([drawn(sun()), {}], None, "drawing-malformed"),
        ([drawn(sun())], 7, "feature-type"),
    ],
)
def test_what_is_none_is_refused_with_its_code(drawings: list[Plain], label: Any, code: str) -> None:
    answer = call(loaded(DATA), "review", drawings, label)
    assert answer["error"]["code"] == code


def test_before_a_model_is_loaded_there_is_nothing_to_ask() -> None:
    assert call(Session(), "review", [], None)["error"]["code"] == "update-state"
