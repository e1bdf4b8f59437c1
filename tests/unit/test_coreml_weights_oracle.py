"""Weights as coremltools' quantisation utilities write them, against its own reading of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from inkmoji import CompiledModel
from inkmoji.coreml import compile_model

from tests.coreml_tools import answers, builder, compiled, quantization_utils, quiet
from tests.engine import normal

BIAS = normal(2, 6)
MODES = {
    "linear": "_linear_quantization",
    "table": "_lookup_table_quantization_linear",
    "symmetric": "_linear_quantization_symmetric",
}
KERNEL = normal(3, 4, 3, 3, 3)


def network() -> Any:
    net = builder((3, 4, 4))
    with quiet():
        net.add_convolution(
            "conv",
            3,
            4,
            3,
            3,
            1,
            1,
            "valid",
            1,
            KERNEL.transpose(2, 3, 1, 0),
            normal(4, 4),
            True,
            input_name="input",
            output_name="c",
        )
        net.add_flatten("flat", 0, "c", "f")
        net.add_inner_product("ip", normal(5, 6, 16), BIAS, 16, 6, True, "f", "output")  # fmt: skip
    return net.spec


def quantized(spec: Any, bits: int, mode: str) -> Any:
    """Tables are spread evenly: its k-means fails with newer versions of NumPy."""
    with quiet():
        return quantization_utils._quantize_spec_weights(spec, bits, MODES[mode])


def plain(spec: Any) -> Any:
    """The same with the weights as coremltools reads them."""
    copy = type(spec)()
    copy.CopyFrom(spec)
    with quiet():
        quantization_utils._dequantize_nn_spec(copy.neuralNetwork)
    return copy


@pytest.mark.parametrize(
    ("mode", "bits"), [(mode, bits) for mode in MODES for bits in range(1, 9) if mode != "symmetric" or bits == 8]
)
def test_quantised_weights_are_those_that_coremltools_reads(mode: str, bits: int) -> None:
    made = quantized(network(), bits, mode)
    assert made.neuralNetwork.layers[0].convolution.weights.quantization.numberOfBits == bits
    values = normal(9, 4, 3, 4, 4)
    np.testing.assert_allclose(answers(made, values), answers(plain(made), values), rtol=1e-5, atol=1e-5)


def test_half_precision_is_kept_as_it_is() -> None:
    made = quantized(network(), 16, "linear")
    head: Any = compiled(made).head
    weight = head.network.layers[0].weights["weight"]
    assert weight.dtype == np.float16
    np.testing.assert_array_equal(weight, KERNEL.astype(np.float16))
    small, large = (len(compile_model(spec.SerializeToString()).data) for spec in (made, network()))
    assert small < large


def test_eight_bits_around_zero_are_kept_as_they_are() -> None:
    spec = network()
    params = spec.neuralNetwork.layers[2].innerProduct.weights
    steps = np.random.default_rng(7).integers(0, 256, (6, 16))
    scale = np.linspace(0.5, 2.0, 6, dtype=np.float32) / 128
    params.ClearField("floatValue")
    params.rawValue = steps.astype(np.uint8).tobytes()
    params.quantization.numberOfBits = 8
    params.quantization.linearQuantization.scale.extend(scale.tolist())
    params.quantization.linearQuantization.bias.extend((scale * np.float32(-128)).tolist())
    spec.specificationVersion = 3
    model = compiled(spec)
    head: Any = model.head
    assert head.network.layers[-1].weights["weight"].dtype == np.int8
    values = normal(9, 4, 3, 4, 4)
    np.testing.assert_allclose(answers(spec, values), answers(plain(spec), values), rtol=1e-5, atol=1e-5)
    assert CompiledModel.of(model).model().head.network.same_as(head.network)  # type: ignore[union-attr]
