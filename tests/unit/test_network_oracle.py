"""A whole network compared with the same layers in PyTorch."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from tests.engine import tiny_network


def test_a_network_gives_what_pytorch_gives() -> None:
    network = tiny_network(5, side=16, channels=3, dimension=9)
    weights = {f"{item.name}.{name}": torch.from_numpy(item.weight(name).copy())
               for item in network.layers for name in item.weights}  # fmt: skip
    model = nn.Sequential(
        nn.Conv2d(3, 2, 3, padding=1), nn.BatchNorm2d(2), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(128, 9)
    ).eval()
    state = {
        "0.weight": weights["conv.weight"], "0.bias": weights["conv.bias"],
        "1.weight": weights["norm.gamma"], "1.bias": weights["norm.beta"],
        "1.running_mean": weights["norm.mean"], "1.running_var": weights["norm.variance"],
        "5.weight": weights["product.weight"], "5.bias": weights["product.bias"],
    }  # fmt: skip
    model.load_state_dict(state, strict=False)
    batch = np.random.default_rng(0).uniform(0.0, 1.0, (4, 3, 16, 16)).astype(np.float32)
    with torch.no_grad():
        expected = nn.functional.normalize(model(torch.from_numpy(batch)))
    assert np.allclose(network.forward(batch), expected.numpy(), atol=1e-5)
