"""The layers of a network under construction, with the blobs that they read brought into the shape they need.

In Core ML a vector is an image of one pixel, (C, 1, 1); here the two are different, so that flatten and reshape layers
are put where Core ML needs none.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from inkmoji.coreml.problems import Refusal, shown
from inkmoji.coreml.weights import Array
from inkmoji.layer import MOST_VALUES, Layer, Setting, Shape
from inkmoji.layers import KINDS
from inkmoji.network import Network

MOST_LAYERS = 4096


class Graph:
    """Layers in order, each checked when it is added.

    Args:
        input: name of the input blob.
        shape: its shape, (D,) or (C, H, W).

    Attributes:
        shapes: of every blob.
        lost: blobs that a layer with a problem would have written.
    """

    def __init__(self, input: str, shape: Shape) -> None:
        self.input, self.shapes, self.lost = input, {input: shape}, set[str]()
        self.layers: list[Layer] = []
        self._given = input
        self._names: set[str] = set()
        self._views: dict[tuple[str, str], str] = {}
        self._values = math.prod(shape)

    def add(
        self,
        kind: str,
        name: str,
        inputs: tuple[str, ...],
        output: str,
        settings: Mapping[str, Setting] | None = None,
        weights: Mapping[str, Array] | None = None,
        updatable: bool = False,
    ) -> None:
        """A layer behind the others.

        Raises:
            Refusal: for a blob that is written twice.
            NetworkError: for a layer whose parts do not fit together.
        """
        layer = Layer(name, kind, inputs, output, settings or {}, weights or {}, updatable)
        if output in self.shapes:
            raise Refusal(f"expected an output of its own, got {shown(output)}, which exists", True)
        shape = KINDS[kind].shape(layer, *(self.shapes[blob] for blob in inputs))
        self._values += math.prod(shape)
        if self._values > MOST_VALUES or len(self.layers) >= MOST_LAYERS:
            raise Refusal(f"expected at most {MOST_LAYERS} layers and {MOST_VALUES} values in all blobs, got more")
        self.layers.append(layer)
        self._names.add(name)
        self.shapes[output] = shape

    def prepared(self, kind: str, weights: Mapping[str, Array]) -> None:
        """A layer between the input and all that read it."""
        name = self.own(f"{self.input}: {kind}")
        self.add(kind, name, (self._given,), name, {}, weights)
        self._given = name

    def source(self, blob: str) -> str:
        """What a layer reads that says it reads the blob: of the input what was prepared of it."""
        return self._given if blob == self.input else blob

    def vector(self, blob: str) -> str:
        """The blob as (D,), channels first."""
        return blob if len(self.shapes[blob]) == 1 else self._view(blob, "vector", "flatten", {})

    def image(self, blob: str) -> str:
        """The blob as (C, H, W)."""
        shape = self.shapes[blob]
        return blob if len(shape) == 3 else self._view(blob, "image", "reshape", {"shape": (*shape, 1, 1)})

    def pixel(self, blob: str) -> str:
        """An image of one pixel as a vector; any other blob as it is."""
        return self.vector(blob) if self.shapes[blob][1:] == (1, 1) else blob

    def own(self, name: str) -> str:
        """The name, or one like it, that no blob and no layer has yet."""
        found, number = name, 2
        while found in self.shapes or found in self.lost or found in self._names:
            found, number = f"{name} {number}", number + 1
        return found

    def network(self, output: str) -> Network:
        """The network that gives a blob; an image of one pixel as a vector.

        Raises:
            NetworkError: for layers that do not fit together.
        """
        last = self.pixel(output)
        return Network(self.layers, self.input, self.shapes[self.input], last)

    def _view(self, blob: str, what: str, kind: str, settings: Mapping[str, Setting]) -> str:
        key = (blob, what)
        if key not in self._views:
            name = self.own(f"{blob}: {what}")
            self.add(kind, name, (blob,), name, settings)
            self._views[key] = name
        return self._views[key]
