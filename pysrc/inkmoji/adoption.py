"""Core ML's models as live models: what one is, whether it can be one, and the mark that it keeps.

``inkmoji.coreml`` is imported only where a file is read or written: it needs the ``protobuf`` package.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal, TypedDict

from inkmoji.archive import CompiledModel
from inkmoji.description import FeatureDescription
from inkmoji.entries import Entries
from inkmoji.errors import FormatError
from inkmoji.features import FeatureType
from inkmoji.model import Model
from inkmoji.neural import NetworkClassifier

Origin = Literal["base", "coreml"]
"""Where a model's network comes from: from a base model of ours, which a newer one may replace, or from Core ML."""
_MARK = "inkmoji.origin"  # among the metadata; what comes from Core ML has no such key, see `coreml.metadata`


class Feature(TypedDict):
    """An input or output: its ``FeatureType`` in words, for an image width, height, channels, else the shape."""

    name: str
    type: str
    shape: list[int]


class Described(TypedDict):
    """What a Core ML model is.

    ``head`` is "neighbors", "classifier" or "regressor"; ``labels`` are as texts, ``samples`` how many neighbours it
    has; ``metadata`` are a person's texts ("author", "license", "description", "version" and others); ``unsuitable``
    says why it cannot be a live model: it reads no "image", answers no text "label", learns by training a "network"
    and keeps no examples, or is "frozen"; None: it can.
    """

    inputs: list[Feature]
    outputs: list[Feature]
    head: str
    updatable: bool
    labels: list[str]
    samples: int
    bytes: int
    metadata: dict[str, str]
    unsuitable: str | None


class Exported(TypedDict):
    """A ``.mlmodel`` file, and what it could not hold: code → sentence, see ``coreml.expression.NOTES``."""

    file: bytes
    notes: dict[str, str]


_REASONS = {
    "image": "reads an image",
    "label": "answers with text labels",
    "network": "learns by keeping examples, as nearest neighbours do,",
    "frozen": "is updatable",
}


def origin(model: Model) -> Origin:
    """Where the model's network comes from."""
    return "coreml" if model.description.metadata.get(_MARK) == "coreml" else "base"


def described(source: bytes) -> Described:
    """What the model of a ``.mlmodel`` file is.

    Raises:
        FormatError: as ``coreml.compile_model``.
    """
    from inkmoji.coreml import compile_model

    model = compile_model(source).model()
    head, description = model.head, model.description
    kinds = "neighbors" if isinstance(head, Entries) else "regressor"
    return {
        "inputs": [_feature(feature) for feature in description.inputs],
        "outputs": [_feature(feature) for feature in description.outputs],
        "head": "classifier" if isinstance(head, NetworkClassifier) else kinds,
        "updatable": bool(description.training_inputs),
        "labels": [str(label) for label in model.labels],
        "samples": len(head) if isinstance(head, Entries) else 0,
        "bytes": len(source),
        "metadata": dict(description.metadata),
        "unsuitable": _unsuitable(model),
    }


def adopted(source: bytes) -> CompiledModel:
    """The model of a ``.mlmodel`` file as a live model, marked as Core ML's.

    Raises:
        FormatError: as ``coreml.compile_model``, and ``coreml-unsuitable`` for one that cannot be.
    """
    from inkmoji.coreml import compile_model

    model = compile_model(source).model()
    reason = _unsuitable(model)
    if reason is not None:
        raise FormatError(
            "coreml-unsuitable", f"expected a model that {_REASONS[reason]} to teach drawings to, got another"
        )
    metadata: Mapping[str, str] = {**model.description.metadata, _MARK: "coreml"}
    description = replace(model.description, metadata=metadata)
    return CompiledModel.of(Model(description, model.network, model.head, model.examples, model.faces))


def exported(compiled: CompiledModel) -> Exported:
    """A model as a ``.mlmodel`` file.

    Raises:
        FormatError: as ``coreml.export_model``.
    """
    from inkmoji.coreml import export_model
    from inkmoji.coreml.expression import notes

    return {"file": export_model(compiled), "notes": notes(compiled.model())}


def _feature(feature: FeatureDescription) -> Feature:
    image = feature.image
    shape = list(feature.shape or ()) if image is None else [image.width, image.height, image.channels]
    return {"name": feature.name, "type": feature.type.value, "shape": shape}


def _unsuitable(model: Model) -> str | None:
    description = model.description
    if description.inputs[0].image is None:
        return "image"
    if description.outputs[0].type is not FeatureType.STRING:
        return "label"
    if not isinstance(model.head, Entries):
        return "network"
    return None if description.training_inputs else "frozen"
