"""How each kind of head learns: a trainer goes through the samples, one step at a time, on a model of its own."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from inkmoji.entries import Entries
from inkmoji.errors import UpdateError
from inkmoji.linalg import Floats
from inkmoji.losses import mean_squared_error, softmax_cross_entropy
from inkmoji.model import Model
from inkmoji.neighbors import NearestNeighbors
from inkmoji.network import Place, Tail
from inkmoji.neural import NetworkClassifier, NetworkRegressor
from inkmoji.optim import SGD, Adam
from inkmoji.parameters import ParameterKey, ParameterValue, Scalar
from inkmoji.parts import Remembering, parameters_of
from inkmoji.plan import Blobs
from inkmoji.progress import MetricKey, ProgressEvent
from inkmoji.training import Sample

DEFAULTS: Mapping[ParameterKey, Scalar] = {
    ParameterKey.MINI_BATCH_SIZE: 1,
    ParameterKey.EPOCHS: 1,
    ParameterKey.SHUFFLE: True,
    ParameterKey.SEED: 0,
    ParameterKey.LEARNING_RATE: 0.01,
    ParameterKey.MOMENTUM: 0.0,
    ParameterKey.BETA1: 0.9,
    ParameterKey.BETA2: 0.999,
    ParameterKey.EPS: 1e-8,
}
"""Used, and not to be changed, where a model's description does not list the parameter."""
_WEIGHTS = {ParameterKey.WEIGHTS.name: "weight", ParameterKey.BIASES.name: "bias"}


class Run:
    """What a task and its trainer share while an update runs.

    Args:
        model: to be updated; its parameters are in force at the start.

    Attributes:
        parameters: those in force; a handler may change them between two steps.
        weights: arrays that a layer is given at the next mini-batch, taken out then.
        metrics: where the training is.
    """

    def __init__(self, model: Model) -> None:
        used = parameters_of(model.head)
        self.parameters = {key: value for key, value in DEFAULTS.items() if key in used}
        self.weights: dict[Place, Floats] = {}
        self.metrics: dict[MetricKey, int | float] = {}
        if isinstance(model.head, NearestNeighbors):
            self.parameters[ParameterKey.NUMBER_OF_NEIGHBORS] = model.head.k
        self.take({item.key: model.parameter_value(item.key) for item in model.description.parameters})

    def take(self, values: Mapping[ParameterKey, ParameterValue]) -> None:
        """Puts checked values in force, arrays from the next mini-batch on."""
        for key, value in values.items():
            if isinstance(value, np.ndarray):
                self.weights[key.scope or "", _WEIGHTS[key.name]] = value
            else:
                self.parameters[key] = value

    def whole(self, key: ParameterKey) -> int:
        """A whole number (or a bool) that is in force."""
        return int(self.parameters[key])

    def real(self, key: ParameterKey) -> float:
        """A real number that is in force."""
        return float(self.parameters[key])


class Trainer(Protocol):
    """One head's way of learning.

    Attributes:
        read: what the head has read by now, an array for each sample: what the frozen network gave for it.
    """

    read: list[Floats]

    def model(self) -> Model:
        """The model as trained by now, independent of the training to come."""

    def total_steps(self) -> int:
        """How many steps ``train`` yields with the parameters in force."""

    def train(self) -> Iterator[ProgressEvent | None]:
        """Trains; yields after each step what happened, None for work that is no event of its own."""


def trainer_for(model: Model, samples: Sequence[Sample], run: Run) -> Trainer:
    """The trainer of the model's head; the model itself is the trainer's from now on.

    Raises:
        UpdateError: ``update-argument`` for a network without updatable layers that the loss depends on.
    """
    if isinstance(model.head, Entries):
        return EntriesTrainer(model, model.head, samples, run)
    return NetworkTrainer(model, model.head, samples, run)


