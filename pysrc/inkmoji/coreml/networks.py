"""Neural networks of Core ML as models of the engine."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from inkmoji.coreml import features, layers, training
from inkmoji.coreml.graph import MOST_LAYERS, Graph
from inkmoji.coreml.problems import Problems, Refusal, shown
from inkmoji.coreml.schema import BGR, GRAYSCALE, Proto
from inkmoji.coreml.training import Training
from inkmoji.coreml.versions import check_version
from inkmoji.coreml.weights import Budget, Weights
from inkmoji.description import FeatureDescription, ModelDescription
from inkmoji.features import FeatureType, Label
from inkmoji.model import Model
from inkmoji.network import Network
from inkmoji.neural import NetworkClassifier, NetworkRegressor

_ALMOST = 1e-6  # a scale that is 1 but for rounding
_RANK_ONE = ("innerProduct", "activation", "add")


def read_network(spec: Proto, budget: Budget, problems: Problems, where: str) -> Model | None:
    """The model of a ``neuralNetwork`` or a ``neuralNetworkClassifier``; None, and problems noted, where it has any."""
    before = len(problems)
    network = getattr(spec, spec.WhichOneof("Type"))
    source = None
    with problems.noting(where):
        source = features.read_input(spec.description)
        _check_mapping(network, source)
    if source is None:
        return None
    if len(network.layers) > MOST_LAYERS or not len(network.layers):
        problems.unsupported(where, f"expected 1 to {MOST_LAYERS} layers, got {len(network.layers)}")
        return None
    graph = Graph(source.name, features.shape_of(source))
    with problems.noting(f"{where}, preprocessing"):
        _prepare(graph, network, source, spec.description)
    used = Weights(budget)
    for layer in network.layers:
        place = f"{where}, layer {shown(layer.name)} ({layer.WhichOneof('layer')})"
        with problems.noting(place):
            _add(graph, layer, network, used, spec.isUpdatable and layer.isUpdatable)
    check_version(spec, problems, where, used)
    trained = training.read(network, problems, where) if spec.isUpdatable else None
    if len(problems) > before:
        return None
    with problems.noting(where):
        if spec.WhichOneof("Type") == "neuralNetworkClassifier":
            return _classifier(spec, network, graph, source, trained)
        return _regressor(spec, graph, source, trained)
    return None


def _add(graph: Graph, layer: Proto, network: Proto, weights: Weights, updatable: bool) -> None:
    """Adds a layer; one that reads what an earlier layer could not give is left out without a word."""
    if not graph.lost.isdisjoint(layer.input):
        graph.lost.update(layer.output)
        return
    try:
        unknown = [blob for blob in layer.input if blob not in graph.shapes]
        if unknown:
            raise Refusal(f"expected inputs that an earlier layer writes, got {shown(unknown[0])}", True)
        exact = network.arrayInputShapeMapping and len(graph.shapes[graph.input]) == 1
        if exact and layer.WhichOneof("layer") not in _RANK_ONE:
            raise Refusal("expected a layer that reads arrays of one axis (EXACT_ARRAY_MAPPING), got another", True)
        layers.add_layer(graph, layer, weights, updatable)
    except Exception:
        graph.lost.update(layer.output)
        raise


def _check_mapping(network: Proto, source: FeatureDescription) -> None:
    shape = features.shape_of(source)
    if source.image is None and len(shape) != 1 and network.arrayInputShapeMapping:
        raise Refusal(f"expected an input of one axis with EXACT_ARRAY_MAPPING, got one of {len(shape)} axes")
    if len(shape) not in (1, 3):
        raise Refusal(f"expected an input of one axis or three, got {len(shape)}", not network.arrayInputShapeMapping)
    if network.arrayInputShapeMapping not in (0, 1) or network.imageInputShapeMapping not in (0, 1):
        raise Refusal("expected a known mapping of the input's shape, got another", True)


def _prepare(graph: Graph, network: Proto, source: FeatureDescription, description: Proto) -> None:
    """What is done to the pixels, which here go from 0 to 1 and in Core ML to 255, in the order in which it is said."""
    if source.image is None:
        if len(network.preprocessing):
            raise Refusal("expected preprocessing of images only, got an input that is a multi-array", True)
        return
    scale, shift = 255.0, np.zeros(source.image.channels)
    for step in network.preprocessing:
        if step.featureName not in ("", source.name):
            raise Refusal(
                f"expected preprocessing of the input {shown(source.name)}, got {shown(step.featureName)}", True
            )
        kind = step.WhichOneof("preprocessor")
        if kind == "scaler":
            biases = _biases(step.scaler, description.input[0].type.imageType.colorSpace)
            scale, shift = scale * step.scaler.channelScale, shift * step.scaler.channelScale + biases
        elif kind == "meanImage":
            _scale(graph, scale, shift)
            scale, shift = 1.0, np.zeros_like(shift)
            _subtract(graph, step.meanImage)
        else:
            raise Refusal("expected a scaler or a mean image, got neither", True)
    _scale(graph, scale, shift)


def _biases(scaler: Proto, space: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    if space == GRAYSCALE:
        return np.array([scaler.grayBias])
    colours = [scaler.redBias, scaler.greenBias, scaler.blueBias]
    return np.array(colours[::-1] if space == BGR else colours)


def _scale(graph: Graph, scale: float, shift: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    if not math.isfinite(scale) or not np.isfinite(shift).all():
        raise Refusal("expected finite scales and biases, got NaN or infinity")
    if abs(scale - 1.0) > _ALMOST or shift.any():
        bias = {"bias": shift.astype(np.float32)} if shift.any() else {}
        graph.prepared("scale", {"scale": np.array([scale], np.float32), **bias})


def _subtract(graph: Graph, mean: Proto) -> None:
    shape = graph.shapes[graph.input]
    values = np.array(mean.meanImage, np.float32)
    if len(values) != math.prod(shape) or not np.isfinite(values).all():
        raise Refusal(f"expected a mean image of {math.prod(shape)} finite numbers, got {len(values)}", True)
    graph.prepared("bias", {"bias": -values.reshape(shape)})


def _classifier(
    spec: Proto, network: Proto, graph: Graph, source: FeatureDescription, trained: Training | None
) -> Model:
    kind = network.WhichOneof("ClassLabels")
    labels: tuple[Label, ...] = tuple(getattr(network, kind).vector) if kind else ()
    if not labels or len(set(labels)) != len(labels):
        raise Refusal(f"expected class labels, each once, got {len(labels)}", True)
    output = network.labelProbabilityLayerName or network.layers[-1].output[0]
    built = _built(graph, output)
    if built.dimension != len(labels):
        raise Refusal(f"expected a class label for each output, got {len(labels)} for {built.dimension}", True)
    label = features.read_label(spec.description, kind == "int64ClassLabels")
    head = NetworkClassifier(built, labels, trained.optimizer if trained else "sgd")
    if trained is None:
        return _model(source, label, (), (), head)
    if trained.source != output:
        raise Refusal(f"expected a loss of the probabilities {shown(output)}, got one of {shown(trained.source)}")
    target = training.read_target(spec.description, source, label.name, trained.target)
    if target.type is not label.type:
        raise Refusal(f"expected a target of the labels' type, {label.type.value}, got {target.type.value}", True)
    return _model(source, label, (source, target), trained.parameters, head)


def _regressor(spec: Proto, graph: Graph, source: FeatureDescription, trained: Training | None) -> Model:
    outputs = spec.description.output
    if len(outputs) != 1:
        raise Refusal(f"expected one output, got {len(outputs)}", not len(outputs))
    name = outputs[0].name
    if outputs[0].type.WhichOneof("Type") != "multiArrayType":
        raise Refusal(f"expected an output that is a multi-array, got {outputs[0].type.WhichOneof('Type')}")
    built = _built(graph, name)
    described = tuple(outputs[0].type.multiArrayType.shape)
    if described and math.prod(described) != built.dimension:
        raise Refusal(f"expected an output {shown(name)} of shape {built.output_shape}, got {described[:8]}", True)
    values = FeatureDescription(name, FeatureType.MULTI_ARRAY, shape=built.output_shape)
    head = NetworkRegressor(built, trained.optimizer if trained else "sgd")
    if trained is None:
        return _model(source, values, (), (), head)
    if trained.loss != "meanSquaredErrorLossLayer" or trained.source != name:
        got = f"a {trained.loss} of {shown(trained.source)}"
        raise Refusal(f"expected the mean squared error of the output {shown(name)}, got {got}")
    target = training.read_target(spec.description, source, trained.target)
    if target.shape is None or math.prod(target.shape) != built.dimension:
        raise Refusal(f"expected a target with as many values as the output, got {target.shape}", True)
    return _model(source, values, (source, replace(target, shape=built.output_shape)), trained.parameters, head)


def _built(graph: Graph, output: str) -> Network:
    if output not in graph.shapes or output == graph.input:
        raise Refusal(f"expected an output {shown(output)} that a layer writes, got none", True)
    return graph.network(output)


def _model(
    source: FeatureDescription,
    output: FeatureDescription,
    training_inputs: tuple[FeatureDescription, ...],
    parameters: tuple[object, ...],
    head: NetworkClassifier | NetworkRegressor,
) -> Model:
    return Model(ModelDescription((source,), (output,), training_inputs, parameters), None, head)  # type: ignore[arg-type]
