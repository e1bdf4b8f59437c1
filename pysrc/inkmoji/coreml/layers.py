"""Layers of Core ML's neural networks as those of the engine.

What each means is documented in the format's ``NeuralNetwork.proto``; defaults are those it states.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from inkmoji.coreml.graph import Graph
from inkmoji.coreml.problems import Refusal
from inkmoji.coreml.schema import Proto
from inkmoji.coreml.weights import Array, Weights
from inkmoji.layer import Setting, Shape

NEGLIGIBLE = 1e-20  # an epsilon below the square of any length that matters
_ORDERS = ("channel-first", "channel-last")
_POOLS = ("max_pool", "average_pool", "L2")


@dataclass(frozen=True)
class Read:
    """What a layer is here.

    Attributes:
        kind, settings, weights: of the engine's layer.
        wants: the shape that its inputs must have: "vector", "image", "pixel" (a vector, if it is an image of one
            pixel) or "any".
        same: whether the output must have the input's shape, where that was another.
    """

    kind: str
    settings: Mapping[str, Setting] = field(default_factory=dict)
    weights: Mapping[str, Array] = field(default_factory=dict)
    wants: str = "any"
    same: bool = False


def add_layer(graph: Graph, layer: Proto, weights: Weights, updatable: bool) -> None:
    """Adds what a layer says to a graph that has all that it reads.

    Raises:
        Refusal: for what is not supported or not valid.
        NetworkError: for parts that do not fit together.
    """
    kind = layer.WhichOneof("layer")
    reader = _READERS.get(kind)
    if reader is None:
        raise Refusal(f"expected one of the kinds {', '.join(_READERS)}, got {kind or 'a layer of no known kind'}")
    if len(layer.output) != 1 or not layer.input:
        raise Refusal(f"expected inputs and one output, got {len(layer.input)} and {len(layer.output)}", True)
    inputs = [graph.source(blob) for blob in layer.input]
    read = reader(getattr(layer, kind), weights, graph.shapes[inputs[0]], updatable)
    if len(inputs) > 1 and read.kind not in ("add", "concatenate"):
        raise Refusal(f"expected one input, got {len(inputs)}")
    if len(inputs) < 2 and read.kind in ("add", "concatenate"):
        raise Refusal("expected two inputs or more, got one")
    shape, output = graph.shapes[inputs[0]], layer.output[0]
    if read.wants != "any":
        inputs = [getattr(graph, read.wants)(blob) for blob in inputs]
    back = read.same and read.wants == "vector" and len(shape) == 3 and shape[1:] != (1, 1)
    inner = graph.own(f"{output}: {read.kind}") if back else output
    graph.add(read.kind, layer.name, tuple(inputs), inner, read.settings, read.weights, updatable)
    if back:
        graph.add("reshape", graph.own(f"{output}: image"), (inner,), output, {"shape": shape})


def _pair(name: str, values: Proto, default: int) -> tuple[int, int]:
    if len(values) not in (0, 2):
        raise Refusal(f"expected {name} as height and width, got {len(values)} numbers", True)
    return (values[0], values[1]) if len(values) else (default, default)


def _side(name: str, values: Proto, default: int) -> int | tuple[int, int]:
    """As the engine writes it: one number where both are equal."""
    down, across = _pair(name, values, default)
    return down if down == across else (down, across)


def _padding(params: Proto, choice: str) -> dict[str, Setting]:
    kind = params.WhichOneof(choice)
    if kind == "same":
        return {"padding": "same-lower" if params.same.asymmetryMode else "same"}
    if kind == "includeLastPixel":
        down, across = _pair("paddingAmounts", params.includeLastPixel.paddingAmounts, 0)
        return {"padding": (down, down, across, across), "include_last": True}
    if kind != "valid":
        raise Refusal("expected a kind of padding, got none", True)
    edges = params.valid.paddingAmounts.borderAmounts
    if len(edges) not in (0, 2):
        raise Refusal(f"expected paddingAmounts for height and width, got {len(edges)}", True)
    amounts = tuple(side for edge in edges for side in (edge.startEdgeSize, edge.endEdgeSize))
    return {"padding": amounts if any(amounts) else "valid"}


def _with_bias(params: Proto, weights: Weights, shape: Shape, updatable: bool) -> dict[str, Array]:
    """The weight and, where there is one, the bias of a layer that can be updated."""
    found = weights.read("weight", params.weights, shape, updatable)
    if params.hasBias:
        if updatable:
            found |= weights.read("bias", params.bias, shape[:1], True)
        else:
            found["bias"] = weights.plain("bias", params.bias, shape[:1])
    return found


def _convolution(params: Proto, weights: Weights, shape: Shape, updatable: bool) -> Read:
    if params.isDeconvolution:
        raise Refusal("expected a convolution, got a deconvolution")
    size = _pair("kernelSize", params.kernelSize, 3)
    settings: dict[str, Setting] = {
        "stride": _side("stride", params.stride, 1),
        **_padding(params, "ConvolutionPaddingType"),
    }
    dilation, groups = _side("dilationFactor", params.dilationFactor, 1), params.nGroups or 1
    settings |= {} if dilation == 1 else {"dilation": dilation}
    settings |= {} if groups == 1 else {"groups": groups}
    kernel = (params.outputChannels, params.kernelChannels, *size)
    return Read("convolution", settings, _with_bias(params, weights, kernel, updatable), "image")


def _inner_product(params: Proto, weights: Weights, shape: Shape, updatable: bool) -> Read:
    if params.int8DynamicQuantize:
        raise Refusal("expected weights that are read as they are, got int8DynamicQuantize")
    matrix = (params.outputChannels, params.inputChannels)
    return Read("inner_product", {}, _with_bias(params, weights, matrix, updatable), "vector")


def _batchnorm(params: Proto, weights: Weights, shape: Shape, updatable: bool) -> Read:
    if params.computeMeanVar or params.instanceNormalization:
        raise Refusal("expected a norm with stored mean and variance, got one that computes them")
    names = ("gamma", "beta", "mean", "variance")
    arrays = {name: weights.plain(name, getattr(params, name), (params.channels,)) for name in names}
    return Read("batch_norm", {"epsilon": params.epsilon or 1e-5}, arrays, "image")


def _activation(params: Proto, weights: Weights, shape: Shape, updatable: bool) -> Read:
    kinds = {"ReLU": "relu", "leakyReLU": "leaky_relu", "tanh": "tanh", "sigmoid": "sigmoid"}
    kind = params.WhichOneof("NonlinearityType")
    if kind not in kinds:
        raise Refusal(f"expected one of the activations {', '.join(kinds)}, got {kind or 'none that is known'}")
    return Read(kinds[kind], {"alpha": params.leakyReLU.alpha} if kind == "leakyReLU" else {})


def _softmax(params: Proto, weights: Weights, shape: Shape, updatable: bool) -> Read:
    return Read("softmax", wants="pixel")


def _l2normalize(params: Proto, weights: Weights, shape: Shape, updatable: bool) -> Read:
    epsilon = params.epsilon or 1e-6
    return Read("l2_normalize", {} if epsilon <= NEGLIGIBLE else {"epsilon": epsilon}, {}, "vector", same=True)


def _pooling(params: Proto, weights: Weights, shape: Shape, updatable: bool) -> Read:
    kind = _POOLS[params.type] if params.type in (0, 1) else "L2"
    if kind == "L2":
        raise Refusal(f"expected pooling by the largest value or the mean, got type {params.type}")
    if params.globalPooling:
        return Read(f"global_{kind}", wants="image")
    settings: dict[str, Setting] = {
        "size": _side("kernelSize", params.kernelSize, 3),
        "stride": _side("stride", params.stride, 1),
        **_padding(params, "PoolingPaddingType"),
    }
    if kind == "average_pool" and params.avgPoolExcludePadding:
        settings["exclude_padding"] = True
    return Read(kind, settings, wants="image")


def _flatten(params: Proto, weights: Weights, shape: Shape, updatable: bool) -> Read:
    return Read("flatten", {"order": _order(params)} if params.mode else {})


def _reshape(params: Proto, weights: Weights, shape: Shape, updatable: bool) -> Read:
    target = tuple(params.targetShape)
    if len(target) not in (3, 4) or (len(target) == 4 and target[0] != 1):
        raise Refusal(f"expected targetShape as (C, H, W) or (1, C, H, W), got {target[:8]}")
    settings: dict[str, Setting] = {"shape": target[-3:]}
    return Read("reshape", settings | ({"order": _order(params)} if params.mode else {}), wants="image")


def _order(params: Proto) -> str:
    if params.mode not in (0, 1):
        raise Refusal(f"expected a mode of 0 or 1, got {params.mode}", True)
    return _ORDERS[params.mode]


def _add(params: Proto, weights: Weights, shape: Shape, updatable: bool) -> Read:
    return Read("add", wants="pixel")


def _concat(params: Proto, weights: Weights, shape: Shape, updatable: bool) -> Read:
    if params.sequenceConcat:
        raise Refusal("expected channels to be joined, got sequenceConcat")
    return Read("concatenate", wants="pixel")


def _scale(params: Proto, weights: Weights, shape: Shape, updatable: bool) -> Read:
    arrays = {"scale": _spread("scale", params.scale, params.shapeScale, weights, shape)}
    if params.hasBias:
        arrays["bias"] = _spread("bias", params.bias, params.shapeBias, weights, shape)
    return Read("scale", {}, arrays)


def _bias(params: Proto, weights: Weights, shape: Shape, updatable: bool) -> Read:
    return Read("bias", {}, {"bias": _spread("bias", params.bias, params.shape, weights, shape)})


def _spread(name: str, params: Proto, shape: Proto, weights: Weights, of_input: Shape) -> Array:
    """A weight for a blob; one for each channel of a vector may be written as an image."""
    if len(shape) not in (1, 3):
        raise Refusal(f"expected the shape of {name} as (C,) or (C, H, W), got {len(shape)} numbers", True)
    array = weights.plain(name, params, tuple(shape))
    return array.ravel() if array.shape[1:] == (1, 1) else array


_Reader = Callable[[Proto, Weights, Shape, bool], Read]
_READERS: Mapping[str, _Reader] = {
    "convolution": _convolution,
    "innerProduct": _inner_product,
    "batchnorm": _batchnorm,
    "activation": _activation,
    "softmax": _softmax,
    "pooling": _pooling,
    "flatten": _flatten,
    "reshape": _reshape,
    "add": _add,
    "concat": _concat,
    "scale": _scale,
    "bias": _bias,
    "l2normalize": _l2normalize,
}
