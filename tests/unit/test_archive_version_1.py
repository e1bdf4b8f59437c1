"""Files of format version 1 are read as long as they are sound, give the same answers, and are written as version 2.

``stored/version-1.inkmoji`` was written by the last engine that wrote version 1, from ``rich_model()``.
"""

from __future__ import annotations

import copy
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from inkmoji import ArchiveError, CompiledModel, dumps, loads
from inkmoji.upgrade import upgrade

from tests.archived import inputs_of
from tests.engine import parts, refused, reseal, rich_model
from tests.headers import Change, assigned, at, both, places, removed

STORED = (Path(__file__).resolve().parents[1] / "stored" / "version-1.inkmoji").read_bytes()
HEADER, BODY = parts(STORED)
NEW = {"metric", "updatable", "allowed"}


def changed(change: Change, body: bytes = BODY) -> bytes:
    header = copy.deepcopy(HEADER)
    change(header)
    return reseal(header, body, version=1)


def test_the_stored_file_is_of_version_1_and_holds_nothing_new() -> None:
    assert struct.unpack("<I", STORED[8:12]) == (1,)
    assert reseal(HEADER, BODY, version=1) == STORED
    assert not NEW & {path[-1] for path in places(HEADER)}


def test_all_it_holds_is_what_the_same_model_holds_today() -> None:
    old, new = loads(STORED), rich_model()
    assert old.description == new.description
    assert old.faces == new.faces
    assert (old.network.input, old.network.output) == (new.network.input, new.network.output)
    for one, other in zip(old.network.layers, new.network.layers, strict=True):
        assert not one.updatable
        assert (one.name, one.kind, one.inputs, one.output) == (other.name, other.kind, other.inputs, other.output)
        assert one.settings == other.settings
        assert set(one.weights) == set(other.weights)
        for name, array in other.weights.items():
            assert np.array_equal(one.weights[name], array)
    for key in ("dimension", "k", "weighting", "default_label", "threshold", "metric", "dtype", "labels", "owners"):
        assert getattr(old.head, key) == getattr(new.head, key)
    assert np.array_equal(old.head.embeddings, new.head.embeddings)
    for example, other in zip(old.examples, new.examples, strict=True):
        assert (example.id, example.label) == (other.id, other.label)
        assert set(vars(example.drawing)) == set(vars(other.drawing))
        for name, array in vars(other.drawing).items():
            assert np.array_equal(vars(example.drawing)[name], array)


def test_it_predicts_what_the_same_model_predicts_today() -> None:
    old, new = loads(STORED), rich_model()
    labels = set()
    for features in inputs_of(new):
        assert old.predict(features) == new.predict(features)
        labels.add(old.predict(features).label)
    for example in new.examples:
        one, other = (model.embed_values([example.drawing]) for model in (old, new))
        assert np.array_equal(one, other)
        assert old.answers(one) == new.answers(other)
        labels.add(old.answers(one)[0].label)
    assert {"cat", "Zoë"} <= labels


def test_it_is_written_as_version_2_and_read_again_equal() -> None:
    written = dumps(loads(STORED))
    assert struct.unpack("<I", written[8:12]) == (2,)
    assert written == dumps(rich_model())
    assert dumps(loads(written)) == written
    assert CompiledModel(STORED).data == STORED  # a host's bytes are never replaced on their own
    assert dumps(CompiledModel(STORED).model()) == written


def test_only_what_is_new_is_added() -> None:
    after, body = parts(dumps(loads(STORED)))
    assert after == upgrade(HEADER)
    assert body == BODY
    added = [path for path in places(after) if path not in set(places(HEADER))]
    assert {(path[-1], at(after, path)) for path in added} == {
        ("allowed", None), ("kind", "nearest-neighbors"), ("metric", "squared-euclidean"), ("updatable", False),
    }  # fmt: skip
    assert parts(STORED)[0] == HEADER  # the header that was upgraded is left as it was


