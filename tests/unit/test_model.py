"""A model predicts, keeps what it was taught, and refuses parts that do not fit together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from inkmoji import (
    ArrayBatch,
    DictFeatureProvider,
    DrawingError,
    Example,
    Face,
    FeatureDescription,
    FeatureError,
    FeatureProvider,
    FeatureType,
    FeatureValue,
    HeadError,
    ImageConstraint,
    Layer,
    Model,
    NearestNeighbors,
    Network,
    NetworkError,
    Strokes,
    dumps,
    loads,
)
from inkmoji.image import canonical, prepare, render

from tests.engine import (
    PNG,
    batch,
    blot,
    description,
    line,
    provider,
    refused,
    scribble,
    taught,
    tiny_model,
    tiny_network,
)

DRAWINGS = {"cat": scribble(1), "dog": scribble(2), "bird": blot(3)}


def pets(**head: Any) -> Model:
    """A model taught with one drawing a label."""
    model = tiny_model(**head)
    for label, drawing in DRAWINGS.items():
        model.add_example(label, canonical(drawing))
    return model


@pytest.mark.parametrize("label", DRAWINGS)
def test_what_was_taught_is_recognised(label: str) -> None:
    prediction = pets(k=1).predict(provider(DRAWINGS[label]))
    assert prediction.label == label
    assert prediction.recognized
    assert prediction.probabilities == {label: 1.0}
    assert prediction.distance < 1e-4  # the stored embedding is rounded to half precision


def test_a_prediction_is_the_heads_vote_on_the_networks_embedding_of_the_prepared_picture() -> None:
    model = pets(k=3)
    drawing = scribble(9)
    picture = prepare(drawing, ImageConstraint(8, 8)).astype(np.float32) / 255.0
    (vote,) = model.head.vote(model.network.forward(picture[None, None]))
    prediction = model.predict(provider(drawing))
    assert prediction.label == vote.label
    assert prediction.probabilities == vote.probabilities
    assert prediction.distance == vote.distance


def test_a_model_that_was_taught_nothing_answers_its_default_label() -> None:
    prediction = tiny_model(default_label="unknown").predict(provider(line((0, 0))))
    assert (prediction.label, prediction.recognized, prediction.probabilities) == ("unknown", False, {})
    assert prediction.distance == float("inf")


def test_a_drawing_farther_than_the_threshold_is_not_recognised_but_its_votes_are_told() -> None:
    prediction = pets(threshold=0.0).predict(provider(scribble(9)))
    assert not prediction.recognized
    assert prediction.label == ""
    assert sum(prediction.probabilities.values()) == pytest.approx(1.0)


def test_a_batch_is_predicted_as_each_drawing_by_itself() -> None:
    model = pets()
    drawings = [*DRAWINGS.values(), scribble(7), scribble(8)]
    together = model.predict_batch(ArrayBatch([provider(drawing) for drawing in drawings]))
    assert len(together) == 5
    for drawing, prediction in zip(drawings, together, strict=True):
        alone = model.predict(provider(drawing))
        assert prediction.label == alone.label
        assert prediction.probabilities == pytest.approx(alone.probabilities, rel=1e-3)
    assert model.predict_batch(ArrayBatch([])) == []


def test_colours_reach_the_network_as_channels_before_rows() -> None:
    model = tiny_model(channels=3)
    picture = np.arange(8 * 8 * 3, dtype=np.uint8).reshape(8, 8, 3)
    expected = model.network.forward(np.moveaxis(picture, 2, 0)[None].astype(np.float32) / np.float32(255.0))
    assert np.array_equal(model.embed([picture]), expected)
    assert model.embed([]).shape == (0, 4)


@pytest.mark.parametrize(
    ("features", "kind", "code", "words"),
    [
        (DictFeatureProvider({}), FeatureError, "feature-missing", ("'drawing' of type image", "none")),
        (
            DictFeatureProvider({"drawing": FeatureValue.string("cat")}),
            FeatureError, "feature-type", ("'drawing' to be of type image", "got string"),
        ),
        (provider(Strokes.of([])), DrawingError, "drawing-empty", ("at least one point",)),
        ({"drawing": line((0, 0))}, FeatureError, "feature-type", ("got dict", "DictFeatureProvider")),
    ],
)  # fmt: skip
def test_features_that_do_not_fit_the_description_are_refused(
    features: Any, kind: type[FeatureError], code: str, words: tuple[str, ...]
) -> None:
    with refused(kind, code, *words):
        tiny_model().predict(features)
    with refused(kind, code, *words):
        tiny_model().predict_batch(ArrayBatch([features]))


def test_examples_are_kept_in_order_with_ids_of_their_own() -> None:
    model = pets()
    again = model.add_example("cat", canonical(DRAWINGS["cat"]))
    assert [example.label for example in model.examples] == ["cat", "dog", "bird", "cat"]
    assert len({example.id for example in model.examples}) == 4
    assert model.examples[-1] is again
    assert model.head.owners == tuple(example.id for example in model.examples)
    assert model.head.labels == ("cat", "dog", "bird", "cat")


def test_an_examples_entry_is_the_embedding_of_its_rendered_drawing() -> None:
    model = pets()
    for index, example in enumerate(model.examples):
        embedding = model.embed([render(example.drawing, model.constraint)])[0]
        assert np.array_equal(model.head.embeddings[index], embedding.astype(np.float16))


def test_the_same_lesson_gives_the_same_ids_and_another_label_or_drawing_others() -> None:
    ids = [example.id for example in pets().examples]
    assert ids == [example.id for example in pets().examples]
    other = tiny_model()
    assert other.add_example("cow", canonical(DRAWINGS["cat"])).id not in ids
    assert other.add_example("cat", canonical(scribble(5))).id not in ids
    split = Strokes(canonical(DRAWINGS["cat"]).points, np.array([5, 7]))  # type: ignore[union-attr]
    assert other.add_example("cat", split).id not in ids


def test_a_copy_is_taught_without_the_original_noticing() -> None:
    model = pets()
    model.set_face("cat", Face("🐱"))
    copy = model.copy()
    copy.add_example("cow", canonical(scribble(4)))
    copy.set_face("cat", Face("C"))
    copy.head.k = 1
    assert len(model.examples) == len(model.head) == 3
    assert model.faces == {"cat": Face("🐱")}
    assert model.head.k == 3
    assert [example.label for example in copy.examples] == ["cat", "dog", "bird", "cow"]
    assert copy.network is model.network
    assert copy.description is model.description


def test_the_faces_told_are_a_copy() -> None:
    model = tiny_model()
    model.faces["cat"] = Face("🐱")
    assert model.faces == {}


def parts(**changes: Any) -> dict[str, Any]:
    return {"description": description(), "network": tiny_network(), "head": NearestNeighbors(4)} | changes


def owned(owner: str) -> NearestNeighbors:
    head = NearestNeighbors(4)
    head.add(np.zeros(4), "cat", owner)
    return head


CAT = Example("1", "cat", canonical(line((0, 0))))
DOG = Example("1", "dog", CAT.drawing)


@pytest.mark.parametrize(
    ("changes", "kind", "code", "words"),
    [
        (
            {"description": description(side=16)},
            NetworkError, "network-shape", ("the input (1, 16, 16)", "(1, 8, 8)"),
        ),
        ({"network": tiny_network(channels=3)}, NetworkError, "network-shape", ("(1, 8, 8)", "(3, 8, 8)")),
        ({"head": NearestNeighbors(5)}, HeadError, "head-shape", ("length 4", "got 5")),
        ({"examples": [CAT, CAT]}, HeadError, "head-value", ("ids of their own",)),
        ({"head": owned("2"), "examples": [CAT]}, HeadError, "head-value", ("every entry's example among them",)),
        ({"head": owned("1"), "examples": [DOG]}, HeadError, "head-value", ("every entry's example among them",)),
        ({"description": description(inputs=())}, FeatureError, "feature-type", ("first input is an image",)),
        (
            {"description": description(inputs=(FeatureDescription("label", FeatureType.STRING),))},
            FeatureError, "feature-type", ("first input is an image",),
        ),
    ],
)  # fmt: skip
def test_parts_that_do_not_fit_together_are_refused(
    changes: dict[str, Any], kind: type[Exception], code: str, words: tuple[str, ...]
) -> None:
    with refused(kind, code, *words):  # type: ignore[arg-type]
        Model(**parts(**changes))


def test_entries_with_and_without_an_example_fit() -> None:
    assert Model(**parts(head=owned("1"), examples=[CAT])).examples == (CAT,)
    assert Model(**parts(head=owned(""))).examples == ()


@pytest.mark.parametrize(
    ("face", "code", "words"),
    [
        (("x" * 65,), "feature-shape", ("64 characters", "got 65")),
        (("x", "y" * 65), "feature-shape", ("64 characters", "got 65")),
        (("",), "feature-missing", ("a text or an image",)),
        (("\udc00",), "feature-type", ("whole text", r"'\udc00'")),
        (("x", "\ud83d"), "feature-type", ("whole text", r"'\ud83d'")),
        ((None,), "feature-type", ("whole text", "None")),
        (("x", 5), "feature-type", ("whole text", "5")),
        (("x", "", -1), "feature-shape", ("milliseconds", "-1")),
        (("x", "", 2**53), "feature-shape", ("milliseconds", str(2**53))),
        (("x", "", 1.5), "feature-shape", ("whole milliseconds", "1.5")),
        (("x", "", True), "feature-shape", ("whole milliseconds", "True")),
        (("x", "", 0, b"GIF89a"), "feature-type", ("a PNG",)),
        (("x", "", 0, PNG + bytes(65536)), "feature-type", ("65536 bytes",)),
    ],
)
def test_a_face_that_is_none_is_refused(face: tuple[Any, ...], code: str, words: tuple[str, ...]) -> None:
    with refused(FeatureError, code, *words):
        Face(*face)


def test_a_face_at_its_limits_is_taken() -> None:
    face = Face("👩‍🚀" * 21, "n" * 64, 2**53 - 1, PNG + bytes(65536 - len(PNG)))
    assert len(face.text) == 63
    assert Face("", image=PNG).image == PNG


def test_a_taught_models_answers_survive_compilation() -> None:
    model = taught(tiny_model(), *DRAWINGS.items()).model()
    for label, drawing in DRAWINGS.items():
        assert model.predict(provider(drawing)).label == label
    assert len(model.predict_batch(batch(("x", scribble(0))))) == 1


def test_a_prediction_is_a_feature_provider_of_the_described_output() -> None:
    answer = pets(k=1).predict(provider(DRAWINGS["cat"]))
    assert isinstance(answer, FeatureProvider)
    assert answer.feature_names == frozenset({"label"})
    value = answer.feature_value("label")
    assert value is not None
    assert (value.type, value.label) == (FeatureType.STRING, "cat")
    assert answer.feature_value("drawing") is None


def test_the_weights_of_a_model_are_not_the_callers_arrays() -> None:
    weights = {"weight": np.ones((4, 64), np.float32), "bias": np.zeros(4, np.float32)}
    settings: dict[str, Any] = {}
    layers = [Layer("f", "flatten", ("image",), "f", settings), Layer("p", "inner_product", ("f",), "e", {}, weights)]
    model = Model(description(), Network(layers, "image", (1, 8, 8), "e"), NearestNeighbors(4))
    before = model.embed([np.full((8, 8), 255, np.uint8)])
    weights["weight"][...] = 0.0
    weights.clear()
    settings["order"] = "channel-last"
    assert np.array_equal(model.embed([np.full((8, 8), 255, np.uint8)]), before)
    assert np.array_equal(loads(dumps(model)).embed([np.full((8, 8), 255, np.uint8)]), before)


@pytest.mark.parametrize("k", [0, 1001, 2.5, True])
def test_a_number_of_neighbors_that_is_none_is_not_taken(k: Any) -> None:
    model = pets(k=3)
    with refused(HeadError, "head-value", "k as a whole number from 1 to 1000", f"got {k}"):
        model.neighbors.k = k
    assert model.neighbors.k == 3
