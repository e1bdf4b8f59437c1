"""Forward computation of each kind of layer, and the shape it gives.

All blobs are float32 with the batch first: images (N, C, H, W), vectors (N, D). Shapes of blobs are given
without N. Weights have the shapes and meaning of Core ML's NeuralNetwork layers, which are PyTorch's too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from inkmoji.errors import NetworkError
from inkmoji.linalg import Floats, im2col, matmul

MOST_VALUES = 1 << 24  # that a network may hold at once for one drawing: 64 MB, far above any model for a web page

Shape = tuple[int, ...]
Setting = int | float | str
Weights = Mapping[str, NDArray[np.float32] | NDArray[np.float16]]


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer of a network.

    Attributes:
        name: unique in its network.
        kind: a key of ``KINDS``.
        inputs: names of the blobs it reads.
        output: name of the blob it writes.
        settings: the kind's numbers and words, for instance ``{"stride": 1, "padding": "same"}``.
        weights: the kind's arrays, float32 or float16.
    """

    name: str
    kind: str
    inputs: tuple[str, ...]
    output: str
    settings: Mapping[str, Setting] = field(default_factory=dict)
    weights: Weights = field(default_factory=dict)

    def whole(self, setting: str, least: int = 1, most: int = 64) -> int:
        """A whole-number setting within bounds."""
        value = self.settings[setting]
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise self.error("network-layer", f"{setting} as a whole number from {least} to {most}", repr(value))
        return value

    def weight(self, name: str) -> Floats:
        """An array of the layer as float32."""
        return np.asarray(self.weights[name], dtype=np.float32)

    def error(self, code: str, expected: str, got: str) -> NetworkError:
        """An error that names this layer."""
        return NetworkError(code, f"layer {self.name!r} ({self.kind}): expected {expected}, got {got}")


def convolution(layer: Layer, blob: Floats) -> Floats:
    """Cross-correlation with weight (O, C, KH, KW) and bias (O,), "valid" or centred "same" padding."""
    weight, stride = layer.weight("weight"), layer.whole("stride")
    kernel = (weight.shape[2], weight.shape[3])
    if layer.settings["padding"] == "same":
        blob = _padded_same(blob, kernel, stride)
    rows, columns = _positions(blob.shape[2:], kernel, stride)
    product = matmul(weight.reshape(len(weight), -1), im2col(blob, kernel, stride))
    product += layer.weight("bias")[:, None]
    return product.reshape(len(blob), len(weight), rows, columns)


