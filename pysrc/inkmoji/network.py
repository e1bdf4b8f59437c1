"""A feed-forward network: layers that read and write named blobs."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from inkmoji.errors import NetworkError
from inkmoji.layers import KINDS, MOST_VALUES, Layer, Shape, batch_norm_affine
from inkmoji.linalg import Floats


class Network:
    """Layers checked against each other and ready to run; immutable.

    Args:
        layers: in an order in which every blob is written before it is read.
        input: name of the input blob.
        input_shape: its shape without the batch, for instance (1, 32, 32).
        output: name of the blob that is the result, a vector.

    Raises:
        NetworkError: ``network-layer`` (kind, settings), ``network-blob`` (a blob unknown, written twice, or
            not a vector at the end), ``network-shape``, ``network-weights`` (not finite or of another type).
    """

    def __init__(self, layers: Sequence[Layer], input: str, input_shape: Shape, output: str) -> None:
        self.layers = tuple(layers)
        self.input = input
        self.input_shape = tuple(input_shape)
        self.output = output
        self.shapes = self._checked()
        with np.errstate(all="ignore"):  # weights too large are found by what they give
            self._steps = _folded(tuple(_as_float32(layer) for layer in self.layers), output)

    @property
    def dimension(self) -> int:
        """Length of the vector it gives."""
        return self.shapes[self.output][0]

    def forward(self, batch: Floats) -> Floats:
        """Runs the network.

        Args:
            batch: (N, *input_shape) float32.

        Returns:
            (N, dimension) float32.

        Raises:
            NetworkError: ``network-shape`` when the batch has another shape; ``network-output`` when a value is
                NaN or infinite.
        """
        if batch.shape[1:] != self.input_shape:
            raise NetworkError(
                "network-shape", f"expected a batch of shape (N, *{self.input_shape}), got {batch.shape}"
            )
        blobs = {self.input: np.asarray(batch, dtype=np.float32)}
        with np.errstate(all="ignore"):
            for layer in self._steps:
                blobs[layer.output] = KINDS[layer.kind].forward(layer, blobs[layer.inputs[0]])
        if not np.isfinite(blobs[self.output]).all():
            raise NetworkError("network-output", "expected finite outputs, got NaN or infinity: weights too large")
        return blobs[self.output]

    def _checked(self) -> dict[str, Shape]:
        """The shape of every blob, without the batch."""
        shapes = {self.input: self.input_shape}
        names: set[str] = set()
        values = math.prod(self.input_shape)
        for layer in self.layers:
            _check_layer(layer, names, shapes)
            shape = KINDS[layer.kind].shape(layer, shapes[layer.inputs[0]])
            values += math.prod(shape)
            if values > MOST_VALUES:
                raise layer.error("network-shape", f"blobs of at most {MOST_VALUES} values in all", str(values))
            shapes[layer.output] = shape
            names.add(layer.name)
        if len(shapes.get(self.output, ())) != 1:
            raise NetworkError(
                "network-blob", f"expected the output blob {self.output!r} to be a vector that a layer writes"
            )
        return shapes


def _check_layer(layer: Layer, names: set[str], shapes: dict[str, Shape]) -> None:
    kind = KINDS.get(layer.kind)
    if kind is None:
        raise layer.error("network-layer", f"one of the kinds {', '.join(KINDS)}", repr(layer.kind))
    if layer.name in names:
        raise layer.error("network-layer", "a name of its own", "the name of another layer")
    if set(layer.settings) != kind.settings or set(layer.weights) != kind.weights:
        expected = f"the settings {sorted(kind.settings)} and weights {sorted(kind.weights)}"
        raise layer.error("network-layer", expected, f"{sorted(layer.settings)} and {sorted(layer.weights)}")
    if len(layer.inputs) != 1 or layer.inputs[0] not in shapes:
        raise layer.error("network-blob", f"one input among the blobs {sorted(shapes)}", str(list(layer.inputs)))
    if layer.output in shapes:
        raise layer.error("network-blob", "an output blob of its own", f"{layer.output!r}, which exists")
    for name, array in layer.weights.items():
        known = array.dtype in (np.float32, np.float16)
        if not known or not np.isfinite(array).all():
            got = "NaN or infinity" if known else str(array.dtype)
            raise layer.error("network-weights", f"{name} as finite float32 or float16", got)


def _as_float32(layer: Layer) -> Layer:
    return replace(layer, weights={name: layer.weight(name) for name in layer.weights})


def _folded(layers: tuple[Layer, ...], output: str) -> tuple[Layer, ...]:
    """The layers with each batch norm multiplied into the convolution before it, where only it reads that."""
    readers = Counter([output, *(name for layer in layers for name in layer.inputs)])
    steps: list[Layer] = []
    for layer in layers:
        before = steps[-1] if steps else None
        if (
            layer.kind == "batch_norm"
            and before is not None
            and before.kind == "convolution"
            and layer.inputs == (before.output,)
            and readers[before.output] == 1
        ):
            scale, shift = batch_norm_affine(layer)
            weights = {
                "weight": before.weight("weight") * scale[:, None, None, None],
                "bias": before.weight("bias") * scale + shift,
            }
            steps[-1] = replace(before, output=layer.output, weights=weights)
        else:
            steps.append(layer)
    return tuple(steps)
