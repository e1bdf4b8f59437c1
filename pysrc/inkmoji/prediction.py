"""A model's answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from inkmoji.description import FeatureDescription
from inkmoji.features import FeatureValue, Label


@dataclass(frozen=True)
class Prediction:
    """A model's answer.

    Attributes:
        label: the predicted label, or the head's default label; None for a regressor.
        recognized: whether the label was voted for, rather than being the default.
        probabilities: label → share of the vote, largest first; see ``neighbors.Vote``.
        distance: to the nearest stored embedding, in the head's metric; infinite where there is none.
        values: the outputs of a regressor, row by row; empty for a classifier.
        output: the description of what is predicted; the prediction is a feature provider of that one feature.
    """

    label: Label | None
    recognized: bool
    probabilities: Mapping[Label, float]
    distance: float
    values: tuple[float, ...]
    output: FeatureDescription

    @property
    def feature_names(self) -> frozenset[str]:
        """The name of the described output."""
        return frozenset({self.output.name})

    def feature_value(self, name: str) -> FeatureValue | None:
        """The label, or a regressor's values in their shape; None for another name."""
        if name != self.output.name:
            return None
        if self.label is None:
            return FeatureValue.multi_array(np.reshape(self.values, self.output.shape or ()))
        return FeatureValue.string(self.label) if isinstance(self.label, str) else FeatureValue.int64(self.label)
