"""The parts of a model, and whether they fit together."""

from __future__ import annotations

from inkmoji.description import FeatureDescription, ModelDescription
from inkmoji.entries import Entries
from inkmoji.errors import FeatureError, HeadError, NetworkError, ParameterError
from inkmoji.features import FeatureType
from inkmoji.layer import Shape
from inkmoji.neighbors import NearestNeighbors
from inkmoji.network import Network
from inkmoji.neural import NetworkClassifier, NetworkRegressor
from inkmoji.parameters import ParameterKey
from inkmoji.plda import ProbabilisticLDA

Remembering = NearestNeighbors | ProbabilisticLDA
"""The heads that learn by keeping what they were taught: both are ``Entries``."""
Head = Remembering | NetworkClassifier | NetworkRegressor

_OF_ENTRIES = {ParameterKey.MINI_BATCH_SIZE}
_OF_NEIGHBORS = {ParameterKey.NUMBER_OF_NEIGHBORS, *_OF_ENTRIES}
_OF_NETWORKS = {
    ParameterKey.LEARNING_RATE,
    ParameterKey.MINI_BATCH_SIZE,
    ParameterKey.EPOCHS,
    ParameterKey.SHUFFLE,
    ParameterKey.SEED,
}
_OF_OPTIMIZER = {
    "sgd": {ParameterKey.MOMENTUM},
    "adam": {ParameterKey.BETA1, ParameterKey.BETA2, ParameterKey.EPS},
}


def parameters_of(head: Head) -> set[ParameterKey]:
    """The parameters that an update of a head makes use of, besides weights and biases."""
    if isinstance(head, Entries):
        return _OF_NEIGHBORS if isinstance(head, NearestNeighbors) else _OF_ENTRIES
    return _OF_NETWORKS | _OF_OPTIMIZER[head.optimizer]


def target_type(head: Head) -> FeatureType:
    """The type of what a head answers and learns."""
    if isinstance(head, NetworkRegressor):
        return FeatureType.MULTI_ARRAY
    label = head.default_label if isinstance(head, Entries) else head.labels[0]
    return FeatureType.STRING if isinstance(label, str) else FeatureType.INT64


def check_parts(description: ModelDescription, network: Network | None, head: Head) -> None:
    """Checks that a model's description, network and head fit together.

    Raises:
        FeatureError: ``feature-type`` or ``feature-shape`` for a description of other inputs, outputs or training
            inputs than the parts have.
        NetworkError, HeadError: ``network-shape`` or ``head-shape`` where one part does not give what the next reads.
        ParameterError: ``parameter-unknown`` for a parameter that the head has no use for.
    """
    if not isinstance(head, Head):
        kinds = "NearestNeighbors, ProbabilisticLDA, NetworkClassifier or NetworkRegressor"
        raise HeadError("head-value", f"expected a head: {kinds}, got {type(head).__name__}")
    shape = _input_shape(description)
    if network is not None:
        if network.input_shape != shape:
            raise NetworkError(
                "network-shape", f"expected a network for the input {shape}, got one for {network.input_shape}"
            )
        if network.updatable:
            raise NetworkError("network-layer", "expected updatable layers in the head only, got some before it")
        shape = network.output_shape
    reads = (head.dimension,) if isinstance(head, Entries) else head.network.input_shape
    if reads != shape:
        what = f"embeddings of length {shape[0]}" if len(shape) == 1 else f"blobs of shape {shape}"
        got = reads[0] if len(reads) == len(shape) == 1 else reads
        raise HeadError("head-shape", f"expected a head for {what}, got {got}")
    _check_outputs(description, head)
    _check_parameters(description, head)


def _check_parameters(description: ModelDescription, head: Head) -> None:
    keys = [parameter.key for parameter in description.parameters]
    if len(set(keys)) != len(keys):
        raise ParameterError("parameter-value", f"expected each parameter once, got {', '.join(map(str, keys))}")
    unused = {parameter.key for parameter in description.parameters} - parameters_of(head)
    if unused:
        raise ParameterError(
            "parameter-unknown",
            f"expected parameters that the model has a use for ({_names(parameters_of(head))}), got {_names(unused)}",
        )
    for parameter in description.parameters:
        if isinstance(head, NearestNeighbors) and parameter.key == ParameterKey.NUMBER_OF_NEIGHBORS:
            parameter.check(head.k)


def _names(keys: set[ParameterKey]) -> str:
    return ", ".join(sorted(map(str, keys)))


def _input_shape(description: ModelDescription) -> Shape:
    """The shape that the described input has as a blob, without the batch."""
    if len(description.inputs) > 1:
        names = [feature.name for feature in description.inputs]
        raise FeatureError("feature-type", f"expected a description with one input, got {names}")
    first = description.inputs[0] if description.inputs else None
    if first is not None and first.image is not None:
        return (first.image.channels, first.image.height, first.image.width)
    if first is not None and first.shape is not None:
        return first.shape
    raise FeatureError("feature-type", "expected a description whose first input is an image or a multi-array")


def _check_outputs(description: ModelDescription, head: Head) -> None:
    kind = target_type(head)
    shape = head.network.output_shape if isinstance(head, NetworkRegressor) else None
    if not description.outputs or not _fits(description.outputs[0], kind, shape):
        raise FeatureError("feature-type", f"expected a description whose first output is {_words(kind, shape)}")
    if not description.training_inputs:
        return
    first, targets = description.inputs[0], [f for f in description.training_inputs if f != description.inputs[0]]
    fits = len(description.training_inputs) == 2 and len(targets) == 1 and _fits(targets[0], kind, shape)
    if not fits or targets[0].name == first.name:
        raise FeatureError(
            "feature-type",
            f"expected training inputs that are the input {first.name!r} and a target, {_words(kind, shape)}, "
            f"of another name; got {[feature.name for feature in description.training_inputs]}",
        )


def _fits(feature: FeatureDescription, kind: FeatureType, shape: Shape | None) -> bool:
    return feature.type is kind and feature.shape == shape


def _words(kind: FeatureType, shape: Shape | None) -> str:
    return f"a {kind.value}" if shape is None else f"a {kind.value} of shape {shape}"
