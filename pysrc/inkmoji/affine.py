"""Layers that multiply and add: inner product, batch norm, scale and bias."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from inkmoji.layer import Kind, Layer, Shape
from inkmoji.linalg import Floats, matmul


def _inner_product(layer: Layer, blob: Floats) -> Floats:
    """x @ weight.T + bias with weight (O, I) and bias (O,)."""
    product = matmul(blob, layer.weight("weight").T)
    if "bias" in layer.weights:
        product += layer.weight("bias")
    return product


def _prepared_inner_product(layer: Layer, shape: Shape) -> Callable[..., Floats]:
    """The inner product with its weight turned once, rather than for every batch; of images in order too."""
    columns = np.ascontiguousarray(layer.weight("weight").T)
    bias = layer.weight("bias") if "bias" in layer.weights else None

    def run(blob: Floats) -> Floats:
        product = matmul(blob.reshape(len(blob), len(columns)), columns)
        return product if bias is None else np.add(product, bias, out=product)

    return run


def _inner_product_backward(layer: Layer, gradient: Floats, output: Floats, blob: Floats) -> tuple[Floats]:
    return (matmul(gradient, layer.weight("weight")),)


def _inner_product_gradients(layer: Layer, gradient: Floats, blob: Floats) -> dict[str, Floats]:
    gradients: dict[str, Floats] = {"weight": matmul(gradient.T, blob)}
    if "bias" in layer.weights:
        gradients["bias"] = gradient.sum(axis=0)
    return gradients


def _inner_product_shape(layer: Layer, shape: Shape) -> Shape:
    weight = layer.weights["weight"]
    if len(shape) != 1 or weight.ndim != 2 or weight.shape[1:] != shape or 0 in weight.shape:
        raise layer.error("network-shape", f"weight (O, I) for an input (I,) of {shape}", str(weight.shape))
    if "bias" in layer.weights and layer.weights["bias"].shape != weight.shape[:1]:
        raise layer.error("network-shape", f"bias of shape {weight.shape[:1]}", str(layer.weights["bias"].shape))
    return weight.shape[:1]


def _batch_norm(layer: Layer, blob: Floats) -> Floats:
    """(x - mean) / sqrt(variance + epsilon) * gamma + beta per channel: Ioffe & Szegedy 2015, at inference."""
    scale, shift = batch_norm_affine(layer)
    return blob * scale[:, None, None] + shift[:, None, None]


def _batch_norm_backward(layer: Layer, gradient: Floats, output: Floats, blob: Floats) -> tuple[Floats]:
    """Mean and variance are stored, so nothing flows through them."""
    return (gradient * batch_norm_affine(layer)[0][:, None, None],)


def batch_norm_affine(layer: Layer) -> tuple[Floats, Floats]:
    """The layer as scale and shift per channel, (C,) each."""
    scale = layer.weight("gamma") / np.sqrt(layer.weight("variance") + _epsilon(layer))
    return scale, layer.weight("beta") - layer.weight("mean") * scale


def _epsilon(layer: Layer) -> np.float32:
    epsilon = layer.settings["epsilon"]
    if not isinstance(epsilon, float) or not 0.0 < epsilon < 1.0 or not 0.0 < np.float32(epsilon) < 1.0:
        raise layer.error("network-layer", "epsilon as a float32 between 0 and 1", repr(epsilon))
    return np.float32(epsilon)


def _batch_norm_shape(layer: Layer, shape: Shape) -> Shape:
    for name, array in layer.weights.items():
        if len(shape) != 3 or array.shape != shape[:1]:
            raise layer.error("network-shape", f"{name} (C,) for an input (C, H, W) of {shape}", str(array.shape))
    _epsilon(layer)
    if float(layer.weight("variance").min()) < 0.0:
        raise layer.error("network-weights", "variances of at least 0", str(layer.weight("variance").min()))
    return shape


def _scale(layer: Layer, blob: Floats) -> Floats:
    """x * scale + bias."""
    product = blob * _spread(layer, "scale", blob)
    if "bias" in layer.weights:
        product += _spread(layer, "bias", blob)
    return product


def _scale_backward(layer: Layer, gradient: Floats, output: Floats, blob: Floats) -> tuple[Floats]:
    return (gradient * _spread(layer, "scale", blob),)


def _bias(layer: Layer, blob: Floats) -> Floats:
    """X + bias."""
    return blob + _spread(layer, "bias", blob)


def _bias_backward(layer: Layer, gradient: Floats, output: Floats, blob: Floats) -> tuple[Floats]:
    return (gradient,)


def _spread(layer: Layer, name: str, blob: Floats) -> Floats:
    """A weight so that it broadcasts over a blob: one value a channel goes over all its pixels."""
    array = layer.weight(name)
    return array[:, None, None] if array.ndim == 1 and blob.ndim == 4 else array


def _spread_shape(layer: Layer, shape: Shape) -> Shape:
    """The weights of one value, one a channel, one a pixel, or one a value of the input."""
    fitting = list(dict.fromkeys([(1,), shape[:1], (1, *shape[1:]), shape]))
    for name, array in layer.weights.items():
        if array.shape not in fitting:
            raise layer.error("network-shape", f"{name} of one of the shapes {fitting}", str(array.shape))
    return shape


KINDS: Mapping[str, Kind] = {
    "inner_product": Kind(
        _inner_product, _inner_product_shape, _inner_product_backward, _inner_product_gradients,
        prepare=_prepared_inner_product,
        weights=frozenset({"weight"}), optional_weights=frozenset({"bias", "weight_scale"}),
    ),
    "batch_norm": Kind(
        _batch_norm, _batch_norm_shape, _batch_norm_backward,
        settings=frozenset({"epsilon"}), weights=frozenset({"gamma", "beta", "mean", "variance"}),
    ),
    "scale": Kind(
        _scale, _spread_shape, _scale_backward,
        weights=frozenset({"scale"}), optional_weights=frozenset({"bias"}),
    ),
    "bias": Kind(_bias, _spread_shape, _bias_backward, weights=frozenset({"bias"})),
}  # fmt: skip
