"""Pipelines: a frozen feature extractor and an updatable head as one model."""

from __future__ import annotations

from collections.abc import Mapping

from inkmoji.description import ModelDescription
from inkmoji.errors import FeatureError
from inkmoji.model import Model
from inkmoji.neural import NetworkRegressor


def pipeline(extractor: Model, head: Model, metadata: Mapping[str, str] | None = None) -> Model:
    """One model that reads what the extractor reads and answers and learns what the head does.

    Its description follows from those of its parts: the extractor's input; the head's outputs and parameters; the
    head's training inputs with the extractor's input in the place of its own.

    Args:
        extractor: a ``NetworkRegressor`` with nothing to update; its first output is the head's input.
        head: a model of any kind without an extractor of its own; its examples and faces come along.
        metadata: of the pipeline; the head's if not given.

    Raises:
        FeatureError: ``feature-type`` for an extractor or a head that is none, or where the name or the type of what
            the one gives is not that of what the other reads; ``feature-shape`` where the shape is not.
    """
    for part in (extractor, head):
        if not isinstance(part, Model):
            got = f"{type(part).__name__}; use CompiledModel.model()"
            raise FeatureError("feature-type", f"expected a Model, got {got}")
    if extractor.network is not None or not isinstance(extractor.head, NetworkRegressor):
        got = "a pipeline" if extractor.network else f"a {type(extractor.head).__name__}"
        raise FeatureError("feature-type", f"expected a NetworkRegressor alone as extractor, got {got}")
    if extractor.head.network.updatable or extractor.description.training_inputs:
        raise FeatureError("feature-type", "expected an extractor with nothing to update, got one that can be updated")
    if head.network is not None:
        raise FeatureError("feature-type", "expected a head without an extractor of its own, got a pipeline")
    given, read = extractor.description.outputs[0], head.input
    if (given.name, given.type) != (read.name, read.type):
        raise FeatureError(
            "feature-type",
            f"expected the extractor to give the head's input {read.name!r} of type {read.type.value}, "
            f"got {given.name!r} of type {given.type.value}",
        )
    if given.shape != read.shape:
        raise FeatureError(
            "feature-shape", f"expected the extractor to give {read.name!r} of shape {read.shape}, got {given.shape}"
        )
    own = head.description
    derived = ModelDescription(
        extractor.description.inputs,
        own.outputs,
        tuple(extractor.input if feature == read else feature for feature in own.training_inputs),
        own.parameters,
        own.metadata if metadata is None else metadata,
    )
    return Model(derived, extractor.head.network, head.copy().head, head.examples, head.faces)
