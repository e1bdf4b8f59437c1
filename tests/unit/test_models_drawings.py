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
from tests.unit.models_data import characters, polygons, write_category, write_character_images, write_data


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
    lines = [
        json.dumps(
            {"word": "thing 2", "recognized": index != 2, "drawing": [np.transpose(s).tolist() for s in drawing]}
        )
        for index, drawing in enumerate(drawings)
    ]
    (data / "quickdraw" / "thing 2.ndjson").write_text("\n".join(lines) + "\n", encoding="utf-8")

    read = read_quickdraw(data, "train", keep_unrecognized=False)

    np.testing.assert_array_equal(read.labels, arrays.labels)
    for one, other in zip(read.drawings, arrays.drawings, strict=True):
        assert isinstance(one, Strokes)
        assert isinstance(other, Strokes)
        np.testing.assert_array_equal(one.points, other.points)


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


def test_a_small_class_is_drawn_less_often_but_each_of_its_drawings_more(tmp_path: Path) -> None:
    data = write_data(tmp_path, size=4)
    write_category(data / "quickdraw", "thing 0", polygons(16, 5, np.random.default_rng(1)), [1] * 16)
    read = read_quickdraw(data, "train")
    share = np.bincount(read.labels, np.diff(read.chances, prepend=0.0))
    np.testing.assert_allclose(share, [0.5, 0.25, 0.25])
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
