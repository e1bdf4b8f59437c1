"""What a host calls: plain dictionaries, bytes and numbers in and out.

The browser's worker is one such host (``protocol.d.ts`` is its view of this module). A session holds the live
model and at most one running update with its candidate. Every ``begin_...`` prepares an update that ``step`` runs,
every ``offer...`` makes a candidate at once; a candidate is the live model only once it was adopted, and whatever
fails, the live model is as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from inkmoji import adoption, plain, transfer
from inkmoji.archive import CompiledModel
from inkmoji.errors import InkmojiError, UpdateError
from inkmoji.examples import Face
from inkmoji.features import ArrayBatch, FeatureValue, Label
from inkmoji.model import Model
from inkmoji.plain import Answer, Distinctness, Plain, Preview, Progress, Reviewed, Shown, Spot, Summary
from inkmoji.progress import ModelConfiguration
from inkmoji.prototypes import with_prototypes
from inkmoji.review import review
from inkmoji.transfer import Lesson
from inkmoji.update import UpdateContext, UpdateSteps, UpdateTask

Archive = bytes | bytearray | memoryview


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
    """The live model of one host and the update it may be running.

    Every method that makes a candidate raises UpdateError ``update-state`` while an update runs or a candidate waits,
    and every method that needs the live model before one was loaded.
    """

    def __init__(self) -> None:
        self._live: tuple[CompiledModel, Model] | None = None
        self._lesson: Lesson | None = None
        self._task: UpdateTask | None = None
        self._steps: UpdateSteps | None = None
        self._candidate: CompiledModel | None = None
        self._done = 0

    def load(self, archive: Archive) -> Summary:
        """Makes a compiled model file the live model.

        Raises:
            ArchiveError: as ``transfer.opened``; the live model stays as it was.
        """
        return self._go_live(transfer.opened(archive))

    def predict(self, drawing: Plain) -> Answer:
        """The label of a drawing.

        Args:
            drawing: ``{"points": float32 x, y, x, y, ..., "lengths": int32}`` or
                ``{"pixels": uint8 RGBA, "width", "height"}``; the values are buffers.
        """
        model = self._loaded_model()
        return plain.answer(model.predict(transfer.sample(model, plain.drawing(drawing))))

    def review(self, drawings: Sequence[Plain], label: str | None) -> Reviewed:
        """What can be said of drawings before they are taught: what the model sees of each, and ``review.Review``.

        Args:
            drawings: as for ``predict``, in any number.
            label: that they are to be taught under; None for a new one.
        """
        own = None if label is None else FeatureValue.string(label).text
        model = self._loaded_model()
        return plain.reviewed(review(model, [transfer.sample(model, plain.drawing(one)) for one in drawings], own))

    def begin_update(self, examples: Sequence[Plain], faces: Sequence[Plain], parameters: Plain | None = None) -> None:
        """Prepares an update; ``step`` runs it.

        Args:
            examples: ``{"label", "drawing"}`` each, at least one.
            faces: ``{"label", "text", "name", "created", "image"}`` of labels that are taught or known, in place
                of those that they have; the image a still PNG of at most 64 KiB and 256 pixels a side, or None.
            parameters: of this update, ``{"numberOfNeighbors"}`` for instance; None: the model's own.

        Raises:
            ParameterError: for a parameter that the model does not know or allow.
        """
        self._check_idle()
        live, model = self._loaded()
        given = (plain.fields(item, "drawing", "label") for item in examples)
        configuration = plain.configuration(parameters, model)
        batch = ArrayBatch([transfer.sample(model, plain.drawing(drawing), label) for drawing, label in given])
        looks: dict[Label, Face] = dict(map(plain.look, faces))
        self._teach(Lesson(live, batch, looks), configuration)

    def begin_import(self, archive: Archive, replace: bool) -> None:
        """Prepares an update that learns what another file was taught; ``step`` runs it.

        Only labels, faces and drawings are taken from the file, and every drawing is embedded anew, so it may be of
        another base model. Ready-made labels and examples without a drawing are left out. Equal labels unite, labels
        whose faces have the same text and image too; see ``transfer.merging``. Faces that are here stay, and equal
        drawings of a sticker are kept once.

        Args:
            archive: a compiled model file.
            replace: whether all that was taught here goes; ready-made labels stay.

        Raises:
            ArchiveError: as ``load``.
            UpdateError: ``update-nothing`` for a file with nothing to learn.
        """
        self._check_idle()
        (live, _), replacing = self._loaded(), plain.flag("replace", replace)
        self._teach(transfer.merging(live, transfer.opened(archive).model(), replacing))

    def begin_renewal(self, archive: Archive, base: Archive, pack: Archive | None) -> None:
        """Prepares an update that teaches a newer base model all that a stored one was taught; ``step`` runs it.

        Labels, faces, ids and the order stay. Examples without a drawing cannot be renewed and are left out. With
        none that can be, the candidate is there at once.

        Args:
            archive: the stored model's file.
            base: the base model's file.
            pack: of ready-made labels, for that base; used where the stored model had any.

        Raises:
            ArchiveError: as ``load``.
            HeadError: ``head-value`` for a pack made for another base model.
        """
        self._check_idle()
        ready = None if pack is None else CompiledModel(pack).model()
        lesson = transfer.renewing(transfer.opened(archive).model(), transfer.opened(base), ready)
        if len(lesson.batch):
            self._teach(lesson)
        else:
            self._candidate = lesson.finished(lesson.start)

    def offer(self, archive: Archive) -> None:
        """Makes a candidate of a compiled model file: an older generation, for instance.

        Raises:
            ArchiveError: as ``load``.
        """
        self._check_idle()
        self._candidate = transfer.opened(archive)

    def offer_coreml(self, source: Archive) -> None:
        """Makes a candidate of a Core ML model file: a model of its own, which nothing here has taught.

        Raises:
            FormatError: as ``adoption.adopted``.
        """
        self._check_idle()
        self._candidate = transfer.opened(adoption.adopted(bytes(source)).data)

    def offer_starter(self, pack: Archive | None) -> None:
        """Makes a candidate with a starter pack's ready-made labels in place of those there are; None: with none.

        Raises:
            ArchiveError: as ``archive.loads``.
            HeadError: ``head-value`` for a pack made for another base model.
        """
        self._check_idle()
        ready = None if pack is None else CompiledModel(pack).model()
        self._candidate = CompiledModel.of(with_prototypes(self._loaded_model(), ready))

    def offer_face(self, face: Plain) -> None:
        """Makes a candidate with another face for a known label; when it was created stays.

        Args:
            face: as for ``begin_update``.

        Raises:
            FeatureError: for a face that is none.
            HeadError: ``head-value`` for an unknown label.
        """
        self._check_idle()
        self._candidate = CompiledModel.of(transfer.with_face(self._loaded_model(), *plain.look(face)))

    def offer_without(self, part: Plain) -> None:
        """Makes a candidate without a sticker, ready-made or taught, or without an example.

        Args:
            part: ``{"label"}`` or ``{"example"}``; a sticker's last example takes it with it, unless ready-made
                entries are left.

        Raises:
            FeatureError: for another part.
            HeadError: ``head-value`` for what is not there.
        """
        self._check_idle()
        self._candidate = CompiledModel.of(transfer.without(self._loaded_model(), plain.part(part)))

    def step(self) -> Progress | None:
        """One step of the update; None when it has ended with a candidate, or where one was there at once.

        Raises:
            InkmojiError: why it ended without; the update is gone, the live model as it was.
        """
        if self._task is None or self._steps is None:
            if self._candidate is None:
                raise UpdateError("update-state", "expected a running update, got none; begin one first")
            return None
        context = next(self._steps, None)
        if context is None:
            self._end()
            return None
        self._done += 1
        return {"event": plain.event_name(context.event), "done": self._done, "total": self._task.total_steps}

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
        self._lesson = self._task = self._steps = self._candidate = None

    def archive(self) -> bytes:
        """The live model as a compiled model file."""
        return self._loaded()[0].data

    def examples(self, label: str) -> list[Shown]:
        """What was taught under a label, in order; examples without a drawing are left out."""
        wanted = FeatureValue.string(label).text
        found = (plain.shown(example) for example in self._loaded_model().examples if example.label == wanted)
        return [example for example in found if example is not None]

    def separation(self, label: str) -> Distinctness:
        """How well a sticker is told apart from the others; see ``separation.separation``.

        Raises:
            HeadError: ``head-value`` for one without examples.
        """
        return plain.distinctness(self._loaded_model(), label)

    def projection(self) -> list[Spot]:
        """The stickers that were taught on a plane; see ``separation.projection``."""
        return plain.spots(self._loaded_model())

    def inspect(self, archive: Archive) -> Preview:
        """What a file would bring to ``begin_import``.

        Raises:
            ArchiveError: as ``load``.
        """
        return plain.preview(transfer.opened(archive))

    def inspect_coreml(self, source: Archive) -> adoption.Described:
        """What a Core ML model file is; see ``adoption.described``."""
        return adoption.described(bytes(source))

    def export_coreml(self) -> adoption.Exported:
        """The live model as a Core ML model file; see ``adoption.exported``."""
        return adoption.exported(self._loaded()[0])

    def holds(self, archive: Archive, part: Plain) -> bool:
        """Whether a file holds a sticker, if only its face, or an example.

        Args:
            archive: a compiled model file.
            part: ``{"label"}`` or ``{"example"}``.

        Raises:
            ArchiveError: as ``load``.
            FeatureError: for another part.
        """
        wanted = plain.part(part)
        return transfer.holds(transfer.opened(archive).model(), wanted)

    def is_based_on(self, archive: Archive) -> bool:
        """Whether the live model has the description, the network and the head's settings of a base model's file.

        A model of Core ML's is its own base: no other takes its place. See ``transfer.same_base``.

        Raises:
            ArchiveError: as ``load``.
        """
        model = self._loaded_model()
        return adoption.origin(model) == "coreml" or transfer.same_base(model, transfer.opened(archive).model())

    def _teach(self, lesson: Lesson, configuration: ModelConfiguration | None = None) -> None:
        """Begins the update of a lesson."""
        task = UpdateTask(lesson.start, lesson.batch, configuration, self._completed, lesson.faces)
        self._lesson, self._task, self._steps, self._done = lesson, task, task.steps(), 0

    def _completed(self, context: UpdateContext) -> None:
        self._candidate = context.candidate

    def _end(self) -> None:
        """Turns what the ended update has taught into the candidate."""
        task, lesson, taught = self._task, self._lesson, self._candidate
        self.discard()
        if task is not None and task.error is not None:
            raise _as_own(task.error)
        if lesson is not None and taught is not None:
            self._candidate = lesson.finished(taught)

    def _check_idle(self) -> None:
        if self._task is not None:
            raise UpdateError("update-state", "expected no update to be running, got a second one; wait for the first")
        if self._candidate is not None:
            raise UpdateError("update-state", "expected no candidate to be waiting, got one; adopt or discard it first")

    def _loaded(self) -> tuple[CompiledModel, Model]:
        if self._live is None:
            raise UpdateError("update-state", "expected a model to be loaded, got none; load one first")
        return self._live

    def _loaded_model(self) -> Model:
        return self._loaded()[1]

    def _go_live(self, compiled: CompiledModel) -> Summary:
        model = compiled.model()
        self._live = compiled, model
        return plain.summary(model, len(compiled.data))


def _as_own(error: Exception) -> InkmojiError:
    if isinstance(error, InkmojiError):
        return error
    return UpdateError("update-failed", f"the update failed: {error!r}; the model is as it was")
