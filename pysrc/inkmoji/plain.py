"""What a host hands over and is handed: plain dictionaries, buffers and numbers, every value checked before use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, TypedDict

import numpy as np
from numpy.typing import NDArray

from inkmoji.adoption import Origin, origin
from inkmoji.archive import CompiledModel
from inkmoji.errors import DrawingError, FeatureError, ParameterError
from inkmoji.examples import Example, Face
from inkmoji.features import Drawing, FeatureValue, Label, Picture, Strokes
from inkmoji.image import GRID
from inkmoji.model import Model
from inkmoji.parameters import ParameterKey, as_mapping
from inkmoji.png import check_face_image
from inkmoji.prediction import Prediction
from inkmoji.progress import ModelConfiguration, ProgressEvent
from inkmoji.review import Review
from inkmoji.separation import projection, separation
from inkmoji.transfer import Part, drawn

Plain = Mapping[str, Any]
"""A plain dictionary from the host; every value is checked before it is used."""
SPAN = 65535
"""Shown strokes lie in a square of this side."""


class StickerSummary(TypedDict):
    """A label: its face (the image a PNG, or None), when it was created (ms since 1970), how many examples it has."""

    label: str
    text: str
    name: str
    image: bytes | None
    created: int
    examples: int


class Summary(TypedDict):
    """The live model: its stickers in the order they were taught, its size as a file in bytes, its origin."""

    stickers: list[StickerSummary]
    bytes: int
    origin: Origin


class Preview(TypedDict):
    """What a file would bring: stickers and drawings; its size; when its newest sticker was created, 0: not known."""

    stickers: list[StickerSummary]
    examples: int
    bytes: int
    created: int


class Candidate(TypedDict):
    """A label and its share of the vote, 0 to 1."""

    label: str
    confidence: float


class Answer(TypedDict):
    """A prediction: the label, None where the drawing is not recognised, and all candidates, best first."""

    label: str | None
    confidence: float
    candidates: list[Candidate]


class Progress(TypedDict):
    """How far an update is: steps done and in all."""

    event: str
    done: int
    total: int


class ShownStrokes(TypedDict):
    """float32 x, y, x, y, ... of 0 to ``SPAN``, and int32 how many points belong to each stroke."""

    points: NDArray[np.float32]
    lengths: NDArray[np.int32]


class ShownPicture(TypedDict):
    """uint8 RGBA, row by row: black ink on see-through paper."""

    pixels: NDArray[np.uint8]
    width: int
    height: int


class GreyPicture(TypedDict):
    """uint8, a byte for each pixel, row by row: 255 is ink."""

    pixels: NDArray[np.uint8]
    width: int
    height: int


class Reviewed(TypedDict):
    """What was found of drawings that are to be taught, in their order; see ``review.Review``."""

    pictures: list[GreyPicture]
    alike: list[list[int]]
    odd: list[int]
    claims: list[Candidate | None]


class Distinctness(TypedDict):
    """``separation.Separation`` of a sticker; ``nearest`` is a label."""

    margin: float | None
    recognized: float | None
    nearest: str | None


class Spot(TypedDict):
    """``separation.Position`` of a sticker."""

    label: str
    x: float
    y: float
    spread: float


class Shown(TypedDict):
    """An example as it was taught, in the form in which a drawing is handed over."""

    id: str
    drawing: ShownStrokes | ShownPicture


def fields(item: Plain, *names: str) -> list[Any]:
    """The values of these names in a dictionary of the host's."""
    if not isinstance(item, Mapping) or not all(name in item for name in names):
        got = sorted(map(str, item)) if isinstance(item, Mapping) else type(item).__name__
        raise FeatureError("feature-missing", f"expected a dictionary with {', '.join(names)}; got {got}")
    return [item[name] for name in names]


def look(face: Plain) -> tuple[str, Face]:
    """The label and the face of ``{"label", "text", "name", "created", "image"}``; None is no image."""
    label, text, name, created, image = fields(face, "label", "text", "name", "created", "image")
    made = Face(text, name, created, b"" if image is None else _bytes(image))
    if made.image:
        check_face_image(made.image)
    return FeatureValue.string(label).text, made


def part(plain: Plain) -> Part:
    """The part that ``{"label"}`` or ``{"example"}`` names."""
    for kind in ("label", "example"):
        if isinstance(plain, Mapping) and set(plain) == {kind}:
            return Part(kind, FeatureValue.string(plain[kind]).text)
    got = sorted(map(str, plain)) if isinstance(plain, Mapping) else type(plain).__name__
    raise FeatureError("feature-missing", f"expected a dictionary with either label or example; got {got}")


def flag(name: str, value: Any) -> bool:
    """A host's true or false, and nothing that counts as such."""
    if not isinstance(value, bool):
        raise FeatureError("feature-type", f"expected {name} as a bool, got {type(value).__name__}")
    return value


def configuration(values: Plain | None, model: Model) -> ModelConfiguration:
    """The parameters of ``{"miniBatchSize": 4}``, of those that the model's description lists; None: the model's own.

    Raises:
        ParameterError: ``parameter-value`` for what is no dictionary, ``parameter-unknown`` with the names that are.
    """
    known: dict[Any, ParameterKey] = {}
    for key in model.parameters:
        first, *rest = key.name.split("-")
        known["".join((first, *map(str.capitalize, rest)))] = key
    given: Mapping[Any, Any] = as_mapping({} if values is None else values)  # type: ignore[arg-type]
    for name in given:
        if name not in known:
            names = ", ".join(sorted(known)) or "none"
            raise ParameterError("parameter-unknown", f"the model allows these parameters: {names}; got {name!r}")
    return ModelConfiguration({known[name]: value for name, value in given.items() if value is not None})


