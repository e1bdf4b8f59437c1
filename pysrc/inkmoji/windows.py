"""Where the windows of a convolution or pooling lie over an image.

The rules for the number of windows and for padding are those of Core ML's ``NeuralNetwork.proto`` (``ValidPadding``,
``SamePadding``, ``PoolingLayerParams``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from inkmoji.layer import MOST_VALUES, Layer, Shape, is_whole
from inkmoji.linalg import Floats, Pair, every

MOST_PADDING = 1024  # pixels on one edge


@dataclass(frozen=True)
class Axis:
    """Windows along one side of an image.

    Attributes:
        side: pixels of the image.
        size: values of a window.
        stride: pixels from window to window.
        dilation: pixels from value to value of a window.
        before, after: pixels of padding.
        count: how many windows there are.
    """

    side: int
    size: int
    stride: int
    dilation: int
    before: int
    after: int
    count: int

    @property
    def extent(self) -> int:
        """Pixels from the first to the last of a window."""
        return (self.size - 1) * self.dilation + 1

    @property
    def beyond(self) -> int:
        """Pixels after the image that the last window covers; may be fewer than the padding, or more."""
        return max((self.count - 1) * self.stride + self.extent - self.before - self.side, 0)

    @property
    def padded(self) -> int:
        """Pixels of the image with those that windows cover around it."""
        return self.before + self.side + self.beyond

    def seen(self, index: int) -> slice:
        """The value ``index`` of every window, in the padded image."""
        return every(index * self.dilation, self.count, self.stride)


@dataclass(frozen=True)
class Windows:
    """Windows over an image, down and across."""

    down: Axis
    across: Axis

    @property
    def size(self) -> Pair:
        """Height and width of a window, in values."""
        return self.down.size, self.across.size

    @property
    def stride(self) -> Pair:
        """Pixels from window to window."""
        return self.down.stride, self.across.stride

    @property
    def dilation(self) -> Pair:
        """Pixels from value to value."""
        return self.down.dilation, self.across.dilation

    @property
    def counts(self) -> Pair:
        """How many windows there are."""
        return self.down.count, self.across.count

    @property
    def padded(self) -> Pair:
        """Sides of the image with all that windows cover."""
        return self.down.padded, self.across.padded

    def pad(self, blob: Floats, fill: float = 0.0) -> Floats:
        """(N, C, H, W) with all that windows cover around it; the blob itself where that is nothing."""
        pads = [(axis.before, axis.beyond) for axis in (self.down, self.across)]
        if not any(map(any, pads)):
            return blob
        padded = np.full((*blob.shape[:2], *self.padded), fill, np.float32)  # a fraction of numpy.pad's time
        self.crop(padded)[...] = blob
        return padded

    def crop(self, padded: Floats) -> Floats:
        """The image (N, C, H, W) without what ``pad`` put around it."""
        top, left = self.down.before, self.across.before
        return padded[:, :, top : top + self.down.side, left : left + self.across.side]


def windows(layer: Layer, sides: Shape, size: Pair, dilation: Pair = (1, 1)) -> Windows:
    """The windows that the settings stride, padding and include_last of a layer give.

    Args:
        layer: its padding is "valid" (none; where the setting is missing too), "same" (so much that there are
            ceil(side / stride) windows, the odd pixel below and to the right), "same-lower" (the odd pixel above
            and to the left) or (top, bottom, left, right). With ``include_last`` a window that the image and its
            padding cover in part counts too.
        sides: height and width of the image.
        size: height and width of a window, in values.
        dilation: pixels from value to value, down and across.

    Raises:
        NetworkError: ``network-layer`` for a setting out of its bounds, ``network-shape`` for an image in which
            no window fits.
    """
    stride = layer.pair("stride")
    pads = _paddings(layer, sides, size, stride, dilation)
    last, any_padding = layer.flag("include_last"), any(map(any, pads))
    axes = []
    for side, length, step, gap, (before, after) in zip(sides, size, stride, dilation, pads, strict=True):
        rest = before + side + after - (length - 1) * gap - 1
        count = (-(-rest // step) if last else rest // step) + 1
        if last and any_padding and (count - 1) * step >= side + before:
            count -= 1
        axes.append(Axis(side, length, step, gap, before, after, count))
    if min(axis.count for axis in axes) < 1:
        least = tuple(axis.extent for axis in axes)
        got = tuple(axis.before + axis.side + axis.after for axis in axes)
        raise layer.error("network-shape", f"an input of at least {least}, padding included", str(got))
    return Windows(axes[0], axes[1])


def check_padded(layer: Layer, channels: int, placed: Windows) -> None:
    """Refuses padding that would fill the memory.

    Raises:
        NetworkError: ``network-shape``.
    """
    values = channels * math.prod(placed.padded)
    if values > MOST_VALUES:
        raise layer.error("network-shape", f"at most {MOST_VALUES} values with padding", str(values))


def _paddings(layer: Layer, sides: Shape, size: Pair, stride: Pair, dilation: Pair) -> tuple[Pair, Pair]:
    """Pixels above and below, left and right."""
    padding = layer.settings.get("padding", "valid")
    last = layer.flag("include_last")
    if padding == "valid":
        return (0, 0), (0, 0)
    if padding in ("same", "same-lower"):
        if last:
            raise layer.error("network-layer", 'padding "valid" or amounts with include_last', repr(padding))
        down, across = map(_same, sides, size, stride, dilation)
        return (down, across) if padding == "same" else (down[::-1], across[::-1])
    amounts = padding if isinstance(padding, tuple) else ()
    if len(amounts) != 4 or not all(is_whole(amount, 0, MOST_PADDING) for amount in amounts):
        expected = 'padding "same" or "valid" or "same-lower", or (top, bottom, left, right)'
        raise layer.error("network-layer", f"{expected}, each from 0 to {MOST_PADDING}", repr(padding))
    top, bottom, left, right = amounts
    if last and (top != bottom or left != right):
        raise layer.error("network-layer", "the same padding on opposite edges with include_last", repr(padding))
    return (top, bottom), (left, right)


def _same(side: int, size: int, stride: int, dilation: int) -> Pair:
    """Padding so that there are ceil(side / stride) windows, the odd pixel after."""
    total = max((-(-side // stride) - 1) * stride + (size - 1) * dilation + 1 - side, 0)
    return total // 2, total - total // 2
