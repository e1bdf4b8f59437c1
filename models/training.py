"""The training run: network, losses and optimiser at a step, saved, taken up again and led to the last step.

The network that ships learns from two sources: from the classes of the drawings, and from the embeddings of a
teacher, a network four times as large that was trained on the classes before.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from models.batches import Batch, BatchSource, stream
from models.net import STAGES, TEACHER_STAGES, CosineSoftmax, Imitation, embedded, embedding_net, learning_rate

_SAVED_EVERY = 250
_MULTIPLY_BFLOAT16 = ("amx_bf16", "avx512_bf16", "bf16")
"""What PyTorch calls the units of processors that multiply in bfloat16 themselves."""

Lesson = tuple[NDArray[np.uint8], NDArray[np.intp], NDArray[np.float32], NDArray[np.bool_]]


def _half() -> int:
    """1 where the processor multiplies in bfloat16, twice as fast as in float32, else 0: without, it is far slower."""
    capabilities = torch.cpu.get_capabilities()
    return int(any(capabilities.get(unit, False) for unit in _MULTIPLY_BFLOAT16))


@dataclass(frozen=True)
class Settings:
    """Everything but the data that decides the result.

    Attributes:
        steps: of the optimiser.
        teacher: steps of the teacher, 0 for none.
        imitation: weight of the distance to the teacher beside the loss of the classes.
        batch: drawings in each.
        rate: the highest learning rate.
        decay: AdamW's weight decay.
        turned, characters: shares of a batch, see ``batches.BatchSource``.
        seed: of everything random.
        threads: of PyTorch; another number gives another rounding.
        half: 1 to multiply in bfloat16, 0 in float32; by default 1 where the processor can do that itself.
    """

    steps: int = 18000
    teacher: int = 9000
    imitation: float = 30.0
    batch: int = 128
    rate: float = 4e-3
    decay: float = 0.5
    turned: float = 0.2
    characters: float = 1 / 3
    seed: int = 1
    threads: int = 2
    half: int = field(default_factory=_half)

    def of_teacher(self) -> Settings:
        """The settings that the teacher is trained with."""
        return replace(self, steps=self.teacher, teacher=0, imitation=0.0)


@dataclass(frozen=True, eq=False)
class Lessons:
    """Batches with a teacher's embeddings of their pictures, of about half of them mirrored.

    Attributes:
        source: of pictures and classes.
        teacher: the trained network.
        half: as in ``Settings``.
    """

    source: BatchSource
    teacher: nn.Sequential
    half: int

    def batch(self, step: int) -> Lesson:
        """Pictures uint8 (N, 32, 32), classes (N,), embeddings float32 (N, 128), and which are of the mirror image."""
        pictures, labels = self.source.batch(step)
        mirrored = np.random.default_rng([self.source.seed, step, 1]).random(len(labels)) < 0.5
        self.teacher.eval()
        with torch.no_grad(), _one_thread(), _multiplying(self.half):
            targets = embedded(self.teacher, _as_tensor(pictures), torch.from_numpy(mirrored))
        return pictures, labels, targets.numpy(), mirrored


class Training:
    """Network, losses and optimiser after ``step`` steps, which took ``seconds``.

    Args:
        settings: of the run.
        classes: how many the drawings have.
        large: whether the network is the teacher's.
    """

    def __init__(self, settings: Settings, classes: int, *, large: bool = False) -> None:
        torch.manual_seed(settings.seed)
        torch.set_num_threads(settings.threads)
        torch.use_deterministic_algorithms(True)
        self.settings = settings
        self.step = 0
        self.seconds = 0.0
        self.net = embedding_net(TEACHER_STAGES if large else STAGES)
        self.loss = CosineSoftmax(classes)
        self.imitation = Imitation()
        parameters = [*self.net.parameters(), *self.loss.parameters(), *self.imitation.parameters()]
        self.optimizer = torch.optim.AdamW(parameters, lr=settings.rate, weight_decay=settings.decay)

    def learn(
        self,
        pictures: NDArray[np.uint8],
        labels: NDArray[np.intp],
        targets: NDArray[np.float32] | None = None,
        mirrored: NDArray[np.bool_] | None = None,
    ) -> float:
        """One step on pictures (N, 32, 32), classes (N,) and, if any, a teacher's lesson; the loss before it."""
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(self.step, self.settings.steps, self.settings.rate)
        self.net.train()
        with _multiplying(self.settings.half):
            embeddings = self.net(_as_tensor(pictures)).float()
        loss = self.loss(embeddings, torch.from_numpy(labels))
        if targets is not None and mirrored is not None:
            distance = self.imitation(embeddings, torch.from_numpy(targets), torch.from_numpy(mirrored))
            loss = loss + self.settings.imitation * distance
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.step += 1
        return float(loss.item())

    def embed(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Embeddings (N, D) of unit length of pictures (N, 32, 32)."""
        self.net.eval()
        with torch.no_grad():
            parts = [nn.functional.normalize(self.net(part)) for part in _as_tensor(pictures).split(512)]
        vectors: NDArray[np.float32] = torch.cat(parts).numpy()
        return vectors

    def save(self, path: Path) -> None:
        """Writes a checkpoint, whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        parts = {name: part.state_dict() for name, part in self._parts().items()}
        fresh = path.with_suffix(".part")
        torch.save({"settings": asdict(self.settings), "step": self.step, "seconds": self.seconds, **parts}, fresh)
        fresh.replace(path)

    def restore(self, path: Path) -> None:
        """Takes a checkpoint up.

        Raises:
            ValueError: when it was made with other settings.
        """
        saved = torch.load(path, weights_only=True)
        if saved["settings"] != asdict(self.settings):
            raise ValueError(
                f"expected a checkpoint with the settings {asdict(self.settings)} at {path}, "
                f"got one with {saved['settings']}; give the same options or another --checkpoint"
            )
        for name, part in self._parts().items():
            part.load_state_dict(saved[name])
        self.step, self.seconds = saved["step"], saved["seconds"]

    def _parts(self) -> dict[str, nn.Module | torch.optim.Optimizer]:
        return {"net": self.net, "loss": self.loss, "imitation": self.imitation, "optimizer": self.optimizer}


def run(training: Training, source: BatchSource | Lessons, checkpoint: Path, workers: int) -> Iterator[float]:
    """Trains to the last step, from the checkpoint if there is one; yields each step's loss.

    Args:
        training: changed in place.
        source: of the batches.
        checkpoint: where the state is saved every now and then and at the end.
        workers: processes that prepare batches, 0 for none but this.
    """
    if checkpoint.is_file():
        training.restore(checkpoint)
    start = time.monotonic() - training.seconds
    batches: Iterator[Batch | Lesson] = stream(source, training.step, training.settings.steps, workers)
    for batch in batches:
        loss = training.learn(*batch)
        training.seconds = time.monotonic() - start
        if training.step % _SAVED_EVERY == 0 or training.step == training.settings.steps:
            training.save(checkpoint)
        yield loss


def _as_tensor(pictures: NDArray[np.uint8]) -> torch.Tensor:
    """As the network takes them: float32 (N, 1, 32, 32), 0 to 1."""
    values = torch.from_numpy(pictures)[:, None].float() / 255.0
    return values.contiguous(memory_format=torch.channels_last)


def _multiplying(half: int) -> torch.autocast:
    """In bfloat16 or, for 0, as the numbers are."""
    return torch.autocast("cpu", torch.bfloat16, enabled=bool(half))


@contextmanager
def _one_thread() -> Iterator[None]:
    """PyTorch in one thread, also in a process that did not choose."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
