"""The compiled model file: read by hand as its format says, and given back to the bit."""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from inkmoji import (
    ArchiveError,
    ArrayBatch,
    CompiledModel,
    Face,
    FeatureDescription,
    FeatureType,
    ImageConstraint,
    Layer,
    Model,
    NearestNeighbors,
    Network,
    ParameterDescription,
    ParameterKey,
    archive,
    dumps,
    loads,
)

from tests.archived import single_precision
from tests.engine import (
    PNG,
    PREFIX,
    blot,
    description,
    least_network,
    parts,
    provider,
    refused,
    reseal,
    rich_model,
    scribble,
    taught,
    tiny_model,
)
from tests.hostile.make import least


def odd_model() -> Model:
    """Texts of every kind and features of every type."""
    features = (
        *description().inputs,
        *description().outputs,
        FeatureDescription("", FeatureType.INT64),
        FeatureDescription('é\0\u2028\\"', FeatureType.DOUBLE),
        FeatureDescription("array", FeatureType.MULTI_ARRAY, shape=(1, 2, 3)),
        FeatureDescription("scalar", FeatureType.MULTI_ARRAY, shape=()),
        FeatureDescription("other", FeatureType.IMAGE, ImageConstraint(9, 10, 3)),
    )
    key = ParameterDescription(ParameterKey.NUMBER_OF_NEIGHBORS, 3, 1, 1000)
    words = {"": "", "z\n": "👩‍🚀", "a": "\x7f\u0080"}
    outputs = (features[1], *features[::-1])
    odd = description(outputs=outputs, training_inputs=(), parameters=(key,), metadata=words)
    return Model(odd, least_network(), NearestNeighbors(2), faces={"👩‍🚀": Face("🧑🏽", image=PNG), "": Face("x")})


MODELS = {
    "least": Model(description(), least_network(), NearestNeighbors(2)),
    "tiny": tiny_model(),
    "taught": taught(tiny_model(), ("a", scribble(1)), ("b", blot(1)), ("a", blot(2, 200))).model(),
    "rich": rich_model(),
    "float32": single_precision(),
    "odd": odd_model(),
}


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_what_was_read_is_written_again_to_the_byte(model: Model) -> None:
    data = dumps(model)
    assert dumps(loads(data)) == data
    assert dumps(model) == data


@pytest.mark.parametrize("name", ["taught", "rich", "float32"])
def test_predictions_are_equal_to_the_bit_after_a_round_trip(name: str) -> None:
    batch = ArrayBatch([provider(scribble(seed)) for seed in range(8)] + [provider(blot(5))])
    model, again = MODELS[name], loads(dumps(MODELS[name]))
    assert again.predict_batch(batch) == model.predict_batch(batch)
    pictures = np.random.default_rng(0).integers(0, 256, (4, 8, 8, model.constraint.channels), dtype=np.uint8)
    assert np.array_equal(again.embed(list(pictures)), model.embed(list(pictures)))


def test_everything_a_model_holds_is_read_back() -> None:
    model = rich_model()
    again = loads(dumps(model))
    assert again.description == model.description
    assert again.faces == model.faces
    assert again.network.shapes == model.network.shapes
    assert (again.head.labels, again.head.owners) == (model.head.labels, model.head.owners)
    assert np.array_equal(again.head.embeddings, model.head.embeddings)
    assert (again.head.k, again.head.threshold, again.head.weighting) == (3, 1.5, "inverse-distance")
    for got, expected in zip(again.examples, model.examples, strict=True):
        assert (got.id, got.label, type(got.drawing)) == (expected.id, expected.label, type(expected.drawing))
        for name, array in vars(expected.drawing).items():
            assert np.array_equal(vars(got.drawing)[name], array)
    for got_layer, layer in zip(again.network.layers, model.network.layers, strict=True):
        assert vars(replace(got_layer, weights={})) == vars(replace(layer, weights={}))
        for name, array in layer.weights.items():
            assert got_layer.weights[name].dtype == array.dtype
            assert np.array_equal(got_layer.weights[name], array)


