"""Labels of either type, finding, removing and relabelling entries, and what adding one costs."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pytest
from inkmoji import HeadError, NearestNeighbors
from inkmoji.features import Label
from numpy.typing import NDArray

from tests.engine import refused

METRICS = ["squared-euclidean", "cosine"]


def lettered(labels: str = "abacab", **settings: Any) -> NearestNeighbors:
    """Entries (1, 0), (1, 1), (1, 2) ... with a letter each, every other one owned."""
    head = NearestNeighbors(2, **settings)
    for place, label in enumerate(labels):
        head.add(np.array([1.0, place]), label, f"owner {place // 3}" if place % 2 else "")
    return head


def content(head: NearestNeighbors) -> list[tuple[float, Label, str]]:
    """Second number, label and owner of each entry."""
    return list(zip(head.embeddings[:, 1].tolist(), head.labels, head.owners, strict=True))


def rebuilt(head: NearestNeighbors) -> NearestNeighbors:
    """A new head to which only the present entries were added."""
    fresh = NearestNeighbors(
        head.dimension, head.k, head.weighting, head.default_label, head.threshold, head.metric, head.dtype
    )
    for row, label, owner in zip(head.embeddings, head.labels, head.owners, strict=True):
        fresh.add(row, label, owner)
    return fresh


def answers(head: NearestNeighbors, queries: NDArray[np.float32]) -> list[tuple[Any, ...]]:
    """All of the votes, with the order of their shares."""
    return [(vote.label, list(vote.probabilities.items()), vote.distance) for vote in head.vote(queries)]


# Labels


def test_whole_numbers_are_labels_where_the_default_is_one() -> None:
    head = NearestNeighbors(1, k=2, weighting="uniform", default_label=-1, threshold=4.0)
    for place, label in enumerate([7, 0, -(2**63), 2**63 - 1]):
        head.add(np.array([float(place)]), label)
    vote = head.vote(np.array([[0.9]], np.float32))[0]
    assert (vote.label, vote.probabilities) == (0, {0: 0.5, 7: 0.5})
    assert [type(label) for label in (vote.label, *vote.probabilities)] == [int] * 3
    assert head.vote(np.array([[50.0]], np.float32))[0].label == -1
    assert head.labels == (7, 0, -(2**63), 2**63 - 1)
    head.relabel([0], 0)
    assert head.entries_of(0) == [0, 1]


@pytest.mark.parametrize(
    ("default", "label", "words"),
    [
        ("", 1, ("a label of type str", "got int")),
        ("", None, ("a label of type str", "got NoneType")),
        ("", True, ("a label of type str", "got bool")),
        ("", "", ("a label of at least one character",)),
        ("none", "", ("a label of at least one character",)),
        (0, "1", ("a label of type int", "got str")),
        (0, 1.0, ("a label of type int", "got float")),
        (0, False, ("a label of type int", "got bool")),
        (0, np.int64(1), ("a label of type int", "got int64")),
        (0, 2**63, ("a label from -2**63 to 2**63 - 1", "of 65 bits")),
        (0, -(2**63) - 1, ("a label from -2**63 to 2**63 - 1", "of 65 bits")),
        pytest.param(0, 10**5000, ("a label from -2**63 to 2**63 - 1",), id="longer than Python writes"),
    ],
)
def test_a_label_of_another_type_or_size_is_refused_and_changes_nothing(
    default: Label, label: Any, words: tuple[str, ...]
) -> None:
    head = NearestNeighbors(1, default_label=default)
    head.add(np.array([0.0]), "a" if isinstance(default, str) else 5)
    before = head.labels
    with refused(HeadError, "head-value", *words):
        head.add(np.array([1.0]), label)
    with refused(HeadError, "head-value", *words):
        head.relabel([0], label)
    assert head.labels == before


@pytest.mark.parametrize(
    ("default", "words"),
    [
        (None, ("a default label of type str or int", "got NoneType")),
        (True, ("a default label of type str or int", "got bool")),
        (0.5, ("got float",)),
        (2**63, ("a default label from -2**63 to 2**63 - 1",)),
    ],
)
def test_a_default_label_that_is_no_label_is_refused(default: Any, words: tuple[str, ...]) -> None:
    with refused(HeadError, "head-value", *words):
        NearestNeighbors(1, default_label=default)


# Edits


def test_entries_are_found_by_label_and_by_owner() -> None:
    head = lettered()
    assert [head.entries_of(label) for label in ("a", "b", "c", "d", "")] == [[0, 2, 4], [1, 5], [3], [], []]
    owners = ("owner 0", "owner 1", "", "owner 2")
    assert [head.entries_owned_by(owner) for owner in owners] == [[1], [3, 5], [0, 2, 4], []]


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize(
    "entries", [[], [0], [5], [4, 1], [5, 0, 3], list(range(6)), (2,), {1, 2}, range(0, 6, 2), np.array([3, 0])]
)
def test_removed_entries_are_gone_and_the_others_keep_their_order(metric: str, entries: Iterable[int]) -> None:
    head = lettered(metric=metric)
    gone = set(entries)
    left = [item for place, item in enumerate(content(head)) if place not in gone]
    head.remove(iter(entries))
    assert content(head) == left
    assert len(head) == 6 - len(gone)
    head.add(np.array([1.0, 99.0]), "new", "me")
    assert content(head) == [*left, (99.0, "new", "me")]


def test_a_head_whose_last_entry_was_removed_answers_as_an_empty_one() -> None:
    head = lettered("a", default_label="none")
    head.remove(head.entries_of("a"))
    assert answers(head, np.ones((1, 2), np.float32)) == [("none", [], float("inf"))]
    assert head.embeddings.shape == (0, 2)


def test_relabelled_entries_vote_for_their_new_label_and_keep_the_rest() -> None:
    head = lettered(k=1)
    before = content(head)
    head.relabel((entry for entry in (4, 0)), "z")
    head.relabel([], "never")
    assert content(head) == [(number, label, owner) for label, (number, _, owner) in zip("zbaczb", before, strict=True)]
    assert head.vote(np.array([[1.0, 4.0]], np.float32))[0].probabilities == {"z": 1.0}


EDITS: list[Callable[[NearestNeighbors, Any], None]] = [
    lambda head, entries: head.remove(entries),
    lambda head, entries: head.relabel(entries, "z"),
]


@pytest.mark.parametrize("edit", EDITS, ids=["remove", "relabel"])
@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ([0, 6], ("from 0, below 6", "got 6")),
        ([2, -1], ("from 0, below 6", "got -1")),
        ([0, 1, 0], ("each entry once", "got 0 twice")),
        ([3, np.int64(3)], ("each entry once", "got 3 twice")),
        ([0, True], ("got True",)),
        ([0, 1.0], ("got 1.0",)),
        ([0, "1"], ("got '1'",)),
        ([0, None], ("got None",)),
    ],
)
def test_entries_that_are_not_there_or_come_twice_are_refused_and_nothing_is_changed(
    edit: Callable[[NearestNeighbors, Any], None], entries: list[Any], words: tuple[str, ...]
) -> None:
    head = lettered()
    before = content(head)
    with refused(HeadError, "head-value", *words):
        edit(head, entries)
    assert content(head) == before


@pytest.mark.parametrize("edit", EDITS, ids=["remove", "relabel"])
def test_an_empty_head_has_no_entry_to_edit(edit: Callable[[NearestNeighbors, Any], None]) -> None:
    head = NearestNeighbors(2)
    edit(head, [])
    with refused(HeadError, "head-value", "below 0", "got 0"):
        edit(head, [0])


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("dtype", ["float16", "float32"])
@pytest.mark.parametrize("weighting", ["uniform", "inverse-distance"])
def test_an_edited_head_answers_to_the_bit_as_one_that_never_had_the_rest(
    metric: str, dtype: str, weighting: str
) -> None:
    generator = np.random.default_rng(3)
    head = NearestNeighbors(9, 5, weighting, metric=metric, dtype=dtype)
    queries = generator.normal(size=(12, 9)).astype(np.float32)
    for _ in range(8):
        for row in generator.normal(0.0, 10.0 ** generator.uniform(-3, 3), (9, 9)):
            head.add(row, "abc"[generator.integers(3)])
        head.remove(generator.choice(len(head), 4, replace=False).tolist())
        head.relabel(generator.choice(len(head), 3, replace=False).tolist(), "d")
        asked = np.concatenate([queries, head.embeddings[::5].astype(np.float32)])
        assert answers(head, asked) == answers(rebuilt(head), asked)
    assert len(head) == 40


@pytest.mark.parametrize("metric", METRICS)
def test_edits_of_a_copy_and_of_its_original_leave_the_other_alone(metric: str) -> None:
    head = lettered(metric=metric)
    before, queries = content(head), np.array([[1.0, 2.0], [0.5, -3.0]], np.float32)
    told = answers(head, queries)
    copy = head.copy()
    copy.relabel([2], "copied")
    copy.remove([0, 1])
    copy.add(np.array([1.0, 2.0]), "copied")
    assert (content(head), answers(head, queries)) == (before, told)
    changed = content(copy), answers(copy, queries)
    head.relabel([2, 3], "original")
    head.remove([5])
    assert (content(copy), answers(copy, queries)) == changed


# Cost


@pytest.mark.parametrize(("metric", "matrices"), [("squared-euclidean", 1), ("cosine", 2)])
def test_ten_thousand_entries_are_added_to_few_arrays(metric: str, matrices: int) -> None:
    head = NearestNeighbors(4, metric=metric)
    buffers: dict[int, NDArray[Any]] = {}  # held, so that no address is used again
    for number in range(10_000):
        head.add(np.array([1.0, 2.0, 3.0, number % 7]), "a")
        buffers |= {id(value): value for value in vars(head).values() if isinstance(value, np.ndarray)}
    sizes = sorted({len(array) for array in buffers.values()})
    assert sizes == [16 * 2**power for power in range(11)]
    assert sum(array.ndim == 2 for array in buffers.values()) == matrices * len(sizes)
    assert len(buffers) == (matrices + 1) * len(sizes)


@pytest.mark.parametrize("metric", METRICS)
def test_adding_an_entry_copies_none_of_the_others(metric: str) -> None:
    head = NearestNeighbors(64, metric=metric)
    row = np.arange(64.0)
    for _ in range(5_000):
        head.add(row, "a")
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(100):
            head.add(row, "a")
        most = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    assert most < 5_000 * 64  # a quarter of what the entries take


def test_many_entries_at_once_are_as_one_after_the_other_and_none_where_one_is_refused() -> None:
    rows, labels, owners = np.arange(40.0).reshape(20, 2), list("abcde" * 4), [f"{index}" for index in range(20)]
    single, whole = NearestNeighbors(2), NearestNeighbors(2)
    for row, label, owner in zip(rows, labels, owners, strict=True):
        single.add(row, label, owner)
    whole.add_all(rows, labels, owners)
    assert whole.vote(rows + 0.3) == single.vote(rows + 0.3)
    assert (whole.labels, whole.owners) == (single.labels, single.owners)
    for code, given in (
        ("head-value", (rows, [*labels[:-1], ""], owners)),
        ("head-shape", (rows, labels[:-1], owners[:-1])),
        ("head-shape", (rows, labels, owners[:-1])),
        ("head-value", (np.where(rows == 39.0, np.nan, rows), labels, owners)),
        ("head-value", (rows * 1e6, labels, owners)),
    ):
        with refused(HeadError, code):
            whole.add_all(*given)
        assert whole.vote(rows + 0.3) == single.vote(rows + 0.3)
        assert len(whole) == 20
