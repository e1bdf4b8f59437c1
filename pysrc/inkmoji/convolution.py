"""Convolution: forward, backward and the gradients of its weights.

The weight has the shape and meaning of Core ML's ``ConvolutionLayerParams``, which are PyTorch's too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from inkmoji.layer import MOST_VALUES, Kind, Layer, Shape
from inkmoji.linalg import Floats, Pair, col2im, im2col, matmul
from inkmoji.windows import Windows, check_padded, windows

MOST_GROUPS = 1 << 16


def _convolution(layer: Layer, blob: Floats) -> Floats:
    """Cross-correlation with weight (O, C / groups, KH, KW) and bias (O,)."""
    return _correlated(layer, blob, placed_windows(layer, blob.shape[2:]))


def _correlated(layer: Layer, blob: Floats, placed: Windows) -> Floats:
    product = matmul(_kernels(layer), _patches(layer, blob, placed))
    output = product.reshape(len(blob), len(layer.weights["weight"]), *placed.counts)
    if "bias" in layer.weights:
        output += layer.weight("bias")[:, None, None]
    return output


def prepared(layer: Layer, shape: Shape, rectified: bool) -> Callable[..., Floats]:
    """The layer for blobs of one shape, with everything done that does not depend on their values.

    Args:
        layer: its weights are taken as they are now.
        shape: (C, H, W) of its input.
        rectified: whether a ReLU follows.

    Returns:
        Of a blob (N, C, H, W), and maybe one of the output's shape that is added before the ReLU.
    """
    placed = placed_windows(layer, shape[1:])

    def run(blob: Floats, added: Floats | None = None) -> Floats:
        output = _correlated(layer, blob, placed)
        if added is not None:
            output += added
        return np.maximum(output, np.float32(0.0), out=output) if rectified else output

    return run


def _backward(layer: Layer, gradient: Floats, output: Floats, blob: Floats) -> tuple[Floats]:
    placed = placed_windows(layer, blob.shape[2:])
    columns = matmul(_kernels(layer).swapaxes(1, 2), _by_group(layer, gradient))
    count, groups, values, places = columns.shape
    columns = columns.reshape(count, groups * values, places)
    return (placed.crop(col2im(columns, placed.padded, placed.size, placed.stride, placed.dilation)),)


def _gradients(layer: Layer, gradient: Floats, blob: Floats) -> dict[str, Floats]:
    patches = _patches(layer, blob, placed_windows(layer, blob.shape[2:]))
    products = matmul(_by_group(layer, gradient), patches.swapaxes(2, 3))
    gradients: dict[str, Floats] = {"weight": products.sum(axis=0).reshape(layer.weights["weight"].shape)}
    if "bias" in layer.weights:
        gradients["bias"] = gradient.sum(axis=(0, 2, 3))
    return gradients


def placed_windows(layer: Layer, sides: Shape) -> Windows:
    """Where the layer's patches lie over an image of these sides."""
    height, width = layer.weights["weight"].shape[2:]
    return windows(layer, sides, (height, width), _dilation(layer))


def _dilation(layer: Layer) -> Pair:
    return layer.pair("dilation", default=1)


def groups_of(layer: Layer) -> int:
    """How many parts its channels are in that see nothing of each other."""
    return layer.whole("groups", most=MOST_GROUPS, default=1)


def _kernels(layer: Layer) -> Floats:
    """The weight as (groups, O / groups, values of a patch)."""
    weight, groups = layer.weight("weight"), groups_of(layer)
    return weight.reshape(groups, len(weight) // groups, -1)


def _by_group(layer: Layer, gradient: Floats) -> Floats:
    """(N, O, rows, columns) as (N, groups, O / groups, rows * columns)."""
    count, outputs, rows, columns = gradient.shape
    groups = groups_of(layer)
    return gradient.reshape(count, groups, outputs // groups, rows * columns)


def _patches(layer: Layer, blob: Floats, placed: Windows) -> Floats:
    """(N, groups, values of a patch, patches)."""
    columns = im2col(placed.pad(blob), placed.size, placed.stride, placed.dilation)
    count, values, places = columns.shape
    groups = groups_of(layer)
    return columns.reshape(count, groups, values // groups, places)


def _shape(layer: Layer, shape: Shape) -> Shape:
    weight, groups = layer.weights["weight"], groups_of(layer)
    if len(shape) != 3 or weight.ndim != 4 or 0 in weight.shape or weight.shape[1] * groups != shape[0]:
        expected = "weight (O, C, KH, KW)" if groups == 1 else f"weight (O, C / {groups}, KH, KW)"
        raise layer.error("network-shape", f"{expected} for an input {shape}", str(weight.shape))
    if len(weight) % groups:
        raise layer.error("network-shape", f"a number of kernels that {groups} groups divide", str(len(weight)))
    if "bias" in layer.weights and layer.weights["bias"].shape != weight.shape[:1]:
        raise layer.error("network-shape", f"bias of shape {weight.shape[:1]}", str(layer.weights["bias"].shape))
    placed = placed_windows(layer, shape[1:])
    rows, columns = placed.counts
    patches = shape[0] * weight.shape[2] * weight.shape[3] * rows * columns
    if patches > MOST_VALUES:
        raise layer.error("network-shape", f"at most {MOST_VALUES} values in all patches", str(patches))
    check_padded(layer, shape[0], placed)
    return len(weight), rows, columns


KINDS: Mapping[str, Kind] = {
    "convolution": Kind(
        _convolution, _shape, _backward, _gradients,
        settings=frozenset({"stride", "padding"}), optional=frozenset({"dilation", "groups"}),
        weights=frozenset({"weight"}), optional_weights=frozenset({"bias", "weight_scale"}),
    ),
}  # fmt: skip