LAYER, PARAMETER = ("network", "layers", 1), ("description", "parameters", 0)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (assigned("more", to=1), ("the one way",)),
        (assigned("head", "more", to=None), ("the one way",)),
        (assigned(*LAYER, "more", to=[]), ("the one way",)),
        (assigned("examples", 0, "more", to="x"), ("the one way",)),
        (assigned("faces", 0, "more", to="x"), ("the one way",)),
        (assigned("tensors", 0, "more", to="x"), ("the one way",)),
        (assigned(*LAYER, "updatable", to=False), ("'updatable' in a file of version 2 only",)),
        (assigned(*LAYER, "updatable", to=True), ("'updatable' in a file of version 2 only",)),
        (assigned("head", "metric", to="cosine"), ("'metric' in a file of version 2 only",)),
        (assigned("head", "metric", to="squared-euclidean"), ("'metric' in a file of version 2 only",)),
        (assigned("head", "kind", to="nearest-neighbors"), ("'kind' in a file of version 2 only",)),
        (assigned(*PARAMETER, "allowed", to=None), ("'allowed' in a file of version 2 only",)),
        (assigned("head", "threshold", to=float("nan")), ("threshold",)),
        (assigned("faces", 1, "label", to="Zoë"), ("the one way",)),
    ],
)
def test_nothing_can_hide_in_it(change: Change, words: tuple[str, ...]) -> None:
    with refused(ArchiveError, "archive-content", *words):
        loads(changed(change))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (assigned("network", to=None), ("an object as 'network'", "NoneType")),
        (removed("head"), ("an object as 'head'",)),
        (removed("network", "layers"), ("a list as 'layers'",)),
        (assigned("examples", to=[5]), ("'examples' as a list of objects",)),
        (assigned("description", to=[]), ("an object as 'description'",)),
        (assigned("head", "default_label", to=0), ("a text as 'default_label'", "int")),
        (assigned("head", "labels", to=[1, 2]), ("'labels' as a list of texts",)),
        (assigned("examples", 0, "label", to=1), ("a text as 'label'",)),
        (assigned("faces", 0, "label", to=1), ("a text as 'label'",)),
        (assigned(*LAYER, "settings", "a", to=True), ("a number or text as 'a'", "bool")),
        (assigned(*LAYER, "settings", "a", to=[1]), ("a number or text as 'a'", "list")),
        (both(removed("examples", 0, "points"), removed("examples", 0, "strokes")), ("without a drawing",)),
        (assigned(*PARAMETER, "key", to="weights"), ("a known ParameterKey",)),
    ],
)
def test_what_version_1_did_not_have_is_refused(change: Change, words: tuple[str, ...]) -> None:
    with refused(ArchiveError, "archive-header", *words):
        loads(changed(change))


def test_embeddings_in_single_precision_are_new() -> None:
    header = copy.deepcopy(HEADER)
    entry = next(entry for entry in header["tensors"] if entry["name"] == "head.embeddings")
    entry["dtype"] = "float32"
    with refused(ArchiveError, "archive-tensor", "'head.embeddings'", "float32"):
        loads(reseal(header, BODY + bytes(16), version=1))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"threshold":1.5', b'"threshold":1.50'),
        (b'"threshold":1.5', b'"threshold":15e-1'),
        (b'"k":3', b'"k": 3'),
        (b'"k":3', b'"k":2,"k":3'),
        (b'"cat"', b'"c\\u0061t"'),
        (b'{"description"', b'{"faces":[],"description"'),
    ],
)
def test_another_way_to_write_the_same_is_refused(old: bytes, new: bytes) -> None:
    length = struct.unpack("<I", STORED[12:16])[0]
    raw = STORED[16 : 16 + length]
    assert raw.count(old) >= 1
    with refused(ArchiveError, "archive-content", "the one way"):
        loads(reseal(raw.replace(old, new, 1), BODY, version=1))


def test_one_version_called_another_is_refused() -> None:
    with refused(ArchiveError, "archive-header", "'updatable'"):
        loads(reseal(HEADER, BODY, version=2))
    with refused(ArchiveError, "archive-content", "version 2 only"):
        loads(reseal(*parts(dumps(rich_model())), version=1))


@pytest.mark.parametrize("version", [0, 3, 258, 2**32 - 1])
def test_any_other_version_is_refused_with_what_to_do(version: int) -> None:
    words = ("format version 1 or 2", f"got {version}", "a newer Inkmoji may be needed")
    with refused(ArchiveError, "archive-version", *words):
        loads(reseal(HEADER, BODY, version=version))
    with refused(ArchiveError, "archive-version", *words):
        CompiledModel(STORED[:8] + struct.pack("<I", version) + STORED[12:])


@pytest.mark.parametrize("path", list(places(HEADER)), ids=lambda path: ".".join(map(str, path)))
def test_a_header_with_a_part_missing_or_twice_is_refused_or_sound_all_the_same(path: tuple[Any, ...]) -> None:
    for change in (removed(*path), lambda header: twice(header, path)):
        try:
            model = loads(changed(change))
        except ArchiveError:
            continue
        header = copy.deepcopy(HEADER)
        change(header)
        assert parts(dumps(model)) == (upgrade(header), BODY)


def twice(header: Any, path: tuple[Any, ...]) -> None:
    parent = at(header, path[:-1])
    if isinstance(parent, list):
        parent.insert(path[-1], copy.deepcopy(parent[path[-1]]))
    else:
        parent[f"{path[-1]}2"] = parent[path[-1]]
