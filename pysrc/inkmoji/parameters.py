"""What an update may be asked to use instead of a model's own: the counterparts of ``MLParameterKey``,
``MLParameterDescription`` and ``MLNumericConstraint``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from inkmoji.errors import ParameterError, shown


@dataclass(frozen=True)
class ParameterKey:
    """The name of a parameter; the class's constants are all there are.

    ``WEIGHTS`` and ``BIASES`` mean something only within a layer: ``ParameterKey.WEIGHTS.scoped("dense")``.

    Attributes:
        name: what it is.
        scope: name of the layer that it belongs to, None for the whole model.
    """

    name: str
    scope: str | None = None

    LEARNING_RATE: ClassVar[ParameterKey]
    MOMENTUM: ClassVar[ParameterKey]
    BETA1: ClassVar[ParameterKey]
    BETA2: ClassVar[ParameterKey]
    EPS: ClassVar[ParameterKey]
    MINI_BATCH_SIZE: ClassVar[ParameterKey]
    EPOCHS: ClassVar[ParameterKey]
    SHUFFLE: ClassVar[ParameterKey]
    SEED: ClassVar[ParameterKey]
    NUMBER_OF_NEIGHBORS: ClassVar[ParameterKey]
    WEIGHTS: ClassVar[ParameterKey]
    BIASES: ClassVar[ParameterKey]

    def scoped(self, layer: str) -> ParameterKey:
        """The same parameter of one layer."""
        return replace(self, scope=layer)

    def __str__(self) -> str:
        return self.name if self.scope is None else f"{self.name} of layer {self.scope!r}"


ParameterKey.LEARNING_RATE = ParameterKey("learning-rate")
ParameterKey.MOMENTUM = ParameterKey("momentum")
ParameterKey.BETA1 = ParameterKey("beta1")
ParameterKey.BETA2 = ParameterKey("beta2")
ParameterKey.EPS = ParameterKey("eps")
ParameterKey.MINI_BATCH_SIZE = ParameterKey("mini-batch-size")
ParameterKey.EPOCHS = ParameterKey("epochs")
ParameterKey.SHUFFLE = ParameterKey("shuffle")
ParameterKey.SEED = ParameterKey("seed")
ParameterKey.NUMBER_OF_NEIGHBORS = ParameterKey("number-of-neighbors")
ParameterKey.WEIGHTS = ParameterKey("weights")
ParameterKey.BIASES = ParameterKey("biases")

Scalar = int | float | bool
ParameterValue = Scalar | NDArray[np.float32]

# Key → the least and the largest value that any model may allow.
_WHOLE = {
    ParameterKey.MINI_BATCH_SIZE: (1, 2**31),
    ParameterKey.EPOCHS: (1, 2**31),
    ParameterKey.SEED: (0, 2**53),
    ParameterKey.NUMBER_OF_NEIGHBORS: (1, 1000),
}
_BELOW_ONE = math.nextafter(1.0, 0.0)
_REAL = {
    ParameterKey.LEARNING_RATE: (0.0, 1e6),
    ParameterKey.MOMENTUM: (0.0, 1.0),
    ParameterKey.BETA1: (0.0, _BELOW_ONE),
    ParameterKey.BETA2: (0.0, _BELOW_ONE),
    ParameterKey.EPS: (1e-30, 1.0),  # smaller ones vanish in float32
}
_ARRAYS = {ParameterKey.WEIGHTS.name, ParameterKey.BIASES.name}
SCALAR_KEYS = (*_WHOLE, *_REAL, ParameterKey.SHUFFLE)
"""The keys that a description may list; those of weights and biases follow from a model's layers."""


def limits(key: ParameterKey) -> tuple[int | float, int | float]:
    """The least and the largest value that any model may allow for a number."""
    return _WHOLE[key] if key in _WHOLE else _REAL[key]


