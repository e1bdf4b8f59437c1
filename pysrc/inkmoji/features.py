"""Values that go into and come out of a model, and how they are handed over.

The counterparts of Core ML's ``MLFeatureValue``, ``MLFeatureProvider``, ``MLDictionaryFeatureProvider``,
``MLBatchProvider`` and ``MLArrayBatchProvider``. Values are immutable: arrays are copied in and read-only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from inkmoji.errors import DrawingError, FeatureError, shown


class FeatureType(Enum):
    """What kind of value a feature holds."""

    IMAGE = "image"
    STRING = "string"
    INT64 = "int64"
    DOUBLE = "double"
    MULTI_ARRAY = "multi-array"


@dataclass(frozen=True, eq=False)
class Strokes:
    """A drawing as pen strokes.

    Attributes:
        points: (P, 2) x and y of all strokes one after the other, y downwards, any unit.
        lengths: (S,) how many of the points belong to each stroke; each at least 1, summing to P.
    """

    points: NDArray[np.float64] | NDArray[np.uint16]
    lengths: NDArray[np.intp]

    @classmethod
    def of(cls, strokes: Sequence[ArrayLike]) -> Strokes:
        """Joins separate strokes, each (n, 2), to one drawing.

        Raises:
            DrawingError: ``drawing-malformed`` when a stroke is not (n, 2) numbers.
        """
        try:
            arrays = [np.asarray(stroke, dtype=np.float64) for stroke in strokes]
        except (TypeError, ValueError) as error:
            raise DrawingError(
                "drawing-malformed", f"expected each stroke as (n, 2) numbers, got something else: {error}"
            ) from error
        for index, array in enumerate(arrays):
            if array.ndim != 2 or array.shape[1] != 2:
                raise DrawingError(
                    "drawing-malformed",
                    f"expected each stroke as an array of shape (n, 2), got shape {array.shape} for stroke {index}",
                )
        points = np.concatenate(arrays) if arrays else np.empty((0, 2))
        return cls(points, np.array([len(array) for array in arrays], dtype=np.intp))


@dataclass(frozen=True, eq=False)
class Picture:
    """A drawing as pixels.

    Attributes:
        pixels: uint8, either (H, W, 4) RGBA, not premultiplied, or (H, W) ink coverage, 255 = ink.
    """

    pixels: NDArray[np.uint8]


Drawing = Strokes | Picture
Label = str | int
"""What a classifier answers: a text, or a whole number of 64 bits; one model has labels of one type."""
Content = Drawing | str | int | float | NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class FeatureValue:
    """One value with its type; made by the class methods, never changed.

    Attributes:
        type: what it is.
        content: ``Strokes`` or ``Picture`` for an image, else str, int, float or a read-only float32 array.
    """

    type: FeatureType
    content: Content

    @property
    def drawing(self) -> Drawing:
        """The content of an image value; FeatureError for any other."""
        if not isinstance(self.content, Strokes | Picture):
            raise FeatureError("feature-type", f"expected an image, got {self.type.value}")
        return self.content

    @property
    def text(self) -> str:
        """The content of a string value; FeatureError for any other."""
        if not isinstance(self.content, str):
            raise FeatureError("feature-type", f"expected a string, got {self.type.value}")
        return self.content

    @property
    def array(self) -> NDArray[np.float32]:
        """The content of a multi-array value; FeatureError for any other."""
        if not isinstance(self.content, np.ndarray):
            raise FeatureError("feature-type", f"expected a multi-array, got {self.type.value}")
        return self.content

    @property
    def label(self) -> Label:
        """The content of a string or an int64 value; FeatureError for any other."""
        if self.type not in (FeatureType.STRING, FeatureType.INT64):
            raise FeatureError("feature-type", f"expected a string or an int64, got {self.type.value}")
        return self.content  # type: ignore[return-value]

    @classmethod
    def image(cls, drawing: Drawing) -> FeatureValue:
        """A drawing; it is prepared for the model's image constraint when it is used."""
        try:
            if isinstance(drawing, Strokes):
                return cls(FeatureType.IMAGE, Strokes(_frozen(drawing.points), _frozen(drawing.lengths)))
            if isinstance(drawing, Picture):
                return cls(FeatureType.IMAGE, Picture(_frozen(drawing.pixels)))
        except ValueError as error:  # nested lists of different lengths
            raise DrawingError("drawing-malformed", f"expected arrays of numbers, got {error}") from error
        raise FeatureError("feature-type", f"expected a drawing (Strokes or Picture), got {type(drawing).__name__}")

    @classmethod
    def string(cls, text: str) -> FeatureValue:
        """A text."""
        if not isinstance(text, str):
            raise FeatureError("feature-type", f"expected a str, got {type(text).__name__}")
        if not is_unicode(text):
            raise FeatureError("feature-type", f"expected a str of whole characters, got {text!r} with half a pair")
        return cls(FeatureType.STRING, text)

    @classmethod
    def int64(cls, number: int) -> FeatureValue:
        """A whole number of -2**63 to 2**63 - 1; a bool is refused."""
        if isinstance(number, bool) or not isinstance(number, int | np.integer):
            raise FeatureError("feature-type", f"expected an int, got {type(number).__name__}")
        if not -(2**63) <= int(number) < 2**63:
            raise FeatureError("feature-type", f"expected an int of at most 64 bits, got {shown(number)}")
        return cls(FeatureType.INT64, int(number))

    @classmethod
    def double(cls, number: float) -> FeatureValue:
        """A real number; a bool is refused."""
        if isinstance(number, bool) or not isinstance(number, int | float | np.integer | np.floating):
            raise FeatureError("feature-type", f"expected a float, got {type(number).__name__}")
        try:
            return cls(FeatureType.DOUBLE, float(number))
        except OverflowError as error:
            raise FeatureError("feature-type", "expected a float, got an int too large for one") from error

    @classmethod
    def multi_array(cls, array: ArrayLike) -> FeatureValue:
        """An array of numbers, copied as read-only float32 of the same shape."""
        try:
            values = np.asarray(array)
        except ValueError as error:
            raise FeatureError("feature-type", f"expected an array of numbers, got {error}") from error
        if values.dtype.kind not in "fiu":
            raise FeatureError("feature-type", f"expected an array of real numbers, got one of {values.dtype}")
        with np.errstate(over="ignore"):  # what float32 cannot hold becomes infinite
            return cls(FeatureType.MULTI_ARRAY, _frozen(values.astype(np.float32)))


