"""Pipelines of Core ML, pipelines in pipelines included, as one model: frozen networks, then any model.

What only pipelines can have wrong is noted here: a name twice, a feature that nobody gives, an updatable model that is
not the last, or in a pipeline that is not updatable.
"""

from __future__ import annotations

from dataclasses import replace

from inkmoji.coreml import features, training
from inkmoji.coreml.neighbors import read_neighbors
from inkmoji.coreml.networks import read_network
from inkmoji.coreml.problems import Problems, Refusal, shown
from inkmoji.coreml.schema import Proto
from inkmoji.coreml.versions import check_version
from inkmoji.coreml.weights import Budget, Weights
from inkmoji.description import FeatureDescription, ModelDescription
from inkmoji.layer import Layer, Shape
from inkmoji.model import Model
from inkmoji.network import Network
from inkmoji.neural import NetworkRegressor
from inkmoji.pipeline import pipeline

MOST_MODELS = 64
_PIPELINES = ("pipeline", "pipelineClassifier")
_READERS = {
    "neuralNetwork": read_network,
    "neuralNetworkClassifier": read_network,
    "kNearestNeighborsClassifier": read_neighbors,
}


def read_model(spec: Proto, problems: Problems) -> Model | None:
    """The model of a file; None, and problems noted, where it has any."""
    budget = Budget()
    if spec.WhichOneof("Type") not in _PIPELINES:
        return _leaf(spec, budget, problems, "model")
    leaves: list[tuple[str, Proto]] = []
    _gather(spec, leaves, problems, "model", budget)
    if len(leaves) > MOST_MODELS:
        problems.unsupported("model", f"expected at most {MOST_MODELS} models in a pipeline, got more")
        return None
    models = [(where, _leaf(leaf, budget, problems, where)) for where, leaf in leaves]
    found = [(where, model) for where, model in models if model is not None]
    if len(problems):
        return None
    with problems.noting("model"):
        whole = _joined(spec, found)
        _check_outside(spec, whole)
        return whole
    return None


def _leaf(spec: Proto, budget: Budget, problems: Problems, where: str) -> Model | None:
    kind = spec.WhichOneof("Type")
    if kind is None:
        problems.invalid(where, "expected a model of some type, got none that is known")
        return None
    if kind not in _READERS:
        problems.unsupported(where, f"expected one of {', '.join((*_READERS, *_PIPELINES))}, got {kind}")
        return None
    return _READERS[kind](spec, budget, problems, where)


def _gather(spec: Proto, leaves: list[tuple[str, Proto]], problems: Problems, where: str, budget: Budget) -> None:
    """Adds the models of a pipeline, and of those in it, and notes what is wrong between them."""
    check_version(spec, problems, where, Weights(budget))
    kind = spec.WhichOneof("Type")
    line = spec.pipeline if kind == "pipeline" else spec.pipelineClassifier.pipeline
    models, names = list(line.models), list(line.names)
    if not models:
        problems.invalid(where, "expected a pipeline with models in it, got none")
    if names and (len(names) != len(models) or len(set(names)) != len(names)):
        problems.invalid(where, f"expected a name of its own for each of {len(models)} models, got {len(names)} names")
    _check_marks(spec, models, problems, where)
    _check_wiring(spec, models, problems, where)
    for place, model in enumerate(models):
        inner = f"{where}, part {place + 1}"
        if model.WhichOneof("Type") in _PIPELINES:
            _gather(model, leaves, problems, inner, budget)
        else:
            leaves.append((inner, model))


def _check_marks(spec: Proto, models: list[Proto], problems: Problems, where: str) -> None:
    marked = [place for place, model in enumerate(models) if model.isUpdatable]
    last = len(models) - 1
    if not spec.isUpdatable and marked:
        problems.invalid(where, f"expected no updatable model in a pipeline that is not, got part {marked[0] + 1}")
    if spec.isUpdatable and marked != [last]:
        got = ", ".join(f"part {place + 1}" for place in marked[:8]) or "none"
        problems.invalid(
            where, f"expected the last model of an updatable pipeline, and no other, to be updatable, got {got}"
        )


