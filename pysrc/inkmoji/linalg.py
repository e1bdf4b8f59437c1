"""The array products that networks are made of."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def matmul(left: Floats, right: Floats) -> Floats:
    """Matrix product, float32, broadcast over leading axes as ``numpy.matmul`` does."""
    product: Floats = np.matmul(left, right)
    return product


def im2col(images: Floats, kernel: tuple[int, int], stride: int) -> Floats:
    """The patches under a kernel as columns.

    Args:
        images: (N, C, H, W), already padded; H and W at least the kernel's.
        kernel: height and width.
        stride: step in both directions, at least 1.

    Returns:
        (N, C * kernel height * kernel width, output height * output width), contiguous.
    """
    windows = np.lib.stride_tricks.sliding_window_view(images, kernel, axis=(2, 3))[:, :, ::stride, ::stride]
    count, channels, height, width = windows.shape[:4]
    patches = windows.transpose(0, 1, 4, 5, 2, 3)
    return np.ascontiguousarray(patches).reshape(count, channels * kernel[0] * kernel[1], height * width)
