"""Other people's hands: random changes of a drawing that leave what it shows.

All randomness comes from the generator that is passed in.
"""

from __future__ import annotations

import numpy as np
from inkmoji.features import Drawing, Picture, Strokes
from inkmoji.image import GRID
from numpy.typing import NDArray
from PIL import Image

_ROTATION = np.deg2rad(13.0)
_STRETCH = np.log(1.3)
_SHEAR = 0.15
_WARP = 0.04  # of the drawing's side
_DROPPED = 0.15  # how often a drawing loses a stroke
_QUARTER_TURN = np.array([[0, -1], [1, 0]])
_THINNEST, _THICKEST = -0.35, 0.7


def augmented(drawing: Drawing, rng: np.random.Generator, *, mirror: bool, turns: int = 0) -> Drawing:
    """Another drawing of the same thing, not canonical any more.

    Args:
        drawing: canonical.
        rng: where the chances come from.
        mirror: whether the mirror image shows the same thing.
        turns: quarter turns to make first.
    """
    matrix = random_matrix(rng) @ np.linalg.matrix_power(_QUARTER_TURN, turns)
    if mirror and rng.random() < 0.5:
        matrix = matrix @ np.diag([-1.0, 1.0])  # before the turns, else 90° would be -90° of a symmetric thing
    if isinstance(drawing, Picture):
        return _moved_picture(drawing, matrix)
    points = drawing.points.astype(np.float64) / GRID - 0.5
    moved = Strokes(_warped(points @ matrix.T, rng), drawing.lengths)
    return _without_a_stroke(moved, rng) if rng.random() < _DROPPED else moved


def with_pen(pictures: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Pictures as if drawn with finer and broader pens: each mixed with its erosion or dilation.

    Args:
        pictures: (N, H, W).
        rng: where the chances come from.
    """
    amount = rng.uniform(_THINNEST, _THICKEST, len(pictures)).astype(np.float32)[:, None, None]
    ink = pictures.astype(np.float32)
    padded = np.pad(ink, ((0, 0), (1, 1), (1, 1)))
    neighbours = [ink, padded[:, 2:, 1:-1], padded[:, :-2, 1:-1], padded[:, 1:-1, 2:], padded[:, 1:-1, :-2]]
    extreme = np.where(amount > 0, np.maximum.reduce(neighbours), np.minimum.reduce(neighbours))
    mixed: NDArray[np.uint8] = np.rint(ink + np.abs(amount) * (extreme - ink)).astype(np.uint8)
    return mixed


def random_matrix(rng: np.random.Generator) -> NDArray[np.float64]:
    """A random turn, shear and stretch, (2, 2)."""
    angle = rng.uniform(-_ROTATION, _ROTATION)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    shear = np.array([[1.0, rng.uniform(-_SHEAR, _SHEAR)], [0.0, 1.0]])
    stretch = np.diag(np.exp(rng.uniform(-_STRETCH, _STRETCH, 2)))
    matrix: NDArray[np.float64] = turn @ shear @ stretch
    return matrix


def _warped(points: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Points of about -0.5 to 0.5 moved by a random field of 4 x 4 cosine waves, the slow ones strongest."""
    waves = np.arange(4)
    field = rng.normal(0.0, _WARP, (2, 4, 4)) / np.maximum(waves[:, None] + waves, 1)
    x, y = (np.cos(np.pi * (points[:, axis, None] + 0.5) * waves) for axis in (0, 1))
    moved: NDArray[np.float64] = points + np.stack([((x @ part) * y).sum(axis=1) for part in field], axis=1)
    return moved


def _without_a_stroke(drawing: Strokes, rng: np.random.Generator) -> Strokes:
    """The drawing less one stroke that is neither the only one nor more than a third of it."""
    lengths = drawing.lengths
    small = np.flatnonzero(lengths * 3 <= lengths.sum())
    if len(lengths) < 3 or len(small) == 0:
        return drawing
    gone = int(rng.choice(small))
    kept = np.repeat(np.arange(len(lengths)) != gone, lengths)
    return Strokes(drawing.points[kept], np.delete(lengths, gone))


def _moved_picture(drawing: Picture, matrix: NDArray[np.float64]) -> Picture:
    """The picture under a linear map around its middle, on paper large enough for it."""
    side = len(drawing.pixels)
    room = int(np.ceil(side * np.abs(matrix).sum(axis=1).max())) + 2
    back = np.linalg.inv(matrix)
    shift = np.full(2, side / 2.0) - back @ np.full(2, room / 2.0)
    image = Image.fromarray(drawing.pixels).transform(
        (room, room),
        Image.Transform.AFFINE,
        (*back[0], shift[0], *back[1], shift[1]),
        resample=Image.Resampling.BILINEAR,
    )
    return Picture(np.asarray(image))
