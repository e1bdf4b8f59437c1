"""From model to model: taking over what another file was taught, renewing it on another base, and taking parts out.

Nothing here changes a model that it is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from inkmoji.archive import CompiledModel, dumps
from inkmoji.entries import Entries
from inkmoji.errors import ArchiveError, DrawingError, FeatureError, HeadError, UpdateError
from inkmoji.examples import Example, Face
from inkmoji.features import ArrayBatch, DictFeatureProvider, Drawing, FeatureValue, Label, Strokes
from inkmoji.image import canonical
from inkmoji.model import Model
from inkmoji.neighbors import NearestNeighbors
from inkmoji.parameters import ParameterKey
from inkmoji.png import check_face_image
from inkmoji.prototypes import with_prototypes


class Part(NamedTuple):
    """Part of a model: a sticker by its label, or an example by its id."""

    kind: Literal["label", "example"]
    name: str


@dataclass(frozen=True, eq=False)
class Lesson:
    """What is taught to which model, and what is done to the result.

    Attributes:
        start: the model that an update starts from.
        batch: the training examples; may be empty.
        faces: of labels in the batch that have none in ``start``.
        ids: what the result's examples are to be called, in order; None: as the update calls them.
        pack: whose ready-made labels the result is given; None: it keeps those it has.
    """

    start: CompiledModel
    batch: ArrayBatch
    faces: dict[Label, Face]
    ids: tuple[str, ...] | None = None
    pack: Model | None = None

    def finished(self, taught: CompiledModel) -> CompiledModel:
        """The candidate, of the model that was taught the batch.

        Raises:
            ArchiveError: ``archive-too-large``.
        """
        given = model = taught.model()
        if self.ids is not None and self.ids != tuple(example.id for example in model.examples):
            model = _renamed(model, self.ids)
        if self.pack is not None:
            model = with_prototypes(model, self.pack)
        return taught if model is given else CompiledModel.of(model)


def opened(archive: bytes | bytearray | memoryview) -> CompiledModel:
    """A compiled model file as one that a session can work with.

    Raises:
        ArchiveError: as ``archive.loads``, and ``archive-content`` for a model that does not keep drawings under
            text labels, or a face whose image is not to be shown, see ``png.check_face_image``.
    """
    compiled = CompiledModel(archive)
    model = compiled.model()
    head = model.head
    if not isinstance(head, Entries) or not isinstance(head.default_label, str) or not model.input.image:
        raise ArchiveError(
            "archive-content",
            "expected a model that keeps drawings under text labels, as the page uses, got another",
        )
    try:
        for image in {face.image for face in model.faces.values() if face.image}:
            check_face_image(image)
    except FeatureError as error:
        raise ArchiveError("archive-content", str(error)) from error
    return compiled


def drawn(model: Model) -> Iterator[Example]:
    """The examples that can be taught again, in order, each drawing in canonical form.

    Left out are examples that have no drawing, and pictures without ink, which only a forged file holds.
    """
    for example in model.examples:
        if example.drawing is not None:
            try:
                yield replace(example, drawing=canonical(example.drawing))
            except DrawingError:
                continue


def merging(here: CompiledModel, there: Model, replacing: bool) -> Lesson:
    """The lesson that teaches a model what another one was taught: its drawings, and the faces of new labels.

    A label that is known here unites with it. So does one whose face has the text, and the image if any, of a label's
    known here: a taught one's if there is one, else a ready-made one's, which is taught then as by hand. Labels of
    ``there`` that look the same become one as well. Faces that are here stay; equal drawings under one label are
    taught once.

    Args:
        here: what learns.
        there: of any base model.
        replacing: whether everything taught here goes first; ready-made labels stay.

    Raises:
        UpdateError: ``update-nothing`` where there is no drawing, or none that is not here already.
    """
    start = CompiledModel.of(_untaught(here.model())) if replacing else here
    model, lessons = start.model(), list(drawn(there))
    homes, faces = _homes(model, there, dict.fromkeys(example.label for example in lessons))
    known = {(example.label, _content(example)) for example in drawn(model)}
    fresh: dict[tuple[Label, tuple[object, ...]], Example] = {}
    for example in lessons:
        key = (homes[example.label], _content(example))
        if key not in known:
            fresh.setdefault(key, replace(example, label=key[0]))
    if not fresh:
        raise UpdateError(
            "update-nothing",
            "expected a file with drawings that are not here yet, got one without; choose another file",
        )
    labels = {label for label, _ in fresh}
    return Lesson(
        start, _batch(model, fresh.values()), {label: face for label, face in faces.items() if label in labels}
    )


def renewing(old: Model, base: CompiledModel, pack: Model | None) -> Lesson:
    """The lesson that teaches a base model all that an older one was taught: same labels, ids, order and faces.

    Examples without a drawing cannot be embedded anew and are left out. Ready-made labels come from the pack, behind
    what was taught, if the old model had any.

    Raises:
        HeadError: ``head-value`` for a pack made for another base model.
    """
    start = _untaught(base.model())
    used = pack if "" in old.entries.owners else None
    if used is not None:
        with_prototypes(start, used)  # so that a wrong one is refused before everything is taught
    lessons = list(drawn(old))
    labels = {example.label for example in lessons}
    faces = {label: face for label, face in old.faces.items() if label in labels}
    ids = tuple(example.id for example in lessons)
    return Lesson(CompiledModel.of(start), _batch(start, lessons), faces, ids, used)


def holds(model: Model, part: Part) -> bool:
    """Whether the model holds a sticker, as entries, examples or only a face, or an example."""
    if part.kind == "example":
        return any(example.id == part.name for example in model.examples)
    labels = {example.label for example in model.examples}
    return part.name in labels.union(model.labels, model.faces)


def without(model: Model, part: Part) -> Model:
    """The model without a sticker, its ready-made entries included, or without an example.

    With a label's last example its face goes, unless it has ready-made entries.

    Raises:
        HeadError: ``head-value`` for what the model does not hold.
    """
    if not holds(model, part):
        what = "the label of a sticker" if part.kind == "label" else "the id of an example"
        raise HeadError("head-value", f"expected {what} that the model holds, got {part.name!r}")
    if part.kind == "example":
        left = model.copy()
        left.remove_example(part.name)
        return left
    head = model.entries.copy()
    head.remove(head.entries_of(part.name))
    examples = [example for example in model.examples if example.label != part.name]
    faces = {label: face for label, face in model.faces.items() if label != part.name}
    return Model(model.description, model.network, head, examples, faces)


def with_face(model: Model, label: Label, face: Face) -> Model:
    """The model with another face for a label that it knows, created when the one before it was.

    Raises:
        HeadError: ``head-value`` for an unknown label.
    """
    if label not in model.labels:
        raise HeadError("head-value", f"expected a label that was taught, got {label!r}")
    changed = model.copy()
    before = model.faces.get(label)
    changed.set_face(label, face if before is None else replace(face, created=before.created))
    return changed


def same_base(one: Model, other: Model) -> bool:
    """Whether embeddings and answers mean the same in both: without all they know, they are one file to the bit.

    How many neighbours vote is no matter where an update may set it.
    """
    return dumps(_bare(one)) == dumps(_bare(other))


def _homes(here: Model, there: Model, labels: Iterable[Label]) -> tuple[dict[Label, Label], dict[Label, Face]]:
    """For each of the labels of ``there`` the label to teach it under, and the faces of those that have none here."""
    taught = {example.label for example in here.examples}
    looks = {label: here.faces.get(label) for label in sorted(here.labels, key=lambda label: label not in taught)}
    by_look: dict[tuple[str, bytes], Label] = {}
    for label, face in looks.items():
        if face is not None:
            by_look.setdefault((face.text, face.image), label)
    homes: dict[Label, Label] = {}
    faces: dict[Label, Face] = {}
    for label in labels:
        face = there.faces.get(label)
        home = label if face is None or label in looks else by_look.get((face.text, face.image), label)
        homes[label] = home
        if face is not None and looks.get(home) is None:
            faces.setdefault(home, face)
            by_look.setdefault((face.text, face.image), home)
    return homes, faces


def _content(example: Example) -> tuple[object, ...]:
    """What is equal for equal drawings only."""
    drawing = example.drawing
    if isinstance(drawing, Strokes):
        return drawing.points.tobytes(), tuple(drawing.lengths.tolist())
    return () if drawing is None else (drawing.pixels.shape, drawing.pixels.tobytes())


def _batch(model: Model, examples: Iterable[Example]) -> ArrayBatch:
    drawings = ((example.label, example.drawing) for example in examples)
    return ArrayBatch([sample(model, drawing, str(label)) for label, drawing in drawings if drawing is not None])


def sample(model: Model, drawing: Drawing, label: str | None = None) -> DictFeatureProvider:
    """A drawing under the name of the model's input, and a label under that of what it learns; None is no label."""
    values = {model.input.name: FeatureValue.image(drawing)}
    for feature in model.description.training_inputs:
        if label is not None and feature != model.input:
            values[feature.name] = FeatureValue.string(label)
    return DictFeatureProvider(values)


