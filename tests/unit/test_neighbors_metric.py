"""Metrics and stored types: the cosine distance, and exact answers however roughly entries were measured at first."""

from __future__ import annotations

import math
from typing import Any

import inkmoji.neighbors
import numpy as np
import pytest
from inkmoji import HeadError, NearestNeighbors
from numpy.typing import NDArray

from tests.engine import refused

Doubles = NDArray[np.float64]


def head_of(rows: NDArray[Any], labels: str = "", **settings: Any) -> NearestNeighbors:
    """Entries with a letter each as their label, or their numbers."""
    head = NearestNeighbors(rows.shape[1], **settings)
    for place, row in enumerate(rows):
        head.add(row, labels[place] if labels else str(place))
    return head


def ask(head: NearestNeighbors, *query: float) -> Any:
    return head.vote(np.array([query], np.float32))[0]


def unit(vector: Doubles) -> Doubles:
    length = np.sqrt((vector**2).sum())
    return vector / length if length else vector


def measured(metric: str, one: Doubles, other: Doubles) -> float:
    """The distance of two vectors, by the definition in the head's description."""
    if metric == "squared-euclidean":
        return float(((one - other) ** 2).sum())
    if not one.any() or not other.any():
        return 1.0
    return float(((unit(one) - unit(other)) ** 2).sum() / 2.0)


def check_exact(head: NearestNeighbors, queries: NDArray[np.float32]) -> None:
    """The votes are those of all entries, measured one after the other in float64, to the bit."""
    rows = head.embeddings.astype(np.float64)
    for query, vote in zip(queries.astype(np.float64), head.vote(queries), strict=True):
        distances = [measured(head.metric, row, query) for row in rows]
        nearest = sorted(range(len(rows)), key=lambda place: (distances[place], place))[: head.k]
        assert vote.distance == distances[nearest[0]]
        assert vote.label == head.labels[nearest[0]]
        if head.weighting == "uniform":
            assert list(vote.probabilities) == [head.labels[place] for place in nearest]


def naive_cosine(
    entries: Doubles, labels: str, query: Doubles, k: int, weighting: str
) -> tuple[dict[str, float], float]:
    """Shares and distance to the nearest, from the cosine in exact sums over single numbers."""
    found = []
    for place, entry in enumerate(entries):
        dot = math.fsum(float(a) * float(b) for a, b in zip(entry, query, strict=True))
        lengths = [math.sqrt(math.fsum(float(a) ** 2 for a in vector)) for vector in (entry, query)]
        found.append((1.0 - dot / (lengths[0] * lengths[1]), place))
    nearest = sorted(found)[:k]
    votes: dict[str, float] = {}
    for distance, place in nearest:
        votes[labels[place]] = votes.get(labels[place], 0.0) + (1.0 if weighting == "uniform" else 1.0 / distance)
    total = sum(votes.values())
    return {label: share / total for label, share in votes.items()}, nearest[0][0]


@pytest.mark.parametrize("weighting", ["uniform", "inverse-distance"])
@pytest.mark.parametrize("k", [1, 3, 40])
@pytest.mark.parametrize(("dimension", "scale"), [(2, 1.0), (5, 100.0), (33, 1e-3)])
def test_a_cosine_vote_is_that_of_the_smallest_angles(weighting: str, k: int, dimension: int, scale: float) -> None:
    generator = np.random.default_rng(dimension)
    rows = generator.normal(0.0, scale, (30, dimension)).astype(np.float16).astype(np.float64)
    labels = "".join("abcde"[number] for number in generator.integers(0, 5, 30))
    queries = generator.normal(0.0, 1.0, (10, dimension)).astype(np.float32)
    head = head_of(rows, labels, k=k, weighting=weighting, metric="cosine")
    for query, vote in zip(queries, head.vote(queries), strict=True):
        shares, distance = naive_cosine(rows, labels, query.astype(np.float64), k, weighting)
        assert dict(vote.probabilities) == pytest.approx(shares, rel=1e-6)
        assert vote.distance == pytest.approx(distance)
        assert shares[vote.label] == pytest.approx(max(shares.values()))


