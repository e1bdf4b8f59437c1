"""Update tasks: a compiled model and new examples in, a candidate model out.

The counterpart of Core ML's ``MLUpdateTask`` and its family. A task never touches the model it starts from: it
works on a copy and ends with a *candidate*, which the host stores before it makes it the live model.

A host pumps ``steps()`` and may do anything between two steps; hosts with threads call ``resume()`` instead,
which pumps to the end. Whatever happens, the completion handler is called exactly once, by the task itself.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from inkmoji.archive import CompiledModel
from inkmoji.errors import UpdateError
from inkmoji.examples import Face
from inkmoji.features import BatchProvider, Label
from inkmoji.linalg import Floats
from inkmoji.model import Model
from inkmoji.network import Place
from inkmoji.parameters import ParameterKey, ParameterValue, Scalar, checked
from inkmoji.progress import ALL_EVENTS, MetricKey, ModelConfiguration, ProgressEvent, TaskState
from inkmoji.trainers import Run, trainer_for
from inkmoji.training import read_samples


@dataclass(frozen=True)
class UpdateContext:
    """What a handler, or the host between two steps, is told.

    Attributes:
        task: the task.
        event: what happened; None at the end and while the candidate is verified.
        metrics: where the training is, and its loss.
        parameters: the parameters in force; weights and biases are the model's.
        candidate: the updated model, verified; only at the end of a task that completed.
    """

    task: UpdateTask
    event: ProgressEvent | None
    metrics: Mapping[MetricKey, int | float]
    parameters: Mapping[ParameterKey, Scalar]
    candidate: CompiledModel | None = None

    @property
    def model(self) -> Model:
        """The model as updated by now, a copy to look at; only ``candidate`` is verified and may be stored."""
        return self.task._trainer.model()


Handler = Callable[[UpdateContext], None]


@dataclass(frozen=True)
class ProgressHandlers:
    """Handlers for the events asked for, and for the end.

    Attributes:
        for_events: the events that ``progress`` is called for.
        progress: called during the update; if it raises, the update fails.
        completion: called once, at the end, with a candidate or with ``context.task.error`` set.
    """

    for_events: ProgressEvent = ALL_EVENTS
    progress: Handler | None = None
    completion: Handler | None = None


class UpdateTask:
    """Teaches new examples to a copy of a compiled model.

    Args:
        compiled: the model to start from, original or already updated.
        training_data: at least one example that holds the description's training inputs.
        configuration: parameters to use instead of the defaults.
        handlers: progress handlers, or just a completion handler.
        faces: the faces of new labels; they become part of the candidate.

    Raises:
        UpdateError: ``update-argument`` for anything but a ``CompiledModel`` that can be updated, for no examples,
            or for the face of a label that is not taught.
        FeatureError: for an example that does not fit the description, or a drawing that is none; see
            ``training.read_samples``.
        ParameterError: for a parameter the model does not know or allow.
    """

    def __init__(
        self,
        compiled: CompiledModel,
        training_data: BatchProvider,
        configuration: ModelConfiguration | None = None,
        handlers: ProgressHandlers | Handler | None = None,
        faces: Mapping[Label, Face] | None = None,
    ) -> None:
        if not isinstance(compiled, CompiledModel):
            raise UpdateError(
                "update-argument",
                f"expected a CompiledModel, got {type(compiled).__name__}; compile it with CompiledModel.of(model) "
                "or CompiledModel(file_bytes)",
            )
        if callable(handlers):
            handlers = ProgressHandlers(completion=handlers)
        model = compiled.model()
        self._descriptions = tuple(model.parameters.values())
        listed = (parameter.key for parameter in model.description.parameters)
        self._run = Run(_scalars({key: model.parameter_value(key) for key in listed}))
        self._set_parameters((configuration or ModelConfiguration()).parameters)
        self._samples = read_samples(training_data, model)
        self._handlers = handlers or ProgressHandlers()
        labels = {sample.target for sample in self._samples if not isinstance(sample.target, np.ndarray)}
        untaught = (faces or {}).keys() - labels - set(model.labels)
        if untaught:
            names = sorted(untaught, key=str)
            raise UpdateError("update-argument", f"expected faces of labels that are taught, got {names}")
        for label, face in (faces or {}).items():
            model.set_face(label, face)
        self._trainer = trainer_for(model, self._samples, self._run)
        self._work: Generator[ProgressEvent | None, None, None] = self._train()
        self._pumped = False
        self._busy = False
        self._candidate: CompiledModel | None = None
        self._identifier = uuid.uuid4().hex
        self._state = TaskState.SUSPENDED
        self._error: Exception | None = None

    @property
    def identifier(self) -> str:
        """A name of its own for each task."""
        return self._identifier

    @property
    def total_steps(self) -> int:
        """How many steps the whole update takes with the parameters in force: training and checks."""
        return self._trainer.total_steps() + len(self._samples)

    @property
    def state(self) -> TaskState:
        """Where the task is."""
        return self._state

    @property
    def error(self) -> Exception | None:
        """Why the task failed; ``UpdateError`` ``update-cancelled`` when it was cancelled."""
        return self._error

    def steps(self) -> UpdateSteps:
        """The update, one step at a time: a mini-batch, or a part of what comes before and of the verification.

        The iterator ends when the task has ended, in whatever way; ``state`` and ``error`` tell which.

        Raises:
            UpdateError: ``update-state`` when it was started before, or when advanced from inside a handler.
        """
        self._check_startable()
        self._pumped = True
        return UpdateSteps(self)

    def resume(self, parameters: Mapping[ParameterKey, object] | None = None) -> None:
        """Runs the whole update; returns when the task has ended.

        Inside a progress handler it only records the parameters, which are in force from the next mini-batch on
        (the order of an epoch, from the next epoch on).

        Args:
            parameters: what to change of the parameters in force.

        Raises:
            UpdateError: ``update-state`` when a host pumps ``steps()``, or the task has ended.
            ParameterError: for a parameter the model does not know or allow; nothing is changed then.
        """
        if self._busy and not self._ended and parameters is not None:
            self._set_parameters(parameters)
            return
        self._check_startable()
        if parameters is not None:
            self._set_parameters(parameters)
        for _ in self.steps():
            pass

    def cancel(self) -> None:
        """Asks the task to end without a candidate; seen at the next step. After the end it does nothing."""
        if self._state is TaskState.SUSPENDED:
            self._end(_cancelled())
        elif self._state is TaskState.RUNNING:
            self._state = TaskState.CANCELLING

    def _check_startable(self) -> None:
        if self._pumped or self._state is not TaskState.SUSPENDED:
            raise UpdateError(
                "update-state", f"expected a task that was never started, got one that is {self._state.value}"
            )

    def _set_parameters(self, changes: Mapping[ParameterKey, object]) -> None:
        values = checked(self._descriptions, changes)
        self._run.parameters |= _scalars(values)
        self._run.weights |= _arrays(values)

    def _advance(self) -> UpdateContext | None:
        """One step; None when the task has ended."""
        if self._busy:
            raise UpdateError("update-state", "expected the host to advance the update, got a call from a handler")
        if self._ended:
            return None
        self._busy = True
        try:
            return self._step()
        except BaseException as error:
            if self._ended:  # the completion handler raised: the host's own error
                raise
            self._end(error if isinstance(error, Exception) else _abandoned())
            if not isinstance(error, Exception):
                raise
            return None
        finally:
            self._busy = False

    @property
    def _ended(self) -> bool:
        return self._state in (TaskState.COMPLETED, TaskState.FAILED)

    def _step(self) -> UpdateContext | None:
        if self._state is TaskState.SUSPENDED:
            self._state = TaskState.RUNNING
        context = None
        if self._state is TaskState.RUNNING:
            event = next(self._work, self)
            context = None if isinstance(event, UpdateTask) else self._context(event)
            if context is not None:
                self._tell(context)
        if self._state is TaskState.CANCELLING:
            raise _cancelled()
        if context is None:
            self._end(None)
        return context

    def _tell(self, context: UpdateContext) -> None:
        progress = self._handlers.progress
        if progress is None or context.event is None or context.event not in self._handlers.for_events:
            return
        try:
            progress(context)
        except Exception as error:
            raise UpdateError("update-handler", f"the progress handler failed: {error!r}") from error

    def _context(self, event: ProgressEvent | None, candidate: CompiledModel | None = None) -> UpdateContext:
        return UpdateContext(self, event, dict(self._run.metrics), dict(self._run.parameters), candidate)

    def _end(self, error: Exception | None) -> None:
        """Ends the task and tells so; later calls do nothing."""
        if self._ended:
            return
        self._work.close()
        self._error = error
        self._state = TaskState.COMPLETED if error is None else TaskState.FAILED
        candidate = self._candidate if error is None else None
        if self._handlers.completion is not None:
            self._handlers.completion(self._context(None, candidate))

    def _train(self) -> Generator[ProgressEvent | None, None, None]:
        """The work itself, on the copy: trained, then the candidate verified."""
        yield from self._trainer.train()
        model = self._trainer.model()
        candidate = CompiledModel.of(model)
        yield from self._verify(model, candidate.model())
        self._candidate = candidate

    def _verify(self, model: Model, reloaded: Model) -> Iterator[None]:
        """What the file says must be what the model says, on the update's own examples, to the bit."""
        for sample in self._samples:
            if model.predict_value(sample.value) != reloaded.predict_value(sample.value):
                raise UpdateError(
                    "update-verification",
                    "expected the compiled candidate to predict as the trained model, got another",
                )
            yield None


