"""Layers of the engine as those of Core ML's neural networks: undoes ``layers``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from inkmoji.coreml import weights
from inkmoji.coreml.schema import Proto
from inkmoji.layer import Layer
from inkmoji.linalg import Pair

_TINY = 1e-24  # Core ML takes an epsilon of 0 as its default
_ACTIVATIONS = {"relu": "ReLU", "leaky_relu": "leakyReLU", "sigmoid": "sigmoid", "tanh": "tanh"}


def write_layer(place: Proto, layer: Layer, full: bool) -> None:
    """Fills in a layer's kind, settings and weights; its name and blobs are for whoever knows their names.

    Args:
        place: an empty layer of Core ML.
        layer: of the engine, checked by a network.
        full: whether weights are written in full precision, as those of an updatable network.
    """
    place.isUpdatable = layer.updatable
    _WRITERS[layer.kind](place, layer, full)


def _weight(place: Proto, layer: Layer, name: str, full: bool) -> None:
    weights.write(place, layer.weights[name], layer.weights.get(f"{name}_scale"), full)
    place.isUpdatable = layer.updatable


def _matrix(params: Proto, layer: Layer, full: bool) -> None:
    _weight(params.weights, layer, "weight", full)
    if "bias" in layer.weights:
        params.hasBias = True
        _weight(params.bias, layer, "bias", full)


def _convolution(place: Proto, layer: Layer, full: bool) -> None:
    params, shape = place.convolution, layer.weights["weight"].shape
    params.outputChannels, params.kernelChannels = shape[:2]
    params.kernelSize.extend(shape[2:])
    params.nGroups = layer.whole("groups", most=1 << 16, default=1)
    params.stride.extend(layer.pair("stride"))
    params.dilationFactor.extend(layer.pair("dilation", default=1))
    _padding(params, layer)
    _matrix(params, layer, full)


def _padding(params: Proto, layer: Layer) -> None:
    padding = layer.settings.get("padding", "valid")
    amounts = padding if isinstance(padding, tuple) else (0, 0, 0, 0)
    if layer.flag("include_last"):
        params.includeLastPixel.paddingAmounts.extend(amounts[::2])
    elif padding in ("same", "same-lower"):
        params.same.asymmetryMode = int(padding == "same-lower")
    else:
        params.valid.SetInParent()
        for before, after in _pairs(amounts) if any(amounts) else ():
            params.valid.paddingAmounts.borderAmounts.add(startEdgeSize=before, endEdgeSize=after)


def _pairs(amounts: tuple[int, ...]) -> tuple[Pair, Pair]:
    return (amounts[0], amounts[1]), (amounts[2], amounts[3])


def _inner_product(place: Proto, layer: Layer, full: bool) -> None:
    params = place.innerProduct
    params.outputChannels, params.inputChannels = layer.weights["weight"].shape
    _matrix(params, layer, full)


def _batch_norm(place: Proto, layer: Layer, full: bool) -> None:
    params = place.batchnorm
    params.channels = len(layer.weights["gamma"])
    params.epsilon = layer.settings["epsilon"]
    for name in ("gamma", "beta", "mean", "variance"):
        _weight(getattr(params, name), layer, name, full)


def _activation(place: Proto, layer: Layer, full: bool) -> None:
    params = getattr(place.activation, _ACTIVATIONS[layer.kind])
    params.SetInParent()
    if layer.kind == "leaky_relu":
        params.alpha = layer.settings["alpha"]


def _softmax(place: Proto, layer: Layer, full: bool) -> None:
    place.softmax.SetInParent()


def _l2_normalize(place: Proto, layer: Layer, full: bool) -> None:
    place.l2normalize.epsilon = layer.settings.get("epsilon") or _TINY


def _pool(place: Proto, layer: Layer, full: bool) -> None:
    params = place.pooling
    params.type = int("average" in layer.kind)
    if layer.kind.startswith("global"):
        params.globalPooling = True
        params.valid.SetInParent()
        return
    params.kernelSize.extend(layer.pair("size"))
    params.stride.extend(layer.pair("stride"))
    params.avgPoolExcludePadding = layer.flag("exclude_padding")
    _padding(params, layer)


def _flatten(place: Proto, layer: Layer, full: bool) -> None:
    place.flatten.mode = _mode(layer)


def _reshape(place: Proto, layer: Layer, full: bool) -> None:
    shape = layer.settings["shape"]
    sides = shape if isinstance(shape, tuple) else ()
    place.reshape.targetShape.extend(sides if len(sides) == 3 else (*sides, 1, 1))
    place.reshape.mode = _mode(layer)


def _mode(layer: Layer) -> int:
    return int(layer.settings.get("order") == "channel-last")


def _add(place: Proto, layer: Layer, full: bool) -> None:
    place.add.SetInParent()


def _concatenate(place: Proto, layer: Layer, full: bool) -> None:
    place.concat.SetInParent()


def _scale(place: Proto, layer: Layer, full: bool) -> None:
    params = place.scale
    params.shapeScale.extend(layer.weights["scale"].shape)
    _weight(params.scale, layer, "scale", full)
    if "bias" in layer.weights:
        params.hasBias = True
        params.shapeBias.extend(layer.weights["bias"].shape)
        _weight(params.bias, layer, "bias", full)


def _bias(place: Proto, layer: Layer, full: bool) -> None:
    place.bias.shape.extend(layer.weights["bias"].shape)
    _weight(place.bias.bias, layer, "bias", full)


_WRITERS: Mapping[str, Callable[[Proto, Layer, bool], None]] = {
    "convolution": _convolution,
    "inner_product": _inner_product,
    "batch_norm": _batch_norm,
    **dict.fromkeys(_ACTIVATIONS, _activation),
    "softmax": _softmax,
    "l2_normalize": _l2_normalize,
    **dict.fromkeys(("max_pool", "average_pool", "global_max_pool", "global_average_pool"), _pool),
    "flatten": _flatten,
    "reshape": _reshape,
    "add": _add,
    "concatenate": _concatenate,
    "scale": _scale,
    "bias": _bias,
}
