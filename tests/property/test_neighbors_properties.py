"""The head against sums over every entry, on coordinates with many ties and exact hits, and after any edits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inkmoji import NearestNeighbors
from numpy.typing import NDArray

POINT = st.tuples(st.integers(-3, 3), st.integers(-3, 3))
ENTRIES = st.lists(st.tuples(POINT, st.sampled_from("abc")), min_size=1, max_size=40)
Entries = list[tuple[tuple[int, int], str]]
Kept = list[tuple[NDArray[Any], str, str]]


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


EDITS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), POINT, st.sampled_from("abc")),
        st.tuples(st.just("remove"), st.sets(st.integers(0, 30), max_size=6)),
        st.tuples(st.just("relabel"), st.sets(st.integers(0, 30), max_size=6), st.sampled_from("abcd")),
        st.tuples(st.just("copy")),
    ),
    max_size=25,
)
SETTINGS = st.fixed_dictionaries(
    {
        "k": st.integers(1, 6),
        "weighting": st.sampled_from(["uniform", "inverse-distance"]),
        "metric": st.sampled_from(["squared-euclidean", "cosine"]),
        "dtype": st.sampled_from(["float16", "float32"]),
        "threshold": st.none() | st.floats(0.0, 4.0),
    }
)


def edited(head: NearestNeighbors, kept: Kept, edit: tuple[Any, ...]) -> NearestNeighbors:
    """Makes one edit of the head and of a plain list of its entries; a copy takes the head's place."""
    kind, *values = edit
    if kind == "copy":
        original, head = head, head.copy()
        original.add(np.zeros(2), "left behind")
        original.relabel([0], "left behind")
    elif kind == "add":
        point, label = values
        row = np.array(point) / 3.0  # is rounded
        head.add(row, label, label * 2)
        kept.append((row, label, label * 2))
    else:
        entries = {entry for entry in values[0] if entry < len(kept)}
        getattr(head, kind)(entries, *values[1:])
        if kind == "remove":
            kept[:] = [entry for place, entry in enumerate(kept) if place not in entries]
        for place in entries if kind == "relabel" else ():
            kept[place] = (kept[place][0], values[1], kept[place][2])
    return head


@given(SETTINGS, EDITS, st.lists(POINT, min_size=1, max_size=4))
def test_an_edited_head_is_to_the_bit_one_built_of_what_is_left(
    settings: dict[str, Any], edits: list[tuple[Any, ...]], queries: list[tuple[int, int]]
) -> None:
    head, kept = NearestNeighbors(2, **settings), []
    for edit in edits:
        head = edited(head, kept, edit)
    fresh = NearestNeighbors(2, **settings)
    for row, label, owner in kept:
        fresh.add(row, label, owner)
    assert (head.labels, head.owners) == (fresh.labels, fresh.owners)
    assert np.array_equal(head.embeddings, fresh.embeddings)
    array = np.concatenate([np.array(queries, np.float32), head.embeddings.astype(np.float32)])
    votes, expected = head.vote(array), fresh.vote(array)
    assert votes == expected
    assert [list(vote.probabilities) for vote in votes] == [list(vote.probabilities) for vote in expected]
    for label in "abcd":
        assert head.entries_of(label) == [place for place, entry in enumerate(kept) if entry[1] == label]
        assert head.entries_owned_by(label * 2) == [place for place, entry in enumerate(kept) if entry[2] == label * 2]


@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(1, 30), SETTINGS)
def test_the_nearest_is_the_nearest_of_all_to_the_bit(
    seed: int, dimension: int, count: int, settings: dict[str, Any]
) -> None:
    generator = np.random.default_rng(seed)
    scales = 10.0 ** generator.uniform(-6, 3, (count, 1))
    head = NearestNeighbors(dimension, **settings | {"weighting": "uniform", "threshold": None})
    for place, row in enumerate(generator.normal(0.0, scales, (count, dimension))):
        head.add(row, str(place))
    queries = generator.normal(0.0, 10.0 ** generator.uniform(-30, 30, (3, 1)), (3, dimension)).astype(np.float32)
    rows, exact = head.embeddings.astype(np.float64), queries.astype(np.float64)
    zeros = ~rows.any(axis=1)
    if head.metric == "cosine":
        lengths = [np.sqrt((array**2).sum(axis=1, keepdims=True)) for array in (rows, exact)]
        rows, exact = rows / np.where(lengths[0], lengths[0], 1.0), exact / np.where(lengths[1], lengths[1], 1.0)
    for query, vote in zip(exact, head.vote(queries), strict=True):
        distances = ((rows - query) ** 2).sum(axis=1)
        if head.metric == "cosine":
            distances = np.where(zeros | ~query.any(), 1.0, np.minimum(distances / 2.0, 2.0))
        nearest = np.argsort(distances, kind="stable")[: head.k]
        assert list(vote.probabilities) == [str(place) for place in nearest]
        assert vote.distance == distances[nearest[0]]
