"""The head compared with scikit-learn's classifier.

Where entries at the same distance compete for the last place among the k, scikit-learn takes any of them; such
queries are left out.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from inkmoji import NearestNeighbors
from numpy.typing import NDArray
from sklearn.metrics import pairwise_distances
from sklearn.neighbors import KNeighborsClassifier

METRICS = [("squared-euclidean", "euclidean"), ("cosine", "cosine")]
WEIGHTINGS = [("uniform", "uniform"), ("inverse-distance", "distance")]
metrics = pytest.mark.parametrize(("metric", "name"), METRICS, ids=[metric for metric, _ in METRICS])
weightings = pytest.mark.parametrize(("weighting", "weights"), WEIGHTINGS, ids=[name for name, _ in WEIGHTINGS])


def head_of(rows: NDArray[Any], labels: list[Any], k: int, weighting: str, **settings: Any) -> NearestNeighbors:
    head = NearestNeighbors(rows.shape[1], k, weighting, **settings)
    for row, label in zip(rows, labels, strict=True):
        head.add(row, label)
    return head


def compare(head: NearestNeighbors, metric: str, weights: str, queries: NDArray[np.float32]) -> None:
    """Asks scikit-learn with the same entries."""
    rows, labels = head.embeddings.astype(np.float64), list(head.labels)
    oracle = KNeighborsClassifier(head.k, weights=weights, algorithm="brute", metric=metric).fit(rows, labels)
    for vote, expected in zip(head.vote(queries), oracle.predict_proba(queries.astype(np.float64)), strict=True):
        got = [vote.probabilities.get(label, 0.0) for label in oracle.classes_]
        assert got == pytest.approx(expected.tolist(), abs=1e-6)
        assert expected[list(oracle.classes_).index(vote.label)] == pytest.approx(expected.max())


def determined(rows: NDArray[Any], queries: NDArray[Any], metric: str, k: int) -> NDArray[np.bool_]:
    """Which queries have a k-th neighbour that is nearer than the one after it."""
    distances = np.sort(pairwise_distances(queries, rows, metric=metric), axis=1)
    return distances[:, k] - distances[:, k - 1] > 1e-6


@pytest.mark.parametrize(("weighting", "weights"), [("uniform", "uniform"), ("inverse-distance", "distance")])
@pytest.mark.parametrize("k", [1, 3, 10])
@pytest.mark.parametrize("dimension", [2, 32])
def test_probabilities_are_those_of_scikit_learn(weighting: str, weights: str, k: int, dimension: int) -> None:
    generator = np.random.default_rng(k)
    entries = generator.normal(size=(50, dimension)).astype(np.float16)
    labels = [f"label {number}" for number in generator.integers(0, 6, 50)]
    queries = np.concatenate([generator.normal(size=(20, dimension)), entries[:5]]).astype(np.float32)
    head = NearestNeighbors(dimension, k, weighting)
    for entry, label in zip(entries, labels, strict=True):
        head.add(entry, label)
    oracle = KNeighborsClassifier(k, weights=weights, algorithm="brute").fit(entries.astype(np.float64), labels)
    for vote, expected in zip(head.vote(queries), oracle.predict_proba(queries), strict=True):
        got = [vote.probabilities.get(label, 0.0) for label in oracle.classes_]
        assert got == pytest.approx(expected.tolist(), abs=1e-6)
        assert expected[list(oracle.classes_).index(vote.label)] == pytest.approx(expected.max())


@metrics
@weightings
@pytest.mark.parametrize("dtype", ["float16", "float32"])
@pytest.mark.parametrize("k", [1, 3, 10, 50])
@pytest.mark.parametrize("dimension", [2, 32])
def test_both_metrics_vote_as_in_scikit_learn(
    metric: str, name: str, weighting: str, weights: str, dtype: str, k: int, dimension: int
) -> None:
    generator = np.random.default_rng(k)
    labels = generator.integers(-3, 3, 50).tolist()
    rows = generator.normal(size=(50, dimension))
    head = head_of(rows, labels, k, weighting, default_label=0, metric=metric, dtype=dtype)
    queries = np.concatenate([generator.normal(size=(20, dimension)), head.embeddings[:5]]).astype(np.float32)
    compare(head, name, weights, queries)


@metrics
@weightings
@pytest.mark.parametrize("k", [1, 2, 3, 4, 6, 9])
def test_ties_and_zero_distances_are_as_in_scikit_learn(
    metric: str, name: str, weighting: str, weights: str, k: int
) -> None:
    """Many entries on few points, mirror images among them; some of the queries are entries."""
    generator = np.random.default_rng(3)
    points = np.array([(x, y, z) for x in (-1, 1) for y in (-2, 1, 3) for z in (-1, 1)])  # no two in one direction
    rows = generator.permutation(np.repeat(points, generator.integers(1, 5, len(points)), axis=0))
    labels = ["abc"[number] for number in generator.integers(0, 3, len(rows))]
    queries = np.concatenate([points, generator.integers(-3, 4, (300, 3))]).astype(np.float32)
    queries = queries[determined(rows, queries, name, k)]
    distances = np.sort(pairwise_distances(queries, rows, metric=name), axis=1)[:, :k]
    assert (distances[:, 0] < 1e-9).any()
    assert k == 1 or (np.diff(distances, axis=1) < 1e-9).any()
    compare(head_of(rows, labels, k, weighting, metric=metric), name, weights, queries)


@metrics
@weightings
def test_equal_votes_are_shared_as_in_scikit_learn(metric: str, name: str, weighting: str, weights: str) -> None:
    rows = np.array([[3.0, 4.0], [4.0, 3.0], [3.0, 4.0], [4.0, 3.0], [-9.0, 0.0]])
    head = head_of(rows, [2, 1, 2, 1, 3], 4, weighting, default_label=0, metric=metric)
    queries = np.array([[1.0, 1.0], [5.0, 5.0], [3.0, 4.0], [4.0, 3.0]], np.float32)
    compare(head, name, weights, queries)
    assert head.vote(queries[:1])[0].probabilities == pytest.approx({1: 0.5, 2: 0.5})


@weightings
def test_vectors_of_zeros_have_the_cosine_distance_of_scikit_learn(weighting: str, weights: str) -> None:
    rows = np.array([[0.0, 0.0], [1.0, 2.0], [0.0, 0.0], [-2.0, 0.5], [3.0, -1.0]])
    head = head_of(rows, ["a", "a", "b", "c", "b"], len(rows), weighting, metric="cosine")
    compare(head, "cosine", weights, np.array([[0.0, 0.0], [1.0, 2.0], [0.3, -0.2]], np.float32))
