"""Array products compared with loops."""

from __future__ import annotations

import numpy as np
import pytest
from inkmoji.linalg import im2col, matmul


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("kernel", [(1, 1), (3, 3), (2, 4), (7, 6)])
def test_every_column_is_the_patch_under_the_kernel(kernel: tuple[int, int], stride: int) -> None:
    images = np.random.default_rng(0).normal(size=(2, 3, 7, 6)).astype(np.float32)
    columns = im2col(images, kernel, stride)
    tops = range(0, 7 - kernel[0] + 1, stride)
    lefts = range(0, 6 - kernel[1] + 1, stride)
    assert columns.shape == (2, 3 * kernel[0] * kernel[1], len(tops) * len(lefts))
    assert columns.flags.c_contiguous
    places = [(top, left) for top in tops for left in lefts]
    for image in range(2):
        for index, (top, left) in enumerate(places):
            patch = images[image, :, top : top + kernel[0], left : left + kernel[1]]
            assert np.array_equal(columns[image, :, index], patch.ravel())


def test_a_product_is_the_sum_over_rows_and_columns() -> None:
    generator = np.random.default_rng(1)
    left, right = generator.normal(size=(3, 4)).astype(np.float32), generator.normal(size=(2, 4, 5)).astype(np.float32)
    product = matmul(left, right)
    assert product.dtype == np.float32
    for batch in range(2):
        for row in range(3):
            for column in range(5):
                expected = sum(float(left[row, i]) * float(right[batch, i, column]) for i in range(4))
                assert product[batch, row, column] == pytest.approx(expected, abs=1e-5)
