"""The head compared with scikit-learn's classifier."""

from __future__ import annotations

import numpy as np
import pytest
from inkmoji import NearestNeighbors
from sklearn.neighbors import KNeighborsClassifier


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
