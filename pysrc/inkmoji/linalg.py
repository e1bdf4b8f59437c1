"""The array products that networks are made of."""

from __future__ import annotations

import sys

import numpy as np

from inkmoji import kernel
from inkmoji.kernel import Floats, Pair

__all__ = ["Floats", "Pair", "col2im", "every", "im2col", "matmul"]
_NO_BLAS = sys.platform == "emscripten"
_FEW = 4


def matmul(left: Floats, right: Floats) -> Floats:
    """Matrix product, float32, broadcast over leading axes as ``numpy.matmul`` does.

    NumPy has no BLAS in WebAssembly; there, where the host lends no kernel, its ``einsum`` of rows with rows, whose
    inner loop uses vector instructions, takes less than half the time of its ``matmul``.
    """
    product: Floats
    few = left.shape[-2] < _FEW and not right.flags.c_contiguous  # turning the other matrix would take longer
    if kernel.lent() and left.size and right.size and not few:
        leading = np.broadcast_shapes(left.shape[:-2], right.shape[:-2])
        lefts = np.broadcast_to(left, leading + left.shape[-2:])
        rights = np.broadcast_to(right, leading + right.shape[-2:])
        product = np.empty((*leading, left.shape[-2], right.shape[-1]), np.float32)
        for place in np.ndindex(leading):
            product[place] = kernel.multiply(lefts[place], rights[place])
    elif _NO_BLAS:
        rows = np.ascontiguousarray(np.swapaxes(right, -1, -2))
        product = np.einsum("...ij,...kj->...ik", left, rows)
    else:
        product = np.matmul(left, right)
    return product


def im2col(images: Floats, kernel: Pair, stride: Pair, dilation: Pair = (1, 1)) -> Floats:
    """The patches under a kernel as columns.

    Args:
        images: (N, C, H, W), already padded; H and W at least the dilated kernel's.
        kernel: height and width.
        stride: steps from patch to patch, at least 1.
        dilation: steps from value to value of a patch, at least 1.

    Returns:
        (N, C * kernel height * kernel width, output height * output width), contiguous; where every patch is one
        pixel it may share the memory of the images.
    """
    extent = ((kernel[0] - 1) * dilation[0] + 1, (kernel[1] - 1) * dilation[1] + 1)
    views = np.lib.stride_tricks.sliding_window_view(images, extent, axis=(2, 3))
    views = views[:, :, :: stride[0], :: stride[1], :: dilation[0], :: dilation[1]]
    count, channels, height, width = views.shape[:4]
    patches = views.transpose(0, 1, 4, 5, 2, 3)
    return np.ascontiguousarray(patches).reshape(count, channels * kernel[0] * kernel[1], height * width)


def col2im(columns: Floats, sides: Pair, kernel: Pair, stride: Pair, dilation: Pair = (1, 1)) -> Floats:
    """Columns added up where ``im2col`` took them from: its transpose as a linear map.

    Args:
        columns: (N, C * kernel height * kernel width, output height * output width).
        sides: height and width of the padded images.
        kernel, stride, dilation: as for ``im2col``.

    Returns:
        (N, C, height, width).
    """
    rows, across = (_places(*axis) for axis in zip(sides, kernel, stride, dilation, strict=True))
    count, channels = len(columns), columns.shape[1] // (kernel[0] * kernel[1])
    parts = columns.reshape(count, channels, *kernel, rows, across)
    images = np.zeros((count, channels, *sides), np.float32)
    for y in range(kernel[0]):
        for x in range(kernel[1]):
            down, right = every(y * dilation[0], rows, stride[0]), every(x * dilation[1], across, stride[1])
            images[:, :, down, right] += parts[:, :, y, x]
    return images


def every(start: int, count: int, stride: int) -> slice:
    """``count`` places from ``start`` on, ``stride`` apart."""
    return slice(start, start + (count - 1) * stride + 1, stride)


def _places(side: int, size: int, stride: int, dilation: int) -> int:
    """How often a kernel fits along a side."""
    return (side - (size - 1) * dilation - 1) // stride + 1
