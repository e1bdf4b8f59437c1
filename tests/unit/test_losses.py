"""Losses compared with sums over single numbers, their gradients with the slope of their mean."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from inkmoji.losses import mean_squared_error, softmax_cross_entropy
from numpy.typing import NDArray

from tests.engine import normal

Array = NDArray[Any]
STEP = 2.0**-7


TARGETS = np.array([2, 0, 1, 1], np.intp)


def test_cross_entropy_is_minus_the_logarithm_of_the_right_share() -> None:
    logits = normal(0, 4, 3)
    losses, _ = softmax_cross_entropy(logits, TARGETS)
    assert (losses.shape, losses.dtype) == ((4,), np.float32)
    for row, target, loss in zip(logits.tolist(), TARGETS, losses, strict=True):
        powers = [math.exp(value) for value in row]
        assert loss == pytest.approx(-math.log(powers[target] / sum(powers)), abs=1e-6)


def test_squared_error_is_the_mean_over_the_values_of_an_example() -> None:
    outputs, targets = normal(0, 4, 3), normal(1, 4, 3)
    losses, _ = mean_squared_error(outputs, targets)
    assert (losses.shape, losses.dtype) == ((4,), np.float32)
    for output, target, loss in zip(outputs.tolist(), targets.tolist(), losses, strict=True):
        assert loss == pytest.approx(sum((a - b) ** 2 for a, b in zip(output, target, strict=True)) / 3, rel=1e-5)


@pytest.mark.parametrize(
    ("function", "targets"), [(softmax_cross_entropy, TARGETS), (mean_squared_error, normal(1, 4, 3))]
)
def test_the_gradient_is_the_slope_of_the_mean_loss(function: Callable[..., Any], targets: Array) -> None:
    values = normal(0, 4, 3)
    before = values.copy(), targets.copy()
    _, gradient = function(values, targets)
    assert (gradient.shape, gradient.dtype) == (values.shape, np.float32)
    assert np.array_equal(values, before[0])
    assert np.array_equal(targets, before[1])
    for place in np.ndindex(values.shape):
        ends = []
        for step in (STEP, -STEP):
            moved = values.copy()
            moved[place] += step
            ends.append(function(moved, targets)[0].astype(np.float64).mean())
        assert gradient[place] == pytest.approx((ends[0] - ends[1]) / (2.0 * STEP), abs=1e-4)


@pytest.mark.parametrize("size", [1e4, 1e30])
def test_cross_entropy_of_huge_logits_is_finite(size: float) -> None:
    logits = np.float32([[size, -size, 0.0], [-size, size, size]])
    losses, gradient = softmax_cross_entropy(logits, np.array([1, 2], np.intp))
    assert losses.tolist() == [pytest.approx(2.0 * size), pytest.approx(math.log(2.0))]
    assert gradient.tolist() == [[0.5, -0.5, 0.0], [0.0, 0.25, -0.25]]


def test_squared_error_of_huge_outputs_is_finite_as_long_as_float32_is() -> None:
    losses, gradient = mean_squared_error(np.float32([[1e4, -1e4]]), np.float32([[0.0, 0.0]]))
    assert losses.tolist() == [1e8]
    assert gradient.tolist() == [[1e4, -1e4]]
    assert mean_squared_error(np.float32([[1e30]]), np.float32([[0.0]]))[0].tolist() == [math.inf]
