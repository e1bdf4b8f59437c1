"""Each kind of layer compared with loops over every number, and each setting that does not fit refused."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from inkmoji import Layer, NetworkError
from inkmoji.layers import KINDS, MOST_VALUES
from numpy.typing import NDArray

from tests.engine import layer, normal, refused, run

Array = NDArray[Any]
NORM = ("gamma", "beta", "mean", "variance")


def padding_before(side: int, size: int, stride: int) -> int:
    """Zeros before the first pixel so that kernels are centred over ceil(side / stride) positions."""
    return max((math.ceil(side / stride) - 1) * stride + size - side, 0) // 2


def naive_convolution(blob: Array, weight: Array, bias: Array, stride: int, padding: str) -> Array:
    count, channels, height, width = blob.shape
    size_y, size_x = weight.shape[2:]
    same = padding == "same"
    rows = math.ceil(height / stride) if same else (height - size_y) // stride + 1
    columns = math.ceil(width / stride) if same else (width - size_x) // stride + 1
    top = padding_before(height, size_y, stride) if same else 0
    left = padding_before(width, size_x, stride) if same else 0
    output = np.zeros((count, len(weight), rows, columns))
    for n, o, row, column in itertools.product(range(count), range(len(weight)), range(rows), range(columns)):
        total = float(bias[o])
        for c, dy, dx in itertools.product(range(channels), range(size_y), range(size_x)):
            y, x = row * stride - top + dy, column * stride - left + dx
            if 0 <= y < height and 0 <= x < width:
                total += float(weight[o, c, dy, dx]) * float(blob[n, c, y, x])
        output[n, o, row, column] = total
    return output


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("kernel", [(1, 1), (3, 3), (2, 2), (4, 3), (5, 2)])
def test_convolution_sums_over_every_patch(padding: str, stride: int, kernel: tuple[int, int]) -> None:
    blob, weight, bias = normal(0, 2, 3, 6, 5), normal(1, 4, 3, *kernel), normal(2, 4)
    item = layer("convolution", {"padding": padding, "stride": stride}, weight=weight, bias=bias)
    assert np.allclose(run(item, blob), naive_convolution(blob, weight, bias, stride, padding), atol=1e-5)


def test_a_kernel_larger_than_the_picture_convolves_with_padding() -> None:
    blob, weight, bias = normal(0, 1, 1, 2, 2), normal(1, 1, 1, 5, 4), normal(2, 1)
    item = layer("convolution", {"padding": "same", "stride": 1}, weight=weight, bias=bias)
    assert np.allclose(run(item, blob), naive_convolution(blob, weight, bias, 1, "same"), atol=1e-5)


def test_weights_of_half_precision_are_used_as_they_are_stored() -> None:
    blob, weight = normal(0, 1, 2, 4, 4), normal(1, 3, 2, 3, 3).astype(np.float16)
    bias = normal(2, 3).astype(np.float16)
    item = layer("convolution", {"padding": "same", "stride": 1}, weight=weight, bias=bias)
    assert np.allclose(run(item, blob), naive_convolution(blob, weight, bias, 1, "same"), atol=1e-5)


def test_batch_norm_moves_every_channel_by_its_own_mean_and_variance() -> None:
    blob, gamma, beta, mean = normal(0, 2, 3, 2, 2), normal(1, 3), normal(2, 3), normal(3, 3)
    variance = np.abs(normal(4, 3))
    item = layer("batch_norm", {"epsilon": 0.01}, gamma=gamma, beta=beta, mean=mean, variance=variance)
    output = run(item, blob)
    for n, c, y, x in itertools.product(range(2), range(3), range(2), range(2)):
        expected = (float(blob[n, c, y, x]) - mean[c]) / math.sqrt(variance[c] + 0.01) * gamma[c] + beta[c]
        assert output[n, c, y, x] == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(("size", "stride"), [(1, 1), (2, 2), (3, 2), (3, 1), (2, 3), (5, 7)])
def test_max_pool_takes_the_largest_of_every_window(size: int, stride: int) -> None:
    blob = normal(0, 2, 2, 7, 5)
    output = run(layer("max_pool", {"size": size, "stride": stride}), blob)
    for row, column in itertools.product(range(output.shape[2]), range(output.shape[3])):
        window = blob[:, :, row * stride : row * stride + size, column * stride : column * stride + size]
        for n, c in itertools.product(range(2), range(2)):
            assert output[n, c, row, column] == max(window[n, c].ravel().tolist())
    assert output.shape[2] == len(range(0, 7 - size + 1, stride))


def test_relu_keeps_what_is_positive() -> None:
    assert run(layer("relu"), np.array([[-1.0, 0.0, 2.5]], np.float32)).tolist() == [[0.0, 0.0, 2.5]]


def test_flatten_goes_through_channels_then_rows_then_columns() -> None:
    blob = normal(0, 2, 3, 4, 5)
    output = run(layer("flatten"), blob)
    for n, c, y, x in itertools.product(range(2), range(3), range(4), range(5)):
        assert output[n, (c * 4 + y) * 5 + x] == blob[n, c, y, x]


def test_inner_product_multiplies_every_row_of_the_weight() -> None:
    blob, weight, bias = normal(0, 2, 3), normal(1, 4, 3), normal(2, 4)
    output = run(layer("inner_product", weight=weight, bias=bias), blob)
    for n, o in itertools.product(range(2), range(4)):
        expected = sum(float(blob[n, i]) * float(weight[o, i]) for i in range(3)) + float(bias[o])
        assert output[n, o] == pytest.approx(expected, abs=1e-5)


def test_l2_normalize_gives_vectors_of_length_one_and_keeps_zero() -> None:
    blob = np.concatenate([normal(0, 2, 5), np.zeros((1, 5), np.float32)])
    output = run(layer("l2_normalize"), blob)
    for given, got in zip(blob[:2], output[:2], strict=True):
        length = math.sqrt(sum(float(value) ** 2 for value in given))
        assert np.allclose(got, given / length, atol=1e-6)
    assert output[2].tolist() == [0.0] * 5


def test_l2_normalize_adds_epsilon_to_the_square_of_the_length() -> None:
    output = run(layer("l2_normalize", {"epsilon": 0.5}), np.float32([[1.0, 2.0, 2.0], [0.0, 0.0, 0.0]]))
    assert np.allclose(output, [[1 / math.sqrt(9.5), 2 / math.sqrt(9.5), 2 / math.sqrt(9.5)], [0.0] * 3], atol=1e-6)


CONVOLUTION = {"padding": "valid", "stride": 1}
WEIGHT, BIAS = np.ones((2, 1, 3, 3), np.float32), np.ones(2, np.float32)
ONES = dict.fromkeys(NORM, np.ones(2, np.float32))


@pytest.mark.parametrize(
    ("item", "shape", "code", "words"),
    [
        (layer("convolution", CONVOLUTION, weight=WEIGHT, bias=BIAS), (9,), "network-shape", ("(O, C, KH, KW)",)),
        (layer("convolution", CONVOLUTION, weight=WEIGHT, bias=BIAS), (2, 8, 8), "network-shape", ("(2, 1, 3, 3)",)),
        (layer("convolution", CONVOLUTION, weight=WEIGHT[0], bias=BIAS), (1, 8, 8), "network-shape", ("(1, 3, 3)",)),
        (layer("convolution", CONVOLUTION, weight=WEIGHT[:0], bias=BIAS), (1, 8, 8), "network-shape", ("(0, 1,",)),
        (layer("convolution", CONVOLUTION, weight=WEIGHT, bias=BIAS[:1]), (1, 8, 8), "network-shape", ("bias", "(1,)")),
        (layer("convolution", CONVOLUTION, weight=WEIGHT, bias=BIAS), (1, 2, 8), "network-shape", ("at least (3, 3)",)),
        (layer("convolution", CONVOLUTION, weight=WEIGHT, bias=BIAS), (1, 8, 2), "network-shape", ("got (8, 2)",)),
        (
            layer("convolution", CONVOLUTION | {"padding": "full"}, weight=WEIGHT, bias=BIAS),
            (1, 8, 8), "network-layer", ('padding "same" or "valid"', "'full'"),
        ),
        (
            layer("convolution", CONVOLUTION | {"stride": 0}, weight=WEIGHT, bias=BIAS),
            (1, 8, 8), "network-layer", ("stride as a whole number from 1 to 64", "got 0"),
        ),
        (
            layer("convolution", CONVOLUTION | {"stride": 2.0}, weight=WEIGHT, bias=BIAS),
            (1, 8, 8), "network-layer", ("stride", "got 2.0"),
        ),
        (
            layer("convolution", CONVOLUTION | {"stride": True}, weight=WEIGHT, bias=BIAS),
            (1, 8, 8), "network-layer", ("stride", "got True"),
        ),
        (layer("batch_norm", {"epsilon": 0.1}, **ONES), (3, 8, 8), "network-shape", ("(C,)", "(3, 8, 8)", "(2,)")),
        (layer("batch_norm", {"epsilon": 0.1}, **ONES), (2,), "network-shape", ("(2,)",)),
        (layer("batch_norm", {"epsilon": 1}, **ONES), (2, 8, 8), "network-layer", ("epsilon", "got 1")),
        (layer("batch_norm", {"epsilon": 0.0}, **ONES), (2, 8, 8), "network-layer", ("epsilon", "got 0.0")),
        (layer("batch_norm", {"epsilon": 1.0}, **ONES), (2, 8, 8), "network-layer", ("epsilon", "got 1.0")),
        (layer("batch_norm", {"epsilon": 1e-60}, **ONES), (2, 8, 8), "network-layer", ("float32", "got 1e-60")),
        (layer("batch_norm", {"epsilon": 1e300}, **ONES), (2, 8, 8), "network-layer", ("float32", "got 1e+300")),
        (layer("batch_norm", {"epsilon": math.nan}, **ONES), (2, 8, 8), "network-layer", ("got nan",)),
        (
            layer("batch_norm", {"epsilon": 0.1}, **ONES | {"variance": np.float32([1.0, -0.5])}),
            (2, 8, 8), "network-weights", ("variances of at least 0", "got -0.5"),
        ),
        (layer("max_pool", {"size": 2, "stride": 1}), (64,), "network-shape", ("(C, H, W)", "(64,)")),
        (layer("max_pool", {"size": 9, "stride": 1}), (1, 8, 9), "network-shape", ("at least (9, 9)", "(8, 9)")),
        (layer("max_pool", {"size": 0, "stride": 1}), (1, 8, 8), "network-layer", ("size", "got 0")),
        (layer("max_pool", {"size": 65, "stride": 1}), (1, 99, 99), "network-layer", ("from 1 to 64", "got 65")),
        (layer("inner_product", weight=WEIGHT[0, 0], bias=BIAS), (1, 8, 8), "network-shape", ("(O, I)", "(1, 8, 8)")),
        (layer("inner_product", weight=WEIGHT[0, 0], bias=BIAS), (4,), "network-shape", ("(4,)", "got (3, 3)")),
        (layer("inner_product", weight=WEIGHT[0], bias=BIAS), (3,), "network-shape", ("got (1, 3, 3)",)),
        (layer("inner_product", weight=WEIGHT[0, 0, :0], bias=BIAS), (3,), "network-shape", ("got (0, 3)",)),
        (layer("inner_product", weight=WEIGHT[0, 0], bias=BIAS), (3,), "network-shape", ("bias of shape (3,)", "(2,)")),
        (layer("l2_normalize"), (1, 8, 8), "network-shape", ("(D,)", "(1, 8, 8)")),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_by_name(
    item: Layer, shape: tuple[int, ...], code: str, words: tuple[str, ...]
) -> None:
    with refused(NetworkError, code, "layer 'l'", item.kind, *words):
        KINDS[item.kind].shape(item, shape)


@pytest.mark.parametrize("padding", ["same", "valid"])
def test_a_convolution_whose_patches_would_fill_the_memory_is_refused(padding: str) -> None:
    weight = np.broadcast_to(np.float32(0.0), (1, 64, 64, 64))
    item = layer("convolution", {"padding": padding, "stride": 1}, weight=weight, bias=BIAS[:1])
    with refused(NetworkError, "network-shape", f"at most {MOST_VALUES} values in all patches"):
        KINDS["convolution"].shape(item, (64, 512, 512))


def test_a_convolution_may_have_as_many_values_in_its_patches_as_a_network_in_all() -> None:
    weight = np.broadcast_to(np.float32(0.0), (5, 16, 16, 16))
    item = layer("convolution", {"padding": "same", "stride": 1}, weight=weight, bias=np.zeros(5, np.float32))
    assert KINDS["convolution"].shape(item, (16, 64, 64)) == (5, 64, 64)
    assert MOST_VALUES == 16 * 16 * 16 * 64 * 64
    with refused(NetworkError, "network-shape", str(16**3 * 64 * 65)):
        KINDS["convolution"].shape(item, (16, 64, 65))


def test_a_long_stride_saves_the_memory_of_patches() -> None:
    weight = np.broadcast_to(np.float32(0.0), (1, 4, 64, 64))
    item = layer("convolution", {"padding": "same", "stride": 64}, weight=weight, bias=BIAS[:1])
    assert KINDS["convolution"].shape(item, (4, 512, 500)) == (1, 8, 8)
