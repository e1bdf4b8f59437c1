"""Nearest neighbours as coremltools' builder writes them, against a naive vote."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from inkmoji import ArrayBatch, CompiledModel, FeatureValue, NearestNeighbors, ParameterKey, UpdateTask

from tests.coreml import given
from tests.coreml_tools import compiled, nearest_neighbors, quiet
from tests.engine import normal


def built(labels: list[Any], rows: Any, k: int = 3, weighting: str = "uniform", index: str = "linear") -> Any:
    default: Any = "none" if isinstance(labels[0], str) else -1
    with quiet():
        made = nearest_neighbors.KNearestNeighborsClassifierBuilder(
            "input", "label", rows.shape[1], default, number_of_neighbors=k, weighting_scheme=weighting,
            index_type=index, leaf_size=4,
        )  # fmt: skip
        made.add_samples(rows, labels)
        made.author, made.license, made.description = "Ada", "MIT", "nearest of few"
    return made


@pytest.mark.parametrize("index", ["linear", "kd_tree"])
@pytest.mark.parametrize("weighting", ["uniform", "inverse_distance"])
@pytest.mark.parametrize("kind", [str, int])
def test_the_nearest_vote_as_a_naive_loop_counts(kind: type, weighting: str, index: str) -> None:
    rows, names = normal(1, 40, 6), [kind(number) for number in np.random.default_rng(2).integers(0, 5, 40)]
    model = compiled(built(names, rows, 5, weighting, index).spec)
    for query in normal(3, 30, 6):
        distances = np.linalg.norm(rows.astype(np.float64) - query, axis=1)
        shares: dict[Any, float] = {}
        for place in np.argsort(distances)[:5]:
            weight = 1.0 if weighting == "uniform" else 1.0 / distances[place]
            shares[names[place]] = shares.get(names[place], 0.0) + weight
        answer = model.predict(given("input", FeatureValue.multi_array(query)))
        total = sum(shares.values())
        assert answer.probabilities == pytest.approx({name: share / total for name, share in shares.items()}, abs=1e-5)
        assert shares[answer.label] == pytest.approx(max(shares.values()))


def test_what_the_builder_says_besides_is_known() -> None:
    made = built(["a", "b"], normal(1, 2, 6), 7)
    with quiet():
        made.set_number_of_neighbors_with_bounds(7, allowed_set={1, 7, 50})
    model = compiled(made.spec)
    head = model.head
    assert isinstance(head, NearestNeighbors)
    assert (head.k, head.default_label, head.dtype) == (7, "none", "float32")
    assert sorted(model.parameters[ParameterKey.NUMBER_OF_NEIGHBORS].allowed) == [1, 7, 50]
    assert dict(model.description.metadata) == {"author": "Ada", "license": "MIT", "description": "nearest of few"}
    assert [feature.name for feature in model.description.training_inputs] == ["input", "label"]


def test_one_without_samples_answers_its_default_label_and_learns() -> None:
    with quiet():
        made = nearest_neighbors.KNearestNeighborsClassifierBuilder("input", "label", 2, 9)
    model = compiled(made.spec)
    assert model.predict(given("input", FeatureValue.multi_array([1, 2]))).label == 9
    ends: list[Any] = []
    lesson = given("input", FeatureValue.multi_array([1, 2]), label=FeatureValue.int64(4))
    UpdateTask(CompiledModel.of(model), ArrayBatch([lesson]), handlers=ends.append).resume()
    taught = ends[0].candidate.model()
    assert taught.predict(given("input", FeatureValue.multi_array([1, 3]))).label == 4
