"""Update tasks: a compiled model and new examples in, a candidate model out.

The counterpart of Core ML's ``MLUpdateTask`` and its family. A task never touches the model it starts from: it
works on a copy and ends with a *candidate*, which the host stores before it makes it the live model.

A host pumps ``steps()`` and may do anything between two steps; hosts with threads call ``resume()`` instead,
which pumps to the end. However a task that was started or cancelled ends, its completion handler is called exactly
once, by the task itself; letting go of the steps is an ending too.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from inkmoji.archive import CompiledModel
from inkmoji.errors import UpdateError
from inkmoji.examples import Face
from inkmoji.features import BatchProvider, Label
from inkmoji.model import Model
from inkmoji.parameters import ParameterKey, Scalar, checked
from inkmoji.progress import ALL_EVENTS, MetricKey, ModelConfiguration, ProgressEvent, TaskState
from inkmoji.trainers import Run, trainer_for
from inkmoji.training import Sample, read_samples


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

    def __post_init__(self) -> None:
        _check_kind("a ProgressEvent as for_events", self.for_events, ProgressEvent)
        for name, handler in (("progress", self.progress), ("completion", self.completion)):
            if handler is not None:
                _check_kind(f"a function as {name}", handler, Callable)  # type: ignore[arg-type]


class UpdateTask:
    """Teaches new examples to a copy of a compiled model.

    Args:
        compiled: the model to start from, original or already updated.
        training_data: at least one example that holds the description's training inputs.
        configuration: parameters to use instead of the defaults.
        handlers: progress handlers, or just a completion handler.
        faces: faces of labels that are taught or known, in place of those that they have; part of the candidate.

    Raises:
        UpdateError: ``update-argument`` for anything but a ``CompiledModel`` that can be updated, for no examples,
            for the face of a label that is not taught, or an argument of another type.
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
        self._handlers = ProgressHandlers(completion=handlers) if callable(handlers) else handlers or ProgressHandlers()
        configuration = configuration or ModelConfiguration()
        _check_kind("a ProgressHandlers or a completion handler", self._handlers, ProgressHandlers)
        _check_kind("a ModelConfiguration", configuration, ModelConfiguration)
        model = compiled.model()
        self._descriptions = tuple(model.parameters.values())
        self._run = Run(model)
        self._set_parameters(configuration.parameters)
        self._samples = read_samples(training_data, model)
        _set_faces(model, self._samples, faces or {})
        self._trainer = trainer_for(model, self._samples, self._run)
        self._work: Generator[ProgressEvent | None, None, None] = self._train()
        self._pumped = False
        self._busy = False
        self._asked: UpdateError | None = None
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
        stopping = self._state is TaskState.RUNNING and self._asked is not None
        return TaskState.CANCELLING if stopping else self._state

    @property
    def error(self) -> Exception | None:
        """Why the task failed; ``UpdateError`` ``update-cancelled`` when it was cancelled.

        What a step raised is told as it is, a ``MemoryError`` for instance; else it is an ``InkmojiError``.
        """
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
        """Asks the task to end without a candidate; seen at the next step. After the end it does nothing.

        Another thread may call it at any time.
        """
        if self._state is TaskState.SUSPENDED:
            self._end(_cancelled())
        else:
            self._asked = self._asked or _cancelled()

    def _abandon(self) -> None:
        """As ``cancel`` for a host that lets go of the steps, but at once where no step is under way."""
        if self._busy:
            self._asked = self._asked or _abandoned()
        else:
            self._end(self._asked or _abandoned())

    def _check_startable(self) -> None:
        if not self._pumped and self._state is TaskState.SUSPENDED:
            return
        hint = "; advance its steps, or give a handler's resume parameters" if self._pumped and not self._ended else ""
        raise UpdateError(
            "update-state", f"expected a task that was never started, got one that is {self.state.value}{hint}"
        )

    def _set_parameters(self, changes: Mapping[ParameterKey, object]) -> None:
        self._run.take(checked(self._descriptions, changes))

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
        self._state = TaskState.RUNNING
        context = None
        if self._asked is None:
            event = next(self._work, self)
            context = None if isinstance(event, UpdateTask) else self._context(event)
            if context is not None:
                self._tell(context)
        if self._asked is not None:
            raise self._asked
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
        """What the file says must be what the model says, on the update's own examples, to the bit.

        The frozen network is compared rather than run again: equal weights give the head the same to read.
        """
        one, other = model.network, reloaded.network
        same = one is other or (one is not None and other is not None and one.same_as(other))
        for read in self._trainer.read:
            if not same or model.answers(read[None]) != reloaded.answers(read[None]):
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
        try:
            context = self._task._advance()
        except StopIteration as error:  # would end the host's loop as if nothing had happened
            raise RuntimeError("the completion handler raised StopIteration") from error
        if context is None:
            raise StopIteration
        return context

    def close(self) -> None:
        """Ends the task without a candidate; after the end it does nothing."""
        self._task._abandon()

    def __del__(self) -> None:
        self.close()


def _check_kind(expected: str, value: object, kind: type) -> None:
    if not isinstance(value, kind):
        raise UpdateError("update-argument", f"expected {expected}, got {type(value).__name__}")


def _set_faces(model: Model, samples: Sequence[Sample], faces: Mapping[Label, Face]) -> None:
    """Gives labels that the model knows or is taught their faces."""
    _check_kind("a dictionary of labels and Faces", faces, Mapping)
    for label, face in faces.items():
        model.set_face(label, face)
    taught = {sample.target for sample in samples if not isinstance(sample.target, np.ndarray)}
    untaught = sorted(faces.keys() - taught - set(model.labels))
    if untaught:
        raise UpdateError("update-argument", f"expected faces of labels that are taught, got {untaught}")


def _cancelled() -> UpdateError:
    return UpdateError("update-cancelled", "the update was cancelled; the model is as it was")


def _abandoned() -> UpdateError:
    return UpdateError("update-abandoned", "the update was given up before its end; the model is as it was")
