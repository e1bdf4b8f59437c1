"""Parameters: each has a type, a default and what is allowed, and whatever is outside is refused with both."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from inkmoji import ParameterDescription, ParameterError, ParameterKey
from inkmoji.parameters import SCALAR_KEYS, checked

from tests.engine import description, refused

K, SIZE = ParameterKey.NUMBER_OF_NEIGHBORS, ParameterKey.MINI_BATCH_SIZE
RATE, SHUFFLE, SEED = ParameterKey.LEARNING_RATE, ParameterKey.SHUFFLE, ParameterKey.SEED
WEIGHTS = ParameterKey.WEIGHTS.scoped("dense")
LISTED = description().parameters
SOUND: dict[ParameterKey, tuple[Any, ...]] = {
    ParameterKey.LEARNING_RATE: (0.1, 0.0, 1.0),
    ParameterKey.MOMENTUM: (0.9, 0.0, 1.0),
    ParameterKey.BETA1: (0.9, 0.0, 0.999),
    ParameterKey.BETA2: (0.999, 0.9, 0.9999),
    ParameterKey.EPS: (1e-8, 1e-12, 1.0),
    ParameterKey.MINI_BATCH_SIZE: (16, 1, 256),
    ParameterKey.EPOCHS: (10, 1, 100),
    ParameterKey.SHUFFLE: (True,),
    ParameterKey.SEED: (0, 0, 2**53),
    ParameterKey.NUMBER_OF_NEIGHBORS: (3, 1, 50),
}


def test_what_is_allowed_is_taken_and_the_rest_left_alone() -> None:
    assert checked(LISTED, {}) == {}
    assert checked(LISTED, {K: 50}) == {K: 50}
    assert checked(LISTED, {K: 1, SIZE: 256}) == {K: 1, SIZE: 256}


@pytest.mark.parametrize("value", [0, 51, -1, 2.0, True, "3", None, 10**30])
def test_a_parameter_outside_its_range_is_refused(value: object) -> None:
    with refused(ParameterError, "parameter-value", "number-of-neighbors", "from 1 to 50", repr(value)):
        checked(LISTED, {K: value})


def test_an_unknown_parameter_is_refused_with_those_that_are_known() -> None:
    only_k = (ParameterDescription(K, 3, 1, 50),)
    with refused(ParameterError, "parameter-unknown", "number-of-neighbors", "mini-batch-size"):
        checked(only_k, {SIZE: 1})
    with refused(ParameterError, "parameter-unknown", "these parameters: none", "'k'"):
        checked((), {"k": 1})  # type: ignore[dict-item]


@pytest.mark.parametrize("bounds", [(3, 4, 9), (3, 1, 2), (3, 5, 1)])
def test_a_default_outside_its_own_range_is_refused(bounds: tuple[int, int, int]) -> None:
    with refused(ParameterError, "parameter-value", "got 3"):
        ParameterDescription(K, *bounds)


def test_a_parameter_that_may_be_nothing_is_refused() -> None:
    with refused(ParameterError, "parameter-value", "mini-batch-size", "from 1", "got 0"):
        ParameterDescription(SIZE, 1, 0, 5)


def test_every_parameter_of_a_model_can_be_described() -> None:
    assert set(SOUND) == set(SCALAR_KEYS)
    for key, settings in SOUND.items():
        described = ParameterDescription(key, *settings)
        assert described.check(described.default) == settings[0]
        assert type(described.check(described.default)) is type(settings[0])


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        (ParameterKey.LEARNING_RATE, 1.5, "a number from 0.0 to 1.0"),
        (ParameterKey.LEARNING_RATE, float("nan"), "a number from 0.0 to 1.0"),
        (ParameterKey.LEARNING_RATE, -1e-9, "a number from 0.0 to 1.0"),
        (ParameterKey.LEARNING_RATE, "0.1", "a number from"),
        (ParameterKey.MOMENTUM, 1.0001, "a number from 0.0 to 1.0"),
        (ParameterKey.BETA1, 1, "a number from 0.0 to 0.999"),
        (ParameterKey.BETA2, 0.5, "a number from 0.9 to 0.9999"),
        (ParameterKey.EPS, 0.0, "a number from 1e-12 to 1.0"),
        (ParameterKey.MINI_BATCH_SIZE, 0, "a whole number from 1 to 256"),
        (ParameterKey.EPOCHS, 2.5, "a whole number from 1 to 100"),
        (ParameterKey.SHUFFLE, 1, "True or False"),
        (ParameterKey.SHUFFLE, "no", "True or False"),
        (ParameterKey.SEED, -1, "a whole number from 0 to"),
        (ParameterKey.SEED, True, "a whole number from 0 to"),
        (ParameterKey.NUMBER_OF_NEIGHBORS, 51, "a whole number from 1 to 50"),
    ],
    ids=str,
)
def test_a_value_that_is_not_allowed_is_refused_with_the_value_and_what_is(
    key: ParameterKey, value: object, words: str
) -> None:
    with refused(ParameterError, "parameter-value", str(key), words, f"got {value!r}"):
        ParameterDescription(key, *SOUND[key]).check(value)


def test_a_set_allows_its_members_only() -> None:
    epochs = ParameterDescription(ParameterKey.EPOCHS, 5, allowed=(10, 1, 5))
    assert [epochs.check(value) for value in (1, 5, 10)] == [1, 5, 10]
    for value in (2, 0, 11):
        with refused(ParameterError, "parameter-value", "epochs", "a whole number of [1, 5, 10]", f"got {value}"):
            epochs.check(value)
    with refused(ParameterError, "parameter-value", "got 2"):
        ParameterDescription(ParameterKey.EPOCHS, 2, allowed=(10, 1, 5))


def test_a_set_is_kept_as_a_tuple_of_its_own() -> None:
    allowed: Any = [1, 5]
    epochs = ParameterDescription(ParameterKey.EPOCHS, 5, allowed=allowed)
    allowed.append(7)
    assert epochs.allowed == (1, 5)
    with refused(ParameterError, "parameter-value", "a whole number of [1, 5]", "got 7"):
        epochs.check(7)


def test_numbers_of_numpy_are_numbers() -> None:
    assert type(ParameterDescription(K, 3, 1, 50).check(np.int64(4))) is int
    assert type(ParameterDescription(RATE, 0.1, 0.0, 1.0).check(np.float32(0.5))) is float
    assert type(ParameterDescription(RATE, 0.1, 0.0, 1.0).check(1)) is float
    assert ParameterDescription(SHUFFLE, True).check(np.bool_(False)) is False


@pytest.mark.parametrize(
    ("key", "settings"),
    [
        (K, {"default": 3}),
        (K, {"default": 3, "minimum": 1}),
        (K, {"default": 3, "minimum": 1, "maximum": 5, "allowed": (3,)}),
        (K, {"default": 3, "minimum": 1, "allowed": (3,)}),
        (RATE, {"default": 0.1}),
        (RATE, {"default": 0.1, "allowed": (1,)}),
        (RATE, {"default": 0.1, "minimum": 0.0, "maximum": 1.0, "allowed": (1,)}),
        (SHUFFLE, {"default": True, "minimum": 0, "maximum": 1}),
        (SHUFFLE, {"default": True, "allowed": (0, 1)}),
        (WEIGHTS, {"default": np.zeros(2), "minimum": 0.0, "maximum": 1.0}),
    ],
)
def test_a_range_or_a_set_that_does_not_belong_to_the_type_is_refused(
    key: ParameterKey, settings: dict[str, Any]
) -> None:
    with refused(ParameterError, "parameter-value", "minimum and maximum", str(key)):
        ParameterDescription(key, **settings)


@pytest.mark.parametrize(
    ("key", "settings"),
    [
        (K, (3, 1.0, 5)),
        (K, (3, 1, 2**40)),
        (K, (3, True, 5)),
        (ParameterKey.EPS, (1e-8, 0.0, 1.0)),
        (ParameterKey.BETA1, (0.9, 0.0, 1.0)),
        (RATE, (0.1, -1.0, 1.0)),
        (RATE, (0.1, 0.0, float("inf"))),
        (SEED, (0, -1, 5)),
    ],
)
def test_bounds_that_no_training_can_use_are_refused(key: ParameterKey, settings: tuple[Any, ...]) -> None:
    with refused(ParameterError, "parameter-value", f"bounds of {key}"):
        ParameterDescription(key, *settings)


@pytest.mark.parametrize("key", [ParameterKey("speed"), ParameterKey.WEIGHTS, ParameterKey.BIASES, K.scoped("dense")])
def test_a_parameter_that_there_is_not_is_refused(key: ParameterKey) -> None:
    with refused(ParameterError, "parameter-unknown", "learning-rate", str(key)):
        ParameterDescription(key, 1, 1, 1)


def test_weights_are_finite_arrays_of_the_layers_shape() -> None:
    weights = ParameterDescription(WEIGHTS, np.zeros((2, 3), np.float32))
    given = [[1, 2, 3], [4, 5, 6]]
    array = weights.check(given)
    assert isinstance(array, np.ndarray)
    assert (array.dtype, array.tolist(), array.flags.writeable) == (np.float32, given, False)
    for value, words in (
        ([1.0, 2.0, 3.0], ("shape (2, 3)", "got float64 of shape (3,)")),
        ([[1.0], [2.0, 3.0]], ("as an array",)),
        ("heavy", ("shape (2, 3)",)),
        ([["a"] * 3] * 2, ("numbers of shape (2, 3)",)),
        (np.full((2, 3), np.nan), ("finite", "got NaN or infinity")),
        (np.full((2, 3), 1e39), ("finite", "got NaN or infinity")),
    ):
        with refused(ParameterError, "parameter-value", "weights of layer 'dense'", *words):
            weights.check(value)


def test_a_key_belongs_to_one_layer() -> None:
    assert ParameterKey.WEIGHTS.scoped("a") == ParameterKey.WEIGHTS.scoped("a")
    assert len({WEIGHTS, ParameterKey.WEIGHTS, ParameterKey.WEIGHTS.scoped("b"), ParameterKey.BIASES.scoped("a")}) == 4


@pytest.mark.parametrize(
    ("key", "least", "most"),
    [
        (ParameterKey.MINI_BATCH_SIZE, 1, 2**31),
        (ParameterKey.EPOCHS, 1, 2**31),
        (ParameterKey.SEED, 0, 2**53),
        (ParameterKey.NUMBER_OF_NEIGHBORS, 1, 1000),
        (ParameterKey.LEARNING_RATE, 0.0, 1e6),
        (ParameterKey.MOMENTUM, 0.0, 1.0),
        (ParameterKey.BETA1, 0.0, 1.0 - 2**-53),
        (ParameterKey.BETA2, 0.0, 1.0 - 2**-53),
        (ParameterKey.EPS, 1e-30, 1.0),
    ],
    ids=str,
)
def test_a_description_may_allow_so_much_and_no_more(key: ParameterKey, least: Any, most: Any) -> None:
    assert ParameterDescription(key, least, least, most).check(most) == most
    step = 1 if isinstance(least, int) else 0.1 * least or 1e-300
    for minimum, maximum in ((least - step, most), (least, most + (step if isinstance(most, int) else most * 2**-52))):
        with refused(ParameterError, "parameter-value", f"bounds of {key}"):
            ParameterDescription(key, most, minimum, maximum)
    if isinstance(least, int):
        with refused(ParameterError, "parameter-value", f"bounds of {key}"):
            ParameterDescription(key, most, allowed=(most, least - 1))


def test_truth_values_are_no_weights_and_the_callers_array_stays_the_callers() -> None:
    weights = ParameterDescription(WEIGHTS, np.zeros(2, np.float32))
    with refused(ParameterError, "parameter-value", "numbers of shape (2,)", "got bool"):
        weights.check([True, False])
    given = np.ones(2, np.float32)
    kept = weights.check(given)
    given[:] = 0.0
    assert np.array_equal(kept, [1.0, 1.0])
