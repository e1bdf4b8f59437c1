"""The pen: compared with distances computed segment by segment, and with what a pen of its width must leave."""

from __future__ import annotations

import math

import numpy as np
import pytest
from inkmoji import DrawingError, ImageConstraint, Strokes
from inkmoji import image as engine
from inkmoji.image import GRID, canonical, prepare, render
from numpy.typing import NDArray

from tests.engine import distances, line, scribble

PEN = 1.0 / 16.0  # of the picture's side, two pixels of 32


def place(side: int) -> tuple[float, float]:
    """Scale and shift from the grid to pixels: the pen just fits inside, with half a pixel to spare."""
    margin = PEN * side / 2.0 + 0.5
    return (side - 2.0 * margin) / GRID, margin


def naive(strokes: Strokes, side: int) -> NDArray[np.uint8]:
    """Ink as the ramp of one pixel at the pen's edge, from distances in float64."""
    ink = PEN * side / 2.0 + 0.5 - distances(strokes, *place(side), side)
    return np.rint(np.clip(ink, 0.0, 1.0) * 255.0).astype(np.uint8)


def square(side: int) -> ImageConstraint:
    return ImageConstraint(side, side)


@pytest.mark.parametrize("side", [8, 16, 28, 32, 33, 64, 96])
@pytest.mark.parametrize("seed", range(4))
def test_every_pixel_is_as_far_inside_the_pen_as_its_distance_says(side: int, seed: int) -> None:
    drawing = canonical(scribble(seed, strokes=3, points=4))
    assert isinstance(drawing, Strokes)
    away = np.abs(render(drawing, square(side)).astype(int) - naive(drawing, side))
    assert away.max() <= 1  # of 255: single precision


@pytest.mark.parametrize(
    "strokes",
    [
        [[(3, 3)]],
        [[(0, 0), (9, 0)]],
        [[(0, 0), (0, 9)]],
        [[(0, 0), (9, 9)]],
        [[(9, 0), (0, 9)]],
        [[(0, 0), (9, 9)], [(0, 9)], [(9, 0)]],
        [[(0, 0), (9, 0), (0, 0)]],
        [[(0, 0)], [(5, 9)], [(9, 4)]],
    ],
)
def test_dots_and_straight_lines_are_drawn_like_any_stroke(strokes: list[list[tuple[float, float]]]) -> None:
    drawing = canonical(Strokes.of(strokes))
    assert isinstance(drawing, Strokes)
    assert np.abs(render(drawing, square(32)).astype(int) - naive(drawing, 32)).max() <= 1


