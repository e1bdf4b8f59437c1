"""Losses compared with PyTorch."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from inkmoji.losses import mean_squared_error, softmax_cross_entropy
from torch.nn import functional


@pytest.mark.parametrize("size", [1.0, 30.0, 1e4])
@pytest.mark.parametrize(("count", "classes"), [(1, 2), (16, 5), (7, 300)])
def test_cross_entropy(size: float, count: int, classes: int) -> None:
    generator = np.random.default_rng(0)
    logits = (generator.normal(size=(count, classes)) * size).astype(np.float32)
    targets = generator.integers(0, classes, count).astype(np.intp)
    tensor = torch.from_numpy(logits.copy()).requires_grad_()
    expected = functional.cross_entropy(tensor, torch.from_numpy(targets), reduction="none")
    expected.mean().backward()
    losses, gradient = softmax_cross_entropy(logits, targets)
    assert tensor.grad is not None
    assert np.allclose(losses, expected.detach().numpy(), rtol=1e-5, atol=1e-6)
    assert np.allclose(gradient, tensor.grad.numpy(), rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("shape", [(1, 1), (8, 3), (5, 100)])
def test_squared_error(shape: tuple[int, int]) -> None:
    generator = np.random.default_rng(0)
    outputs, targets = generator.normal(size=(2, *shape)).astype(np.float32)
    tensor = torch.from_numpy(outputs.copy()).requires_grad_()
    expected = functional.mse_loss(tensor, torch.from_numpy(targets), reduction="none").mean(1)
    expected.mean().backward()
    losses, gradient = mean_squared_error(outputs, targets)
    assert tensor.grad is not None
    assert np.allclose(losses, expected.detach().numpy(), rtol=1e-5, atol=1e-6)
    assert np.allclose(gradient, tensor.grad.numpy(), rtol=1e-5, atol=1e-7)
