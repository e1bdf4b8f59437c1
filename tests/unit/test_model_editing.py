"""Examples and labels of a model that are forgotten, moved and renamed, and labels that are whole numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from inkmoji import CompiledModel, Face, FeatureError, HeadError, Model, NearestNeighbors, dumps, loads
from inkmoji.image import canonical

from tests.engine import description, provider, refused, scribble, tiny_model, tiny_network
from tests.updatable import KINDS, POINT, TEXT, WHOLE, describe

LESSON = (("cat", 1), ("dog", 2), ("cat", 3), ("owl", 4))


def pets(*lesson: tuple[str, int]) -> Model:
    model = tiny_model(k=1)
    for label, seed in lesson:
        model.add_example(label, canonical(scribble(seed)))
        model.set_face(label, Face(label[0].upper()))
    return model


def assert_same(model: Model, other: Model) -> None:
    """Everything but the ids of examples."""
    assert [example.label for example in model.examples] == [example.label for example in other.examples]
    for left, right in zip(model.examples, other.examples, strict=True):
        assert np.array_equal(left.drawing.points, right.drawing.points)  # type: ignore[union-attr]
    assert model.neighbors.labels == other.neighbors.labels
    assert np.array_equal(model.neighbors.embeddings, other.neighbors.embeddings)
    for seed in range(12):
        assert model.predict(provider(scribble(seed))) == other.predict(provider(scribble(seed)))
    again = loads(dumps(model))
    assert dumps(again) == dumps(model)
    assert again.faces == model.faces


def test_an_example_that_is_removed_might_never_have_been_taught() -> None:
    model = pets(*LESSON)
    model.remove_example(model.examples[2].id)
    assert_same(model, pets(*LESSON[:2], LESSON[3]))
    assert [example.label for example in model.examples] == ["cat", "dog", "owl"]


def test_a_label_that_is_removed_takes_its_examples_and_its_face_along() -> None:
    model = pets(*LESSON)
    model.remove_label("cat")
    assert_same(model, pets(LESSON[1], LESSON[3]))
    assert model.labels == ("dog", "owl")
    assert set(model.faces) == {"dog", "owl"}


def test_a_label_that_is_renamed_keeps_its_examples_and_its_face() -> None:
    model = pets(*LESSON)
    ids = [example.id for example in model.examples]
    model.relabel("cat", "tiger")
    assert_same(model, pets(*(("tiger" if label == "cat" else label, seed) for label, seed in LESSON)))
    assert [example.id for example in model.examples] == ids
    assert model.faces["tiger"] == Face("C")
    assert "cat" not in model.faces


def test_a_label_renamed_to_another_joins_it() -> None:
    model = pets(*LESSON)
    model.relabel("cat", "dog")
    assert_same(model, pets(*(("dog" if label == "cat" else label, seed) for label, seed in LESSON)))
    assert model.faces == {"dog": Face("D"), "owl": Face("O")}


def test_one_example_is_moved_to_another_label() -> None:
    model = pets(*LESSON)
    model.relabel_example(model.examples[2].id, "dog")
    assert_same(model, pets(*LESSON[:2], ("dog", 3), LESSON[3]))
    assert [example.label for example in model.examples] == ["cat", "dog", "dog", "owl"]


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda model: model.remove_example("nowhere"), "the id of an example that was taught, got 'nowhere'"),
        (lambda model: model.relabel_example("nowhere", "cat"), "the id of an example that was taught"),
        (lambda model: model.relabel_example(model.examples[0].id, ""), "at least one character"),
        (lambda model: model.relabel_example(model.examples[0].id, 5), "got int"),
        (lambda model: model.remove_label("cow"), "a label that was taught, got 'cow'"),
        (lambda model: model.relabel("cow", "cat"), "a label that was taught, got 'cow'"),
        (lambda model: model.relabel("cat", ""), "at least one character"),
        (lambda model: model.relabel("cat", 5), "got int"),
        (lambda model: model.add_example(5, canonical(scribble(1))), "got int"),
        (lambda model: model.add_example("\ud83d", canonical(scribble(1))), "whole characters"),
        (lambda model: model.add_example("", canonical(scribble(1))), "at least one character"),
    ],
)
def test_an_edit_that_cannot_be_changes_nothing(edit: Callable[[Model], Any], words: str) -> None:
    model = pets(*LESSON)
    before = dumps(model)
    with refused(HeadError, "head-value", words):
        edit(model)
    assert dumps(model) == before


def test_a_network_holds_no_examples_to_edit() -> None:
    model = KINDS["arrays, squared error, SGD"]().model
    for edit in (
        lambda: model.add_example("a", np.zeros(5, np.float32)),
        lambda: model.remove_label("a"),
        lambda: model.relabel("a", "b"),
    ):
        with refused(HeadError, "head-value", "keeps what it was taught", "got a NetworkRegressor"):
            edit()


def test_whole_numbers_are_labels_with_faces_like_any_other() -> None:
    model = Model(describe(POINT, WHOLE, None), None, NearestNeighbors(5, default_label=0))
    for label in (3, -1, 3, 2**63 - 1):
        model.add_example(label, np.full(5, label % 7, np.float32))
    model.set_face(3, Face("three"))
    model.relabel(-1, 4)
    model.remove_label(2**63 - 1)
    again = CompiledModel.of(model).model()
    assert again.labels == (3, 4)
    assert again.faces == {3: Face("three")}
    assert [(example.label, example.drawing) for example in again.examples] == [(3, None), (4, None), (3, None)]
    assert model.labels == again.labels


def test_arrays_are_examples_that_can_be_removed() -> None:
    model = Model(describe(POINT, TEXT, None), None, NearestNeighbors(5))
    points = np.eye(5, dtype=np.float32)
    for index, label in enumerate("aabbc"):
        model.add_example(label, points[index])
    assert len({example.id for example in model.examples}) == 5
    model.remove_example(model.examples[1].id)
    assert np.array_equal(model.neighbors.embeddings, points[[0, 2, 3, 4]])
    assert model.neighbors.labels == ("a", "b", "b", "c")


def test_entries_that_belong_to_no_example_stay_when_one_is_removed() -> None:
    head = NearestNeighbors(4)
    head.add(np.ones(4), "mean")
    model = Model(description(), tiny_network(), head)
    model.remove_example(model.add_example("cat", canonical(scribble(1))).id)
    assert model.neighbors.labels == ("mean",)
    model.remove_label("mean")
    assert len(model.neighbors) == 0


def test_what_a_model_does_not_read_is_not_added() -> None:
    points = Model(describe(POINT, TEXT, None), None, NearestNeighbors(5))
    for model, value, words in (
        (points, np.zeros(3, np.float32), "an array of shape (5,), got shape (3,)"),
        (points, [0.0] * 5, "an array of shape (5,), got list"),
        (points, canonical(scribble(1)), "an array of shape (5,), got Strokes"),
        (pets(), np.zeros(5, np.float32), "a drawing, got ndarray"),
        (pets(), None, "a drawing, got NoneType"),
    ):
        before = dumps(model)
        with refused(FeatureError, "feature-shape" if "array of" in words else "feature-type", words):
            model.add_example("a", value)  # type: ignore[arg-type]
        assert dumps(model) == before


def test_a_drawing_is_kept_in_canonical_form_however_it_was_given() -> None:
    given, model = scribble(1), pets()
    example = model.add_example("cat", given)
    expected = canonical(given)
    assert np.array_equal(example.drawing.points, expected.points)  # type: ignore[union-attr]
    assert dumps(loads(dumps(model))) == dumps(model)


def test_a_face_goes_with_the_last_example_of_its_label() -> None:
    model = pets(*LESSON)
    cats = [example.id for example in model.examples if example.label == "cat"]
    model.remove_example(cats[0])
    assert "cat" in model.faces
    model.relabel_example(cats[1], "dog")
    assert set(model.faces) == {"dog", "owl"}


@pytest.mark.parametrize(("label", "face"), [(5, Face("x")), ("cat", "x"), (True, Face("x"))])
def test_only_faces_are_given_to_labels_of_the_models_type(label: Any, face: Any) -> None:
    model = pets()
    with pytest.raises((HeadError, FeatureError)):
        model.set_face(label, face)
    with pytest.raises((HeadError, FeatureError)):
        Model(model.description, model.network, model.head, (), {label: face})
    assert model.faces == {}
