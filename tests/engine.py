"""Small networks, models, drawings and archives that the engine's tests share."""

from __future__ import annotations

import hashlib
import io
import json
import math
import struct
from collections.abc import Iterator
from contextlib import contextmanager
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
    ImageConstraint,
    InkmojiError,
    Layer,
    Model,
    ModelDescription,
    NearestNeighbors,
    Network,
    ParameterDescription,
    ParameterKey,
    Picture,
    Strokes,
    UpdateTask,
)
from inkmoji.features import Drawing, is_unicode
from inkmoji.layers import KINDS
from inkmoji.session import Session
from numpy.typing import NDArray
from PIL import Image

PREFIX = struct.Struct("<8sII")
DIGEST = 32
PNG = b"\x89PNG\r\n\x1a\n"


@contextmanager
def refused(
    kind: type[InkmojiError] | tuple[type[InkmojiError], ...], code: str, *words: str
) -> Iterator[pytest.ExceptionInfo[InkmojiError]]:
    """Expects an error of a kind, with a code and words of the message."""
    with pytest.raises(kind) as caught:
        yield caught
    assert caught.value.code == code, str(caught.value)
    for word in words:
        assert word in str(caught.value)


# Drawings


def line(*points: tuple[float, float]) -> Strokes:
    """One stroke through the points."""
    return Strokes.of([points])


def scribble(seed: int, strokes: int = 2, points: int = 6) -> Strokes:
    """Random strokes in a field of 100 × 100."""
    generator = np.random.default_rng(seed)
    return Strokes.of(generator.uniform(0.0, 100.0, (strokes, points, 2)).tolist())


def blot(seed: int, side: int = 12) -> Picture:
    """A random picture in ink coverage with some ink at every edge."""
    pixels = np.random.default_rng(seed).integers(0, 256, (side, side), dtype=np.uint8)
    pixels[0, 0] = pixels[-1, -1] = 255
    return Picture(pixels)


def distances(strokes: Strokes, scale: float, shift: float, side: int, sharpness: int = 1) -> NDArray[np.float64]:
    """Distance from each pixel's centre to the nearest segment, one segment after the other, (side, side) float64.

    Args:
        scale, shift: points times scale plus shift are pixels.
        sharpness: so many samples a pixel, across and down.
    """
    places = (np.arange(side * sharpness) + 0.5) / sharpness
    x, y = places[None, :], places[:, None]
    nearest = np.full((side * sharpness, side * sharpness), np.inf)
    first = 0
    for length in strokes.lengths:
        points = strokes.points[first : first + length].astype(np.float64) * scale + shift
        for (ax, ay), (bx, by) in zip(points[:-1] if length > 1 else points, points[-(length - 1) :], strict=True):
            squared = (bx - ax) ** 2 + (by - ay) ** 2
            along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / squared if squared else 0.0 * (x + y)
            along = np.clip(along, 0.0, 1.0)
            away = np.hypot(x - (ax + along * (bx - ax)), y - (ay + along * (by - ay)))
            nearest = np.minimum(nearest, away)
        first += length
    return nearest


# Networks and models


def normal(seed: int, *shape: int) -> NDArray[np.float32]:
    """Normally distributed numbers, float32."""
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def run(item: Layer, *blobs: NDArray[np.float32]) -> NDArray[np.float32]:
    """The layer's output, of the shape it announces; its inputs stay as they were."""
    kind = KINDS[item.kind]
    before = [blob.copy() for blob in blobs]
    output = kind.forward(item, *blobs)
    assert output.shape == (len(blobs[0]), *kind.shape(item, *(blob.shape[1:] for blob in blobs)))
    assert output.dtype == np.float32
    assert all(np.array_equal(blob, copy) for blob, copy in zip(blobs, before, strict=True))
    return output


def layer(kind: str, settings: dict[str, Any] | None = None, **weights: NDArray[Any]) -> Layer:
    """A layer "l" from blob "x" to blob "y"."""
    return Layer("l", kind, ("x",), "y", settings or {}, weights)


def tiny_network(seed: int = 0, side: int = 8, channels: int = 1, dimension: int = 4) -> Network:
    """A convolution, batch norm, ReLU, pooling, inner product and L2 norm with float16 weights."""
    generator = np.random.default_rng(seed)

    def normal(*shape: int) -> NDArray[np.float16]:
        return (generator.normal(0.0, 1.0, shape) / math.sqrt(math.prod(shape[1:]) or 1)).astype(np.float16)

    half, ones = side // 2, np.ones(2, np.float16)
    layers = [
        Layer("conv", "convolution", ("image",), "c", {"padding": "same", "stride": 1},
              {"weight": normal(2, channels, 3, 3), "bias": normal(2)}),
        Layer("norm", "batch_norm", ("c",), "b", {"epsilon": 1e-5},
              {"gamma": ones, "beta": normal(2), "mean": normal(2), "variance": ones}),
        Layer("relu", "relu", ("b",), "r"),
        Layer("pool", "max_pool", ("r",), "p", {"size": 2, "stride": 2}),
        Layer("flat", "flatten", ("p",), "f"),
        Layer("product", "inner_product", ("f",), "e", {},
              {"weight": normal(dimension, 2 * half * half), "bias": normal(dimension)}),
        Layer("unit", "l2_normalize", ("e",), "embedding"),
    ]  # fmt: skip
    return Network(layers, "image", (channels, side, side), "embedding")