class UpdateSteps(Iterator[UpdateContext]):
    """The steps of one task, see ``UpdateTask.steps``; closing or dropping it before the end fails the task."""

    def __init__(self, task: UpdateTask) -> None:
        self._task = task

    def __next__(self) -> UpdateContext:
        context = self._task._advance()
        if context is None:
            raise StopIteration
        return context

    def close(self) -> None:
        """Ends the task without a candidate; after the end it does nothing."""
        self._task._end(_abandoned())

    def __del__(self) -> None:
        self.close()


def _scalars(values: Mapping[ParameterKey, ParameterValue]) -> dict[ParameterKey, Scalar]:
    return {key: value for key, value in values.items() if not isinstance(value, np.ndarray)}


def _arrays(values: Mapping[ParameterKey, ParameterValue]) -> dict[Place, Floats]:
    names = {ParameterKey.WEIGHTS.name: "weight", ParameterKey.BIASES.name: "bias"}
    arrays = ((key, value) for key, value in values.items() if isinstance(value, np.ndarray))
    return {(key.scope or "", names[key.name]): value for key, value in arrays}


def _cancelled() -> UpdateError:
    return UpdateError("update-cancelled", "the update was cancelled; the model is as it was")


def _abandoned() -> UpdateError:
    return UpdateError("update-abandoned", "the update was given up before its end; the model is as it was")
