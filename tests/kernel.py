"""A kernel as a host lends it, in Python: what ``web/worker/kernel.wat`` says, one value after the other."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import numpy as np

Function = Callable[..., None]


def memory(address: int, count: int, kind: Any = ctypes.c_float) -> Any:
    return np.ctypeslib.as_array((kind * count).from_address(address))


def convolve(*numbers: Any) -> None:
    """Sums of products."""
    images, blocks, rows, columns, k, a, bias = numbers[:7]
    b, b_image, b_row, offsets, c, c_image, c_channel, c_row, added, floor = numbers[7:]
    weights = memory(a, blocks * k * 4).reshape(blocks, k, 4)
    biases = memory(bias, blocks * 4)
    places = memory(offsets, k, ctypes.c_int32)
    for image, channel, row, column in np.ndindex(images, blocks * 4, rows, columns):
        start = b + image * b_image + row * b_row + column * 4
        values = np.array([memory(start + int(place), 1)[0] for place in places], np.float32)
        to = image * c_image + channel * c_channel + row * c_row + column * 4
        total = np.float32(weights[channel // 4, :, channel % 4] @ values) + biases[channel]
        if added:
            total += memory(added + to, 1)[0]
        memory(c + to, 1)[0] = max(total, np.float32(floor))


def pool(mean: bool, *numbers: Any) -> None:
    """Windows of two by two."""
    channels, rows, columns, b, b_channel, b_row, c, c_channel, c_row, floor = numbers
    for channel, row, column in np.ndindex(channels, rows, columns):
        start = b + channel * b_channel + 2 * row * b_row + 2 * column * 4
        values = np.array([memory(start, 2), memory(start + b_row, 2)])
        found = values.mean() if mean else values.max()
        memory(c + channel * c_channel + row * c_row + column * 4, 1)[0] = max(found, floor)


def run_with(convolve: Function = convolve, pool: Function = pool) -> Function:
    """The operations of a program, by these functions."""

    def run(program: int, count: int) -> None:
        for kind, *numbers in memory(program, count * 18, ctypes.c_size_t).reshape(count, 18):
            numbers = [int(number) for number in (numbers if kind == 0 else numbers[:10])]
            numbers[-1] = float(np.uint32(numbers[-1]).view(np.float32))
            if kind == 0:
                convolve(*numbers)
            else:
                pool(kind == 2, *numbers)

    return run
