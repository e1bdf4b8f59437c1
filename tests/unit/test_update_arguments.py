"""Arguments of another kind are refused when a task is made, by name, and not in the middle of the update."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from inkmoji import (
    ArchiveError,
    ArrayBatch,
    CompiledModel,
    DictFeatureProvider,
    Face,
    FeatureError,
    HeadError,
    InkmojiError,
    ModelConfiguration,
    NearestNeighbors,
    NetworkClassifier,
    NetworkError,
    ParameterDescription,
    ParameterError,
    ParameterKey,
    ProgressHandlers,
    UpdateError,
    UpdateTask,
    dumps,
    pipeline,
)

from tests.engine import refused, scribble, tiny_model
from tests.updatable import KINDS, tail_network

KIND = KINDS["drawings, k nearest neighbours"]()
COMPILED = CompiledModel.of(KIND.model)


@pytest.mark.parametrize(
    ("arguments", "kind", "code", "words"),
    [
        ({"configuration": {ParameterKey.MINI_BATCH_SIZE: 3}}, UpdateError, "update-argument",
         ("a ModelConfiguration", "got dict")),
        ({"handlers": "x"}, UpdateError, "update-argument", ("a ProgressHandlers or a completion handler", "got str")),
        ({"faces": [Face("x")]}, UpdateError, "update-argument", ("a dictionary of labels and Faces", "got list")),
        ({"faces": {"cat": "🐱"}}, FeatureError, "feature-type", ("a Face for 'cat'", "got str")),
        ({"faces": {5: Face("x")}}, HeadError, "head-value", ("of type str", "got int")),
        ({"faces": {np.str_("cat"): Face("x")}}, HeadError, "head-value", ("of type str", "got str_")),
    ],
)  # fmt: skip
def test_an_argument_of_another_kind_is_refused_at_once(
    arguments: dict[str, Any], kind: type[InkmojiError], code: str, words: tuple[str, ...]
) -> None:
    with refused(kind, code, *words):
        UpdateTask(COMPILED, KIND.batch(), **arguments)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"for_events": None}, ("a ProgressEvent as for_events", "got NoneType")),
        ({"for_events": 7}, ("a ProgressEvent as for_events", "got int")),
        ({"progress": "x"}, ("a function as progress", "got str")),
        ({"completion": 5}, ("a function as completion", "got int")),
    ],
)
def test_handlers_that_are_none_are_refused_when_they_are_made(
    arguments: dict[str, Any], words: tuple[str, ...]
) -> None:
    with refused(UpdateError, "update-argument", *words):
        ProgressHandlers(**arguments)


@pytest.mark.parametrize("parameters", [None, [], 5])
def test_parameters_that_are_no_dictionary_are_refused(parameters: Any) -> None:
    with refused(ParameterError, "parameter-value", "a dictionary of parameters", type(parameters).__name__):
        ModelConfiguration(parameters)
    if parameters is not None:
        with refused(ParameterError, "parameter-value", "a dictionary of parameters"):
            UpdateTask(COMPILED, KIND.batch()).resume(parameters)


def test_a_configuration_is_a_copy_that_does_not_change() -> None:
    given: dict[ParameterKey, object] = {ParameterKey.MINI_BATCH_SIZE: 3}
    configuration = ModelConfiguration(given)
    given.clear()
    assert configuration.parameters == {ParameterKey.MINI_BATCH_SIZE: 3}
    with pytest.raises(TypeError):
        configuration.parameters[ParameterKey.MINI_BATCH_SIZE] = 1  # type: ignore[index]


class Raw:
    """A feature provider that hands out something else than feature values."""

    feature_names = frozenset({"drawing", "label"})

    def feature_value(self, name: str) -> Any:
        return scribble(1) if name == "drawing" else "cat"


def test_a_provider_of_raw_values_is_told_to_wrap_them() -> None:
    raw: Any = Raw()
    with refused(FeatureError, "feature-type", "a FeatureValue for 'drawing', got Strokes", "wrap it"):
        KIND.model.predict(raw)
    with refused(FeatureError, "feature-type", "training example 0", "a FeatureValue for 'drawing'"):
        UpdateTask(COMPILED, ArrayBatch([raw]))


@pytest.mark.parametrize(
    ("make", "kind", "code", "words"),
    [
        (lambda: DictFeatureProvider([]), FeatureError, "feature-type", ("a dictionary", "got list")),  # type: ignore[arg-type]
        (lambda: ArrayBatch(None), FeatureError, "feature-type", ("feature providers", "got NoneType")),  # type: ignore[arg-type]
        (lambda: KIND.model.predict_batch(None), FeatureError, "feature-type", ("an ArrayBatch", "got NoneType")),  # type: ignore[arg-type]
        (lambda: KIND.model.predict_batch({}), FeatureError, "feature-type", ("an ArrayBatch", "got dict")),  # type: ignore[arg-type]
        (lambda: CompiledModel("a.inkmoji"), ArchiveError, "archive-magic", ("got str", "read the file")),  # type: ignore[arg-type]
        (lambda: CompiledModel(5), ArchiveError, "archive-magic", ("got int", "read the file")),  # type: ignore[arg-type]
        (lambda: CompiledModel.of(b""), ArchiveError, "archive-content", ("a Model", "got bytes")),  # type: ignore[arg-type]
        (lambda: dumps(COMPILED), ArchiveError, "archive-content", ("a Model", "got CompiledModel")),  # type: ignore[arg-type]
        (lambda: pipeline(COMPILED, COMPILED), FeatureError, "feature-type", ("got CompiledModel", ".model()")),  # type: ignore[arg-type]
        (lambda: NetworkClassifier(None, ("a",)), HeadError, "head-value", ("a Network", "got NoneType")),  # type: ignore[arg-type]
        (lambda: KINDS["arrays, squared error, SGD"]().model.set_face("a", Face("x")),
         HeadError, "head-value", ("a model with labels", "a regressor")),
        (lambda: tail_network(2).with_weights({("typo", "weight"): np.zeros(1, np.float32)}),
         NetworkError, "network-weights", ("('typo', 'weight')",)),
        (lambda: NearestNeighbors(2).vote([[1.0], [2.0, 3.0]]), HeadError, "head-shape", ("queries as an array",)),
        (lambda: NearestNeighbors(1).add([1j], "a"), HeadError, "head-value", ("real numbers", "complex")),
        (lambda: setattr(tiny_model().neighbors, "k", 0), HeadError, "head-value", ("k as a whole number", "got 0")),
        (lambda: ParameterDescription("lr", 1), ParameterError, "parameter-unknown", ("a ParameterKey", "'lr'")),  # type: ignore[arg-type]
        (lambda: ParameterDescription(ParameterKey.LEARNING_RATE, 0.1, 0.0, 1.0).check(10**5000),
         ParameterError, "parameter-value", ("from 0.0 to 1.0", "an int of very many digits")),
    ],
)  # fmt: skip
def test_what_is_of_another_kind_is_refused_by_name(
    make: Any, kind: type[InkmojiError], code: str, words: tuple[str, ...]
) -> None:
    with refused(kind, code, *words):
        make()
