"""Hostile Core ML files: whatever the bytes, a ``FormatError``, in bounded time and memory."""

from __future__ import annotations

import math
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from inkmoji import CompiledModel, FormatError
from inkmoji.coreml import compile_model, wire
from inkmoji.coreml.schema import ModelProto

from tests.coreml import classifier, extractor, neighbors, piped, regressor
from tests.engine import refused

Spec = Any
Place = tuple[Spec, Any]

WHOLE = {
    "uppermost": piped(piped(extractor(), kind="pipeline"), neighbors(), updatable=True),
    "classifier": classifier(),
    "regressor": regressor(),
}
DATA = {name: wire.write(spec) for name, spec in WHOLE.items()}
NUMBERS = [0, 1, 2, 3, 5, 255, 2**31 - 1, 2**62, -1, -(2**31)]
REALS = [0.0, 1.0, -1.0, 1e-30, 3e38, math.nan, math.inf, -math.inf]
TEXTS = ["", "x", "embedding", "drawing", "probs", "label", "c" * 5000, "é\0"]


def used(data: bytes) -> bool:
    """Whether the bytes became a model; anything but a refusal is a failure."""
    try:
        compile_model(data)
    except FormatError:
        return False
    return True


def varint(value: int) -> bytes:
    parts = []
    while value >= 0x80:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])


def field(number: int, content: bytes) -> bytes:
    """A field with a length."""
    return varint(number << 3 | 2) + varint(len(content)) + content


def nested(levels: int) -> bytes:
    """A pipeline in a pipeline in ... a pipeline."""
    data = DATA["classifier"]
    for _ in range(levels):
        data = field(202, field(1, data))
    return data


@pytest.mark.parametrize("name", DATA)
def test_every_beginning_of_a_file_is_refused_or_is_a_model(name: str) -> None:
    data = DATA[name]
    assert sum(used(data[:length]) for length in range(len(data) + 1)) >= 1
    assert used(data)


@pytest.mark.parametrize("name", DATA)
def test_flipped_bits_are_refused_or_give_a_model(name: str) -> None:
    generator = np.random.default_rng(5)
    data = np.frombuffer(DATA[name], np.uint8)
    taken = 0
    for _ in range(600):
        made = data.copy()
        for place in generator.integers(len(made), size=int(generator.integers(1, 4))):
            made[place] ^= 1 << int(generator.integers(8))
        taken += used(made.tobytes())
    assert taken < 600


def places(message: Spec) -> Iterator[Place]:
    """Every field of a message and of those in it, as (message, field's description)."""
    for item in message.DESCRIPTOR.fields:
        yield message, item
        if item.message_type is None or item.message_type.GetOptions().map_entry:
            continue
        if item.is_repeated:
            for inner in list(getattr(message, item.name))[:6]:
                yield from places(inner)
        elif message.HasField(item.name):
            yield from places(getattr(message, item.name))


def change(generator: np.random.Generator, spec: Spec) -> None:
    """One field is taken away, repeated, or becomes another value of its type."""
    found = [place for place in places(spec) if not place[1].message_type or place[0].ListFields()]
    message, item = found[int(generator.integers(len(found)))]
    kinds = {9: TEXTS, 12: [b"", b"\0" * 7, b"\xff" * 64], 1: REALS, 2: REALS, 8: [False, True]}
    values: list[Any] = kinds.get(item.type, NUMBERS)
    value = values[int(generator.integers(len(values)))]
    try:
        if item.message_type and not item.is_repeated:
            message.ClearField(item.name) if generator.integers(2) else getattr(message, item.name).SetInParent()
        elif item.message_type and item.message_type.GetOptions().map_entry:
            getattr(message, item.name)[TEXTS[int(generator.integers(len(TEXTS)))]] = "x"
        elif item.message_type:
            several = getattr(message, item.name)
            if len(several) and generator.integers(2):
                del several[int(generator.integers(len(several)))]
            else:
                several.add().CopyFrom(several[0])
        elif item.is_repeated:
            several = getattr(message, item.name)
            if generator.integers(2):
                del several[:]
            several.append(value)
        else:
            setattr(message, item.name, value)
    except ValueError:  # a number beyond the field's type
        return


@pytest.mark.parametrize("name", WHOLE)
def test_other_values_and_structures_are_refused_or_give_a_model(name: str) -> None:
    generator = np.random.default_rng(6)
    taken = 0
    for _ in range(300):
        spec = ModelProto()
        spec.CopyFrom(WHOLE[name])
        for _ in range(int(generator.integers(1, 4))):
            change(generator, spec)
        taken += used(wire.write(spec))
    assert 20 < taken < 280


def huge(change_: Callable[[Spec], object], make: Callable[[], Spec] = extractor) -> bytes:
    spec = make()
    change_(spec)
    return wire.write(spec)


