"""What Core ML's format does not allow is refused, one rule after the other, and so is what is not supported here."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from inkmoji import FeatureValue, FormatError
from inkmoji.coreml import compile_model
from inkmoji.coreml.schema import ModelProto
from inkmoji.coreml.wire import write

from tests.coreml import (
    array,
    classifier,
    dense,
    extractor,
    given,
    image,
    layer,
    model_of,
    neighbors,
    piped,
    regressor,
    text,
)
from tests.engine import refused, scribble

Spec = Any
Case = tuple[str, Callable[[], Spec], Callable[[Spec], object], str]


def knn(spec: Spec) -> Spec:
    return spec.kNearestNeighborsClassifier


def index(spec: Spec) -> Spec:
    return knn(spec).nearestNeighborsIndex


def net(spec: Spec) -> Spec:
    return getattr(spec, spec.WhichOneof("Type"))


def update(spec: Spec) -> Spec:
    return net(spec).updateParams


def sgd(spec: Spec) -> Spec:
    return update(spec).optimizer.sgdOptimizer


def adam(spec: Spec) -> Spec:
    return update(spec).optimizer.adamOptimizer


def line(spec: Spec) -> Spec:
    return spec.pipelineClassifier.pipeline


def put(place: Spec, **values: Any) -> None:
    for name, value in values.items():
        setattr(place, name, value)


def relu_between(spec: Spec, kind: str) -> None:
    """The hidden layer's output goes through a layer of that kind on its way."""
    network = net(spec)
    network.layers[1].name = "between"
    network.layers[1].ClearField("activation")
    getattr(network.layers[1], kind).SetInParent()


