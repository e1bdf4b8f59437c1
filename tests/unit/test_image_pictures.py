"""Drawings given as pixels: what counts as ink, and that they look to a model as strokes do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from inkmoji import DrawingError, ImageConstraint, Picture, Strokes
from inkmoji.image import PICTURE_SIDE, canonical, prepare, render
from numpy.typing import NDArray
from PIL import Image

from tests.engine import distances, refused, scribble

SMALL = ImageConstraint(32, 32)
Pixels = NDArray[np.uint8]


def ink_of(drawing: Any) -> Pixels:
    """Canonical pixels."""
    result = canonical(drawing)
    assert isinstance(result, Picture)
    return result.pixels


def rgba(coverage: Pixels, ink: tuple[int, int, int], paper: tuple[int, int, int] | None) -> Pixels:
    """Coverage as colours: on see-through paper where there is none."""
    share = coverage[:, :, None] / 255.0
    if paper is None:
        colour = np.broadcast_to(np.array(ink, np.uint8), (*coverage.shape, 3))
        return np.concatenate([colour, coverage[:, :, None]], axis=2).astype(np.uint8)
    colour = np.rint(np.array(ink) * share + np.array(paper) * (1.0 - share))
    return np.concatenate([colour, np.full((*coverage.shape, 1), 255)], axis=2).astype(np.uint8)


def penned(drawing: Strokes, pen: float = 16.0, side: int = 256) -> Pixels:
    """Strokes in a field of 100 × 100 as someone else would draw them: an antialiased pen, a margin around."""
    margin = 20.0
    low = drawing.points.min(axis=0)
    scale = (side - pen - 2.0 * margin) / np.ptp(drawing.points, axis=0).max()
    away = distances(Strokes(drawing.points - low, drawing.lengths), scale, margin + pen / 2.0, side)
    return np.rint(np.clip(pen / 2.0 + 0.5 - away, 0.0, 1.0) * 255.0).astype(np.uint8)


BLOB = np.zeros((20, 30), np.uint8)
BLOB[5:9, 10:22] = 255
BLOB[9:12, 10:12] = 128


@pytest.mark.parametrize(
    ("ink", "paper"),
    [
        ((0, 0, 0), None),
        ((255, 255, 255), None),
        ((200, 30, 30), None),
        ((0, 0, 0), (255, 255, 255)),
        ((255, 255, 255), (0, 0, 0)),
        ((20, 20, 120), (250, 240, 200)),
        ((240, 240, 100), (30, 60, 40)),
    ],
)
def test_ink_is_what_stands_out_whatever_the_colours(
    ink: tuple[int, int, int], paper: tuple[int, int, int] | None
) -> None:
    got = ink_of(Picture(rgba(BLOB, ink, paper))).astype(int)
    expected = ink_of(Picture(BLOB)).astype(int)
    assert got.shape == expected.shape == (12, 12)
    assert np.abs(got - expected).max() <= 3  # lightness in whole numbers, stretched


def test_ink_is_cropped_and_put_in_the_middle_of_a_square() -> None:
    expected = np.zeros((12, 12), np.uint8)
    expected[2:6] = 255
    expected[6:9, 0:2] = 128
    assert np.array_equal(ink_of(Picture(BLOB)), expected)


def test_faint_ink_around_the_drawing_does_not_count() -> None:
    dirty = BLOB.copy()
    dirty[0, 0] = dirty[-1, -1] = 63
    assert np.array_equal(ink_of(Picture(dirty)), ink_of(Picture(BLOB)))
    dirty[0, 0] = 64
    assert ink_of(Picture(dirty)).shape == (22, 22)


def test_paper_counts_as_see_through_where_any_of_it_is_more_so_than_not() -> None:
    veiled = rgba(BLOB, (0, 0, 0), (255, 255, 255))
    veiled[:, :, 3] = 255 - BLOB // 2  # under the ink at most half as thick
    veiled[0, 0, 3] = 128
    assert ink_of(Picture(veiled)).shape == (12, 12)  # lightness is the ink
    veiled[0, 0, 3] = 127
    assert ink_of(Picture(veiled)).shape == (30, 30)  # thickness is: ink everywhere


def test_the_paper_is_what_most_of_the_border_is() -> None:
    coverage = np.zeros((20, 20), np.uint8)
    coverage[:, 4:7] = 255  # ink that reaches the border
    ink = ink_of(Picture(rgba(coverage, (0, 0, 0), (255, 255, 255))))
    assert np.array_equal(ink, ink_of(Picture(coverage)))


@pytest.mark.parametrize("value", [0, 255, 128])
def test_an_opaque_blank_picture_is_empty(value: int) -> None:
    blank = np.full((9, 9, 4), value, np.uint8)
    blank[:, :, 3] = 255
    with refused(DrawingError, "drawing-empty", "without ink", "draw something"):
        canonical(Picture(blank))


def test_contrast_too_small_to_see_is_no_ink() -> None:
    paper = np.full((9, 9, 4), 255, np.uint8)
    paper[4, 4, :3] = 255 - 23
    with refused(DrawingError, "drawing-empty"):
        canonical(Picture(paper))
    paper[4, 4, :3] = 255 - 24
    assert ink_of(Picture(paper)).tolist() == [[255]]


@pytest.mark.parametrize(
    "pixels", [np.zeros((9, 9, 4), np.uint8), np.zeros((1, 1), np.uint8), np.full((5, 5), 63, np.uint8)]
)
def test_a_picture_without_ink_is_empty(pixels: Pixels) -> None:
    with refused(DrawingError, "drawing-empty", "without ink"):
        canonical(Picture(pixels))


@pytest.mark.parametrize("pixels", [[[255]], [[[0, 0, 0, 255], [0, 0, 0, 0]]], [[[9, 9, 9, 200], [9, 9, 9, 0]]]])
def test_a_picture_with_one_pixel_of_ink_is_a_full_square(pixels: Any) -> None:
    expected = np.full((32, 32), 255)
    expected[[0, -1]] = expected[:, [0, -1]] = 128  # half a pixel stays free
    expected[[0, 0, -1, -1], [0, -1, 0, -1]] = 64
    assert np.abs(prepare(Picture(np.array(pixels, np.uint8)), SMALL) - expected).max() <= 1


@pytest.mark.parametrize(
    ("pixels", "code", "words"),
    [
        (np.zeros((4, 4, 3), np.uint8), "drawing-malformed", ("(H, W, 4) or (H, W)", "(4, 4, 3)")),
        (np.zeros(16, np.uint8), "drawing-malformed", ("(16,)",)),
        (np.zeros((1, 4, 4, 4), np.uint8), "drawing-malformed", ("(1, 4, 4, 4)",)),
        (np.zeros((4, 4, 4), np.float32), "drawing-malformed", ("float32",)),
        (np.zeros((4, 4), bool), "drawing-malformed", ("bool",)),
        (np.zeros((0, 4, 4), np.uint8), "drawing-empty", ("at least one pixel", "(0, 4, 4)")),
        (np.zeros((4, 0), np.uint8), "drawing-empty", ("at least one pixel", "(4, 0)")),
        (np.broadcast_to(np.uint8(9), (4097, 4096)), "drawing-too-large", ("16777216 pixels", "4096 x 4097")),
        (np.broadcast_to(np.uint8(9), (5000, 5000, 4)), "drawing-too-large", ("5000 x 5000",)),
    ],
)
def test_pixels_that_are_no_picture_are_refused_by_name(pixels: Any, code: str, words: tuple[str, ...]) -> None:
    with refused(DrawingError, code, *words):
        canonical(Picture(pixels))


def test_a_large_picture_is_averaged_down_to_what_is_stored() -> None:
    coverage = np.random.default_rng(0).integers(64, 256, (512, 512), dtype=np.uint8)
    ink = ink_of(Picture(coverage))
    assert ink.shape == (PICTURE_SIDE, PICTURE_SIDE)
    means = coverage.reshape(PICTURE_SIDE, 4, PICTURE_SIDE, 4).mean(axis=(1, 3))
    assert np.abs(ink - means * (255.0 / means.max())).max() <= 2.0  # rounded before and after stretching


def test_a_picture_of_16_million_pixels_is_taken() -> None:
    coverage = np.zeros((4096, 4096), np.uint8)
    coverage[1000:3000, 2000:2100] = 255
    ink = ink_of(Picture(coverage))
    assert ink.shape == (PICTURE_SIDE, PICTURE_SIDE)
    assert ink[:, 60:68].mean() > 200


def test_a_picture_no_larger_than_what_is_stored_keeps_every_pixel() -> None:
    coverage = np.random.default_rng(1).integers(64, 256, (PICTURE_SIDE, PICTURE_SIDE), dtype=np.uint8)
    assert np.array_equal(ink_of(Picture(coverage)), coverage)


def test_slices_and_other_layouts_give_the_same() -> None:
    coverage = rgba(BLOB, (0, 0, 0), (255, 255, 255))
    wide = np.zeros((40, 60, 8), np.uint8)
    wide[::2, ::2, ::2] = coverage
    expected = ink_of(Picture(coverage))
    for pixels in (wide[::2, ::2, ::2], np.asfortranarray(coverage)):
        assert np.array_equal(ink_of(Picture(pixels)), expected)
    assert np.array_equal(ink_of(Picture(BLOB[::-1])), ink_of(Picture(BLOB[::-1].copy())))
    assert np.array_equal(ink_of(Picture(np.asfortranarray(BLOB))), ink_of(Picture(BLOB)))


def test_the_pixels_given_are_not_changed_nor_shared() -> None:
    coverage = np.random.default_rng(1).integers(64, 256, (30, 30), dtype=np.uint8)
    before = coverage.copy()
    ink = ink_of(Picture(coverage))
    prepare(Picture(coverage), SMALL)
    assert np.array_equal(coverage, before)
    assert not np.shares_memory(ink, coverage)


def averaged(coverage: NDArray[Any]) -> NDArray[np.float64]:
    """Coverage of 62 × 62 half pixels with a margin of one, in pixels, the darkest stretched to 255."""
    means = np.pad(coverage.astype(float), 1).reshape(32, 2, 32, 2).mean(axis=(1, 3))
    return np.asarray(means * (255.0 / means.max()))


def test_drawing_a_picture_is_averaging_it_down_inside_a_margin_of_half_a_pixel() -> None:
    picture = Picture(np.random.default_rng(2).integers(64, 256, (62, 62), dtype=np.uint8))
    expected = averaged(picture.pixels * (255.0 / picture.pixels.max()))
    assert np.abs(render(canonical(picture), SMALL) - expected).max() <= 2.0  # rounded three times


def test_a_small_picture_is_enlarged_as_pillow_does_it() -> None:
    picture = Picture(np.random.default_rng(2).integers(64, 256, (7, 7), dtype=np.uint8))
    larger = np.asarray(Image.fromarray(picture.pixels).resize((62, 62), Image.Resampling.BICUBIC), float)
    expected = averaged(larger * (255.0 / larger.max()))
    assert np.abs(render(canonical(picture), SMALL) - expected).max() <= 2.0


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("paper", [None, (255, 255, 255)])
def test_strokes_and_the_same_drawing_in_pixels_look_alike(seed: int, paper: tuple[int, int, int] | None) -> None:
    drawing = scribble(seed)
    coverage = penned(drawing)
    as_pixels = prepare(Picture(rgba(coverage, (0, 0, 0), paper)), SMALL).astype(int)
    as_strokes = prepare(drawing, SMALL).astype(int)
    # Averaging blurs every edge by about a pixel: 10 of 255 on drawings that cover a quarter of the picture.
    # The same drawing one pixel off differs by 30 to 45, another drawing by 60 to 95.
    assert np.abs(as_pixels - as_strokes).mean() < 14.0
    assert np.abs(as_pixels[1:] - as_strokes[:-1]).mean() > 20.0
    assert np.abs(as_pixels - prepare(scribble(seed + 100), SMALL)).mean() > 50.0


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("pen", "side"), [(2.0, 128), (2.0, 256), (4.0, 256), (8.0, 256), (4.0, 1024)])
def test_thin_lines_become_as_broad_as_the_pen(seed: int, pen: float, side: int) -> None:
    drawing = scribble(seed)
    as_pixels = prepare(Picture(penned(drawing, pen, side)), SMALL).astype(int)
    as_strokes = prepare(drawing, SMALL).astype(int)
    assert np.abs(as_pixels - as_strokes).mean() < 15.0  # without broadening 30 to 65
    assert abs(as_pixels.sum() / as_strokes.sum() - 1.0) < 0.2


@pytest.mark.parametrize("thickness", [1, 2, 3])
@pytest.mark.parametrize("slope", [0, 1])
def test_a_line_is_as_broad_as_the_pen_however_it_runs(thickness: int, slope: int) -> None:
    coverage = np.zeros((120, 120), np.uint8)
    for x in range(10, 110):
        y = 60 + slope * (x - 60)
        coverage[y : y + thickness, x] = coverage[y, x : x + thickness] = 255
    ink = prepare(Picture(coverage), SMALL)
    across = ink[:, 16].sum() / 255.0 if slope == 0 else np.diag(ink[::-1], 1).sum() / 255.0 * np.sqrt(2.0)
    assert abs(across - 2.0) < 0.5


def test_areas_stay_as_they_are() -> None:
    coverage = np.zeros((64, 64), np.uint8)
    coverage[:, 20:44] = 255
    columns = prepare(Picture(coverage), SMALL).astype(int).sum(axis=0) / (31.0 * 255.0)
    assert abs(columns.sum() - 31.0 * 24.0 / 64.0) < 0.5


def test_hairlines_that_averaging_makes_pale_are_dark() -> None:
    coverage = np.zeros((1000, 1000), np.uint8)
    coverage[0] = coverage[-1] = coverage[:, 0] = coverage[:, -1] = 255
    coverage[496:504, 496:504] = 255  # the darkest, to which all ink is stretched
    assert prepare(Picture(coverage), SMALL)[1, 4:28].min() > 150
