"""The network as the bench's peer gets it: run here by NumPy alone, channels last, it gives what the engine gives."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from inkmoji import CompiledModel, Layer, Network
from numpy.typing import NDArray

from tests.bench.export import exported
from tests.engine import normal, tiny_network

Blob = NDArray[np.float64]


def opened(data: bytes) -> tuple[dict[str, Any], bytes]:
    (length,) = struct.unpack_from("<I", data)
    return json.loads(data[4 : 4 + length]), data[4 + length :]


def array(place: dict[str, Any], body: bytes) -> Blob:
    count = int(np.prod(place["shape"]))
    read = np.frombuffer(body, place["dtype"], count, place["offset"])
    return read.reshape(place["shape"]).astype(np.float64)


def windows(blob: Blob, size: int, stride: int) -> Blob:
    """(N, rows, columns, C, size, size)."""
    return np.lib.stride_tricks.sliding_window_view(blob, (size, size), axis=(1, 2))[:, ::stride, ::stride]


def convolved(blob: Blob, weight: Blob) -> Blob:
    side = len(weight) // 2
    padded = np.pad(blob, ((0, 0), (side, side), (side, side), (0, 0)))
    return np.einsum("nyxcij,ijco->nyxo", windows(padded, len(weight), 1), weight)


def applied(layer: dict[str, Any], blobs: list[Blob], body: bytes) -> Blob:
    kind, settings = layer["kind"], layer["settings"]
    if kind in ("convolution", "inner_product"):
        weight, scale, bias = (array(layer["weights"][name], body) for name in ("weight", "scale", "bias"))
        product = convolved(blobs[0], weight * scale) if kind == "convolution" else blobs[0] @ (weight * scale)
        return np.maximum(product + bias, 0) if settings.get("activation") == "relu" else product + bias
    plain: dict[str, Callable[[], Blob]] = {
        "max_pool": lambda: windows(blobs[0], settings["size"], settings["stride"]).max(axis=(4, 5)),
        "average_pool": lambda: windows(blobs[0], settings["size"], settings["stride"]).mean(axis=(4, 5)),
        "relu": lambda: np.maximum(blobs[0], 0),
        "add": lambda: blobs[0] + blobs[1],
        "flatten": lambda: blobs[0].reshape(len(blobs[0]), -1),
        "l2_normalize": lambda: blobs[0] / np.linalg.norm(blobs[0], axis=1, keepdims=True),
    }
    return plain[kind]()


def run(data: bytes, images: NDArray[np.float32]) -> Blob:
    """What the exported network gives for images (N, C, H, W)."""
    header, body = opened(data)
    blobs = {header["input"]: images.astype(np.float64).transpose(0, 2, 3, 1)}
    assert blobs[header["input"]].shape[1:] == tuple(header["shape"])
    for layer in header["layers"]:
        blobs[layer["output"]] = applied(layer, [blobs[name] for name in layer["inputs"]], body)
    return blobs[header["output"]]


def test_a_small_network_of_half_precision_gives_the_same() -> None:
    network, images = tiny_network(side=8), normal(1, 3, 1, 8, 8)
    found = run(exported(network, 2.0), images)
    assert found == pytest.approx(network.forward(images), abs=1e-5)


def test_the_network_that_ships_gives_the_same_and_keeps_its_weights_whole(dist: Path) -> None:
    network = CompiledModel((dist / "models" / "base.inkmoji").read_bytes()).model().network
    assert network is not None
    images = np.random.default_rng(2).uniform(size=(2, *network.input_shape)).astype(np.float32)
    data = exported(network, 2.0)
    assert run(data, images) == pytest.approx(network.forward(images), abs=1e-5)
    kinds = [layer["weights"]["weight"]["dtype"] for layer in opened(data)[0]["layers"] if layer["weights"]]
    assert set(kinds) == {"int8"}
    assert "batch_norm" not in {layer["kind"] for layer in opened(data)[0]["layers"]}


def test_a_relu_that_something_else_reads_before_it_is_not_folded() -> None:
    weights = {"weight": normal(3, 2, 1, 3, 3), "bias": normal(4, 2)}
    layers = [
        Layer("conv", "convolution", ("image",), "c", {"padding": "same", "stride": 1}, weights),
        Layer("relu", "relu", ("c",), "r"),
        Layer("sum", "add", ("c", "r"), "s"),
    ]
    network, images = Network(layers, "image", (1, 6, 6), "s"), normal(5, 2, 1, 6, 6)
    found = run(exported(network, 2.0), images)
    assert found.transpose(0, 3, 1, 2) == pytest.approx(network.forward(images), abs=1e-5)


def test_a_layer_that_the_peer_does_not_have_is_refused() -> None:
    network = Network([Layer("wave", "tanh", ("image",), "t")], "image", (1, 8, 8), "t")
    with pytest.raises(ValueError, match=r"'wave' \(tanh"):
        exported(network, 2.0)