def quantize(params: Spec, bits: int, count: int) -> None:
    params.ClearField("floatValue")
    params.quantization.numberOfBits = bits
    params.quantization.linearQuantization.scale.append(0.1)
    params.quantization.linearQuantization.bias.append(0.0)
    params.rawValue = bytes(count * bits // 8)


def taught() -> Spec:
    return piped(extractor(), neighbors(), updatable=True)


INVALID: list[Case] = [
    # of all models
    ("no type", lambda: ModelProto(specificationVersion=4), lambda s: None, "a model of some type, got none"),
    ("version 0", neighbors, lambda s: put(s, specificationVersion=0), "specificationVersion of at least 1, got 0"),
    ("version 3 with neighbours", lambda: neighbors(updatable=False), lambda s: put(s, specificationVersion=3),
     "at least 4 for nearest neighbours, got 3"),
    ("version 3 and updatable", classifier, lambda s: put(s, specificationVersion=3),
     "at least 4 for updatable models"),
    ("version 1 in half precision", extractor, lambda s: half(net(s).layers[3].innerProduct.weights, 96),
     "at least 2 for weights in half precision, got 1"),
    ("version 1 and quantised", extractor, lambda s: quantize(net(s).layers[3].innerProduct.weights, 8, 96),
     "at least 3 for quantised weights, got 1"),
    ("version 1 with exact shapes", extractor, lambda s: put(net(s), imageInputShapeMapping=1),
     "at least 4 for exact shapes of inputs, got 1"),
    ("version 3, an updatable pipeline", taught, lambda s: put(s, specificationVersion=3), "at least 4 for updatable"),
    ("no input", classifier, lambda s: s.description.ClearField("input"), "expected one input, got 0"),
    ("an input without a name", classifier, lambda s: put(s.description.input[0], name=""), "with a name and a type"),
    ("an input without a type", classifier, lambda s: s.description.input[0].ClearField("type"), "a name and a type"),
    ("an array without a shape", classifier,
     lambda s: s.description.input[0].type.multiArrayType.ClearField("shape"), "with a shape, got none"),
    ("an array of no type", classifier,
     lambda s: put(s.description.input[0].type.multiArrayType, dataType=0), "or INT32, got dataType 0"),
    ("no output", regressor, lambda s: s.description.ClearField("output"), "expected one output, got 0"),
    ("a predicted feature that is not there", classifier, lambda s: put(s.description, predictedFeatureName="x"),
     "expected one output 'x', which is predicted"),
    ("a predicted feature of another type", neighbors, lambda s: s.description.output[0].type.int64Type.SetInParent(),
     "of stringType, got ['int64Type']"),
    ("probabilities that are not there", neighbors, lambda s: put(s.description, predictedProbabilitiesName="p"),
     "expected an output 'p', a dictionary by label"),
    ("probabilities by labels of another type", classifier,
     lambda s: s.description.output[1].type.dictionaryType.int64KeyType.SetInParent(), "a dictionary by label"),
    # of networks
    ("an input blob that nobody writes", extractor, lambda s: net(s).layers[1].input.__setitem__(0, "x"),
     "layer 'relu' (activation): expected inputs that an earlier layer writes, got 'x'"),
    ("a blob that is written twice", extractor, lambda s: net(s).layers[1].output.__setitem__(0, "c"),
     "expected an output of its own, got 'c'"),
    ("a layer without an output", extractor, lambda s: net(s).layers[1].ClearField("output"), "inputs and one output"),
    ("an output that no layer writes", extractor, lambda s: put(s.description.output[0], name="e"),
     "expected an output 'e' that a layer writes"),
    ("an output of another shape", extractor,
     lambda s: s.description.output[0].type.multiArrayType.shape.append(2), "of shape (3,), got (3, 2)"),
    ("a convolution without padding", extractor, lambda s: net(s).layers[0].convolution.ClearField("same"),
     "expected a kind of padding, got none"),
    ("pooling without padding", extractor, lambda s: net(s).layers[2].pooling.ClearField("valid"), "a kind of padding"),
    ("a stride of one number", extractor, lambda s: net(s).layers[2].pooling.stride.pop(), "height and width, got 1"),
    ("padding of one edge", extractor,
     lambda s: net(s).layers[2].pooling.valid.paddingAmounts.borderAmounts.add(), "for height and width, got 1"),
    ("a weight missing", extractor, lambda s: net(s).layers[3].innerProduct.ClearField("bias"), "expected bias as"),
    ("too few weights", extractor, lambda s: net(s).layers[3].innerProduct.weights.floatValue.pop(),
     "expected 96 numbers in weight for its shape (3, 32), got 95"),
    ("weights in two forms", extractor, lambda s: put(net(s).layers[3].innerProduct.weights, float16Value=b"12"),
     "got floatValue and float16Value"),
    ("half precision in odd bytes", extractor, lambda s: half(net(s).layers[3].innerProduct.weights, 95.5),
     "in pairs of bytes, got 191"),
    ("quantised to nine bits", extractor, lambda s: quantize(net(s).layers[3].innerProduct.weights, 9, 96),
     "quantised to 1 to 8 bits, got 9"),
    ("too few quantised weights", extractor, lambda s: quantize(net(s).layers[3].innerProduct.weights, 4, 94),
     "96 numbers of 4 bits in weight for its shape (3, 32), got 47 bytes"),
    ("scales for half of the outputs", extractor, lambda s: scales(net(s).layers[3].innerProduct.weights),
     "for each of its 3 outputs, got 2 and 1"),
    ("a table of another length", extractor, lambda s: table(net(s).layers[3].innerProduct.weights),
     "a table of 256 numbers for weight, got 3"),
    ("an unknown order", extractor, lambda s: put(layer(net(s), "flat", "c", "f", "flatten"), mode=2), "0 or 1, got 2"),
    ("a bias of two axes", extractor, lambda s: layer(net(s), "b", "c", "d", "bias").shape.extend([2, 2]),
     "as (C,) or (C, H, W), got 2 numbers"),
    ("preprocessing of another input", extractor, lambda s: put(net(s).preprocessing[0], featureName="x"),
     "preprocessing of the input 'drawing', got 'x'"),
    ("preprocessing of no kind", extractor, lambda s: net(s).preprocessing[0].ClearField("scaler"), "got neither"),
    ("preprocessing of an array", regressor, lambda s: net(s).preprocessing.add().scaler.SetInParent(),
     "preprocessing of images only"),
    ("a mean image of another size", extractor, lambda s: net(s).preprocessing.add().meanImage.meanImage.append(1.0),
     "a mean image of 64 finite numbers, got 1"),
    ("an array of two axes", regressor, lambda s: s.description.input[0].type.multiArrayType.shape.append(1),
     "an input of one axis or three, got 2"),
    ("an unknown mapping", extractor, lambda s: put(net(s), imageInputShapeMapping=7), "a known mapping"),
    ("an exact shape of one axis and a softmax", lambda: classifier(False),
     lambda s: put(net(s), arrayInputShapeMapping=1), "(softmax): expected a layer that reads arrays of one axis"),
    ("no labels", classifier, lambda s: net(s).ClearField("stringClassLabels"), "expected class labels, each once"),
    ("a label twice", classifier, lambda s: net(s).stringClassLabels.vector.__setitem__(0, "dog"), "each once, got 3"),
    ("too few labels", classifier, lambda s: net(s).stringClassLabels.vector.pop(), "each output, got 2 for 3"),
    # of updates
    ("no updatable layer", classifier, lambda s: unmark(net(s)), "expected an updatable layer in an updatable network"),
    ("a mark on a softmax", classifier, lambda s: put(net(s).layers[3], isUpdatable=True),
     "layer 'softmax' (softmax): expected only convolution and innerProduct to be updatable"),
    ("a weight without a mark", classifier, lambda s: put(net(s).layers[0].innerProduct.weights, isUpdatable=False),
     "expected the weight of an updatable layer to be marked"),
    ("a bias without a mark", classifier, lambda s: put(net(s).layers[0].innerProduct.bias, isUpdatable=False),
     "expected the bias of an updatable layer to be marked"),
    ("updatable and quantised", classifier, lambda s: quantize(net(s).layers[0].innerProduct.weights, 8, 12),
     "expected the weight of an updatable layer as float32, got rawValue"),
    ("updatable in half precision", classifier, lambda s: half(net(s).layers[0].innerProduct.weights, 12),
     "expected the weight of an updatable layer as float32, got float16Value"),
    ("no loss", classifier, lambda s: update(s).ClearField("lossLayers"), "expected one loss layer"),
    ("two losses", classifier, lambda s: update(s).lossLayers.add(name="more"),
     "one loss layer in an updatable network, got 2"),
    ("a loss with a layer's name", classifier, lambda s: put(update(s).lossLayers[0], name="dense"),
     "loss layer 'dense': expected a name of its own"),
    ("a loss of no kind", classifier, lambda s: update(s).lossLayers[0].ClearField("categoricalCrossEntropyLossLayer"),
     "categorical cross-entropy or mean squared error, got neither"),
    ("cross-entropy without softmax", classifier,
     lambda s: put(update(s).lossLayers[0].categoricalCrossEntropyLossLayer, input="logits"),
     "expected the output of a softmax, got that of 'dense'"),
    ("a loss of nothing", regressor, lambda s: put(update(s).lossLayers[0].meanSquaredErrorLossLayer, input="point"),
     "expected the output of a layer, got 'point'"),
    ("a target from the network", regressor,
     lambda s: put(update(s).lossLayers[0].meanSquaredErrorLossLayer, target="s"),
     "expected a target from outside of the network, got 's'"),
    ("a layer that stops gradients", regressor, lambda s: relu_between(s, "softmax"),
     "pass gradients on from the loss to 'hidden', got 'between'"),
    ("an activation that stops gradients", classifier,
     lambda s: put(net(s).layers[1].activation.leakyReLU, alpha=0.5), "to 'hidden', got 'tanh'"),
    ("no optimizer", classifier, lambda s: update(s).ClearField("optimizer"), "expected an optimizer"),
    ("SGD without a learning rate", classifier, lambda s: sgd(s).ClearField("learningRate"), "learningRate, got none"),
    ("SGD without a mini-batch", classifier, lambda s: sgd(s).ClearField("miniBatchSize"), "miniBatchSize, got none"),
    ("no epochs", classifier, lambda s: update(s).ClearField("epochs"), "the parameter epochs, got none"),
    ("Adam without a learning rate", regressor, lambda s: adam(s).ClearField("learningRate"), "learningRate, got none"),
    ("Adam without a mini-batch", regressor, lambda s: adam(s).ClearField("miniBatchSize"), "miniBatchSize, got none"),
    ("Adam without beta1", regressor, lambda s: adam(s).ClearField("beta1"), "the parameter beta1, got none"),
    ("Adam without beta2", regressor, lambda s: adam(s).ClearField("beta2"), "the parameter beta2, got none"),
    ("Adam without eps", regressor, lambda s: adam(s).ClearField("eps"), "the parameter eps, got none"),
    ("no epoch", classifier, lambda s: put(update(s).epochs, defaultValue=0), "positive values of epochs, got 0"),
    ("epochs from none", classifier, lambda s: put(update(s).epochs.range, minValue=0), "positive values of epochs"),
    ("a default out of its range", classifier, lambda s: put(update(s).epochs, defaultValue=101),
     "a default of epochs from 1 to 100, got 101"),
    ("a default out of its set", classifier, lambda s: put(sgd(s).miniBatchSize, defaultValue=3), "in its set, got 3"),
    ("a learning rate out of its range", classifier, lambda s: put(sgd(s).learningRate, defaultValue=2.0),
     "a default of learningRate from 0.0 to 1.0, got 2.0"),
    ("no training inputs", classifier, lambda s: s.description.ClearField("trainingInput"),
     "training inputs with the input 'embedding'"),
    ("no target among the training inputs", classifier, lambda s: s.description.trainingInput.pop(),
     "training inputs with the target 'label' or 'probs_true', got none"),
    ("no target of a regression", regressor, lambda s: s.description.trainingInput.pop(), "target 'values_true'"),
    ("no input among the training inputs", classifier, lambda s: s.description.trainingInput.pop(0),
     "the input 'embedding'"),
    ("a target of another type", classifier, lambda s: s.description.trainingInput[1].type.int64Type.SetInParent(),
     "a target of the labels' type, string, got int64"),
    ("a target of another shape", regressor,
     lambda s: s.description.trainingInput[1].type.multiArrayType.shape.append(2), "as many values as the output"),
    # of nearest neighbours
    ("no weighting", neighbors, lambda s: knn(s).ClearField("uniformWeighting"), "expected a weighting scheme"),
    ("no index", neighbors, lambda s: index(s).ClearField("linearIndex"), "expected an index"),
    ("a tree with empty leaves", neighbors, lambda s: index(s).singleKdTreeIndex.SetInParent(),
     "leafSize of at least 1"),
    ("no distance", neighbors, lambda s: index(s).ClearField("squaredEuclideanDistance"),
     "expected a distance function"),
    ("no dimensions", neighbors, lambda s: put(index(s), numberOfDimensions=0), "numberOfDimensions of at least 1"),
    ("a label too few", neighbors, lambda s: knn(s).stringClassLabels.vector.pop(), "each sample, got 5 for 6"),
    ("a sample too short", neighbors, lambda s: index(s).floatSamples[2].vector.pop(),
     "of numberOfDimensions 3, got one of 2"),
    ("an input of another length", neighbors,
     lambda s: s.description.input[0].type.multiArrayType.shape.__setitem__(0, 4),
     "an input of numberOfDimensions 3, got (4,)"),
    ("neither samples nor a default label", neighbors, lambda s: nothing(knn(s)), "expected a default label"),
    ("a default label of another type", neighbors, lambda s: put(knn(s), defaultInt64Label=3), "of one type"),
    ("no number of neighbours", neighbors, lambda s: knn(s).ClearField("numberOfNeighbors"),
     "numberOfNeighbors, got none"),
    ("no neighbour", neighbors, lambda s: put(knn(s).numberOfNeighbors, defaultValue=-1), "positive values"),
    # of pipelines
    ("an empty pipeline", taught, lambda s: line(s).ClearField("models"), "a pipeline with models in it"),
    ("two updatable models", lambda: piped(regressor(), classifier(source="values"), updatable=True), lambda s: None,
     "to be updatable, got part 1, part 2"),
    ("an updatable one before the end", lambda: piped(regressor(), classifier(False, "values"), updatable=True),
     lambda s: None, "to be updatable, got part 1"),
    ("updatable, with no updatable model", taught, lambda s: put(line(s).models[1], isUpdatable=False), "got none"),
    ("an updatable model in a frozen pipeline", taught, lambda s: put(s, isUpdatable=False),
     "expected no updatable model in a pipeline that is not, got part 2"),
    ("an updatable model deep within", lambda: piped(piped(extractor(), neighbors(), updatable=True)), lambda s: None,
     "expected no updatable model"),
    ("a feature that nobody gives", taught, lambda s: put(line(s).models[1].description.input[0], name="e"),
     "part 2: expected an input that the pipeline or a model before gives, got 'e'"),
    ("a feature of another shape", taught,
     lambda s: line(s).models[1].description.input[0].type.multiArrayType.shape.__setitem__(0, 4),
     "'embedding' of the type in which it is given"),
    ("an output that nobody gives", taught, lambda s: put(s.description.output[1], name="p"),
     "an output that the pipeline"),
    ("an output of another type", taught, lambda s: s.description.output[0].type.int64Type.SetInParent(),
     "'label' of the type"),
    ("names for some models", taught, lambda s: line(s).names.append("one"), "each of 2 models, got 1 names"),
    ("a name twice", taught, lambda s: line(s).names.extend(["one", "one"]), "a name of its own"),
    ("no output of the last model", taught, lambda s: s.description.output.pop(0),
     "the output 'label' of the last model"),
    ("a network that gives another shape than is read", taught, lambda s: unshaped(s, 4),
     "that reads (3,), got one that reads (4,)"),
    ("a network that gives another shape than the next reads",
     lambda: piped(extractor(), regressor(False), kind="pipeline"),
     lambda s: None, "an input that the pipeline or a model before gives, got 'point'"),
    ("another prediction", taught, lambda s: put(s.description, predictedFeatureName="x"),
     "predicts 'label' as its last"),
    ("no training inputs of the pipeline", taught, lambda s: s.description.ClearField("trainingInput"),
     "training inputs with the input 'drawing'"),
]  # fmt: skip


UNSUPPORTED: list[Case] = [
    ("another kind of model", lambda: ModelProto(specificationVersion=4),
     lambda s: s.treeEnsembleClassifier.SetInParent(), "got treeEnsembleClassifier"),
    ("a version of the future", neighbors, lambda s: put(s, specificationVersion=11), "at most 10, got 11"),
    ("two inputs", classifier, lambda s: array(s.description.input, "more", 3), "expected one input, got 2"),
    ("a number as input", classifier, lambda s: s.description.input[0].type.doubleType.SetInParent(), "of doubleType"),
    ("a text as input", classifier, lambda s: s.description.input[0].type.stringType.SetInParent(), "got a string"),
    ("an image of many sizes", extractor, lambda s: s.description.input[0].type.imageType.imageSizeRange.SetInParent(),
     "'drawing' of one size, got one of many"),
    ("an array of many shapes", regressor,
     lambda s: s.description.input[0].type.multiArrayType.shapeRange.SetInParent(),
     "'point' of one shape, got one of many"),
    ("an array in half precision", regressor,
     lambda s: put(s.description.input[0].type.multiArrayType, dataType=65552), "or INT32, got dataType 65552"),
    ("an image in half precision", extractor, lambda s: put(s.description.input[0].type.imageType, colorSpace=40),
     "got colour space 40"),
    ("a large image", extractor, lambda s: put(s.description.input[0].type.imageType, width=5000), "8 to 1024 pixels"),
    ("an exact array of three axes", lambda: spatial(), lambda s: put(net(s), arrayInputShapeMapping=1),
     "EXACT_ARRAY_MAPPING, got one of 3 axes"),
    ("a deconvolution", extractor, lambda s: put(net(s).layers[0].convolution, isDeconvolution=True),
     "got a deconvolution"),
    ("a norm that computes its mean", extractor,
     lambda s: put(layer(net(s), "n", "c", "d", "batchnorm"), computeMeanVar=True),
     "layer 'n' (batchnorm)"),
    ("pooling by length", extractor, lambda s: put(net(s).layers[2].pooling, type=2), "or the mean, got type 2"),
    ("a sum of one input", extractor, lambda s: layer(net(s), "sum", "c", "d", "add"), "two inputs or more, got one"),
    ("two inputs of a softmax", extractor, lambda s: (layer(net(s), "soft", "c", "d", "softmax"),
     net(s).layers[-1].input.append("r")), "expected one input, got 2"),
    ("joined sequences", extractor, lambda s: put(joined(net(s)), sequenceConcat=True), "got sequenceConcat"),
    ("a reshape of a sequence", extractor,
     lambda s: layer(net(s), "r2", "c", "d", "reshape").targetShape.extend([2, 2, 4, 8]),
     "got (2, 2, 4, 8)"),
    ("weights that are quantised when they are used", extractor,
     lambda s: put(net(s).layers[3].innerProduct, int8DynamicQuantize=True), "got int8DynamicQuantize"),
    ("weights for that", extractor, lambda s: int8(net(s).layers[3].innerProduct.weights), "got int8RawValue"),
    ("weights that are NaN", extractor,
     lambda s: net(s).layers[3].innerProduct.weights.floatValue.__setitem__(0, math.nan),
     "finite numbers in weight, got NaN"),
    ("a scale of pixels that is NaN", extractor, lambda s: put(net(s).preprocessing[0].scaler, channelScale=math.nan),
     "finite scales"),
    ("a scale of pixels beyond float32", extractor,
     lambda s: put(net(s).preprocessing[0].scaler, channelScale=3e38, grayBias=math.inf), "finite scales"),
    ("a scale of pixels that overflows", extractor,
     lambda s: put(net(s).preprocessing[0].scaler, channelScale=3e38), "scale as finite float32"),
    ("a sum of two shapes", extractor, lambda s: (layer(net(s), "sum", "c", "d", "add"),
     net(s).layers[-1].input.append("p")), "layer 'sum' (add)"),
    ("a classifier without softmax", lambda: classifier(False),
     lambda s: put(net(s), labelProbabilityLayerName="logits"),
     "ends in a softmax"),
    ("a loss elsewhere", classifier, lambda s: elsewhere(s), "a loss of the probabilities 'probs', got one of 'more'"),
    ("cross-entropy of a regression", regressor, lambda s: entropy(s), "the mean squared error of the output"),
    ("an output that is an image", regressor, lambda s: s.description.output[0].type.imageType.SetInParent(),
     "a multi-array, got imageType"),
    ("two outputs", regressor, lambda s: array(s.description.output, "s", 4), "expected one output, got 2"),
    ("three training inputs", classifier, lambda s: array(s.description.trainingInput, "more", 1), "got 3"),
    ("a layer of no kind", extractor, lambda s: net(s).layers[1].ClearField("activation"), "a layer of no known kind"),
    ("no layers", extractor, lambda s: net(s).ClearField("layers"), "1 to 4096 layers, got 0"),
    ("too many neighbours", neighbors, lambda s: many(s), "number-of-neighbors"),
    ("a set without end", neighbors, lambda s: knn(s).numberOfNeighbors.set.values.extend(range(1, 2000)),
     "at most 1024 values"),
    ("samples that are NaN", neighbors, lambda s: index(s).floatSamples[2].vector.__setitem__(0, math.inf),
     "samples of finite"),
    ("a classifier before the end", lambda: piped(classifier(False), neighbors(source="embedding"), updatable=True),
     lambda s: None, "expected neural networks before the last model"),
    ("many models", lambda: piped(*[extractor() for _ in range(65)], kind="pipeline"), lambda s: None,
     "at most 64 models"),
    ("a feature that two models give", lambda: piped(extractor(), extractor(), classifier(False)), lambda s: None,
     "a name of its own for each feature, got 'embedding' twice"),
    ("more values than fit in memory", lambda: spatial(), lambda s: enlarge(s),
     "16777216 values in all blobs, got more"),
    ("another model in a pipeline", taught, lambda s: line(s).models[0].scaler.SetInParent(),
     "part 1: expected one of"),
]  # fmt: skip


def half(params: Spec, count: float) -> None:
    params.ClearField("floatValue")
    params.float16Value = bytes(int(count * 2))


def scales(params: Spec) -> None:
    quantize(params, 8, 96)
    params.quantization.linearQuantization.scale.append(0.2)


def table(params: Spec) -> None:
    quantize(params, 8, 96)
    params.quantization.lookupTableQuantization.floatValue.extend([1, 2, 3])


def int8(params: Spec) -> None:
    params.ClearField("floatValue")
    params.int8RawValue = bytes(96)


def unmark(network: Spec) -> None:
    for one in network.layers:
        one.isUpdatable = False


def nothing(neighbors_: Spec) -> None:
    neighbors_.ClearField("stringClassLabels")
    neighbors_.ClearField("defaultStringLabel")
    neighbors_.nearestNeighborsIndex.ClearField("floatSamples")


def spatial() -> Spec:
    spec = ModelProto(specificationVersion=4)
    array(spec.description.input, "blob", 3, 4, 4)
    array(spec.description.output, "out", 48)
    layer(spec.neuralNetwork, "flat", "blob", "out", "flatten")
    return spec


def enlarge(spec: Spec) -> None:
    spec.description.input[0].type.multiArrayType.shape[:] = [16, 1024, 1024]


def joined(network: Spec) -> Spec:
    params = layer(network, "joined", "c", "d", "concat")
    network.layers[-1].input.append("r")
    return params


def elsewhere(spec: Spec) -> None:
    dense(net(spec), "side", "logits", "side", 3, 3, updatable=True)
    layer(net(spec), "more", "side", "more", "softmax")
    update(spec).lossLayers[0].categoricalCrossEntropyLossLayer.input = "more"


def entropy(spec: Spec) -> None:
    layer(net(spec), "soft", "values", "p", "softmax")
    loss = update(spec).lossLayers[0].categoricalCrossEntropyLossLayer
    loss.input, loss.target = "p", "values_true"


def many(spec: Spec) -> None:
    number = knn(spec).numberOfNeighbors
    number.range.maxValue = number.defaultValue = 2000


@pytest.mark.parametrize("case", INVALID, ids=[case[0] for case in INVALID])
def test_what_core_ml_refuses_is_refused(case: Case) -> None:
    _, make, change, words = case
    spec = make()
    change(spec)
    with refused(FormatError, "coreml-invalid", words, "expected", "got"):
        compile_model(write(spec))


@pytest.mark.parametrize("case", UNSUPPORTED, ids=[case[0] for case in UNSUPPORTED])
def test_what_is_not_supported_is_refused(case: Case) -> None:
    _, make, change, words = case
    spec = make()
    change(spec)
    with refused(FormatError, "coreml-unsupported", words, "expected", "got"):
        compile_model(write(spec))


@pytest.mark.parametrize("make", [extractor, neighbors, classifier, regressor, taught, spatial])
def test_what_the_rules_are_tried_on_is_valid(make: Callable[[], Spec]) -> None:
    assert model_of(make()) is not None


def test_all_problems_are_told_at_once_with_their_places() -> None:
    spec = taught()
    spec.specificationVersion = 2
    first, second = line(spec).models
    first.neuralNetwork.layers[0].convolution.isDeconvolution = True
    layer(first.neuralNetwork, "sort", "drawing", "x", "argSort")
    second.kNearestNeighborsClassifier.ClearField("uniformWeighting")
    text(second.description.input, "words")
    with refused(FormatError, "coreml-invalid") as caught:
        compile_model(write(spec))
    said = str(caught.value).splitlines()[1:]
    assert [line_.split(":")[0] for line_ in said] == [
        "- model", "- model, part 2", "- model, part 1, layer 'conv' (convolution)",
        "- model, part 1, layer 'sort' (argSort)", "- model, part 2", "- model, part 2",
    ]  # fmt: skip


def test_marks_mean_nothing_in_a_model_that_is_not_updatable() -> None:
    spec = classifier()
    spec.isUpdatable = False
    net(spec).layers[3].isUpdatable = True
    model = model_of(spec)
    assert model.description.training_inputs == ()
    assert not model.head.network.updatable


def test_what_is_wider_than_the_engine_allows_is_narrowed_to_it() -> None:
    spec = regressor()
    adam(spec).beta1.range.maxValue = 1.0
    net(spec).updateParams.seed.range.minValue = -5
    net(spec).updateParams.seed.range.maxValue = 2**62
    knowns = {str(key): item for key, item in model_of(spec).parameters.items()}
    assert knowns["beta1"].maximum is not None
    assert knowns["beta1"].maximum < 1.0
    assert (knowns["seed"].minimum, knowns["seed"].maximum) == (0, 2**53)


def test_images_may_be_read_with_four_axes() -> None:
    spec = extractor()
    spec.specificationVersion, net(spec).imageInputShapeMapping = 4, 1
    assert model_of(spec).head.network.same_as(model_of(extractor()).head.network)
    other = extractor()
    image(other.description.output, "picture")
    with refused(FormatError, "coreml-unsupported", "expected one output, got 2"):
        compile_model(write(other))


def unshaped(spec: Spec, dimension: int) -> None:
    """The extractor does not say what shape it gives, and the neighbours read another."""
    parts = line(spec).models
    parts[0].description.output[0].type.multiArrayType.ClearField("shape")
    parts[1].CopyFrom(neighbors(dimension))


def test_samples_with_labels_need_no_default_label() -> None:
    spec = neighbors()
    knn(spec).ClearField("defaultStringLabel")
    assert model_of(spec).head.default_label == ""


def test_a_view_of_a_blob_is_made_once_and_its_name_is_nobody_elses() -> None:
    spec = spatial()
    network = spec.neuralNetwork
    del network.layers[:]
    layer(network, "blob: vector", "blob", "blob: vector", "softmax")
    dense(network, "one", "blob", "a", 4, 48)
    dense(network, "two", "blob", "b", 4, 48)
    layer(network, "sum", "a", "out", "add")
    network.layers[-1].input.append("b")
    spec.description.output[0].type.multiArrayType.ClearField("shape")
    layers_ = model_of(spec).head.network.layers
    assert [(one.name, one.inputs) for one in layers_] == [
        ("blob: vector", ("blob",)), ("blob: vector 2", ("blob",)), ("one", ("blob: vector 2",)),
        ("two", ("blob: vector 2",)), ("sum", ("a", "b")),
    ]  # fmt: skip


def test_several_networks_before_the_last_model_are_one() -> None:
    first, second, third = extractor(4), ModelProto(specificationVersion=1), regressor(False)
    array(second.description.input, "embedding", 4)
    array(second.description.output, "point", 3)
    dense(second.neuralNetwork, "conv", "embedding", "c", 5, 4)
    layer(second.neuralNetwork, "relu", "c", "r", "activation").ReLU.SetInParent()
    dense(second.neuralNetwork, "dense", "r", "point", 3, 5)
    whole = model_of(piped(piped(first, second, kind="pipeline"), third, kind="pipeline"))
    assert [one.name for one in whole.network.layers][:2] == ["1/conv", "1/relu"]
    drawing = given("drawing", FeatureValue.image(scribble(3)))
    value = drawing
    for spec in (first, second, third):
        model = model_of(spec)
        answer = model.predict(value).values
        name = model.description.outputs[0].name
        value = given(name, FeatureValue.multi_array(answer))
    assert whole.predict(drawing).values == pytest.approx(answer, abs=1e-5)