class EntriesTrainer:
    """Every sample is embedded and becomes an example: one epoch."""

    def __init__(self, model: Model, head: Remembering, samples: Sequence[Sample], run: Run) -> None:
        self._model, self._head, self._samples, self._run = model, head, samples, run
        self.read: list[Floats] = []

    def model(self) -> Model:
        """The model with the samples added by now."""
        return self._model.copy()

    def total_steps(self) -> int:
        """The beginning, the mini-batches, the end."""
        return 2 + math.ceil(len(self._samples) / self._run.whole(ParameterKey.MINI_BATCH_SIZE))

    def train(self) -> Iterator[ProgressEvent | None]:
        """Mini-batch after mini-batch."""
        metrics, waiting = self._run.metrics, list(self._samples)
        metrics[MetricKey.EPOCH_INDEX] = 0
        self._take_k()
        yield ProgressEvent.TRAINING_BEGIN
        index = 0
        while waiting:
            self._take_k()
            size = self._run.whole(ParameterKey.MINI_BATCH_SIZE)
            for sample in waiting[:size]:
                self.read.append(self._model.embed_values([sample.value])[0])
                self._model.add_example(sample.target, sample.value, self.read[-1])  # type: ignore[arg-type]
            del waiting[:size]
            metrics[MetricKey.MINI_BATCH_INDEX] = index
            index += 1
            yield ProgressEvent.MINI_BATCH_END
        yield ProgressEvent.EPOCH_END
        self._take_k()

    def _take_k(self) -> None:
        if isinstance(self._head, NearestNeighbors):
            self._head.k = self._run.whole(ParameterKey.NUMBER_OF_NEIGHBORS)


