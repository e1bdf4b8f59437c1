"""The messages: unknown fields are kept, other libraries' messages do not get in the way, either runtime will do."""

from __future__ import annotations

from inkmoji.coreml import wire
from inkmoji.coreml.schema import OTHERS, ModelProto, fields_of

from tests.coreml import classifier, extractor, model_of, neighbors, piped, run_python

UNKNOWN = b"\xfa\xff\x3f\x05whale" + b"\xf8\xff\x1f\x07"  # a text and a number in fields that no version has


def test_what_is_unknown_survives_reading_and_writing_on_every_level() -> None:
    spec = piped(extractor(), classifier(), updatable=True)
    network = spec.pipelineClassifier.pipeline.models[0].neuralNetwork
    for place in (spec, spec.description, network.layers[0], network.layers[0].convolution.weights):
        place.MergeFromString(UNKNOWN)
    network.layers[1].activation.ELU.MergeFromString(b"\x0d\0\0\x80\x3f")
    data = wire.write(spec)
    assert data.count(UNKNOWN[:9]) == 4
    assert wire.write(wire.read(data)) == data


def test_a_model_with_unknown_fields_is_used_all_the_same() -> None:
    spec = neighbors()
    spec.MergeFromString(UNKNOWN)
    assert set(model_of(spec).labels) == {"cat", "dog", "owl"}


def test_messages_of_the_same_name_may_be_registered_in_the_default_pool() -> None:
    code = (
        "from google.protobuf import descriptor_pb2, descriptor_pool\n"
        "file = descriptor_pb2.FileDescriptorProto(name='Model.proto', package='CoreML.Specification')\n"
        "file.message_type.add(name='Model')\n"
        "descriptor_pool.Default().AddSerializedFile(file.SerializeToString())\n"
        "from tests.coreml import classifier, model_of\n"
        "print(model_of(classifier()).labels)"
    )
    done = run_python("-c", code)
    assert done.stdout == "('cat', 'dog', 'owl')\n", done.stderr


def test_the_pure_python_runtime_of_the_browser_reads_and_writes_the_same() -> None:
    code = (
        "import hashlib\n"
        "from google.protobuf.internal import api_implementation\n"
        "from inkmoji.coreml import compile_model, wire\n"
        "from tests.coreml import classifier, extractor, piped\n"
        "data = wire.write(piped(extractor(), classifier(), updatable=True))\n"
        "print(api_implementation.Type(), hashlib.sha256(data + compile_model(data).data).hexdigest())"
    )
    pure = run_python("-c", code, PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION="python")
    other = run_python("-c", code, PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION="upb")
    assert pure.stdout.split()[0] == "python", pure.stderr
    assert pure.stdout.split()[1] == other.stdout.split()[1]


def test_what_can_only_be_refused_is_known_by_its_name() -> None:
    assert "layer:1461 argSort Other" in fields_of("NeuralNetworkLayer")
    names = {field.name for field in ModelProto.DESCRIPTOR.oneofs_by_name["Type"].fields}
    assert {"mlProgram", "treeEnsembleClassifier", "pipeline"} <= names
    assert set(OTHERS) == {"Model", "NeuralNetworkLayer", "ActivationParams"}


def test_the_rest_of_the_library_does_without_the_runtime() -> None:
    done = run_python("-c", "import sys; sys.modules['google'] = None; import inkmoji.session; print('fine')")
    assert done.stdout == "fine\n", done.stderr
