"""How an updatable neural network is trained: what the file says, and whether Core ML would do it.

The rules are those of the format's documentation: convolutions and inner products can be updated; one loss layer; a
cross-entropy reads what a softmax gives; between an updatable layer and the loss are only layers through which
gradients can flow there; the learning rate, the mini-batch's size and the epochs, and Adam's own parameters, are given;
the training inputs have the input and the target.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from inkmoji.coreml import features, parameters
from inkmoji.coreml.problems import Problems, Refusal, shown
from inkmoji.coreml.schema import Proto
from inkmoji.description import FeatureDescription
from inkmoji.parameters import ParameterDescription, ParameterKey

UPDATABLE = ("convolution", "innerProduct")
_FLOWING = (*UPDATABLE, "flatten", "pooling", "batchnorm", "reshape")
_FLOWING_ACTIVATIONS = ("ReLU", "sigmoid", "tanh")
_ENTROPY = "categoricalCrossEntropyLossLayer"


@dataclass(frozen=True)
class Training:
    """What is known of it.

    Attributes:
        optimizer: ``"sgd"`` or ``"adam"``.
        parameters: of the update.
        loss: ``"categoricalCrossEntropyLossLayer"`` or ``"meanSquaredErrorLossLayer"``.
        source, target: the blob that the loss reads, and the name of what it should be.
    """

    optimizer: str
    parameters: tuple[ParameterDescription, ...]
    loss: str
    source: str
    target: str


def read(network: Proto, problems: Problems, where: str) -> Training | None:
    """The training of an updatable network; None, and problems noted, where it cannot be."""
    before = len(problems)
    loss = _loss(network, problems, where)
    optimizer, numbers = _optimizer(network.updateParams, problems, where)
    _check_marks(network, problems, where)
    if loss is None or len(problems) > before:
        return None
    kind, given = loss
    return Training(optimizer, numbers, kind, given.input, given.target)


def _loss(network: Proto, problems: Problems, where: str) -> tuple[str, Proto] | None:
    losses = network.updateParams.lossLayers
    if len(losses) != 1:
        problems.invalid(where, f"expected one loss layer in an updatable network, got {len(losses)}")
        return None
    name, kind = losses[0].name, losses[0].WhichOneof("LossLayerType")
    place = f"{where}, loss layer {shown(name)}"
    if name in {layer.name for layer in network.layers}:
        problems.invalid(place, "expected a name of its own, got that of a layer")
    if kind is None:
        problems.invalid(place, "expected categorical cross-entropy or mean squared error, got neither")
        return None
    loss = getattr(losses[0], kind)
    writers = {blob: layer for layer in network.layers for blob in layer.output}
    writer = writers.get(loss.input)
    if writer is None:
        problems.invalid(place, f"expected the output of a layer, got {shown(loss.input)}")
    elif kind == _ENTROPY and writer.WhichOneof("layer") != "softmax":
        problems.invalid(place, f"expected the output of a softmax, got that of {shown(writer.name)}")
    if loss.target in writers or not loss.target:
        problems.invalid(place, f"expected a target from outside of the network, got {shown(loss.target)}")
    _check_flow(network, loss.input, kind == _ENTROPY, problems, place)
    return kind, loss


def _check_flow(network: Proto, source: str, entropy: bool, problems: Problems, place: str) -> None:
    """Notes layers that stop gradients on their way to an updatable one."""
    stopped: dict[str, str | None] = {source: None}  # blob → the layer behind it that stops gradients
    told = set()
    for layer in reversed(network.layers):
        behind = {stopped[blob] for blob in layer.output if blob in stopped}
        if not behind:
            continue
        stopper = next((name for name in behind if name is not None), None)
        if layer.isUpdatable and stopper is not None and stopper not in told:
            told.add(stopper)
            text = f"expected layers that pass gradients on from the loss to {shown(layer.name)}, got {shown(stopper)}"
            problems.invalid(place, text)
        first = entropy and layer.WhichOneof("layer") == "softmax" and source in layer.output
        if stopper is None and not first and not _flows(layer):
            stopper = layer.name
        stopped |= dict.fromkeys(layer.input, stopper)


def _flows(layer: Proto) -> bool:
    kind = layer.WhichOneof("layer")
    if kind == "activation":
        return layer.activation.WhichOneof("NonlinearityType") in _FLOWING_ACTIVATIONS
    return kind in _FLOWING


def _check_marks(network: Proto, problems: Problems, where: str) -> None:
    marked = [layer for layer in network.layers if layer.isUpdatable]
    if not marked:
        problems.invalid(where, "expected an updatable layer in an updatable network, got none")
    for layer in marked:
        kind = layer.WhichOneof("layer")
        if kind not in UPDATABLE:
            place = f"{where}, layer {shown(layer.name)} ({kind})"
            problems.invalid(place, f"expected only {' and '.join(UPDATABLE)} to be updatable, got a mark")


def _optimizer(update: Proto, problems: Problems, where: str) -> tuple[str, tuple[ParameterDescription, ...]]:
    kind = update.optimizer.WhichOneof("OptimizerType")
    found = []
    if kind is None:
        problems.invalid(where, "expected an optimizer, SGD or Adam, got none")
    else:
        optimizer = getattr(update.optimizer, kind)
        names = parameters.SGD if kind == "sgdOptimizer" else parameters.ADAM
        for name, key in names.items():
            if name != "momentum" or optimizer.HasField(name):
                with problems.noting(where):
                    found.append(parameters.read(key, optimizer, name))
    with problems.noting(where):
        found.append(parameters.read(ParameterKey.EPOCHS, update, "epochs"))
    if update.HasField("seed"):
        with problems.noting(where):
            found.append(parameters.read(ParameterKey.SEED, update, "seed"))
    found.append(ParameterDescription(ParameterKey.SHUFFLE, update.shuffle.defaultValue))
    return ("sgd" if kind == "sgdOptimizer" else "adam"), tuple(found)


def read_target(description: Proto, source: FeatureDescription, *names: str) -> FeatureDescription:
    """The target of an update, which has one of the names.

    Raises:
        Refusal: for training inputs that are not the input and the target.
        FeatureError: for features that are not supported.
    """
    given = list(_described(description.trainingInput))
    if source not in given:
        raise Refusal(
            f"expected training inputs with the input {shown(source.name)}, as it is described, got none", True
        )
    targets = [feature for feature in given if feature != source]
    found = [feature for feature in targets if feature.name in names]
    if not found:
        words = " or ".join(shown(name) for name in dict.fromkeys(names))
        raise Refusal(f"expected training inputs with the target {words}, got none", True)
    if len(targets) > 1:
        raise Refusal(f"expected training inputs that are the input and the target, got {len(given)}")
    return found[0]


def _described(given: Proto) -> Iterator[FeatureDescription]:
    for feature in given:
        yield features.read(feature)
