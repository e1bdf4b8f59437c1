"""Probabilistic linear discriminant analysis against joint normal distributions, and what it promises to people."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np
import pytest
from inkmoji import HeadError, ProbabilisticLDA
from numpy.typing import NDArray

from tests.engine import refused

DIMENSION, KEPT = 5, 3
Array = NDArray[np.float64]


def spaces(seed: int = 0) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """A mean, a projection and variances."""
    generator = np.random.default_rng(seed)
    projection = generator.normal(size=(DIMENSION, KEPT)).astype(np.float32)
    return generator.normal(size=DIMENSION).astype(np.float32), projection, np.array([3.0, 1.0, 0.2], np.float32)


def head(*arrays: Any, **settings: Any) -> ProbabilisticLDA:
    return ProbabilisticLDA(*(arrays or spaces()), **{"dtype": "float32", **settings})


def taught(counts: dict[str, int], owner: str = "example", seed: int = 1, **settings: Any) -> ProbabilisticLDA:
    """A head with some entries of each label around a middle of its own."""
    generator, own = np.random.default_rng(seed), head(**settings)
    for label, count in counts.items():
        middle = generator.normal(0.0, 2.0, DIMENSION)
        for index in range(count):
            own.add(middle + generator.normal(size=DIMENSION), label, owner and f"{owner} {label} {index}")
    return own


def log_density(values: Array, covariance: Array) -> float:
    """Of a normal distribution around 0, by its definition."""
    sign, logarithm = np.linalg.slogdet(2.0 * math.pi * covariance)
    assert sign == 1.0
    return float(-0.5 * (logarithm + values @ np.linalg.solve(covariance, values)))


def evidence(own: ProbabilisticLDA, label: str, query: Array) -> float:
    """log p(query, entries of the label | one thing) - log p(entries) - log p(query), from full covariance matrices."""
    mean, projection, between = spaces()
    rows = (own.embeddings[own.entries_of(label)].astype(np.float64) - mean) @ projection
    asked = (query - mean) @ projection
    total = 0.0
    for direction, variance in enumerate(between.astype(np.float64)):
        known = rows[:, direction]
        both = np.append(known, asked[direction])
        together = variance * np.ones((len(both), len(both))) + np.eye(len(both))
        total += log_density(both, together) - log_density(known, together[:-1, :-1])
        total -= log_density(both[-1:], together[-1:, -1:])
    return total


def posterior(own: ProbabilisticLDA, query: Array, scale: float, offset: float) -> dict[str, float]:
    """Bayes' theorem: half for "none", the other half shared by the labels."""
    labels = [str(label) for label in dict.fromkeys(own.labels)]
    likelihoods = {label: math.exp(scale * evidence(own, label, query) + offset) for label in labels}
    total = 0.5 + sum(0.5 / len(labels) * likelihood for likelihood in likelihoods.values())
    return {label: 0.5 / len(labels) * likelihood / total for label, likelihood in likelihoods.items()}


@pytest.mark.parametrize("counts", [{"a": 1}, {"a": 3, "b": 1}, {"a": 1, "b": 2, "c": 20}])
@pytest.mark.parametrize(("scale", "offset"), [(1.0, 0.0), (0.4, 1.5)])
def test_probabilities_are_those_of_bayes_theorem_with_joint_normal_distributions(
    counts: dict[str, int], scale: float, offset: float
) -> None:
    own = taught(counts, scale=scale, offset=offset)
    queries = np.random.default_rng(2).normal(0.0, 2.0, (6, DIMENSION))
    for query, vote in zip(queries, own.vote(queries), strict=True):
        expected = posterior(own, query, scale, offset)
        assert vote.probabilities == pytest.approx(expected, rel=1e-5, abs=1e-12)
        assert list(vote.probabilities) == sorted(expected, key=lambda label: -expected[label])
        best = max(expected, key=lambda label: expected[label])
        assert vote.recognized == (expected[best] >= 0.5)
        assert vote.label == (best if expected[best] >= 0.5 else "")


def test_more_drawings_make_the_same_mean_more_certain() -> None:
    certainties = []
    for count in (1, 3, 30):
        own = head()
        for index in range(count):
            own.add(np.full(DIMENSION, 1.0), "a", f"example {index}")
        certainties.append(own.vote([np.full(DIMENSION, 1.0)])[0].probabilities["a"])
    assert certainties == sorted(certainties)
    assert certainties[0] < certainties[2]


def test_a_drawing_far_from_all_that_was_taught_is_not_recognised() -> None:
    own = taught({"a": 3, "b": 3}, default_label="none")
    near = own.embeddings[:3].mean(axis=0)
    far = near + 100.0
    assert own.vote([near])[0].recognized
    vote = own.vote([far])[0]
    assert (vote.label, vote.recognized) == ("none", False)
    assert sum(vote.probabilities.values()) < 1e-6


def test_the_default_label_is_the_answer_of_a_head_that_was_taught_nothing() -> None:
    (vote,) = head(default_label="nothing").vote([[0.0] * DIMENSION])
    assert (vote.label, vote.recognized, vote.probabilities, vote.distance) == ("nothing", False, {}, math.inf)


def test_the_distance_is_to_the_nearest_entry() -> None:
    own, query = taught({"a": 2, "b": 3}), np.arange(DIMENSION, dtype=np.float64)
    squares = ((own.embeddings.astype(np.float64) - query) ** 2).sum(axis=1)
    assert own.vote([query])[0].distance == pytest.approx(squares.min())


