"""Layers of a network that are computed as one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from inkmoji import convolution
from inkmoji.layer import Layer, Shape
from inkmoji.layers import KINDS, batch_norm_affine
from inkmoji.linalg import Floats
from inkmoji.shaping import channel_last


@dataclass(frozen=True, eq=False)
class Fused:
    """A layer and what is done to its output before any other layer reads that.

    Attributes:
        layer: the norm behind a convolution is multiplied into its weights; an inner product may read images (C, H, W)
            as the vectors that they are in their order.
        added: the blob that a convolution's output is added to.
        rectified: whether the ReLU behind a convolution, its sum or a pool is done.
    """

    layer: Layer
    added: str | None = None
    rectified: bool = False

    @property
    def inputs(self) -> tuple[str, ...]:
        """The blobs that it reads."""
        return self.layer.inputs if self.added is None else (*self.layer.inputs, self.added)

    def joined(self, then: Layer) -> Fused | None:
        """With the layer that comes next, where the two can be one."""
        layer = self.layer
        if self.rectified or layer.output not in then.inputs:
            return None
        if layer.kind == "flatten" and then.kind == "inner_product" and not channel_last(layer):
            return Fused(replace(then, inputs=layer.inputs))
        if layer.kind in ("convolution", "max_pool") and then.kind == "relu":
            return replace(self, layer=replace(layer, output=then.output), rectified=True)
        if layer.kind != "convolution" or self.added is not None:
            return None
        if then.kind == "batch_norm":
            return Fused(_with_norm(layer, then))
        if then.kind == "add" and len(then.inputs) == 2:
            (other,) = (name for name in then.inputs if name != layer.output)
            return Fused(replace(layer, output=then.output), added=other)
        return None

    def compute(self, shapes: Mapping[str, Shape]) -> Callable[..., Floats]:
        """What computes the output, ready to run."""
        layer = self.layer
        kind, shape = KINDS[layer.kind], shapes[layer.inputs[0]]
        if layer.kind == "convolution":
            return convolution.prepared(layer, shape, self.rectified)
        compute = partial(kind.forward, layer) if kind.prepare is None else kind.prepare(layer, shape)
        return partial(_rectified, compute) if self.rectified else compute


def _rectified(compute: Callable[..., Floats], *blobs: Floats) -> Floats:
    output = compute(*blobs)
    return np.maximum(output, np.float32(0.0), out=output)


def _with_norm(layer: Layer, norm: Layer) -> Layer:
    """A convolution with the batch norm behind it multiplied into its weights."""
    scale, shift = batch_norm_affine(norm)
    weights = {
        "weight": layer.weight("weight") * scale[:, None, None, None],
        "bias": (layer.weight("bias") if "bias" in layer.weights else 0.0) * scale + shift,
    }
    return replace(layer, output=norm.output, weights=weights)
