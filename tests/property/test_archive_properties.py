"""Any bytes end in an ArchiveError or are the one way to write the model they give."""

from __future__ import annotations

import contextlib
import copy
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inkmoji import ArchiveError, InkmojiError, Model, dumps, loads

from tests.archived import inputs_of
from tests.engine import PREFIX, header_bytes, line, parts, provider, reseal, rich_model, scribble, taught, tiny_model
from tests.headers import at, places
from tests.hostile.make import least

ROOT = Path(__file__).resolve().parents[2]

RICH = dumps(rich_model())
HEADER, BODY = parts(RICH)


def judged(data: bytes) -> Model | None:
    """The model of the bytes, None where they are refused; anything else is a failure."""
    try:
        model = loads(data)
    except ArchiveError:
        return None
    assert dumps(model) == data
    return model


def used(model: Model | None) -> None:
    """A model that was let in predicts, or says by name why it cannot."""
    if model is None:
        return
    try:
        prediction = model.predict(provider(line((0, 0), (3, 2))))
    except InkmojiError:
        return
    assert math.isfinite(prediction.distance) or not len(model.head)
    assert not prediction.probabilities or sum(prediction.probabilities.values()) == pytest.approx(1.0)


def replaced(path: tuple[Any, ...], value: Any) -> Any:
    header = copy.deepcopy(HEADER)
    at(header, path[:-1])[path[-1]] = value
    return header


PLACES = list(places(HEADER))
NASTY = [
    None, True, False, 0, 1, 2, 3, 7, -1, 2**31, 2**63, 10**400, 0.5, -0.0, 1e-320, float("nan"), float("inf"), "",
    "cat", "\0", "\ud800", "x" * 100, [], [0], [[]], {}, {"": 1},
]  # fmt: skip


@pytest.mark.parametrize("value", NASTY, ids=lambda value: repr(value)[:12])
def test_any_value_anywhere_in_the_header_is_refused_or_belongs_there(value: Any) -> None:
    for path in PLACES:
        used(judged(reseal(replaced(path, value), BODY)))


@pytest.mark.parametrize("path", PLACES, ids=lambda path: ".".join(map(str, path)))
def test_a_header_with_a_part_missing_or_twice_is_refused_or_sound_all_the_same(path: tuple[Any, ...]) -> None:
    missing, twice = copy.deepcopy(HEADER), copy.deepcopy(HEADER)
    del at(missing, path[:-1])[path[-1]]
    parent = at(twice, path[:-1])
    if isinstance(parent, list):
        parent.insert(path[-1], copy.deepcopy(parent[path[-1]]))
    else:
        parent[f"{path[-1]}2"] = parent[path[-1]]
    used(judged(reseal(missing, BODY)))
    used(judged(reseal(twice, BODY)))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(st.lists(st.tuples(st.sampled_from(PLACES), JSON | st.sampled_from(NASTY)), min_size=1, max_size=3))
@settings(max_examples=300)
def test_any_json_at_any_places_is_refused_or_belongs_there(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    header = copy.deepcopy(HEADER)
    for path, value in changes:
        with contextlib.suppress(KeyError, IndexError, TypeError):  # an earlier change may have taken the place away
            at(header, path)
            at(header, path[:-1])[path[-1]] = value
    used(judged(reseal(header, BODY)))


@given(st.sampled_from(PLACES), st.sampled_from(PLACES))
@settings(max_examples=200)
def test_two_values_of_the_header_may_not_change_places(first: tuple[Any, ...], second: tuple[Any, ...]) -> None:
    header = copy.deepcopy(HEADER)
    one, other = copy.deepcopy(at(header, first)), copy.deepcopy(at(header, second))
    at(header, first[:-1])[first[-1]] = other
    if first != second[: len(first)]:
        at(header, second[:-1])[second[-1]] = one
    used(judged(reseal(header, BODY)))


BYTES = st.tuples(st.integers(0, len(BODY) - 1), st.integers(0, 255))


@given(st.lists(BYTES, min_size=1, max_size=20))
@settings(max_examples=300)
def test_any_bytes_in_the_tensors_are_refused_or_make_another_sound_model(changes: list[tuple[int, int]]) -> None:
    body = bytearray(BODY)
    for place, value in changes:
        body[place] = value
    used(judged(reseal(HEADER, bytes(body))))


def test_every_byte_of_the_tensors_may_be_all_ones() -> None:
    for place in range(len(BODY)):
        used(judged(reseal(HEADER, BODY[:place] + b"\xff" + BODY[place + 1 :])))


@given(st.integers(0, len(BODY)), st.binary(max_size=20), st.integers(0, 20))
def test_a_piece_of_the_tensors_cannot_be_put_in_or_taken_out(place: int, piece: bytes, gone: int) -> None:
    body = BODY[:place] + piece + BODY[place + gone :]
    model = judged(reseal(HEADER, body))
    assert model is None or len(body) == len(BODY)


RAW = header_bytes(HEADER)


@given(st.integers(0, len(RAW)), st.binary(max_size=6), st.integers(0, 6))
@settings(max_examples=300)
def test_any_text_in_the_header_is_refused_or_the_one_way_to_say_it(place: int, piece: bytes, gone: int) -> None:
    used(judged(reseal(RAW[:place] + piece + RAW[place + gone :], BODY)))


@given(JSON | st.dictionaries(st.sampled_from(sorted(HEADER)), JSON), st.binary(max_size=40))
def test_another_header_altogether_is_refused(header: Any, body: bytes) -> None:
    assert judged(reseal(json.dumps(header).encode(), body)) is None


@given(st.binary(max_size=200))
def test_any_bytes_are_refused(data: bytes) -> None:
    assert judged(data) is None
    assert judged(least()[: PREFIX.size] + data) is None


@given(st.integers(0, len(RICH) - 1), st.integers(0, len(RICH) - 1), st.integers(0, 255))
def test_any_damage_that_is_not_sealed_again_is_noticed(first: int, second: int, value: int) -> None:
    data = bytearray(RICH)
    data[first] ^= value
    data[second] ^= value >> 1
    assert judged(bytes(data)) is None or bytes(data) == RICH


@given(st.lists(st.tuples(st.text(min_size=1, max_size=6), st.integers(0, 9)), min_size=1, max_size=6))
@settings(max_examples=50)
def test_any_model_that_was_taught_is_given_back_to_the_bit(lessons: list[tuple[str, int]]) -> None:
    compiled = taught(tiny_model(), *((label, scribble(seed)) for label, seed in lessons))
    again = loads(compiled.data)
    assert dumps(again) == compiled.data
    features = provider(scribble(100))
    assert again.predict(features) == compiled.model().predict(features)
    assert np.array_equal(again.head.embeddings, compiled.model().head.embeddings)


def test_the_base_model_is_read_whatever_its_version() -> None:
    data = (ROOT / "models" / "base.inkmoji").read_bytes()
    model = loads(data)
    again = loads(dumps(model))
    for features in inputs_of(model):
        assert again.predict(features) == model.predict(features)
    picture = np.random.default_rng(0).integers(0, 256, (32, 32), dtype=np.uint8)
    assert np.array_equal(again.embed([picture]), model.embed([picture]))
