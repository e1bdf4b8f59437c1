"""Reading the training data: its formats, and that the splits stay apart."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from inkmoji.features import Picture, Strokes
from inkmoji.image import canonical
from numpy.typing import NDArray

from models.drawings import DataError, data_hash, read_omniglot, read_quickdraw, split_names
from models.pictures import read_files
from tests.unit.models_data import (
    characters,
    polygons,
    write_alphabets,
    write_category,
    write_character_images,
    write_data,
    write_lines,
)


def test_categories_are_read_stroke_by_stroke(tmp_path: Path) -> None:
    data, drawings = write_data(tmp_path), polygons(3, 5, np.random.default_rng(1))
    write_category(data / "quickdraw", "thing 1", drawings, [1, 255, 1])

    read = read_quickdraw(data, "train")

    mine = [drawing for drawing, label in zip(read.drawings, read.labels, strict=True) if label == 1]
    for got, given in zip(mine, drawings, strict=True):
        expected = canonical(Strokes.of(given))
        assert isinstance(got, Strokes)
        assert isinstance(expected, Strokes)
        np.testing.assert_array_equal(got.points, expected.points)
        np.testing.assert_array_equal(got.lengths, expected.lengths)


def test_only_drawings_that_the_game_did_not_recognise_are_left_out_on_request(tmp_path: Path) -> None:
    data = write_data(tmp_path, size=4)
    write_category(data / "quickdraw", "thing 0", polygons(3, 5, np.random.default_rng(1)), [0, 255, 1])
    assert np.bincount(read_quickdraw(data, "train").labels).tolist() == [3, 4, 4]
    assert np.bincount(read_quickdraw(data, "train", keep_unrecognized=False).labels).tolist() == [2, 3, 3]


def test_the_public_line_format_gives_the_same_drawings_as_the_arrays(tmp_path: Path) -> None:
    data, drawings = write_data(tmp_path), polygons(4, 6, np.random.default_rng(2))
    write_category(data / "quickdraw", "thing 2", drawings, [1, 1, 0, 1])
    arrays = read_quickdraw(data, "train", keep_unrecognized=False)
    (data / "quickdraw" / "thing 2.npz").unlink()
    write_lines(data / "quickdraw" / "thing 2.ndjson", drawings, [1, 1, 0, 1])

    read = read_quickdraw(data, "train", keep_unrecognized=False)

    np.testing.assert_array_equal(read.labels, arrays.labels)
    for one, other in zip(read.drawings, arrays.drawings, strict=True):
        assert isinstance(one, Strokes)
        assert isinstance(other, Strokes)
        np.testing.assert_array_equal(one.points, other.points)


def test_every_form_of_strokes_gives_the_strokes_that_were_written(tmp_path: Path) -> None:
    drawings = polygons(3, 5, np.random.default_rng(1))
    write_category(tmp_path, "arrays", drawings, [1, 0, 255])
    write_lines(tmp_path / "lines.ndjson", drawings, [1, 0, 1])
    write_lines(tmp_path / "raw.ndjson", drawings, [1, 0, 1], times=True)
    read = read_files([tmp_path])
    assert read.names == ("arrays", "lines", "raw")
    assert np.bincount(read.labels).tolist() == [3, 3, 3]
    for got, given in zip(read.drawings, drawings * 3, strict=True):
        expected = canonical(Strokes.of(given))
        assert isinstance(got, Strokes)
        assert isinstance(expected, Strokes)
        np.testing.assert_array_equal(got.points, expected.points)
        np.testing.assert_array_equal(got.lengths, expected.lengths)


def test_strokes_need_neither_a_recognition_nor_points_in_every_stroke(tmp_path: Path) -> None:
    points, lengths = np.array([[0, 0], [9, 9], [9, 0]], np.uint8), np.array([2, 0, 1], np.uint16)
    np.savez(tmp_path / "a.npz", pts=points, stroke_len=lengths, n_strokes=np.array([3]))
    (tmp_path / "b.ndjson").write_text('\n{"drawing": [[[0, 9], [0, 9]], [[], []], [[9], [0]]]}\n\n', encoding="utf-8")
    for drawing in read_files([tmp_path]).drawings:
        assert isinstance(drawing, Strokes)
        assert drawing.points.tolist() == [[0, 0], [1024, 1024], [1024, 0]]
        assert drawing.lengths.tolist() == [2, 1]


def test_lengths_that_do_not_fit_the_points_are_refused(tmp_path: Path) -> None:
    data = write_data(tmp_path)
    with np.load(data / "quickdraw" / "thing 1.npz") as file:
        arrays = dict(file)
    np.savez(data / "quickdraw" / "thing 1.npz", **{**arrays, "pts": arrays["pts"][:-1]})
    with pytest.raises(DataError, match=f"stroke_len to {len(arrays['pts']) - 1} points in .*thing 1.npz, found sums"):
        read_quickdraw(data, "train")
    np.savez(data / "quickdraw" / "thing 1.npz", **{**arrays, "n_strokes": arrays["n_strokes"][1:]})
    with pytest.raises(DataError, match=f"n_strokes to sum to {len(arrays['stroke_len'])} strokes"):
        read_quickdraw(data, "train")


def test_characters_are_read_as_ink(tmp_path: Path) -> None:
    read = read_omniglot(write_data(tmp_path), "train")
    assert read.names == ("Runes/0", "Runes/1")
    assert read.labels.tolist() == [0, 0, 0, 1, 1, 1]
    first = read.drawings[0]
    assert isinstance(first, Picture)
    assert first.pixels.shape == (85, 85)
    assert 0.05 < (first.pixels == 255).mean() < 0.1  # two lines of three pixels across 85


def test_the_public_images_give_the_same_characters_as_the_arrays(tmp_path: Path) -> None:
    data = write_data(tmp_path)
    arrays = read_omniglot(data, "train")
    write_character_images(data / "omniglot", "Runes", _runes())
    (data / "omniglot" / "background.npz").unlink()

    read = read_omniglot(data, "train")

    assert read.names == ("Runes/character01", "Runes/character02")
    np.testing.assert_array_equal(read.labels, arrays.labels)
    for one, other in zip(read.drawings, arrays.drawings, strict=True):
        assert isinstance(one, Picture)
        assert isinstance(other, Picture)
        np.testing.assert_array_equal(one.pixels, other.pixels)


def test_an_archive_of_alphabets_has_a_class_for_each_character(tmp_path: Path) -> None:
    ink = {name: characters(2, 3, np.random.default_rng(index)) for index, name in enumerate(("Runes", "Signs"))}
    write_alphabets(tmp_path, ink)
    read = read_files([tmp_path / "background.npz"])
    assert read.names == ("Runes/0", "Runes/1", "Signs/2", "Signs/3")
    assert np.bincount(read.labels).tolist() == [3, 3, 3, 3]
    drawn = np.concatenate(list(ink.values())).reshape(-1, 105, 105)
    for drawing, expected in zip(read.drawings, drawn, strict=True):
        assert isinstance(drawing, Picture)
        np.testing.assert_array_equal(drawing.pixels, 255 * expected[10:95, 10:95])


def test_a_folder_of_alphabets_is_read_like_any_folder_of_images(tmp_path: Path) -> None:
    data, ink = write_data(tmp_path / "data"), _runes()
    expected = read_omniglot(data, "train")
    write_character_images(tmp_path, "Runes", ink)
    read = read_files([tmp_path / "images_background"])
    assert read.names == ("Runes/character01", "Runes/character02")
    np.testing.assert_array_equal(read.labels, expected.labels)
    for one, other in zip(read.drawings, expected.drawings, strict=True):
        assert isinstance(one, Picture)
        assert isinstance(other, Picture)
        np.testing.assert_array_equal(one.pixels, other.pixels)


def test_training_reads_no_validation_class(tmp_path: Path) -> None:
    data = write_data(tmp_path)
    for read in (read_quickdraw, read_omniglot):
        assert not set(read(data, "train").names) & set(read(data, "validation").names)
    assert set(read_quickdraw(data, "train").names) == {"thing 0", "thing 1", "thing 2"}


def test_overlapping_splits_are_refused(tmp_path: Path) -> None:
    splits = {"quickdraw": {"train": ["cat", "dog"], "validation": ["dog"]}}
    (tmp_path / "splits.json").write_text(json.dumps(splits), encoding="utf-8")
    with pytest.raises(DataError, match="dog"):
        split_names(tmp_path, "quickdraw", "train")


@pytest.mark.parametrize("missing", ["splits.json", "quickdraw/thing 1.npz", "omniglot/background.npz"])
def test_what_is_missing_is_named(tmp_path: Path, missing: str) -> None:
    data = write_data(tmp_path)
    (data / missing).unlink()
    with pytest.raises(DataError, match=Path(missing).stem):
        _read_all(data)


def test_an_alphabet_that_is_not_there_is_named(tmp_path: Path) -> None:
    data = write_data(tmp_path)
    splits = {"omniglot": {"train": ["Elvish"], "validation": []}}
    (data / "splits.json").write_text(json.dumps(splits), encoding="utf-8")
    with pytest.raises(DataError, match="Elvish"):
        read_omniglot(data, "train")


def test_the_hash_changes_with_one_byte_and_one_name(tmp_path: Path) -> None:
    data = write_data(tmp_path)
    before = data_hash(data)
    file = data / "quickdraw" / "thing 1.npz"
    file.write_bytes(file.read_bytes() + b"\0")
    changed = data_hash(data)
    file.rename(file.with_name("thing 9.npz"))
    renamed = data_hash(data)
    assert len({before["quickdraw"], changed["quickdraw"], renamed["quickdraw"]}) == 3
    assert before["omniglot"] == renamed["omniglot"]


def test_all_classes_are_as_likely_whatever_their_size(tmp_path: Path) -> None:
    data = write_data(tmp_path, size=4)
    write_category(data / "quickdraw", "thing 0", polygons(16, 5, np.random.default_rng(1)), [1] * 16)
    read = read_quickdraw(data, "train")
    share = np.bincount(read.labels, np.diff(read.chances, prepend=0.0))
    np.testing.assert_allclose(share, [1 / 3, 1 / 3, 1 / 3])
    assert read.chances[-1] == pytest.approx(1.0)


def _read_all(data: Path) -> None:
    read_quickdraw(data, "train")
    read_omniglot(data, "train")


def _runes() -> NDArray[np.uint8]:
    """The ink that `write_data` gives the training alphabet."""
    rng = np.random.default_rng(5)
    for index in range(5):
        polygons(4, 3 + index, rng)
    return characters(2, 3, rng)
