"""The head compared with loops over all entries, its ties, its rounding and its limits."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from inkmoji import HeadError, NearestNeighbors
from numpy.typing import NDArray

from tests.engine import refused

Entries = list[tuple[NDArray[Any], str]]


def head_of(entries: Entries, **settings: Any) -> NearestNeighbors:
    head = NearestNeighbors(len(entries[0][0]), **settings)
    for embedding, label in entries:
        head.add(np.asarray(embedding), label)
    return head


def ask(head: NearestNeighbors, *query: float) -> Any:
    return head.vote(np.array([query], np.float32))[0]


def naive(entries: Entries, query: NDArray[Any], k: int, weighting: str) -> tuple[str, dict[str, float], float]:
    """Label, shares and squared distance, from sums over single numbers in double precision."""
    measured = []
    for place, (embedding, label) in enumerate(entries):
        squared = sum((float(np.float16(a)) - float(b)) ** 2 for a, b in zip(embedding, query, strict=True))
        measured.append((squared, place, label))
    nearest = sorted(measured)[:k]
    exact = [item for item in nearest if item[0] == 0.0]
    votes: dict[str, float] = {}
    for squared, _, label in exact if exact and weighting == "inverse-distance" else nearest:
        votes[label] = votes.get(label, 0.0) + (1.0 if exact or weighting == "uniform" else 1.0 / math.sqrt(squared))
    total = sum(votes.values())
    best = max(votes.values())
    label = next(label for label, share in votes.items() if share == best)
    return label, {label: share / total for label, share in votes.items()}, nearest[0][0]


def random_entries(seed: int, count: int, dimension: int, scale: float = 1.0) -> Entries:
    generator = np.random.default_rng(seed)
    return [(generator.normal(0.0, scale, dimension), "abcde"[generator.integers(5)]) for _ in range(count)]


@pytest.mark.parametrize("weighting", ["uniform", "inverse-distance"])
@pytest.mark.parametrize("k", [1, 3, 7, 100])
@pytest.mark.parametrize(("count", "dimension", "scale"), [(1, 3, 1.0), (20, 5, 1.0), (60, 33, 100.0), (60, 2, 1e-3)])
def test_the_vote_is_that_of_the_nearest_of_all(
    weighting: str, k: int, count: int, dimension: int, scale: float
) -> None:
    entries = random_entries(k, count, dimension, scale)
    head = head_of(entries, k=k, weighting=weighting)
    queries = np.random.default_rng(99).normal(0.0, scale, (10, dimension)).astype(np.float32)
    for query, vote in zip(queries, head.vote(queries), strict=True):
        label, shares, squared = naive(entries, query, k, weighting)
        assert vote.label == label
        assert dict(vote.probabilities) == pytest.approx(shares)
        assert vote.distance == pytest.approx(squared)
        assert list(vote.probabilities.values()) == sorted(vote.probabilities.values(), reverse=True)


@pytest.mark.parametrize("dimension", range(2, 130, 7))
@pytest.mark.parametrize("count", [2, 7, 33])
def test_of_equal_entries_the_first_is_nearest_however_the_product_is_rounded(dimension: int, count: int) -> None:
    generator = np.random.default_rng(dimension)
    embedding = generator.normal(size=dimension)
    head = head_of([(embedding, f"label {index}") for index in range(count)], k=1)
    for query in embedding + generator.normal(0.0, 0.1, (10, dimension)):
        assert ask(head, *query).label == "label 0"


def test_far_from_the_origin_the_nearest_is_still_found() -> None:
    entries: Entries = [(np.array([40000.0, 30000.0 + 32.0 * index]), str(index)) for index in range(20)]
    head = head_of(entries, k=1)
    for index in range(20):
        assert ask(head, 40000.0, 30000.0 + 32.0 * index + 10.0).label == str(index)


def test_of_labels_with_equal_votes_the_one_with_the_nearest_entry_wins() -> None:
    head = head_of([(np.array([3.0]), "far"), (np.array([-1.0]), "near")], k=2, weighting="uniform")
    vote = ask(head, 0.0)
    assert vote.label == "near"
    assert vote.probabilities == {"near": 0.5, "far": 0.5}


def test_an_exact_hit_outvotes_everything_by_inverse_distance() -> None:
    entries: Entries = [(np.array([1.0, 1.0]), "hit"), *[(np.array([1.0, 1.001]), "close")] * 5]
    vote = ask(head_of(entries, k=6), 1.0, 1.0)
    assert vote.label == "hit"
    assert vote.probabilities == {"hit": 1.0}
    assert vote.distance == 0.0


def test_exact_hits_share_the_vote_and_uniform_voting_ignores_them() -> None:
    entries: Entries = [(np.array([0.0]), "a"), (np.array([0.0]), "b"), (np.array([0.0]), "b"), (np.array([1.0]), "a"),
                        (np.array([2.0]), "a")]  # fmt: skip
    assert ask(head_of(entries, k=5), 0.0).probabilities == pytest.approx({"b": 2 / 3, "a": 1 / 3})
    assert ask(head_of(entries, k=5, weighting="uniform"), 0.0).probabilities == {"a": 0.6, "b": 0.4}


def test_without_entries_the_answer_is_the_default_label() -> None:
    votes = NearestNeighbors(2, default_label="nothing").vote(np.zeros((2, 2), np.float32))
    assert [(vote.label, dict(vote.probabilities), vote.distance) for vote in votes] == [("nothing", {}, math.inf)] * 2


@pytest.mark.parametrize(("distance", "label"), [(2.0, "a"), (2.0001, "?")])
def test_beyond_the_threshold_the_answer_is_the_default_label_but_the_votes_are_told(
    distance: float, label: str
) -> None:
    head = head_of([(np.array([0.0]), "a")], threshold=4.0, default_label="?")
    vote = ask(head, distance)
    assert vote.label == label
    assert vote.probabilities == {"a": 1.0}
    assert vote.distance == pytest.approx(distance**2)


def test_a_threshold_of_zero_recognises_exact_hits_only() -> None:
    head = head_of([(np.array([0.5]), "a")], threshold=0.0)
    assert ask(head, 0.5).label == "a"
    assert ask(head, 0.501).label == ""


def test_a_query_larger_than_single_precision_can_square_is_measured_all_the_same() -> None:
    head = head_of([(np.array([1.0, 0.0]), "a"), (np.array([-1.0, 0.0]), "b"), (np.array([0.0, 1.0]), "c")], k=2)
    vote = ask(head, 3e38, 3e38)
    assert vote.distance == pytest.approx(2.0 * 9e76)
    assert sum(vote.probabilities.values()) == pytest.approx(1.0)


def test_embeddings_are_rounded_to_half_precision_when_they_come() -> None:
    head = head_of([(np.array([0.1, 1.0 + 2.0**-12]), "a")])
    assert head.embeddings.dtype == np.float16
    assert head.embeddings.tolist() == [[float(np.float16(0.1)), 1.0]]
    assert ask(head, float(np.float16(0.1)), 1.0).distance == 0.0


def test_entries_are_told_in_the_order_they_came() -> None:
    head = NearestNeighbors(1)
    for number in range(40):  # more than once beyond what was set aside
        head.add(np.array([float(number)]), f"label {number % 3}", f"owner {number}" if number % 2 else "")
    assert len(head) == 40
    assert head.embeddings.ravel().tolist() == list(range(40))
    assert head.labels == tuple(f"label {number % 3}" for number in range(40))
    assert head.owners == tuple(f"owner {number}" if number % 2 else "" for number in range(40))


def test_the_embeddings_told_are_a_copy() -> None:
    head = head_of([(np.array([1.0]), "a")])
    head.embeddings[0] = 9.0
    assert ask(head, 1.0).distance == 0.0


@pytest.mark.parametrize("count", [0, 1, 15, 16, 17])
def test_a_copy_has_the_same_entries_and_settings_and_a_life_of_its_own(count: int) -> None:
    head = NearestNeighbors(1, 2, "uniform", "none", 1.5)
    for number in range(count):
        head.add(np.array([float(number)]), "old", f"o{number}")
    copy = head.copy()
    head.add(np.array([50.0]), "original")
    copy.add(np.array([70.0]), "copy")
    copy.k = 1
    assert (head.k, copy.weighting, copy.default_label, copy.threshold) == (2, "uniform", "none", 1.5)
    assert head.labels == ("old",) * count + ("original",)
    assert copy.labels == ("old",) * count + ("copy",)
    assert copy.owners[:count] == head.owners[:count]
    assert copy.embeddings.ravel().tolist() == [*map(float, range(count)), 70.0]
    assert ask(copy, 70.0).label == "copy"
    assert ask(head, 70.0).label == "none"


def test_the_caller_may_reuse_its_array() -> None:
    embedding = np.array([1.0], np.float32)
    head = head_of([(embedding, "a")])
    embedding[0] = 5.0
    assert head.embeddings.tolist() == [[1.0]]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"dimension": 0}, ("dimension", "from 1 to 65536", "got 0")),
        ({"dimension": 65537}, ("dimension", "got 65537")),
        ({"dimension": 2.0}, ("dimension", "got 2.0")),
        ({"k": 0}, ("k as a whole number from 1 to 1000", "got 0")),
        ({"k": 1001}, ("k", "got 1001")),
        ({"k": True}, ("k", "got True")),
        ({"weighting": "gaussian"}, ("uniform", "inverse-distance", "'gaussian'")),
        ({"threshold": -0.1}, ("threshold", "got -0.1")),
        ({"threshold": math.inf}, ("threshold", "got inf")),
        ({"threshold": math.nan}, ("threshold", "got nan")),
        ({"threshold": 1}, ("threshold as a float", "got 1")),
    ],
)
def test_settings_outside_their_range_are_refused(settings: dict[str, Any], words: tuple[str, ...]) -> None:
    with refused(HeadError, "head-value", *words):
        NearestNeighbors(**{"dimension": 2} | settings)


@pytest.mark.parametrize(
    ("embedding", "label", "code", "words"),
    [
        (np.zeros(3), "a", "head-shape", ("(2,)", "got (3,)")),
        (np.zeros((1, 2)), "a", "head-shape", ("got (1, 2)",)),
        (np.array([0.0, np.nan]), "a", "head-value", ("finite numbers within float16",)),
        (np.array([0.0, -np.inf]), "a", "head-value", ("finite numbers",)),
        (np.array([0.0, 1e5]), "a", "head-value", ("float16",)),
        (np.zeros(2), "", "head-value", ("a label of at least one character",)),
    ],
)
def test_an_entry_that_does_not_fit_is_refused_and_changes_nothing(
    embedding: NDArray[Any], label: str, code: str, words: tuple[str, ...]
) -> None:
    head = head_of([(np.zeros(2), "first")])
    with refused(HeadError, code, *words):
        head.add(embedding, label)
    assert head.labels == ("first",)
    assert len(head.embeddings) == 1


@pytest.mark.parametrize("shape", [(1, 3), (2,), (1, 1, 2)])
def test_queries_of_another_shape_are_refused(shape: tuple[int, ...]) -> None:
    with refused(HeadError, "head-shape", "(N, 2)", str(shape)):
        NearestNeighbors(2).vote(np.zeros(shape, np.float32))


def test_three_neighbours_vote_by_inverse_distance_unless_told_otherwise() -> None:
    head = head_of([(np.array([1.0]), "a"), (np.array([2.0]), "b"), (np.array([-4.0]), "b"), (np.array([9.0]), "c")])
    assert ask(head, 0.0).probabilities == pytest.approx({"a": 4 / 7, "b": 3 / 7})


def test_no_queries_have_no_votes() -> None:
    assert head_of([(np.zeros(2), "a")]).vote(np.zeros((0, 2), np.float32)) == []