def answer(prediction: Prediction) -> Answer:
    """A prediction for the host."""
    candidates: list[Candidate] = [
        {"label": str(label), "confidence": share} for label, share in prediction.probabilities.items()
    ]
    label = str(prediction.label) if prediction.recognized else None
    confidence = 0.0 if label is None else prediction.probabilities[label]
    return {"label": label, "confidence": confidence, "candidates": candidates}


def reviewed(review: Review) -> Reviewed:
    """A review for the host; of a picture with channels, which are all equal, the first."""
    greys = [picture if picture.ndim == 2 else picture[:, :, 0] for picture in review.pictures]
    pictures: list[GreyPicture] = [
        {"pixels": grey.flatten(), "width": grey.shape[1], "height": grey.shape[0]} for grey in greys
    ]
    claims: list[Candidate | None] = [
        None if claim is None else {"label": str(claim[0]), "confidence": claim[1]} for claim in review.claims
    ]
    return {
        "pictures": pictures,
        "alike": [list(pair) for pair in review.alike],
        "odd": list(review.odd),
        "claims": claims,
    }


def event_name(event: ProgressEvent | None) -> str:
    """What a step was, in the host's words."""
    return "verifying" if event is None else str(event.name).lower().replace("_", "-")


def stickers(model: Model, labels: Mapping[Label, int]) -> list[StickerSummary]:
    """The faces of labels, each given with its number of examples; one without a face shows itself."""
    looks = {label: model.faces.get(label, Face(str(label)[:64])) for label in labels}
    return [
        {
            "label": str(label),
            "text": face.text,
            "name": face.name,
            "image": face.image or None,
            "created": face.created,
            "examples": labels[label],
        }
        for label, face in looks.items()
    ]


def summary(model: Model, size: int) -> Summary:
    """All that a model can answer."""
    counts = Counter(example.label for example in model.examples)
    known = stickers(model, {label: counts[label] for label in model.labels})
    return {"stickers": known, "bytes": size, "origin": origin(model)}


def preview(compiled: CompiledModel) -> Preview:
    """What a file would bring."""
    model = compiled.model()
    counts = Counter(example.label for example in drawn(model))
    known = stickers(model, counts)
    newest = max((sticker["created"] for sticker in known), default=0)
    return {"stickers": known, "examples": counts.total(), "bytes": len(compiled.data), "created": newest}


def distinctness(model: Model, label: str) -> Distinctness:
    """How well a sticker is told apart."""
    found = separation(model, FeatureValue.string(label).text)
    nearest = None if found.nearest is None else str(found.nearest)
    return {"margin": found.margin, "recognized": found.recognized, "nearest": nearest}


def spots(model: Model) -> list[Spot]:
    """The stickers that were taught on a plane."""
    return [{"label": str(one.label), "x": one.x, "y": one.y, "spread": one.spread} for one in projection(model)]


def shown(example: Example) -> Shown | None:
    """An example with arrays of its own; None where it has no drawing."""
    drawing = example.drawing
    if isinstance(drawing, Strokes):
        points = (drawing.points * (SPAN / GRID)).astype(np.float32).ravel()
        return {"id": example.id, "drawing": {"points": points, "lengths": drawing.lengths.astype(np.int32)}}
    if isinstance(drawing, Picture):
        height, width = drawing.pixels.shape
        rgba = np.zeros((height, width, 4), np.uint8)
        rgba[:, :, 3] = drawing.pixels
        return {"id": example.id, "drawing": {"pixels": rgba.ravel(), "width": width, "height": height}}
    return None


def drawing(plain: Plain) -> Drawing:
    """Strokes of ``{"points", "lengths"}``, or a picture of ``{"pixels", "width", "height"}``."""
    if not isinstance(plain, Mapping):
        raise DrawingError("drawing-malformed", f"expected a dictionary, got {type(plain).__name__}")
    if "points" in plain and "lengths" in plain:
        points = _buffer(plain["points"], np.float32)
        if points.size % 2:
            raise DrawingError("drawing-malformed", f"expected x and y for every point, got {points.size} numbers")
        return Strokes(points.astype(np.float64).reshape(-1, 2), _buffer(plain["lengths"], np.int32).astype(np.intp))
    if "pixels" in plain and "width" in plain and "height" in plain:
        pixels, width, height = _buffer(plain["pixels"], np.uint8), plain["width"], plain["height"]
        whole = isinstance(width, int) and isinstance(height, int) and width >= 0 and height >= 0
        if not whole or pixels.size != 4 * width * height:
            raise DrawingError(
                "drawing-malformed", f"expected 4 bytes for each of {width} x {height} pixels, got {pixels.size} bytes"
            )
        return Picture(pixels.reshape(height, width, 4))
    raise DrawingError(
        "drawing-malformed", f"expected points and lengths, or pixels, width and height; got {sorted(plain)}"
    )


def _bytes(value: Any) -> bytes:
    """The host's bytes, as bytes of our own."""
    try:
        view = memoryview(value)
    except TypeError:
        raise FeatureError("feature-type", f"expected an image as bytes, got {type(value).__name__}") from None
    return view.tobytes()


def _buffer(value: Any, dtype: type[np.generic]) -> Any:
    """The host's typed array as a flat array, without a copy; its type must be the agreed one."""
    array = np.asarray(value)
    if array.dtype != dtype or array.ndim != 1:
        raise DrawingError(
            "drawing-malformed", f"expected a flat array of {np.dtype(dtype)}, got {array.dtype} of shape {array.shape}"
        )
    return array
