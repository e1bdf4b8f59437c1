"""Sums of products and pools in machine code that a host lends.

NumPy has no BLAS in WebAssembly. A host there can lend functions on the memory in which NumPy's arrays lie
(``web/worker/kernel.wat`` says what they compute and with which arguments); without them NumPy computes.
The layout of the weights, four outputs side by side, follows Goto and van de Geijn, "Anatomy of high-performance
matrix multiplication", 2008; that a convolution reads its patches where they lie, by a table of distances, follows
Dukhan, "The indirect convolution algorithm", 2019.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Pair = tuple[int, int]
Function = Callable[..., object]
Operation = tuple[int, ...]

_BLOCK = 4  # outputs that are computed together
_SIZE = 4  # bytes of a float32
_CONVOLUTION, _LARGEST, _MEAN = range(3)  # operations of a program
_NUMBERS = 18  # of each
_lent: list[Function] = []  # convolve and run


def lend(convolve: Function, run: Function) -> bool:
    """Computes with a host's kernel from now on, if it does on small numbers what NumPy does.

    Networks that are there already go on as before.

    Args:
        convolve, run: what ``kernel.wat`` exports under these names.

    Returns:
        Whether it is used.
    """
    _lent[:] = convolve, run
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


@dataclass(frozen=True, eq=False)
class Program:
    """Operations that the kernel does in one call, one after the other.

    Attributes:
        operations: (count, 18): what ``convolution`` and ``pooling`` give.
        kept: the arrays whose addresses are in it.
    """

    operations: NDArray[np.uintp]
    kept: tuple[object, ...]

    @classmethod
    def of(cls, operations: Sequence[Operation], *kept: object) -> Program:
        """Keeps the arrays alive."""
        return cls(np.array(operations, np.uintp), kept)

    def run(self) -> None:
        """Writes what the operations write."""
        _lent[1](_address(self.operations), len(self.operations))


def convolution(
    packed: Packed,
    source: Floats,
    offsets: NDArray[np.int32],
    target: Floats,
    added: Floats | None = None,
    rectified: bool = False,
) -> Operation:
    """Cross-correlation with stride 1, then + bias, + added, and nothing below 0 where that is wanted.

    Args:
        packed: kernels (O, k) and bias.
        source: a padded image (C, H, W), which may be part of a wider one; begins with the first patch.
        offsets: see ``offsets_of_patches``.
        target: (ceil(O / 4) * 4, rows, columns), may be part of a wider one.
        added: of the shape and the strides of ``target``.
        rectified: whether negative values become 0.
    """
    numbers = _arguments(packed, source, source.strides[1], offsets, target, added)
    return _CONVOLUTION, *numbers, _bits(0.0 if rectified else -math.inf)


def pooling(source: Floats, target: Floats, mean: bool, rectified: bool = False) -> Operation:
    """The mean or the largest of every two by two values.

    Args:
        source: (C, H, W), may be part of a wider one.
        target: (C, rows, columns) likewise.
        mean: whether it is the mean.
        rectified: whether negative values become 0.
    """
    numbers = (*target.shape, _address(source), *source.strides[:2], _address(target), *target.strides[:2])
    operation = _MEAN if mean else _LARGEST, *numbers, _bits(0.0 if rectified else -math.inf)
    return operation + (0,) * (_NUMBERS - len(operation))


def multiply(left: Floats, right: Floats) -> Floats:
    """Matrix product (M, K) by (K, N), contiguous; M, K and N at least 1."""
    columns = np.ascontiguousarray(right)
    k, width = columns.shape
    packed = Packed.of(left)
    output = np.empty((len(packed.bias), 1, width), np.float32)
    _lent[0](*_arguments(packed, columns, 0, _steps(k, width * _SIZE), output, None), -math.inf)
    return output[: packed.outputs, 0]


@lru_cache(maxsize=256)
def _steps(count: int, distance: int) -> NDArray[np.int32]:
    return np.arange(count, dtype=np.int32) * np.int32(distance)


def _arguments(
    packed: Packed, source: Floats, row: int, offsets: NDArray[np.int32], target: Floats, added: Floats | None
) -> Operation:
    """What the kernel's convolution of one image takes, but for the last; see ``kernel.wat``."""
    return (
        1, len(packed.blocks), *target.shape[1:], len(offsets),
        _address(packed.blocks), _address(packed.bias), _address(source), 0, row, _address(offsets),
        _address(target), 0, *target.strides[:2], 0 if added is None else _address(added),
    )  # fmt: skip


def _bits(number: float) -> int:
    return int(np.float32(number).view(np.uint32))


def _address(array: NDArray[np.float32] | NDArray[np.int32] | NDArray[np.uintp]) -> int:
    address: int = array.__array_interface__["data"][0]
    return address


def _is_right() -> bool:
    """Whether products and pools of small whole numbers, which are exact in any order, are what NumPy makes of them."""
    numbers = np.arange(-65.0, 65.0, dtype=np.float32)
    left, right = numbers[:35].reshape(5, 7) % 8.0, numbers[:77].reshape(7, 11) % 9.0
    if not np.array_equal(multiply(left, right), np.einsum("ij,jk->ik", left, right)):
        return False
    image, kernels, bias = numbers.reshape(2, 5, 13) % 7.0, numbers[:64].reshape(4, 16) % 5.0 - 2.0, numbers[66:70]
    added, found = np.resize(numbers % 8.0, (2, 4, 6, 12))[:, :, 1:5, 1:11]
    large, mean = np.zeros((4, 2, 5), np.float32), np.zeros((4, 1, 2), np.float32)
    packed, offsets = Packed.of(kernels, bias), offsets_of_patches(2, (5, 13), (2, 4), (1, 1))
    first = convolution(packed, image, offsets, found, added, True)
    Program.of((first, pooling(found, large, False), pooling(large, mean, True))).run()
    views = np.lib.stride_tricks.sliding_window_view(image, (2, 4), axis=(1, 2))
    sums = np.einsum("cyxij,ocij->oyx", views, kernels.reshape(4, 2, 2, 4)) + bias[:, None, None] + added
    wanted = np.maximum(sums, np.float32(0.0))
    wanted_large = wanted.reshape(4, 2, 2, 5, 2).max(axis=(2, 4))
    wanted_mean = wanted_large[:, :, :4].reshape(4, 1, 2, 2, 2).mean(axis=(2, 4))
    pairs = (found, wanted), (large, wanted_large), (mean, wanted_mean)
    return all(np.array_equal(one, other) for one, other in pairs)
