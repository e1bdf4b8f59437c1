"""coremltools as the independent writer and reader of Core ML's format; only tests marked oracle import this."""

from __future__ import annotations

import contextlib
import io
import logging
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from inkmoji import FeatureValue, Model
from inkmoji.coreml import compile_model
from numpy.typing import NDArray

from tests.coreml import given


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """coremltools warns of versions it was not tested with, and prints what it does."""
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(logging.NOTSET)


with quiet():
    coremltools: Any = pytest.importorskip("coremltools", reason="coremltools has no wheel for this Python")
    from coremltools.models import datatypes, nearest_neighbors, neural_network, pipeline
    from coremltools.models.neural_network import quantization_utils  # noqa: F401


def array(*shape: int) -> Any:
    return datatypes.Array(*shape)


def builder(shape: tuple[int, ...], output: str = "output", classes: Any = None) -> Any:
    """A builder of a network from "input" to an array, or to probabilities of classes."""
    mode = "classifier" if classes else None
    with quiet():
        return neural_network.NeuralNetworkBuilder(
            [("input", array(*shape))], [(output, array(1) if classes else None)], mode=mode
        )


def compiled(spec: Any) -> Model:
    """The model of a specification that coremltools has made."""
    return compile_model(spec.SerializeToString()).model()


def answers(spec: Any, values: NDArray[Any]) -> NDArray[np.float64]:
    """What a regressor of ours says of arrays."""
    model = compiled(spec)
    return np.array([model.predict(given(model.input.name, FeatureValue.multi_array(one))).values for one in values])


def drawing_classifier(side: int = 28) -> Any:
    """A classifier of drawings as an application might bring it, untaught: a frozen network and nearest neighbours.

    Its embedding is the drawing, 7 x 7 pixels large.
    """
    with quiet():
        embed = neural_network.NeuralNetworkBuilder([("drawing", array(1, side, side))], [("embedding", array(49))])
        embed.add_pooling("pool", side // 7, side // 7, side // 7, side // 7, "AVERAGE", "VALID", "drawing", "pooled")
        embed.add_flatten("flatten", 0, "pooled", "embedding")
        embed.set_pre_processing_parameters(image_input_names=["drawing"], image_scale=1 / 255.0)
        spec = embed.spec
        picture = spec.description.input[0].type.imageType
        picture.width = picture.height = side
        picture.colorSpace = coremltools.proto.FeatureTypes_pb2.ImageFeatureType.GRAYSCALE
        nearest = nearest_neighbors.KNearestNeighborsClassifierBuilder("embedding", "label", 49, "unknown")
        nearest.spec.description.predictedProbabilitiesName = "labelProbs"
        whole = pipeline.PipelineClassifier([("drawing", array(1))], ["unknown"], ["label", "labelProbs"])
        whole.add_model(spec)
        whole.add_model(nearest.spec)
        whole.make_updatable()
        whole.set_training_input([("drawing", array(1)), ("label", datatypes.String())])
        for place in (whole.spec.description.input[0], whole.spec.description.trainingInput[0]):
            place.CopyFrom(spec.description.input[0])
        whole.spec.specificationVersion = 4
    metadata = whole.spec.description.metadata
    metadata.author, metadata.license, metadata.shortDescription = "Ada", "CC0", "Drawings by their ink"
    return whole.spec
