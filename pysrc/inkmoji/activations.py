"""Layers without weights that keep the shape of their input."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from inkmoji.layer import Kind, Layer, Shape
from inkmoji.linalg import Floats

_ZERO, _ONE = np.float32(0.0), np.float32(1.0)
_SHORTEST = np.float32(1e-12)  # a vector that is divided by its length


def _relu(layer: Layer, blob: Floats) -> Floats:
    """max(x, 0)."""
    return np.maximum(blob, _ZERO)


def _relu_backward(layer: Layer, gradient: Floats, output: Floats, blob: Floats) -> tuple[Floats]:
    return (np.where(output > 0, gradient, _ZERO),)


def _alpha(layer: Layer) -> np.float32:
    alpha = layer.settings["alpha"]
    if not isinstance(alpha, float) or not 0.0 <= alpha <= 1.0:
        raise layer.error("network-layer", "alpha as a number with a decimal point from 0.0 to 1.0", repr(alpha))
    return np.float32(alpha)


def _leaky_relu(layer: Layer, blob: Floats) -> Floats:
    """The input where it is positive, alpha times the input elsewhere."""
    return np.where(blob > 0, blob, blob * _alpha(layer))


def _leaky_relu_backward(layer: Layer, gradient: Floats, output: Floats, blob: Floats) -> tuple[Floats]:
    return (np.where(blob > 0, gradient, gradient * _alpha(layer)),)


def _leaky_relu_shape(layer: Layer, shape: Shape) -> Shape:
    _alpha(layer)
    return shape


def _sigmoid(layer: Layer, blob: Floats) -> Floats:
    """1 / (1 + exp(-x)), with exponentials of at most 1 so that none overflows."""
    small = np.exp(-np.abs(blob))
    above: Floats = np.where(blob >= 0, _ONE, small)
    whole: Floats = _ONE + small
    return above / whole


def _sigmoid_backward(layer: Layer, gradient: Floats, output: Floats, blob: Floats) -> tuple[Floats]:
    return (gradient * output * (_ONE - output),)


def _tanh(layer: Layer, blob: Floats) -> Floats:
    """The hyperbolic tangent."""
    return np.tanh(blob)


def _tanh_backward(layer: Layer, gradient: Floats, output: Floats, blob: Floats) -> tuple[Floats]:
    return (gradient * (_ONE - output * output),)


def _softmax(layer: Layer, blob: Floats) -> Floats:
    """exp(x) / sum(exp(x)) over a vector, or over the channels of each pixel; the largest x is taken off first."""
    powers = np.exp(blob - blob.max(axis=1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=1, keepdims=True)
    return shares


def _softmax_backward(layer: Layer, gradient: Floats, output: Floats, blob: Floats) -> tuple[Floats]:
    return (output * (gradient - (gradient * output).sum(axis=1, keepdims=True)),)


def _epsilon(layer: Layer) -> np.float32:
    epsilon = layer.settings.get("epsilon", 0.0)
    if not isinstance(epsilon, float) or not 0.0 <= epsilon < 1.0:
        raise layer.error(
            "network-layer", "epsilon as a number with a decimal point from 0.0 to below 1.0", repr(epsilon)
        )
    return np.float32(epsilon)


def _lengths(layer: Layer, blob: Floats) -> tuple[Floats, Floats]:
    """The lengths of vectors, (N, 1), with epsilon added to their squares, and what the vectors are divided by."""
    lengths: Floats = np.sqrt((blob * blob).sum(axis=1, keepdims=True) + _epsilon(layer))
    return lengths, np.maximum(lengths, _SHORTEST)


def _l2_normalize(layer: Layer, blob: Floats) -> Floats:
    """x / sqrt(|x|² + epsilon) for each vector (N, D), epsilon 0 if not given; a vector of zeros stays one."""
    return blob / _lengths(layer, blob)[1]


def _l2_normalize_backward(layer: Layer, gradient: Floats, output: Floats, blob: Floats) -> tuple[Floats]:
    """What is left of the gradient across the vector, by its length.

    A vector of zeros, or one shorter than 1e-12, has no direction to be corrected: its gradient is 0 rather than
    the 1e12-fold.
    """
    lengths, divisors = _lengths(layer, blob)
    across = gradient - output * (gradient * output).sum(axis=1, keepdims=True)
    return (np.where(lengths > _SHORTEST, across / divisors, _ZERO),)


def _vector(layer: Layer, shape: Shape) -> Shape:
    if len(shape) != 1:
        raise layer.error("network-shape", "an input (D,)", str(shape))
    _epsilon(layer)
    return shape


def _same(layer: Layer, shape: Shape) -> Shape:
    return shape


KINDS: Mapping[str, Kind] = {
    "relu": Kind(_relu, _same, _relu_backward),
    "leaky_relu": Kind(_leaky_relu, _leaky_relu_shape, _leaky_relu_backward, settings=frozenset({"alpha"})),
    "sigmoid": Kind(_sigmoid, _same, _sigmoid_backward),
    "tanh": Kind(_tanh, _same, _tanh_backward),
    "softmax": Kind(_softmax, _same, _softmax_backward),
    "l2_normalize": Kind(_l2_normalize, _vector, _l2_normalize_backward, optional=frozenset({"epsilon"})),
}
