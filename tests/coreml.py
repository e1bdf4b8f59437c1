"""Small Core ML models, written message by message, that the tests of ``inkmoji.coreml`` share."""

from __future__ import annotations

import subprocess
from typing import Any

import numpy as np
from inkmoji import DictFeatureProvider, FeatureValue
from inkmoji.coreml import compile_model
from inkmoji.coreml.schema import DOUBLE, GRAYSCALE, ModelProto
from inkmoji.coreml.wire import write

Spec = Any
LABELS = ("cat", "dog", "owl")


def given(name: str, value: FeatureValue, **more: FeatureValue) -> DictFeatureProvider:
    """Features of one example."""
    return DictFeatureProvider({name: value, **more})


def array(place: Spec, name: str, *shape: int) -> None:
    feature = place.add(name=name)
    feature.type.multiArrayType.shape.extend(shape)
    feature.type.multiArrayType.dataType = DOUBLE


def image(place: Spec, name: str, width: int = 8, height: int = 8, space: int = GRAYSCALE) -> None:
    picture = place.add(name=name).type.imageType
    picture.width, picture.height, picture.colorSpace = width, height, space


def text(place: Spec, name: str) -> None:
    place.add(name=name).type.stringType.SetInParent()


def predicted(description: Spec, name: str = "label", whole: bool = False) -> None:
    """A label and its probabilities as outputs."""
    kind = "int64" if whole else "string"
    getattr(description.output.add(name=name).type, f"{kind}Type").SetInParent()
    keys = description.output.add(name="probabilities").type.dictionaryType
    getattr(keys, f"{kind}KeyType").SetInParent()
    description.predictedFeatureName, description.predictedProbabilitiesName = name, "probabilities"


def neighbors(dimension: int = 3, updatable: bool = True, source: str = "embedding") -> Spec:
    """Six samples of three labels."""
    spec = ModelProto(specificationVersion=4, isUpdatable=updatable)
    array(spec.description.input, source, dimension)
    predicted(spec.description)
    if updatable:
        array(spec.description.trainingInput, source, dimension)
        text(spec.description.trainingInput, "label")
    knn = spec.kNearestNeighborsClassifier
    index = knn.nearestNeighborsIndex
    index.numberOfDimensions = dimension
    rows = np.random.default_rng(1).normal(size=(6, dimension)).astype(np.float32)
    for row in rows:
        index.floatSamples.add().vector.extend(row.tolist())
    knn.stringClassLabels.vector.extend(LABELS * 2)
    knn.defaultStringLabel = "none"
    index.linearIndex.SetInParent()
    index.squaredEuclideanDistance.SetInParent()
    knn.uniformWeighting.SetInParent()
    knn.numberOfNeighbors.defaultValue = 3
    knn.numberOfNeighbors.range.minValue, knn.numberOfNeighbors.range.maxValue = 1, 100
    return spec


def layer(network: Spec, name: str, source: str, output: str, kind: str) -> Spec:
    """A layer of a kind; its parameters, to be filled in."""
    made = network.layers.add(name=name, input=[source], output=[output])
    params = getattr(made, kind)
    params.SetInParent()
    return params


def dense(network: Spec, name: str, source: str, output: str, rows: int, columns: int, updatable: bool = False) -> Spec:
    """An inner product with random weights."""
    params = layer(network, name, source, output, "innerProduct")
    generator = np.random.default_rng(rows * columns)
    params.outputChannels, params.inputChannels, params.hasBias = rows, columns, True
    params.weights.floatValue.extend(generator.normal(0.0, 0.4, rows * columns).tolist())
    params.bias.floatValue.extend(generator.normal(0.0, 0.1, rows).tolist())
    network.layers[-1].isUpdatable = params.weights.isUpdatable = params.bias.isUpdatable = updatable
    return params


def extractor(dimension: int = 3) -> Spec:
    """A frozen network from a drawing to an embedding."""
    spec = ModelProto(specificationVersion=1)
    image(spec.description.input, "drawing")
    array(spec.description.output, "embedding", dimension)
    network = spec.neuralNetwork
    network.preprocessing.add(featureName="drawing").scaler.channelScale = 1.0 / 255.0
    convolution = layer(network, "conv", "drawing", "c", "convolution")
    convolution.outputChannels, convolution.kernelChannels = 2, 1
    convolution.weights.floatValue.extend(np.linspace(-1.0, 1.0, 18).tolist())
    convolution.same.SetInParent()
    layer(network, "relu", "c", "r", "activation").ReLU.SetInParent()
    pool = layer(network, "pool", "r", "p", "pooling")
    pool.kernelSize.extend([2, 2])
    pool.stride.extend([2, 2])
    pool.valid.SetInParent()
    dense(network, "dense", "p", "embedding", dimension, 32)
    return spec


