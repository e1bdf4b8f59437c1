"""What is exported, read by coremltools, and computed by PyTorch and a naive vote from what it has read."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from inkmoji import ArrayBatch, CompiledModel, DictFeatureProvider, FeatureValue, Model, NearestNeighbors
from inkmoji.coreml import compile_model, export_model
from torch.nn import functional

from tests.coreml_tools import coremltools, quantization_utils, quiet
from tests.engine import scribble, taught, tiny_model
from tests.updatable import KINDS

ROOT = Path(__file__).resolve().parents[2]
Blobs = dict[str, Any]


def read(data: bytes) -> Any:
    """The specification as coremltools reads it from a file's bytes, which it writes back as they were."""
    spec = coremltools.proto.Model_pb2.Model()
    spec.ParseFromString(data)
    assert spec.SerializeToString(deterministic=True) == data
    return spec


def arrays(params: Any, *shape: int) -> Any:
    """A weight as coremltools reads it, whatever its form."""
    copy = type(params)()
    copy.CopyFrom(params)
    if copy.float16Value:
        values = np.frombuffer(copy.float16Value, np.float16).astype(np.float32)
    elif copy.rawValue:
        with quiet():
            quantization_utils._dequantize_wp(copy, shape)
        values = np.array(copy.floatValue, np.float32)
    else:
        values = np.array(copy.floatValue, np.float32)
    return torch.from_numpy(values.reshape(shape))


def convolved(p: Any, x: Any) -> Any:
    weight = arrays(p.weights, p.outputChannels, p.kernelChannels, *p.kernelSize)
    assert p.WhichOneof("ConvolutionPaddingType") == "same"
    assert list(p.stride) == [1, 1]
    bias = arrays(p.bias, p.outputChannels) if p.hasBias else None
    return functional.conv2d(x, weight, bias, padding="same")


def normed(p: Any, x: Any) -> Any:
    mean, variance, gamma, beta = (
        arrays(one, p.channels) for one in (p.mean, p.variance, p.gamma, p.beta)
    )  # fmt: skip
    return functional.batch_norm(x, mean, variance, gamma, beta, eps=p.epsilon)


def pooled(p: Any, x: Any) -> Any:
    assert p.WhichOneof("PoolingPaddingType") == "valid"
    pool = functional.avg_pool2d if p.type == p.AVERAGE else functional.max_pool2d
    return pool(x, tuple(p.kernelSize), tuple(p.stride))


def multiplied(p: Any, x: Any) -> Any:
    bias = arrays(p.bias, p.outputChannels) if p.hasBias else None
    return functional.linear(x.flatten(1), arrays(p.weights, p.outputChannels, p.inputChannels), bias)


COMPUTED: dict[str, Callable[..., Any]] = {
    "convolution": convolved,
    "batchnorm": normed,
    "pooling": pooled,
    "innerProduct": multiplied,
    "activation": lambda p, x: torch.relu(x),
    "add": lambda p, *xs: sum(xs),
    "flatten": lambda p, x: x.flatten(1),
    "l2normalize": lambda p, x: x / (x.square().sum(1, keepdim=True) + p.epsilon).sqrt(),
}


def embedded(network: Any, pixels: Any) -> Any:
    """What a network of a specification gives for an image of 0 to 255."""
    scaler = network.preprocessing[0].scaler
    blobs = {network.preprocessing[0].featureName: torch.from_numpy(pixels) * scaler.channelScale + scaler.grayBias}
    for layer in network.layers:
        kind = layer.WhichOneof("layer")
        blobs[layer.output[0]] = COMPUTED[kind](getattr(layer, kind), *(blobs[name] for name in layer.input))
    return blobs[network.layers[-1].output[0]].numpy()


def voted(knn: Any, query: Any) -> dict[str, float]:
    """Shares of the votes by inverse distance, of a specification's samples."""
    rows = np.array([list(sample.vector) for sample in knn.nearestNeighborsIndex.floatSamples])
    distances = np.linalg.norm(rows - query, axis=1)
    shares: dict[str, float] = {}
    for place in np.argsort(distances)[: knn.numberOfNeighbors.defaultValue]:
        label = knn.stringClassLabels.vector[place]
        shares[label] = shares.get(label, 0.0) + 1.0 / distances[place]
    return {label: share / sum(shares.values()) for label, share in shares.items()}