def least_network() -> Network:
    """Eight by eight pixels to two numbers, the smallest network there is."""
    weight = np.linspace(-1.0, 1.0, 128, dtype=np.float32).astype(np.float16).reshape(2, 64)
    layers = [
        Layer("flat", "flatten", ("image",), "f"),
        Layer("product", "inner_product", ("f",), "e", {}, {"weight": weight, "bias": np.ones(2, np.float16)}),
    ]
    return Network(layers, "image", (1, 8, 8), "e")


def description(side: int = 8, channels: int = 1, **changes: Any) -> ModelDescription:
    """Drawing in, label out, both to learn from."""
    drawing = FeatureDescription("drawing", FeatureType.IMAGE, ImageConstraint(side, side, channels))
    label = FeatureDescription("label", FeatureType.STRING)
    parts: dict[str, Any] = {
        "inputs": (drawing,),
        "outputs": (label,),
        "training_inputs": (drawing, label),
        "parameters": (
            ParameterDescription(ParameterKey.NUMBER_OF_NEIGHBORS, 3, 1, 50),
            ParameterDescription(ParameterKey.MINI_BATCH_SIZE, 1, 1, 256),
        ),
        "metadata": {"licence": "none"},
    }
    return ModelDescription(**parts | changes)


def tiny_model(seed: int = 0, side: int = 8, channels: int = 1, **head: Any) -> Model:
    """A model that knows nothing yet."""
    network = tiny_network(seed, side, channels)
    return Model(description(side, channels), network, NearestNeighbors(network.dimension, **head))


def provider(drawing: Drawing, label: str | None = None) -> DictFeatureProvider:
    """A drawing, and its label where it is to be learnt."""
    features = {"drawing": FeatureValue.image(drawing)}
    return DictFeatureProvider(features if label is None else features | {"label": FeatureValue.string(label)})


def batch(*examples: tuple[str, Drawing]) -> ArrayBatch:
    """Training examples."""
    return ArrayBatch([provider(drawing, label) for label, drawing in examples])


def taught(model: Model, *examples: tuple[str, Drawing], faces: dict[str, Face] | None = None) -> CompiledModel:
    """The model after an update with the examples."""
    ends: list[CompiledModel | None] = []
    task = UpdateTask(
        CompiledModel.of(model), batch(*examples), handlers=lambda end: ends.append(end.candidate), faces=faces
    )
    task.resume()
    assert task.error is None, task.error
    (candidate,) = ends
    assert candidate is not None
    return candidate


def rich_model() -> Model:
    """A least network taught with strokes and a picture, with faces: every part of an archive has content."""
    faces = {"cat": Face("🐱", "Katze", 1_700_000_000_000), "Zoë": Face("", "", 5, PNG + b"image")}
    least = Model(description(), least_network(), NearestNeighbors(2, threshold=1.5))
    examples = (("cat", scribble(1)), ("Zoë", blot(2, 4)), ("cat", line((0, 0))), ("Zoë", scribble(3, 1, 3)))
    return taught(least, *examples, faces=faces).model()


def png(width: int = 8, height: int = 8, color: str = "teal", **options: Any) -> bytes:
    """A picture of one colour; Pillow's other options for saving it."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), color).save(file, "PNG", **options)
    return file.getvalue()


def pictured_model() -> Model:
    """The rich model with an image that can be shown, as sessions insist on."""
    model = rich_model()
    model.set_face("Zoë", Face("", "", 5, png()))
    return model


# Sessions

Plain = dict[str, Any]


def drawn(drawing: Strokes) -> Plain:
    """Strokes as the host hands them over: two typed arrays as memory views."""
    points = memoryview(drawing.points.astype(np.float32).tobytes()).cast("f")
    return {"points": points, "lengths": memoryview(drawing.lengths.astype(np.int32).tobytes()).cast("i")}


def pixels(drawing: Picture) -> Plain:
    """A picture as black ink on see-through paper."""
    height, width = drawing.pixels.shape
    rgba = np.zeros((height, width, 4), np.uint8)
    rgba[:, :, 3] = drawing.pixels
    return {"pixels": memoryview(rgba.tobytes()), "width": width, "height": height}


def lesson(*labels: str) -> list[Plain]:
    """An example a label, each another scribble: those of the seeds 0, 1, 2 ..."""
    return [{"label": label, "drawing": drawn(scribble(seed))} for seed, label in enumerate(labels)]


def face(label: str, text: str = "x", name: str = "", created: int = 0, image: object = None) -> Plain:
    """A face as the page gives it."""
    return {"label": label, "text": text, "name": name, "created": created, "image": image}


def loaded(data: bytes) -> Session:
    """A session with a live model."""
    session = Session()
    session.load(data)
    return session


def run_update(session: Session) -> list[Any]:
    """All progress of the running update."""
    told = []
    while (progress := session.step()) is not None:
        told.append(progress)
    return told


# Archives


def parts(data: bytes) -> tuple[Any, bytes]:
    """The header, as JSON values, and the tensors of an archive."""
    length = PREFIX.unpack_from(data)[2]
    start = PREFIX.size + length
    return json.loads(data[PREFIX.size : start]), data[start:-DIGEST]


def header_bytes(header: Any) -> bytes:
    """JSON as the format wants it; escaped only where UTF-8 cannot hold it."""
    text = json.dumps(header, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return (text if is_unicode(text) else json.dumps(header, sort_keys=True, separators=(",", ":"))).encode()


def reseal(header: Any, body: bytes, version: int = 2) -> bytes:
    """An archive of any header, JSON values or bytes, and any body, with the right lengths and checksum."""
    encoded = header if isinstance(header, bytes) else header_bytes(header)
    data = PREFIX.pack(b"\x89INKMOJI", version, len(encoded)) + encoded + body
    return data + hashlib.sha256(data).digest()
