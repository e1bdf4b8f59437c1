"""A feed-forward network: layers that read and write named blobs, and the part of it that can be trained."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from inkmoji.errors import NetworkError
from inkmoji.features import frozen
from inkmoji.layer import MOST_VALUES, Layer, Shape, is_whole
from inkmoji.layers import KINDS
from inkmoji.linalg import Floats
from inkmoji.plan import Blobs, Step, as_float32, plan, run

Place = tuple[str, str]
"""A weight of a network: the layer's name and the weight's."""
MOST_SIDE = 65536


class Network:
    """Layers checked against each other and ready to run; immutable: it keeps read-only copies of their weights.

    Args:
        layers: in an order in which every blob is written before it is read.
        input: name of the input blob.
        input_shape: its shape without the batch, (D,) or (C, H, W), for instance (1, 32, 32); 1 to 65536 each.
        output: name of the blob that is the result.

    Raises:
        NetworkError: ``network-layer`` (kind, settings, updatable mark), ``network-blob`` (unknown, written twice or
            too late, in a cycle), ``network-shape``, ``network-weights`` (not finite or of another type).
    """

    def __init__(self, layers: Sequence[Layer], input: str, input_shape: Shape, output: str) -> None:
        self.layers = tuple(map(_immutable, layers))
        self.input = input
        self.input_shape = _checked_shape(input_shape)
        self.output = output
        self.shapes = self._checked()

    @cached_property
    def _steps(self) -> tuple[Step, ...]:
        """Made when it first runs: many networks are only read, compared and written."""
        with np.errstate(all="ignore"):  # weights too large are found by what they give
            return plan(self.layers, self.shapes, self.output)

    @property
    def output_shape(self) -> Shape:
        """Shape of what it gives, without the batch: (D,) or (C, H, W)."""
        return self.shapes[self.output]

    @property
    def dimension(self) -> int:
        """How many numbers it gives."""
        return math.prod(self.output_shape)

    @property
    def updatable(self) -> dict[Place, NDArray[np.float32] | NDArray[np.float16]]:
        """The weights that an update may change, of every layer that is marked as updatable."""
        marked = (layer for layer in self.layers if layer.updatable)
        return {(layer.name, name): layer.weight(name) for layer in marked for name in layer.weights}

    def with_weights(self, weights: Mapping[Place, Floats]) -> Network:
        """The same network with copies of these weights in place of its own.

        Raises:
            NetworkError: ``network-weights`` for weights of no layer.
        """
        known = {(layer.name, name) for layer in self.layers for name in layer.weights}
        if not known >= set(weights):
            names = ", ".join(map(repr, sorted(set(weights) - known)))
            raise NetworkError("network-weights", f"expected weights of the network's layers, got {names}")

        def changed(layer: Layer) -> Layer:
            own = {name: weights.get((layer.name, name), array) for name, array in layer.weights.items()}
            return replace(layer, weights=own)

        return Network([changed(layer) for layer in self.layers], self.input, self.input_shape, self.output)

    def same_as(self, other: Network) -> bool:
        """Whether the other has the same layers and, to the bit, the same weights: then it computes the same."""

        def content(network: Network) -> list[object]:
            layers = [
                (layer.name, layer.kind, layer.inputs, layer.output, dict(layer.settings), layer.updatable,
                 {name: (array.dtype, array.shape, array.tobytes()) for name, array in layer.weights.items()})
                for layer in network.layers
            ]  # fmt: skip
            return [network.input, network.input_shape, network.output, layers]

        return self is other or content(self) == content(other)

    def forward(self, batch: ArrayLike) -> Floats:
        """Runs the network.

        Args:
            batch: (N, *input_shape) float32.

        Returns:
            (N, *output_shape) float32.

        Raises:
            NetworkError: ``network-shape`` when the batch has another shape; ``network-output`` when a value is
                NaN or infinite.
        """
        given = np.asarray(batch, dtype=np.float32)
        if given.shape[1:] != self.input_shape:
            raise NetworkError(
                "network-shape", f"expected a batch of shape (N, *{self.input_shape}), got {given.shape}"
            )
        result = run(self._steps, {self.input: given})[self.output]
        if not np.isfinite(result).all():
            raise NetworkError("network-output", "expected finite outputs, got NaN or infinity: weights too large")
        return result

    def _checked(self) -> dict[str, Shape]:
        """The shape of every blob, without the batch."""
        shapes = {self.input: self.input_shape}
        names: set[str] = set()
        values = math.prod(self.input_shape)
        for layer in self.layers:
            _check_layer(layer, names, shapes, self.layers)
            shape = KINDS[layer.kind].shape(layer, *(shapes[name] for name in layer.inputs))
            values += math.prod(shape)
            if values > MOST_VALUES:
                raise layer.error("network-shape", f"blobs of at most {MOST_VALUES} values in all", str(values))
            shapes[layer.output] = shape
            names.add(layer.name)
        if self.output not in shapes or self.output == self.input:
            raise NetworkError("network-blob", f"expected an output blob that a layer writes, got {self.output!r}")
        return shapes


class Tail:
    """The part of a network that training changes, with weights of its own: the updatable layers and all behind them.

    What comes before depends on no updatable layer, so a sample needs it computed only once.

    Args:
        network: is left as it is.
        output: the blob that the loss looks at.

    Attributes:
        weights: of the updatable layers, float32, to be changed in place.
        reaches_output: whether any of them leads to the output.
    """

    def __init__(self, network: Network, output: str) -> None:
        self._network = network
        self._output = output
        reached: set[str] = set()
        for layer in network.layers:
            if layer.updatable or not reached.isdisjoint(layer.inputs):
                reached.add(layer.output)
        self._reached = reached
        self.reaches_output = output in reached
        self.weights: dict[Place, Floats] = {}
        self._layers = [self._own(layer) for layer in network.layers if layer.output in reached]
        self._edge = sorted({name for layer in self._layers for name in layer.inputs} - reached)
        before = [layer for layer in network.layers if layer.output not in reached]
        self._before = plan(before, network.shapes, *self._edge)

    def edge(self, batch: Floats) -> Blobs:
        """The blobs that training starts from, of a batch (N, *input_shape)."""
        blobs = run(self._before, {self._network.input: batch})
        return {name: blobs[name] for name in self._edge}

    def forward(self, edge: Blobs) -> Blobs:
        """All blobs of the tail with the weights as they are now; the loss reads ``blobs[output]``."""
        blobs = dict(edge)
        with np.errstate(all="ignore"):  # what overflows is found by whoever uses the result
            for layer in self._layers:
                blobs[layer.output] = KINDS[layer.kind].forward(layer, *(blobs[name] for name in layer.inputs))
        return blobs

    def gradients(self, blobs: Blobs, gradient: Floats) -> dict[Place, Floats]:
        """Gradient of the loss for each weight: reverse-mode differentiation (Rumelhart et al. 1986).

        Args:
            blobs: what ``forward`` gave.
            gradient: of the loss for the output blob, of its shape.
        """
        arriving = {self._output: gradient}
        found: dict[Place, Floats] = {}
        for layer in reversed(self._layers):
            if layer.output not in arriving:
                continue
            kind, inputs = KINDS[layer.kind], [blobs[name] for name in layer.inputs]
            back = arriving.pop(layer.output)
            if layer.updatable and kind.gradients is not None:
                found |= {(layer.name, name): grad for name, grad in kind.gradients(layer, back, *inputs).items()}
            if self._reached.isdisjoint(layer.inputs):
                continue
            for name, share in zip(layer.inputs, kind.backward(layer, back, blobs[layer.output], *inputs), strict=True):
                if name in self._reached:
                    arriving[name] = arriving[name] + share if name in arriving else share
        return found

    def network(self) -> Network:
        """The network with the weights as they are now."""
        return self._network.with_weights(self.weights)

    def _own(self, layer: Layer) -> Layer:
        if not layer.updatable:
            return as_float32(layer)
        weights = {name: layer.weight(name).copy() for name in layer.weights}
        self.weights |= {(layer.name, name): array for name, array in weights.items()}
        return replace(layer, weights=weights)


def _check_layer(layer: Layer, names: set[str], shapes: dict[str, Shape], layers: Sequence[Layer]) -> None:
    kind = KINDS.get(layer.kind)
    if kind is None:
        raise layer.error("network-layer", f"one of the kinds {', '.join(KINDS)}", repr(layer.kind))
    if layer.name in names:
        raise layer.error("network-layer", "a name of its own", "the name of another layer")
    for given, required, optional, words in (
        (set(layer.settings), kind.settings, kind.optional, "settings"),
        (set(layer.weights), kind.weights, kind.optional_weights, "weights"),
    ):
        if not required <= given <= required | optional:
            more = f" and maybe {sorted(optional)}" if optional else ""
            raise layer.error("network-layer", f"the {words} {sorted(required)}{more}", str(sorted(given)))
    _check_blobs(layer, shapes, layers)
    if layer.updatable and kind.gradients is None:
        trainable = ", ".join(name for name, one in KINDS.items() if one.gradients is not None)
        raise layer.error("network-layer", f"only {trainable} to be updatable", f"an updatable {layer.kind}")
    _check_types(layer)


def _check_types(layer: Layer) -> None:
    for name, array in layer.weights.items():
        whole = name == "weight" and "weight_scale" in layer.weights and not layer.updatable
        dtypes = (np.int8,) if whole else (np.float32,) if layer.updatable else (np.float32, np.float16)
        known = isinstance(array, np.ndarray) and array.dtype in dtypes
        if not known or not np.isfinite(array).all():
            got = "NaN or infinity" if known else str(getattr(array, "dtype", type(array).__name__))
            expected = "float32, since it is updatable" if layer.updatable else "float32 or float16"
            expected = "int8, since it has a scale" if whole else f"finite {expected}"
            raise layer.error("network-weights", f"{name} as {expected}", got)
    scale = layer.weights.get("weight_scale")
    if scale is not None and (layer.updatable or scale.shape != layer.weights["weight"].shape[:1]):
        got = "an updatable layer" if layer.updatable else str(scale.shape)
        raise layer.error("network-weights", "weight_scale (outputs,) of a weight that is not updatable", got)


def _check_blobs(layer: Layer, shapes: dict[str, Shape], layers: Sequence[Layer]) -> None:
    kind, count = KINDS[layer.kind], len(layer.inputs)
    if count < kind.inputs or (count > kind.inputs and not kind.many):
        words = f"{'at least ' if kind.many else ''}{kind.inputs} input{'s' if kind.inputs > 1 else ''}"
        raise layer.error("network-blob", words, str(list(layer.inputs)))
    for name in layer.inputs:
        if name not in shapes:
            raise layer.error("network-blob", *_why_unknown(name, shapes, layers))
    if layer.output in shapes:
        raise layer.error("network-blob", "an output blob of its own", f"{layer.output!r}, which exists")


def _why_unknown(name: str, shapes: dict[str, Shape], layers: Sequence[Layer]) -> tuple[str, str]:
    """What is expected of an input blob that is not there yet, and what came."""
    writer = next((layer for layer in layers if layer.output == name), None)
    if writer is None:
        return f"inputs among the blobs {sorted(shapes)}", f"{name!r}, which no layer writes"
    try:
        TopologicalSorter({layer.output: layer.inputs for layer in layers}).prepare()
    except CycleError as error:
        return "layers without a cycle", " → ".join(map(repr, error.args[1]))
    return "layers in an order in which every blob is written before it is read", f"{name!r} before {writer.name!r}"


def _immutable(layer: Layer) -> Layer:
    """The layer with settings and weights of its own that nobody can change."""
    if not isinstance(layer, Layer):
        raise NetworkError("network-layer", f"expected layers, got {type(layer).__name__}")
    weights = {name: frozen(array) if isinstance(array, np.ndarray) else array for name, array in layer.weights.items()}
    return replace(layer, settings=MappingProxyType(dict(layer.settings)), weights=MappingProxyType(weights))


def _checked_shape(shape: Shape) -> Shape:
    given = tuple(shape) if isinstance(shape, Sequence) else ()
    if len(given) not in (1, 3) or not all(is_whole(side, 1, MOST_SIDE) for side in given):
        raise NetworkError(
            "network-shape", f"expected an input shape (D,) or (C, H, W) of 1 to {MOST_SIDE} each, got {shape!r}"
        )
    return given