@dataclass(frozen=True)
class ParameterDescription:
    """Type, default and allowed values of one parameter; its type follows from the key.

    Whole numbers (mini-batch size, epochs, seed, number of neighbours) have a range or a set of allowed values,
    real numbers (learning rate, momentum, beta1, beta2, eps) a range. ``SHUFFLE`` is a bool. Weights and biases are
    finite float32 arrays of the default's shape.

    Attributes:
        key: the parameter.
        default: used where nothing is asked for.
        minimum, maximum: the range of a number, bounds included.
        allowed: the set, for a whole number without a range.

    Raises:
        ParameterError: ``parameter-unknown`` for a key that is none; ``parameter-value`` for a range or set that its
            type has not, one with values that no training can use, or a default outside of it.
    """

    key: ParameterKey
    default: ParameterValue
    minimum: int | float | None = None
    maximum: int | float | None = None
    allowed: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.key, ParameterKey):
            raise ParameterError("parameter-unknown", f"expected a ParameterKey, got {self.key!r}")
        object.__setattr__(self, "allowed", tuple(self.allowed))
        array = self.key.name in _ARRAYS and self.key.scope is not None
        if not array and self.key not in SCALAR_KEYS:
            names = ", ".join(map(str, SCALAR_KEYS))
            raise ParameterError("parameter-unknown", f"expected one of the parameters {names}; got {self.key}")
        range_given = (self.minimum is not None) + (self.maximum is not None)
        if self.key in _WHOLE:
            fits = range_given == 0 if self.allowed else range_given == 2
        else:
            fits = not self.allowed and range_given == (2 if self.key in _REAL else 0)
        if not fits:
            raise ParameterError(
                "parameter-value",
                f"expected minimum and maximum for a number, or a set for a whole number, and neither for {self.key} "
                "if it is none; got another combination",
            )
        for bound in (self.minimum, self.maximum, *self.allowed):
            self._check_bound(bound)
        self.check(self.default)

    def check(self, value: object) -> ParameterValue:
        """The value in the parameter's own type, if it is allowed; an array as a read-only copy.

        Raises:
            ParameterError: ``parameter-value`` with the value and what is allowed.
        """
        if self.key in _WHOLE:
            if _is_whole(value) and self._admits(int(value)):  # type: ignore[call-overload]
                return int(value)  # type: ignore[call-overload,no-any-return]
        elif self.key in _REAL:
            if _is_real(value) and self._admits(value):  # type: ignore[arg-type]
                return float(value)  # type: ignore[arg-type]
        elif self.key == ParameterKey.SHUFFLE:
            if isinstance(value, bool | np.bool_):
                return bool(value)
        else:
            return self._checked_array(value)
        raise ParameterError("parameter-value", f"expected {self.key} to be {self._words()}, got {shown(value)}")

    def _admits(self, value: int | float) -> bool:
        if self.minimum is None or self.maximum is None:
            return value in self.allowed
        return self.minimum <= value <= self.maximum

    def _words(self) -> str:
        if self.key == ParameterKey.SHUFFLE:
            return "True or False"
        kind = "a whole number" if self.key in _WHOLE else "a number"
        if self.allowed:
            return f"{kind} of {sorted(self.allowed)}"
        return f"{kind} from {self.minimum} to {self.maximum}"

    def _check_bound(self, bound: int | float | None) -> None:
        if bound is None:
            return
        least, most = limits(self.key)
        right_type = _is_whole(bound) if self.key in _WHOLE else _is_real(bound)
        if not right_type or not least <= bound <= most:
            kind = "whole numbers" if self.key in _WHOLE else "numbers"
            raise ParameterError(
                "parameter-value", f"expected bounds of {self.key} as {kind} from {least} to {most}, got {shown(bound)}"
            )

    def _checked_array(self, value: object) -> NDArray[np.float32]:
        shape = np.shape(self.default)
        try:
            array = np.asarray(value)
        except ValueError as error:  # nested lists of different lengths
            raise ParameterError("parameter-value", f"expected {self.key} as an array, got {error}") from error
        if array.dtype.kind not in "fiu" or array.shape != shape:
            raise ParameterError(
                "parameter-value",
                f"expected {self.key} as numbers of shape {shape}, got {array.dtype} of shape {array.shape}",
            )
        with np.errstate(over="ignore"):  # what float32 cannot hold becomes infinite and is refused
            single = array.astype(np.float32)
        if not np.isfinite(single).all():
            raise ParameterError("parameter-value", f"expected finite {self.key}, got NaN or infinity")
        single.flags.writeable = False
        return single


def _is_whole(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _is_real(value: object) -> bool:
    return _is_whole(value) or isinstance(value, float | np.floating)


def checked(
    descriptions: Iterable[ParameterDescription], values: Mapping[ParameterKey, object]
) -> dict[ParameterKey, ParameterValue]:
    """The values, each as its description allows it.

    Raises:
        ParameterError: ``parameter-unknown`` with what is known, or ``parameter-value``.
    """
    known = {description.key: description for description in descriptions}
    return {key: described(known, key).check(value) for key, value in as_mapping(values).items()}


def as_mapping(values: Mapping[ParameterKey, object]) -> Mapping[ParameterKey, object]:
    """The values, if they are a dictionary.

    Raises:
        ParameterError: ``parameter-value``.
    """
    if not isinstance(values, Mapping):
        raise ParameterError("parameter-value", f"expected a dictionary of parameters, got {type(values).__name__}")
    return values


def described(known: Mapping[ParameterKey, ParameterDescription], key: ParameterKey) -> ParameterDescription:
    """The description of a parameter.

    Raises:
        ParameterError: ``parameter-unknown`` with what is known.
    """
    if key not in known:
        names = ", ".join(sorted(map(str, known))) or "none"
        got = key if isinstance(key, ParameterKey) else repr(key)
        raise ParameterError("parameter-unknown", f"the model allows these parameters: {names}; got {got}")
    return known[key]
