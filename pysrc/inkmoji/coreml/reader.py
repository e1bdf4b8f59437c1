"""A Core ML model file as a compiled model: the counterpart of ``MLModel.compileModel(at:)``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from inkmoji.archive import CompiledModel, require_shallow
from inkmoji.coreml import metadata, wire
from inkmoji.coreml.pipelines import read_model
from inkmoji.coreml.problems import Problems
from inkmoji.errors import ArchiveError, FormatError, InkmojiError
from inkmoji.examples import Face
from inkmoji.features import Label
from inkmoji.model import Model


def compile_model(source: bytes) -> CompiledModel:
    """Compiles a model of Core ML's format.

    Neural networks, neural network classifiers, nearest neighbours, and pipelines of them are read, with all that an
    update needs. A model is read whole or not at all.

    Args:
        source: the bytes of a ``.mlmodel`` file.

    Returns:
        A model that predicts, and learns if it is updatable.

    Raises:
        FormatError: ``coreml-bytes`` for bytes that are no model; ``coreml-invalid`` for one that Core ML refuses too,
            ``coreml-unsupported`` for one that has what is not supported here, with all of what and where.
    """
    spec = wire.read(source)
    problems = Problems()
    with np.errstate(all="ignore"):  # what float32 cannot hold is found by whoever keeps it
        model = read_model(spec, problems)
    if model is None:
        raise problems.error()
    try:
        texts = metadata.read(spec.description.metadata)
        described = replace(model.description, metadata=texts)
        faces = _faces(metadata.own(spec.description.metadata))
        return CompiledModel.of(Model(described, model.network, model.head, (), faces))
    except InkmojiError as error:
        raise FormatError("coreml-unsupported", f"expected a model that can be kept, got one where: {error}") from error


def _faces(own: Mapping[str, str]) -> dict[Label, Face]:
    """What labels look like, where this library has written the file."""
    text = own.get("faces", "[]")
    try:
        require_shallow(text.encode())
        listed = json.loads(text)
        return {label: Face(text, name, created) for label, text, name, created in listed}
    except (TypeError, ValueError, ArchiveError) as error:
        raise FormatError("coreml-unsupported", f"expected faces as they are exported, got others: {error}") from error
