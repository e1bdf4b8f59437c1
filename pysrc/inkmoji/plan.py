"""How a network runs: its layers as steps, with what can be done beforehand done and what can be one step made one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from inkmoji import kernel
from inkmoji.fusion import Fused
from inkmoji.layer import Layer, Shape
from inkmoji.linalg import Floats
from inkmoji.program import Program, fits, too_large

Blobs = dict[str, Floats]


@dataclass(frozen=True, eq=False)
class Step:
    """What is computed from blobs.

    Attributes:
        inputs: names of the blobs that it reads.
        outputs: names of the blobs that it writes.
        compute: of the inputs, each (N, ...), the outputs.
    """

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    compute: Callable[..., Sequence[Floats]]


def plan(layers: Sequence[Layer], shapes: Mapping[str, Shape], *outputs: str) -> tuple[Step, ...]:
    """The steps that write the outputs; blobs in between may be left out.

    Args:
        layers: in an order in which every blob is written before it is read.
        shapes: of every blob, without the batch.
        outputs: names of blobs.
    """
    readers = Counter([*outputs, *(name for layer in layers for name in layer.inputs)])
    fused: list[Fused] = []
    for layer in layers:
        joined = fused[-1].joined(as_float32(layer)) if fused and readers[fused[-1].layer.output] == 1 else None
        if joined is None:
            fused.append(Fused(as_float32(layer)))
        else:
            fused[-1] = joined
    readers = Counter([*outputs, *(name for part in fused for name in part.inputs)])
    steps: list[Step] = []
    for together, run_of in groupby(fused, lambda part: kernel.lent() and fits(part, shapes)):
        parts = list(run_of)
        if together and not too_large(parts, shapes):
            inside = Counter(name for part in parts for name in part.inputs)
            program = Program(parts, shapes, frozenset(readers - inside))
            steps.append(Step(program.inputs, program.outputs, program.compute))
        else:
            steps += [Step(part.inputs, (part.layer.output,), _alone(part.compute(shapes))) for part in parts]
    return tuple(steps)


def run(steps: Sequence[Step], blobs: Mapping[str, Floats]) -> Blobs:
    """These blobs and all that the steps write."""
    blobs = dict(blobs)
    with np.errstate(all="ignore"):  # what overflows is found by whoever uses the result
        for step in steps:
            blobs.update(zip(step.outputs, step.compute(*(blobs[name] for name in step.inputs)), strict=True))
    return blobs


def _alone(compute: Callable[..., Floats]) -> Callable[..., Sequence[Floats]]:
    return lambda *blobs: (compute(*blobs),)


def as_float32(layer: Layer) -> Layer:
    """With weights as they lie in memory after a file was read: another order of memory may round otherwise."""
    kept = [name for name in layer.weights if name != "weight_scale"]  # it is in the weight then
    return replace(layer, weights={name: np.ascontiguousarray(layer.weight(name)) for name in kept})
