"""Optimisers compared with PyTorch's over many steps with a rate that changes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from inkmoji.optim import SGD, Adam
from numpy.typing import NDArray

STEPS = 80
SHAPES = {"weight": (5, 7), "bias": (5,)}


def values(seed: int) -> dict[str, NDArray[np.float32]]:
    generator = np.random.default_rng(seed)
    return {key: generator.normal(size=shape).astype(np.float32) for key, shape in SHAPES.items()}


def curvature() -> dict[str, NDArray[np.float32]]:
    """Of a bowl whose slopes are the gradients: steep along some weights, flat along others."""
    return {key: np.exp(array) for key, array in values(1).items()}


def rate(step: int) -> float:
    return 0.02 / (1 + step // 10)


def compare(ours: Any, theirs: Any) -> None:
    """Down the bowl from one start, each by its own gradients."""
    weights, bowl = values(0), curvature()
    tensors = {key: torch.from_numpy(array.copy()).requires_grad_() for key, array in weights.items()}
    optimizer = theirs(list(tensors.values()))
    for step in range(STEPS):
        for group in optimizer.param_groups:
            group["lr"] = rate(step)
        for key, tensor in tensors.items():
            tensor.grad = torch.from_numpy(bowl[key]) * tensor.detach()
        optimizer.step()
        ours(weights, {key: bowl[key] * weights[key] for key in weights}, rate(step))
        for key, tensor in tensors.items():
            assert np.allclose(weights[key], tensor.detach().numpy(), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_sgd(momentum: float) -> None:
    optimizer = SGD()
    compare(
        lambda weights, gradients, rate: optimizer.step(weights, gradients, rate, momentum),
        lambda tensors: torch.optim.SGD(tensors, lr=1.0, momentum=momentum),
    )


@pytest.mark.parametrize(("betas", "eps"), [((0.9, 0.999), 1e-8), ((0.5, 0.9), 1e-3), ((0.0, 0.99), 1e-8)])
def test_adam(betas: tuple[float, float], eps: float) -> None:
    optimizer = Adam()
    compare(
        lambda weights, gradients, rate: optimizer.step(weights, gradients, rate, *betas, eps),
        lambda tensors: torch.optim.Adam(tensors, lr=1.0, betas=betas, eps=eps),
    )
