"""Sums of products in machine code that a host lends.

NumPy has no BLAS in WebAssembly. A host there can lend a function on the memory in which NumPy's arrays lie
(``web/worker/kernel.wat`` says what it computes and with which arguments); without one NumPy computes.
The layout of the weights, four outputs side by side, follows Goto and van de Geijn, "Anatomy of high-performance
matrix multiplication", 2008; that a convolution reads its patches where they lie, by a table of distances, follows
Dukhan, "The indirect convolution algorithm", 2019.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Pair = tuple[int, int]
Kernel = Callable[..., object]

_BLOCK = 4  # outputs that are computed together
_SIZE = 4  # bytes of a float32
_lent: list[Kernel] = []


def lend(kernel: Kernel) -> bool:
    """Computes with a host's kernel from now on, if it does on small products what NumPy does.

    Networks that are there already go on as before.

    Returns:
        Whether it is used.
    """
    _lent.clear()
    _lent.append(kernel)
    try:
        right = _is_right()
    except Exception:  # whatever a host's function does: there is another way
        right = False
    if not right:
        _lent.clear()
    return right


def lent() -> bool:
    """Whether there is a kernel."""
    return bool(_lent)


@dataclass(frozen=True, eq=False)
class Packed:
    """A matrix (outputs, k) and a bias (outputs,) as the kernel reads them.

    Attributes:
        outputs: rows of the matrix.
        blocks: (ceil(outputs / 4), k, 4), filled up with zeros.
        bias: (ceil(outputs / 4) * 4,).
    """

    outputs: int
    blocks: Floats
    bias: Floats

    @classmethod
    def of(cls, matrix: Floats, bias: Floats | None = None) -> Packed:
        """From arrays in any order of memory."""
        outputs, k = matrix.shape
        full = -(-outputs // _BLOCK) * _BLOCK
        rows = np.zeros((full, k), np.float32)
        rows[:outputs] = matrix
        biases = np.zeros(full, np.float32)
        if bias is not None:
            biases[:outputs] = bias
        blocks = rows.reshape(full // _BLOCK, _BLOCK, k).swapaxes(1, 2)
        return cls(outputs, np.ascontiguousarray(blocks), biases)


@lru_cache(maxsize=256)
def offsets_of_patches(channels: int, sides: Pair, kernel: Pair, dilation: Pair) -> NDArray[np.int32]:
    """How far each value of a patch lies from its first, in bytes, (channels * kernel height * kernel width,).

    Args:
        channels, sides: of the padded images.
        kernel, dilation: as for ``linalg.im2col``.
    """
    places = product(range(channels), range(kernel[0]), range(kernel[1]))
    return np.array(
        [((c * sides[0] + y * dilation[0]) * sides[1] + x * dilation[1]) * _SIZE for c, y, x in places], np.int32
    )


def correlate(
    packed: Packed,
    images: Floats,
    offsets: NDArray[np.int32],
    counts: Pair,
    added: Floats | None = None,
    rectified: bool = False,
) -> Floats:
    """Cross-correlation with stride 1, then + bias, + added, and nothing below 0 where that is wanted.

    Args:
        packed: kernels (O, k) and bias.
        images: (N, C, H, W), already padded.
        offsets: see ``offsets_of_patches``.
        counts: rows and columns of the output.
        added: (N, O, rows, columns).
        rectified: whether negative values become 0.

    Returns:
        (N, O, rows, columns), contiguous.
    """
    images = np.ascontiguousarray(images)
    channels, height, width = images.shape[1:]
    whole = len(packed.bias) == packed.outputs
    inside = whole and added is not None and added.flags.c_contiguous
    output = np.empty((len(images), len(packed.bias), *counts), np.float32)
    distances = channels * height * width * _SIZE, width * _SIZE
    floor = 0.0 if rectified and (inside or added is None) else -math.inf
    _run(packed, images, distances, offsets, output, added if inside else None, floor)
    if not whole:
        output = np.ascontiguousarray(output[:, : packed.outputs])
    if added is not None and not inside:
        output += added
        if rectified:
            np.maximum(output, np.float32(0.0), out=output)
    return output


def multiply(left: Floats, right: Floats) -> Floats:
    """Matrix product (M, K) by (K, N), contiguous; M, K and N at least 1."""
    columns = np.ascontiguousarray(right)
    k, width = columns.shape
    packed = Packed.of(left)
    output = np.empty((1, len(packed.bias), 1, width), np.float32)
    _run(packed, columns, (0, 0), _steps(k, width * _SIZE), output, None, -math.inf)
    return output[0, : packed.outputs, 0]


@lru_cache(maxsize=256)
def _steps(count: int, distance: int) -> NDArray[np.int32]:
    return np.arange(count, dtype=np.int32) * np.int32(distance)


def _run(
    packed: Packed,
    source: Floats,
    distances: Pair,
    offsets: NDArray[np.int32],
    output: Floats,
    added: Floats | None,
    floor: float,
) -> None:
    """Calls the kernel; see ``kernel.wat`` for the order of its arguments."""
    images, channels, rows, columns = output.shape
    if not images:
        return
    row = columns * _SIZE
    channel = rows * row
    _lent[0](
        images, len(packed.blocks), rows, columns, len(offsets),
        _address(packed.blocks), _address(packed.bias), _address(source), *distances, _address(offsets),
        _address(output), channels * channel, channel, row, 0 if added is None else _address(added), floor,
    )  # fmt: skip


def _address(array: NDArray[np.float32] | NDArray[np.int32]) -> int:
    address: int = array.__array_interface__["data"][0]
    return address


def _is_right() -> bool:
    """Whether products of small whole numbers, which are exact in any order, are what NumPy makes of them."""
    numbers = np.arange(-48.0, 48.0, dtype=np.float32)
    left, right = numbers[:35].reshape(5, 7) % 8.0, numbers[:77].reshape(7, 11) % 9.0
    if not np.array_equal(multiply(left, right), np.einsum("ij,jk->ik", left, right)):
        return False
    images, kernels = numbers.reshape(2, 2, 4, 6) % 7.0, numbers[:64].reshape(4, 16) % 5.0 - 2.0
    bias, added = numbers[46:50], numbers[:72].reshape(2, 4, 3, 3)
    offsets = offsets_of_patches(2, (4, 6), (2, 4), (1, 1))
    views = np.lib.stride_tricks.sliding_window_view(images, (2, 4), axis=(2, 3))
    wanted = np.einsum("ncyxij,ocij->noyx", views, kernels.reshape(4, 2, 2, 4)) + bias[:, None, None] + added
    found = correlate(Packed.of(kernels, bias), images, offsets, (3, 3), added, True)
    return np.array_equal(found, np.maximum(wanted, np.float32(0.0)))
