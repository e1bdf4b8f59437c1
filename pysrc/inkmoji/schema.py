"""A model as plain JSON values and named tensors, and back: the content of ``archive``'s header.

``decode`` trusts nothing: each value is checked for type and range, and what fits together only as a whole is
checked by the classes it becomes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from inkmoji import schema_description
from inkmoji.errors import ArchiveError
from inkmoji.fields import Json, Tensors, table
from inkmoji.model import Model
from inkmoji.schema_examples import decode_examples, decode_faces, encode_examples, encode_faces
from inkmoji.schema_head import decode_head, decode_network, encode_head, encode_network


def encode(model: Model) -> tuple[Json, Tensors]:
    """Header and tensors of a model, tensors in the order of the file."""
    network, weights = (None, {}) if model.network is None else encode_network(model.network, "network")
    head, entries = encode_head(model.head, model.examples)
    examples, drawings = encode_examples(model.examples)
    faces, images = encode_faces(model.faces)
    description = schema_description.encode(model.description)
    header = {"description": description, "network": network, "head": head, "examples": examples, "faces": faces}
    return header, weights | entries | drawings | images


def decode(header: Mapping[str, Any], tensors: Mapping[str, NDArray[Any]]) -> Model:
    """The model of a header and its tensors.

    Raises:
        ArchiveError: ``archive-header`` or ``archive-tensor`` for a value that is missing or of the wrong kind,
            ``archive-content`` for labels of two types.
        InkmojiError: whatever the model's parts refuse.
    """
    examples = decode_examples(header, tensors)
    description = schema_description.decode(table(header, "description"))
    network = None if header.get("network") is None else decode_network(table(header, "network"), tensors, "network")
    head = decode_head(table(header, "head"), tensors, examples)
    model = Model(description, network, head, examples, decode_faces(header, tensors))
    _check_labels(model)
    return model


def _check_labels(model: Model) -> None:
    """Labels of entries and classes were checked by the head; those of examples and faces are of their type too."""
    taught = [example.label for example in model.examples]
    kinds = {type(label) for label in (*model.labels, *taught, *model.faces)}
    if len(kinds) > 1:
        raise ArchiveError("archive-content", "expected labels that are all texts or all whole numbers, got both")