def test_the_file_is_laid_out_as_the_format_says() -> None:
    model = rich_model()
    data = dumps(model)
    assert data[:8] == b"\x89INKMOJI"
    version, length = struct.unpack("<II", data[8:16])
    assert version == 2
    assert data[-32:] == hashlib.sha256(data[:-32]).digest()
    header = json.loads(data[16 : 16 + length].decode("utf-8"))
    assert set(header) == {"description", "examples", "faces", "head", "network", "tensors"}
    assert data[16 : 16 + length].decode() == json.dumps(
        header, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    tensors: dict[str, Any] = {}
    offset = 16 + length
    for entry in header["tensors"]:
        kind = np.dtype(entry["dtype"]).newbyteorder("<")
        count = int(np.prod(entry["shape"], dtype=int))
        tensors[entry["name"]] = np.frombuffer(data, kind, count, offset).reshape(entry["shape"])
        offset += count * kind.itemsize
    assert offset == len(data) - 32
    assert list(tensors) == [
        "network.1.bias", "network.1.weight", "head.embeddings", "head.labels", "head.owners",
        "examples.points", "examples.lengths", "examples.pixels", "faces.images",
    ]  # fmt: skip
    assert np.array_equal(tensors["network.1.weight"], model.network.layers[1].weights["weight"])
    assert header["head"]["labels"] == ["cat", "Zoë"]
    assert tensors["head.labels"].tolist() == [0, 1, 0, 1]
    assert tensors["head.owners"].tolist() == [0, 1, 2, 3]
    assert tensors["faces.images"].tobytes() == PNG + b"image"
    assert [face["label"] for face in header["faces"]] == ["Zoë", "cat"]


def test_taking_an_archive_apart_and_sealing_it_again_changes_nothing() -> None:
    data = dumps(rich_model())
    assert reseal(*parts(data)) == data  # what the tests of changed archives rest on


def test_every_truncation_is_refused() -> None:
    data = least()
    for length in range(len(data)):
        with pytest.raises(ArchiveError):
            loads(data[:length])
    assert dumps(loads(data)) == data


def test_every_flipped_bit_is_noticed() -> None:
    data = bytearray(least())
    for place in range(len(data) * 8):
        data[place // 8] ^= 1 << place % 8
        with pytest.raises(ArchiveError):
            loads(bytes(data))
        data[place // 8] ^= 1 << place % 8
    assert loads(bytes(data))


def test_a_file_of_another_kind_or_version_is_told_from_a_damaged_one() -> None:
    data = least()
    with refused(ArchiveError, "archive-magic", "begins with", "PNG"):
        loads(PNG + data[8:])
    with refused(ArchiveError, "archive-version", "format version 1", "got 258", "a newer Inkmoji"):
        loads(data[:8] + b"\2\1\0\0" + data[12:])


@pytest.mark.parametrize("more", [b"\0", b"\n", bytes(32), least()])
def test_bytes_after_the_end_are_refused(more: bytes) -> None:
    with refused(ArchiveError, "archive-checksum"):
        loads(least() + more)


@pytest.mark.parametrize(
    "wrap",
    [
        bytearray,
        memoryview,
        lambda data: memoryview(data).cast("b"),
        lambda data: memoryview(b"".join(bytes([byte, 0]) for byte in data))[::2],
        lambda data: memoryview(data[::-1])[::-1],
        lambda data: np.frombuffer(data, np.uint8),
    ],
)
def test_any_object_of_bytes_is_read(wrap: Any) -> None:
    data = dumps(rich_model())
    assert dumps(loads(wrap(data))) == data
    assert CompiledModel(wrap(data)).data == data


@pytest.mark.parametrize("empty", [b"", memoryview(np.empty((0, 2))), bytearray()])
def test_no_bytes_are_no_archive(empty: Any) -> None:
    with refused(ArchiveError, "archive-truncated", "at least 48 bytes", "got 0"):
        loads(empty)


def test_a_model_does_not_change_with_the_buffer_it_was_read_from() -> None:
    buffer = bytearray(dumps(single_precision()))
    model, compiled = loads(buffer), CompiledModel(buffer)
    expected = bytes(buffer)
    buffer[:] = bytes(len(buffer))
    assert dumps(model) == compiled.data == dumps(compiled.model()) == expected


def test_the_arrays_of_a_model_that_was_read_cannot_be_written() -> None:
    for layer in loads(least()).network.layers:
        for array in layer.weights.values():
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 1.0


def test_more_bytes_than_any_model_has_are_refused_before_they_are_looked_at() -> None:
    with refused(ArchiveError, "archive-too-large", "at most 67108864 bytes", "got 67108865"):
        loads(bytes((64 << 20) + 1))


def test_a_model_too_large_for_a_file_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    size = len(least())
    monkeypatch.setattr(archive, "MAX_BYTES", size)
    assert dumps(loads(least())) == least()
    monkeypatch.setattr(archive, "MAX_BYTES", size - 1)
    with refused(ArchiveError, "archive-too-large", f"at most {size - 1} bytes", f"got {size}", "remove examples"):
        dumps(MODELS["least"])


def test_a_header_too_large_is_neither_written_nor_read(monkeypatch: pytest.MonkeyPatch) -> None:
    data = least()
    length = PREFIX.unpack_from(data)[2]
    monkeypatch.setattr(archive, "MAX_HEADER", length)
    assert dumps(loads(data)) == data
    monkeypatch.setattr(archive, "MAX_HEADER", length - 1)
    words = (f"a header of at most {length - 1} bytes", f"got {length}")
    with refused(ArchiveError, "archive-too-large", *words):
        loads(data)
    with refused(ArchiveError, "archive-too-large", *words):
        dumps(MODELS["least"])


@pytest.mark.parametrize(
    "change",
    [
        {"description": description(metadata={"author": "\ud83d"})},
        {"description": description(metadata={"author": b"bytes"})},
        {"network": Network(
            [Layer("\ud800", "flatten", ("image",), "f"), *least_network().layers[1:]], "image", (1, 8, 8), "e")},
    ],
)  # fmt: skip
def test_a_text_that_a_file_cannot_hold_is_refused(change: dict[str, Any]) -> None:
    sound = {"description": description(), "network": least_network(), "head": NearestNeighbors(2)}
    with refused(ArchiveError, "archive-content", "JSON in UTF-8"):
        dumps(Model(**sound | change))


def test_compiling_is_writing_and_reading() -> None:
    compiled = CompiledModel.of(rich_model())
    assert compiled.data == dumps(rich_model())
    with refused(ArchiveError, "archive-checksum"):
        CompiledModel(compiled.data[:-1] + b"?")


def test_every_model_of_a_compiled_model_has_a_life_of_its_own() -> None:
    compiled = CompiledModel.of(rich_model())
    first, second = compiled.model(), compiled.model()
    first.set_face("cat", Face("C"))
    first.add_example("cat", first.examples[0].drawing)
    first.head.k = 1
    assert dumps(second) == dumps(compiled.model()) == compiled.data


def test_a_model_that_cannot_be_read_again_is_not_compiled() -> None:
    model = tiny_model()
    model.neighbors._k = 5000  # beyond what a file may say
    with refused(ArchiveError, "archive-header", "'k' from 1 to 1000", "got 5000"):
        CompiledModel.of(model)
