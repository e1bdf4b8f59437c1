"""A pipeline is described by its parts, and parts that do not belong together are refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from inkmoji import (
    Face,
    FeatureDescription,
    FeatureError,
    FeatureType,
    HeadError,
    ImageConstraint,
    InkmojiError,
    Layer,
    Model,
    ModelDescription,
    NearestNeighbors,
    Network,
    NetworkClassifier,
    NetworkError,
    NetworkRegressor,
    ParameterDescription,
    ParameterError,
    ParameterKey,
    dumps,
    pipeline,
)
from inkmoji.image import canonical
from inkmoji.parts import parameters_of

from tests.engine import provider, refused, scribble, tiny_network
from tests.updatable import (
    DRAWING,
    EMBEDDING,
    POINT,
    TEXT,
    VALUES,
    WHOLE,
    describe,
    parameters,
    regression_network,
    softmax_network,
    tail_network,
)


def extractor(output: FeatureDescription = EMBEDDING, **changes: Any) -> Model:
    description = ModelDescription((DRAWING,), (output,), (), metadata={"name": "extractor"})
    return Model(replace(description, **changes), None, NetworkRegressor(tiny_network()))


def classifier() -> Model:
    head = NetworkClassifier(tail_network(2), ("a", "b"))
    return Model(replace(describe(EMBEDDING, TEXT, "sgd"), metadata={"name": "head"}), None, head)


def neighbors(source: FeatureDescription = EMBEDDING, dimension: int = 4) -> Model:
    return Model(describe(source, TEXT, None), None, NearestNeighbors(dimension))


def test_its_description_follows_from_its_parts() -> None:
    model = pipeline(extractor(), classifier())
    assert model.description.inputs == (DRAWING,)
    assert model.description.outputs == (TEXT,)
    assert model.description.training_inputs == (DRAWING, TEXT)
    assert model.description.parameters == classifier().description.parameters
    assert model.description.metadata == {"name": "head"}
    assert pipeline(extractor(), classifier(), {"a": "b"}).description.metadata == {"a": "b"}
    frozen = Model(replace(classifier().description, training_inputs=()), None, classifier().head)
    assert pipeline(extractor(), frozen).description.training_inputs == ()


def test_it_answers_what_the_head_answers_to_what_the_extractor_gives() -> None:
    first, second = extractor(), classifier()
    drawing = provider(scribble(3))
    embedding = first.predict(drawing).values
    assert isinstance(second.head, NetworkClassifier)
    (vote,) = second.head.vote(np.array([embedding], np.float32))
    answer = pipeline(first, second).predict(drawing)
    assert answer.label == vote.label
    assert answer.probabilities == vote.probabilities


def test_examples_and_faces_of_the_head_come_along() -> None:
    head = neighbors()
    head.add_example("a", np.ones(4, np.float32))
    model = pipeline(extractor(), head)
    assert [example.id for example in model.examples] == [example.id for example in head.examples]
    assert model.examples[0].drawing is None
    added = model.add_example("b", canonical(scribble(1)))
    assert added.drawing is not None


UNCHANGED = ModelDescription((EMBEDDING,), (EMBEDDING,), ())
FLAT = Network([Layer("tanh", "tanh", ("embedding",), "y")], "embedding", (4,), "y")


def with_learning() -> Model:
    head = NetworkRegressor(regression_network())
    return Model(describe(POINT, VALUES, "sgd"), None, head)


@pytest.mark.parametrize(
    ("first", "second", "code", "words"),
    [
        (neighbors(), classifier(), "feature-type", ("a NetworkRegressor",)),
        (pipeline(extractor(), neighbors()), classifier(), "feature-type", ("a NetworkRegressor",)),
        (with_learning(), classifier(), "feature-type", ("nothing to update",)),
        (
            Model(ModelDescription((POINT,), (VALUES,), ()), None, NetworkRegressor(regression_network())),
            classifier(), "feature-type", ("nothing to update",),
        ),
        (
            pipeline(extractor(), Model(UNCHANGED, None, NetworkRegressor(FLAT))),
            classifier(), "feature-type", ("a NetworkRegressor alone", "got a pipeline"),
        ),
        (extractor(training_inputs=(DRAWING, EMBEDDING)), classifier(), "feature-type", ("nothing to update",)),
        (extractor(), pipeline(extractor(), neighbors()), "feature-type", ("a head without", "got a pipeline")),
        (extractor(replace(EMBEDDING, name="code")), neighbors(), "feature-type", ("'embedding'", "got 'code'")),
        (extractor(), neighbors(replace(EMBEDDING, shape=(5,)), 5), "feature-shape", ("of shape (5,)", "got (4,)")),
        (
            extractor(replace(EMBEDDING, name="drawing")),
            Model(describe(DRAWING, TEXT, "sgd"), None, NetworkClassifier(softmax_network(2), ("a", "b"))),
            "feature-type", ("'drawing' of type image", "of type multi-array"),
        ),
    ],
)  # fmt: skip
def test_parts_that_do_not_belong_together_are_refused(
    first: Model, second: Model, code: str, words: tuple[str, ...]
) -> None:
    with refused(FeatureError, code, *words):
        pipeline(first, second)


def parts(**changes: Any) -> dict[str, Any]:
    head = NetworkClassifier(softmax_network(2), ("a", "b"))
    return {"description": describe(DRAWING, TEXT, "sgd"), "network": None, "head": head} | changes


RATE = ParameterDescription(ParameterKey.LEARNING_RATE, 0.1, 0.0, 1.0)
MOMENTUM = ParameterDescription(ParameterKey.MOMENTUM, 0.1, 0.0, 1.0)
NEIGHBORS = ParameterDescription(ParameterKey.NUMBER_OF_NEIGHBORS, 50, 40, 60)
WIDE = FeatureDescription("drawing", FeatureType.IMAGE, ImageConstraint(9, 8))
TRAINED = Network(
    [Layer("flat", "flatten", ("image",), "f"),
     Layer("e", "inner_product", ("f",), "e", {}, {"weight": np.ones((4, 64), np.float32)}, updatable=True)],
    "image", (1, 8, 8), "e",
)  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "kind", "code", "words"),
    [
        ({"description": describe(WIDE, TEXT, "sgd")}, HeadError, "head-shape", ("(1, 8, 9)", "got (1, 8, 8)")),
        ({"description": describe(POINT, TEXT, "sgd")}, HeadError, "head-shape", ("length 5", "got (1, 8, 8)")),
        ({"description": describe(DRAWING, WHOLE, "sgd")}, FeatureError, "feature-type", ("first output", "a string")),
        (
            {"description": replace(describe(DRAWING, TEXT, "sgd"), outputs=())},
            FeatureError, "feature-type", ("first output", "a string"),
        ),
        (
            {"description": replace(describe(DRAWING, TEXT, "sgd"), training_inputs=(DRAWING, WHOLE))},
            FeatureError, "feature-type", ("input 'drawing' and a target", "a string", "['drawing', 'label']"),
        ),
        (
            {"description": replace(describe(DRAWING, TEXT, "sgd"), training_inputs=(DRAWING, DRAWING, TEXT))},
            FeatureError, "feature-type", ("input 'drawing' and a target",),
        ),
        (
            {"description": replace(describe(DRAWING, TEXT, "sgd"), training_inputs=(WIDE, TEXT))},
            FeatureError, "feature-type", ("input 'drawing' and a target",),
        ),
        (
            {"description": replace(describe(DRAWING, TEXT, "sgd"), training_inputs=(DRAWING, TEXT, WHOLE))},
            FeatureError, "feature-type", ("input 'drawing' and a target",),
        ),
        (
            {"description": describe(POINT, VALUES, "sgd"), "head": NetworkRegressor(tail_network(3, 5))},
            None, "", (),
        ),
        (
            {"description": describe(POINT, EMBEDDING, "sgd"), "head": NetworkRegressor(tail_network(3, 5))},
            FeatureError, "feature-type", ("a multi-array of shape (3,)",),
        ),
        (
            {"description": replace(describe(DRAWING, TEXT, "sgd"), parameters=parameters("adam"))},
            ParameterError, "parameter-unknown", ("momentum", "got beta1, beta2, eps"),
        ),
        (
            {"description": replace(describe(EMBEDDING, TEXT, None), parameters=(RATE, MOMENTUM)),
             "head": NearestNeighbors(4)},
            ParameterError, "parameter-unknown", ("number-of-neighbors", "got learning-rate, momentum"),
        ),
        (
            {"description": replace(describe(DRAWING, TEXT, "sgd"), parameters=(RATE, RATE))},
            ParameterError, "parameter-value", ("each parameter once", "learning-rate, learning-rate"),
        ),
        (
            {"description": replace(describe(DRAWING, TEXT, "sgd"), inputs=(DRAWING, POINT))},
            FeatureError, "feature-type", ("one input", "['drawing', 'point']"),
        ),
        (
            {"description": replace(describe(DRAWING, replace(TEXT, name="drawing"), "sgd"))},
            FeatureError, "feature-type", ("of another name", "['drawing', 'drawing']"),
        ),
        ({"head": None}, HeadError, "head-value", ("ProbabilisticLDA, NetworkClassifier or", "got NoneType")),
        (
            {"description": describe(DRAWING, TEXT, None), "network": TRAINED, "head": NearestNeighbors(4)},
            NetworkError, "network-layer", ("updatable layers in the head only",),
        ),
    ],
)  # fmt: skip
def test_a_model_is_what_its_description_says(
    changes: dict[str, Any], kind: type[InkmojiError] | None, code: str, words: tuple[str, ...]
) -> None:
    if kind is None:
        Model(**parts(**changes))
        return
    with refused(kind, code, *words):
        Model(**parts(**changes))


def test_a_pipeline_shares_nothing_that_changes_with_its_parts() -> None:
    head = neighbors()
    before = dumps(head)
    model = pipeline(extractor(), head)
    model.add_example("a", canonical(scribble(1)))
    model.neighbors.k = 7
    assert dumps(head) == before
    assert len(model.neighbors) == 1


def test_a_number_of_neighbors_that_the_description_does_not_allow_is_refused() -> None:
    few = replace(describe(EMBEDDING, TEXT, None), parameters=(NEIGHBORS,))
    with refused(ParameterError, "parameter-value", "from 40 to 60", "got 3"):
        Model(few, None, NearestNeighbors(4, k=3))
    assert Model(few, None, NearestNeighbors(4, k=40)).parameter_value(NEIGHBORS.key) == 40


def test_a_head_may_read_an_image_of_features() -> None:
    plain = FeatureDescription("map", FeatureType.MULTI_ARRAY, shape=(1, 4, 4))
    pooled = Network([Layer("p", "max_pool", ("image",), "m", {"size": 2, "stride": 2})], "image", (1, 8, 8), "m")
    first = Model(ModelDescription((DRAWING,), (plain,), ()), None, NetworkRegressor(pooled))
    weight = np.ones((2, 16), np.float32)
    layers = [
        Layer("flat", "flatten", ("map",), "f"),
        Layer("out", "inner_product", ("f",), "l", {}, {"weight": weight}, updatable=True),
        Layer("softmax", "softmax", ("l",), "p"),
    ]
    head = NetworkClassifier(Network(layers, "map", (1, 4, 4), "p"), ("a", "b"))
    second = Model(describe(plain, TEXT, "sgd"), None, head)
    answer = pipeline(first, second).predict(provider(scribble(1)))
    assert answer.probabilities == {"a": 0.5, "b": 0.5}


def test_metadata_may_be_none_at_all_and_faces_come_along() -> None:
    head = neighbors()
    head.set_face("a", Face("A"))
    assert pipeline(extractor(), classifier(), {}).description.metadata == {}
    model = pipeline(extractor(), head)
    assert model.faces == {"a": Face("A")}


def test_each_kind_of_head_has_its_own_parameters() -> None:
    K = ParameterKey
    shared = {K.LEARNING_RATE, K.MINI_BATCH_SIZE, K.EPOCHS, K.SHUFFLE, K.SEED}
    assert parameters_of(NearestNeighbors(2)) == {K.NUMBER_OF_NEIGHBORS, K.MINI_BATCH_SIZE}
    assert parameters_of(NetworkClassifier(tail_network(2), ("a", "b"))) == shared | {K.MOMENTUM}
    assert parameters_of(NetworkRegressor(regression_network(), "adam")) == shared | {K.BETA1, K.BETA2, K.EPS}


def test_a_model_that_reads_arrays_prepares_no_pictures() -> None:
    with refused(FeatureError, "feature-type", "a model that reads drawings"):
        neighbors().embed([])