def test_prototypes_never_change_an_answer_that_was_a_taught_label() -> None:
    answered = Counter[Any]()
    for seed in range(20):
        own = taught({"mine": 3, "also mine": 1}, seed=seed)
        prototypes = taught({"theirs": 9, "more": 30, "others": 3}, owner="", seed=seed + 100)
        spread = np.random.default_rng(seed).normal(0.0, 2.0, (20, DIMENSION))
        queries = np.concatenate([spread, own.embeddings, prototypes.embeddings])
        before = own.vote(queries)
        for row, label in zip(prototypes.embeddings, prototypes.labels, strict=True):
            own.add(row, label)
        after = own.vote(queries)
        for old, new in zip(before, after, strict=True):
            if old.recognized:
                assert (new.label, new.probabilities) == (old.label, old.probabilities)
            answered[old.label, new.label] += 1
    assert min(answered["mine", "mine"], answered["", "theirs"], answered["", ""]) > 20


def test_a_prototype_answers_where_nothing_taught_is_recognised() -> None:
    own = taught({"mine": 3})
    far = own.embeddings.mean(axis=0) + 20.0
    for _ in range(3):
        own.add(far, "theirs")
    vote = own.vote([far])[0]
    assert (vote.label, vote.recognized) == ("theirs", True)
    assert set(vote.probabilities) == {"mine", "theirs"}


def test_a_label_that_came_ready_made_is_a_taught_one_once_it_has_an_example() -> None:
    own = head()
    own.add(np.zeros(DIMENSION), "both")
    own.add(np.ones(DIMENSION), "both", "example")
    own.add(np.zeros(DIMENSION), "theirs")
    assert list(own.vote([np.zeros(DIMENSION)])[0].probabilities) == ["both"]


def test_labels_may_be_whole_numbers() -> None:
    own = head(default_label=-1)
    own.add(np.zeros(DIMENSION), 7, "example")
    vote = own.vote([own.embeddings[0]])[0]
    assert (vote.label, list(vote.probabilities)) == (7, [7])


def test_queries_beyond_all_numbers_are_not_recognised() -> None:
    vote = taught({"a": 2, "b": 1}).vote([np.full(DIMENSION, 1e200)])[0]
    assert (vote.recognized, set(vote.probabilities.values())) == (False, {0.0})


def test_edited_heads_answer_as_those_that_were_taught_only_what_is_left() -> None:
    own = taught({"a": 2, "b": 3})
    query = [np.ones(DIMENSION)]
    own.vote(query)
    copied = own.copy()
    own.remove([0, 3])
    own.relabel(own.entries_of("b"), "c")
    fresh = head()
    for row, label, owner in zip(own.embeddings, own.labels, own.owners, strict=True):
        fresh.add(row, label, owner)
    assert own.vote(query) == fresh.vote(query)
    assert list(dict.fromkeys(own.labels)) == ["a", "c"]
    assert copied.vote(query) == taught({"a": 2, "b": 3}).vote(query)


def test_what_it_was_given_can_be_changed_without_changing_it() -> None:
    mean, projection, between = spaces()
    own = head(mean, projection, between)
    for array in (mean, projection, between):
        array[...] = 9.0
    assert [own.mean.tolist(), own.projection.tolist(), own.between.tolist()] == [item.tolist() for item in spaces()]
    with pytest.raises(ValueError, match="read-only"):
        own.mean[0] = 1.0


MEAN, PROJECTION, BETWEEN = spaces()


@pytest.mark.parametrize(
    ("arrays", "code"),
    [
        ((MEAN[:4], PROJECTION, BETWEEN), "head-shape"),
        ((MEAN, PROJECTION[:, :2], BETWEEN), "head-shape"),
        ((MEAN, PROJECTION[:, 0], BETWEEN), "head-shape"),
        ((MEAN[:, None], PROJECTION, BETWEEN), "head-shape"),
        ((MEAN, PROJECTION, np.array([1.0, 0.0, 1.0])), "head-value"),
        ((MEAN, PROJECTION, np.array([1.0, np.inf, 1.0])), "head-value"),
        ((MEAN * np.nan, PROJECTION, BETWEEN), "head-value"),
        ((MEAN, PROJECTION.astype(str), BETWEEN), "head-value"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(arrays: Any, code: str) -> None:
    with refused(HeadError, code, "expected"):
        head(*arrays)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"scale": 0.0}, "scale as a float from 1e-06"),
        ({"scale": 1}, "got 1"),
        ({"offset": math.nan}, "offset"),
        ({"threshold": 1.5}, "threshold as a float from 0 to 1"),
        ({"dtype": "float64"}, "dtype"),
    ],
)
def test_settings_out_of_range_are_refused(settings: dict[str, Any], words: str) -> None:
    with refused(HeadError, "head-value", words):
        head(**settings)


@pytest.mark.parametrize("query", [np.zeros(DIMENSION), np.zeros((2, DIMENSION + 1)), np.full((1, DIMENSION), np.nan)])
def test_queries_that_are_none_are_refused(query: Array) -> None:
    with pytest.raises(HeadError, match="queries"):
        taught({"a": 1}).vote(query)


def test_the_evidence_is_what_the_vote_is_made_of() -> None:
    own, queries = taught({"b": 3, "a": 1}, scale=0.4, offset=1.5), np.random.default_rng(2).normal(size=(4, DIMENSION))
    labels, rows = own.evidence(queries)
    assert labels == ("b", "a")
    for query, row in zip(queries, rows, strict=True):
        assert row == pytest.approx([0.4 * evidence(own, label, query) + 1.5 for label in ("b", "a")], rel=1e-5)
    assert head().evidence(queries)[0] == ()
    assert head().evidence(queries)[1].shape == (4, 0)
