"""Optimisers compared with their published formulas, number by number."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from inkmoji.optim import SGD, Adam
from numpy.typing import NDArray

RATES = [0.1, 0.1, 0.05, 0.2, 0.01]


def gradients(seed: int, count: int = len(RATES)) -> list[NDArray[np.float32]]:
    return list(np.random.default_rng(seed).normal(size=(count, 2, 3)).astype(np.float32))


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_sgd_moves_by_the_rate_times_a_decaying_sum_of_gradients(momentum: float) -> None:
    optimizer, weight = SGD(), np.ones((2, 3), np.float32)
    expected, velocity = [1.0] * 6, [0.0] * 6
    for rate, gradient in zip(RATES, gradients(0), strict=True):
        optimizer.step({"w": weight}, {"w": gradient}, rate, momentum)
        velocity = [momentum * v + g for v, g in zip(velocity, gradient.ravel().tolist(), strict=True)]
        expected = [w - rate * v for w, v in zip(expected, velocity, strict=True)]
        assert weight.ravel().tolist() == pytest.approx(expected, abs=1e-6)


def test_adam_moves_by_the_mean_gradient_over_the_root_of_its_mean_square() -> None:
    beta1, beta2, eps = 0.8, 0.95, 1e-3
    optimizer, weight = Adam(), np.ones((2, 3), np.float32)
    expected, first, second = [1.0] * 6, [0.0] * 6, [0.0] * 6
    for count, (rate, gradient) in enumerate(zip(RATES, gradients(0), strict=True), start=1):
        optimizer.step({"w": weight}, {"w": gradient}, rate, beta1, beta2, eps)
        for i, g in enumerate(gradient.ravel().tolist()):
            first[i] = beta1 * first[i] + (1 - beta1) * g
            second[i] = beta2 * second[i] + (1 - beta2) * g * g
            root = math.sqrt(second[i] / (1 - beta2**count))
            expected[i] -= rate * first[i] / (1 - beta1**count) / (root + eps)
        assert weight.ravel().tolist() == pytest.approx(expected, abs=1e-6)


Step = Callable[[dict[object, NDArray[np.float32]], dict[object, NDArray[np.float32]]], None]


def sgd() -> Step:
    optimizer = SGD()
    return lambda weights, given: optimizer.step(weights, given, 0.1, 0.9)


def adam() -> Step:
    optimizer = Adam()
    return lambda weights, given: optimizer.step(weights, given, 0.1, 0.9, 0.999, 1e-8)


@pytest.mark.parametrize("optimizer", [sgd, adam])
def test_every_key_has_its_own_state_and_every_optimiser_too(optimizer: Callable[[], Step]) -> None:
    """Weights that are stepped together, apart, and by two optimisers in turn end at the same place."""
    given = {"a": gradients(1), ("b", 1): gradients(2, 3)}

    def start() -> dict[object, NDArray[np.float32]]:
        return {key: np.zeros((2, 3), np.float32) for key in given}

    together, step = start(), optimizer()
    for index in range(len(RATES)):
        step(together, {key: steps[index] for key, steps in given.items() if index < len(steps)})
    apart, steps = start(), {key: optimizer() for key in given}
    for index in range(len(RATES)):
        for key, each in given.items():
            if index < len(each):
                steps[key](apart, {key: each[index]})
    for key in given:
        assert np.any(together[key])
        assert np.array_equal(together[key], apart[key])


@pytest.mark.parametrize("optimizer", [sgd, adam])
def test_a_step_changes_the_weights_in_place_and_nothing_else(optimizer: Callable[[], Step]) -> None:
    weights, gradient = {"w": np.ones((2, 3), np.float32), "other": np.ones(3, np.float32)}, gradients(0)[0]
    arrays, before, step = dict(weights), gradient.copy(), optimizer()
    for _ in range(3):
        step(weights, {"w": gradient})
    assert all(weights[key] is arrays[key] for key in weights)
    assert arrays["w"].dtype == np.float32
    assert not np.any(arrays["w"] == 1.0)
    assert arrays["other"].tolist() == [1.0] * 3
    assert np.array_equal(gradient, before)


@pytest.mark.parametrize("optimizer", [sgd, adam])
def test_gradients_too_large_for_float32_give_no_warning(optimizer: Callable[[], Step]) -> None:
    weights, step = {"w": np.zeros(1, np.float32)}, optimizer()
    for _ in range(3):
        step(weights, {"w": np.float32([3e38])})
    step(weights, {"w": np.float32([np.inf])})
    assert not np.isfinite(weights["w"]).all()


def test_adam_moves_by_the_rate_whatever_the_size_of_a_steady_gradient() -> None:
    for size in (1e-3, 1.0, 1e3):
        optimizer, weight = Adam(), np.zeros(1, np.float32)
        for _ in range(10):
            optimizer.step({"w": weight}, {"w": np.float32([size])}, 0.01, 0.9, 0.999, 1e-10)
        assert weight[0] == pytest.approx(-0.1, rel=1e-4)
