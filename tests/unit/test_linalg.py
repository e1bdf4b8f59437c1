"""Array products compared with loops."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from inkmoji import linalg
from inkmoji.linalg import col2im, im2col, matmul


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("kernel", [(1, 1), (3, 3), (2, 4), (7, 6)])
def test_every_column_is_the_patch_under_the_kernel(kernel: tuple[int, int], stride: int) -> None:
    images = np.random.default_rng(0).normal(size=(2, 3, 7, 6)).astype(np.float32)
    columns = im2col(images, kernel, (stride, stride))
    tops = range(0, 7 - kernel[0] + 1, stride)
    lefts = range(0, 6 - kernel[1] + 1, stride)
    assert columns.shape == (2, 3 * kernel[0] * kernel[1], len(tops) * len(lefts))
    assert columns.flags.c_contiguous
    places = [(top, left) for top in tops for left in lefts]
    for image in range(2):
        for index, (top, left) in enumerate(places):
            patch = images[image, :, top : top + kernel[0], left : left + kernel[1]]
            assert np.array_equal(columns[image, :, index], patch.ravel())


WINDOWS = [((1, 1), (1, 1), (1, 1)), ((3, 2), (1, 2), (1, 1)), ((2, 2), (3, 1), (2, 3)), ((2, 3), (2, 1), (5, 2))]


@pytest.mark.parametrize(("kernel", "stride", "dilation"), WINDOWS)
def test_a_patch_takes_every_so_many_pixels(
    kernel: tuple[int, int], stride: tuple[int, int], dilation: tuple[int, int]
) -> None:
    images = np.random.default_rng(0).normal(size=(2, 3, 7, 6)).astype(np.float32)
    columns = im2col(images, kernel, stride, dilation)
    tops = [top for top in range(0, 7, stride[0]) if top + (kernel[0] - 1) * dilation[0] < 7]
    lefts = [left for left in range(0, 6, stride[1]) if left + (kernel[1] - 1) * dilation[1] < 6]
    assert columns.shape == (2, 3 * kernel[0] * kernel[1], len(tops) * len(lefts))
    for index, (top, left) in enumerate(itertools.product(tops, lefts)):
        values = itertools.product(range(3), range(kernel[0]), range(kernel[1]))
        for row, (channel, y, x) in enumerate(values):
            pixels = images[:, channel, top + y * dilation[0], left + x * dilation[1]]
            assert np.array_equal(columns[:, row, index], pixels)


@pytest.mark.parametrize(("kernel", "stride", "dilation"), WINDOWS)
def test_columns_go_back_to_the_pixels_they_came_from(
    kernel: tuple[int, int], stride: tuple[int, int], dilation: tuple[int, int]
) -> None:
    """<im2col(x), y> = <x, col2im(y)> for all x and y makes one the transpose of the other."""
    generator = np.random.default_rng(1)
    columns = im2col(np.zeros((2, 3, 7, 6), np.float32), kernel, stride, dilation)
    columns = generator.integers(-9, 10, columns.shape).astype(np.float32)
    before = columns.copy()
    images = col2im(columns, (7, 6), kernel, stride, dilation)
    assert images.dtype == np.float32
    assert np.array_equal(columns, before)
    for place in np.ndindex(images.shape):
        one = np.zeros((2, 3, 7, 6), np.float32)
        one[place] = 1.0
        assert images[place] == (im2col(one, kernel, stride, dilation) * columns).sum()


@pytest.mark.parametrize("without_blas", [False, True])
def test_a_product_is_the_sum_over_rows_and_columns(monkeypatch: pytest.MonkeyPatch, without_blas: bool) -> None:
    monkeypatch.setattr(linalg, "_NO_BLAS", without_blas)
    generator = np.random.default_rng(1)
    left, right = generator.normal(size=(3, 4)).astype(np.float32), generator.normal(size=(2, 4, 5)).astype(np.float32)
    product = matmul(left, right)
    assert product.dtype == np.float32
    for batch in range(2):
        for row in range(3):
            for column in range(5):
                expected = sum(float(left[row, i]) * float(right[batch, i, column]) for i in range(4))
                assert product[batch, row, column] == pytest.approx(expected, abs=1e-5)
