"""Steps that change weights against their gradients.

An optimiser keeps float32 state for each key of the weights it has seen and shares it with no other. The keys may
be anything hashable. Values too large for float32 give infinity or NaN without a warning; whoever trains looks at
the losses.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import TypeVar

import numpy as np

from inkmoji.linalg import Floats

Key = TypeVar("Key", bound=Hashable)


class SGD:
    """Stochastic gradient descent with momentum (Polyak 1964), in PyTorch's form: v = momentum * v + g, w -= rate * v.

    The rate is not part of v, so it may change from step to step. Unlike PyTorch's, v is kept in a step without
    momentum too, so that momentum may be switched on later.
    """

    def __init__(self) -> None:
        self._velocities: dict[Hashable, Floats] = {}

    @np.errstate(all="ignore")
    def step(
        self, weights: Mapping[Key, Floats], gradients: Mapping[Key, Floats], learning_rate: float, momentum: float
    ) -> None:
        """One step.

        Args:
            weights: changed in place: the caller's own working copies, float32.
            gradients: one for each weight to change, of its shape, float32; never changed.
            learning_rate: at least 0.
            momentum: from 0 to 1.
        """
        for key, gradient in gradients.items():
            if key not in self._velocities:
                self._velocities[key] = np.zeros_like(gradient)
            velocity = self._velocities[key]
            velocity *= np.float32(momentum)
            velocity += gradient
            weight = weights[key]
            weight -= np.float32(learning_rate) * velocity


class _Moments:
    """Running means of a gradient and its square, and how many steps they saw."""

    def __init__(self, gradient: Floats) -> None:
        self.first, self.second, self.steps = np.zeros_like(gradient), np.zeros_like(gradient), 0


class Adam:
    """Adam (Kingma & Ba 2015), bias-corrected, with epsilon added to the corrected root as PyTorch does."""

    def __init__(self) -> None:
        self._moments: dict[Hashable, _Moments] = {}

    @np.errstate(all="ignore")
    def step(
        self,
        weights: Mapping[Key, Floats],
        gradients: Mapping[Key, Floats],
        learning_rate: float,
        beta1: float,
        beta2: float,
        eps: float,
    ) -> None:
        """One step.

        Args:
            weights: changed in place: the caller's own working copies, float32.
            gradients: one for each weight to change, of its shape, float32; never changed.
            learning_rate: at least 0.
            beta1, beta2: how much of the running means is kept, from 0 to below 1.
            eps: above 0.
        """
        for key, gradient in gradients.items():
            if key not in self._moments:
                self._moments[key] = _Moments(gradient)
            moments = self._moments[key]
            moments.steps += 1
            moments.first += np.float32(1.0 - beta1) * (gradient - moments.first)
            moments.second *= np.float32(beta2)
            moments.second += np.float32(1.0 - beta2) * gradient * gradient
            root = np.sqrt(moments.second) / np.float32(math.sqrt(1.0 - beta2**moments.steps)) + np.float32(eps)
            weight = weights[key]
            weight -= np.float32(learning_rate / (1.0 - beta1**moments.steps)) * moments.first / root