def is_unicode(text: str) -> bool:
    """Whether UTF-8 can hold the text: it cannot hold half of a surrogate pair, which a host may hand over."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def frozen(array: NDArray[Any]) -> NDArray[Any]:
    """The array where nobody can write to it, else a copy to which nobody can."""
    return _frozen(array) if array.flags.writeable else array


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    copy = np.array(array)
    copy.flags.writeable = False
    return copy


@runtime_checkable
class FeatureProvider(Protocol):
    """Anything that hands out named feature values."""

    @property
    def feature_names(self) -> frozenset[str]:
        """The names of all features it holds."""

    def feature_value(self, name: str) -> FeatureValue | None:
        """The value of that name, or None where there is none."""


@runtime_checkable
class BatchProvider(Protocol):
    """A sequence of feature providers."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int, /) -> FeatureProvider: ...


class DictFeatureProvider:
    """A feature provider over a dictionary, copied when made."""

    def __init__(self, features: Mapping[str, FeatureValue]) -> None:
        """Takes name → value.

        Raises:
            FeatureError: ``feature-type`` for anything but a dictionary of ``FeatureValue``.
        """
        if not isinstance(features, Mapping):
            raise FeatureError(
                "feature-type", f"expected a dictionary of names and FeatureValues, got {type(features).__name__}"
            )
        for name, value in features.items():
            if not isinstance(value, FeatureValue):
                raise FeatureError(
                    "feature-type",
                    f"expected a FeatureValue for {name!r}, got {type(value).__name__}; "
                    "wrap it, for instance with FeatureValue.string(...)",
                )
        self._features = dict(features)

    @property
    def feature_names(self) -> frozenset[str]:
        """The names of all features."""
        return frozenset(self._features)

    def feature_value(self, name: str) -> FeatureValue | None:
        """The value of that name, or None."""
        return self._features.get(name)


class ArrayBatch:
    """A batch over a sequence of feature providers, copied when made."""

    def __init__(self, providers: Iterable[FeatureProvider]) -> None:
        if not isinstance(providers, Iterable):
            raise FeatureError("feature-type", f"expected feature providers, got {type(providers).__name__}")
        self._providers = tuple(providers)

    def __len__(self) -> int:
        return len(self._providers)

    def __getitem__(self, index: int, /) -> FeatureProvider:
        return self._providers[index]

    def __iter__(self) -> Iterator[FeatureProvider]:
        return iter(self._providers)
