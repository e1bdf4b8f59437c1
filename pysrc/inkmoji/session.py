"""What a host calls: plain dictionaries, bytes and numbers in and out.

The browser's worker is one such host (``protocol.d.ts`` is its view of this module). A session holds the live
model and at most one running update with its candidate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

import numpy as np

from inkmoji.archive import CompiledModel
from inkmoji.entries import Entries
from inkmoji.errors import ArchiveError, DrawingError, FeatureError, InkmojiError, UpdateError
from inkmoji.examples import Face
from inkmoji.features import ArrayBatch, DictFeatureProvider, Drawing, FeatureValue, Label, Picture, Strokes
from inkmoji.model import Model
from inkmoji.prototypes import with_prototypes
from inkmoji.update import UpdateContext, UpdateSteps, UpdateTask

Plain = Mapping[str, Any]
"""A plain dictionary from the host; every value is checked before it is used."""


class StickerSummary(TypedDict):
    """A taught label: its face, when it was created (ms since 1970) and how many examples it has."""

    label: str
    text: str
    name: str
    created: int
    examples: int


class Summary(TypedDict):
    """The live model: its stickers in the order they were taught, and its size as a file in bytes."""

    stickers: list[StickerSummary]
    bytes: int


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


def call(session: Session, method: str, *arguments: Any) -> dict[str, Any]:
    """Calls a method of the session; an error of this library becomes data.

    Returns:
        ``{"value": ...}`` or ``{"error": {"code": ..., "message": ...}}``.
    """
    try:
        return {"value": getattr(session, method)(*arguments)}
    except InkmojiError as error:
        return {"error": {"code": error.code, "message": str(error)}}


class Session:
    """The live model of one host and the update it may be running."""

    def __init__(self) -> None:
        self._live: CompiledModel | None = None
        self._model: Model | None = None
        self._task: UpdateTask | None = None
        self._steps: UpdateSteps | None = None
        self._candidate: CompiledModel | None = None
        self._done = 0

    def load(self, archive: bytes | bytearray | memoryview) -> Summary:
        """Makes a compiled model file the live model.

        Raises:
            ArchiveError: as ``archive.loads``, and ``archive-content`` for a model that does not keep drawings
                under text labels; the live model stays as it was.
        """
        compiled = CompiledModel(archive)
        model = compiled.model()
        head = model.head
        if not isinstance(head, Entries) or not isinstance(head.default_label, str) or not model.input.image:
            raise ArchiveError(
                "archive-content",
                "expected a model that keeps drawings under text labels, as the page uses, got another",
            )
        return self._go_live(compiled)

    def predict(self, drawing: Plain) -> Answer:
        """The label of a drawing.

        Args:
            drawing: ``{"points": float32 x, y, x, y, ..., "lengths": int32}`` or
                ``{"pixels": uint8 RGBA, "width", "height"}``; the values are buffers.
        """
        prediction = self._loaded_model().predict(_features(drawing))
        candidates: list[Candidate] = [
            {"label": str(label), "confidence": share} for label, share in prediction.probabilities.items()
        ]
        label = str(prediction.label) if prediction.recognized else None
        confidence = 0.0 if label is None else prediction.probabilities[label]
        return {"label": label, "confidence": confidence, "candidates": candidates}

    def begin_update(self, examples: Sequence[Plain], faces: Sequence[Plain]) -> None:
        """Prepares an update; ``step`` runs it.

        Args:
            examples: ``{"label", "drawing"}`` each.
            faces: ``{"label", "text", "name", "created"}`` of new labels.
        """
        self._check_idle()
        batch = ArrayBatch([_features(*_fields(item, "drawing", "label")) for item in examples])
        looks: dict[Label, Face] = dict(map(_look, faces))
        self._task = UpdateTask(self._live_model(), batch, handlers=self._completed, faces=looks)
        self._steps = self._task.steps()
        self._done = 0

    def offer_starter(self, pack: bytes | bytearray | memoryview | None) -> None:
        """Makes a candidate with a starter pack's ready-made labels in place of those there are; None: with none.

        Raises:
            ArchiveError: as ``archive.loads``.
            HeadError: ``head-value`` for a pack made for another base model.
            UpdateError: ``update-state`` while an update runs or a candidate waits.
        """
        self._check_idle()
        ready = None if pack is None else CompiledModel(pack).model()
        self._candidate = CompiledModel.of(with_prototypes(self._loaded_model(), ready))

    def step(self) -> Progress | None:
        """One step of the update; None when it has ended with a candidate.

        Raises:
            InkmojiError: why it ended without; the update is gone, the live model as it was.
        """
        if self._task is None or self._steps is None:
            raise UpdateError("update-state", "expected a running update, got none; begin one first")
        context = next(self._steps, None)
        if context is None:
            task, self._task, self._steps = self._task, None, None
            if task.error is not None:
                raise _as_own(task.error)
            return None
        self._done += 1
        event = "verifying" if context.event is None else str(context.event.name).lower().replace("_", "-")
        return {"event": event, "done": self._done, "total": self._task.total_steps}

    def cancel(self) -> None:
        """Cancels a running update; ``step`` then raises ``update-cancelled``."""
        if self._task is not None:
            self._task.cancel()

    def candidate(self) -> bytes:
        """The candidate as a compiled model file."""
        if self._candidate is None:
            raise UpdateError("update-state", "expected an update that has completed, got none")
        return self._candidate.data

    def adopt(self) -> Summary:
        """Makes the candidate the live model: to be called once it is stored."""
        if self._candidate is None:
            raise UpdateError("update-state", "expected a candidate to adopt, got none")
        candidate, self._candidate = self._candidate, None
        return self._go_live(candidate)

    def discard(self) -> None:
        """Drops a running update and a candidate."""
        if self._steps is not None:
            self._steps.close()
        self._task = self._steps = self._candidate = None

    def _check_idle(self) -> None:
        if self._task is not None:
            raise UpdateError("update-state", "expected no update to be running, got a second one; wait for the first")
        if self._candidate is not None:
            raise UpdateError("update-state", "expected no candidate to be waiting, got one; adopt or discard it first")

    def _completed(self, context: UpdateContext) -> None:
        self._candidate = context.candidate

    def _live_model(self) -> CompiledModel:
        if self._live is None:
            raise UpdateError("update-state", "expected a model to be loaded, got none; load one first")
        return self._live

    def _loaded_model(self) -> Model:
        if self._model is None:
            raise UpdateError("update-state", "expected a model to be loaded, got none; load one first")
        return self._model

    def _go_live(self, compiled: CompiledModel) -> Summary:
        self._live, self._model = compiled, compiled.model()
        examples = Counter(example.label for example in self._model.examples)
        faces = self._model.faces
        stickers: list[StickerSummary] = []
        for label in map(str, self._model.labels):
            face = faces.get(label, Face(label[:64]))
            stickers.append(
                {
                    "label": label,
                    "text": face.text,
                    "name": face.name,
                    "created": face.created,
                    "examples": examples[label],
                }
            )
        return {"stickers": stickers, "bytes": len(compiled.data)}


def _as_own(error: Exception) -> InkmojiError:
    if isinstance(error, InkmojiError):
        return error
    return UpdateError("update-failed", f"the update failed: {error!r}; the model is as it was")


def _fields(item: Plain, *names: str) -> list[Any]:
    """The values of these names in a dictionary of the host's."""
    if not isinstance(item, Mapping) or not all(name in item for name in names):
        got = sorted(map(str, item)) if isinstance(item, Mapping) else type(item).__name__
        raise FeatureError("feature-missing", f"expected a dictionary with {', '.join(names)}; got {got}")
    return [item[name] for name in names]


def _look(face: Plain) -> tuple[str, Face]:
    label, *look = _fields(face, "label", "text", "name", "created")
    return FeatureValue.string(label).text, Face(*look)


def _features(drawing: Plain, label: str | None = None) -> DictFeatureProvider:
    features = {"drawing": FeatureValue.image(_drawing(drawing))}
    if label is not None:
        features["label"] = FeatureValue.string(label)
    return DictFeatureProvider(features)


def _drawing(plain: Plain) -> Drawing:
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


def _buffer(value: Any, dtype: type[np.generic]) -> Any:
    """The host's typed array as a flat array, without a copy; its type must be the agreed one."""
    array = np.asarray(value)
    if array.dtype != dtype or array.ndim != 1:
        raise DrawingError(
            "drawing-malformed", f"expected a flat array of {np.dtype(dtype)}, got {array.dtype} of shape {array.shape}"
        )
    return array
