"""What a header says of each kind of model is believed no more than the rest: one test for each value."""

from __future__ import annotations

import copy

import pytest
from inkmoji import ArchiveError, dumps, loads

from tests.archived import KINDS
from tests.engine import parts, refused, reseal
from tests.headers import Change, assigned, at, both, removed

FILES = {name: dumps(model) for name, model in KINDS.items()}
PLACES = {
    name: {entry["name"]: index for index, entry in enumerate(parts(data)[0]["tensors"])}
    for name, data in FILES.items()
}  # fmt: skip


def changed(name: str, change: Change) -> bytes:
    header, body = parts(FILES[name])
    header = copy.deepcopy(header)
    change(header)
    return reseal(header, body)


def parameter(key: str, index: int) -> tuple[str, str, int, str]:
    return ("description", "parameters", index, key)


def layer(index: int, *keys: str) -> tuple[str | int, ...]:
    return ("head", "network", "layers", index, *keys)


RATE, BATCH, EPOCHS, SHUFFLE = 0, 1, 2, 3
CLASSIFIER = both(assigned("head", "kind", to="network-classifier"), assigned("head", "labels", to=["a", "b"]))
SWAPPED = both(assigned("faces", 0, "label", to=9), assigned("faces", 1, "label", to=-7))


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("classifier", removed("head", "kind"), ("a text as 'kind'", "NoneType")),
        ("classifier", assigned("head", "kind", to="forest"), ("a head of kind", "network-classifier", "'forest'")),
        ("classifier", removed("head", "network"), ("an object as 'network'", "NoneType")),
        ("classifier", assigned("head", "network", to=[]), ("an object as 'network'", "list")),
        ("classifier", assigned("head", "optimizer", to=None), ("a text as 'optimizer'",)),
        ("classifier", removed("head", "labels"), ("a list as 'labels'",)),
        ("classifier", assigned("head", "labels", 1, to=7), ("'labels' as a list of texts or of whole numbers",)),
        ("classifier", assigned("network", to=5), ("an object as 'network'", "int")),
        ("classifier", removed(*layer(0, "updatable")), ("true or false as 'updatable'", "NoneType")),
        ("classifier", assigned(*layer(0, "updatable"), to=1), ("true or false as 'updatable'", "int")),
        ("classifier", assigned(*layer(0, "updatable"), to="true"), ("true or false as 'updatable'", "str")),
        ("classifier", assigned(*parameter("key", RATE), to="biases"), ("a known ParameterKey", "'biases'")),
        ("classifier", assigned(*parameter("default", RATE), to=1), ("a number as 'default'", "int")),
        ("classifier", assigned(*parameter("default", RATE), to=True), ("a number as 'default'", "bool")),
        ("classifier", assigned(*parameter("minimum", RATE), to=0), ("a number as 'minimum'", "int")),
        ("classifier", assigned(*parameter("maximum", RATE), to=None), ("a number as 'maximum'", "NoneType")),
        ("classifier", assigned(*parameter("default", BATCH), to=4.0), ("a whole number as 'default'", "float")),
        ("classifier", assigned(*parameter("default", BATCH), to=True), ("a whole number as 'default'", "bool")),
        ("classifier", assigned(*parameter("allowed", BATCH), to=4), ("a list as 'allowed'", "int")),
        ("classifier", assigned(*parameter("allowed", BATCH), to=[4, 1.0]), ("'allowed' as whole numbers",)),
        ("classifier", assigned(*parameter("allowed", BATCH), to=[4, True]), ("'allowed' as whole numbers",)),
        ("classifier", assigned(*parameter("allowed", BATCH), to=None), ("a whole number as 'minimum'", "NoneType")),
        ("classifier", assigned(*parameter("maximum", EPOCHS), to=9.5), ("a whole number as 'maximum'", "float")),
        ("classifier", assigned(*parameter("default", SHUFFLE), to=0), ("true or false as 'default'", "int")),
        ("pixel-classifier", assigned("head", "labels", 1, to=2**63), ("'labels' as whole numbers from -9223372",)),
        ("pixel-classifier", assigned("head", "labels", 1, to=True), ("'labels' as a list of texts or of whole",)),
        ("pixel-classifier", assigned("head", "labels", 1, to=7.0), ("'labels' as a list of texts or of whole",)),
        ("pixel-classifier", assigned(*layer(0, "settings", "stride"), to=[2, "1"]), ("'stride' as whole numbers",)),
        ("pixel-classifier", assigned(*layer(0, "settings", "stride"), to=[[2], 1]), ("'stride' as whole numbers",)),
        ("pixel-classifier", assigned(*layer(0, "settings", "padding"), to=[1, 0, 2, 1.0]), ("'padding' as whole",)),
        ("pixel-classifier", assigned(*layer(2, "settings", "stride"), to={}), ("a number or text, true or", "dict")),
        ("numbers-cosine", assigned("head", "default_label", to=True), ("a text or a whole number", "bool")),
        ("numbers-cosine", assigned("head", "default_label", to=-1.0), ("a text or a whole number", "float")),
        ("numbers-cosine", assigned("head", "default_label", to=-(2**63) - 1), ("'default_label' from -9223372",)),
        ("numbers-cosine", assigned("head", "labels", 0, to="9"), ("'labels' as a list of texts or of whole",)),
        ("numbers-cosine", assigned("head", "labels", 0, to=2**64), ("'labels' as whole numbers from",)),
        ("numbers-cosine", assigned("head", "metric", to=1), ("a text as 'metric'", "int")),
        ("numbers-cosine", assigned("examples", 0, "label", to=2**63), ("'label' from",)),
        ("numbers-cosine", assigned("examples", 0, "label", to=None), ("a text or a whole number as 'label'",)),
        ("numbers-cosine", assigned("examples", 0, "points", to=5), ("a whole number as 'strokes'",)),
        ("numbers-cosine", assigned("faces", 0, "label", to=True), ("a text or a whole number as 'label'", "bool")),
    ],
)
def test_a_value_of_the_wrong_kind_is_named(name: str, change: Change, words: tuple[str, ...]) -> None:
    with refused(ArchiveError, "archive-header", *words):
        loads(changed(name, change))


