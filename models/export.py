"""From the trained PyTorch network to the model that ships."""

from __future__ import annotations

from collections.abc import Iterator

import inkmoji
import numpy as np
from inkmoji.description import FeatureDescription, ModelDescription
from inkmoji.examples import Face
from inkmoji.features import FeatureType, Label
from inkmoji.layer import Layer, Setting
from inkmoji.model import Model
from inkmoji.network import Network
from inkmoji.parameters import ParameterDescription, ParameterKey
from inkmoji.parts import Remembering
from inkmoji.plda import ProbabilisticLDA
from numpy.typing import NDArray
from torch import Tensor, nn

from models.batches import CONSTRAINT
from models.net import Residual

Arrays = dict[str, NDArray[np.float32] | NDArray[np.float16] | NDArray[np.int8]]
Part = tuple[str, dict[str, Setting], Arrays]

LABEL = FeatureDescription("label", FeatureType.STRING)
PARAMETERS = (ParameterDescription(ParameterKey.MINI_BATCH_SIZE, 1, 1, 1024),)
_METADATA = {
    "author": "Inkmoji contributors",
    "license": "MIT",
    "trained-on": "Quick, Draw! (Google, CC BY 4.0) and Omniglot (Brenden Lake, MIT)",
}


def base_model(network: Network, head: Remembering, splits: str = "") -> Model:
    """The network with an empty head.

    Args:
        network: the embedding.
        head: without entries.
        splits: of the drawings that it was trained on, in words; who measures it wants to know.
    """
    drawing = FeatureDescription("drawing", FeatureType.IMAGE, image=CONSTRAINT)
    return Model(_description(drawing, "Inkmoji base model", "models/train.py", {"splits": splits}), network, head)


def starter_model(head: ProbabilisticLDA, faces: dict[Label, Face]) -> Model:
    """Ready-made labels without a network: the entries of the head, and faces."""
    embedding = FeatureDescription("embedding", FeatureType.MULTI_ARRAY, shape=(head.dimension,))
    return Model(_description(embedding, "Inkmoji starter pack", "models/starter.py", {}), None, head, (), faces)


def _description(given: FeatureDescription, name: str, script: str, more: dict[str, str]) -> ModelDescription:
    metadata = {"name": name, "made-with": f"inkmoji {inkmoji.__version__}, {script}", **_METADATA, **more}
    return ModelDescription((given,), (LABEL,), (given, LABEL), PARAMETERS, metadata)


def engine_network(net: nn.Sequential, quantized: bool = True) -> Network:
    """The network in the engine's layers, with an embedding of unit length.

    Args:
        net: as ``net.embedding_net`` makes it.
        quantized: weights as int8 with a scale per output; else float32.
    """
    layers: list[Layer] = []
    blob = "image"
    for name, module in net.named_children():
        for layer in _layers(name, module, blob, quantized):
            layers.append(layer)
            blob = layer.output
    layers.append(Layer("unit", "l2_normalize", (blob,), "unit"))
    shape = (CONSTRAINT.channels, CONSTRAINT.height, CONSTRAINT.width)
    return Network(layers, input="image", input_shape=shape, output="unit")


def _layers(name: str, module: nn.Module, blob: str, quantized: bool) -> Iterator[Layer]:
    """The engine's layers of one module that reads a blob."""
    if not isinstance(module, Residual):
        kind, settings, weights = _part(module, quantized)
        yield Layer(name, kind, (blob,), name, settings, weights)
        return
    parts = {"convolution": module.convolution, "norm": module.norm}
    read = blob
    for part, inner in parts.items():
        kind, settings, weights = _part(inner, quantized)
        yield Layer(f"{name}-{part}", kind, (read,), f"{name}-{part}", settings, weights)
        read = f"{name}-{part}"
    yield Layer(f"{name}-sum", "add", (blob, read), f"{name}-sum")
    yield Layer(name, "relu", (f"{name}-sum",), name)


def _part(module: nn.Module, quantized: bool) -> Part:
    """Kind, settings and weights of the engine's layer."""
    if isinstance(module, nn.Conv2d):
        return "convolution", {"stride": 1, "padding": "same"}, _affine(module, quantized)
    if isinstance(module, nn.BatchNorm2d):
        arrays = {
            "gamma": module.weight,
            "beta": module.bias,
            "mean": module.running_mean,
            "variance": module.running_var,
        }
        return "batch_norm", {"epsilon": module.eps}, {name: _array(value) for name, value in arrays.items()}
    if isinstance(module, nn.MaxPool2d | nn.AvgPool2d):
        kind = "max_pool" if isinstance(module, nn.MaxPool2d) else "average_pool"
        return kind, {"size": module.kernel_size, "stride": module.stride}, {}
    if isinstance(module, nn.Linear):
        return "inner_product", {}, _affine(module, quantized)
    return {nn.ReLU: "relu", nn.Flatten: "flatten"}[type(module)], {}, {}


def _affine(module: nn.Conv2d | nn.Linear, quantized: bool) -> Arrays:
    """Weight and bias; quantized, each output's weights as whole numbers of -127 to 127 times their largest / 127."""
    bias: Arrays = {} if module.bias is None else {"bias": _array(module.bias)}
    weight = _array(module.weight)
    if not quantized:
        return {"weight": weight, **bias}
    scale = np.maximum(np.abs(weight).reshape(len(weight), -1).max(axis=1), np.float32(1e-12)) / np.float32(127.0)
    whole = np.rint(weight / scale.reshape(-1, *(1 for _ in weight.shape[1:]))).astype(np.int8)
    return {"weight": whole, "weight_scale": scale, **bias}


def _array(values: Tensor) -> NDArray[np.float32]:
    return np.ascontiguousarray(values.detach().numpy())