def classifier(updatable: bool = True, source: str = "embedding") -> Spec:
    """Three numbers to three labels over a hidden layer."""
    spec = ModelProto(specificationVersion=4, isUpdatable=updatable)
    array(spec.description.input, source, 3)
    predicted(spec.description)
    network = spec.neuralNetworkClassifier
    network.stringClassLabels.vector.extend(LABELS)
    dense(network, "hidden", source, "h", 4, 3, updatable)
    layer(network, "tanh", "h", "t", "activation").tanh.SetInParent()
    dense(network, "dense", "t", "logits", 3, 4, updatable)
    layer(network, "softmax", "logits", "probs", "softmax")
    network.labelProbabilityLayerName = "probs"
    if updatable:
        array(spec.description.trainingInput, source, 3)
        text(spec.description.trainingInput, "label")
        loss = network.updateParams.lossLayers.add(name="loss").categoricalCrossEntropyLossLayer
        loss.input, loss.target = "probs", "probs_true"
        _trained(network.updateParams)
    return spec


def regressor(updatable: bool = True) -> Spec:
    """Three numbers to two."""
    spec = ModelProto(specificationVersion=4, isUpdatable=updatable)
    array(spec.description.input, "point", 3)
    array(spec.description.output, "values", 2)
    network = spec.neuralNetwork
    dense(network, "hidden", "point", "h", 4, 3, updatable)
    layer(network, "sigmoid", "h", "s", "activation").sigmoid.SetInParent()
    dense(network, "dense", "s", "values", 2, 4, updatable)
    if updatable:
        array(spec.description.trainingInput, "point", 3)
        array(spec.description.trainingInput, "values_true", 2)
        loss = network.updateParams.lossLayers.add(name="loss").meanSquaredErrorLossLayer
        loss.input, loss.target = "values", "values_true"
        _trained(network.updateParams)
        adam = network.updateParams.optimizer.adamOptimizer
        adam.learningRate.defaultValue, adam.miniBatchSize.defaultValue = 0.1, 2
        adam.beta1.defaultValue, adam.beta2.defaultValue, adam.eps.defaultValue = 0.8, 0.9, 1e-6
    return spec


def _trained(update: Spec) -> None:
    sgd = update.optimizer.sgdOptimizer
    sgd.learningRate.defaultValue, sgd.learningRate.range.maxValue = 0.1, 1.0
    sgd.miniBatchSize.defaultValue = 2
    sgd.miniBatchSize.set.values.extend([1, 2, 4])
    sgd.momentum.defaultValue, sgd.momentum.range.maxValue = 0.5, 1.0
    update.epochs.defaultValue = 3
    update.epochs.range.minValue, update.epochs.range.maxValue = 1, 100
    update.shuffle.defaultValue = False
    update.seed.defaultValue = 5


def piped(*parts: Spec, updatable: bool = False, kind: str = "pipelineClassifier") -> Spec:
    """Models as one pipeline from the first one's input to the last one's outputs."""
    spec = ModelProto(specificationVersion=4, isUpdatable=updatable)
    line = spec.pipeline if kind == "pipeline" else spec.pipelineClassifier.pipeline
    line.models.extend(parts)
    first, last = parts[0].description, parts[-1].description
    spec.description.input.extend(first.input)
    spec.description.output.extend(last.output)
    spec.description.predictedFeatureName = last.predictedFeatureName
    spec.description.predictedProbabilitiesName = last.predictedProbabilitiesName
    if updatable:
        spec.description.trainingInput.extend(first.input)
        spec.description.trainingInput.extend(
            feature for feature in last.trainingInput if feature.name != last.input[0].name
        )
    return spec


def learner() -> Spec:
    """A drawing in, a label out: a frozen network before six samples of three labels."""
    spec = piped(extractor(), neighbors(), updatable=True)
    spec.description.metadata.author, spec.description.metadata.license = "Ada", "CC0"
    return spec


def model_of(spec: Spec) -> Any:
    """The compiled model of a specification."""
    return compile_model(write(spec)).model()


def run_python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Another Python process."""
    import os
    import sys

    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=False, env=os.environ | environment
    )
