"""Layers forward and backward, and the gradients of their weights, compared with PyTorch's automatic ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from inkmoji import Layer
from inkmoji.layers import KINDS
from numpy.typing import NDArray
from torch.nn import functional

from tests.engine import layer, normal

Tensor = torch.Tensor
Weights = dict[str, Tensor]


def leaf(array: NDArray[Any]) -> Tensor:
    return torch.from_numpy(np.array(array, np.float32)).requires_grad_()


def close(got: NDArray[Any], expected: Tensor | None) -> bool:
    assert expected is not None
    assert got.shape == tuple(expected.shape)
    scale = max(1.0, float(expected.detach().abs().max())) if expected.numel() else 1.0
    return np.allclose(got, expected.detach().numpy(), rtol=1e-5, atol=2e-5 * scale)


def compare(item: Layer, other: Callable[..., Tensor], *blobs: NDArray[np.float32]) -> None:
    """The layer and PyTorch's function of (weights, *blobs) give the same, forward and backward."""
    kind = KINDS[item.kind]
    tensors = [leaf(blob) for blob in blobs]
    weights = {name: leaf(array) for name, array in item.weights.items()}
    expected = other(weights, *tensors)
    output = kind.forward(item, *blobs)
    assert output.shape[1:] == kind.shape(item, *(blob.shape[1:] for blob in blobs))
    assert close(output, expected)
    gradient = normal(99, *output.shape)
    expected.backward(torch.from_numpy(gradient.copy()))
    for given, tensor in zip(kind.backward(item, gradient, output, *blobs), tensors, strict=True):
        assert close(given, tensor.grad)
    if kind.gradients:
        given_weights = kind.gradients(item, gradient, *blobs)
        assert set(given_weights) == set(weights)
        assert all(close(array, weights[name].grad) for name, array in given_weights.items())


