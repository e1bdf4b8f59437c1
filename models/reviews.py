"""How often what is said of drawings before they are taught is right: the figures of ``inkmoji.review``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from inkmoji.features import DictFeatureProvider, Drawing, FeatureValue, Strokes
from inkmoji.model import Model
from inkmoji.review import Review, review

from models.drawings import DrawingSet, read_quickdraw
from models.episodes import Score
from models.scores import Row

BESIDE = (0.005, 0.01, 0.02)
"""How far a drawing's points are beside their places when it is drawn again, as shares of its size."""
Finding = Callable[[Review], bool]


def review_rows(model: Model, data: Path, episodes: int, seed: int) -> list[Row]:
    """Measures on drawings of categories that were not trained on and that the game recognised, by different people.

    Args:
        model: with the head and the network that are asked.
        data: the data folder.
        episodes: of each test.
        seed: of the episodes.
    """
    drawings, rng = read_quickdraw(data, "validation", keep_unrecognized=False), np.random.default_rng(seed)
    sets: dict[str, tuple[int, int, Finding]] = {
        "three of one category: one is odd": (3, 0, _odd),
        "two of one and one of another: one is odd": (2, 1, _odd),
        "two of one and one of another: that one is odd": (2, 1, lambda found: found.odd == (2,)),
        "two of one category: they differ": (2, 0, _odd),
        "two of two categories: they differ": (1, 1, _odd),
        "two of one category: they are alike": (2, 0, _alike),
    }
    rows = [
        _row(test, [finding(_asked(model, _mixed(drawings, same, other, rng))) for _ in range(episodes)])
        for test, (same, other, finding) in sets.items()
    ]
    for beside in BESIDE:
        found = [_alike(_asked(model, _twice(_mixed(drawings, 1, 0, rng)[0], beside, rng))) for _ in range(episodes)]
        rows.append(_row(f"one drawn twice, points {beside:.1%} of its size beside: they are alike", found))
    return rows


def _odd(found: Review) -> bool:
    return bool(found.odd)


def _alike(found: Review) -> bool:
    return bool(found.alike)


def _row(test: str, found: Sequence[bool]) -> Row:
    return Row(f"Review of {test}", Score.of([float(one) for one in found]))


def _asked(model: Model, drawings: Sequence[Drawing]) -> Review:
    return review(model, [DictFeatureProvider({"drawing": FeatureValue.image(one)}) for one in drawings])


def _mixed(drawings: DrawingSet, same: int, other: int, rng: np.random.Generator) -> list[Drawing]:
    """So many drawings of one class and, behind them, so many of another one."""
    one, another = rng.choice(len(drawings.names), 2, replace=False)
    picks = [
        rng.choice(np.flatnonzero(drawings.labels == index), count, replace=False)
        for index, count in ((one, same), (another, other))
    ]
    return [drawings.drawings[index] for index in np.concatenate(picks)]


def _twice(drawing: Drawing, beside: float, rng: np.random.Generator) -> list[Drawing]:
    """The drawing, and the same with each stroke and each point of it a little beside its place."""
    if not isinstance(drawing, Strokes):
        raise ValueError(f"expected strokes, got a {type(drawing).__name__}")
    points = drawing.points.astype(np.float64)
    strokes = np.repeat(rng.normal(size=(len(drawing.lengths), 2)), drawing.lengths, axis=0)
    shift = strokes + rng.normal(size=points.shape) / 2.0
    return [drawing, Strokes(points + beside * float(np.ptp(points, axis=0).max()) * shift, drawing.lengths)]