@pytest.mark.parametrize(
    ("query", "distance"), [((5.0, 0.0), 0.0), ((0.0, 0.25), 1.0), ((-3.0, 0.0), 2.0), ((3.0, 4.0), 0.4)]
)
def test_the_cosine_distance_depends_on_the_angle_alone(query: tuple[float, float], distance: float) -> None:
    vote = ask(head_of(np.array([[2.0, 0.0]]), metric="cosine"), *query)
    assert vote.distance == pytest.approx(distance, abs=1e-15)
    assert 0.0 <= vote.distance <= 2.0


def test_a_cosine_distance_far_below_the_rounding_of_the_cosine_is_still_told() -> None:
    head = head_of(np.array([[1.0, 2.0**-30], [1.0, 2.0**-31]]), metric="cosine", dtype="float32", k=2)
    vote = ask(head, 1.0, 0.0)
    assert vote.distance == pytest.approx(2.0**-63)  # half of the squared angle
    assert vote.probabilities == pytest.approx({"1": 0.8, "0": 0.2})


@pytest.mark.parametrize("dtype", ["float16", "float32"])
@pytest.mark.parametrize("dimension", [1, 2, 3, 7, 64, 129])
def test_equal_vectors_have_cosine_distance_zero_and_opposite_ones_at_most_two(dtype: str, dimension: int) -> None:
    rows = np.random.default_rng(dimension).normal(size=(20, dimension)).astype(dtype).astype(np.float32)
    head = head_of(rows, metric="cosine", dtype=dtype, k=1)
    votes = [*head.vote(rows), *head.vote(np.asfortranarray(rows)), *(ask(head, *row) for row in rows)]
    assert [vote.distance for vote in votes] == [0.0] * 60
    for row in rows:
        opposite = ask(head_of(row[None], metric="cosine", dtype=dtype), *-row).distance
        assert opposite == pytest.approx(2.0)
        assert opposite <= 2.0


def test_a_vector_of_zeros_is_at_cosine_distance_one_to_every_vector_and_itself() -> None:
    zeros = head_of(np.array([[0.0, 0.0], [-0.0, 0.0]]), metric="cosine", k=2)
    for query in [(0.0, 0.0), (0.0, -0.0), (1.0, 2.0), (-1e-30, 0.0), (3e38, 3e38)]:
        vote = ask(zeros, *query)
        assert vote.distance == 1.0
        assert vote.probabilities == {"0": 0.5, "1": 0.5}
    others = head_of(np.array([[0.3, 0.7], [-5.0, 1.0], [0.1, 0.1]]), metric="cosine", k=3)
    vote = ask(others, 0.0, 0.0)
    assert (vote.label, vote.distance) == ("0", 1.0)
    assert vote.probabilities == pytest.approx({"0": 1 / 3, "1": 1 / 3, "2": 1 / 3})


def test_a_vector_of_zeros_comes_between_acute_and_obtuse_angles() -> None:
    rows = np.array([[-1.0, 0.1], [0.0, 0.0], [0.1, 1.0], [-1.0, 0.2]])
    vote = ask(head_of(rows, metric="cosine", k=2), 1.0, 0.0)
    assert list(vote.probabilities) == ["2", "1"]


def test_a_cosine_vote_weighs_by_the_distance_and_a_euclidean_one_by_its_root() -> None:
    rows = np.array([[3.0, 4.0], [0.0, 1.0], [-1.0, 0.0]])
    cosine = head_of(rows, "abb", metric="cosine")
    assert ask(cosine, 1.0, 0.0).probabilities == pytest.approx({"a": 2.5 / 4.0, "b": 1.5 / 4.0})
    euclidean = head_of(np.array([[4.0], [-9.0]]), "ab")
    assert ask(euclidean, 0.0).probabilities == pytest.approx({"a": 9 / 13, "b": 4 / 13})


