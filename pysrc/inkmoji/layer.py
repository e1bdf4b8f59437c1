"""A layer of a network, and what a network must know of its kind.

All blobs are float32 with the batch first: images (N, C, H, W), vectors (N, D). Shapes of blobs are given
without N.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeGuard

import numpy as np
from numpy.typing import NDArray

from inkmoji.errors import NetworkError
from inkmoji.linalg import Floats, Pair

MOST_VALUES = 1 << 24  # that a network may hold at once for one drawing: 64 MB, far above any model for a web page

Shape = tuple[int, ...]
Setting = int | float | str | bool | tuple[int, ...]
Weights = Mapping[str, NDArray[np.float32] | NDArray[np.float16] | NDArray[np.int8]]


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer of a network.

    Attributes:
        name: unique in its network.
        kind: a key of ``layers.KINDS``.
        inputs: names of the blobs it reads.
        output: name of the blob it writes.
        settings: the kind's numbers and words, for instance ``{"stride": 1, "padding": "same"}``.
        weights: the kind's arrays, float32 or float16; a "weight" may be int8 with a "weight_scale" (outputs,),
            by which each of its outputs is multiplied when it is used.
        updatable: whether an update may change the weights.
    """

    name: str
    kind: str
    inputs: tuple[str, ...]
    output: str
    settings: Mapping[str, Setting] = field(default_factory=dict)
    weights: Weights = field(default_factory=dict)
    updatable: bool = False

    def whole(self, setting: str, least: int = 1, most: int = 64, default: int | None = None) -> int:
        """A whole-number setting within bounds."""
        value = self.settings[setting] if default is None else self.settings.get(setting, default)
        if not is_whole(value, least, most):
            raise self.error("network-layer", f"{setting} as a whole number from {least} to {most}", repr(value))
        return value

    def pair(self, setting: str, least: int = 1, most: int = 64, default: int | None = None) -> Pair:
        """A setting that is (down, across), or one whole number for both."""
        value = self.settings[setting] if default is None else self.settings.get(setting, default)
        down, across = value if isinstance(value, tuple) and len(value) == 2 else (value, value)
        if not is_whole(down, least, most) or not is_whole(across, least, most):
            expected = f"{setting} as a whole number from {least} to {most}, or as a pair of them (down, across)"
            raise self.error("network-layer", expected, repr(value))
        return down, across

    def flag(self, setting: str) -> bool:
        """A setting that is true or false; false where it is missing."""
        value = self.settings.get(setting, False)
        if not isinstance(value, bool):
            raise self.error("network-layer", f"{setting} as true or false", repr(value))
        return value

    def weight(self, name: str) -> Floats:
        """An array of the layer as float32."""
        array = np.asarray(self.weights[name], dtype=np.float32)
        if self.weights[name].dtype == np.int8:
            scale = self.weights[f"{name}_scale"].astype(np.float32)
            array *= scale.reshape(-1, *(1 for _ in array.shape[1:]))
        return array

    def error(self, code: str, expected: str, got: str) -> NetworkError:
        """An error that names this layer."""
        return NetworkError(code, f"layer {self.name!r} ({self.kind}): expected {expected}, got {got}")


def is_whole(value: object, least: int, most: int) -> TypeGuard[int]:
    """Whether a value is a whole number within bounds, and neither a truth value nor a float."""
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def image(layer: Layer, shape: Shape) -> tuple[int, int, int]:
    """The input shape of a kind that reads images only.

    Raises:
        NetworkError: ``network-shape`` for a vector.
    """
    if len(shape) != 3:
        raise layer.error("network-shape", "an input (C, H, W)", str(shape))
    return shape[0], shape[1], shape[2]


@dataclass(frozen=True)
class Kind:
    """What a network must know of a kind of layer. No function changes an array that it is given.

    Attributes:
        forward: (layer, *blobs) to a blob; blobs are (N, ...) float32.
        shape: (layer, *input shapes) to the output's shape, without N; checks the values of settings and the
            shapes of weights too, and raises a ``NetworkError`` that names the layer.
        backward: (layer, gradient, output, *blobs) to a tuple with one array per input blob: the derivative of a
            loss by the blob, where ``gradient`` is its derivative by the output. Arrays may be shared.
        gradients: (layer, gradient, *blobs) to the derivative by each weight, float32, summed over the batch;
            None for a kind that cannot be trained.
        prepare: (layer, input shape without N) to what computes ``forward`` of blobs of that shape, with everything
            done that does not depend on their values; None where there is nothing to be done before.
        settings, optional: names of the settings a layer must have, and of those it may have besides.
        weights, optional_weights: names of the weights likewise.
        inputs: least number of inputs.
        many: whether there may be more inputs.
    """

    forward: Callable[..., Floats]
    shape: Callable[..., Shape]
    backward: Callable[..., tuple[Floats, ...]]
    gradients: Callable[..., dict[str, Floats]] | None = None
    prepare: Callable[[Layer, Shape], Callable[..., Floats]] | None = None
    settings: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    weights: frozenset[str] = frozenset()
    optional_weights: frozenset[str] = frozenset()
    inputs: int = 1
    many: bool = False