@pytest.mark.parametrize("side", [16, 32, 256])
def test_a_line_is_as_wide_as_the_pen_and_as_long_as_the_square(side: int) -> None:
    ink = prepare(line((0, 0), (1, 0)), square(side)) / 255.0
    assert ink[:, side // 2].sum() == pytest.approx(PEN * side, abs=0.01)
    straight = side - 1.0 - PEN * side  # half a pixel is free at each end, and the ends are round
    assert ink.sum() == pytest.approx(PEN * side * straight + math.pi * (PEN * side / 2.0) ** 2, rel=0.04)


def test_a_sloping_line_has_the_width_of_a_level_one() -> None:
    side = 256
    for run, rise in ((1, 1), (2, 1), (5, 2)):
        ink = prepare(line((0, 0), (run, rise)), square(side)) / 255.0
        column = ink[:, side // 2].sum()
        assert column * run / math.hypot(run, rise) == pytest.approx(PEN * side, abs=0.2)  # of 16: pixels are steps


def test_a_dot_is_a_disc_of_the_pens_width_in_the_middle() -> None:
    side = 256
    ink = prepare(line((7, 7)), square(side)) / 255.0
    assert ink.sum() == pytest.approx(math.pi * (PEN * side / 2.0) ** 2, rel=0.01)
    places = np.arange(side) + 0.5
    assert (ink.sum(axis=0) * places).sum() / ink.sum() == pytest.approx(side / 2.0, abs=0.01)
    assert np.array_equal(ink, ink.T)


def test_edges_are_as_soft_as_the_share_of_each_pixel_that_the_pen_covers() -> None:
    drawing, side, fine = canonical(scribble(5, strokes=2, points=4)), 32, 16
    assert isinstance(drawing, Strokes)
    inside = distances(drawing, *place(side), side, fine) <= PEN * side / 2.0
    covered = inside.reshape(side, fine, side, fine).mean(axis=(1, 3))
    away = np.abs(render(drawing, square(side)) / 255.0 - covered)
    # The ramp over distance is off most where a slanted edge cuts a corner and where lines meet.
    assert away.mean() < 0.01
    assert np.quantile(away, 0.99) < 0.15
    assert ((covered > 0.05) & (covered < 0.95)).sum() > 20


def test_nothing_is_cut_off_at_the_edges() -> None:
    for seed in range(6):
        drawing = canonical(scribble(seed))
        assert isinstance(drawing, Strokes)
        outside = distances(drawing, place(32)[0], place(32)[1] + 4.0, 40) <= 1.0
        assert not outside[:4].any()
        assert not outside[-4:].any()
        assert not outside[:, :4].any()
        assert not outside[:, -4:].any()


@pytest.mark.parametrize("seed", range(6))
def test_order_and_direction_of_strokes_do_not_matter(seed: int) -> None:
    source = scribble(seed, strokes=4, points=5)
    strokes = np.split(source.points, np.cumsum(source.lengths)[:-1])
    turned = Strokes.of([stroke[::-1] for stroke in strokes[::-1]])
    away = np.abs(prepare(source, square(32)).astype(int) - prepare(turned, square(32)))
    assert away.max() <= 1  # pieces are measured from their starts, in single precision


def test_a_densely_sampled_curve_looks_as_its_exact_distances_say() -> None:
    angle = np.linspace(0.0, 6.0, 2000)
    drawing = canonical(Strokes.of([np.column_stack([angle * np.cos(2 * angle), angle * np.sin(3 * angle)])]))
    assert isinstance(drawing, Strokes)
    away = np.abs(render(drawing, square(32)).astype(int) - naive(drawing, 32))
    # Points nearer than 3/4 of a pixel are left out, which moves the path by less than 3/8 of one.
    assert away.max() <= 0.375 * 255
    assert away.mean() < 2.0


def test_a_densely_sampled_stroke_costs_no_more_than_its_length(monkeypatch: pytest.MonkeyPatch) -> None:
    angle = np.linspace(0.0, 6.0, 2000)
    drawing = canonical(Strokes.of([np.column_stack([np.cos(angle), np.sin(angle)])]))
    assert isinstance(drawing, Strokes)
    pieces: list[int] = []
    inked = engine._inked
    monkeypatch.setattr(engine, "_inked", lambda starts, *rest: (pieces.append(len(starts)), inked(starts, *rest))[1])
    render(drawing, square(32))
    pixels = 6.0 / 2.0 * 29.0  # six radii of a circle 29 pixels wide
    assert pixels / 2.0 < pieces[0] < 1.1 * pixels / 0.75


def test_memory_is_bounded_by_drawing_part_after_part_and_the_parts_do_not_show(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawing = canonical(scribble(1, strokes=3, points=9))
    at_once = render(drawing, square(64))
    monkeypatch.setattr(engine, "_WINDOWS", 1)
    assert np.array_equal(render(drawing, square(64)), at_once)


@pytest.mark.parametrize(("width", "height"), [(8, 20), (33, 16), (40, 41)])
def test_a_constraint_that_is_not_square_has_the_drawing_in_its_middle(width: int, height: int) -> None:
    drawing = canonical(scribble(2))
    side = min(width, height)
    picture = render(drawing, ImageConstraint(width, height))
    assert picture.shape == (height, width)
    top, left = (height - side) // 2, (width - side) // 2
    assert np.array_equal(picture[top : top + side, left : left + side], render(drawing, square(side)))
    assert picture.sum() == picture[top : top + side, left : left + side].sum()


def test_three_channels_hold_the_same_grey() -> None:
    drawing = canonical(scribble(2))
    picture = render(drawing, ImageConstraint(16, 12, 3))
    assert picture.shape == (12, 16, 3)
    assert picture.dtype == np.uint8
    for channel in range(3):
        assert np.array_equal(picture[:, :, channel], render(drawing, ImageConstraint(16, 12)))


def test_preparing_is_bringing_to_canonical_form_and_drawing_that() -> None:
    assert np.array_equal(prepare(scribble(4), square(32)), render(canonical(scribble(4)), square(32)))
    with pytest.raises(DrawingError):
        prepare(Strokes.of([]), square(32))
