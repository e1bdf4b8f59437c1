"""The embedding networks in PyTorch, what they are trained towards, and how fast."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

DIMENSION = 128
STAGES = ((1, 32), (32, 48), (48, 96), (96, 160))
"""Channels into and out of each stage of the network that ships."""
TEACHER_STAGES = ((1, 64), (64, 96), (96, 192), (192, 320))
"""Of the network that it imitates."""
_SCALE = 16.0
_MARGIN = 0.15


class Residual(nn.Module):
    """x + norm(convolution(x)), then ReLU: a 3 x 3 convolution that keeps the number of channels.

    Source: He et al., "Deep residual learning for image recognition", 2016, with one convolution instead of two.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(channels)

    def forward(self, blob: Tensor) -> Tensor:
        """Pictures (N, C, H, W) → (N, C, H, W)."""
        return functional.relu(blob + self.norm(self.convolution(blob)))


def embedding_net(stages: Sequence[tuple[int, int]] = STAGES) -> nn.Sequential:
    """Pictures float32 (N, 1, 32, 32) of 0 to 1 → embeddings (N, 128), not yet of unit length.

    A 5 x 5 convolution, then three stages of a 3 x 3 convolution and a residual layer, each with batch norm and ReLU,
    with max-pooling in between; then a linear layer over the means of the quarters of the last 4 x 4 map.
    """
    layers: OrderedDict[str, nn.Module] = OrderedDict()
    for index, (before, after) in enumerate(stages, start=1):
        size = 5 if index == 1 else 3
        layers[f"convolution{index}"] = nn.Conv2d(before, after, size, padding=size // 2, bias=False)
        layers[f"norm{index}"] = nn.BatchNorm2d(after)
        if index == 1:
            layers["pool1"] = nn.MaxPool2d(2)  # before ReLU: the same result for less
        layers[f"relu{index}"] = nn.ReLU()
        if index > 1:
            layers[f"residual{index}"] = Residual(after)
            layers[f"pool{index}"] = nn.AvgPool2d(2) if index == len(stages) else nn.MaxPool2d(2)
    layers["flatten"] = nn.Flatten()
    layers["embedding"] = nn.Linear(4 * stages[-1][1], DIMENSION)
    return nn.Sequential(layers).to(memory_format=torch.channels_last)


def multiply_adds(net: nn.Sequential) -> int:
    """How many multiplications with an addition one picture takes."""
    total = 0

    def count(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        nonlocal total
        positions = output.shape[2:].numel() if isinstance(module, nn.Conv2d) else 1
        total += module.weight.numel() * positions

    counted = [module for module in net.modules() if isinstance(module, nn.Conv2d | nn.Linear)]
    hooks = [module.register_forward_hook(count) for module in counted]
    net.eval()
    with torch.no_grad():
        net(torch.zeros(1, 1, 32, 32))
    for hook in hooks:
        hook.remove()
    return total


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


def embedded(net: nn.Sequential, pictures: Tensor, mirrored: Tensor) -> Tensor:
    """Embeddings (N, 128) of unit length of pictures (N, 1, H, W), of their mirror images where ``mirrored``, (N,)."""
    ways = torch.where(mirrored[:, None, None, None], pictures.flip(3), pictures)
    return functional.normalize(net(ways.contiguous(memory_format=torch.channels_last)).float())


class Imitation(nn.Module):
    """How far embeddings are from a teacher's: 1 - cosine, after the linear map that brings them nearest.

    The teacher sees each drawing or its mirror image, and each of the two has a map of its own: both together tell
    more than either, and unlike their mean they keep left and right apart.

    Source: Romero et al., "FitNets: Hints for Thin Deep Nets", 2015, with cosines for distances.
    """

    def __init__(self) -> None:
        super().__init__()
        self.map = nn.Linear(DIMENSION, 2 * DIMENSION, bias=False)

    def forward(self, embeddings: Tensor, targets: Tensor, mirrored: Tensor) -> Tensor:
        """Mean of embeddings (N, 128) and targets (N, 128) of unit length, seen ``mirrored``, (N,) bool, or not."""
        plain, mirror = self.map(functional.normalize(embeddings)).chunk(2, dim=1)
        mapped = torch.where(mirrored[:, None], mirror, plain)
        return (1.0 - functional.cosine_similarity(mapped, targets)).mean()


def learning_rate(step: int, steps: int, highest: float) -> float:
    """One cycle: along cosines from a 25th of ``highest`` up to it within 30 % of the steps, then down to nothing."""
    rise = 0.3 * steps
    if step < rise:
        return highest * (0.04 + 0.96 * (1.0 - math.cos(math.pi * step / rise)) / 2.0)
    return highest * (1.0 + math.cos(math.pi * (step - rise) / (steps - rise))) / 2.0
