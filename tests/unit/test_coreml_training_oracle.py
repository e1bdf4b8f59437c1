"""Networks that coremltools makes updatable: what is known of their training, and updates against PyTorch's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from inkmoji import ArrayBatch, CompiledModel, FeatureValue, ImageConstraint, ParameterKey, Picture, UpdateTask
from inkmoji.coreml import compile_model
from torch import nn

from tests.coreml import given
from tests.coreml_tools import array, builder, coremltools, neural_network, pipeline, quiet
from tests.engine import normal

K = ParameterKey
LABELS = ["cat", "dog", "owl"]
HIDDEN, LAST = normal(1, 8, 5), normal(2, 3, 8)
POINTS = normal(3, 6, 5)


def optimizer(net: Any, kind: str) -> None:
    if kind == "sgd":
        params = neural_network.SgdParams(lr=0.1, batch=2, momentum=0.5)
        params.set_batch(2, [1, 2, 3])
        net.set_sgd_optimizer(params)
    else:
        net.set_adam_optimizer(neural_network.AdamParams(lr=0.02, batch=2, beta1=0.8, beta2=0.95, eps=1e-6))
    net.set_epochs(3, [1, 3, 9])
    net.set_shuffle(11)


def network(kind: str, classes: Any = LABELS) -> Any:
    net = builder((5,), "probs" if classes else "output", classes)
    with quiet():
        net.add_inner_product("hidden", HIDDEN, np.zeros(8, np.float32), 5, 8, True, "input", "h")
        net.add_activation("relu", "RELU", "h", "r")
        net.add_inner_product("last", LAST, None, 8, 3, False, "r", "logits" if classes else "output")
        if classes:
            net.add_softmax("softmax", "logits", "probs")
            net.set_class_labels(classes, "label", "probs")
        net.make_updatable(["hidden", "last"])
        if classes:
            net.set_categorical_cross_entropy_loss("loss", "probs")
        else:
            net.set_mean_squared_error_loss("loss", ("output", array(3)))
        optimizer(net, kind)
    return net.spec


def torch_network() -> Any:
    made = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 3, bias=False))
    made[0].weight.data, made[0].bias.data = torch.from_numpy(HIDDEN.copy()), torch.zeros(8)
    made[2].weight.data = torch.from_numpy(LAST.copy())
    return made


def torch_optimizer(made: Any, kind: str) -> Any:
    if kind == "sgd":
        return torch.optim.SGD(made.parameters(), lr=0.1, momentum=0.5)
    return torch.optim.Adam(made.parameters(), lr=0.02, betas=(0.8, 0.95), eps=1e-6)


def updated(data: bytes, examples: list[Any]) -> Any:
    """The head after the update that the file itself describes, in the order of the examples."""
    from inkmoji import ModelConfiguration

    ends: list[Any] = []
    in_order = ModelConfiguration({K.SHUFFLE: False})
    UpdateTask(compile_model(data), ArrayBatch(examples), in_order, ends.append).resume()
    return ends[0].candidate.model().head


def trained(made: Any, kind: str, loss: Any, targets: Any) -> None:
    step = torch_optimizer(made, kind)
    for _ in range(3):
        for first in range(0, 6, 2):
            step.zero_grad()
            loss(made(torch.from_numpy(POINTS[first : first + 2])), targets[first : first + 2]).backward()
            step.step()


def compare(head: Any, made: Any) -> None:
    arrays = head.network.updatable
    for place, wanted in (
        (("hidden", "weight"), made[0].weight), (("hidden", "bias"), made[0].bias), (("last", "weight"), made[2].weight)
    ):  # fmt: skip
        np.testing.assert_allclose(arrays[place], wanted.detach().numpy(), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("kind", ["sgd", "adam"])
@pytest.mark.parametrize("classes", [LABELS, [7, -7, 70]], ids=["texts", "whole numbers"])
def test_a_classifier_is_updated_as_in_pytorch(kind: str, classes: list[Any]) -> None:
    value: Any = FeatureValue.string if isinstance(classes[0], str) else FeatureValue.int64
    examples = [
        given("input", FeatureValue.multi_array(point), label=value(classes[index % 3]))
        for index, point in enumerate(POINTS)
    ]
    head = updated(network(kind, classes).SerializeToString(), examples)
    made = torch_network()
    trained(made, kind, nn.functional.cross_entropy, torch.arange(6) % 3)
    compare(head, made)


@pytest.mark.parametrize("kind", ["sgd", "adam"])
def test_a_regressor_is_updated_as_in_pytorch(kind: str) -> None:
    targets = normal(4, 6, 3)
    examples = [
        given("input", FeatureValue.multi_array(point), output_true=FeatureValue.multi_array(target))
        for point, target in zip(POINTS, targets, strict=True)
    ]
    head = updated(network(kind, None).SerializeToString(), examples)
    made = torch_network()
    trained(made, kind, nn.functional.mse_loss, torch.from_numpy(targets))
    compare(head, made)


def test_the_parameters_have_the_ranges_sets_and_defaults_of_the_file() -> None:
    sgd = compile_model(network("sgd").SerializeToString()).model().parameters
    assert (sgd[K.LEARNING_RATE].default, sgd[K.LEARNING_RATE].minimum, sgd[K.LEARNING_RATE].maximum) == (0.1, 0.0, 1.0)
    assert (sgd[K.MINI_BATCH_SIZE].default, sgd[K.MINI_BATCH_SIZE].allowed) == (2, (1, 2, 3))
    assert (sgd[K.MOMENTUM].default, sgd[K.EPOCHS].default, sgd[K.EPOCHS].allowed) == (0.5, 3, (1, 3, 9))
    assert (sgd[K.SHUFFLE].default, sgd[K.SEED].default) == (True, 11)
    adam = compile_model(network("adam").SerializeToString()).model().parameters
    assert [adam[key].default for key in (K.BETA1, K.BETA2, K.EPS)] == pytest.approx([0.8, 0.95, 1e-6])
    assert adam[K.BETA2].maximum is not None
    assert adam[K.BETA2].maximum < 1.0, "a beta of 1 would never learn; the engine's bound is left"
    assert set(adam) - set(sgd) == {K.BETA1, K.BETA2, K.EPS}


def pictured(space: str, **scaler: float) -> Any:
    """A network that gives the mean of each channel of an image of 8 by 9 pixels."""
    channels = 1 if space == "GRAYSCALE" else 3
    net = builder((channels, 9, 8))
    with quiet():
        net.add_flatten("flat", 0, "input", "output")
        net.set_pre_processing_parameters(image_input_names=["input"], is_bgr=space == "BGR", **scaler)
    return net.spec


@pytest.mark.parametrize("space", ["GRAYSCALE", "RGB", "BGR"])
def test_pixels_are_scaled_and_biased_in_the_order_of_the_colour_space(space: str) -> None:
    spec = pictured(space, image_scale=2 / 255.0, red_bias=-0.5, green_bias=0.25, blue_bias=1.5, gray_bias=-1.0)
    model = compile_model(spec.SerializeToString()).model()
    assert model.input.image == ImageConstraint(8, 9, 1 if space == "GRAYSCALE" else 3)
    ink = Picture(np.full((4, 4), 255, np.uint8))
    values = np.array(model.predict(given("input", FeatureValue.image(ink))).values).reshape(-1, 9, 8)
    pixels = model.embed_values([model.read(given("input", FeatureValue.image(ink)))])[0].astype(np.float64) * 255
    biases = {"GRAYSCALE": [-1.0], "RGB": [-0.5, 0.25, 1.5], "BGR": [1.5, 0.25, -0.5]}[space]
    np.testing.assert_allclose(values, pixels * (2 / 255) + np.array(biases)[:, None, None], atol=1e-5)
    assert pixels.max() > 200


def test_a_mean_image_is_taken_off() -> None:
    spec = pictured("RGB")
    mean = np.arange(3 * 9 * 8, dtype=np.float32)
    del spec.neuralNetwork.preprocessing[:]
    spec.neuralNetwork.preprocessing.add(featureName="input").meanImage.meanImage.extend(mean.tolist())
    model = compile_model(spec.SerializeToString()).model()
    ink = given("input", FeatureValue.image(Picture(np.full((4, 4), 255, np.uint8))))
    pixels = model.embed_values([model.read(ink)])[0].ravel().astype(np.float64) * 255
    np.testing.assert_allclose(model.predict(ink).values, pixels - mean, atol=1e-4)


def test_pixels_are_prepared_in_the_order_in_which_it_is_said() -> None:
    spec = pictured("GRAYSCALE")
    mean = np.linspace(0.0, 1.0, 72, dtype=np.float32)
    steps = spec.neuralNetwork.preprocessing
    del steps[:]
    for scale, bias in ((0.5, 3.0), (0.25, -1.0)):
        steps.add(featureName="input", scaler={"channelScale": scale, "grayBias": bias})
    steps.add(featureName="input").meanImage.meanImage.extend(mean.tolist())
    steps.add(featureName="input", scaler={"channelScale": 2.0, "grayBias": 0.5})
    model = compile_model(spec.SerializeToString()).model()
    ink = given("input", FeatureValue.image(Picture(np.full((4, 4), 255, np.uint8))))
    pixels = model.embed_values([model.read(ink)])[0].ravel().astype(np.float64) * 255
    wanted = (((pixels * 0.5 + 3.0) * 0.25 - 1.0) - mean) * 2.0 + 0.5
    np.testing.assert_allclose(model.predict(ink).values, wanted, atol=1e-4)


def test_a_pipeline_of_coremltools_is_one_model_that_learns() -> None:
    first = builder((4,), "embedding")
    with quiet():
        first.add_inner_product("ip", normal(1, 3, 4), None, 4, 3, False, "input", "embedding")
        second = coremltools.models.nearest_neighbors.KNearestNeighborsClassifierBuilder(
            "embedding", "label", 3, "none", number_of_neighbors=1
        )
        second.spec.description.predictedProbabilitiesName = "labelProbs"
        whole = pipeline.PipelineClassifier([("input", array(4))], ["a"], ["label", "labelProbs"])
        whole.add_model(first.spec)
        whole.add_model(second.spec)
        whole.make_updatable()
        whole.set_training_input([("input", array(4)), ("label", coremltools.models.datatypes.String())])
        whole.spec.specificationVersion = 4
    examples = [
        given("input", FeatureValue.multi_array(point[:4]), label=FeatureValue.string(label))
        for point, label in zip(POINTS, "ababab", strict=True)
    ]
    ends: list[Any] = []
    UpdateTask(compile_model(whole.spec.SerializeToString()), ArrayBatch(examples), handlers=ends.append).resume()
    model: Any = ends[0].candidate.model()
    assert [model.predict(example).label for example in examples] == list("ababab")
    np.testing.assert_allclose(model.head.embeddings, POINTS[:, :4] @ normal(1, 3, 4).T, rtol=1e-4, atol=1e-5)
    assert isinstance(CompiledModel.of(model), CompiledModel)