def same(side: int, extent: int, stride: int, lower: bool) -> tuple[int, int]:
    """Padding before and after, as TensorFlow and ONNX have it."""
    total = max((-(-side // stride) - 1) * stride + extent - side, 0)
    return (total - total // 2, total // 2) if lower else (total // 2, total - total // 2)


@pytest.mark.parametrize("padding", ["valid", "same", "same-lower", (2, 1, 0, 3)])
@pytest.mark.parametrize("stride", [(1, 1), (2, 2), (1, 3)])
@pytest.mark.parametrize("dilation", [(1, 1), (2, 2), (3, 1)])
@pytest.mark.parametrize("kernel", [(1, 1), (3, 3), (2, 4)])
@pytest.mark.parametrize("groups", [1, 2, 6])
def test_convolution(
    padding: Any, stride: tuple[int, int], dilation: tuple[int, int], kernel: tuple[int, int], groups: int
) -> None:
    blob = normal(0, 3, 6, 9, 10)
    weights = {"weight": normal(1, 12, 6 // groups, *kernel)} | ({} if groups == 2 else {"bias": normal(2, 12)})
    settings = {"padding": padding, "stride": stride, "dilation": dilation, "groups": groups}
    extents = [(size - 1) * gap + 1 for size, gap in zip(kernel, dilation, strict=True)]
    if isinstance(padding, tuple):
        pads = [padding[:2], padding[2:]]
    elif padding == "valid":
        pads = [(0, 0), (0, 0)]
    else:
        pads = [same(*axis, padding == "same-lower") for axis in zip((9, 10), extents, stride, strict=True)]

    def other(given: Weights, x: Tensor) -> Tensor:
        padded = functional.pad(x, (*pads[1], *pads[0]))
        return functional.conv2d(padded, given["weight"], given.get("bias"), stride, 0, dilation, groups)

    compare(layer("convolution", settings, **weights), other, blob)


POOLS: list[tuple[Any, Any, tuple[int, int]]] = [
    (2, 2, (0, 0)), (3, 2, (1, 1)), ((3, 2), (1, 2), (1, 0)), ((2, 3), 3, (1, 1)), (4, (1, 3), (2, 1)), (5, 4, (2, 2)),
]  # fmt: skip


@pytest.mark.parametrize(("size", "stride", "padding"), POOLS)
@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("sides", [(9, 10), (8, 7)])
def test_pooling(size: Any, stride: Any, padding: tuple[int, int], last: bool, sides: tuple[int, int]) -> None:
    """PyTorch's ceil_mode is Core ML's rule of the last pixel wherever a window holds a pixel."""
    blob = normal(0, 3, 4, *sides)
    amounts = (padding[0], padding[0], padding[1], padding[1])
    settings = {"size": size, "stride": stride, "padding": amounts, "include_last": last}

    def largest(_: Weights, x: Tensor) -> Tensor:
        return functional.max_pool2d(x, size, stride, padding, ceil_mode=last)

    compare(layer("max_pool", settings), largest, blob)
    ties = np.round(blob)  # windows of equal largest values: the first gets all
    compare(layer("max_pool", settings), largest, ties)
    for alone in (False, True):

        def mean(_: Weights, x: Tensor, alone: bool = alone) -> Tensor:
            return functional.avg_pool2d(x, size, stride, padding, ceil_mode=last, count_include_pad=not alone)

        compare(layer("average_pool", settings | {"exclude_padding": alone}), mean, blob)


@pytest.mark.parametrize("padding", ["same", "same-lower"])
@pytest.mark.parametrize(("size", "stride"), [(2, 1), (3, 2), (4, 3)])
def test_pooling_with_the_same_padding(padding: str, size: int, stride: int) -> None:
    blob = normal(0, 3, 4, 9, 8)
    down, across = (same(side, size, stride, padding == "same-lower") for side in (9, 8))
    settings = {"size": size, "stride": stride, "padding": padding}

    def padded(x: Tensor, fill: float) -> Tensor:
        return functional.pad(x, (*across, *down), value=fill)

    compare(layer("max_pool", settings), lambda _, x: functional.max_pool2d(padded(x, -torch.inf), size, stride), blob)
    compare(layer("average_pool", settings), lambda _, x: functional.avg_pool2d(padded(x, 0.0), size, stride), blob)


SCALE, SHIFT = normal(3, 4), normal(4, 4)
NORM = {"gamma": SCALE, "beta": SHIFT, "mean": normal(5, 4), "variance": np.abs(normal(6, 4))}
IMAGE, VECTOR = normal(0, 3, 4, 5, 6), normal(0, 7, 24)


def normed(w: Weights, x: Tensor) -> Tensor:
    return functional.batch_norm(x, w["mean"].detach(), w["variance"].detach(), w["gamma"], w["beta"], eps=1e-3)


def channel_last(x: Tensor) -> Tensor:
    return x.permute(0, 2, 3, 1).flatten(1)


CASES: list[tuple[Layer, Callable[..., Tensor], list[NDArray[np.float32]]]] = [
    (layer("inner_product", weight=normal(1, 9, 24), bias=normal(2, 9)),
     lambda w, x: functional.linear(x, w["weight"], w["bias"]), [VECTOR]),
    (layer("inner_product", weight=normal(1, 9, 24)), lambda w, x: functional.linear(x, w["weight"]), [VECTOR]),
    (layer("batch_norm", {"epsilon": 1e-3}, **NORM), normed, [IMAGE]),
    *((layer(kind, {"alpha": 0.2} if kind == "leaky_relu" else {}), other, [blob * np.float32(4.0)])
      for blob in (IMAGE, VECTOR)
      for kind, other in (
          ("relu", lambda w, x: torch.relu(x)),
          ("leaky_relu", lambda w, x: functional.leaky_relu(x, 0.2)),
          ("sigmoid", lambda w, x: torch.sigmoid(x)),
          ("tanh", lambda w, x: torch.tanh(x)),
          ("softmax", lambda w, x: torch.softmax(x, 1)),
      )),
    (layer("l2_normalize"), lambda w, x: functional.normalize(x), [VECTOR]),
    (layer("l2_normalize", {"epsilon": 0.5}),
     lambda w, x: x / (x.square().sum(1, keepdim=True) + 0.5).sqrt(), [VECTOR]),
    (layer("global_max_pool"), lambda w, x: functional.adaptive_max_pool2d(x, 1), [IMAGE]),
    (layer("global_average_pool"), lambda w, x: functional.adaptive_avg_pool2d(x, 1), [IMAGE]),
    (layer("flatten"), lambda w, x: x.flatten(1), [IMAGE]),
    (layer("flatten", {"order": "channel-last"}), lambda w, x: channel_last(x), [IMAGE]),
    (layer("reshape", {"shape": (5, 3, 8)}), lambda w, x: x.reshape(3, 5, 3, 8), [IMAGE]),
    (layer("reshape", {"shape": (5, 3, 8), "order": "channel-last"}),
     lambda w, x: channel_last(x).reshape(3, 3, 8, 5).permute(0, 3, 1, 2), [IMAGE]),
    (layer("add"), lambda w, *x: x[0] + x[1] + x[2], [IMAGE, IMAGE * IMAGE, np.sin(IMAGE)]),
    (layer("concatenate"), lambda w, *x: torch.cat(x, 1), [IMAGE, IMAGE[:, :1], IMAGE[:, :2]]),
    (layer("scale", scale=SCALE, bias=SHIFT),
     lambda w, x: x * w["scale"].reshape(4, 1, 1) + w["bias"].reshape(4, 1, 1), [IMAGE]),
    (layer("bias", bias=SHIFT), lambda w, x: x + w["bias"].reshape(4, 1, 1), [IMAGE]),
]  # fmt: skip


@pytest.mark.parametrize(("item", "other", "blobs"), CASES, ids=lambda value: getattr(value, "kind", ""))
def test_every_other_layer(item: Layer, other: Callable[..., Tensor], blobs: list[NDArray[np.float32]]) -> None:
    compare(item, other, *blobs)


def test_every_kind_is_compared() -> None:
    assert {item.kind for item, *_ in CASES} | {"convolution", "max_pool", "average_pool"} == set(KINDS)
