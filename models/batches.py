"""Training batches: each a function of seed and step alone, so that a run can be repeated and resumed anywhere.

Two kinds of classes share a batch: Quick, Draw! categories, and Omniglot characters in four quarter turns, each
turn a class of its own.
"""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import numpy as np
from inkmoji.description import ImageConstraint
from inkmoji.image import prepare
from numpy.typing import NDArray

from models.augment import augmented, with_pen
from models.drawings import DrawingSet

CONSTRAINT = ImageConstraint(32, 32, 1)
TURNS = 4
_AHEAD = 8  # batches prepared beforehand

Batch = tuple[NDArray[np.uint8], NDArray[np.intp]]
Prepared = TypeVar("Prepared", covariant=True)


@dataclass(frozen=True, eq=False)
class BatchSource:
    """What batches are drawn from.

    Attributes:
        categories: Quick, Draw! drawings; classes 0 to C - 1 and, in quarter turns, C to 4 C - 1.
        characters: Omniglot drawings; the classes after those, turn by turn.
        size: drawings in a batch.
        seed: of everything random.
        turned_share: how many of a batch's drawings are categories in quarter turns, 0 to 1.
        character_share: how many are characters, 0 to 1.
    """

    categories: DrawingSet
    characters: DrawingSet
    size: int
    seed: int
    turned_share: float
    character_share: float

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return TURNS * (len(self.categories.names) + len(self.characters.names))

    def batch(self, step: int) -> Batch:
        """Pictures uint8 (size, 32, 32) and classes (size,) of one step."""
        rng = np.random.default_rng([self.seed, step])
        characters = round(self.size * self.character_share)
        turned = characters + round(self.size * self.turned_share)
        rows = [self._row(row < characters, row < turned, rng) for row in range(self.size)]
        pictures = np.stack([picture for picture, _ in rows])
        return with_pen(pictures, rng), np.array([label for _, label in rows])

    def _row(self, character: bool, turned: bool, rng: np.random.Generator) -> tuple[NDArray[np.uint8], int]:
        chosen = self.characters if character else self.categories
        turns = int(rng.integers(0 if character else 1, TURNS)) if turned else 0
        index = _pick(chosen, rng)
        drawing = augmented(chosen.drawings[index], rng, mirror=not character, turns=turns)
        first = TURNS * len(self.categories.names) if character else 0
        return prepare(drawing, CONSTRAINT), first + turns * len(chosen.names) + int(chosen.labels[index])


class Source(Protocol[Prepared]):
    """What prepares the batch of a step."""

    def batch(self, step: int) -> Prepared:
        """Depends on nothing but the step."""


def stream(source: Source[Prepared], first: int, last: int, workers: int) -> Iterator[Prepared]:
    """The batches of steps ``first`` to ``last`` - 1 in order, prepared by other processes (0: by this one)."""
    if workers == 0:
        yield from map(source.batch, range(first, last))
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, initializer=_adopt, initargs=(source,)) as pool:
        waiting: deque[Future[Prepared]] = deque()
        for step in range(first, last):
            waiting.append(pool.submit(_adopted_batch, step))
            if len(waiting) == _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


_worker: dict[str, Source[Any]] = {}


def _adopt(source: Source[Any]) -> None:
    _worker["source"] = source


def _adopted_batch(step: int) -> Any:
    return _worker["source"].batch(step)


def _pick(drawings: DrawingSet, rng: np.random.Generator) -> int:
    """Index of a random drawing; all classes are as likely."""
    return int(np.searchsorted(drawings.chances, rng.random(), side="right"))
