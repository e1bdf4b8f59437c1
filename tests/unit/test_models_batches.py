"""Training batches and the random changes in them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from inkmoji.description import ImageConstraint
from inkmoji.features import Drawing, Picture, Strokes
from inkmoji.image import GRID, canonical, prepare
from numpy.typing import NDArray

from models.augment import augmented, random_matrix, with_pen
from models.batches import CONSTRAINT, BatchSource, stream
from models.drawings import read_omniglot, read_quickdraw
from tests.unit.models_data import write_data


@pytest.fixture
def source(tmp_path: Path) -> BatchSource:
    data = write_data(tmp_path)
    return BatchSource(read_quickdraw(data, "train"), read_omniglot(data, "train"), 40, 7, 0.25, 0.5)


def test_a_batch_depends_on_seed_and_step_alone(source: BatchSource) -> None:
    pictures, labels = source.batch(3)
    source.batch(0)
    again, same = source.batch(3)
    np.testing.assert_array_equal(pictures, again)
    np.testing.assert_array_equal(labels, same)
    assert not np.array_equal(pictures, source.batch(4)[0])
    assert not np.array_equal(pictures, replace(source, seed=8).batch(3)[0])


def test_other_processes_prepare_the_same_batches_in_order(source: BatchSource) -> None:
    expected = [source.batch(step) for step in range(2, 14)]
    for (pictures, labels), (given, named) in zip(stream(source, 2, 14, workers=1), expected, strict=True):
        np.testing.assert_array_equal(pictures, given)
        np.testing.assert_array_equal(labels, named)


def test_characters_and_turned_categories_have_classes_of_their_own(source: BatchSource) -> None:
    labels = np.concatenate([source.batch(step)[1] for step in range(20)])
    categories, characters = 3, 2
    assert source.classes == 4 * (categories + characters)
    assert set(labels) == set(range(source.classes))
    assert (labels >= 4 * categories).mean() == 0.5
    assert ((labels >= categories) & (labels < 4 * categories)).mean() == 0.25


def test_pictures_are_those_of_the_engine_but_for_the_pen(source: BatchSource) -> None:
    pictures = source.batch(0)[0]
    assert pictures.shape == (40, 32, 32)
    assert pictures.dtype == np.uint8
    assert pictures.max(axis=(1, 2)).min() > 150


def test_a_quarter_turn_is_one_and_the_mirror_comes_before_it() -> None:
    shape = canonical(Strokes.of([[(0, 0), (0, 100), (40, 100)]]))  # an L, its corner at (-0.2, 0.5)
    turned = _corners(shape, mirror=False)
    assert np.abs(turned - [-0.5, -0.2]).max() < 0.3
    mirrored = _corners(shape, mirror=True)
    assert (mirrored[:, 0] < 0).all()  # the mirror image turned, not the turned image mirrored
    assert 10 < (mirrored[:, 1] > 0).sum() < 40


def _corners(shape: Drawing, *, mirror: bool) -> NDArray[np.float64]:
    """Where the second point lies after 50 different changes with a quarter turn."""
    moved = [augmented(shape, np.random.default_rng(seed), mirror=mirror, turns=1) for seed in range(50)]
    return np.array([drawing.points[1] for drawing in moved if isinstance(drawing, Strokes)])


def test_at_most_one_small_stroke_is_dropped() -> None:
    strokes = [[(0, 0), (900, 900), (0, 900), (900, 0)], [(10, 10), (20, 20)], [(30, 30), (40, 50)]]
    drawing = canonical(Strokes.of(strokes))
    rng = np.random.default_rng(0)
    lengths = [tuple(augmented(drawing, rng, mirror=True).lengths) for _ in range(200)]  # type: ignore[union-attr]
    assert set(lengths) == {(4, 2, 2), (4, 2)}
    assert 0.05 < lengths.count((4, 2)) / 200 < 0.3


def test_a_picture_is_moved_as_its_strokes_are() -> None:
    strokes = canonical(Strokes.of([[(0, 0), (0, 100), (60, 100)], [(10, 20), (50, 20)]]))  # no symmetry
    picture = canonical(Picture(prepare(strokes, ImageConstraint(128, 128))))
    for turns in range(4):
        moved = augmented(picture, np.random.default_rng(3), mirror=False, turns=turns)
        matrix = random_matrix(np.random.default_rng(3)) @ np.linalg.matrix_power(np.array([[0, -1], [1, 0]]), turns)
        expected = prepare(Strokes(strokes.points @ matrix.T, strokes.lengths), CONSTRAINT).astype(float)
        got = prepare(moved, CONSTRAINT)
        views = [np.rot90(flip, quarter) for flip in (expected, expected.T) for quarter in range(4)]
        differences = [np.abs(got - view).mean() for view in views]
        assert np.argmin(differences) == 0
        assert differences[0] < 0.4 * min(differences[1:])


def test_pens_thicken_and_thin_lines_but_leave_their_place() -> None:
    picture = prepare(Strokes.of([[(0, 0), (GRID, GRID)]]), CONSTRAINT)
    pictures = with_pen(np.stack([picture] * 60), np.random.default_rng(1))
    amounts = pictures.astype(float).sum(axis=(1, 2)) / picture.sum()
    assert amounts.min() < 0.9
    assert amounts.max() > 1.2
    assert (pictures[:, picture == 255] >= 0.6 * 255).all()
