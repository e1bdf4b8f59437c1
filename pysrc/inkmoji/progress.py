"""The words of update tasks: states, events, metrics, and the configuration that a task starts with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, Flag, auto
from types import MappingProxyType

from inkmoji.parameters import ParameterKey, as_mapping


class TaskState(Enum):
    """Where a task is in its life: SUSPENDED → RUNNING (→ CANCELLING) → COMPLETED or FAILED."""

    SUSPENDED = "suspended"
    RUNNING = "running"
    CANCELLING = "cancelling"
    COMPLETED = "completed"
    FAILED = "failed"


class ProgressEvent(Flag):
    """What a progress handler may ask to be called for."""

    TRAINING_BEGIN = auto()
    MINI_BATCH_END = auto()
    EPOCH_END = auto()


ALL_EVENTS = ProgressEvent.TRAINING_BEGIN | ProgressEvent.MINI_BATCH_END | ProgressEvent.EPOCH_END


class MetricKey(Enum):
    """Numbers that an update context carries.

    ``LOSS_VALUE`` is the mean loss of the mini-batch before its step, at the end of an epoch that of all its examples;
    k nearest neighbours have none. The indices are whole numbers from 0. At the beginning there is an epoch's index
    only.
    """

    LOSS_VALUE = "loss-value"
    EPOCH_INDEX = "epoch-index"
    MINI_BATCH_INDEX = "mini-batch-index"


@dataclass(frozen=True)
class ModelConfiguration:
    """Parameters to use instead of the model's own; what each may be is in ``model.parameters``."""

    parameters: Mapping[ParameterKey, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "parameters", MappingProxyType(dict(as_mapping(self.parameters))))
