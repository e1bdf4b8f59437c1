"""A model as a Core ML model file: the counterpart of ``MLWritable.write(to:)`` for Apple's devices."""

from __future__ import annotations

import json

from inkmoji.archive import CompiledModel
from inkmoji.coreml import features, metadata, wire
from inkmoji.coreml.expression import expressed, notes
from inkmoji.coreml.neighbors import write_neighbors
from inkmoji.coreml.networks_out import own, write_classifier, write_network, write_regressor
from inkmoji.coreml.reader import compile_model
from inkmoji.coreml.schema import ModelProto, Proto
from inkmoji.coreml.versions import HALF, QUANTIZED, UPDATABLE
from inkmoji.description import FeatureDescription
from inkmoji.entries import Entries
from inkmoji.errors import FormatError
from inkmoji.features import FeatureType
from inkmoji.model import Model
from inkmoji.network import Network
from inkmoji.neural import NetworkClassifier, NetworkRegressor

_SHORT = "Recognises drawings; personalised with Inkmoji"
_WORDS_OF_DRAWING = (
    "A drawing in white ink on black, centred with its longer side filling the picture up to the pen's edge, "
    "drawn with a pen of 1/16 of the picture's side"
)


def export_model(model: Model | CompiledModel) -> bytes:
    """A model as bytes of a ``.mlmodel`` file, of the lowest specification version that has what it takes.

    K nearest neighbours become Core ML's with all that was taught as samples, networks become neural networks, a model
    behind a frozen network a pipeline; with parameters and their ranges, descriptions and metadata, and updatable if
    the model is. What the format cannot say is transformed where that changes nothing, else left out:
    ``export_notes`` tells a person, and the file's metadata ("inkmoji.notes") whoever reads it.

    Raises:
        FormatError: ``coreml-export`` for a model that Core ML would refuse.
    """
    given = _model(model)
    spec = _whole(given)
    texts = {"description": _SHORT, **given.description.metadata}
    faces = [[label, face.text, face.name, face.created] for label, face in given.faces.items() if face.text]
    more = {"notes": "\n".join(notes(given).values()), "faces": json.dumps(faces, ensure_ascii=False) if faces else ""}
    metadata.write(spec.description.metadata, texts, {key: text for key, text in more.items() if text})
    data = wire.write(spec)
    try:
        compile_model(data)
    except FormatError as error:
        raise FormatError("coreml-export", f"expected a model that Core ML can hold, got one where: {error}") from error
    return data


def export_notes(model: Model | CompiledModel) -> tuple[str, ...]:
    """What Core ML's format cannot say of a model, in sentences for the person who exports it; none if it can say all.

    Raises:
        FormatError: ``coreml-export`` for what is no model.
    """
    return tuple(notes(_model(model)).values())


def _model(model: Model | CompiledModel) -> Model:
    if isinstance(model, CompiledModel):
        return model.model()
    if not isinstance(model, Model):
        raise FormatError("coreml-export", f"expected a Model or a CompiledModel, got {type(model).__name__}")
    return model


def _whole(model: Model) -> Proto:
    """The model without its metadata."""
    source, network = model.input, model.network
    taken = {feature.name for feature in (source, *model.description.outputs)}
    if isinstance(model.head, Entries):
        found = expressed(model, model.head)
        network, dimension = found.network, found.rows.shape[1]
        given = source if network is None else _between(own("embedding", taken), (dimension,))
        last = ModelProto()
        write_neighbors(last, model.head, found.rows, given, model)
        metadata.write(last.description.metadata, {}, found.own)
    else:
        given = source if network is None else _between(own("embedding", taken), network.output_shape)
        last = _neural(model.head, given, model)
    _describe(last, model, given)
    if network is None:
        _words(last, source)
        return last
    return _piped(model, _extractor(network, source, given), last)


def _between(name: str, shape: tuple[int, ...]) -> FeatureDescription:
    return FeatureDescription(name, FeatureType.MULTI_ARRAY, shape=shape)


def _neural(head: NetworkClassifier | NetworkRegressor, source: FeatureDescription, model: Model) -> Proto:
    spec = ModelProto()
    if isinstance(head, NetworkClassifier):
        write_classifier(spec, head, source, model)
    else:
        write_regressor(spec, head, source, model)
    return spec


def _extractor(network: Network, source: FeatureDescription, given: FeatureDescription) -> Proto:
    spec = ModelProto()
    write_network(spec.neuralNetwork, network, source, given.name, False)
    features.write(spec.description.input.add(), source)
    features.write(spec.description.output.add(), given)
    spec.specificationVersion = _version(network)
    _words(spec, source)
    return spec


def _describe(spec: Proto, model: Model, source: FeatureDescription) -> None:
    """Completes the description of the last model, and what follows from it."""
    output, description = model.description.outputs[0], spec.description
    spec.isUpdatable = bool(model.description.training_inputs)
    neural = isinstance(model.head, NetworkClassifier | NetworkRegressor)
    least = _version(model.head.network, spec.isUpdatable) if neural else UPDATABLE  # type: ignore[union-attr]
    spec.specificationVersion = max(least, UPDATABLE if spec.isUpdatable else 1)
    if output.type in (FeatureType.STRING, FeatureType.INT64):
        features.write(description.output.add(), output, "The label that is most likely")
        keys = "stringKeyType" if output.type is FeatureType.STRING else "int64KeyType"
        probabilities = own(f"{output.name}Probs", {source.name, output.name})
        place = description.output.add(name=probabilities, shortDescription="How likely each label is")
        getattr(place.type.dictionaryType, keys).SetInParent()
        description.predictedFeatureName, description.predictedProbabilitiesName = output.name, probabilities
    if spec.isUpdatable:
        features.write(description.trainingInput.add(), source)
        features.write(description.trainingInput.add(), _target(spec, output), "What it is to be")


def _target(spec: Proto, output: FeatureDescription) -> FeatureDescription:
    """What the last model is to answer: the label, or what its loss compares with."""
    if output.shape is None:
        return output
    name = spec.neuralNetwork.updateParams.lossLayers[0].meanSquaredErrorLossLayer.target
    return _between(name, output.shape)


def _piped(model: Model, first: Proto, last: Proto) -> Proto:
    spec = ModelProto(isUpdatable=last.isUpdatable)
    spec.specificationVersion = max(first.specificationVersion, last.specificationVersion)
    regressor = isinstance(model.head, NetworkRegressor)
    line = spec.pipeline if regressor else spec.pipelineClassifier.pipeline
    line.models.extend([first, last])
    line.names.extend(["network", "head"])
    description, end = spec.description, last.description
    description.input.extend(first.description.input)
    description.output.extend(end.output)
    description.predictedFeatureName = end.predictedFeatureName
    description.predictedProbabilitiesName = end.predictedProbabilitiesName
    if spec.isUpdatable:
        description.trainingInput.extend([first.description.input[0], end.trainingInput[1]])
    return spec


def _words(spec: Proto, source: FeatureDescription) -> None:
    """Says of a drawing how it must be drawn, which the model's own rasteriser does."""
    if source.image is not None:
        for feature in (*spec.description.input, *spec.description.trainingInput):
            if feature.name == source.name:
                feature.shortDescription = _WORDS_OF_DRAWING


def _version(network: Network, full: bool = False) -> int:
    """The lowest version that knows the weights of a network."""
    types = {array.dtype.name for layer in network.layers for array in layer.weights.values()}
    if full:
        return 1
    return QUANTIZED if "int8" in types else HALF if "float16" in types else 1
