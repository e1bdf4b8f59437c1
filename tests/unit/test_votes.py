"""Labels that are none, and votes that say whether they are one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from inkmoji import HeadError, NearestNeighbors, NetworkClassifier
from inkmoji.votes import check_label, check_taught

from tests.engine import refused
from tests.updatable import tail_network


@pytest.mark.parametrize("label", ["a", "", "👩‍🚀", 0, -1, 2**63 - 1, -(2**63)])
def test_texts_and_whole_numbers_of_64_bits_are_labels(label: Any) -> None:
    check_label(label, "a label", (str, int))


@pytest.mark.parametrize(
    ("label", "words"),
    [
        (True, "of type str or int, got bool"),
        (None, "got NoneType"),
        (1.0, "got float"),
        (np.int64(5), "got int64"),
        (np.str_("a"), "got str_"),
        (b"a", "got bytes"),
        (2**63, "from -2**63 to 2**63 - 1, got a number of 65 bits"),
        (10**6000, "got a number of 19933 bits"),
        ("\ud83d", "of whole characters"),
        ("a\udc00", "of whole characters"),
    ],
    ids=lambda value: str(value)[:12] if isinstance(value, str) else type(value).__name__,
)
def test_anything_else_is_none(label: Any, words: str) -> None:
    with refused(HeadError, "head-value", "a label", words):
        check_label(label, "a label", (str, int))


def test_nothing_is_taught_under_an_empty_text() -> None:
    check_taught(0, "a label", (int,))
    with refused(HeadError, "head-value", "at least one character"):
        check_taught("", "a label", (str,))


@pytest.mark.parametrize("default", ["none", 0, ""])
def test_a_label_that_was_taught_is_recognised_even_if_it_is_the_default(default: Any) -> None:
    head = NearestNeighbors(1, 1, default_label=default, threshold=1.0)
    assert not head.vote([[0.0]])[0].recognized
    taught = default or "a" if isinstance(default, str) else default
    head.add([0.0], taught)
    near, far = head.vote([[0.5], [3.0]])
    assert (near.label, near.recognized) == (taught, True)
    assert (far.label, far.recognized) == (default, False)


def test_a_networks_answer_is_always_recognised() -> None:
    head = NetworkClassifier(tail_network(2), ("a", "b"))
    assert all(vote.recognized for vote in head.vote(np.zeros((3, 4), np.float32)))
