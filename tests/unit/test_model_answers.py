"""What models answer and keep at the edges: to no examples, with the label zero, with another head."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from inkmoji import (
    ArrayBatch,
    DictFeatureProvider,
    Example,
    Face,
    FeatureError,
    FeatureValue,
    Model,
    NearestNeighbors,
    NetworkClassifier,
    ParameterDescription,
    ParameterKey,
)
from inkmoji.image import canonical

from tests.engine import PNG, blot, refused, scribble, tiny_model
from tests.updatable import KINDS, POINT, TEXT, WHOLE, describe, tail_network


@pytest.mark.parametrize("name", KINDS)
def test_no_examples_have_no_answers(name: str) -> None:
    assert KINDS[name]().model.predict_batch(ArrayBatch([])) == []


def level(labels: tuple[Any, ...], bias: Any = 0.0) -> NetworkClassifier:
    """A classifier that answers the same to everything: all classes are equal but for a bias."""
    count = len(labels)
    nothing = np.zeros((count, 6), np.float32), np.zeros(count, np.float32) + np.asarray(bias, np.float32)
    weights = dict(zip((("out", "weight"), ("out", "bias")), nothing, strict=True))
    return NetworkClassifier(tail_network(count, 5).with_weights(weights), labels)


def test_of_many_equal_classes_the_first_is_the_answer_and_none_changes_its_place() -> None:
    labels = tuple(range(100, 0, -1))
    bias = [float(label % 3 == 2) for label in labels]
    (vote,) = level(labels, bias).vote(np.ones((1, 5), np.float32))
    assert vote.label == 98
    assert list(vote.probabilities) == sorted(labels, key=lambda label: label % 3 != 2)


def test_a_network_may_answer_zero() -> None:
    model = Model(describe(POINT, WHOLE, "sgd"), None, level((0, 1)))
    answer = model.predict(DictFeatureProvider({"point": FeatureValue.multi_array(np.ones(5))}))
    assert (answer.label, answer.recognized) == (0, True)
    value = answer.feature_value("label")
    assert value is not None
    assert value.label == 0


def test_a_list_of_classes_is_kept_as_a_tuple_of_its_own() -> None:
    labels: Any = ["a", "b"]
    head = NetworkClassifier(tail_network(2), labels)
    labels.append("c")
    assert head.labels == ("a", "b")


def test_the_mean_of_a_new_class_loses_nothing_to_rounding_on_the_way() -> None:
    network = tail_network(3)
    far = {("out", "bias"): np.array([1e8, 1.0, -1e8], np.float32)}
    grown = NetworkClassifier(network.with_weights(far), ("a", "b", "c")).with_class("d")
    assert grown.network.updatable["out", "bias"][3] == np.float32(1.0 / 3.0)


def test_another_head_is_all_that_changes() -> None:
    example = Example("1", "a", None)
    head = NetworkClassifier(tail_network(2, 5), ("a", "b"))
    model = Model(describe(POINT, TEXT, "sgd"), None, head, [example], {"a": Face("A")})
    other = model.with_head(level(("a", "b")))
    assert (other.description, other.network) == (model.description, model.network)
    assert other.examples == (example,)
    assert other.faces == {"a": Face("A")}


def test_a_default_is_told_in_the_type_of_its_parameter() -> None:
    kind = KINDS["arrays, squared error, SGD"]()
    rate = ParameterDescription(ParameterKey.LEARNING_RATE, 1, 0, 2)
    model = Model(replace(kind.model.description, parameters=(rate,)), None, kind.model.head)
    value = model.parameter_value(ParameterKey.LEARNING_RATE)
    assert (value, type(value)) == (1.0, float)


def points() -> Model:
    return Model(describe(POINT, TEXT, None), None, NearestNeighbors(5))


def test_an_array_has_an_id_by_its_numbers() -> None:
    arrays = np.eye(5, dtype=np.float32)
    ids = [points().add_example("a", array).id for array in (*arrays, arrays[0])]
    assert len(set(ids)) == 5
    assert ids[0] == ids[5]


def test_arrays_of_other_number_types_are_read_as_float32() -> None:
    for array in (np.arange(5), np.arange(5, dtype=np.float64) / 3.0):
        embedded = points().embed_values([array])  # type: ignore[list-item]
        assert embedded.dtype == np.float32
        assert np.array_equal(embedded, [array.astype(np.float32)])


def test_a_face_goes_with_the_last_example_that_is_removed() -> None:
    model = points()
    ids = [model.add_example("a", array).id for array in np.eye(5, dtype=np.float32)[:2]]
    model.set_face("a", Face("A"))
    model.remove_example(ids[0])
    assert model.faces == {"a": Face("A")}
    model.remove_example(ids[1])
    assert model.faces == {}


@pytest.mark.parametrize("drawing", [scribble(1), blot(1)])
def test_nobody_can_write_to_the_drawing_of_an_example(drawing: Any) -> None:
    example = tiny_model().add_example("a", canonical(drawing))
    for array in vars(example.drawing).values():
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_a_file_that_only_begins_like_a_png_is_no_face() -> None:
    with refused(FeatureError, "feature-type", "as a PNG"):
        Face("", image=PNG[:4] + bytes(4))
