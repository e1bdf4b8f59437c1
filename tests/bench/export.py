"""The network of an archive as the one file that the peer loads.

The peer gets what the engine itself makes of the archive when it loads it: batch norms folded into the convolutions.
It gets it in the form that is smallest to transfer and quickest for it: weights that are whole numbers of 8 bits stay
so, with one scale for each output that the batch norm is multiplied into; arrays have the channels last, as
TensorFlow.js wants them; a ReLU goes with the convolution before it, which TensorFlow.js computes in one pass.

The file is the length of a header (uint32, little-endian), the header (JSON), and the arrays that it names by their
offsets behind it.
"""

from __future__ import annotations

import json
import math
import struct
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from inkmoji.layer import Layer
from inkmoji.layers import batch_norm_affine
from inkmoji.network import Network
from numpy.typing import NDArray

PLAIN = ("max_pool", "average_pool", "relu", "add", "l2_normalize")


@dataclass
class Step:
    """A layer as the peer runs it: its weights in order for TensorFlow.js."""

    kind: str
    inputs: list[str]
    output: str
    settings: dict[str, Any]
    weights: dict[str, NDArray[Any]] = field(default_factory=dict)


def exported(network: Network, pen: float) -> bytes:
    """The file; `pen` is the width of the pen that drawings are drawn with, in pixels."""
    places: list[dict[str, Any]] = []
    arrays = bytearray()
    for step in steps(network):
        weights = {}
        for name, array in step.weights.items():
            weights[name] = {"dtype": str(array.dtype), "shape": array.shape, "offset": len(arrays)}
            arrays += array.tobytes()
        places.append({**vars(step), "weights": weights})
    channels, height, width = network.input_shape
    header = {
        "input": network.input,
        "shape": [height, width, channels],
        "output": network.output,
        "dimension": network.dimension,
        "pen": pen,
        "layers": places,
    }
    encoded = json.dumps(header, separators=(",", ":")).encode()
    return struct.pack("<I", len(encoded)) + encoded + bytes(arrays)


def steps(network: Network) -> list[Step]:
    """The layers in the peer's order of axes, with batch norms and ReLUs folded into what they follow."""
    readers = Counter([network.output, *(name for layer in network.layers for name in layer.inputs)])
    made: list[Step] = []
    for layer in network.layers:
        before = made[-1] if made and layer.inputs == (made[-1].output,) and readers[made[-1].output] == 1 else None
        if layer.kind == "batch_norm" and before is not None and before.kind == "convolution":
            _fold_norm(before, layer)
        elif layer.kind == "relu" and before is not None and before.kind in ("convolution", "inner_product"):
            before.settings["activation"] = "relu"
            before.output = layer.output
        else:
            made.append(_step(layer, network))
    return made


def _fold_norm(step: Step, norm: Layer) -> None:
    scale, shift = batch_norm_affine(norm)
    step.weights["scale"] = step.weights["scale"] * scale
    step.weights["bias"] = step.weights["bias"] * scale + shift
    step.output = norm.output


def _step(layer: Layer, network: Network) -> Step:
    step = Step(layer.kind, list(layer.inputs), layer.output, dict(layer.settings))
    if layer.kind == "convolution":
        _check(layer, layer.settings.get("padding") in ("same", "valid") and layer.settings.get("groups", 1) == 1)
        step.weights = _weights(layer, layer.weights["weight"].transpose(2, 3, 1, 0))
    elif layer.kind == "inner_product":
        step.weights = _weights(layer, _rows(layer, network))
    elif layer.kind == "flatten":
        _check(layer, layer.settings.get("order", "channel-first") == "channel-first")
    else:
        _check(layer, layer.kind in PLAIN)
    return step


def _weights(layer: Layer, weight: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """The weight with the outputs as its last axis, what each output is multiplied by, and the bias."""
    outputs = weight.shape[-1]
    scale = layer.weights.get("weight_scale")
    bias = layer.weights.get("bias")
    return {
        "weight": np.ascontiguousarray(weight if scale is not None else weight.astype(np.float32)),
        "scale": np.ones(outputs, np.float32) if scale is None else scale.astype(np.float32),
        "bias": np.zeros(outputs, np.float32) if bias is None else bias.astype(np.float32),
    }


def _rows(layer: Layer, network: Network) -> NDArray[Any]:
    """The weight as (inputs, outputs), the inputs in the order in which the peer flattens an image."""
    weight = layer.weights["weight"]
    flatten = next((one for one in network.layers if one.output == layer.inputs[0] and one.kind == "flatten"), None)
    shape = network.shapes[flatten.inputs[0]] if flatten else (weight.shape[1],)
    if len(shape) == 3:
        order = np.arange(math.prod(shape)).reshape(shape).transpose(1, 2, 0).ravel()
        weight = weight[:, order]
    return weight.T


def _check(layer: Layer, known: bool) -> None:
    if not known:
        raise ValueError(f"layer {layer.name!r} ({layer.kind}, {dict(layer.settings)}): the peer does not have it")
