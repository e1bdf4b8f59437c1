"""Whole updates of networks compared with PyTorch doing the same: layers, loss, optimiser, mini-batches, epochs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from inkmoji import (
    CompiledModel,
    MetricKey,
    Model,
    NetworkClassifier,
    NetworkRegressor,
    ProgressEvent,
    ProgressHandlers,
    UpdateContext,
    UpdateTask,
)
from torch import Tensor
from torch.nn import functional

from tests.updatable import KINDS, NEURAL, Updatable, configured

Parameters = dict[tuple[str, str], Tensor]


def softmax_logits(model: Model, weights: Parameters, batch: Tensor) -> Tensor:
    """The network of ``tests.updatable.softmax_network``, before its softmax."""
    head = model.head
    assert isinstance(head, NetworkClassifier)
    norm = {name: torch.from_numpy(np.array(array)) for name, array in head.network.layers[1].weights.items()}
    c = functional.conv2d(batch, weights["conv", "weight"], weights["conv", "bias"], padding=1)
    n = functional.batch_norm(c, norm["mean"], norm["variance"], norm["gamma"], norm["beta"], eps=1e-5)
    s = functional.max_pool2d(functional.relu(n), 2) + functional.avg_pool2d(n, 2)
    return functional.linear(s.flatten(1), weights["dense", "weight"], weights["dense", "bias"])


def tail_logits(model: Model, weights: Parameters, batch: Tensor) -> Tensor:
    """The network of ``tests.updatable.tail_network``, before its softmax."""
    hidden = torch.tanh(functional.linear(batch, weights["hidden", "weight"], weights["hidden", "bias"]))
    return functional.linear(hidden, weights["out", "weight"], weights["out", "bias"])


def regression(model: Model, weights: Parameters, batch: Tensor) -> Tensor:
    """The network of ``tests.updatable.regression_network``."""
    head = model.head
    assert isinstance(head, NetworkRegressor)
    middle = {name: torch.from_numpy(np.array(array)) for name, array in head.network.layers[2].weights.items()}
    hidden = torch.sigmoid(functional.linear(batch, weights["first", "weight"], weights["first", "bias"]))
    hidden = functional.linear(hidden, middle["weight"], middle["bias"])
    return functional.linear(hidden, weights["out", "weight"])


def inputs_and_targets(kind: Updatable) -> tuple[Tensor, Tensor]:
    model = kind.model
    inputs = torch.from_numpy(model.embed_values([model.read(one) for one in kind.examples]))
    values: list[Any] = [one.feature_value(kind.target.name) for one in kind.examples]
    if isinstance(model.head, NetworkClassifier):
        return inputs, torch.tensor([model.head.labels.index(value.label) for value in values])
    return inputs, torch.from_numpy(np.stack([value.array for value in values]))


def trained_by_torch(
    kind: Updatable, forward: Callable[..., Tensor], settings: dict[str, Any]
) -> tuple[Any, list[float]]:
    head = kind.model.head
    assert isinstance(head, NetworkClassifier | NetworkRegressor)
    arrays = head.network.updatable.items()
    weights = {place: torch.from_numpy(np.array(array)).requires_grad_() for place, array in arrays}
    if head.optimizer == "sgd":
        optimizer: Any = torch.optim.SGD(weights.values(), settings["LEARNING_RATE"], settings["MOMENTUM"])
    else:
        betas = (settings["BETA1"], settings["BETA2"])
        optimizer = torch.optim.Adam(weights.values(), settings["LEARNING_RATE"], betas, settings["EPS"])
    inputs, targets = inputs_and_targets(kind)
    loss_of = functional.cross_entropy if isinstance(head, NetworkClassifier) else functional.mse_loss
    losses = []
    for _ in range(settings["EPOCHS"]):
        for batch, wanted in zip(inputs.split(settings["MINI_BATCH_SIZE"]), targets.split(3), strict=True):
            optimizer.zero_grad()
            loss = loss_of(forward(kind.model, weights, batch), wanted)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return {place: tensor.detach().numpy() for place, tensor in weights.items()}, losses


@pytest.mark.parametrize("name", NEURAL)
@pytest.mark.parametrize("rate", [0.01, 0.05])
def test_an_update_ends_with_the_weights_of_pytorch(name: str, rate: float) -> None:
    kind = KINDS[name]()
    head = kind.model.head
    assert isinstance(head, NetworkClassifier | NetworkRegressor)
    own = {"MOMENTUM": 0.8} if head.optimizer == "sgd" else {"BETA1": 0.8, "BETA2": 0.99, "EPS": 1e-6}
    settings: dict[str, Any] = {"LEARNING_RATE": rate, "EPOCHS": 5, "MINI_BATCH_SIZE": 3, **own}
    losses: list[float] = []
    ends: list[UpdateContext] = []
    handlers = ProgressHandlers(
        ProgressEvent.MINI_BATCH_END,
        lambda context: losses.append(context.metrics[MetricKey.LOSS_VALUE]),
        ends.append,
    )
    UpdateTask(CompiledModel.of(kind.model), kind.batch(), configured(SHUFFLE=False, **settings), handlers).resume()
    assert ends[0].candidate is not None
    trained = ends[0].candidate.model().head
    assert isinstance(trained, NetworkClassifier | NetworkRegressor)
    forward = regression if "squared" in name else softmax_logits if "SGD" in name else tail_logits
    expected, their_losses = trained_by_torch(kind, forward, settings)
    assert losses == pytest.approx(their_losses, abs=1e-5, rel=1e-4)
    assert len(losses) == 5 * 3
    for place, array in trained.network.updatable.items():
        assert np.allclose(array, expected[place], atol=2e-5), place
        assert not np.allclose(array, head.network.updatable[place], atol=1e-4), place
