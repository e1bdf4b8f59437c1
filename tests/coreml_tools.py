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
    from coremltools.models import datatypes, nearest_neighbors, neural_network, pipeline  # noqa: F401
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
