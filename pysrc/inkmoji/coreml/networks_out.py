"""Networks of the engine as Core ML's neural networks, with how they are trained."""

from __future__ import annotations

import numpy as np

from inkmoji.coreml import features, parameters
from inkmoji.coreml.layers_out import write_layer
from inkmoji.coreml.schema import Proto
from inkmoji.description import FeatureDescription
from inkmoji.model import Model
from inkmoji.network import Network
from inkmoji.neural import NetworkClassifier, NetworkRegressor
from inkmoji.parameters import ParameterKey
from inkmoji.trainers import DEFAULTS

_PIXEL = 1.0 / 255.0  # a pixel is 1 here at most, and 255 in Core ML


def write_network(place: Proto, network: Network, source: FeatureDescription, output: str, full: bool) -> None:
    """Fills in a neural network whose first and last blob have the names of its features.

    Args:
        place: a ``NeuralNetwork`` or ``NeuralNetworkClassifier`` without layers.
        network: what it computes.
        source: the feature that it reads.
        output: name of the feature that it gives.
        full: whether weights are written in full precision.
    """
    blobs = {network.input: source.name, network.output: output}
    for layer in network.layers:
        if layer.output not in blobs:
            blobs[layer.output] = own(layer.output, {*blobs.values(), source.name, output})
    for layer in network.layers:
        written = place.layers.add(name=layer.name)
        written.input.extend(blobs[name] for name in layer.inputs)
        written.output.append(blobs[layer.output])
        write_layer(written, layer, full)
    if source.image is not None:
        place.preprocessing.add(featureName=source.name).scaler.channelScale = float(np.float32(_PIXEL))


def write_classifier(spec: Proto, head: NetworkClassifier, source: FeatureDescription, model: Model) -> None:
    """Fills in a ``neuralNetworkClassifier`` and, of an updatable model, its training."""
    label = model.description.outputs[0].name
    place, trained = spec.neuralNetworkClassifier, bool(model.description.training_inputs)
    probabilities = own("probabilities", {source.name, label})
    write_network(place, head.network, source, probabilities, trained)
    texts = isinstance(head.labels[0], str)
    (place.stringClassLabels if texts else place.int64ClassLabels).vector.extend(head.labels)
    place.labelProbabilityLayerName = probabilities
    features.write(spec.description.input.add(), source)
    if trained:
        loss = _trained(place, head, model)
        entropy = loss.categoricalCrossEntropyLossLayer
        entropy.input = probabilities
        entropy.target = own(f"{probabilities}_true", _blobs(place))


def write_regressor(spec: Proto, head: NetworkRegressor, source: FeatureDescription, model: Model) -> None:
    """Fills in a ``neuralNetwork`` and, of an updatable model, its training."""
    values = model.description.outputs[0]
    place, given = spec.neuralNetwork, model.description.training_inputs
    output = own(values.name, {source.name})
    write_network(place, head.network, source, output, bool(given))
    features.write(spec.description.input.add(), source)
    features.write(spec.description.output.add(), values)
    spec.description.output[0].name = output
    if given:
        target = next(feature for feature in given if feature != model.input)
        loss = _trained(place, head, model).meanSquaredErrorLossLayer
        loss.input, loss.target = output, own(target.name, {*_blobs(place), model.input.name})


def own(name: str, taken: set[str]) -> str:
    """The name, or one like it that is not taken."""
    found, number = name, 2
    while found in taken:
        found, number = f"{name} {number}", number + 1
    return found


def _blobs(place: Proto) -> set[str]:
    return {blob for layer in place.layers for blob in (*layer.input, *layer.output)}


def _trained(place: Proto, head: NetworkClassifier | NetworkRegressor, model: Model) -> Proto:
    """Writes the optimiser and its parameters; the loss layer, to be filled in."""
    update, described = place.updateParams, model.description.parameters
    optimizer = update.optimizer.sgdOptimizer if head.optimizer == "sgd" else update.optimizer.adamOptimizer
    for name, key in (parameters.SGD if head.optimizer == "sgd" else parameters.ADAM).items():
        parameters.write(optimizer, name, parameters.described(key, described, DEFAULTS[key]))
    for name, key in (("epochs", ParameterKey.EPOCHS), ("seed", ParameterKey.SEED)):
        parameters.write(update, name, parameters.described(key, described, DEFAULTS[key]))
    shuffle = next((one.default for one in described if one.key == ParameterKey.SHUFFLE), True)
    update.shuffle.defaultValue = bool(shuffle)
    names = {layer.name for layer in place.layers}
    loss: Proto = update.lossLayers.add(name=own("loss", names))
    return loss
