"""Neural networks as the updatable part of a model: the classifier and the regressor.

The counterparts of Core ML's ``neuralNetworkClassifier`` and ``neuralNetwork`` with updatable layers, a loss and an
optimiser. Both are immutable: an update ends with another one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from inkmoji.errors import HeadError
from inkmoji.features import Label
from inkmoji.layer import Layer
from inkmoji.linalg import Floats
from inkmoji.network import Network
from inkmoji.votes import Vote, check_taught

OPTIMIZERS = ("sgd", "adam")


@dataclass(frozen=True, eq=False)
class NetworkClassifier:
    """A network that ends in a softmax over a fixed list of classes, trained with categorical cross-entropy.

    Attributes:
        network: its output blob (C,) is written by a softmax; layers marked as updatable can be trained.
        labels: the C classes, distinct, all texts or all whole numbers.
        optimizer: ``"sgd"`` or ``"adam"``.

    Raises:
        HeadError: ``head-shape`` when there are not as many classes as outputs; ``head-value`` for labels or an
            optimiser that are none, or a network that does not end in a softmax.
    """

    network: Network
    labels: tuple[Label, ...]
    optimizer: str = "sgd"

    def __post_init__(self) -> None:
        _check_settings(self.network, self.optimizer)
        object.__setattr__(self, "labels", tuple(self.labels))
        _check_labels(self.labels)
        if self.network.output_shape != (len(self.labels),):
            raise HeadError(
                "head-shape",
                f"expected a class for each output of the network {self.network.output_shape}, got {len(self.labels)}",
            )
        if self._softmax.kind != "softmax":
            raise HeadError(
                "head-value",
                f"expected a network that ends in a softmax, for its cross-entropy, got {self._softmax.kind!r} "
                f"({self._softmax.name!r})",
            )

    @property
    def logits(self) -> str:
        """The blob that the softmax reads."""
        return self._softmax.inputs[0]

    @property
    def _softmax(self) -> Layer:
        return next(layer for layer in self.network.layers if layer.output == self.network.output)

    def vote(self, batch: Floats) -> list[Vote]:
        """The classes of a batch (N, *input_shape), most probable first; of equal ones the first class wins."""
        return [self._vote(row) for row in self.network.forward(batch)]

    def _vote(self, row: Floats) -> Vote:
        order = np.argsort(-row, kind="stable")
        probabilities = {self.labels[place]: float(row[place]) for place in order}
        return Vote(self.labels[order[0]], probabilities, float("inf"), True)

    def with_class(self, label: Label) -> NetworkClassifier:
        """A classifier with one more class, ready to be taught it.

        The new class's weights and bias are the means of all others', so its logit is the mean logit: until it was
        taught, it is not the most probable one (where the others differ by more than rounding), and the odds between
        the others stay as they were.

        Raises:
            HeadError: ``head-value`` for a label that is a class already or of another type, or when the logits do
                not come from an updatable inner product.
        """
        layers = list(self.network.layers)
        place = next((place for place, layer in enumerate(layers) if layer.output == self.logits), None)
        last = None if place is None else layers[place]
        readers = sum(layer.inputs.count(self.logits) for layer in layers)
        if place is None or last is None or last.kind != "inner_product" or not last.updatable or readers != 1:
            got = "none" if last is None else f"{last.kind} {last.name!r}"
            raise HeadError(
                "head-value",
                f"expected an updatable inner_product before the softmax, to give it a class more, got {got}",
            )
        weights = {
            name: np.concatenate([array, array.mean(axis=0, keepdims=True, dtype=np.float64).astype(np.float32)])
            for name, array in last.weights.items()
        }
        layers[place] = replace(last, weights=weights)
        network = Network(layers, self.network.input, self.network.input_shape, self.network.output)
        return NetworkClassifier(network, (*self.labels, label), self.optimizer)


@dataclass(frozen=True, eq=False)
class NetworkRegressor:
    """A network whose outputs are the answer, trained with the mean squared error; without updatable layers it is
    a feature extractor.

    Attributes:
        network: its layers marked as updatable can be trained.
        optimizer: ``"sgd"`` or ``"adam"``.

    Raises:
        HeadError: ``head-value`` for an optimiser that is none.
    """

    network: Network
    optimizer: str = "sgd"

    def __post_init__(self) -> None:
        _check_settings(self.network, self.optimizer)


def _check_settings(network: Network, optimizer: str) -> None:
    if not isinstance(network, Network):
        raise HeadError("head-value", f"expected a Network, got {type(network).__name__}")
    if optimizer not in OPTIMIZERS:
        raise HeadError("head-value", f"expected optimizer to be one of {OPTIMIZERS}, got {optimizer!r}")


def _check_labels(labels: tuple[Label, ...]) -> None:
    """All of one type, and each once."""
    for label in labels:
        check_taught(label, "a class", (str,) if isinstance(labels[0], str) else (int,))
    if not labels or len(set(labels)) != len(labels):
        raise HeadError("head-value", f"expected at least one class and each once, got {list(labels)}")
