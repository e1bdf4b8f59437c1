"""Every kind of layer by its name.

Weights have the shapes and meaning of Core ML's NeuralNetwork layers, which are PyTorch's too.
"""

from __future__ import annotations

from collections.abc import Mapping

from inkmoji import activations, affine, convolution, pooling, shaping
from inkmoji.affine import batch_norm_affine
from inkmoji.layer import MOST_VALUES, Kind, Layer, Shape

__all__ = ["KINDS", "MOST_VALUES", "Kind", "Layer", "Shape", "batch_norm_affine"]

KINDS: Mapping[str, Kind] = {
    **convolution.KINDS,
    **affine.KINDS,
    **activations.KINDS,
    **pooling.KINDS,
    **shaping.KINDS,
}