def _check_wiring(spec: Proto, models: list[Proto], problems: Problems, where: str) -> None:
    """Notes features that are read or given without being there, or as something else."""
    known = {feature.name: feature for feature in spec.description.input}
    for place, model in enumerate(models):
        for feature in model.description.input:
            _check_known(known, feature, problems, f"{where}, part {place + 1}", "an input")
        known |= {feature.name: feature for feature in model.description.output}
    for feature in spec.description.output:
        _check_known(known, feature, problems, where, "an output")


def _check_known(known: dict[str, Proto], feature: Proto, problems: Problems, where: str, what: str) -> None:
    if feature.name not in known:
        problems.invalid(where, f"expected {what} that the pipeline or a model before gives, got {shown(feature.name)}")
    elif not _same(known[feature.name], feature):
        problems.invalid(where, f"expected {what} {shown(feature.name)} of the type in which it is given, got another")


def _same(given: Proto, read: Proto) -> bool:
    """Whether a feature is read as what it is given; a network's output may be described without its shape."""
    kinds = [feature.type.WhichOneof("Type") for feature in (given, read)]
    images = [(image.width, image.height, image.colorSpace) for image in (given.type.imageType, read.type.imageType)]
    shapes = [[side for side in feature.type.multiArrayType.shape if side != 1] for feature in (given, read)]
    return kinds[0] == kinds[1] and images[0] == images[1] and (not all(shapes) or shapes[0] == shapes[1])


def _joined(spec: Proto, models: list[tuple[str, Model]]) -> Model:
    """One model of several."""
    *before, (_, head) = models
    if not before:
        return head
    for where, model in before:
        if not isinstance(model.head, NetworkRegressor):
            raise Refusal(f"expected neural networks before the last model, got another at {where}")
    source = features.read_input(spec.description)
    extractor = _extractor(source, [model for _, model in before], head.input)
    return pipeline(extractor, _reading(head, extractor.description.outputs[0]))


def _reading(head: Model, given: FeatureDescription) -> Model:
    """The head, if it reads what it is given."""
    if head.input.shape != given.shape:
        raise Refusal(f"expected a model that reads {given.shape}, got one that reads {head.input.shape}", True)
    return head


def _extractor(source: FeatureDescription, models: list[Model], wanted: FeatureDescription) -> Model:
    """Frozen networks as one, from the pipeline's input to a feature."""
    blobs: dict[str, tuple[str, Shape]] = {source.name: (source.name, features.shape_of(source))}
    layers: list[Layer] = []
    for place, model in enumerate(models):
        network = model.head.network  # type: ignore[union-attr]
        given, shape = blobs[model.input.name]
        if shape != network.input_shape:
            raise Refusal(f"expected {shown(model.input.name)} of shape {network.input_shape}, got {shape}", True)
        prefix = "" if len(models) == 1 else f"{place + 1}/"
        named = {network.input: given} | {layer.output: f"{prefix}{layer.output}" for layer in network.layers}
        layers += [
            replace(
                layer,
                name=f"{prefix}{layer.name}",
                inputs=tuple(named[blob] for blob in layer.inputs),
                output=named[layer.output],
            )
            for layer in network.layers
        ]
        name = model.description.outputs[0].name
        if name in blobs:
            raise Refusal(f"expected a name of its own for each feature, got {shown(name)} twice")
        blobs[name] = named[network.output], network.output_shape
    output, shape = blobs[wanted.name]
    values = replace(wanted, shape=shape)
    network = Network(layers, source.name, features.shape_of(source), output)
    return Model(ModelDescription((source,), (values,), ()), None, NetworkRegressor(network))


def _check_outside(spec: Proto, model: Model) -> None:
    """Refuses a pipeline that describes itself otherwise than its models."""
    label = model.description.outputs[0]
    named = spec.description.predictedFeatureName
    if spec.WhichOneof("Type") == "pipelineClassifier" and named != label.name:
        raise Refusal(
            f"expected a pipeline that predicts {shown(label.name)} as its last model does, got {shown(named)}", True
        )
    if label.name not in {feature.name for feature in spec.description.output}:
        raise Refusal(f"expected the output {shown(label.name)} of the last model in the pipeline's, got none", True)
    if spec.isUpdatable:
        target = next(given for given in model.description.training_inputs if given != model.input)
        training.read_target(spec.description, model.input, target.name)
