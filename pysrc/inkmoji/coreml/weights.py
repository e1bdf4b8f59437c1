"""Weights as Core ML keeps them: in full, in half precision, or as whole numbers with a scale or a table."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from inkmoji.coreml.problems import Refusal
from inkmoji.coreml.schema import Proto

Array = NDArray[np.float32] | NDArray[np.float16] | NDArray[np.int8]
Shape = tuple[int, ...]

MOST_BYTES = 64 << 20  # of all weights of a model, as they are kept: as of a compiled model
_FORMS = ("floatValue", "float16Value", "rawValue", "int8RawValue")
_MIDDLE = 128  # of eight bits: what stands for 0 where numbers are written with a sign


class Budget:
    """How much memory the weights of one file may take together."""

    def __init__(self) -> None:
        self._left = MOST_BYTES

    def take(self, size: int) -> None:
        """Takes so many bytes; Refusal where there are not as many left."""
        self._left -= size
        if self._left < 0:
            raise Refusal(f"expected weights of at most {MOST_BYTES} bytes in all, got more")


class Weights:
    """Reads the weights of one network.

    Attributes:
        half, quantized: whether any by now were in half precision, or whole numbers.
    """

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self.half = self.quantized = False

    def read(self, name: str, params: Proto, shape: Shape, updatable: bool = False) -> dict[str, Array]:
        """A weight of a layer, float32 or float16; int8 with a scale for each output where that is the same to the bit.

        Raises:
            Refusal: for other amounts than the shape has, forms that are unknown, numbers that are not finite, or an
                updatable weight that is not float32 or not marked.
        """
        forms = [form for form in _FORMS if len(getattr(params, form))]
        if updatable and not params.isUpdatable:
            raise Refusal(f"expected the {name} of an updatable layer to be marked as updatable, got no mark", True)
        if updatable and forms != ["floatValue"]:
            raise Refusal(f"expected the {name} of an updatable layer as float32, got {_words(forms)}", True)
        if len(forms) != 1:
            raise Refusal(
                f"expected {name} as float32, as float16, or as rawValue with quantization, got {_words(forms)}", True
            )
        self._budget.take(math.prod(shape) * (2 if forms[0] == "float16Value" else 4))
        if forms[0] == "rawValue":
            self.quantized = True
            found = _dequantized(name, params, shape)
        elif forms[0] == "float16Value":
            self.half = True
            found = {name: _shaped(name, _of_bytes(name, params.float16Value, np.dtype("<f2")), shape)}
        elif forms[0] == "floatValue":
            found = {name: _shaped(name, np.array(params.floatValue, np.float32), shape)}
        else:
            raise Refusal(f"expected {name} as float32, as float16, or as rawValue with quantization, got int8RawValue")
        if not all(np.isfinite(array).all() for array in found.values()):
            raise Refusal(f"expected finite numbers in {name}, got NaN or infinity")
        return found

    def plain(self, name: str, params: Proto, shape: Shape) -> Array:
        """A weight that the engine keeps as float32 or float16 only."""
        found = self.read(name, params, shape)
        scale = found.get(f"{name}_scale")
        return found[name] if scale is None else _spread(found[name], scale)


def write(params: Proto, array: Array, scale: Array | None = None, full: bool = False) -> None:
    """Writes a weight in the form that it has; in full precision where that is asked for."""
    if scale is not None and not full:
        quantized = params.quantization
        quantized.numberOfBits = 8
        quantized.linearQuantization.scale.extend(scale.astype(np.float32).tolist())
        quantized.linearQuantization.bias.extend((scale.astype(np.float32) * np.float32(-_MIDDLE)).tolist())
        params.rawValue = (array.astype(np.int16) + _MIDDLE).astype(np.uint8).tobytes()
    elif array.dtype == np.float16 and not full:
        params.float16Value = array.astype("<f2").tobytes()
    else:
        values = array if scale is None else _spread(array, scale)
        params.floatValue.extend(values.astype(np.float32).ravel().tolist())


def _words(forms: list[str]) -> str:
    return " and ".join(forms) or "none"


def _of_bytes(name: str, data: bytes, dtype: np.dtype[np.float16]) -> NDArray[np.float16]:
    if len(data) % dtype.itemsize:
        raise Refusal(f"expected {name} in pairs of bytes, got {len(data)} bytes", True)
    return np.frombuffer(data, dtype).astype(np.float16)


def _shaped(name: str, values: Array, shape: Shape) -> Array:
    if len(values) != math.prod(shape):
        raise Refusal(f"expected {math.prod(shape)} numbers in {name} for its shape {shape}, got {len(values)}", True)
    return values.reshape(shape)


def _dequantized(name: str, params: Proto, shape: Shape) -> dict[str, Array]:
    bits = params.quantization.numberOfBits
    if not 1 <= bits <= 8:
        raise Refusal(f"expected {name} quantised to 1 to 8 bits, got {bits}", True)
    count = math.prod(shape)
    if len(params.rawValue) != -(-count * bits // 8):
        expected = f"{count} numbers of {bits} bits in {name} for its shape {shape}"
        raise Refusal(f"expected {expected}, got {len(params.rawValue)} bytes", True)
    raw = np.frombuffer(params.rawValue, np.uint8)
    if bits < 8:  # the highest bit of a number comes first
        digits = np.unpackbits(raw)[: count * bits].reshape(count, bits)
        raw = np.packbits(np.pad(digits, ((0, 0), (8 - bits, 0))), axis=1)[:, 0]
    if params.quantization.WhichOneof("QuantizationType") == "lookupTableQuantization":
        table = np.array(params.quantization.lookupTableQuantization.floatValue, np.float32)
        if len(table) != 1 << bits:
            raise Refusal(f"expected a table of {1 << bits} numbers for {name}, got {len(table)}", True)
        return {name: table[raw].reshape(shape)}
    return _linear(name, params.quantization.linearQuantization, raw.reshape(shape))


def _linear(name: str, linear: Proto, raw: NDArray[np.uint8]) -> dict[str, Array]:
    scale, bias = np.array(linear.scale, np.float32), np.array(linear.bias, np.float32)
    if len(scale) not in (1, len(raw)) or len(bias) not in (0, len(scale)):
        expected = f"a scale and a bias for all of {name}, or for each of its {len(raw)} outputs"
        raise Refusal(f"expected {expected}, got {len(scale)} and {len(bias)}", True)
    bias = bias if len(bias) else np.zeros_like(scale)
    sides = (-1, *(1 for _ in raw.shape[1:]))
    if raw.ndim > 1 and np.array_equal(bias, scale * np.float32(-_MIDDLE)):
        signed = (raw.astype(np.int16) - _MIDDLE).astype(np.int8)
        return {name: signed, f"{name}_scale": np.broadcast_to(scale, (len(raw),)).copy()}
    wide = raw * scale.astype(np.float64).reshape(sides) + bias.astype(np.float64).reshape(sides)
    return {name: wide.astype(np.float32)}


def _spread(array: Array, scale: Array) -> NDArray[np.float32]:
    return array.astype(np.float32) * scale.astype(np.float32).reshape(-1, *(1 for _ in array.shape[1:]))