class NetworkTrainer:
    """Mini-batch gradient descent on the updatable layers."""

    def __init__(
        self, model: Model, head: NetworkClassifier | NetworkRegressor, samples: Sequence[Sample], run: Run
    ) -> None:
        self._model, self._head, self._samples, self._run = model, head, samples, run
        self.read: list[Floats] = []
        self._output = head.logits if isinstance(head, NetworkClassifier) else head.network.output
        self._tail = Tail(head.network, self._output)
        if not self._tail.reaches_output:
            layers = sorted({layer for layer, _ in head.network.updatable}) or "none: the network is frozen"
            raise UpdateError(
                "update-argument", f"expected updatable layers that lead to {self._output!r}, got {layers}"
            )
        self._optimizer = SGD() if head.optimizer == "sgd" else Adam()
        self._targets = _targets(head, samples)

    def model(self) -> Model:
        """The model with the weights as they are by now."""
        network = self._tail.network()
        head = self._head
        if isinstance(head, NetworkClassifier):
            return self._model.with_head(NetworkClassifier(network, head.labels, head.optimizer))
        return self._model.with_head(NetworkRegressor(network, head.optimizer))

    def total_steps(self) -> int:
        """The beginning, what is frozen computed for each sample, and each epoch with its mini-batches and its end."""
        batches = math.ceil(len(self._samples) / self._run.whole(ParameterKey.MINI_BATCH_SIZE))
        return 1 + len(self._samples) + self._run.whole(ParameterKey.EPOCHS) * (batches + 1)

    def train(self) -> Iterator[ProgressEvent | None]:
        """Epoch after epoch; what no updatable layer changes is computed once for each sample."""
        metrics = self._run.metrics
        metrics[MetricKey.EPOCH_INDEX] = 0
        self._take_weights()
        yield ProgressEvent.TRAINING_BEGIN
        edges = []
        for sample in self._samples:
            self.read.append(self._model.embed_values([sample.value])[0])
            edges.append(self._tail.edge(self.read[-1][None]))
            yield None
        edge = {name: np.concatenate([one[name] for one in edges]) for name in edges[0]}
        epoch = 0
        while epoch < self._run.whole(ParameterKey.EPOCHS):
            metrics[MetricKey.EPOCH_INDEX] = epoch
            losses = []
            for index, chosen in enumerate(self._mini_batches(epoch)):
                loss = self._learn({name: blob[chosen] for name, blob in edge.items()}, self._targets[chosen])
                losses.append(loss)
                metrics[MetricKey.MINI_BATCH_INDEX] = index
                metrics[MetricKey.LOSS_VALUE] = float(loss.mean(dtype=np.float64))
                yield ProgressEvent.MINI_BATCH_END
            metrics[MetricKey.LOSS_VALUE] = float(np.concatenate(losses).mean(dtype=np.float64))
            yield ProgressEvent.EPOCH_END
            epoch += 1
        self._take_weights()

    def _mini_batches(self, epoch: int) -> Iterator[NDArray[np.intp]]:
        """The samples of each mini-batch; an epoch's order depends on the seed and its index alone."""
        order = np.arange(len(self._samples))
        if self._run.whole(ParameterKey.SHUFFLE):
            # NumPy's generators would be half a megabyte more for every visitor. This one's numbers never change.
            generator = Random(f"{self._run.whole(ParameterKey.SEED)} {epoch}")  # noqa: S311 - it guards no secret
            order = np.array(sorted(order, key=lambda _: generator.random()))
        while len(order):
            size = self._run.whole(ParameterKey.MINI_BATCH_SIZE)
            yield order[:size]
            order = order[size:]

    def _learn(self, edge: Blobs, targets: NDArray[np.generic]) -> Floats:
        """One step of the optimiser; the loss of each sample before it."""
        self._take_weights()
        with np.errstate(all="ignore"):  # what overflows is found below
            blobs = self._tail.forward(edge)
            output, loss = blobs[self._output], _loss(self._head)
            losses, gradient = loss(output.reshape(len(output), -1), targets.reshape(len(output), -1))
            self._step(self._tail.gradients(blobs, gradient.reshape(output.shape)))
        if not (np.isfinite(losses).all() and all(np.isfinite(array).all() for array in self._tail.weights.values())):
            raise UpdateError(
                "update-diverged",
                f"expected losses and weights that float32 can hold, got a loss of {losses.mean(dtype=np.float64)} in "
                f"epoch {self._run.metrics[MetricKey.EPOCH_INDEX]}; use a lower learning rate or smaller numbers",
            )
        return losses

    def _step(self, gradients: Mapping[Place, Floats]) -> None:
        run, rate = self._run, self._run.real(ParameterKey.LEARNING_RATE)
        if isinstance(self._optimizer, SGD):
            self._optimizer.step(self._tail.weights, gradients, rate, run.real(ParameterKey.MOMENTUM))
        else:
            betas = run.real(ParameterKey.BETA1), run.real(ParameterKey.BETA2)
            self._optimizer.step(self._tail.weights, gradients, rate, *betas, run.real(ParameterKey.EPS))

    def _take_weights(self) -> None:
        """Gives layers the weights that were asked for."""
        for place, array in self._run.weights.items():
            self._tail.weights[place][...] = array
        self._run.weights.clear()


def _loss(head: NetworkClassifier | NetworkRegressor) -> Callable[[Floats, NDArray[Any]], tuple[Floats, Floats]]:
    """(outputs (N, D), targets (N, ...)) → losses (N,) and the gradient (N, D) of their mean."""
    if isinstance(head, NetworkClassifier):
        return lambda logits, classes: softmax_cross_entropy(logits, classes.ravel())
    return mean_squared_error


def _targets(head: NetworkClassifier | NetworkRegressor, samples: Sequence[Sample]) -> NDArray[np.generic]:
    """Class indices (N,), or output values (N, D)."""
    if isinstance(head, NetworkClassifier):
        place = {label: index for index, label in enumerate(head.labels)}
        return np.array([place[sample.target] for sample in samples], dtype=np.intp)  # type: ignore[index]
    return np.array([sample.target for sample in samples], dtype=np.float32)
