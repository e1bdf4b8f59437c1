"""A model: description, network and head, with the examples it was taught and the faces of its labels."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkmoji.description import ImageConstraint, ModelDescription
from inkmoji.errors import FeatureError, HeadError, NetworkError
from inkmoji.features import BatchProvider, Drawing, FeatureProvider, Strokes, is_unicode
from inkmoji.image import prepare, render
from inkmoji.linalg import Floats
from inkmoji.neighbors import NearestNeighbors
from inkmoji.network import Network

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MOST_TEXT = 64
_MOST_IMAGE = 65536


@dataclass(frozen=True)
class Face:
    """What a label looks like. The label is a stable identifier; its face may change.

    Attributes:
        text: an emoji or short text, at most 64 characters; may be empty where there is an image.
        name: a name for people, may be empty.
        created: milliseconds since 1970, UTC.
        image: a PNG of at most 64 KiB, or nothing.
    """

    text: str
    name: str = ""
    created: int = 0
    image: bytes = b""

    def __post_init__(self) -> None:
        for words in (self.text, self.name):
            if not isinstance(words, str) or not is_unicode(words):
                raise FeatureError("feature-type", f"expected a face's text and name as whole text, got {words!r}")
            if len(words) > _MOST_TEXT:
                raise FeatureError(
                    "feature-shape",
                    f"expected a face's text and name of at most {_MOST_TEXT} characters, got {len(words)}",
                )
        if not self.text and not self.image:
            raise FeatureError("feature-missing", "expected a face with a text or an image, got neither")
        if self.image and (len(self.image) > _MOST_IMAGE or not self.image.startswith(PNG_SIGNATURE)):
            raise FeatureError("feature-type", f"expected a face's image as a PNG of at most {_MOST_IMAGE} bytes")
        if type(self.created) is not int or not 0 <= self.created < 2**53:
            raise FeatureError(
                "feature-shape", f"expected created as whole milliseconds since 1970, got {self.created!r}"
            )


@dataclass(frozen=True, eq=False)
class Example:
    """A drawing that was taught.

    Attributes:
        id: unique within its model.
        label: what it was taught as.
        drawing: in canonical form.
    """

    id: str
    label: str
    drawing: Drawing


@dataclass(frozen=True)
class Prediction:
    """A model's answer for one drawing.

    Attributes:
        label: the predicted label, or the head's default label.
        recognized: whether the label was taught, rather than being the default.
        probabilities: label → share of the vote, largest first; see ``neighbors.Vote``.
        distance: squared Euclidean distance to the nearest stored embedding, infinite where there is none.
    """

    label: str
    recognized: bool
    probabilities: Mapping[str, float]
    distance: float


class Model:
    """Predicts. It is changed by update tasks only, and those change a copy.

    Args:
        description: its first input is the drawing, an image feature that the network reads.
        network: drawing → embedding; shared between copies, immutable.
        head: embedding → label.
        examples: what was taught, in order.
        faces: label → face.

    Raises:
        FeatureError, NetworkError, HeadError: when the parts do not fit together.
    """

    def __init__(
        self,
        description: ModelDescription,
        network: Network,
        head: NearestNeighbors,
        examples: Sequence[Example] = (),
        faces: Mapping[str, Face] | None = None,
    ) -> None:
        self.description = description
        self.network = network
        self.head = head
        self._examples = {example.id: example for example in examples}
        self._faces = dict(faces or {})
        constraint = self.constraint
        shape = (constraint.channels, constraint.height, constraint.width)
        if network.input_shape != shape:
            raise NetworkError(
                "network-shape",
                f"expected a network for the described image {shape}, got one for {network.input_shape}",
            )
        if head.dimension != network.dimension:
            raise HeadError(
                "head-shape", f"expected a head for embeddings of length {network.dimension}, got {head.dimension}"
            )
        owned = {(owner, label) for owner, label in zip(head.owners, head.labels, strict=True) if owner}
        if len(self._examples) != len(examples) or owned - {(example.id, example.label) for example in examples}:
            raise HeadError(
                "head-value",
                "expected examples with ids of their own, and every entry's example among them under its label",
            )

    @property
    def constraint(self) -> ImageConstraint:
        """The picture that every drawing is prepared as."""
        constraint = self.description.inputs[0].image if self.description.inputs else None
        if constraint is None:
            raise FeatureError("feature-type", "expected a description whose first input is an image")
        return constraint

    @property
    def examples(self) -> tuple[Example, ...]:
        """What it was taught, in order."""
        return tuple(self._examples.values())

    @property
    def faces(self) -> dict[str, Face]:
        """label → face, a copy."""
        return dict(self._faces)

    def predict(self, features: FeatureProvider) -> Prediction:
        """The label of one drawing.

        Args:
            features: must hold the description's input.

        Raises:
            FeatureError: when it does not, or the drawing cannot become a picture.
        """
        return self._predictions([self._picture(features)])[0]

    def predict_batch(self, batch: BatchProvider) -> list[Prediction]:
        """The labels of several drawings, one embedding batch and one matrix product; see ``predict``."""
        return self._predictions([self._picture(batch[index]) for index in range(len(batch))])

    def embed(self, pictures: Sequence[NDArray[np.uint8]]) -> Floats:
        """Embeddings (N, dimension) of prepared pictures, each uint8 (height, width[, 3])."""
        constraint = self.constraint
        shape = (len(pictures), constraint.height, constraint.width, constraint.channels)
        stack = np.asarray(pictures, dtype=np.float32).reshape(shape) / np.float32(255.0)
        return self.network.forward(np.ascontiguousarray(stack.transpose(0, 3, 1, 2)))

    def copy(self) -> Model:
        """An independent model with the same content; the network is shared."""
        return Model(self.description, self.network, self.head.copy(), self.examples, self._faces)

    def add_example(self, label: str, drawing: Drawing) -> Example:
        """Takes a canonical drawing in as an example, with its embedding as an entry of the head."""
        example = Example(self._new_id(label, drawing), label, drawing)
        embedding = self.embed([render(drawing, self.constraint)])[0]
        self.head.add(embedding, label, example.id)
        self._examples[example.id] = example
        return example

    def set_face(self, label: str, face: Face) -> None:
        """Gives a label its face."""
        self._faces[label] = face

    def _picture(self, features: FeatureProvider) -> NDArray[np.uint8]:
        return prepare(self.description.inputs[0].value_in(features).drawing, self.constraint)

    def _predictions(self, pictures: Sequence[NDArray[np.uint8]]) -> list[Prediction]:
        if not pictures:
            return []
        default = self.head.default_label
        return [
            Prediction(vote.label, vote.label != default, vote.probabilities, vote.distance)
            for vote in self.head.vote(self.embed(pictures))
        ]

    def _new_id(self, label: str, drawing: Drawing) -> str:
        """From the content, so that equal updates of equal models are equal."""
        digest = hashlib.sha256(label.encode())
        arrays = (drawing.points, drawing.lengths) if isinstance(drawing, Strokes) else (drawing.pixels,)
        for array in arrays:
            digest.update(np.ascontiguousarray(array).tobytes())
        name, copies = digest.hexdigest()[:16], 1
        while (identifier := name if copies == 1 else f"{name}-{copies}") in self._examples:
            copies += 1
        return identifier
