"""Reading drawings from files of any format, and drawing strokes: compared with ink of known place and size."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from inkmoji.features import Picture, Strokes
from inkmoji.image import canonical
from numpy.typing import NDArray
from PIL import Image

from models import pictures
from models.drawings import DataError, DrawingSet, drawing_set
from models.pictures import read_files, redrawn
from tests.unit.models_data import (
    letter,
    on_paper,
    polygons,
    write_category,
    write_lines,
)

Bytes = NDArray[np.uint8]
TALL = letter(20, 12, 3)
"""An L whose box is 20 × 12."""


def squared(ink: Bytes) -> Bytes:
    """Ink that is taller than wide in the middle of a square."""
    return on_paper(ink, len(ink), len(ink), 0, (len(ink) - ink.shape[1]) // 2)


def ink_of(read: DrawingSet, index: int = 0) -> Bytes:
    drawing = read.drawings[index]
    assert isinstance(drawing, Picture)
    return drawing.pixels


def classes(read: DrawingSet) -> dict[str, int]:
    """How many drawings each class has."""
    return dict(zip(read.names, np.bincount(read.labels).tolist(), strict=True))


def bitmap(side: int = 28) -> Bytes:
    return on_paper(TALL, side, side, 3, 5)


# Bitmaps


@pytest.mark.parametrize("dark_ink", [False, True])
@pytest.mark.parametrize("pen", [1, 2, 8])
@pytest.mark.parametrize(("height", "width"), [(28, 28), (64, 64), (40, 90), (200, 30)])
def test_bitmaps_of_any_size_pen_and_polarity_are_cropped_to_their_ink(
    tmp_path: Path, height: int, width: int, pen: int, dark_ink: bool
) -> None:
    ink = letter(24, 18, pen)
    paper = on_paper(ink, height, width, 3, 8)
    np.savez(tmp_path / "corner.npz", img=np.stack([255 - paper if dark_ink else paper] * 2))
    read = read_files([tmp_path / "corner.npz"])
    assert classes(read) == {"corner": 2}
    for index in range(2):
        np.testing.assert_array_equal(ink_of(read, index), squared(ink))


@pytest.mark.parametrize("dark_ink", [False, True])
def test_a_bitmap_larger_than_what_is_stored_is_reduced_to_it(tmp_path: Path, dark_ink: bool) -> None:
    paper = on_paper(letter(256, 256, 8), 300, 270, 30, 9)
    np.savez(tmp_path / "corner.npz", img300=np.stack([255 - paper if dark_ink else paper]))
    np.testing.assert_array_equal(ink_of(read_files([tmp_path / "corner.npz"])), letter(128, 128, 4))


@pytest.mark.parametrize("kind", ["bool", "uint8", "packed"])
def test_ink_of_one_counts_as_ink_of_255(tmp_path: Path, kind: str) -> None:
    bits = np.stack([bitmap() > 0])
    np.savez(tmp_path / "corner.npz", img=np.packbits(bits, axis=2) if kind == "packed" else bits.astype(kind))
    np.testing.assert_array_equal(ink_of(read_files([tmp_path / "corner.npz"])), squared(TALL))


@pytest.mark.parametrize("names", [("img64", "img28"), ("img28", "img64")])
@pytest.mark.parametrize("blank", [0, 255])
def test_of_two_sizes_of_a_drawing_the_larger_counts_unless_it_is_blank(
    tmp_path: Path, names: tuple[str, str], blank: int
) -> None:
    small, large = letter(22, 22, 2), letter(50, 50, 4)
    arrays = {
        "img28": np.stack([on_paper(small, 28, 28, 3, 3), np.full((28, 28), blank), on_paper(small, 28, 28, 3, 3)]),
        "img64": np.stack([on_paper(large, 64, 64, 7, 7), on_paper(large, 64, 64, 7, 7), np.full((64, 64), blank)]),
    }
    key_id = np.arange(3, dtype=np.uint64)
    np.savez(tmp_path / "a.npz", key_id=key_id, **{name: arrays[name].astype(np.uint8) for name in names})
    read = read_files([tmp_path / "a.npz"])
    assert classes(read) == {"a": 3}
    for index, expected in enumerate([large, large, small]):
        np.testing.assert_array_equal(ink_of(read, index), expected)


def test_arrays_of_different_lengths_hold_different_drawings(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", img28=np.stack([bitmap()] * 3), img64=np.stack([bitmap(64)] * 2), src28=np.zeros(3))
    assert classes(read_files([tmp_path / "a.npz"])) == {"a": 5}


def test_bitmaps_as_google_publishes_them_are_squares_row_by_row(tmp_path: Path) -> None:
    np.save(tmp_path / "full_cat.npy", bitmap().reshape(1, 784).repeat(4, axis=0))
    read = read_files([tmp_path / "full_cat.npy"])
    assert classes(read) == {"full_cat": 4}
    np.testing.assert_array_equal(ink_of(read, 3), squared(TALL))


# Images


@pytest.mark.parametrize(
    ("mode", "name"),
    [
        *((mode, "a.png") for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")),
        *((mode, "a.bmp") for mode in ("1", "L", "P", "RGB")),
        *((mode, "a.tiff") for mode in ("CMYK", "F", "I", "I;16", "LAB")),
        *((mode, "a.webp") for mode in ("RGB", "RGBA")),
        *((mode, "a.jpg") for mode in ("L", "RGB", "CMYK")),
    ],
)
@pytest.mark.parametrize("dark_ink", [False, True])
def test_images_of_any_mode_are_read(tmp_path: Path, mode: str, name: str, dark_ink: bool) -> None:
    ink = letter(96, 64, 8)  # in blocks of eight pixels, which keeps JPEG's noise away
    paper = on_paper(ink, 128, 128, 16, 24)
    image = Image.fromarray(255 - paper if dark_ink else paper)
    if mode in ("I;16", "I", "F"):
        fine = np.asarray(image).astype({"I;16": np.uint16, "I": np.int32, "F": np.float32}[mode])
        image = Image.fromarray(fine / np.float32(255.0) if mode == "F" else fine * 2)
    elif mode == "LAB":
        image = Image.merge("LAB", (image, Image.new("L", image.size, 128), Image.new("L", image.size, 128)))
    image.convert(mode).save(tmp_path / name, lossless=True)
    read = ink_of(read_files([tmp_path / name]))
    assert read.shape == (96, 96)
    assert np.abs(read.astype(int) - squared(ink)).max() <= 8


def test_ink_on_see_through_paper_is_ink_whatever_its_colour(tmp_path: Path) -> None:
    alpha = Image.fromarray(bitmap())
    for name, colour in (("black", 0), ("white", 255)):
        Image.merge("LA", (Image.new("L", alpha.size, colour), alpha)).save(tmp_path / f"{name}.png")
    palette = Image.fromarray((bitmap() > 0).astype(np.uint8), "L").convert("P", palette=Image.Palette.ADAPTIVE)
    palette.save(tmp_path / "palette.png", transparency=palette.getpixel((0, 0)))
    for name in ("black", "white", "palette"):
        np.testing.assert_array_equal(ink_of(read_files([tmp_path / f"{name}.png"])), squared(TALL))


def test_a_photo_is_turned_upright(tmp_path: Path) -> None:
    upright = on_paper(letter(96, 64, 8), 128, 128, 16, 24)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise
    Image.fromarray(255 - np.rot90(upright)).save(tmp_path / "photo.jpg", exif=exif)
    read = ink_of(read_files([tmp_path / "photo.jpg"]))
    assert np.abs(read.astype(int) - squared(letter(96, 64, 8))).max() <= 8


def test_an_image_of_more_pixels_than_the_engine_takes_is_made_smaller(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Image.fromarray(on_paper(letter(80, 80, 8), 120, 120, 16, 24)).save(tmp_path / "large.png")
    monkeypatch.setattr(pictures, "MAX_PIXELS", 60 * 60)
    np.testing.assert_array_equal(ink_of(read_files([tmp_path / "large.png"])), letter(40, 40, 4))


# Places and names


def test_what_a_file_is_shows_in_its_content_and_not_in_its_name(tmp_path: Path) -> None:
    write_category(tmp_path, "strokes", polygons(2, 5, np.random.default_rng(1)), [1, 1])
    write_lines(tmp_path / "lines.png", polygons(3, 5, np.random.default_rng(1)), [1, 1, 1])
    with (tmp_path / "image.npz").open("wb") as file:
        Image.fromarray(bitmap()).save(file, "png")
    (tmp_path / "strokes.npz").rename(tmp_path / "strokes.ndjson")
    with (tmp_path / "flat").open("wb") as file:
        np.save(file, np.stack([bitmap()] * 4))
    files = [tmp_path / name for name in ("strokes.ndjson", "lines.png", "image.npz", "flat")]
    assert classes(read_files(files)) == {"strokes": 2, "lines": 3, "image": 1, "flat": 4}


def test_images_of_a_folder_are_the_class_that_it_is_named_after(tmp_path: Path) -> None:
    for name, count in (("dog", 2), ("cat", 3), ("birds/owl", 1)):
        (tmp_path / name).mkdir(parents=True)
        for index in range(count):
            Image.fromarray(bitmap()).save(tmp_path / name / f"{index}.png")
    (tmp_path / ".hidden").write_text("no drawing", encoding="utf-8")
    (tmp_path / "cat" / ".hidden").write_text("no drawing", encoding="utf-8")
    assert list(classes(read_files([tmp_path])).items()) == [("birds/owl", 1), ("cat", 3), ("dog", 2)]
    assert list(classes(read_files([tmp_path / "dog", tmp_path / "cat"])).items()) == [("dog", 2), ("cat", 3)]


def test_one_class_in_several_places_is_put_together(tmp_path: Path) -> None:
    for place, names in (("bitmaps", ["cat", "dog"]), ("more", ["cat"])):
        (tmp_path / place).mkdir()
        for name in names:
            np.save(tmp_path / place / f"{name}.npy", np.stack([bitmap()] * 2))
    read = read_files([tmp_path / "bitmaps", tmp_path / "more"])
    assert classes(read) == {"cat": 4, "dog": 2}
    assert read.labels.tolist() == [0, 0, 0, 0, 1, 1]


# Junk and refusals


def test_drawings_without_ink_are_left_out_and_counted(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", img=np.stack([bitmap(), np.zeros((28, 28), np.uint8), bitmap()]))
    np.savez(tmp_path / "b.npz", pts=np.zeros((1, 2)), stroke_len=np.array([1, 0]), n_strokes=np.array([0, 1, 1]))
    (tmp_path / "c.ndjson").write_text('{"drawing": []}\n{"drawing": [[[1, 2], [3, 4]]]}\n', encoding="utf-8")
    Image.new("L", (9, 9), 255).save(tmp_path / "d.png")
    read = read_files([tmp_path / name for name in ("a.npz", "b.npz", "c.ndjson", "d.png")])
    assert classes(read) == {"a": 2, "b": 1, "c": 1}
    assert read.skipped == 5
    with pytest.raises(DataError, match=r"expected drawings in .*d\.png, found none with ink"):
        read_files([tmp_path / "d.png"])


def _zipped(path: Path, **arrays: NDArray[np.generic]) -> None:
    np.savez(path.with_suffix(".npz"), **arrays)  # type: ignore[arg-type]
    path.with_suffix(".npz").rename(path)


def _refused(path: Path, kind: str) -> None:
    """Writes a file that holds no drawings."""
    strokes = [[[0, 1], [0, 1]]]
    if kind == "floats":
        _zipped(path, img=np.zeros((2, 8, 8), np.float32), name=np.array("x"))
    elif kind == "columns":
        _zipped(path, boxes=np.zeros((5, 4), np.uint8))
    elif kind == "objects":
        _zipped(path, img=np.array([None, 1], object))
    elif kind == "sums":
        _zipped(path, pts=np.zeros((3, 2)), stroke_len=np.array([2]), n_strokes=np.array([1]))
    elif kind == "cut archive":
        _zipped(path, img=np.stack([bitmap()]))
        path.write_bytes(path.read_bytes()[:-100])
    elif kind == "cut":
        Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64), np.uint8)).save(path, "png")
        path.write_bytes(path.read_bytes()[:1000])
    else:
        lines = {"list": [strokes], "no drawing": {"word": "cat"}, "x only": {"drawing": [[[0, 1]]]}}
        many = {"too many": {"drawing": strokes * 513}, "ragged": {"drawing": [[[0, 1], [0]]]}}
        path.write_text(json.dumps({**lines, **many}.get(kind, kind)), encoding="utf-8")


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("floats", r"found arrays: img float32 \(2, 8, 8\), name <U1 \(\)"),
        ("columns", r"found arrays: boxes uint8 \(5, 4\)"),
        ("objects", "Object arrays cannot be loaded"),
        ("sums", "found sums of 1 and 2"),
        ("cut", "damaged or in another form"),
        ("cut archive", "not a zip file"),
        ("list", r"begins with b'\[\[\["),
        ("no drawing", "'drawing'"),
        ("x only", r"shape \(n, 2\)"),
        ("ragged", "inhomogeneous"),
        ("too many", "at most 100000 points in 512 strokes, got 1026 in 513"),
        ("plain text", "begins with b'\"plain text\"'"),
    ],
)
def test_a_file_that_is_none_of_the_formats_is_refused_by_name(tmp_path: Path, kind: str, found: str) -> None:
    _refused(tmp_path / "odd", kind)
    with pytest.raises(DataError, match=f"(?s)^expected .* in .*odd, found .*{found}|{found}"):
        read_files([tmp_path / "odd"])


def test_a_path_with_nothing_to_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"expected a file or a folder at .*nowhere, found neither"):
        read_files([tmp_path / "nowhere"])
    with pytest.raises(DataError, match="expected files of drawings in"):
        read_files([tmp_path])
    with pytest.raises(DataError, match="expected drawings in one file or more, found none"):
        read_files([])


def test_a_file_that_comes_twice_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "cat.npy", np.stack([bitmap()]))
    with pytest.raises(DataError, match=r"expected every file once, found .*cat\.npy again"):
        read_files([tmp_path, tmp_path / "cat.npy"])


# Strokes as pictures


def strokes(*drawings: list[list[tuple[int, int]]]) -> DrawingSet:
    return drawing_set([[canonical(Strokes.of(drawing))] for drawing in drawings], tuple("abcd"[: len(drawings)]))


@pytest.mark.parametrize("width", [1.0, 2.0, 4.5, 10.0, 20.0])
@pytest.mark.parametrize("dark_on_light", [False, True])
def test_redrawn_strokes_are_as_wide_as_the_pen_and_fill_the_picture_but_a_pixel(
    width: float, dark_on_light: bool
) -> None:
    corner = strokes([[(0, 0), (0, 9), (9, 9)]])
    ink = ink_of(redrawn(corner, width, 100, dark_on_light)) / 255.0
    assert ink.shape == (98, 98)
    for across in (ink[49], ink[::-1, 49]):  # at the left and at the bottom
        assert across.sum() == pytest.approx(width, abs=0.15)
        assert across[: math.ceil(width)].sum() == pytest.approx(width, abs=0.15)
    if width >= 4.0:
        assert max(ink[0, 0], ink[-1, 0], ink[-1, -1]) < 0.3  # ends and joints are round
        rounded = 4.0 - math.pi  # what a disc leaves of its square, in squares of its radius
        missing = (width / 2.0) ** 2 * rounded * (2 * 0.5 + 0.25)
        assert ink.sum() == pytest.approx(2 * 98 * width - width**2 - missing, rel=0.03)


def test_a_redrawn_dot_is_a_disc_and_a_slanted_line_is_no_wider_than_a_level_one() -> None:
    dot, slanted = strokes([[(5, 5)]]), strokes([[(0, 0), (9, 7)]])
    assert (ink_of(redrawn(dot, 20, 60, True)) / 255.0).sum() == pytest.approx(math.pi * 100.0, rel=0.02)
    ink = ink_of(redrawn(slanted, 8, 100, True)) / 255.0
    assert ink[:, 49].sum() * 9.0 / math.hypot(9.0, 7.0) == pytest.approx(8.0, abs=0.3)
    assert ((ink > 0.2) & (ink < 0.8)).sum() > 90  # edges are antialiased


def test_both_polarities_are_the_same_drawings_of_the_same_classes(monkeypatch: pytest.MonkeyPatch) -> None:
    given = strokes([[(0, 0), (9, 9)], [(3, 7)]], [[(0, 5), (5, 0), (7, 9)]])
    given = DrawingSet(given.drawings, given.labels, given.names, skipped=3)
    seen: list[Bytes] = []
    monkeypatch.setattr(pictures, "canonical", lambda drawing: (seen.append(drawing.pixels), canonical(drawing))[1])
    dark, light = redrawn(given, 3, 64, True), redrawn(given, 3, 64, False)
    for index, paper in enumerate([255, 255, 0, 0]):
        assert seen[index].shape == (64, 64, 4)
        assert seen[index][0, 0].tolist() == [paper, paper, paper, 255]
        assert np.median(seen[index][:, :, :3]) == paper
    assert dark.names == given.names
    assert dark.labels.tolist() == given.labels.tolist()
    assert dark.skipped == 3
    for index in range(2):
        np.testing.assert_array_equal(ink_of(dark, index), ink_of(light, index))


def test_a_picture_and_a_pen_that_does_not_fit_are_not_drawn() -> None:
    line = strokes([[(0, 0), (9, 9)]])
    for width in (0.0, 0.12, 30.0, math.nan):
        with pytest.raises(ValueError, match=r"expected a pen of 0.125 to 30 pixels for pictures of 32, got"):
            redrawn(line, width, 32, True)
    with pytest.raises(ValueError, match="expected strokes to draw, got a Picture"):
        redrawn(redrawn(line, 3, 32, True), 3, 32, True)