def personal() -> dict[str, Model]:
    """A tiny model in half precision, and the base model in eight bits with k nearest neighbours."""
    base = CompiledModel((ROOT / "models" / "base.inkmoji").read_bytes()).model()
    with_neighbors = Model(
        tiny_model(side=32).description,
        base.network,
        NearestNeighbors(base.head.dimension, dtype="float32"),  # type: ignore[union-attr]
    )
    lessons = [(label, scribble(seed)) for seed, label in enumerate("abcabcab")]
    return {"tiny": taught(tiny_model(), *lessons).model(), "base": taught(with_neighbors, *lessons).model()}


@pytest.mark.parametrize("name", ["tiny", "base"])
def test_another_reader_computes_the_same_from_the_file(name: str) -> None:
    model = personal()[name]
    spec = read(export_model(model))
    network, knn = (part for part in spec.pipelineClassifier.pipeline.models)
    for seed in range(20, 30):
        drawing = DictFeatureProvider({"drawing": FeatureValue.image(scribble(seed))})
        pixels = np.rint(_picture(model, drawing) * 255.0).astype(np.float32)
        query = embedded(network.neuralNetwork, pixels)[0]
        shares = voted(knn.kNearestNeighborsClassifier, query)
        assert model.predict(drawing).probabilities == pytest.approx(shares, abs=2e-4 if name == "tiny" else 1e-5)
        back = compile_model(export_model(model)).model().predict(drawing)
        assert back.probabilities == pytest.approx(model.predict(drawing).probabilities, abs=1e-5)


def _picture(model: Model, drawing: DictFeatureProvider) -> Any:
    from inkmoji.image import render

    pixels = render(model.read(drawing), model.constraint)  # type: ignore[arg-type]
    return pixels.reshape(1, 1, *pixels.shape).astype(np.float32) / np.float32(255.0)


HELD = [name for name in KINDS if name != "drawings, softmax, SGD"]


@pytest.mark.parametrize("name", HELD)
def test_coremltools_loads_it_without_complaint(name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "personal.mlmodel"
    path.write_bytes(export_model(KINDS[name]().model))
    caplog.set_level(logging.WARNING)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = coremltools.models.MLModel(str(path), skip_model_load=True)
    assert caplog.records == []
    assert model.get_spec() == read(path.read_bytes())
    assert len(model.input_description._fd_spec) == 1


@pytest.mark.parametrize("name", HELD)
def test_what_coremltools_writes_again_comes_back(name: str, tmp_path: Path) -> None:
    kind = KINDS[name]()
    spec = read(export_model(kind.model))
    path = tmp_path / "again.mlmodel"
    with quiet():
        coremltools.models.utils.save_spec(spec, str(path))
    back = compile_model(path.read_bytes()).model()
    batch = ArrayBatch(
        [DictFeatureProvider({back.input.name: one.feature_value(back.input.name)}) for one in kind.examples]  # type: ignore[dict-item]
    )
    ours = compile_model(export_model(kind.model)).model()
    assert [one.probabilities for one in back.predict_batch(batch)] == [
        one.probabilities for one in ours.predict_batch(batch)
    ]


@pytest.mark.parametrize("name", HELD)
def test_the_versions_of_a_pipelines_parts_are_what_coremltools_would_ask_for(name: str) -> None:
    spec = read(export_model(KINDS[name]().model))
    assert spec.isUpdatable
    assert spec.specificationVersion == coremltools._MINIMUM_UPDATABLE_SPEC_VERSION
    kind = spec.WhichOneof("Type")
    if kind in ("pipeline", "pipelineClassifier"):
        line = spec.pipeline if kind == "pipeline" else spec.pipelineClassifier.pipeline
        assert [part.isUpdatable for part in line.models] == [False, True]
        assert line.models[0].specificationVersion == coremltools._MINIMUM_FP16_SPEC_VERSION
