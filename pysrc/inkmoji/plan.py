"""How a network runs: its layers as steps, with what can be done beforehand done and what can be one step made one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from inkmoji import convolution
from inkmoji.layer import Layer, Shape
from inkmoji.layers import KINDS, batch_norm_affine
from inkmoji.linalg import Floats

Blobs = dict[str, Floats]


@dataclass(frozen=True, eq=False)
class Step:
    """What is computed from blobs.

    Attributes:
        inputs: names of the blobs that it reads.
        output: name of the blob that it writes.
        compute: of the inputs, each (N, ...).
    """

    inputs: tuple[str, ...]
    output: str
    compute: Callable[..., Floats]


def plan(layers: Sequence[Layer], shapes: Mapping[str, Shape], *outputs: str) -> tuple[Step, ...]:
    """The steps that write the outputs; blobs in between may be left out.

    Args:
        layers: in an order in which every blob is written before it is read.
        shapes: of every blob, without the batch.
        outputs: names of blobs.
    """
    readers = Counter([*outputs, *(name for layer in layers for name in layer.inputs)])
    fused: list[_Fused] = []
    for layer in layers:
        joined = fused[-1].joined(as_float32(layer)) if fused and readers[fused[-1].layer.output] == 1 else None
        if joined is None:
            fused.append(_Fused(as_float32(layer)))
        else:
            fused[-1] = joined
    return tuple(one.step(shapes) for one in fused)


def run(steps: Sequence[Step], blobs: Mapping[str, Floats]) -> Blobs:
    """These blobs and all that the steps write."""
    blobs = dict(blobs)
    with np.errstate(all="ignore"):  # what overflows is found by whoever uses the result
        for step in steps:
            blobs[step.output] = step.compute(*(blobs[name] for name in step.inputs))
    return blobs


def as_float32(layer: Layer) -> Layer:
    """With weights as they lie in memory after a file was read: another order of memory may round otherwise."""
    kept = [name for name in layer.weights if name != "weight_scale"]  # it is in the weight then
    return replace(layer, weights={name: np.ascontiguousarray(layer.weight(name)) for name in kept})


@dataclass(frozen=True, eq=False)
class _Fused:
    """A layer and what is done to its output before any other layer reads that.

    Attributes:
        layer: the norm behind a convolution is multiplied into its weights.
        added: the blob that a convolution's output is added to.
        rectified: whether the ReLU behind that is done.
    """

    layer: Layer
    added: str | None = None
    rectified: bool = False

    def joined(self, then: Layer) -> _Fused | None:
        """With the layer that comes next, where the two can be one."""
        layer = self.layer
        if layer.kind != "convolution" or self.rectified or layer.output not in then.inputs:
            return None
        if then.kind == "relu":
            return replace(self, layer=replace(layer, output=then.output), rectified=True)
        if self.added is not None:
            return None
        if then.kind == "batch_norm":
            return _Fused(_with_norm(layer, then))
        if then.kind == "add" and len(then.inputs) == 2:
            (other,) = (name for name in then.inputs if name != layer.output)
            return _Fused(replace(layer, output=then.output), added=other)
        return None

    def step(self, shapes: Mapping[str, Shape]) -> Step:
        """Ready to run."""
        layer = self.layer
        inputs = layer.inputs if self.added is None else (*layer.inputs, self.added)
        kind, shape = KINDS[layer.kind], shapes[layer.inputs[0]]
        if layer.kind == "convolution":
            compute = convolution.prepared(layer, shape, self.rectified)
        elif kind.prepare is not None:
            compute = kind.prepare(layer, shape)
        else:
            compute = partial(kind.forward, layer)
        return Step(inputs, layer.output, compute)


def _with_norm(layer: Layer, norm: Layer) -> Layer:
    """A convolution with the batch norm behind it multiplied into its weights."""
    scale, shift = batch_norm_affine(norm)
    weights = {
        "weight": layer.weight("weight") * scale[:, None, None, None],
        "bias": (layer.weight("bias") if "bias" in layer.weights else 0.0) * scale + shift,
    }
    return replace(layer, output=norm.output, weights=weights)
