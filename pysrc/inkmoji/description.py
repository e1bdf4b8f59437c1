"""What a model takes, gives and allows: the counterparts of ``MLModelDescription`` and its parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from inkmoji.errors import FeatureError
from inkmoji.features import FeatureProvider, FeatureType, FeatureValue
from inkmoji.parameters import ParameterDescription


@dataclass(frozen=True)
class ImageConstraint:
    """The picture that an image feature must become.

    Attributes:
        width, height: in pixels, each at least 8 (below that no drawing is left).
        channels: 1 (grey) or 3 (the same grey three times).
    """

    width: int
    height: int
    channels: int = 1

    def __post_init__(self) -> None:
        if not (8 <= self.width <= 1024 and 8 <= self.height <= 1024 and self.channels in (1, 3)):
            raise FeatureError(
                "feature-shape",
                "expected an image constraint of 8 to 1024 pixels a side and 1 or 3 channels, "
                f"got {self.width} x {self.height} x {self.channels}",
            )


@dataclass(frozen=True)
class FeatureDescription:
    """Name, type and shape of one feature.

    Attributes:
        name: the feature's name.
        type: its type.
        image: the constraint of an image feature, else None.
        shape: the shape of a multi-array feature, else None.
    """

    name: str
    type: FeatureType
    image: ImageConstraint | None = None
    shape: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        if (self.type is FeatureType.IMAGE) != (self.image is not None):
            raise FeatureError(
                "feature-type", f"expected an image constraint for image features only, at {self.name!r}"
            )
        if (self.type is FeatureType.MULTI_ARRAY) != (self.shape is not None):
            raise FeatureError("feature-type", f"expected a shape for multi-array features only, at {self.name!r}")

    def value_in(self, provider: FeatureProvider) -> FeatureValue:
        """The provider's value for this feature, checked.

        Raises:
            FeatureError: ``feature-missing``, ``feature-type``, ``feature-shape``, or ``feature-value`` for an array
                with NaN or infinity in it.
        """
        if not isinstance(provider, FeatureProvider):
            raise FeatureError(
                "feature-type", f"expected a feature provider, got {type(provider).__name__}; use DictFeatureProvider"
            )
        value = provider.feature_value(self.name)
        if value is None:
            got = ", ".join(sorted(map(repr, provider.feature_names))) or "none"
            raise FeatureError(
                "feature-missing",
                f"the model expects a feature {self.name!r} of type {self.type.value}, got these features: {got}",
            )
        if value.type is not self.type:
            raise FeatureError(
                "feature-type",
                f"the model expects {self.name!r} to be of type {self.type.value}, got {value.type.value}",
            )
        if isinstance(value.content, np.ndarray) and value.content.shape != self.shape:
            raise FeatureError(
                "feature-shape", f"the model expects {self.name!r} of shape {self.shape}, got {value.content.shape}"
            )
        if isinstance(value.content, np.ndarray) and not np.isfinite(value.content).all():
            raise FeatureError("feature-value", f"the model expects finite {self.name!r}, got NaN or infinity")
        return value


@dataclass(frozen=True)
class ModelDescription:
    """Everything a caller must know to use a model.

    Attributes:
        inputs: what ``predict`` takes: one feature, an image or a multi-array.
        outputs: what it answers; the first is the predicted label, or a regressor's values.
        training_inputs: what one training example must hold: the input and the target; empty if it cannot be updated.
        parameters: what an update may set, with defaults and what is allowed; weights and biases are not listed.
        metadata: free texts: author, licence, version, what it was trained on.
    """

    inputs: tuple[FeatureDescription, ...]
    outputs: tuple[FeatureDescription, ...]
    training_inputs: tuple[FeatureDescription, ...]
    parameters: tuple[ParameterDescription, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
