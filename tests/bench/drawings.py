"""What the bench draws and teaches: doodles that differ from sticker to sticker and are never twice the same."""

from __future__ import annotations

from functools import cache

import numpy as np
from inkmoji import CompiledModel, Face, Strokes, dumps
from inkmoji.image import canonical
from inkmoji.model import Model
from numpy.typing import NDArray

Doodle = list[list[tuple[float, float]]]
SIDE = 200.0  # CSS pixels
SEED = 2012


def doodle(sticker: int, variant: int) -> Doodle:
    """A drawing of a sticker: its strokes turned, stretched and bent a little, as a hand does."""
    rng = np.random.default_rng([SEED, sticker, variant])
    turn = rng.normal(0.0, 0.06)
    stretch = np.diag(rng.uniform(0.9, 1.1, 2))
    around = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ stretch
    return [
        [(round(float(x), 1), round(float(y), 1)) for x, y in SIDE * (stroke @ around + _wobble(len(stroke), rng))]
        for stroke in _pattern(sticker)
    ]


@cache
def _pattern(sticker: int) -> list[NDArray[np.float64]]:
    """The strokes of a sticker, two to four, in units of the drawing's size."""
    rng = np.random.default_rng([SEED, sticker])
    strokes = []
    for _ in range(rng.integers(2, 5)):
        points = int(rng.integers(12, 30))
        bend = rng.normal(0.0, 0.25)
        angles = rng.uniform(0.0, 6.28) + np.cumsum(rng.normal(bend, 0.15, points))
        moves = np.stack([np.cos(angles), np.sin(angles)], axis=1) * rng.uniform(0.02, 0.06)
        strokes.append(rng.uniform(0.2, 0.8, 2) + np.cumsum(moves, axis=0))
    return strokes


def _wobble(points: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """How far a hand strays: a stroke as a whole, and slowly along it."""
    slow = np.cumsum(rng.normal(0.0, 0.004, (points, 2)), axis=0)
    return rng.normal(0.0, 0.015, 2) + slow - slow.mean(axis=0)


def label(sticker: int) -> str:
    return f"sticker {sticker}"


def taught(base: CompiledModel, stickers: int, examples: int) -> Model:
    """The base model taught so many stickers, with so many drawings of each."""
    model = base.model().copy()
    for sticker in range(stickers):
        drawings = [canonical(Strokes.of(doodle(sticker, variant))) for variant in range(examples)]
        for drawing, embedding in zip(drawings, model.embed_values(drawings), strict=True):
            model.add_example(label(sticker), drawing, embedding)
        model.set_face(label(sticker), Face(str(sticker)))
    return model


def archived(model: Model) -> bytes:
    return dumps(model)
