"""Strokes in canonical form: independent of place and size, bounded, and refused by name where they are none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from inkmoji import DrawingError, ImageConstraint, Strokes
from inkmoji.image import GRID, MAX_POINTS, MAX_STROKES, canonical, prepare, render

from tests.engine import line, refused, scribble

SMALL = ImageConstraint(32, 32)


def same(first: Any, second: Any) -> bool:
    """Whether two drawings hold equal strokes."""
    return np.array_equal(first.points, second.points) and np.array_equal(first.lengths, second.lengths)


def spiral(points: int, turns: float) -> Strokes:
    """One stroke that winds around a centre, its path about pi * turns times as long as it is wide."""
    angle = np.linspace(0.0, 2.0 * np.pi * turns, points)
    return Strokes.of([np.column_stack([np.cos(angle) * angle, np.sin(angle) * angle])])


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(("scale", "shift"), [(1.0, -3000.0), (0.25, 7.0), (64.0, 1024.0), (2.0**-40, 0.0)])
def test_place_and_size_of_strokes_do_not_matter(seed: int, scale: float, shift: float) -> None:
    source = scribble(seed)
    grid = Strokes(np.rint(source.points * 64.0) / 64.0, source.lengths)  # so that moving it rounds nothing
    moved = Strokes(grid.points * scale + shift, grid.lengths)
    assert same(canonical(moved), canonical(grid))


@pytest.mark.parametrize("seed", range(8))
def test_any_scale_changes_a_point_by_one_step_of_the_grid_at_most(seed: int) -> None:
    source = scribble(seed)
    scaled = canonical(Strokes(source.points * 0.123 + 45.6, source.lengths))
    away = np.abs(scaled.points.astype(int) - canonical(source).points)
    assert away.max() <= 1


@pytest.mark.parametrize("seed", range(20))
def test_the_longer_side_spans_the_grid_and_the_shorter_is_centred(seed: int) -> None:
    source = scribble(seed)
    points = canonical(source).points.astype(int)
    low, high = points.min(axis=0), points.max(axis=0)
    long, short = np.argsort(np.ptp(source.points, axis=0))[::-1]
    assert (low[long], high[long]) == (0, GRID)
    assert abs(int(low[short] + high[short]) - GRID) <= 1
    ratio = np.ptp(source.points, axis=0)[short] / np.ptp(source.points, axis=0)[long]
    assert abs((high - low)[short] - GRID * ratio) <= 1.0


def test_canonical_strokes_are_their_own_canonical_form_although_their_width_is_odd() -> None:
    first = canonical(line((0.0, 0.0), (1024.0, 61.0), (300.0, 30.0)))
    second = canonical(first)
    assert same(first, second)
    assert same(second, canonical(second))


def test_points_in_the_order_given_become_whole_numbers_of_sixteen_bits() -> None:
    drawing = canonical(Strokes.of([[(10, 10), (20, 10)], [(20, 20), (10, 20), (10, 15)]]))
    assert isinstance(drawing, Strokes)
    assert drawing.points.dtype == np.uint16
    assert drawing.points.tolist() == [[0, 0], [GRID, 0], [GRID, GRID], [0, GRID], [0, GRID // 2]]
    assert drawing.lengths.tolist() == [2, 3]


def test_points_that_fall_together_are_joined_but_no_stroke_is_lost() -> None:
    drawing = canonical(Strokes.of([[(0, 0), (0.1, 0), (4096, 0), (4096, 0)], [(7, 7), (7, 7)], [(7, 7)]]))
    assert isinstance(drawing, Strokes)
    assert drawing.lengths.tolist() == [2, 1, 1]


@pytest.mark.parametrize("count", [1, 2, 50])
@pytest.mark.parametrize("place", [(0.0, 0.0), (-3.5, 1e7), (5e-324, 0.1)])
def test_a_dot_goes_to_the_middle(count: int, place: tuple[float, float]) -> None:
    drawing = canonical(line(*[place] * count))
    assert isinstance(drawing, Strokes)
    assert drawing.points.tolist() == [[GRID // 2, GRID // 2]]
    assert drawing.lengths.tolist() == [1]


@pytest.mark.parametrize("size", [5e-324, 1e-310, 1e-100, 1e7])
def test_the_smallest_and_the_largest_drawing_are_drawings_like_any_other(size: float) -> None:
    tiny = canonical(line((0.0, 0.0), (size, 0.0), (size, size)))
    assert same(tiny, canonical(line((0, 0), (1, 0), (1, 1))))


@pytest.mark.parametrize("turns", [2.0, 6.0])
def test_a_long_stroke_keeps_at_most_2048_points_and_its_look(turns: float) -> None:
    drawing = spiral(MAX_POINTS, turns)
    kept = canonical(drawing)
    assert isinstance(kept, Strokes)
    assert 1500 <= len(kept.points) <= 2048
    every = (drawing.points - drawing.points.min(axis=0)) / np.ptp(drawing.points, axis=0).max() * GRID
    every = np.rint(every + (GRID - every.max(axis=0)) / 2.0)
    whole = Strokes(every.astype(np.uint16), drawing.lengths)
    away = np.abs(render(kept, SMALL).astype(int) - render(whole, SMALL))
    assert away.max() <= 50  # drawing leaves out points nearer than 3/4 of a pixel, and not the same ones
    assert away.mean() < 1.5


def test_ends_of_every_stroke_survive_the_thinning() -> None:
    zigzag = np.random.default_rng(3).uniform(0, 100, (40_000, 2))
    strokes = [zigzag[:39_990], zigzag[39_990:39_998], zigzag[39_998:]]
    drawing = Strokes.of([[[-1, -1], [101, 101]], *strokes])
    kept = canonical(drawing)
    assert isinstance(kept, Strokes)
    ends, kept_ends = np.cumsum(drawing.lengths), np.cumsum(kept.lengths)
    first, last = drawing.points[ends - drawing.lengths], drawing.points[ends - 1]
    expected = np.rint((np.concatenate([first, last]) + 1.0) / 102.0 * GRID)
    got = np.concatenate([kept.points[kept_ends - kept.lengths], kept.points[kept_ends - 1]])
    assert np.array_equal(got, expected)
    assert len(kept.points) <= 2048


def test_a_hundred_thousand_points_on_one_spot_are_a_dot() -> None:
    drawing = canonical(Strokes(np.full((MAX_POINTS, 2), 3.0), np.array([MAX_POINTS - 1, 1])))
    assert isinstance(drawing, Strokes)
    assert drawing.lengths.tolist() == [1, 1]


@pytest.mark.parametrize(
    ("points", "lengths", "code", "words"),
    [
        (np.empty((0, 2)), np.empty(0, int), "drawing-empty", ("at least one point", "draw something")),
        (np.zeros((1, 2)), np.empty(0, int), "drawing-empty", ("at least one point",)),
        (np.zeros((4, 3)), np.array([4]), "drawing-malformed", ("(P, 2)", "(4, 3)")),
        (np.zeros(4), np.array([2]), "drawing-malformed", ("(P, 2)", "(4,)")),
        (np.zeros((2, 2)), np.array([[2]]), "drawing-malformed", ("(S,)", "(1, 1)")),
        (np.zeros((2, 2), complex), np.array([2]), "drawing-malformed", ("(P, 2)",)),
        (np.zeros((2, 2), bool), np.array([2]), "drawing-malformed", ("(P, 2)",)),
        (np.array([["a", "b"]]), np.array([1]), "drawing-malformed", ("(P, 2)",)),
        (np.zeros((2, 2)), np.array([2.0]), "drawing-malformed", ("at least 1 that sum to 2",)),
        (np.zeros((2, 2)), np.array([3]), "drawing-malformed", ("at least 1 that sum to 2", "[3]")),
        (np.zeros((2, 2)), np.array([2, 0]), "drawing-malformed", ("at least 1",)),
        (np.zeros((2, 2)), np.array([3, -1]), "drawing-malformed", ("at least 1",)),
        (np.zeros((2, 2)), np.array([2**62] * 4 + [2]), "drawing-malformed", ("sum to 2",)),
        (np.array([[0.0, np.nan]]), np.array([1]), "drawing-not-finite", ("NaN or infinity",)),
        (np.array([[-np.inf, 0.0]]), np.array([1]), "drawing-not-finite", ("NaN or infinity",)),
        (np.array([[0.0, 1.1e7]]), np.array([1]), "drawing-too-large", ("±10000000", "1.1e+07")),
        (np.array([[-1e300, 0.0]]), np.array([1]), "drawing-too-large", ("-1e+300"[1:],)),
        (np.zeros((MAX_POINTS + 1, 2)), np.array([MAX_POINTS + 1]), "drawing-too-large", ("100001 in 1",)),
        (np.zeros((1_000_000, 2)), np.array([1_000_000]), "drawing-too-large", ("at most 100000 points",)),
        (np.zeros((513, 2)), np.ones(513, int), "drawing-too-large", ("512 strokes", "513 in 513")),
    ],
)
def test_strokes_that_are_none_are_refused_by_name(
    points: Any, lengths: Any, code: str, words: tuple[str, ...]
) -> None:
    with refused(DrawingError, code, *words):
        prepare(Strokes(points, lengths), SMALL)


def test_as_many_strokes_and_points_as_allowed_are_drawn() -> None:
    generator = np.random.default_rng(0)
    lengths = np.full(MAX_STROKES, MAX_POINTS // MAX_STROKES)
    drawing = canonical(Strokes(generator.uniform(0, 1e7, (int(lengths.sum()), 2)), lengths))
    assert isinstance(drawing, Strokes)
    assert len(drawing.lengths) == MAX_STROKES
    assert len(drawing.points) <= 2048
    assert render(drawing, SMALL).max() == 255


def test_whatever_is_no_drawing_is_refused() -> None:
    with refused(DrawingError, "drawing-malformed", "Strokes or a Picture", "got list"):
        canonical([[0, 0]])  # type: ignore[arg-type]


def test_arrays_of_other_layouts_and_number_types_give_the_same() -> None:
    expected = canonical(Strokes(np.array([[0, 0], [4, 2], [8, 8]]), np.array([3])))
    wide = np.zeros((6, 4))
    wide[::2, ::2] = [[0, 0], [4, 2], [8, 8]]
    for points in (wide[::2, ::2], np.asfortranarray(wide[::2, ::2]), wide[::2, ::2].astype(np.float16)):
        assert same(canonical(Strokes(points, np.array([3], np.uint8))), expected)


def test_the_arrays_given_are_not_changed() -> None:
    source = scribble(0)
    points, lengths = source.points.copy(), source.lengths.copy()
    prepare(source, SMALL)
    assert np.array_equal(source.points, points)
    assert np.array_equal(source.lengths, lengths)
