"""Layers compared with PyTorch."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from inkmoji.layers import KINDS
from numpy.typing import NDArray
from torch.nn import functional

from tests.engine import layer, normal


def tensor(array: NDArray[np.float32]) -> torch.Tensor:
    return torch.from_numpy(array.copy())


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("kernel", [(1, 1), (3, 3), (4, 2), (5, 5)])
def test_convolution_without_padding(stride: int, kernel: tuple[int, int]) -> None:
    blob, weight, bias = normal(0, 3, 8, 19, 17), normal(1, 16, 8, *kernel), normal(2, 16)
    item = layer("convolution", {"padding": "valid", "stride": stride}, weight=weight, bias=bias)
    expected = functional.conv2d(tensor(blob), tensor(weight), tensor(bias), stride=stride)
    assert np.allclose(KINDS["convolution"].forward(item, blob), expected.numpy(), atol=2e-4)


@pytest.mark.parametrize("kernel", [(1, 1), (3, 3), (2, 2), (4, 5)])
def test_convolution_with_padding(kernel: tuple[int, int]) -> None:
    blob, weight, bias = normal(0, 3, 8, 12, 15), normal(1, 16, 8, *kernel), normal(2, 16)
    item = layer("convolution", {"padding": "same", "stride": 1}, weight=weight, bias=bias)
    with torch.no_grad():
        pads = [(size - 1) // 2 for size in kernel], [size // 2 for size in kernel]
        padded = functional.pad(tensor(blob), (pads[0][1], pads[1][1], pads[0][0], pads[1][0]))
        expected = functional.conv2d(padded, tensor(weight), tensor(bias))
    assert np.allclose(KINDS["convolution"].forward(item, blob), expected.numpy(), atol=2e-4)


def test_batch_norm() -> None:
    blob, gamma, beta, mean, variance = normal(0, 3, 8, 5, 5), *(normal(i, 8) for i in range(1, 5))
    variance = np.abs(variance)
    item = layer("batch_norm", {"epsilon": 1e-3}, gamma=gamma, beta=beta, mean=mean, variance=variance)
    arrays = (tensor(array) for array in (mean, variance, gamma, beta))
    expected = functional.batch_norm(tensor(blob), *arrays, training=False, eps=1e-3)
    assert np.allclose(KINDS["batch_norm"].forward(item, blob), expected.numpy(), atol=1e-4)


@pytest.mark.parametrize(("size", "stride"), [(2, 2), (3, 2), (3, 1), (2, 3)])
def test_max_pool(size: int, stride: int) -> None:
    blob = normal(0, 3, 8, 13, 11)
    expected = functional.max_pool2d(tensor(blob), size, stride)
    output = KINDS["max_pool"].forward(layer("max_pool", {"size": size, "stride": stride}), blob)
    assert np.array_equal(output, expected.numpy())


def test_flatten_inner_product_and_normalisation() -> None:
    blob, weight, bias = normal(0, 3, 4, 5, 6), normal(1, 9, 120), normal(2, 9)
    flat = KINDS["flatten"].forward(layer("flatten"), blob)
    product = KINDS["inner_product"].forward(layer("inner_product", weight=weight, bias=bias), flat)
    unit = KINDS["l2_normalize"].forward(layer("l2_normalize"), product)
    expected = functional.linear(torch.flatten(tensor(blob), 1), tensor(weight), tensor(bias))
    assert np.array_equal(flat, torch.flatten(tensor(blob), 1).numpy())
    assert np.allclose(product, expected.numpy(), atol=1e-4)
    assert np.allclose(unit, functional.normalize(expected).numpy(), atol=1e-5)