def _padded_same(blob: Floats, kernel: tuple[int, int], stride: int) -> Floats:
    """Zeros around, the odd one below and to the right, so that the output has ceil(side / stride) positions."""
    pads = []
    for side, size in zip(blob.shape[2:], kernel, strict=True):
        total = max((-(-side // stride) - 1) * stride + size - side, 0)
        pads.append((total // 2, total - total // 2))
    return np.pad(blob, ((0, 0), (0, 0), *pads))


def _positions(sides: Shape, kernel: Shape, stride: int) -> tuple[int, int]:
    """How often a kernel fits, down and across."""
    return (sides[0] - kernel[0]) // stride + 1, (sides[1] - kernel[1]) // stride + 1


def _convolution_shape(layer: Layer, shape: Shape) -> Shape:
    weight, stride = layer.weights["weight"], layer.whole("stride")
    if len(shape) != 3 or weight.ndim != 4 or weight.shape[1] != shape[0] or 0 in weight.shape:
        raise layer.error("network-shape", f"weight (O, C, KH, KW) for an input {shape}", str(weight.shape))
    if layer.weights["bias"].shape != weight.shape[:1]:
        raise layer.error("network-shape", f"bias of shape {weight.shape[:1]}", str(layer.weights["bias"].shape))
    if layer.settings["padding"] == "same":
        output = (len(weight), -(-shape[1] // stride), -(-shape[2] // stride))
    elif layer.settings["padding"] == "valid":
        output = _fitting(layer, len(weight), shape, weight.shape[2:], stride)
    else:
        raise layer.error("network-layer", 'padding "same" or "valid"', repr(layer.settings["padding"]))
    patches = math.prod(weight.shape[1:]) * output[1] * output[2]
    if patches > MOST_VALUES:
        raise layer.error("network-shape", f"at most {MOST_VALUES} values in all patches", str(patches))
    return output


def _fitting(layer: Layer, channels: int, shape: Shape, kernel: Shape, stride: int) -> tuple[int, int, int]:
    rows, columns = _positions(shape[1:], kernel, stride)
    if kernel[0] > shape[1] or kernel[1] > shape[2]:
        raise layer.error("network-shape", f"an input of at least {kernel}", str(shape[1:]))
    return (channels, rows, columns)


def batch_norm(layer: Layer, blob: Floats) -> Floats:
    """(x - mean) / sqrt(variance + epsilon) * gamma + beta per channel: Ioffe & Szegedy 2015, at inference."""
    scale, shift = batch_norm_affine(layer)
    return blob * scale[:, None, None] + shift[:, None, None]


def batch_norm_affine(layer: Layer) -> tuple[Floats, Floats]:
    """The layer as scale and shift per channel, (C,) each."""
    scale = layer.weight("gamma") / np.sqrt(layer.weight("variance") + np.float32(layer.settings["epsilon"]))
    return scale, layer.weight("beta") - layer.weight("mean") * scale


def _batch_norm_shape(layer: Layer, shape: Shape) -> Shape:
    for name, array in layer.weights.items():
        if len(shape) != 3 or array.shape != shape[:1]:
            raise layer.error("network-shape", f"{name} (C,) for an input (C, H, W) of {shape}", str(array.shape))
    epsilon = layer.settings["epsilon"]
    if not isinstance(epsilon, float) or not 0.0 < np.float32(epsilon) < 1.0:
        raise layer.error("network-layer", "epsilon as a float32 between 0 and 1", repr(epsilon))
    if float(layer.weight("variance").min()) < 0.0:
        raise layer.error("network-weights", "variances of at least 0", str(layer.weight("variance").min()))
    return shape


def relu(layer: Layer, blob: Floats) -> Floats:
    """max(x, 0)."""
    return np.maximum(blob, np.float32(0.0))


def max_pool(layer: Layer, blob: Floats) -> Floats:
    """The largest value of each size × size window, "valid": a rest at the edge is left out."""
    size, stride = layer.whole("size"), layer.whole("stride")
    rows, columns = _positions(blob.shape[2:], (size, size), stride)
    largest = np.full((*blob.shape[:2], rows, columns), -np.inf, np.float32)
    for down in range(size):
        for across in range(size):
            part = blob[:, :, down : down + rows * stride : stride, across : across + columns * stride : stride]
            np.maximum(largest, part[:, :, :rows, :columns], out=largest)
    return largest


def _max_pool_shape(layer: Layer, shape: Shape) -> Shape:
    if len(shape) != 3:
        raise layer.error("network-shape", "an input (C, H, W)", str(shape))
    size = layer.whole("size")
    return _fitting(layer, shape[0], shape, (size, size), layer.whole("stride"))


def flatten(layer: Layer, blob: Floats) -> Floats:
    """(N, C, H, W) to (N, C * H * W), channel first."""
    return blob.reshape(len(blob), math.prod(blob.shape[1:]))


def inner_product(layer: Layer, blob: Floats) -> Floats:
    """x @ weight.T + bias with weight (O, I) and bias (O,)."""
    product = matmul(blob, layer.weight("weight").T)
    product += layer.weight("bias")
    return product


def _inner_product_shape(layer: Layer, shape: Shape) -> Shape:
    weight = layer.weights["weight"]
    if len(shape) != 1 or weight.ndim != 2 or weight.shape[1:] != shape or 0 in weight.shape:
        raise layer.error("network-shape", f"weight (O, I) for an input (I,) of {shape}", str(weight.shape))
    if layer.weights["bias"].shape != weight.shape[:1]:
        raise layer.error("network-shape", f"bias of shape {weight.shape[:1]}", str(layer.weights["bias"].shape))
    return weight.shape[:1]


def l2_normalize(layer: Layer, blob: Floats) -> Floats:
    """x / |x| for each vector (N, D); a vector of zeros stays one."""
    length = np.sqrt((blob * blob).sum(axis=1, keepdims=True))
    normal: Floats = blob / np.maximum(length, np.float32(1e-12))
    return normal


def _l2_normalize_shape(layer: Layer, shape: Shape) -> Shape:
    if len(shape) != 1:
        raise layer.error("network-shape", "an input (D,)", str(shape))
    return shape


@dataclass(frozen=True)
class Kind:
    """What a network must know of a kind of layer.

    Attributes:
        forward: blob (N, ...) to blob (N, ...).
        shape: input shape to output shape, without N; checks settings and weights too.
        settings, weights: the names a layer of this kind must have, no more and no fewer.
    """

    forward: Callable[[Layer, Floats], Floats]
    shape: Callable[[Layer, Shape], Shape]
    settings: frozenset[str] = frozenset()
    weights: frozenset[str] = frozenset()


_AFFINE = frozenset({"weight", "bias"})

KINDS: Mapping[str, Kind] = {
    "convolution": Kind(convolution, _convolution_shape, frozenset({"stride", "padding"}), _AFFINE),
    "batch_norm": Kind(
        batch_norm, _batch_norm_shape, frozenset({"epsilon"}), frozenset({"gamma", "beta", "mean", "variance"})
    ),
    "relu": Kind(relu, lambda layer, shape: shape),
    "max_pool": Kind(max_pool, _max_pool_shape, frozenset({"size", "stride"})),
    "flatten": Kind(flatten, lambda layer, shape: (math.prod(shape),)),
    "inner_product": Kind(inner_product, _inner_product_shape, weights=_AFFINE),
    "l2_normalize": Kind(l2_normalize, _l2_normalize_shape),
}
