"""A model: description, network and head, with the examples it was taught and the faces of its labels."""

from __future__ import annotations

import copy
import hashlib
import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from inkmoji.description import FeatureDescription, ImageConstraint, ModelDescription
from inkmoji.entries import Entries
from inkmoji.errors import FeatureError, HeadError
from inkmoji.examples import Example, Face
from inkmoji.features import (
    BatchProvider,
    Drawing,
    FeatureProvider,
    FeatureType,
    Label,
    Picture,
    Strokes,
)
from inkmoji.image import canonical, render
from inkmoji.linalg import Floats
from inkmoji.neighbors import NearestNeighbors
from inkmoji.network import Network
from inkmoji.neural import NetworkClassifier, NetworkRegressor
from inkmoji.parameters import ParameterDescription, ParameterKey, ParameterValue, described
from inkmoji.parts import Head, Remembering, check_parts, target_type
from inkmoji.prediction import Prediction
from inkmoji.votes import check_label

Value = Drawing | NDArray[np.float32]
"""What a model reads: a canonical drawing, or an array of the described shape."""


class Model:
    """Predicts. Update tasks, and the methods that change it, are for copies; see ``CompiledModel``.

    A model with a network is a pipeline in Core ML's words: a frozen feature extractor before an updatable head.

    Args:
        description: its first input is what the network reads, or the head where there is no network.
        network: input → embedding, never changed; None where the head reads the input itself.
        head: embedding → label or values.
        examples: what a head that keeps entries was taught, in order.
        faces: label → face.

    Raises:
        FeatureError, NetworkError, HeadError, ParameterError: when the parts do not fit together.
    """

    def __init__(
        self,
        description: ModelDescription,
        network: Network | None,
        head: Head,
        examples: Sequence[Example] = (),
        faces: Mapping[Label, Face] | None = None,
    ) -> None:
        self.description = description
        self.network = network
        self.head = head
        self._examples = {example.id: example for example in examples}
        self._faces: dict[Label, Face] = {}
        check_parts(description, network, head)
        for label, face in (faces or {}).items():
            self.set_face(label, face)
        if len(self._examples) != len(examples) or _owned(head) - {(one.id, one.label) for one in examples}:
            raise HeadError(
                "head-value",
                "expected examples with ids of their own, and every entry's example among them under its label",
            )

    @property
    def input(self) -> FeatureDescription:
        """The feature that it reads."""
        return self.description.inputs[0]

    @property
    def constraint(self) -> ImageConstraint:
        """The picture that every drawing is prepared as; FeatureError for a model that reads arrays."""
        if self.input.image is None:
            got = f"one that reads a {self.input.type.value}"
            raise FeatureError("feature-type", f"expected a model that reads drawings, got {got}")
        return self.input.image

    @property
    def entries(self) -> Remembering:
        """The head as one that keeps what it was taught; HeadError ``head-value`` for a network."""
        if not isinstance(self.head, Entries):
            got = type(self.head).__name__
            raise HeadError("head-value", f"expected a head that keeps what it was taught, got a {got}")
        return self.head

    @property
    def neighbors(self) -> NearestNeighbors:
        """The head as k nearest neighbours; HeadError ``head-value`` for another."""
        if not isinstance(self.head, NearestNeighbors):
            raise HeadError("head-value", f"expected k nearest neighbours as head, got a {type(self.head).__name__}")
        return self.head

    @property
    def labels(self) -> tuple[Label, ...]:
        """The labels it can answer, each once, in the order in which they were taught; none for a regressor."""
        return () if isinstance(self.head, NetworkRegressor) else tuple(dict.fromkeys(self.head.labels))

    @property
    def examples(self) -> tuple[Example, ...]:
        """What it was taught, in order."""
        return tuple(self._examples.values())

    @property
    def faces(self) -> dict[Label, Face]:
        """label → face, a copy."""
        return dict(self._faces)

    @property
    def parameters(self) -> dict[ParameterKey, ParameterDescription]:
        """Every parameter of an update: those that the description lists, then each updatable layer's weights."""
        listed = {parameter.key: parameter for parameter in self.description.parameters}
        arrays = {} if isinstance(self.head, Entries) else self.head.network.updatable
        for (layer, name), array in arrays.items():
            key = (ParameterKey.WEIGHTS if name == "weight" else ParameterKey.BIASES).scoped(layer)
            listed[key] = ParameterDescription(key, np.asarray(array, np.float32))
        return listed

    def parameter_value(self, key: ParameterKey) -> ParameterValue:
        """What an update starts with: the number of neighbours and the weights as they are by now, else the default.

        Raises:
            ParameterError: ``parameter-unknown``.
        """
        description = described(self.parameters, key)
        if key == ParameterKey.NUMBER_OF_NEIGHBORS:
            return self.neighbors.k
        return description.check(description.default)

    def predict(self, features: FeatureProvider) -> Prediction:
        """The answer for one example.

        Args:
            features: must hold the description's input.

        Raises:
            FeatureError: when it does not, or the drawing cannot become a picture.
        """
        return self._predictions([self.read(features)])[0]

    def predict_batch(self, batch: BatchProvider) -> list[Prediction]:
        """The answers for several examples, one pass through the network; see ``predict``."""
        if not isinstance(batch, BatchProvider) or isinstance(batch, Mapping):
            raise FeatureError("feature-type", f"expected an ArrayBatch of examples, got {type(batch).__name__}")
        return self._predictions([self.read(batch[index]) for index in range(len(batch))])

    def answers(self, batch: Floats) -> list[Prediction]:
        """The answers for what the head reads (N, ...), as ``embed_values`` gives it."""
        head, output = self.head, self.description.outputs[0]
        if isinstance(head, NetworkRegressor):
            rows = head.network.forward(batch).reshape(len(batch), -1)
            return [Prediction(None, False, {}, math.inf, tuple(row.tolist()), output) for row in rows]
        return [
            Prediction(vote.label, vote.recognized, vote.probabilities, vote.distance, (), output)
            for vote in head.vote(batch)
        ]

    def read(self, features: FeatureProvider) -> Value:
        """The described input, checked; a drawing in canonical form.

        Raises:
            FeatureError: when it is missing, does not fit, or cannot become a picture.
        """
        value = self.input.value_in(features)
        return canonical(value.drawing) if self.input.image else value.array

    def embed(self, pictures: Sequence[NDArray[np.uint8]]) -> Floats:
        """What the head reads of prepared pictures, each uint8 (height, width[, 3]): embeddings (N, dimension)."""
        constraint = self.constraint
        shape = (len(pictures), constraint.height, constraint.width, constraint.channels)
        stack = np.asarray(pictures, dtype=np.float32).reshape(shape) / np.float32(255.0)
        return self._extract(np.ascontiguousarray(stack.transpose(0, 3, 1, 2)))

    def embed_values(self, values: Sequence[Value]) -> Floats:
        """What the head reads (N, ...) of what ``read`` gave."""
        if self.input.image:
            return self.embed([render(value, self.constraint) for value in values])  # type: ignore[arg-type]
        return self._extract(np.array(values, np.float32).reshape(len(values), *(self.input.shape or ())))

    def copy(self) -> Model:
        """An independent model with the same content; what cannot be changed is shared."""
        other = copy.copy(self)
        other.head = self.head.copy() if isinstance(self.head, Entries) else self.head
        other._examples, other._faces = dict(self._examples), dict(self._faces)
        return other

    def with_head(self, head: NetworkClassifier | NetworkRegressor) -> Model:
        """A model with another network as its head, otherwise the same."""
        return Model(self.description, self.network, head, self.examples, self._faces)

    def set_face(self, label: Label, face: Face) -> None:
        """Gives a label its face.

        Raises:
            FeatureError: ``feature-type`` for what is no ``Face``.
            HeadError: ``head-value`` for a label of another type than the model's.
        """
        if not isinstance(face, Face):
            raise FeatureError("feature-type", f"expected a Face for {label!r}, got {type(face).__name__}")
        if isinstance(self.head, NetworkRegressor):
            raise HeadError("head-value", "expected a model with labels, got a regressor")
        check_label(label, "the label of a face", (str if target_type(self.head) is FeatureType.STRING else int,))
        self._faces[label] = face

    def add_class(self, label: Label) -> None:
        """Makes room for a label that a network classifier does not know; see ``NetworkClassifier.with_class``.

        Raises:
            HeadError: ``head-value``, also for another head: those that keep entries take any label as it is.
        """
        if not isinstance(self.head, NetworkClassifier):
            raise HeadError(
                "head-value", f"expected a NetworkClassifier to add a class to, got {type(self.head).__name__}"
            )
        self.head = self.head.with_class(label)

    def add_example(self, label: Label, value: Value, embedding: Floats | None = None) -> Example:
        """Teaches what ``read`` gave, as an example with its embedding as an entry of the head.

        Args:
            label: what it shows.
            value: what ``read`` gave.
            embedding: what ``embed_values`` gives for the value, if that is known already.

        Raises:
            FeatureError: for a drawing or an array that is not what the model reads.
            HeadError: ``head-value`` for a label or an embedding that the head cannot hold, or for a head that
                is a network.
        """
        drawing = self._drawing(value) if self.input.image else None
        content = self._array(value) if drawing is None else drawing
        example = Example(self._new_id(label, content), label, drawing)
        self.entries.add(self.embed_values([content])[0] if embedding is None else embedding, label, example.id)
        self._examples[example.id] = example
        return example

    def remove_example(self, identifier: str) -> None:
        """Forgets one example and its entries; with a label's last example its face.

        Raises:
            HeadError: ``head-value`` when there is none of that id.
        """
        self._check_known(identifier)
        self.entries.remove(self.entries.entries_owned_by(identifier))
        self._drop_face_of(self._examples.pop(identifier))

    def remove_label(self, label: Label) -> None:
        """Forgets a label: its examples, its entries and its face.

        Raises:
            HeadError: ``head-value`` when it was not taught.
        """
        self.entries.remove(self._entries_of(label))
        self._examples = {key: example for key, example in self._examples.items() if example.label != label}
        self._faces.pop(label, None)

    def relabel(self, label: Label, new: Label) -> None:
        """Calls a label another name; one that exists takes over its examples and keeps its own face.

        Raises:
            HeadError: ``head-value`` when it was not taught, or for a name that is none.
        """
        self.entries.relabel(self._entries_of(label), new)
        for key, example in self._examples.items():
            if example.label == label:
                self._examples[key] = Example(key, new, example.drawing)
        face = self._faces.pop(label, None)
        if face is not None:
            self._faces.setdefault(new, face)

    def relabel_example(self, identifier: str, new: Label) -> None:
        """Moves one example to another label; with a label's last example its face is forgotten.

        Raises:
            HeadError: ``head-value`` when there is none of that id, or for a label that is none.
        """
        self._check_known(identifier)
        self.entries.relabel(self.entries.entries_owned_by(identifier), new)
        moved = self._examples[identifier]
        self._examples[identifier] = Example(identifier, new, moved.drawing)
        self._drop_face_of(moved)

    def _drop_face_of(self, example: Example) -> None:
        if not self.entries.entries_of(example.label):
            self._faces.pop(example.label, None)

    def _drawing(self, value: Value) -> Drawing:
        """A value as a canonical drawing."""
        if not isinstance(value, Strokes | Picture):
            raise FeatureError("feature-type", f"expected a drawing, got {type(value).__name__}")
        return canonical(value)

    def _array(self, value: Value) -> NDArray[np.float32]:
        """A value as an array of the described shape."""
        if not isinstance(value, np.ndarray) or value.shape != self.input.shape:
            got = f"shape {value.shape}" if isinstance(value, np.ndarray) else type(value).__name__
            raise FeatureError("feature-shape", f"expected an array of shape {self.input.shape}, got {got}")
        return value

    def _check_known(self, identifier: str) -> None:
        if identifier not in self._examples:
            raise HeadError("head-value", f"expected the id of an example that was taught, got {identifier!r}")

    def _entries_of(self, label: Label) -> list[int]:
        entries = self.entries.entries_of(label)
        if not entries:
            raise HeadError("head-value", f"expected a label that was taught, got {label!r}")
        return entries

    def _extract(self, batch: Floats) -> Floats:
        return batch if self.network is None else self.network.forward(batch)

    def _predictions(self, values: Sequence[Value]) -> list[Prediction]:
        return self.answers(self.embed_values(values)) if values else []

    def _new_id(self, label: Label, value: Value) -> str:
        """From the content, so that equal updates of equal models are equal, on every platform."""
        digest = hashlib.sha256(str(label).encode(errors="surrogatepass"))
        if isinstance(value, Strokes):
            digest.update(value.points.astype("<u2").tobytes() + value.lengths.astype("<i8").tobytes())
        else:
            digest.update(value.pixels.tobytes() if isinstance(value, Picture) else value.astype("<f4").tobytes())
        name, copies = digest.hexdigest()[:16], 1
        while (identifier := name if copies == 1 else f"{name}-{copies}") in self._examples:
            copies += 1
        return identifier


def _owned(head: Head) -> set[tuple[str, Label]]:
    """Example and label of each entry that belongs to an example."""
    if not isinstance(head, Entries):
        return set()
    return {(owner, label) for owner, label in zip(head.owners, head.labels, strict=True) if owner}