def test_exact_hits_alone_vote_by_cosine_too_unless_voting_is_uniform() -> None:
    rows = np.array([[1.0, 2.0], [1.0, 2.0], [1.0, 2.0], [1.0, 2.001], [1.0, 2.001], [9.0, 2.0]])
    vote = ask(head_of(rows, "abbccc", metric="cosine", k=6), 1.0, 2.0)
    assert (vote.label, vote.distance) == ("b", 0.0)
    assert list(vote.probabilities.items()) == [("b", pytest.approx(2 / 3)), ("a", pytest.approx(1 / 3))]
    uniform = ask(head_of(rows, "abbccc", metric="cosine", k=6, weighting="uniform"), 1.0, 2.0)
    assert uniform.probabilities == pytest.approx({"c": 3 / 6, "b": 2 / 6, "a": 1 / 6})


def test_cosine_ties_go_to_the_first_entry_and_the_label_with_the_nearest() -> None:
    mirrored = np.array([[3.0, 4.0], [3.0, -4.0], [1.0, 0.0], [3.0, 4.0]])
    assert ask(head_of(mirrored[:2], "yx", metric="cosine", k=1), 1.0, 0.0).label == "y"
    vote = ask(head_of(mirrored, "xbax", metric="cosine", k=2, weighting="uniform"), 1.0, 0.0)
    assert vote.label == "a"
    assert vote.probabilities == {"a": 0.5, "x": 0.5}


def test_a_cosine_threshold_is_a_cosine_distance() -> None:
    head = head_of(np.array([[1.0, 0.0]]), metric="cosine", threshold=0.41, default_label="?")
    assert ask(head, 300.0, 400.0).label == "0"
    assert ask(head, 2.9, 4.0).label == "?"


# However the rough measure was rounded


@pytest.mark.parametrize("metric", ["squared-euclidean", "cosine"])
@pytest.mark.parametrize("weighting", ["uniform", "inverse-distance"])
@pytest.mark.parametrize("dimension", [1, 2, 16, 127])
@pytest.mark.parametrize("spread", [1.0, 1e-3, 1e-6])
def test_entries_closer_than_the_product_is_exact_are_told_apart(
    metric: str, weighting: str, dimension: int, spread: float
) -> None:
    generator = np.random.default_rng(dimension)
    centre = generator.normal(size=dimension)
    rows = centre + generator.normal(0.0, spread, (200, dimension))
    rows *= 2.0 ** generator.integers(-3, 3, (200, 1)) if metric == "cosine" else 1.0
    k = 1 if weighting == "inverse-distance" else 3
    queries = (centre + generator.normal(0.0, spread, (20, dimension))).astype(np.float32)
    check_exact(head_of(rows, metric=metric, weighting=weighting, dtype="float32", k=k), queries)


@pytest.mark.parametrize("metric", ["squared-euclidean", "cosine"])
@pytest.mark.parametrize("dtype", ["float16", "float32"])
@pytest.mark.parametrize("rows_scale", [1.0, 1e-4, 1e-23, 1e-37, 3e4, 1e30])
@pytest.mark.parametrize("queries_scale", [1.0, 1e-23, 1e-44, 1e20, 1e38])
def test_the_answer_is_exact_where_single_precision_ends(
    metric: str, dtype: str, rows_scale: float, queries_scale: float
) -> None:
    generator = np.random.default_rng(5)
    rows = rows_scale * generator.uniform(-1.0, 1.0, (60, 6))
    if rows_scale == 1e30 and dtype == "float16":
        rows[:] = 65504.0
    queries = (queries_scale * generator.uniform(-3.0, 3.0, (25, 6))).astype(np.float32)
    check_exact(head_of(rows, metric=metric, dtype=dtype, weighting="uniform", k=2), queries)


