"""Models written as Core ML's files: what comes back predicts the same, and what is lost is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from inkmoji import (
    ArrayBatch,
    CompiledModel,
    DictFeatureProvider,
    Face,
    FeatureDescription,
    FeatureType,
    FeatureValue,
    FormatError,
    Layer,
    Model,
    ModelDescription,
    NearestNeighbors,
    Network,
    NetworkClassifier,
    NetworkRegressor,
    ProbabilisticLDA,
    UpdateTask,
)
from inkmoji.coreml import compile_model, export_model, export_notes, wire
from inkmoji.layers import KINDS as LAYERS

from tests.engine import PNG, least_network, normal, refused, rich_model, scribble, taught, tiny_model
from tests.updatable import KINDS, Updatable, dense, describe, extractor, updatable

ROOT = Path(__file__).resolve().parents[2]


def learned(kind: Updatable, more: int = 8) -> Model:
    """The model after an update with its examples."""
    ends: list[Any] = []
    UpdateTask(CompiledModel.of(kind.model), kind.batch(*range(more)), handlers=ends.append).resume()
    model: Model = ends[0].candidate.model()
    return model


def renamed(examples: tuple[DictFeatureProvider, ...], before: Model, after: Model) -> ArrayBatch:
    """The examples with their target under the name that it has after."""
    names = [{f.name for f in m.description.training_inputs} - {m.input.name} for m in (before, after)]
    (old,), (new,) = names
    return ArrayBatch(
        [
            DictFeatureProvider({after.input.name: one.feature_value(before.input.name), new: one.feature_value(old)})
            for one in examples
        ]  # type: ignore[arg-type]
    )


def same(one: Any, other: Any) -> None:
    """Whether two answers are the same to 1e-5."""
    assert (one.label, one.recognized) == (other.label, other.recognized)
    assert one.values == pytest.approx(other.values, abs=1e-5)
    assert set(one.probabilities) == set(other.probabilities)
    assert [one.probabilities[key] for key in other.probabilities] == pytest.approx(
        list(other.probabilities.values()), abs=1e-5
    )


REFUSED = "drawings, softmax, SGD"  # it adds two blobs before the loss, and Core ML lets no gradients through that
HELD = [name for name in KINDS if name != REFUSED]
EXACT = [name for name in HELD if "PLDA" not in name]


@pytest.mark.parametrize("name", EXACT)
def test_what_comes_back_predicts_the_same(name: str) -> None:
    kind = KINDS[name]()
    model = learned(kind)
    back = compile_model(export_model(model)).model()
    examples = [
        DictFeatureProvider({model.input.name: one.feature_value(model.input.name)})  # type: ignore[dict-item]
        for one in kind.examples
    ]
    assert back.input == model.input
    for one, other in zip(
        model.predict_batch(ArrayBatch(examples)), back.predict_batch(ArrayBatch(examples)), strict=True
    ):
        same(other, one)


@pytest.mark.parametrize("name", EXACT)
def test_what_comes_back_learns_the_same(name: str) -> None:
    kind = KINDS[name]()
    back = compile_model(export_model(kind.model)).model()
    first = learned(kind)
    second = learned(Updatable(back, tuple(renamed(kind.examples, kind.model, back))))  # type: ignore[arg-type]
    for one, other in zip(
        first.predict_batch(kind.batch()), second.predict_batch(ArrayBatch(list(kind.examples))), strict=True
    ):
        same(other, one)


@pytest.mark.parametrize("name", HELD)
def test_a_compiled_model_and_its_copy_give_the_same_bytes_and_keep_what_they_are(name: str) -> None:
    model = KINDS[name]().model
    before = CompiledModel.of(model).data
    assert export_model(CompiledModel.of(model)) == export_model(model.copy())
    assert CompiledModel.of(model).data == before


@pytest.mark.parametrize("name", HELD)
def test_parameters_keep_their_ranges_sets_and_defaults(name: str) -> None:
    model = KINDS[name]().model
    back = compile_model(export_model(model)).model().parameters
    for key, known in model.parameters.items():
        if key.scope is None and key in back and str(key) != "seed":
            item = back[key]
            assert item.default == model.parameter_value(key)
            assert (item.minimum, item.maximum, item.allowed) == (known.minimum, known.maximum, known.allowed)


def test_what_a_description_does_not_list_stays_as_it_was() -> None:
    head = NetworkClassifier(tail(), ("a", "b", "c"), "adam")
    description = describe(VECTOR, LABEL, "adam")
    model = Model(ModelDescription(description.inputs, description.outputs, description.training_inputs), None, head)
    back = {str(key): item for key, item in compile_model(export_model(model)).model().parameters.items()}
    for key, value in (("learning-rate", 0.01), ("beta1", 0.9), ("epochs", 1)):
        assert (back[key].default, back[key].minimum, back[key].maximum) == (value, value, value)
    assert back["shuffle"].default is True


VECTOR = FeatureDescription("embedding", FeatureType.MULTI_ARRAY, shape=(4,))
LABEL = FeatureDescription("label", FeatureType.STRING)


def tail(kind: str = "tanh", updatable_: bool = True, **settings: Any) -> Network:
    """A hidden layer, a layer of a kind, and a softmax."""
    layers = [
        dense("hidden", "embedding", "h", 6, 4, 8, updatable_),
        Layer("between", kind, ("h",), "t", settings),
        dense("out", "t", "logits", 3, 6, 9, updatable_),
        Layer("softmax", "softmax", ("logits",), "probabilities"),
    ]
    return Network(layers, "embedding", (4,), "probabilities")


# Versions


def version_of(model: Model) -> int:
    number: int = wire.read(export_model(model)).specificationVersion
    return number


def test_the_version_is_the_lowest_that_has_what_the_model_takes() -> None:
    frozen = ModelDescription((VECTOR,), (LABEL,), ())
    plain = Model(frozen, None, NetworkClassifier(tail(updatable_=False), ("a", "b", "c")))
    assert version_of(plain) == 1
    assert version_of(extractor()) == 2, "its weights are in half precision"
    weight = {"weight": np.ones((3, 4), np.int8), "weight_scale": np.ones(3, np.float32)}
    values = FeatureDescription("values", FeatureType.MULTI_ARRAY, shape=(3,))
    network = Network([Layer("dense", "inner_product", ("embedding",), "v", {}, weight)], "embedding", (4,), "v")
    assert version_of(Model(ModelDescription((VECTOR,), (values,), ()), None, NetworkRegressor(network))) == 3
    assert version_of(Model(describe(VECTOR, LABEL, "sgd"), None, NetworkClassifier(tail(), ("a", "b", "c")))) == 4
    assert version_of(Model(frozen, None, NearestNeighbors(4))) == 4
    parts = wire.read(export_model(tiny_model())).pipelineClassifier.pipeline.models
    assert [part.specificationVersion for part in parts] == [2, 4]


def test_a_model_that_is_not_updatable_stays_so() -> None:
    model = Model(ModelDescription((VECTOR,), (LABEL,), ()), None, NearestNeighbors(4))
    spec = wire.read(export_model(model))
    assert not spec.isUpdatable
    assert compile_model(export_model(model)).model().description.training_inputs == ()


# Every kind of layer


SETTINGS: list[tuple[str, dict[str, Any], dict[str, tuple[int, ...]], tuple[int, ...]]] = [
    ("convolution", {"stride": 1, "padding": "same"}, {"weight": (2, 3, 3, 3), "bias": (2,)}, (3, 6, 8)),
    ("convolution", {"stride": (2, 1), "padding": "same-lower", "dilation": 2}, {"weight": (2, 3, 2, 2)}, (3, 6, 8)),
    ("convolution", {"stride": 1, "padding": (0, 1, 2, 0), "groups": 3}, {"weight": (3, 1, 2, 3)}, (3, 6, 8)),
    ("inner_product", {}, {"weight": (5, 7), "bias": (5,)}, (7,)),
    ("batch_norm", {"epsilon": 0.01}, dict.fromkeys(("gamma", "beta", "mean", "variance"), (3,)), (3, 6, 8)),
    ("relu", {}, {}, (7,)),
    ("leaky_relu", {"alpha": 0.3}, {}, (3, 6, 8)),
    ("sigmoid", {}, {}, (7,)),
    ("tanh", {}, {}, (7,)),
    ("softmax", {}, {}, (3, 6, 8)),
    ("l2_normalize", {}, {}, (7,)),
    ("l2_normalize", {"epsilon": 0.5}, {}, (7,)),
    ("max_pool", {"size": 2, "stride": 2}, {}, (3, 6, 8)),
    ("max_pool", {"size": (3, 2), "stride": 1, "padding": (1, 1, 0, 0)}, {}, (3, 6, 8)),
    ("average_pool", {"size": 3, "stride": 2, "padding": "same", "exclude_padding": True}, {}, (3, 6, 8)),
    ("average_pool", {"size": 3, "stride": 2, "padding": (1, 1, 1, 1), "include_last": True}, {}, (3, 6, 8)),
    ("global_max_pool", {}, {}, (3, 6, 8)),
    ("global_average_pool", {}, {}, (3, 6, 8)),
    ("flatten", {}, {}, (3, 6, 8)),
    ("flatten", {"order": "channel-last"}, {}, (3, 6, 8)),
    ("reshape", {"shape": (8, 6, 3)}, {}, (3, 6, 8)),
    ("reshape", {"shape": (144,), "order": "channel-last"}, {}, (3, 6, 8)),
    ("add", {}, {}, (3, 6, 8)),
    ("concatenate", {}, {}, (3, 6, 8)),
    ("scale", {}, {"scale": (3, 6, 8), "bias": (3,)}, (3, 6, 8)),
    ("scale", {}, {"scale": (7,)}, (7,)),
    ("bias", {}, {"bias": (1, 6, 8)}, (3, 6, 8)),
]


@pytest.mark.parametrize("case", SETTINGS, ids=[f"{kind} {settings}" for kind, settings, _, _ in SETTINGS])
def test_every_kind_of_layer_is_written_so_that_it_computes_the_same(case: Any) -> None:
    kind, settings, shapes, shape = case
    weights = {name: np.abs(normal(index, *sides)) for index, (name, sides) in enumerate(shapes.items())}
    inputs = ("input", "input") if LAYERS[kind].many else ("input",)
    network = Network([Layer("layer", kind, inputs, "output", settings, weights)], "input", shape, "output")
    source = FeatureDescription("input", FeatureType.MULTI_ARRAY, shape=shape)
    values = FeatureDescription("values", FeatureType.MULTI_ARRAY, shape=network.output_shape)
    model = Model(ModelDescription((source,), (values,), ()), None, NetworkRegressor(network))
    back = compile_model(export_model(model)).model()
    batch = ArrayBatch([DictFeatureProvider({"input": FeatureValue.multi_array(row)}) for row in normal(9, 3, *shape)])
    for one, other in zip(model.predict_batch(batch), back.predict_batch(batch), strict=True):
        assert other.values == pytest.approx(one.values, abs=1e-5)


def test_every_kind_of_layer_is_tried() -> None:
    assert {kind for kind, *_ in SETTINGS} == set(LAYERS)


def test_the_network_of_a_drawing_model_comes_back_with_the_weights_as_they_are_kept() -> None:
    model = tiny_model()
    back = compile_model(export_model(model)).model()
    assert model.network is not None
    assert back.network is not None
    for one, other in zip(model.network.layers, back.network.layers, strict=True):
        for name, array in one.weights.items():
            assert other.weights[name].dtype == array.dtype or one.kind == "batch_norm"
            np.testing.assert_array_equal(other.weights[name], array)


def test_names_of_features_and_blobs_do_not_get_into_each_others_way() -> None:
    layers = [
        Layer("label", "relu", ("label",), "drawing"),
        Layer("loss", "inner_product", ("drawing",), "probabilities", {}, {"weight": normal(1, 3, 4)}, True),
        Layer("probs", "softmax", ("probabilities",), "embedding"),
    ]
    head = NetworkClassifier(Network(layers, "label", (4,), "embedding"), ("a", "b", "c"))
    source = FeatureDescription("embedding", FeatureType.MULTI_ARRAY, shape=(4,))
    kind = updatable(Model(describe(source, LABEL, "sgd"), None, head))
    back = compile_model(export_model(kind.model)).model()
    batch = ArrayBatch([DictFeatureProvider({"embedding": FeatureValue.multi_array(row)}) for row in normal(2, 3, 4)])
    for one, other in zip(kind.model.predict_batch(batch), back.predict_batch(batch), strict=True):
        same(other, one)


# What the format cannot say


def test_faces_metadata_threshold_and_precision_come_back() -> None:
    model = rich_model()
    model.set_face("Zoë", Face("⭐", "star", 7))
    back = compile_model(export_model(model)).model()
    assert back.faces == model.faces
    assert isinstance(back.head, NearestNeighbors)
    assert (back.head.threshold, back.head.dtype, back.head.metric) == (1.5, "float16", "squared-euclidean")
    assert dict(back.description.metadata) == {
        "licence": "none",
        "description": "Recognises drawings; personalised with Inkmoji",
    }
    assert back.examples == ()


def test_metadata_have_their_places_in_the_file() -> None:
    texts = {"author": "Ada", "license": "MIT", "version": "3", "description": "mine", "colour": "blue"}
    model = Model(ModelDescription((VECTOR,), (LABEL,), (), (), texts), None, NearestNeighbors(4, dtype="float32"))
    data = wire.read(export_model(model)).description.metadata
    assert (data.author, data.license, data.versionString, data.shortDescription) == ("Ada", "MIT", "3", "mine")
    assert dict(data.userDefined) == {"colour": "blue"}
    assert dict(compile_model(export_model(model)).model().description.metadata) == texts


def test_the_input_says_how_a_drawing_must_look() -> None:
    spec = wire.read(export_model(tiny_model()))
    part = spec.pipelineClassifier.pipeline.models[0]
    for feature in (spec.description.input[0], spec.description.trainingInput[0], part.description.input[0]):
        assert "white ink on black" in feature.shortDescription
    assert part.neuralNetwork.preprocessing[0].scaler.channelScale == pytest.approx(1 / 255)


def noted(model: Model) -> str:
    """What is said of it, which is the same in the file."""
    said = export_notes(model)
    assert export_notes(CompiledModel.of(model)) == said
    assert wire.read(export_model(model)).description.metadata.userDefined["inkmoji.notes"] == "\n".join(said)
    return " ".join(said)


def test_what_is_lost_is_said_to_the_person_and_in_the_file() -> None:
    assert "farther than 1.5 nothing is recognised" in noted(rich_model())
    assert "drawings that taught it" in noted(rich_model())
    cosine = KINDS["drawings, cosine, whole numbers"]().model
    assert "no cosine distance" in noted(cosine)
    assert "Votes" not in noted(cosine)
    head = NearestNeighbors(4, metric="cosine")
    assert "Votes by inverse distance" in noted(Model(describe(VECTOR, LABEL, None), None, head))
    assert "no probabilistic discriminant analysis" in noted(KINDS["drawings, PLDA"]().model)
    pictured = Model(describe(VECTOR, LABEL, None), None, NearestNeighbors(4), (), {"a": Face("", image=PNG)})
    assert "pictures on stickers" in noted(pictured)


def test_nothing_is_said_where_nothing_is_lost() -> None:
    assert export_notes(KINDS["arrays, softmax with a class added"]().model) == ()
    data = wire.read(export_model(KINDS["arrays, softmax with a class added"]().model))
    assert not data.description.metadata.userDefined


@pytest.mark.parametrize("behind", [True, False], ids=["behind a network", "alone"])
def test_cosine_is_the_euclidean_distance_of_vectors_of_length_one(behind: bool) -> None:
    """Also for who does not know what this library has written for itself."""
    head = NearestNeighbors(5 if not behind else 4, 3, "uniform", "none", metric="cosine", dtype="float32")
    point = FeatureDescription("point", FeatureType.MULTI_ARRAY, shape=(5,))
    weight = {"weight": normal(3, 4, 5)}
    network = Network([Layer("dense", "inner_product", ("point",), "e", {}, weight)], "point", (5,), "e")
    model = Model(describe(point, LABEL, None), network if behind else None, head)
    for index, row in enumerate(normal(1, 20, 5)):
        model.add_example("abc"[index % 3], row * np.float32(index + 1))
    spec = wire.read(export_model(model))
    for part in spec.pipelineClassifier.pipeline.models:
        part.description.ClearField("metadata")
    back = compile_model(wire.write(spec)).model()
    assert isinstance(back.head, NearestNeighbors)
    assert back.head.metric == "squared-euclidean"
    batch = ArrayBatch([DictFeatureProvider({"point": FeatureValue.multi_array(row)}) for row in normal(2, 50, 5)])
    for one, other in zip(model.predict_batch(batch), back.predict_batch(batch), strict=True):
        same(other, one)


@pytest.mark.parametrize("behind", [True, False], ids=["behind a network", "alone"])
def test_discriminant_analysis_becomes_neighbours_in_its_projection(behind: bool) -> None:
    generator = np.random.default_rng(4)
    mean, projection = normal(1, 2), generator.normal(0.0, 3.0, (2, 2)).astype(np.float32)
    head = ProbabilisticLDA(mean, projection, np.array([9.0, 4.0], np.float32), default_label="?")
    if behind:
        model = Model(ModelDescription(tiny_model().description.inputs, (LABEL,), ()), least_network(), head)
        queries: Any = ArrayBatch([DictFeatureProvider({"drawing": FeatureValue.image(scribble(i))}) for i in range(5)])
    else:
        point = FeatureDescription("point", FeatureType.MULTI_ARRAY, shape=(2,))
        model = Model(ModelDescription((point,), (LABEL,), ()), None, head)
        queries = ArrayBatch([DictFeatureProvider({"point": FeatureValue.multi_array(row)}) for row in normal(5, 5, 2)])
    head.add_all(normal(6, 9, 2), list("abcabcabc"), [""] * 9)
    back = compile_model(export_model(model)).model()
    read = model.embed_values([model.read(query) for query in queries]).astype(np.float64)
    rows = head.embeddings.astype(np.float64) @ projection
    for query, answer in zip(read @ projection, back.predict_batch(queries), strict=True):
        nearest = np.argsort(((rows - query) ** 2).sum(axis=1))[:3]
        assert set(answer.probabilities) == {"abcabcabc"[place] for place in nearest}
        assert answer.distance == pytest.approx(((rows[nearest[0]] - query) ** 2).sum(), rel=1e-3)


def test_the_base_model_taught_answers_the_same_in_core_ml() -> None:
    base = CompiledModel((ROOT / "models" / "base.inkmoji").read_bytes()).model()
    drawings = {"a": scribble(1, 2, 3), "b": scribble(2, 1, 4), "c": scribble(3, 3, 3)}
    candidate = taught(base, *((label, drawing) for label, drawing in drawings.items()))
    back = compile_model(export_model(candidate)).model()
    for label, drawing in drawings.items():
        assert back.predict(DictFeatureProvider({"drawing": FeatureValue.image(drawing)})).label == label


# Refusals


def test_a_network_through_which_core_ml_lets_no_gradients_is_refused() -> None:
    head = NetworkClassifier(tail("leaky_relu", alpha=0.1), ("a", "b", "c"))
    with refused(FormatError, "coreml-export", "expected a model that Core ML can hold", "got 'between'"):
        export_model(Model(describe(VECTOR, LABEL, "sgd"), None, head))
    with refused(FormatError, "coreml-export", "from the loss to 'conv', got 'sum'"):
        export_model(KINDS[REFUSED]().model)


def test_what_is_no_model_is_refused() -> None:
    for function in (export_model, export_notes):
        with refused(FormatError, "coreml-export", "expected a Model or a CompiledModel, got bytes"):
            function(b"model")  # type: ignore[operator]


@pytest.mark.parametrize(
    ("key", "text", "words"),
    [
        ("threshold", "far", "expected a threshold as a number, got 'far'"),
        ("threshold", "nan", "threshold"),
        ("metric", "manhattan", "metric"),
        ("dtype", "float8", "dtype"),
        ("faces", "{", "expected faces as they are exported"),
        ("faces", '[["a"]]', "expected faces as they are exported"),
        ("faces", '[[["a"], "x", "y", 1]]', "expected faces as they are exported"),
        ("faces", '[["a", 5, "y", 1]]', "whole text"),
        ("faces", '[[7, "x", "y", 1]]', "the label of a face"),
        ("faces", "[" * 100_000, "expected faces as they are exported"),
    ],
)
def test_what_this_library_writes_for_itself_is_not_trusted(key: str, text: str, words: str) -> None:
    spec = wire.read(export_model(tiny_model()))
    for part in (spec, spec.pipelineClassifier.pipeline.models[1]):
        part.description.metadata.userDefined[f"inkmoji.{key}"] = text
    with refused(FormatError, "coreml-unsupported", words):
        compile_model(wire.write(spec))


def test_frozen_weights_of_an_updatable_network_are_written_in_full() -> None:
    """Core ML makes a network with weights in half precision all half, which cannot be updated."""
    steps = np.arange(-12, 12, dtype=np.int8).reshape(6, 4)
    frozen = [
        Layer(
            "hidden",
            "inner_product",
            ("embedding",),
            "h",
            {},
            {"weight": steps, "weight_scale": np.full(6, 0.1, np.float32)},
        ),
        Layer("half", "scale", ("h",), "s", {}, {"scale": np.full(6, 0.5, np.float16)}),
        dense("out", "s", "logits", 3, 6, 9),
        Layer("softmax", "softmax", ("logits",), "probabilities"),
    ]
    head = NetworkClassifier(Network(frozen, "embedding", (4,), "probabilities"), ("a", "b", "c"))
    data = export_model(Model(describe(VECTOR, LABEL, "sgd"), None, head))
    first, second = wire.read(data).neuralNetworkClassifier.layers[:2]
    assert list(first.innerProduct.weights.floatValue) == pytest.approx((steps * 0.1).ravel().tolist())
    assert len(second.scale.scale.floatValue) == 6


def test_a_vector_that_is_reshaped_to_is_written_as_channels() -> None:
    network = Network([Layer("r", "reshape", ("x",), "y", {"shape": (6,)})], "x", (1, 2, 3), "y")
    source = FeatureDescription("x", FeatureType.MULTI_ARRAY, shape=(1, 2, 3))
    values = FeatureDescription("y", FeatureType.MULTI_ARRAY, shape=(6,))
    model = Model(ModelDescription((source,), (values,), ()), None, NetworkRegressor(network))
    assert list(wire.read(export_model(model)).neuralNetwork.layers[0].reshape.targetShape) == [6, 1, 1]
