"""What an update may set: Core ML's parameters as the engine's, and back.

The engine bounds every parameter to what a training can use; of a wider range or set the part within is left.
"""

from __future__ import annotations

from collections.abc import Iterable

from inkmoji.coreml.problems import Refusal
from inkmoji.coreml.schema import Proto
from inkmoji.parameters import ParameterDescription, ParameterKey, limits

MOST_ALLOWED = 1024
_POSITIVE = (ParameterKey.MINI_BATCH_SIZE, ParameterKey.EPOCHS, ParameterKey.NUMBER_OF_NEIGHBORS)
SGD = {"learningRate": ParameterKey.LEARNING_RATE, "miniBatchSize": ParameterKey.MINI_BATCH_SIZE,
       "momentum": ParameterKey.MOMENTUM}  # fmt: skip
ADAM = {"learningRate": ParameterKey.LEARNING_RATE, "miniBatchSize": ParameterKey.MINI_BATCH_SIZE,
        "beta1": ParameterKey.BETA1, "beta2": ParameterKey.BETA2, "eps": ParameterKey.EPS}  # fmt: skip


def read(key: ParameterKey, owner: Proto, name: str) -> ParameterDescription:
    """A number, with what it may be set to.

    Args:
        key: what it is here.
        owner: the message that has it.
        name: of the field, and in messages.

    Raises:
        Refusal: where it is missing, or where its default is not among what it may be.
        ParameterError: for a default that no training can use.
    """
    if not owner.HasField(name):
        raise Refusal(f"expected the parameter {name}, got none", True)
    value = getattr(owner, name)
    default, kind = value.defaultValue, value.WhichOneof("AllowedValues")
    least, most = limits(key)
    bounds = [default]
    if kind == "set":
        bounds += value.set.values[: MOST_ALLOWED + 1]
    elif kind == "range":
        bounds += [value.range.minValue, value.range.maxValue]
    if key in _POSITIVE and min(bounds) < 1:
        raise Refusal(f"expected positive values of {name}, got {min(bounds)}", True)
    if kind == "set":
        return _of_set(key, name, default, bounds[1:])
    if kind == "range":
        if not bounds[1] <= default <= bounds[2]:
            raise Refusal(f"expected a default of {name} from {bounds[1]} to {bounds[2]}, got {default}", True)
        least, most = max(least, bounds[1]), min(most, bounds[2])
    return ParameterDescription(key, default, least, most)


def _of_set(key: ParameterKey, name: str, default: int, allowed: list[int]) -> ParameterDescription:
    if default not in allowed:
        raise Refusal(f"expected a default of {name} that is in its set, got {default}", True)
    if len(allowed) > MOST_ALLOWED:
        raise Refusal(f"expected at most {MOST_ALLOWED} values in the set of {name}, got more")
    least, most = limits(key)
    fitting = tuple(dict.fromkeys(value for value in allowed if least <= value <= most))
    return ParameterDescription(key, default, allowed=fitting)


def write(owner: Proto, name: str, description: ParameterDescription) -> None:
    """Writes a number into the field of that name."""
    value = getattr(owner, name)
    value.defaultValue = description.default
    if description.allowed:
        value.set.values.extend(description.allowed)
    else:
        value.range.minValue, value.range.maxValue = description.minimum, description.maximum


def described(
    key: ParameterKey, descriptions: Iterable[ParameterDescription], default: int | float
) -> ParameterDescription:
    """The description of a parameter; of one that is not described, that it is always the default."""
    own = next((one for one in descriptions if one.key == key), None)
    return own or ParameterDescription(key, default, default, default)