@pytest.mark.parametrize(
    ("name", "tensor", "to", "words"),
    [
        ("classifier", "head.0.weight", {"name": "head.0.weights"}, ("'head.0.weight'", "got none")),
        ("classifier", "head.0.weight", {"dtype": "int32"}, ("('float32', 'float16', 'int8'), got int32",)),
        ("numbers-cosine", "head.embeddings", {"dtype": "int32"}, ("float16", "got int32 with 2 axes")),
        ("numbers-cosine", "head.embeddings", {"shape": [15]}, ("'head.embeddings'", "2 axes", "1 axes")),
        ("numbers-cosine", "head.embeddings", {"dtype": "float64"}, ("'float64'",)),
    ],
)
def test_a_tensor_of_another_kind_is_named(name: str, tensor: str, to: dict[str, object], words: tuple[str]) -> None:
    with refused(ArchiveError, "archive-tensor", *words):
        loads(changed(name, lambda header: header["tensors"][PLACES[name][tensor]].update(to)))


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("classifier", assigned("head", "kind", to="network-regressor"), ("first output is a multi-array",)),
        ("classifier", assigned("head", "optimizer", to="lion"), ("optimizer", "'lion'")),
        ("classifier", assigned("head", "labels", to=["a", "b"]), ("a class for each output", "got 2")),
        ("classifier", assigned("head", "labels", to=["a", "b", "a"]), ("each once",)),
        ("classifier", assigned("head", "labels", to=["a", "b", ""]), ("a class of at least one character",)),
        ("classifier", assigned("head", "labels", to=[1, 2, 3]), ("first output is a int64",)),
        ("classifier", assigned("network", to=None), ("expected a head for blobs of shape (1, 8, 8)",)),
        ("classifier", assigned(*layer(1, "updatable"), to=True), ("an updatable tanh",)),
        ("classifier", assigned("network", "layers", 1, "updatable", to=True), ("float32, since it is updatable",)),
        ("classifier", assigned(*layer(0, "inputs"), to=["s"]), ("without a cycle", "'hidden' → 't' → 's' → 'hidden'")),
        ("classifier", assigned(*layer(0, "settings"), to={"a": True}), ("the settings []", "['a']")),
        ("classifier", assigned("head", "k", to=3), ("the one way",)),
        ("classifier", assigned("head", "network", "more", to=3), ("the one way",)),
        ("classifier", assigned(*layer(0, "more"), to=None), ("the one way",)),
        ("classifier", assigned(*parameter("default", RATE), to=1.5), ("from 0.0 to 1.0", "got 1.5")),
        ("classifier", assigned(*parameter("default", RATE), to=float("nan")), ("from 0.0 to 1.0", "got nan")),
        ("classifier", assigned(*parameter("maximum", RATE), to=float("inf")), ("bounds of learning-rate", "got inf")),
        ("classifier", assigned(*parameter("allowed", RATE), to=[1]), ("the one way",)),
        ("classifier", assigned(*parameter("default", BATCH), to=5), ("of [1, 4, 16]", "got 5")),
        ("classifier", assigned(*parameter("allowed", BATCH), to=[]), ("a set for a whole number",)),
        ("classifier", assigned(*parameter("allowed", BATCH), to=[4, 0]), ("bounds of mini-batch-size", "got 0")),
        ("classifier", assigned(*parameter("minimum", BATCH), to=1), ("the one way",)),
        ("classifier", removed(*parameter("minimum", BATCH)), ("the one way",)),
        ("classifier", assigned(*parameter("maximum", SHUFFLE), to=True), ("the one way",)),
        ("classifier", assigned(*parameter("key", RATE), to="momentum"), ("has a use for", "got momentum")),
        ("classifier", assigned("faces", 0, "label", to=1), ("the label of a face of type str, got int",)),
        ("pixel-classifier", assigned(*layer(0, "updatable"), to=True), ("float32, since it is updatable", "float16")),
        ("pixel-classifier", assigned(*layer(0, "settings", "stride"), to=[2, 0]), ("stride", "(2, 0)")),
        ("pixel-classifier", assigned(*layer(0, "settings", "stride"), to=[]), ("stride", "()")),
        ("pixel-classifier", assigned(*layer(0, "settings", "padding"), to=True), ("padding", "True")),
        ("pixel-classifier", assigned(*layer(2, "settings", "exclude_padding"), to=1), ("true or false", "got 1")),
        ("pixel-classifier", assigned(*layer(1, "settings", "alpha"), to=10**400), ("alpha", "00000")),
        ("regressor", CLASSIFIER, ("ends in a softmax",)),
        ("regressor", assigned(*layer(0, "settings", "shape"), to=[3, 2]), ("(3, 2)",)),
        ("regressor", assigned("description", "outputs", 0, "shape", to=[3]), ("a multi-array of shape (2,)",)),
        ("numbers-cosine", assigned("head", "metric", to="manhattan"), ("metric", "'manhattan'")),
        ("numbers-cosine", assigned("head", "default_label", to=""), ("a label of type str", "int")),
        ("numbers-cosine", assigned("head", "labels", to=["a", "b", "c", "d"]), ("a label of type int", "str")),
        ("numbers-cosine", assigned("examples", 0, "label", to=1), ("under its label",)),
        ("numbers-cosine", SWAPPED, ("the one way",)),
        ("numbers-cosine", assigned("faces", 0, "label", to="-7"), ("the label of a face of type int, got str",)),
        ("neighbors", assigned("head", "network", to=None), ("the one way",)),
        ("neighbors", assigned("network", to=None), ("expected a head for blobs of shape (1, 8, 8)",)),
    ],
)  # fmt: skip
def test_values_that_do_not_fit_together_are_refused(name: str, change: Change, words: tuple[str, ...]) -> None:
    with refused(ArchiveError, "archive-content", *words):
        loads(changed(name, change))


def test_an_example_that_is_not_the_heads_has_a_label_of_the_same_type_too() -> None:
    """No entry belongs to it, so that the head cannot look at its label."""
    lonely = assigned("examples", 5, to={"id": "lonely", "label": "9"})
    header, body = parts(FILES["numbers-cosine"])
    header["examples"].append({"id": "lonely", "label": 9})
    assert [example.label for example in loads(reseal(header, body)).examples][5:] == [9]
    lonely(header)
    with refused(ArchiveError, "archive-content", "all texts or all whole numbers"):
        loads(reseal(header, body))


@pytest.mark.parametrize("name", FILES)
def test_every_key_of_a_network_and_a_head_is_needed(name: str) -> None:
    header = parts(FILES[name])[0]
    objects = [("head",), *(("head", "network") for _ in [0] if "network" in header["head"])]
    for path in objects:
        for key in at(header, path):
            with pytest.raises(ArchiveError):
                loads(changed(name, removed(*path, key)))