def bits(count: int) -> bytes:
    """A convolution of as many weights of one bit each."""

    def quantize(spec: Spec) -> None:
        params = spec.neuralNetwork.layers[0].convolution
        params.outputChannels, params.kernelChannels = count // 9, 1
        spec.specificationVersion = 3
        params.weights.ClearField("floatValue")
        params.weights.quantization.numberOfBits = 1
        params.weights.quantization.lookupTableQuantization.floatValue.extend([0.0, 1.0])
        params.weights.rawValue = bytes(count // 8)

    return huge(quantize)


def of(name: str, place: int = 0) -> Callable[[Spec], Spec]:
    return lambda spec: getattr(spec.neuralNetwork.layers[place], name)


def sized(spec: Spec) -> None:
    spec.neuralNetwork.layers[0].convolution.kernelSize[:] = [2**40, 2**40]


def padded(spec: Spec) -> None:
    params = spec.neuralNetwork.layers[0].convolution
    for _ in range(2):
        params.valid.paddingAmounts.borderAmounts.add(startEdgeSize=2**60, endEdgeSize=2**60)


def reshaped(spec: Spec) -> None:
    spec.neuralNetwork.layers.add(name="r", input=["c"], output=["x"]).reshape.targetShape.extend([2**40, 2**20, 2])


def grouped(spec: Spec) -> None:
    spec.neuralNetwork.layers[0].convolution.nGroups = 2**64 - 1


def layered(spec: Spec) -> None:
    for number in range(5000):
        spec.neuralNetwork.layers.add(name=str(number), input=["embedding"], output=[str(number)]).softmax.SetInParent()


def wide(spec: Spec) -> None:
    spec.description.input[0].type.multiArrayType.shape[:] = [2**62]


def dimensioned(spec: Spec) -> None:
    spec.kNearestNeighborsClassifier.nearestNeighborsIndex.numberOfDimensions = 2**31 - 1
    spec.kNearestNeighborsClassifier.nearestNeighborsIndex.ClearField("floatSamples")
    spec.kNearestNeighborsClassifier.ClearField("stringClassLabels")


BYTES: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "zeros": lambda: bytes(1000),
    "another kind of file": lambda: b"PK\3\4" + bytes(range(256)) * 8,
    "text": lambda: b'{"model": "neuralNetwork"}' * 20,
    "too long": lambda: bytes(wire.MOST_BYTES + 1),
    "a length beyond the end": lambda: varint(2 << 3 | 2) + varint(2**40),
    "a number without an end": lambda: b"\x08" + b"\xff" * 100,
    "a number of eleven bytes": lambda: b"\x08" + b"\x80" * 10 + b"\1",
    "a group": lambda: b"\x0b\x0c",
    "cut off": lambda: DATA["classifier"][:-3],
    "nested deeply": lambda: nested(30),  # the runtime would take it
    "nested very deeply": lambda: nested(2000),
    "a text that is not UTF-8": lambda: field(2, field(11, b"\xff\xfe")),
    "millions of empty layers": lambda: field(500, field(1, b"") * (600_000)),
    "millions of whole numbers": lambda: field(404, field(101, field(1, bytes(600_000)))),
    "millions of unknown fields": lambda: b"\xf8\xff\x1f\x07" * (600_000),
}
VALUES: dict[str, Callable[[], bytes]] = {
    "pipelines in pipelines": lambda: nested(8),
    "a kernel without end": lambda: huge(sized),
    "padding without end": lambda: huge(padded),
    "groups without end": lambda: huge(grouped),
    "a shape without end": lambda: huge(reshaped),
    "an input without end": lambda: huge(wide, regressor),
    "samples without end": lambda: huge(dimensioned, neighbors),
    "layers without end": lambda: huge(layered),
    "weights of one bit": lambda: bits(9 << 24),
    "a model of NaN": lambda: huge(lambda spec: spec.neuralNetwork.layers[0].convolution.weights.floatValue.__setitem__(
        slice(None), [math.nan] * 18)),
}  # fmt: skip


def memory(refuse: Callable[[], object]) -> int:
    """Bytes that a refusal takes at most."""
    tracemalloc.start()
    try:
        refuse()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.no_cover  # other tests cover the same lines, and these go through some of them half a million times
@pytest.mark.parametrize("name", BYTES)
def test_bytes_that_are_no_model_are_refused_before_they_cost_anything(name: str) -> None:
    data = BYTES[name]()

    def refuse() -> None:
        with refused(FormatError, "coreml-bytes", "expected", "got"):
            compile_model(data)

    assert memory(refuse) < 2_000_000


@pytest.mark.parametrize("name", VALUES)
def test_values_without_end_are_refused_before_they_cost_anything(name: str) -> None:
    data = VALUES[name]()
    assert not used(data)
    assert memory(lambda: used(data)) < 3 * len(data) + 20_000_000


def test_what_are_no_bytes_is_refused() -> None:
    with refused(FormatError, "coreml-bytes", "expected the bytes of a .mlmodel file, got str"):
        compile_model("model.mlmodel")  # type: ignore[arg-type]


def test_a_long_list_of_problems_is_cut_off() -> None:
    spec = extractor()
    for number in range(1500):
        spec.neuralNetwork.layers.add(name=str(number), input=["c"], output=[str(number)]).argSort.SetInParent()
    with refused(FormatError, "coreml-unsupported", "'999' (argSort)", "and 500 more") as caught:
        compile_model(wire.write(spec))
    assert "'1000' (argSort)" not in str(caught.value)


def test_a_long_name_is_cut_off() -> None:
    spec = extractor()
    spec.neuralNetwork.layers.add(name="n" * 100_000, input=["c"], output=["d"]).argSort.SetInParent()
    with refused(FormatError, "coreml-unsupported", "nnn…'") as caught:
        compile_model(wire.write(spec))
    assert len(str(caught.value)) < 1000


def test_what_is_tried_are_models() -> None:
    assert all(isinstance(compile_model(data), CompiledModel) for data in DATA.values())