def _renamed(model: Model, ids: tuple[str, ...]) -> Model:
    """The model with other ids for its examples, in their order."""
    names = {example.id: name for example, name in zip(model.examples, ids, strict=True)} | {"": ""}
    head = model.entries.copy()
    rows = list(zip(head.embeddings, head.labels, head.owners, strict=True))
    head.remove(range(len(head)))
    for row, label, owner in rows:
        head.add(row, label, names[owner])
    examples = [replace(example, id=names[example.id]) for example in model.examples]
    return Model(model.description, model.network, head, examples, model.faces)


def _untaught(model: Model) -> Model:
    """The model with nothing but its ready-made labels and their faces."""
    head = model.entries.copy()
    head.remove([entry for entry, owner in enumerate(head.owners) if owner])
    ready = set(head.labels)
    faces = {label: face for label, face in model.faces.items() if label in ready}
    return Model(model.description, model.network, head, (), faces)


def _bare(model: Model) -> Model:
    """The model with nothing that it can answer, and with the neighbours that it had before an update set others."""
    head = model.entries.copy()
    head.remove(range(len(head)))
    neighbors = model.parameters.get(ParameterKey.NUMBER_OF_NEIGHBORS)
    if neighbors is not None and isinstance(head, NearestNeighbors):
        head.k = int(neighbors.default)
    return Model(model.description, model.network, head)
