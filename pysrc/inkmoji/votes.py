"""What classifiers answer with: labels and votes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from inkmoji.errors import HeadError
from inkmoji.features import Label, is_unicode


@dataclass(frozen=True)
class Vote:
    """What a classifier says of one query.

    Attributes:
        label: the most voted label, or the default label: when there is no entry, or the nearest is
            farther than the threshold.
        probabilities: each label's share of the votes, the largest first, summing to 1, or to less where the head
            knows how likely it is that the query is none of them: that is the rest. Empty where there is no entry.
            Not thresholded, so that near misses can be offered.
        distance: to the nearest entry, by the head's metric; infinite where there is none, and for networks.
        recognized: whether the label was voted for, rather than being the default.
    """

    label: Label
    probabilities: Mapping[Label, float]
    distance: float
    recognized: bool


def check_label(label: Label, what: str, kinds: tuple[type, ...]) -> None:
    """Checks that a label has one of the types: ``str`` of whole characters, or ``int`` of 64 bits; a bool is none.

    Raises:
        HeadError: ``head-value``.
    """
    if type(label) not in kinds:
        names = " or ".join(kind.__name__ for kind in kinds)
        raise HeadError("head-value", f"expected {what} of type {names}, got {type(label).__name__}")
    if isinstance(label, int) and not -(2**63) <= label < 2**63:
        bits = label.bit_length() + 1  # not the number: Python refuses to write very long ones
        raise HeadError("head-value", f"expected {what} from -2**63 to 2**63 - 1, got a number of {bits} bits")
    if isinstance(label, str) and not is_unicode(label):
        raise HeadError("head-value", f"expected {what} of whole characters, got {label!r} with half a pair")


def check_taught(label: Label, what: str, kinds: tuple[type, ...]) -> None:
    """Checks a label that something is taught as: as ``check_label``, and not empty."""
    check_label(label, what, kinds)
    if label == "":
        raise HeadError("head-value", f"expected {what} of at least one character, got an empty one")