def test_a_product_beyond_single_precision_hides_no_entry() -> None:
    rows = np.array([[1.2, -1.1, 0.0, 0.0], [0.55, 0.0, 0.0, 0.0], [-1.2, 1.1, 0.0, 0.0], [-0.5, 0.0, 0.0, 0.0]])
    query = np.full((1, 4), 3e38, np.float32)
    for chosen in ([0, 1], [2, 3], [3, 2]):
        check_exact(head_of(rows[chosen], k=1), query)
        check_exact(head_of(rows[chosen], k=1), -query)


@pytest.mark.parametrize("metric", ["squared-euclidean", "cosine"])
def test_ten_thousand_entries_are_measured_by_one_product(metric: str, monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(1)
    head = head_of(generator.normal(size=(10_000, 128)), metric=metric, weighting="uniform")
    products: list[tuple[int, ...]] = []
    genuine = inkmoji.neighbors.matmul

    def counted(left: NDArray[np.float32], right: NDArray[np.float32]) -> NDArray[np.float32]:
        products.append((*left.shape, *right.shape))
        assert left.dtype == right.dtype == np.float32
        return genuine(left, right)

    monkeypatch.setattr(inkmoji.neighbors, "matmul", counted)
    queries = np.concatenate([generator.normal(size=(4, 128)), head.embeddings[[17, 9999]]]).astype(np.float32)
    check_exact(head, queries)
    assert products == [(6, 128, 128, 10_000)]


# Stored types


@pytest.mark.parametrize("metric", ["squared-euclidean", "cosine"])
@pytest.mark.parametrize(("dtype", "stored"), [("float16", np.float16), ("float32", np.float32)])
def test_embeddings_are_stored_in_the_type_of_the_head(metric: str, dtype: str, stored: type[np.floating]) -> None:
    embedding = np.array([0.1, 1.0 + 2.0**-12, 1.0 + 2.0**-40])
    head = head_of(embedding[None], metric=metric, dtype=dtype)
    assert (head.metric, head.dtype) == (metric, dtype)
    assert head.embeddings.dtype == stored
    assert head.embeddings.tolist() == [[float(stored(value)) for value in embedding]]
    assert ask(head, *(float(stored(value)) for value in embedding)).distance == 0.0
    head.embeddings[0] = 9.0
    assert head.embeddings[0, 0] == stored(0.1)


@pytest.mark.parametrize(("dtype", "largest"), [("float16", 65504.0), ("float32", 3.4e38)])
def test_numbers_beyond_the_stored_type_are_refused(dtype: str, largest: float) -> None:
    head = head_of(np.array([[largest, -largest]]), dtype=dtype)
    with refused(HeadError, "head-value", f"finite numbers within {dtype}"):
        head.add(np.array([0.0, largest * 1.01]), "a")
    assert len(head) == 1


@pytest.mark.parametrize("metric", ["squared-euclidean", "cosine"])
def test_a_copy_has_the_metric_and_the_stored_type(metric: str) -> None:
    head = head_of(np.array([[1.0, 2.0]]), metric=metric, dtype="float32")
    copy = head.copy()
    copy.add(np.array([5.0, 0.0]), "new")
    assert (copy.metric, copy.dtype, copy.embeddings.dtype) == (metric, "float32", np.float32)
    assert ask(copy, 5.0, 0.0).label == "new"
    assert len(head) == 1


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"metric": "euclidean"}, ("metric", "squared-euclidean", "cosine", "'euclidean'")),
        ({"metric": None}, ("metric", "None")),
        ({"dtype": "float64"}, ("dtype", "float16", "float32", "'float64'")),
        ({"dtype": np.dtype("float16")}, ("dtype", "dtype('float16')")),
    ],
)
def test_metrics_and_types_that_are_none_are_refused(settings: dict[str, Any], words: tuple[str, ...]) -> None:
    with refused(HeadError, "head-value", *words):
        NearestNeighbors(2, **settings)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("metric", ["squared-euclidean", "cosine"])
def test_queries_that_are_not_finite_are_refused(metric: str, value: float) -> None:
    with refused(HeadError, "head-value", "queries of finite numbers"):
        ask(head_of(np.ones((1, 2)), metric=metric), 0.0, value)
