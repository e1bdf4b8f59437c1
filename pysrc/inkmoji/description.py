"""What a model takes, gives and allows: the counterparts of ``MLModelDescription`` and its parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

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
        whole = all(type(side) is int for side in (self.width, self.height, self.channels))
        if not whole or not (8 <= self.width <= 1024 and 8 <= self.height <= 1024 and self.channels in (1, 3)):
            raise FeatureError(
                "feature-shape",
                "expected an image constraint of 8 to 1024 pixels a side and 1 or 3 channels, "
                f"got {self.width!r} x {self.height!r} x {self.channels!r}",
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
        if not isinstance(self.name, str) or not isinstance(self.type, FeatureType):
            got = f"{self.name!r} and {self.type!r}"
            raise FeatureError("feature-type", f"expected a name and a FeatureType, got {got}")
        if (self.type is FeatureType.IMAGE) != (self.image is not None):
            raise FeatureError(
                "feature-type", f"expected an image constraint for image features only, at {self.name!r}"
            )
        if (self.type is FeatureType.MULTI_ARRAY) != (self.shape is not None):
            raise FeatureError("feature-type", f"expected a shape for multi-array features only, at {self.name!r}")
        if self.shape is not None:
            given = tuple(self.shape) if isinstance(self.shape, Sequence) else (None,)
            if not all(type(side) is int and side >= 1 for side in given):
                raise FeatureError(
                    "feature-shape", f"expected a shape of whole numbers from 1 at {self.name!r}, got {self.shape!r}"
                )
            object.__setattr__(self, "shape", given)

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
        if value is not None and not isinstance(value, FeatureValue):
            raise FeatureError(
                "feature-type",
                f"expected a FeatureValue for {self.name!r}, got {type(value).__name__}; "
                "wrap it, for instance with FeatureValue.string(...)",
            )
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

    def __post_init__(self) -> None:
        for name in ("inputs", "outputs", "training_inputs", "parameters"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        object.__setattr__(self, "metadata", MappingProxyType(dict(self.metadata)))
