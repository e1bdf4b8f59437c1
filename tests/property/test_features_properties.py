"""Any value is either taken and kept as it is, or refused with a FeatureError."""

from __future__ import annotations

import contextlib
import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from inkmoji import Face, FeatureError, FeatureValue

ANY_TEXT = st.text(st.characters(codec=None), max_size=80)  # halves of surrogate pairs among them
ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), ANY_TEXT, st.binary(), st.complex_numbers(),
    st.lists(st.one_of(st.integers(), st.floats(), ANY_TEXT, st.lists(st.floats()))),
    arrays.arrays(arrays.scalar_dtypes(), arrays.array_shapes(max_side=3)),
)  # fmt: skip


@given(ANYTHING)
def test_a_class_method_takes_a_value_or_refuses_it_by_name(value: object) -> None:
    for make in (FeatureValue.image, FeatureValue.string, FeatureValue.int64, FeatureValue.double,
                 FeatureValue.multi_array):  # fmt: skip
        with contextlib.suppress(FeatureError):
            assert make(value).content is not None  # type: ignore[operator]


@given(st.integers() | st.integers(-9, 9).map(lambda n: n - 2**63) | st.integers(-9, 9).map(lambda n: n + 2**63))
def test_every_int_of_64_bits_is_kept_and_no_other(number: int) -> None:
    try:
        assert FeatureValue.int64(number).content == number
        assert -(2**63) <= number < 2**63
    except FeatureError:
        assert not -(2**63) <= number < 2**63


@given(st.floats())
def test_every_float_is_kept(number: float) -> None:
    content = FeatureValue.double(number).content
    assert isinstance(content, float)
    assert content == number or math.isnan(number)


@given(arrays.arrays(np.float32, arrays.array_shapes(min_dims=0, max_side=4), elements=st.floats(width=32)))
def test_every_array_is_kept(array: np.ndarray) -> None:  # type: ignore[type-arg]
    assert np.array_equal(FeatureValue.multi_array(array).content, array, equal_nan=True)


@given(ANY_TEXT)
def test_a_text_is_taken_if_utf_8_can_hold_it(text: str) -> None:
    whole = not any(0xD800 <= ord(letter) < 0xE000 for letter in text)
    try:
        assert FeatureValue.string(text).text == text
        assert whole
    except FeatureError:
        assert not whole
    try:
        Face("x", text)
        assert whole
        assert len(text) <= 64
    except FeatureError:
        assert not whole or len(text) > 64
