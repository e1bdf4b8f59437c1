"""A run of a network's layers as one call of the host's kernel, on memory that is taken once.

Images lie in memory with zeros around them, as many as the convolutions that read images of that height and width
need. What is written goes into the middle, so that nothing is copied in between.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from inkmoji import convolution, kernel, pooling
from inkmoji.fusion import Fused
from inkmoji.layer import MOST_VALUES, Shape
from inkmoji.linalg import Floats, Pair

Margins = tuple[int, int, int, int]
"""Zeros above, to the left, below and to the right."""


def fits(part: Fused, shapes: Mapping[str, Shape]) -> bool:
    """Whether the kernel can do it."""
    layer, shape = part.layer, shapes[part.layer.inputs[0]]
    if len(shape) != 3:
        return False
    if layer.kind == "convolution":
        return convolution.groups_of(layer) == 1 and convolution.placed_windows(layer, shape[1:]).stride == (1, 1)
    if layer.kind in ("max_pool", "average_pool"):
        placed = pooling.placed_windows(layer, shape[1:])
        inside = not any(axis.before or axis.beyond for axis in (placed.down, placed.across))
        return inside and placed.size == placed.stride == (2, 2)
    return layer.kind == "inner_product"


@dataclass(frozen=True, eq=False)
class Place:
    """Where an image lies.

    Attributes:
        whole: (C, H, W) with its margins, its channels filled up to a multiple of four.
        inside: the part that is written; a vector is an image of one pixel.
        margins: above and to the left.
        shape: of the blob.
    """

    whole: Floats
    inside: Floats
    margins: Pair
    shape: Shape

    @classmethod
    def of(cls, shape: Shape, margins: Margins) -> Place:
        """Filled with zeros."""
        top, left, bottom, right = margins
        channels, height, width = _as_image(shape)
        whole = np.zeros((-(-channels // 4) * 4, top + height + bottom, left + width + right), np.float32)
        return cls(whole, whole[:, top : top + height, left : left + width], (top, left), shape)

    @property
    def image(self) -> Floats:
        """The blob itself, (C, H, W)."""
        return self.inside[: self.shape[0]]


class Program:
    """Parts that all ``fits``, as one step.

    Args:
        parts: in their order.
        shapes: of every blob, without the batch.
        needed: names of blobs that others read.

    Attributes:
        inputs: names of the blobs that it reads.
        outputs: names of the blobs that it gives.
    """

    def __init__(self, parts: Sequence[Fused], shapes: Mapping[str, Shape], needed: frozenset[str]) -> None:
        written = [part.layer.output for part in parts]
        self.inputs = tuple(dict.fromkeys(name for part in parts for name in part.inputs if name not in written))
        self.outputs = tuple(name for name in written if name in needed)
        margins = _margins(parts, shapes)
        places = {
            name: Place.of(shapes[name], margins.get(shapes[name][1:], (0, 0, 0, 0)))
            for name in (*self.inputs, *written)
        }
        self._given = [places[name].image for name in self.inputs]
        self._made = [places[name] for name in self.outputs]
        kept: list[object] = [places]
        self._program = kernel.Program.of([_operation(part, places, kept) for part in parts], kept)

    def compute(self, *blobs: Floats) -> list[Floats]:
        """The outputs, (N, ...) each, in arrays of their own; image by image, in the same memory."""
        count = len(blobs[0])
        outputs = [np.empty((count, *place.image.shape), np.float32) for place in self._made]
        for index in range(count):
            for image, blob in zip(self._given, blobs, strict=True):
                image[...] = blob[index]
            self._program.run()
            for place, output in zip(self._made, outputs, strict=True):
                output[index] = place.image
        return [output.reshape(count, *place.shape) for place, output in zip(self._made, outputs, strict=True)]


def too_large(parts: Sequence[Fused], shapes: Mapping[str, Shape]) -> bool:
    """Whether all that lies in memory at once, margins too, is more than a network may hold."""
    margins = _margins(parts, shapes)
    values = 0
    for name in {name for part in parts for name in (*part.inputs, part.layer.output)}:
        top, left, bottom, right = margins.get(shapes[name][1:], (0, 0, 0, 0))
        channels, height, width = _as_image(shapes[name])
        values += (channels + 3) * (top + height + bottom) * (left + width + right)
    return values > MOST_VALUES


def _as_image(shape: Shape) -> tuple[int, int, int]:
    return (shape[0], shape[1], shape[2]) if len(shape) == 3 else (shape[0], 1, 1)


def _margins(parts: Sequence[Fused], shapes: Mapping[str, Shape]) -> dict[Shape, Margins]:
    """For images by their height and width: what is added to one another has to lie alike."""
    found: dict[Shape, Margins] = {}
    for layer in (part.layer for part in parts if part.layer.kind == "convolution"):
        sides = shapes[layer.inputs[0]][1:]
        placed = convolution.placed_windows(layer, sides)
        own = placed.down.before, placed.across.before, placed.down.beyond, placed.across.beyond
        top, left, bottom, right = map(max, found.get(sides, own), own)
        found[sides] = top, left, bottom, right
    return found


def _operation(part: Fused, places: Mapping[str, Place], kept: list[object]) -> kernel.Operation:
    """For the kernel, on places in memory; what else it reads is kept."""
    layer, source, target = part.layer, places[part.layer.inputs[0]], places[part.layer.output]
    if layer.kind in ("max_pool", "average_pool"):
        return kernel.pooling(source.inside, target.inside, layer.kind == "average_pool", part.rectified)
    weight = layer.weight("weight")
    packed = kernel.Packed.of(
        weight.reshape(len(weight), -1), layer.weight("bias") if "bias" in layer.weights else None
    )
    if layer.kind == "inner_product":
        size, dilation, first = source.shape[1:], (1, 1), source.inside
    else:
        placed = convolution.placed_windows(layer, source.shape[1:])
        size, dilation = placed.size, placed.dilation
        first = source.whole[:, source.margins[0] - placed.down.before :, source.margins[1] - placed.across.before :]
    offsets = kernel.offsets_of_patches(source.shape[0], source.whole.shape[1:], size, dilation)
    kept += [packed, offsets]
    added = None if part.added is None else places[part.added].inside
    return kernel.convolution(packed, first, offsets, target.inside, added, part.rectified)
