"""The embedding network in PyTorch, what it is trained towards, and its training state."""

from __future__ import annotations

import math
from collections import OrderedDict

import torch
from torch import Tensor, nn
from torch.nn import functional

DIMENSION = 128
_CHANNELS = (1, 32, 64, 96, 128)
_SCALE = 16.0
_MARGIN = 0.15


def embedding_net() -> nn.Sequential:
    """Pictures float32 (N, 1, 32, 32) of 0 to 1 → embeddings (N, 128), not yet of unit length.

    Four 3 x 3 convolutions, each with batch norm and ReLU, the first three with max-pooling; then a linear
    layer over the remaining 4 x 4 map.
    """
    layers: OrderedDict[str, nn.Module] = OrderedDict()
    for index in range(1, len(_CHANNELS)):
        layers[f"convolution{index}"] = nn.Conv2d(_CHANNELS[index - 1], _CHANNELS[index], 3, padding=1)
        layers[f"norm{index}"] = nn.BatchNorm2d(_CHANNELS[index])
        if index < len(_CHANNELS) - 1:
            layers[f"pool{index}"] = nn.MaxPool2d(2)  # before ReLU: the same result for less
        layers[f"relu{index}"] = nn.ReLU()
    layers["flatten"] = nn.Flatten()
    layers["dropout"] = nn.Dropout(0.2)
    layers["embedding"] = nn.Linear(_CHANNELS[-1] * 16, DIMENSION)
    return nn.Sequential(layers).to(memory_format=torch.channels_last)


class CosineSoftmax(nn.Module):
    """Cross-entropy over scaled cosines to one direction per class, the right one's less a margin.

    Source: Wang et al., "CosFace: Large Margin Cosine Loss for Deep Face Recognition", 2018.
    """

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.directions = nn.Parameter(torch.randn(classes, DIMENSION) / math.sqrt(DIMENSION))

    def forward(self, embeddings: Tensor, labels: Tensor) -> Tensor:
        """Mean loss of embeddings (N, 128) with classes (N,) int64."""
        cosines = functional.normalize(embeddings) @ functional.normalize(self.directions).T
        margins = functional.one_hot(labels, len(self.directions)) * _MARGIN
        return functional.cross_entropy(_SCALE * (cosines - margins), labels)


def learning_rate(step: int, steps: int, highest: float) -> float:
    """One cycle: along cosines from a 25th of ``highest`` up to it within 30 % of the steps, then down to nothing."""
    rise = 0.3 * steps
    if step < rise:
        return highest * (0.04 + 0.96 * (1.0 - math.cos(math.pi * step / rise)) / 2.0)
    return highest * (1.0 + math.cos(math.pi * (step - rise) / (steps - rise))) / 2.0
