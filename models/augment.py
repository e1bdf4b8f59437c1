"""Other people's hands: random changes of a drawing that leave what it shows.

All randomness comes from the generator that is passed in.
"""

from __future__ import annotations

import numpy as np
from inkmoji.features import Drawing, Picture, Strokes
from inkmoji.image import GRID
from numpy.typing import NDArray

_ROTATION = np.deg2rad(13.0)
_STRETCH = np.log(1.3)
_SHEAR = 0.15
_WARP = 0.04  # of the drawing's side
_DROPPED = 0.15  # how often a drawing loses a stroke
_QUARTER_TURN = np.array([[0, -1], [1, 0]])
_THINNEST, _THICKEST = -0.35, 0.7


def augmented(drawing: Drawing, rng: np.random.Generator, *, mirrored: bool = False, turns: int = 0) -> Drawing:
    """Another drawing of the same thing, not canonical any more.

    Args:
        drawing: canonical.
        rng: where the chances come from.
        mirrored: whether to take the mirror image, before all else.
        turns: quarter turns to make then.
    """
    matrix = random_matrix(rng) @ np.linalg.matrix_power(_QUARTER_TURN, turns)
    if mirrored:
        matrix = matrix @ np.diag([-1.0, 1.0])  # before the turns, else 90° would be -90° of a symmetric thing
    if isinstance(drawing, Picture):
        return _moved_picture(drawing, matrix, rng)
    points = (drawing.points.astype(np.float64) / GRID - 0.5) @ matrix.T
    x, y = (_waves(points[:, axis]) for axis in (0, 1))
    field = np.stack([((x @ part) * y).sum(axis=1) for part in _amounts(rng)], axis=1)
    moved = Strokes(points + field, drawing.lengths)
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


def _amounts(rng: np.random.Generator) -> NDArray[np.float64]:
    """How much of each of 4 x 4 cosine waves a random field along x and along y has, (2, 4, 4): the slow ones most."""
    waves = np.arange(4)
    amounts: NDArray[np.float64] = rng.normal(0.0, _WARP, (2, 4, 4)) / np.maximum(waves[:, None] + waves, 1)
    return amounts


def _waves(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """The waves at places (P,) of about -0.5 to 0.5 along one axis, (P, 4)."""
    waves: NDArray[np.float64] = np.cos(np.pi * (places[:, None] + 0.5) * np.arange(4))
    return waves


def _without_a_stroke(drawing: Strokes, rng: np.random.Generator) -> Strokes:
    """The drawing less one stroke that is neither the only one nor more than a third of it."""
    lengths = drawing.lengths
    small = np.flatnonzero(lengths * 3 <= lengths.sum())
    if len(lengths) < 3 or len(small) == 0:
        return drawing
    gone = int(rng.choice(small))
    kept = np.repeat(np.arange(len(lengths)) != gone, lengths)
    return Strokes(drawing.points[kept], np.delete(lengths, gone))


def _moved_picture(drawing: Picture, matrix: NDArray[np.float64], rng: np.random.Generator) -> Picture:
    """The picture under a linear map around its middle and a random field; the paper cuts an edge off now and then."""
    side = len(drawing.pixels)
    room = int(np.ceil(side * (np.abs(matrix).sum(axis=1).max() + 4.0 * _WARP))) + 2
    axis = (np.arange(room) - (room - 1) / 2.0) / side
    waves = _waves(axis)
    places = np.stack([waves @ part.T @ waves.T for part in _amounts(rng)])  # x and y of each pixel, (2, room, room)
    places += np.stack(np.broadcast_arrays(axis, axis[:, None]))
    return Picture(_sampled(drawing.pixels, (np.tensordot(np.linalg.inv(matrix), places, 1) + 0.5) * side - 0.5))


def _sampled(pixels: NDArray[np.uint8], places: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Pixels (H, W) at x and y (2, ...), in pixels from the middle of the first, averaged from the nearest four."""
    padded = np.pad(pixels, 2).astype(np.float32)
    x, y = (np.clip(place + 2.0, 0.0, size + 2.0) for place, size in zip(places, pixels.shape[::-1], strict=True))
    left, top = x.astype(np.intp), y.astype(np.intp)
    right, down = (x - left).astype(np.float32), (y - top).astype(np.float32)
    above, below = (padded[row, left] * (1 - right) + padded[row, left + 1] * right for row in (top, top + 1))
    sampled: NDArray[np.uint8] = np.rint(above * (1 - down) + below * down).astype(np.uint8)
    return sampled
