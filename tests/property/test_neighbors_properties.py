"""The head against sums over every entry, on coordinates with many ties and exact hits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inkmoji import NearestNeighbors

POINT = st.tuples(st.integers(-3, 3), st.integers(-3, 3))
ENTRIES = st.lists(st.tuples(POINT, st.sampled_from("abc")), min_size=1, max_size=40)
Entries = list[tuple[tuple[int, int], str]]


def head_of(entries: Entries, k: int, weighting: str) -> NearestNeighbors:
    head = NearestNeighbors(2, k, weighting)
    for point, label in entries:
        head.add(np.array(point, np.float32), label)
    return head


@given(ENTRIES, POINT, st.integers(1, 6) | st.integers(1, 50), st.sampled_from(["uniform", "inverse-distance"]))
def test_a_vote_is_counted_by_hand(entries: Entries, query: tuple[int, int], k: int, weighting: str) -> None:
    (vote,) = head_of(entries, k, weighting).vote(np.array([query], np.float32))
    squared = [(x - query[0]) ** 2 + (y - query[1]) ** 2 for (x, y), _ in entries]
    nearest = sorted(range(len(entries)), key=lambda place: (squared[place], place))[:k]
    shares: dict[str, float] = {}
    for place in nearest:
        hit_only = weighting == "inverse-distance" and squared[nearest[0]] == 0
        weight = float(squared[place] == 0) if hit_only else 1.0
        if weighting == "inverse-distance" and not hit_only:
            weight = 1.0 / squared[place] ** 0.5
        shares[entries[place][1]] = shares.get(entries[place][1], 0.0) + weight
    total = sum(shares.values())
    assert dict(vote.probabilities) == pytest.approx({label: share / total for label, share in shares.items() if share})
    assert vote.distance == squared[nearest[0]]
    assert shares[vote.label] == pytest.approx(max(shares.values()))


@given(ENTRIES, st.lists(POINT, max_size=5), st.integers(1, 5))
def test_asking_changes_nothing_and_a_copy_answers_the_same(
    entries: Entries, queries: list[tuple[int, int]], k: int
) -> None:
    head = head_of(entries, k, "inverse-distance")
    array = np.array(queries, np.float32).reshape(-1, 2)
    votes = head.vote(array)
    assert head.copy().vote(array) == votes
    assert head.vote(array) == votes
    assert [head.vote(array[place : place + 1])[0] for place in range(len(array))] == votes


@given(st.integers(1, 20), st.integers(0, 2**32 - 1), st.integers(1, 6))
def test_an_entry_is_the_nearest_to_itself(dimension: int, seed: int, count: int) -> None:
    generator = np.random.default_rng(seed)
    rows = generator.normal(0.0, 10.0 ** generator.uniform(-3, 3), (count, dimension)).astype(np.float16)
    head = NearestNeighbors(dimension, k=1)
    for index, row in enumerate(rows):
        head.add(row, str(index))
    for index, vote in enumerate(head.vote(rows.astype(np.float32))):
        assert vote.distance == 0.0
        assert np.array_equal(rows[int(vote.label)], rows[index])
