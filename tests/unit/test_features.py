"""Feature values refuse what they are not, and nothing that a caller does later changes them."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
from typing import Any

import inkmoji
import numpy as np
import pytest
from inkmoji import (
    ArrayBatch,
    BatchProvider,
    DictFeatureProvider,
    DrawingError,
    FeatureError,
    FeatureProvider,
    FeatureType,
    FeatureValue,
    Picture,
    Strokes,
)

from tests.engine import line, provider, refused


@pytest.mark.parametrize(
    ("make", "wrong", "words"),
    [
        (FeatureValue.image, "a picture", ("expected a drawing", "got str")),
        (FeatureValue.image, np.zeros((4, 4), np.uint8), ("expected a drawing", "got ndarray")),
        (FeatureValue.string, 5, ("expected a str", "got int")),
        (FeatureValue.string, b"bytes", ("expected a str", "got bytes")),
        (FeatureValue.string, "half \ud83d", ("expected a str of whole characters", r"'half \ud83d'")),
        (FeatureValue.int64, 1.0, ("expected an int", "got float")),
        (FeatureValue.int64, True, ("expected an int", "got bool")),
        (FeatureValue.int64, 2**63, ("at most 64 bits", "9223372036854775808")),
        (FeatureValue.int64, -(2**63) - 1, ("at most 64 bits", "-9223372036854775809")),
        (FeatureValue.double, "1", ("expected a float", "got str")),
        (FeatureValue.double, False, ("expected a float", "got bool")),
        (FeatureValue.double, 10**400, ("expected a float", "too large")),
        (FeatureValue.multi_array, [[1], [2, 3]], ("expected an array of numbers",)),
        (FeatureValue.multi_array, ["1"], ("real numbers", "<U1")),
        (FeatureValue.multi_array, [None], ("real numbers", "object")),
        (FeatureValue.multi_array, np.array([1j]), ("real numbers", "complex128")),
        (FeatureValue.multi_array, [10**400], ("real numbers", "object")),
    ],
)
def test_a_value_of_another_type_is_refused(make: Any, wrong: Any, words: tuple[str, ...]) -> None:
    with refused(FeatureError, "feature-type", *words):
        make(wrong)


@pytest.mark.parametrize("number", [-(2**63), 0, 2**63 - 1, np.int32(7), np.uint64(9)])
def test_a_whole_number_of_64_bits_becomes_an_int(number: Any) -> None:
    value = FeatureValue.int64(number)
    assert value.type is FeatureType.INT64
    assert type(value.content) is int
    assert value.content == int(number)


@pytest.mark.parametrize("number", [0.25, 3, np.float32(0.5), np.int8(2), float("inf")])
def test_a_real_number_becomes_a_float(number: Any) -> None:
    value = FeatureValue.double(number)
    assert value.type is FeatureType.DOUBLE
    assert type(value.content) is float
    assert value.content == float(number)


def test_a_string_keeps_every_character() -> None:
    value = FeatureValue.string("👩‍🚀 e\u0301\0")
    assert value.type is FeatureType.STRING
    assert value.text == "👩‍🚀 e\u0301\0"


def test_a_multi_array_is_a_read_only_float32_copy_of_the_same_shape() -> None:
    source = np.arange(6.0).reshape(2, 3)
    value = FeatureValue.multi_array(source)
    source[0, 0] = 99.0
    assert value.type is FeatureType.MULTI_ARRAY
    assert isinstance(value.content, np.ndarray)
    assert value.content.dtype == np.float32
    assert value.content.tolist() == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]
    with pytest.raises(ValueError, match="read-only"):
        value.content[0, 0] = 1.0


def test_a_number_beyond_float32_becomes_infinite_in_a_multi_array() -> None:
    content = FeatureValue.multi_array([1e300, -1e300]).content
    assert np.array_equal(content, [np.inf, -np.inf])


@pytest.mark.parametrize("scalar", [3, 2.5, np.float64(1.0)])
def test_a_multi_array_may_have_no_axis(scalar: float) -> None:
    content = FeatureValue.multi_array(scalar).content
    assert isinstance(content, np.ndarray)
    assert content.shape == ()
    assert content == scalar


def test_an_image_value_keeps_its_own_read_only_strokes() -> None:
    points, lengths = np.array([[0.0, 0.0], [1.0, 2.0]]), np.array([2])
    drawing = FeatureValue.image(Strokes(points, lengths)).drawing
    points[:] = 7.0
    lengths[:] = 1
    assert isinstance(drawing, Strokes)
    assert drawing.points.tolist() == [[0.0, 0.0], [1.0, 2.0]]
    assert drawing.lengths.tolist() == [2]
    for array in (drawing.points, drawing.lengths):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_an_image_value_keeps_its_own_read_only_pixels() -> None:
    pixels = np.eye(4, dtype=np.uint8)
    drawing = FeatureValue.image(Picture(pixels)).drawing
    pixels[:] = 9
    assert isinstance(drawing, Picture)
    assert np.array_equal(drawing.pixels, np.eye(4))
    with pytest.raises(ValueError, match="read-only"):
        drawing.pixels[0] = 0


def test_a_value_cannot_be_given_another_content() -> None:
    value = FeatureValue.string("a")
    with pytest.raises(dataclasses.FrozenInstanceError):
        value.content = "b"  # type: ignore[misc]


def test_only_an_image_has_a_drawing_and_only_a_string_a_text() -> None:
    with refused(FeatureError, "feature-type", "expected an image", "got string"):
        _ = FeatureValue.string("a").drawing
    with refused(FeatureError, "feature-type", "expected a string", "got image"):
        _ = FeatureValue.image(line((0, 0))).text


def test_separate_strokes_are_joined_in_order() -> None:
    drawing = Strokes.of([[(0, 1), (2, 3)], np.array([[4.5, 5.5]])])
    assert drawing.points.tolist() == [[0, 1], [2, 3], [4.5, 5.5]]
    assert drawing.lengths.tolist() == [2, 1]


def test_no_strokes_make_a_drawing_without_points() -> None:
    drawing = Strokes.of([])
    assert drawing.points.shape == (0, 2)
    assert drawing.lengths.shape == (0,)


@pytest.mark.parametrize(
    ("strokes", "words"),
    [
        ([[1.0, 2.0]], ("shape (n, 2)", "shape (2,) for stroke 0")),
        ([[(0, 0)], [(1, 2, 3)]], ("shape (n, 2)", "shape (1, 3) for stroke 1")),
        ([[(0, 0), (1,)]], ("(n, 2) numbers",)),
        ([[("a", "b")]], ("(n, 2) numbers",)),
        ([None], ("shape () for stroke 0",)),
    ],
)
def test_strokes_of_another_shape_are_refused(strokes: Any, words: tuple[str, ...]) -> None:
    with refused(DrawingError, "drawing-malformed", *words):
        Strokes.of(strokes)


def test_nested_lists_of_different_lengths_are_no_drawing() -> None:
    with refused(DrawingError, "drawing-malformed", "expected arrays of numbers"):
        FeatureValue.image(Picture([[1], [2, 3]]))  # type: ignore[arg-type]


def test_a_dictionary_of_features_is_copied() -> None:
    source = {"a": FeatureValue.int64(1)}
    features = DictFeatureProvider(source)
    source["b"] = FeatureValue.int64(2)
    assert features.feature_names == {"a"}
    assert features.feature_value("b") is None
    value = features.feature_value("a")
    assert value is not None
    assert value.content == 1


def test_a_dictionary_takes_feature_values_only() -> None:
    with refused(FeatureError, "feature-type", "expected a FeatureValue for 'a'", "got int", "FeatureValue.string"):
        DictFeatureProvider({"a": 5})  # type: ignore[dict-item]


def test_a_batch_is_a_copy_of_its_sequence() -> None:
    source = [provider(line((0, 0)), "a"), provider(line((1, 1)), "b")]
    both = ArrayBatch(source)
    source.clear()
    assert len(both) == 2
    assert [features.feature_value("label").text for features in both] == ["a", "b"]  # type: ignore[union-attr]
    assert both[1] is list(both)[1]


def test_every_dataclass_of_the_engine_is_frozen() -> None:
    names = [module.name for module in pkgutil.walk_packages(inkmoji.__path__, "inkmoji.")]
    modules = [importlib.import_module(name) for name in names if not name.endswith("__main__")]
    classes = {value for module in modules for value in vars(module).values() if isinstance(value, type)}
    values = [value for value in classes if dataclasses.is_dataclass(value)]
    assert FeatureValue in values
    assert [value for value in values if not value.__dataclass_params__.frozen] == []  # type: ignore[attr-defined]


def test_providers_and_batches_are_known_by_what_they_can_do() -> None:
    assert isinstance(DictFeatureProvider({}), FeatureProvider)
    assert isinstance(ArrayBatch([]), BatchProvider)
    assert not isinstance({}, FeatureProvider)
    assert not isinstance(5, BatchProvider)


def test_a_value_gives_its_content_by_type_and_no_other() -> None:
    assert FeatureValue.multi_array([1.0]).array.tolist() == [1.0]
    assert (FeatureValue.string("a").label, FeatureValue.int64(5).label) == ("a", 5)
    with refused(FeatureError, "feature-type", "a multi-array, got string"):
        _ = FeatureValue.string("a").array
    for value in (FeatureValue.double(1.0), FeatureValue.multi_array([1.0])):
        with refused(FeatureError, "feature-type", "a string or an int64", value.type.value):
            _ = value.label
