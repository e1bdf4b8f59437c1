"""Layers as coremltools writes them, computed here and by PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from inkmoji import FormatError
from torch.nn import functional

from tests.coreml_tools import answers, builder, quiet
from tests.engine import normal, refused

Tensor = Any
Case = tuple[str, tuple[int, ...], Callable[[Any], None], Callable[[Tensor], Tensor]]


def tensor(array: Any) -> Tensor:
    return torch.from_numpy(np.array(array, np.float32))


def convolved(**settings: Any) -> Callable[[Any], None]:
    """Adds a convolution; coremltools takes its weight as (KH, KW, C, O)."""

    def add(net: Any) -> None:
        weight = settings["weight"]
        defaults = {"stride_height": 1, "stride_width": 1, "border_mode": "valid", "groups": 1}
        more = {key: value for key, value in settings.items() if key not in ("weight", "bias", *defaults)}
        net.add_convolution(
            name="conv", kernel_channels=weight.shape[1], output_channels=weight.shape[0], height=weight.shape[2],
            width=weight.shape[3], **{key: settings.get(key, value) for key, value in defaults.items()},
            W=weight.transpose(2, 3, 1, 0), b=settings.get("bias"), has_bias="bias" in settings, input_name="input",
            output_name="output", **more,
        )  # fmt: skip

    return add


def pooled(
    kind: str, size: tuple[int, int], stride: tuple[int, int], padding: str, **more: Any
) -> Callable[[Any], None]:
    def add(net: Any) -> None:
        net.add_pooling("pool", *size, *stride, kind, padding, "input", "output", **more)

    return add


W, GROUPED, B = normal(1, 4, 3, 3, 2), normal(2, 4, 1, 3, 3), normal(3, 4)
MATRIX, ROW, IMAGE = normal(4, 5, 3 * 7 * 9), normal(5, 5), normal(6, 3, 7, 9)
PER_CHANNEL = np.abs(normal(7, 4, 3)) + 0.1


def last_pixel(x: Tensor) -> Tensor:
    return functional.max_pool2d(x, 3, 2, 1, ceil_mode=True)


CASES: list[Case] = [
    ("convolution", (3, 7, 9), convolved(weight=W, bias=B, stride_height=2),
     lambda x: functional.conv2d(x, tensor(W), tensor(B), stride=(2, 1))),
    ("convolution padded by amounts", (3, 7, 9),
     convolved(weight=W, padding_top=1, padding_bottom=2, padding_left=3, padding_right=0),
     lambda x: functional.conv2d(functional.pad(x, (3, 0, 1, 2)), tensor(W))),
    ("convolution, same", (3, 7, 9), convolved(weight=W, border_mode="same", stride_width=2),
     lambda x: functional.conv2d(functional.pad(x, (0, 1, 1, 1)), tensor(W), stride=(1, 2))),
    ("convolution, same, top left heavy", (3, 7, 9),
     convolved(weight=W, border_mode="same", same_padding_asymmetry_mode="TOP_LEFT_HEAVY"),
     lambda x: functional.conv2d(functional.pad(x, (1, 0, 1, 1)), tensor(W))),
    ("convolution, dilated", (3, 7, 9), convolved(weight=W, dilation_factors=[2, 3]),
     lambda x: functional.conv2d(x, tensor(W), dilation=(2, 3))),
    ("convolution in groups", (4, 7, 9), convolved(weight=GROUPED, groups=4),
     lambda x: functional.conv2d(x, tensor(GROUPED), groups=4)),
    ("inner product of an image", (3, 7, 9),
     lambda net: net.add_inner_product("ip", MATRIX, ROW, MATRIX.shape[1], 5, True, "input", "output"),
     lambda x: functional.linear(x.flatten(1), tensor(MATRIX), tensor(ROW))),
    ("batch norm", (3, 7, 9),
     lambda net: net.add_batchnorm("n", 3, *PER_CHANNEL, "input", "output", epsilon=1e-3),
     lambda x: functional.batch_norm(x, *(tensor(PER_CHANNEL[i]) for i in (2, 3, 0, 1)), eps=1e-3)),
    ("batch norm of a vector", (3,),
     lambda net: net.add_batchnorm("n", 3, *PER_CHANNEL, "input", "output"),
     lambda x: functional.batch_norm(x, *(tensor(PER_CHANNEL[i]) for i in (2, 3, 0, 1)), eps=1e-5)),
    ("relu", (3, 7, 9), lambda net: net.add_activation("a", "RELU", "input", "output"), torch.relu),
    ("leaky relu", (5,), lambda net: net.add_activation("a", "LEAKYRELU", "input", "output", [0.2]),
     lambda x: functional.leaky_relu(x, 0.2)),
    ("sigmoid", (5,), lambda net: net.add_activation("a", "SIGMOID", "input", "output"), torch.sigmoid),
    ("tanh", (5,), lambda net: net.add_activation("a", "TANH", "input", "output"), torch.tanh),
    ("softmax of a vector", (5,), lambda net: net.add_softmax("s", "input", "output"), lambda x: torch.softmax(x, 1)),
    ("softmax of pixels", (3, 7, 9), lambda net: net.add_softmax("s", "input", "output"),
     lambda x: torch.softmax(x, 1)),
    ("largest of windows", (3, 7, 9), pooled("MAX", (3, 2), (2, 1), "VALID"),
     lambda x: functional.max_pool2d(x, (3, 2), (2, 1))),
    ("mean of windows", (3, 7, 9),
     pooled("AVERAGE", (2, 2), (2, 2), "VALID", padding_top=1, padding_bottom=1, exclude_pad_area=False),
     lambda x: functional.avg_pool2d(functional.pad(x, (0, 0, 1, 1)), 2)),
    ("mean of windows without padding", (3, 7, 9),
     pooled("AVERAGE", (3, 3), (1, 1), "SAME", exclude_pad_area=True),
     lambda x: functional.avg_pool2d(x, 3, 1, 1, count_include_pad=False)),
    ("largest of windows, the last pixel included", (3, 7, 9),
     pooled("MAX", (3, 3), (2, 2), "INCLUDE_LAST_PIXEL", padding_top=1, padding_bottom=1, padding_left=1,
            padding_right=1, exclude_pad_area=False), last_pixel),
    ("largest of an image", (3, 7, 9), pooled("MAX", (1, 1), (1, 1), "VALID", is_global=True),
     lambda x: x.amax((2, 3))),
    ("mean of an image", (3, 7, 9), pooled("AVERAGE", (1, 1), (1, 1), "VALID", is_global=True),
     lambda x: x.mean((2, 3))),
    ("flatten", (3, 7, 9), lambda net: net.add_flatten("f", 0, "input", "output"), lambda x: x.flatten(1)),
    ("flatten, channels last", (3, 7, 9), lambda net: net.add_flatten("f", 1, "input", "output"),
     lambda x: x.permute(0, 2, 3, 1).flatten(1)),
    ("reshape", (3, 7, 9), lambda net: net.add_reshape("r", "input", "output", (9, 3, 7), 0),
     lambda x: x.reshape(-1, 9, 3, 7)),
    ("reshape, channels last", (3, 7, 9), lambda net: net.add_reshape("r", "input", "output", (1, 9, 3, 7), 1),
     lambda x: x.permute(0, 2, 3, 1).reshape(-1, 3, 7, 9).permute(0, 3, 1, 2)),
    ("scale", (3, 7, 9),
     lambda net: net.add_scale("s", IMAGE, PER_CHANNEL[0, :3], True, "input", "output", [3, 7, 9], [3]),
     lambda x: x * tensor(IMAGE) + tensor(PER_CHANNEL[0, :3])[:, None, None]),
    ("scale of a vector, a value for each as an image", (3,),
     lambda net: net.add_scale("s", PER_CHANNEL[0, :3], None, False, "input", "output", [3, 1, 1]),
     lambda x: x * tensor(PER_CHANNEL[0, :3])),
    ("bias for each pixel", (3, 7, 9), lambda net: net.add_bias("b", IMAGE[:1], "input", "output", [1, 7, 9]),
     lambda x: x + tensor(IMAGE[:1])),
    ("l2 norm of a vector", (5,), lambda net: net.add_l2_normalize("n", "input", "output", 0.3),
     lambda x: x / (x.square().sum(1, keepdim=True) + 0.3).sqrt()),
    ("l2 norm with the format's own epsilon", (5,),
     lambda net: net.add_l2_normalize("n", "input", "output", 0.0),
     lambda x: x / (x.square().sum(1, keepdim=True) + 1e-6).sqrt()),
    ("batch norm with the format's own epsilon", (3,),
     lambda net: net.add_batchnorm("n", 3, *PER_CHANNEL[:3], PER_CHANNEL[3] * 1e-6, "input", "output", epsilon=0.0),
     lambda x: functional.batch_norm(
         x, *(tensor(v) for v in (PER_CHANNEL[2], PER_CHANNEL[3] * 1e-6, *PER_CHANNEL[:2])), eps=1e-5)),
    ("l2 norm of an image", (3, 7, 9), lambda net: net.add_l2_normalize("n", "input", "output"),
     lambda x: x / (x.square().sum((1, 2, 3), keepdim=True) + 1e-5).sqrt()),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_a_layer_computes_what_pytorch_does(case: Case) -> None:
    _, shape, add, expected = case
    net = builder(shape)
    with quiet():
        add(net)
    values = normal(9, 4, *shape)
    values[0] *= np.float32(1e-3)  # so small that an epsilon matters
    wanted = expected(tensor(values)).flatten(1).numpy()
    np.testing.assert_allclose(answers(net.spec, values), wanted, rtol=1e-4, atol=1e-5)


def test_blobs_are_added_and_joined_and_vectors_are_images_of_one_pixel() -> None:
    net = builder((3, 4, 4))
    weight, matrix = normal(1, 3, 3, 1, 1), normal(2, 4, 6)
    with quiet():
        net.add_convolution(
            "conv",
            3,
            3,
            1,
            1,
            1,
            1,
            "valid",
            1,
            weight.transpose(2, 3, 1, 0),
            None,
            False,
            input_name="input",
            output_name="c",
        )
        net.add_elementwise("sum", ["input", "c"], "s", "ADD")
        net.add_elementwise("joined", ["s", "c"], "j", "CONCAT")
        net.add_pooling("mean", 1, 1, 1, 1, "AVERAGE", "VALID", "j", "m", is_global=True)
        net.add_inner_product("ip", matrix, None, 6, 4, False, "m", "p")
        net.add_pooling("largest", 1, 1, 1, 1, "MAX", "VALID", "j", "l", is_global=True)
        net.add_elementwise("end", ["p", "l"], "e", "CONCAT")
        net.add_convolution("last", 10, 2, 1, 1, 1, 1, "valid", 1, np.ones((1, 1, 10, 2), np.float32), None, False,
                            input_name="e", output_name="output")  # fmt: skip
    values = normal(9, 3, 3, 4, 4)
    convolved_ = functional.conv2d(tensor(values), tensor(weight))
    both = torch.cat([tensor(values) + convolved_, convolved_], 1)
    end = torch.cat([both.mean((2, 3)) @ tensor(matrix).T, both.amax((2, 3))], 1)
    wanted = end.sum(1, keepdim=True).expand(-1, 2).numpy()
    np.testing.assert_allclose(answers(net.spec, values), wanted, rtol=1e-4, atol=1e-5)


def test_all_kinds_that_are_not_supported_are_named_with_their_places() -> None:
    net = builder((3, 4, 4))
    with quiet():
        net.add_lrn("lrn", "input", "a", 1.0, 1.0, 3)
        net.add_softmax("fine", "a", "b")
        net.add_unary("root", "input", "c", "sqrt")
        net.add_activation("elu", "ELU", "input", "output", 1.0)
    with refused(FormatError, "coreml-unsupported", "layer 'lrn' (lrn)", "'root' (unary)", "got ELU") as caught:
        answers(net.spec, normal(9, 1, 3, 4, 4))
    assert "fine" not in str(caught.value)
    assert str(caught.value).count("\n- ") == 3
