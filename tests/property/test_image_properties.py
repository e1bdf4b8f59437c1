"""Whatever is drawn, it becomes a picture within its bounds or is refused by name."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from inkmoji import DrawingError, ImageConstraint, Picture, Strokes
from inkmoji.image import GRID, PICTURE_SIDE, canonical, prepare, render

COORDINATES = st.floats(-1e7, 1e7)
POINTS = arrays.arrays(np.float64, st.tuples(st.integers(1, 40), st.just(2)), elements=COORDINATES)
CONSTRAINTS = st.builds(ImageConstraint, st.integers(8, 40), st.integers(8, 40), st.sampled_from([1, 3]))


@st.composite
def drawings(draw: st.DrawFn, points: st.SearchStrategy[Any] = POINTS) -> Strokes:
    """Points cut into strokes anywhere."""
    array = draw(points)
    cuts = sorted(draw(st.sets(st.integers(1, max(len(array) - 1, 1)), max_size=4)) - {len(array)})
    return Strokes(array, np.diff([0, *cuts, len(array)]))


@given(drawings())
def test_canonical_strokes_are_bounded_centred_and_their_own_canonical_form(drawing: Strokes) -> None:
    first: Any = canonical(drawing)
    second: Any = canonical(first)
    assert np.array_equal(first.points, second.points)
    assert np.array_equal(first.lengths, second.lengths)
    low, high = first.points.min(axis=0).astype(int), first.points.max(axis=0).astype(int)
    assert (low >= 0).all()
    assert (high <= GRID).all()
    assert (high - low).max() in (0, GRID)
    assert (np.abs(low + high - GRID) <= 1).all()
    assert len(first.lengths) == len(drawing.lengths)
    assert int(first.lengths.sum()) == len(first.points)


WHOLE = arrays.arrays(np.float64, st.tuples(st.integers(1, 40), st.just(2)), elements=st.integers(-1000, 1000))


@given(drawings(WHOLE), st.integers(-20, 12), st.integers(-(10**6), 10**6))
def test_place_and_size_do_not_matter(drawing: Strokes, power: int, shift: int) -> None:
    moved = Strokes(drawing.points * 2.0**power, drawing.lengths)
    shifted = Strokes(drawing.points + shift, drawing.lengths)
    expected: Any = canonical(drawing)
    for other in (canonical(moved), canonical(shifted)):
        assert isinstance(other, Strokes)
        assert np.array_equal(other.points, expected.points)
        assert np.array_equal(other.lengths, expected.lengths)


@given(drawings(), CONSTRAINTS)
def test_a_prepared_drawing_meets_its_constraint_and_shows_ink(drawing: Strokes, constraint: ImageConstraint) -> None:
    picture = prepare(drawing, constraint)
    shape = (constraint.height, constraint.width)
    assert picture.shape == (shape if constraint.channels == 1 else (*shape, 3))
    assert picture.dtype == np.uint8
    assert picture.max() > 0


@given(drawings(WHOLE), st.randoms(use_true_random=False))
def test_the_order_of_strokes_does_not_matter(drawing: Strokes, random: Any) -> None:
    strokes = np.split(drawing.points, np.cumsum(drawing.lengths)[:-1])
    random.shuffle(strokes)
    constraint = ImageConstraint(32, 32)
    first, second = prepare(drawing, constraint).astype(int), prepare(Strokes.of(strokes), constraint)
    # Points of a long path are left out by how far they are along all of it, so a change of order leaves out others.
    assert np.abs(first - second).max() <= 96


ANY_FLOATS = st.floats() | st.sampled_from([0.0, 5e-324, 1e-310, 1e7, -1e7, 1.0000001e7])
ANY_POINTS = arrays.arrays(
    st.sampled_from([np.float64, np.float32, np.float16]), arrays.array_shapes(max_dims=3, max_side=6),
    elements=st.sampled_from([0.0, 1.0, -1.0, 0.5, float("nan"), float("inf")]),
) | arrays.arrays(np.float64, st.tuples(st.integers(0, 6), st.just(2)), elements=ANY_FLOATS)  # fmt: skip
ANY_LENGTHS = arrays.arrays(
    st.sampled_from([np.int64, np.int32, np.uint64, np.uint8]), arrays.array_shapes(max_dims=2, max_side=4),
    elements=st.integers(0, 7),
) | arrays.arrays(np.int64, st.integers(0, 4), elements=st.integers(-(2**63), 2**63 - 1))  # fmt: skip


@given(ANY_POINTS, ANY_LENGTHS)
@settings(max_examples=300)
def test_arrays_of_any_kind_are_drawn_or_refused_by_name(points: Any, lengths: Any) -> None:
    try:
        picture = prepare(Strokes(points, lengths), ImageConstraint(8, 8))
    except DrawingError:
        return
    assert picture.max() > 0
    assert sum(lengths.tolist()) == len(points)


PIXELS = arrays.arrays(
    np.uint8,
    arrays.array_shapes(min_dims=2, max_dims=2, max_side=9)
    | st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(4)),
    elements=st.sampled_from([0, 1, 63, 64, 127, 128, 200, 255]),
)


@given(PIXELS, CONSTRAINTS)
def test_pixels_become_a_square_of_ink_or_are_empty(pixels: Any, constraint: ImageConstraint) -> None:
    try:
        drawing = canonical(Picture(pixels))
    except DrawingError:
        assert pixels.ndim == 3 or pixels.max() < 64
        return
    assert isinstance(drawing, Picture)
    ink = drawing.pixels
    assert ink.shape[0] == ink.shape[1] <= max(pixels.shape[:2]) <= PICTURE_SIDE
    rows, columns = (ink >= 64).any(axis=1), (ink >= 64).any(axis=0)
    assert (rows[0] and rows[-1]) or (columns[0] and columns[-1])
    assert abs(int(rows[::-1].argmax()) - int(rows.argmax())) <= 1
    assert abs(int(columns[::-1].argmax()) - int(columns.argmax())) <= 1
    picture = render(drawing, constraint)
    assert picture.shape[:2] == (constraint.height, constraint.width)
    assert picture.max() == 255


@given(arrays.arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9)), elements=st.sampled_from([0, 90, 255])))
def test_the_paper_around_a_picture_does_not_matter(pixels: Any) -> None:
    assume(pixels.any())
    wide = np.pad(pixels, ((3, 0), (5, 2)))
    first, second = canonical(Picture(pixels)), canonical(Picture(wide))
    assert isinstance(first, Picture)
    assert isinstance(second, Picture)
    assert np.array_equal(first.pixels, second.pixels)
