"""How well labels are told apart: by leave-one-out, computed by hand here, and on a plane."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from inkmoji import (
    FeatureDescription,
    FeatureType,
    HeadError,
    Model,
    ModelDescription,
    NearestNeighbors,
    ProbabilisticLDA,
)
from inkmoji.parts import Remembering
from inkmoji.separation import Position, projection, separation
from inkmoji.session import Session

from tests.engine import loaded, refused, scribble
from tests.library import SHELF, base, knowing, with_ready
from tests.updatable import KINDS

D = 6
POINT = FeatureDescription("point", FeatureType.MULTI_ARRAY, shape=(D,))
LABEL = FeatureDescription("label", FeatureType.STRING)


def lda() -> ProbabilisticLDA:
    """In whose space drawings of one thing scatter by a tenth."""
    return ProbabilisticLDA(np.zeros(D, np.float32), 10.0 * np.eye(D, dtype=np.float32), np.full(D, 30.0, np.float32))


HEADS: dict[str, Callable[[], Remembering]] = {
    "LDA": lda,
    "k nearest": lambda: NearestNeighbors(D, 3),
    "nearest": lambda: NearestNeighbors(D, 1),
}


@pytest.fixture(params=HEADS)
def head(request: pytest.FixtureRequest) -> Remembering:
    return HEADS[request.param]()


def model(head: Remembering, **points: list[list[float]]) -> Model:
    """Taught with the points of each label; what is missing of a point is 0."""
    own = Model(ModelDescription((POINT,), (LABEL,), (POINT, LABEL)), None, head)
    for label, places in points.items():
        for place in places:
            own.add_example(label, np.array(place + [0.0] * (D - len(place)), np.float32))
    return own


def around(x: float, y: float, step: float = 0.1) -> list[list[float]]:
    return [[x - step, y], [x + step, y], [x, y + step]]


def margin(own: Model, label: str) -> float:
    found = separation(own, label).margin
    assert found is not None
    return found


# Leave-one-out


def test_labels_that_lie_apart_are_told_apart_and_each_has_its_nearest(head: Remembering) -> None:
    own = model(head, a=around(0, 0), b=around(3, 0), c=around(9, 0))
    for label, nearest in (("a", "b"), ("b", "a"), ("c", "b")):
        found = separation(own, label)
        assert (found.recognized, found.nearest) == (1.0, nearest)
        assert margin(own, label) > 0.7


def test_a_label_whose_examples_lie_among_those_of_another_is_not(head: Remembering) -> None:
    own = model(head, a=around(0, 0, 1.0), b=around(0.1, 0, 1.0), c=around(9, 0))
    for label, nearest in (("a", "b"), ("b", "a")):
        found = separation(own, label)
        assert (found.recognized, found.nearest) == (0.0, nearest)
        assert margin(own, label) < 0.5
    assert separation(own, "c").recognized == 1.0


def test_every_example_is_asked_as_if_it_had_not_been_taught(head: Remembering) -> None:
    """Against models that never were taught it."""
    points = {"a": around(0, 0, 0.5), "b": around(0.8, 0.3, 0.5), "c": around(0.2, 0.9, 0.5)}
    own = model(head, **points)
    for label, places in points.items():
        margins, right = [], []
        for left_out in range(3):
            others = {**points, label: [place for at, place in enumerate(places) if at != left_out]}
            rest = model(type_of(head), **others)
            (vote,) = rest.entries.vote(np.array([places[left_out] + [0.0] * (D - 2)], np.float16))
            mine = vote.probabilities.get(label, 0.0)
            strongest = max((share for name, share in vote.probabilities.items() if name != label), default=0.0)
            margins.append(mine / (mine + strongest))
            right.append(vote.label == label)
        found = separation(own, label)
        assert found.margin == pytest.approx(np.mean(margins), rel=1e-9)
        assert found.recognized == pytest.approx(np.mean(right))


def type_of(head: Remembering) -> Remembering:
    """An empty head with the same settings."""
    other = head.copy()
    other.remove(range(len(other)))
    return other


def test_nothing_is_known_of_a_label_with_one_example_but_what_it_resembles(head: Remembering) -> None:
    own = model(head, a=[[0.0, 0.0]], b=around(1, 0), c=around(9, 0))
    found = separation(own, "a")
    assert (found.margin, found.recognized, found.nearest) == (None, None, "b")
    alone = separation(model(type_of(head), a=[[0.0, 0.0]]), "a")
    assert (alone.margin, alone.recognized, alone.nearest) == (None, None, None)


def test_a_label_alone_has_no_neighbour(head: Remembering) -> None:
    found = separation(model(head, a=around(0, 0)), "a")
    assert (found.margin, found.recognized, found.nearest) == (1.0, 1.0, None)


def test_examples_far_from_one_another_are_told_apart_but_not_recognised() -> None:
    own = model(lda(), a=[[0.0], [0.0, 9.0], [0.0, 0.0, 9.0]], b=around(9, -9))
    found = separation(own, "a")
    assert found.recognized == 0.0


def test_asking_changes_nothing(head: Remembering) -> None:
    own = model(head, a=around(0, 0), b=around(1, 0))
    before = (own.entries.embeddings.tobytes(), own.entries.labels, own.entries.owners)
    separation(own, "a")
    projection(own)
    assert (own.entries.embeddings.tobytes(), own.entries.labels, own.entries.owners) == before


@pytest.mark.parametrize("label", ["none", "ready"])
def test_a_label_without_examples_is_refused(label: str) -> None:
    own = with_ready(knowing(base(), ("cat", scribble(0))), ready="☀️")
    with refused(HeadError, "head-value", "with examples", label):
        separation(own, label)


def test_a_head_that_keeps_no_entries_is_refused() -> None:
    network = KINDS["drawings, softmax, SGD"]().model.copy()
    for ask in (lambda: separation(network, "a"), lambda: projection(network)):
        with refused(HeadError, "head-value", "keeps what it was taught"):
            ask()


# The plane


def by_label(own: Model) -> dict[Any, Position]:
    return {one.label: one for one in projection(own)}


def test_the_plane_shows_what_differs_most(head: Remembering) -> None:
    own = model(head, a=around(-4, 0), b=around(4, 0), c=around(0, 2), d=around(0, -2))
    places = by_label(own)
    assert list(places) == ["a", "b", "c", "d"]
    assert max(math.hypot(one.x, one.y) for one in places.values()) == pytest.approx(1.0)
    distance = {
        (p, q): math.dist((places[p].x, places[p].y), (places[q].x, places[q].y)) for p in places for q in places
    }
    assert distance["a", "b"] == pytest.approx(2 * distance["c", "d"], rel=1e-2)
    assert abs(places["a"].y) < 0.05
    assert places["b"].x > 0
    assert places["c"].y > 0
    assert abs(places["c"].x) < 0.05


def test_the_spread_is_that_of_the_examples(head: Remembering) -> None:
    own = model(head, narrow=around(-4, 0), wide=around(4, 0, 0.4), other=around(0, 3))
    places = by_label(own)
    assert places["wide"].spread == pytest.approx(4 * places["narrow"].spread, rel=1e-2)


def test_one_label_lies_in_the_middle_and_none_nowhere(head: Remembering) -> None:
    assert projection(model(head)) == []
    (only,) = projection(model(type_of(head), a=around(2, 1)))
    assert (only.label, only.x, only.y) == ("a", 0.0, 0.0)


def test_two_labels_lie_on_a_line_and_equal_ones_on_a_point(head: Remembering) -> None:
    places = by_label(model(head, a=around(0, 0), b=around(1, 1)))
    assert places["a"].y == places["b"].y == 0.0
    assert abs(places["a"].x) == abs(places["b"].x) == pytest.approx(1.0)
    same = by_label(model(type_of(head), a=around(0, 0), b=around(0, 0)))
    assert [(one.x, one.y) for one in same.values()] == [(0.0, 0.0)] * 2


def test_what_came_ready_made_is_not_on_the_plane() -> None:
    own = with_ready(knowing(base(), ("cat", scribble(0)), ("dog", scribble(1))), ready="☀️")
    assert [one.label for one in projection(own)] == ["cat", "dog"]


# As a host sees it


def test_a_session_answers_in_plain_values() -> None:
    session = loaded(SHELF)
    found = session.separation("cat")
    assert set(found) == {"margin", "recognized", "nearest"}
    assert [set(spot) for spot in session.projection()] == [{"label", "x", "y", "spread"}]
    assert all(type(value) is float for spot in session.projection() for value in list(spot.values())[1:])


def test_a_session_without_a_model_has_nothing_to_answer() -> None:
    for ask in (lambda: Session().separation("cat"), lambda: Session().projection()):
        with pytest.raises(Exception, match="load one first"):
            ask()
