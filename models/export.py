"""From the trained PyTorch network to the model that ships."""

from __future__ import annotations

import inkmoji
import numpy as np
from inkmoji.description import FeatureDescription, ModelDescription
from inkmoji.features import FeatureType
from inkmoji.layer import Layer
from inkmoji.model import Model
from inkmoji.neighbors import NearestNeighbors
from inkmoji.network import Network
from inkmoji.parameters import ParameterDescription, ParameterKey
from numpy.typing import NDArray
from torch import Tensor, nn

from models.batches import CONSTRAINT
from models.net import DIMENSION

NEIGHBOURS = 3

Part = tuple[str, dict[str, int | float | str], dict[str, NDArray[np.float32] | NDArray[np.float16]]]


def base_model(net: nn.Sequential, threshold: float | None) -> Model:
    """The network with an empty head.

    Args:
        net: as ``net.embedding_net`` makes it.
        threshold: of the head.
    """
    head = NearestNeighbors(DIMENSION, NEIGHBOURS, "inverse-distance", "", threshold)
    return Model(_description(), _network(net), head)


def _description() -> ModelDescription:
    drawing = FeatureDescription("drawing", FeatureType.IMAGE, image=CONSTRAINT)
    label = FeatureDescription("label", FeatureType.STRING)
    return ModelDescription(
        inputs=(drawing,),
        outputs=(label,),
        training_inputs=(drawing, label),
        parameters=(
            ParameterDescription(ParameterKey.NUMBER_OF_NEIGHBORS, NEIGHBOURS, 1, 1000),
            ParameterDescription(ParameterKey.MINI_BATCH_SIZE, 1, 1, 1024),
        ),
        metadata={
            "name": "Inkmoji base model",
            "author": "Inkmoji contributors",
            "license": "MIT",
            "made-with": f"inkmoji {inkmoji.__version__}, models/train.py",
            "trained-on": "Quick, Draw! (Google, CC BY 4.0) and Omniglot (Brenden Lake, MIT)",
        },
    )


def _network(net: nn.Sequential) -> Network:
    layers: list[Layer] = []
    blob = "image"
    for name, module in net.named_children():
        if not isinstance(module, nn.Dropout):  # does nothing outside training
            kind, settings, weights = _part(module)
            layers.append(Layer(name, kind, (blob,), name, settings, weights))
            blob = name
    layers.append(Layer("unit", "l2_normalize", (blob,), "unit"))
    shape = (CONSTRAINT.channels, CONSTRAINT.height, CONSTRAINT.width)
    return Network(layers, input="image", input_shape=shape, output="unit")


def _part(module: nn.Module) -> Part:
    """Kind, settings and weights of the engine's layer."""
    if isinstance(module, nn.Conv2d):
        return "convolution", {"stride": 1, "padding": "same"}, _affine(module)
    if isinstance(module, nn.BatchNorm2d):
        arrays = {
            "gamma": module.weight,
            "beta": module.bias,
            "mean": module.running_mean,
            "variance": module.running_var,
        }
        return "batch_norm", {"epsilon": module.eps}, {name: _array(value) for name, value in arrays.items()}
    if isinstance(module, nn.MaxPool2d):
        return "max_pool", {"size": module.kernel_size, "stride": module.stride}, {}
    if isinstance(module, nn.Linear):
        return "inner_product", {}, _affine(module)
    return {nn.ReLU: "relu", nn.Flatten: "flatten"}[type(module)], {}, {}


def _affine(module: nn.Conv2d | nn.Linear) -> dict[str, NDArray[np.float32] | NDArray[np.float16]]:
    """Weight and bias in half the space; they are frozen."""
    return {
        "weight": _array(module.weight).astype(np.float16),
        "bias": _array(module.bias).astype(np.float16),
    }


def _array(values: Tensor) -> NDArray[np.float32]:
    return np.ascontiguousarray(values.detach().numpy())
