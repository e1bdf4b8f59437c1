"""Drawings to pictures: the one rasteriser that training and use share.

A drawing goes through two steps. ``canonical`` brings strokes and pixels, whatever their place and size,
into one compact form that is stored with an example; ``render`` draws that form at an image constraint.

Strokes are drawn from distances: a pixel's ink is how far its centre lies inside a pen of constant width
(a capsule around each segment), ramped over one pixel, so edges are crisp and antialiased, caps and joints
round, and the result is the same to the bit on every platform with IEEE 754 arithmetic.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inkmoji.description import ImageConstraint
from inkmoji.errors import DrawingError
from inkmoji.features import Drawing, Picture, Strokes

GRID = 1024
"""Canonical strokes lie on whole numbers of 0 to GRID, centred, the longer side spanning it all."""
PICTURE_SIDE = 128
"""Canonical pictures are squares of at most this many pixels a side."""
PEN_WIDTH = 2.0 / 32.0
"""Pen width relative to the side of the picture."""

STORED_POINTS = 2048
"""Canonical strokes have at most this many points."""
MAX_POINTS = 100_000
MAX_STROKES = 512
MAX_PIXELS = 4096 * 4096
_MAX_COORDINATE = 1e7
_INK = 64  # coverage from which a pixel of a picture counts as ink, of 255
_WINDOWS = 1 << 22  # most pixels of all windows drawn at once: bounds the memory of long drawings at large sizes
_LEVEL = 230  # least typical coverage of broadened ink, of 255
_CONTRAST = 24  # least difference between ink and paper, of 255

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]


def prepare(drawing: Drawing, constraint: ImageConstraint) -> Bytes:
    """The picture a model sees of a drawing.

    Args:
        drawing: as given or canonical.
        constraint: size and channels, from the model's description.

    Returns:
        uint8 (height, width), or (height, width, 3) for three channels; white ink (255) on black.

    Raises:
        DrawingError: see ``canonical``.
    """
    return render(canonical(drawing), constraint)


def canonical(drawing: Drawing) -> Drawing:
    """The compact form of a drawing that is stored and rendered: independent of its place and size.

    Strokes become uint16 whole numbers of 0 to ``GRID``; pictures become a square of ink coverage, cropped
    to the ink, of at most ``PICTURE_SIDE`` pixels. Applying it to canonical strokes changes nothing.

    Raises:
        DrawingError: ``drawing-empty`` (no points, no ink), ``drawing-malformed`` (wrong shape or type),
            ``drawing-not-finite`` (NaN, infinite), ``drawing-too-large`` (points, strokes, pixels, coordinates).
    """
    if isinstance(drawing, Strokes):
        return _canonical_strokes(drawing)
    if isinstance(drawing, Picture):
        return _canonical_picture(drawing)
    raise DrawingError("drawing-malformed", f"expected Strokes or a Picture, got {type(drawing).__name__}")


def render(drawing: Drawing, constraint: ImageConstraint) -> Bytes:
    """Draws a canonical drawing centred in the largest square of the constraint; see ``prepare``."""
    side = min(constraint.width, constraint.height)
    square = _render_strokes(drawing, side) if isinstance(drawing, Strokes) else _render_picture(drawing, side)
    if constraint.width != constraint.height:
        full = np.zeros((constraint.height, constraint.width), np.uint8)
        top, left = (constraint.height - side) // 2, (constraint.width - side) // 2
        full[top : top + side, left : left + side] = square
        square = full
    return square if constraint.channels == 1 else np.repeat(square[:, :, None], 3, axis=2)


# Strokes


def _canonical_strokes(drawing: Strokes) -> Strokes:
    points, lengths = _checked_strokes(drawing)
    if len(points) > STORED_POINTS:
        step = _path_length(points, lengths) / (STORED_POINTS - 2 * len(lengths))
        points, lengths = _thinned(points, lengths, step)
    moved = points - points.min(axis=0)
    grid = np.rint(moved / (float(moved.max()) or 1.0) * GRID)
    grid += (GRID - grid.max(axis=0)) // 2  # whole numbers, so that canonical strokes stay where they are
    keep = _starts(lengths)
    keep[1:] |= (grid[1:] != grid[:-1]).any(axis=1)
    return Strokes(grid[keep].astype(np.uint16), _counts(keep, lengths))


def _checked_strokes(drawing: Strokes) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    points, lengths = np.asarray(drawing.points), np.asarray(drawing.lengths)
    if points.ndim != 2 or points.shape[1:] != (2,) or lengths.ndim != 1 or points.dtype.kind not in "fiu":
        raise DrawingError(
            "drawing-malformed",
            "expected points of shape (P, 2), real numbers, and lengths of shape (S,), "
            f"got {points.dtype} of {points.shape} and {lengths.shape}",
        )
    if len(points) == 0 or len(lengths) == 0:
        raise DrawingError("drawing-empty", "expected a drawing with at least one point, got none; draw something")
    if lengths.dtype.kind not in "iu" or not _partition(lengths, len(points)):
        raise DrawingError(
            "drawing-malformed",
            f"expected whole stroke lengths of at least 1 that sum to {len(points)}, got {lengths[:8]}",
        )
    if len(points) > MAX_POINTS or len(lengths) > MAX_STROKES:
        raise DrawingError(
            "drawing-too-large",
            f"expected at most {MAX_POINTS} points in {MAX_STROKES} strokes, got {len(points)} in {len(lengths)}",
        )
    values = points.astype(np.float64)
    if not np.isfinite(values).all():
        raise DrawingError("drawing-not-finite", "expected finite coordinates, got NaN or infinity")
    if np.abs(values).max() > _MAX_COORDINATE:
        raise DrawingError(
            "drawing-too-large", f"expected coordinates within ±{_MAX_COORDINATE:.0f}, got {np.abs(values).max():.3g}"
        )
    return values, lengths.astype(np.intp)


def _partition(lengths: NDArray[np.integer], count: int) -> bool:
    """Whether lengths of at least 1 sum to the count; each is bounded first, so that no sum can wrap around."""
    return int(lengths.min()) >= 1 and int(lengths.max()) <= count and int(lengths.sum()) == count


def _starts(lengths: NDArray[np.intp]) -> NDArray[np.bool_]:
    """(P,) true at the first point of each stroke."""
    starts = np.zeros(int(lengths.sum()), np.bool_)
    starts[np.cumsum(lengths) - lengths] = True
    return starts


def _counts(keep: NDArray[np.bool_], lengths: NDArray[np.intp]) -> NDArray[np.intp]:
    """How many points of each stroke are kept."""
    return np.add.reduceat(keep, np.cumsum(lengths) - lengths, dtype=np.intp)


def _arcs(points: NDArray[np.float64], lengths: NDArray[np.intp]) -> NDArray[np.float64]:
    """(P,) distance along the pen's path to each point; moves with the pen up count nothing."""
    steps = np.zeros(len(points))
    moves = points[1:] - points[:-1]
    steps[1:] = np.sqrt(moves[:, 0] ** 2 + moves[:, 1] ** 2)
    steps[np.cumsum(lengths) - lengths] = 0.0
    return np.cumsum(steps)


def _path_length(points: NDArray[np.float64], lengths: NDArray[np.intp]) -> float:
    return float(_arcs(points, lengths)[-1])


def _thinned(
    points: NDArray[np.float64], lengths: NDArray[np.intp], step: float
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """At most one point for each ``step`` of the path, and the first and last of every stroke."""
    keep = _starts(lengths)
    keep[np.cumsum(lengths) - 1] = True
    marks = np.floor(_arcs(points, lengths) * (1.0 / step if step > 0.0 else 0.0))
    keep[1:] |= marks[1:] != marks[:-1]
    return points[keep], _counts(keep, lengths)


def _render_strokes(drawing: Strokes, side: int) -> Bytes:
    """Coverage of a round pen, (side, side)."""
    radius = PEN_WIDTH * side / 2.0
    margin = radius + 0.5
    pixel = (side - 2.0 * margin) / GRID
    points, lengths = _thinned(drawing.points.astype(np.float64), drawing.lengths, 0.75 / pixel)
    starts, moves = _pieces((points * pixel + margin).astype(np.float32), lengths, np.float32(2.0))
    return _inked(starts, moves, np.float32(radius), np.float32(2.0), side)


def _pieces(points: Floats, lengths: NDArray[np.intp], longest: np.float32) -> tuple[Floats, Floats]:
    """Starts and moves, (N, 2) each, of the path cut into pieces of at most ``longest`` along an axis."""
    first = _starts(lengths)
    drawn = ~first
    drawn[np.cumsum(lengths)[lengths == 1] - 1] = True  # a stroke of one point is a dot: a move of nothing
    ends = points[drawn]
    index = np.flatnonzero(drawn)
    starts = points[np.where(first[index], index, index - 1)]
    moves = ends - starts
    parts = np.maximum(np.ceil(np.abs(moves).max(axis=1) / longest), 1.0).astype(np.intp)
    if parts.max() == 1:
        return starts, moves
    owner = np.repeat(np.arange(len(parts)), parts)
    nth = (np.arange(len(owner)) - (np.cumsum(parts) - parts)[owner]).astype(np.float32)
    moves = (moves / parts[:, None].astype(np.float32))[owner]
    return starts[owner] + moves * nth[:, None], moves


def _inked(starts: Floats, moves: Floats, radius: np.float32, longest: np.float32, side: int) -> Bytes:
    """The pieces' ink in a window of pixels around each, the darkest of all windows at every pixel."""
    reach = math.ceil(float(longest) + 2.0 * float(radius) + 1.0) + 1
    width = side + 2 * reach  # windows may hang over the edge
    canvas = np.zeros(width * width, np.float32)
    many = max(_WINDOWS // reach**2, 1)
    for first in range(0, len(starts), many):
        _ink_windows(canvas, starts[first : first + many], moves[first : first + many], radius, reach)
    square = canvas.reshape(width, width)[reach : reach + side, reach : reach + side]
    return np.rint(np.minimum(square, np.float32(1.0)) * np.float32(255.0)).astype(np.uint8)


def _ink_windows(canvas: Floats, starts: Floats, moves: Floats, radius: np.float32, reach: int) -> None:
    """Draws each piece into its window, ``reach`` pixels a side, of a flat square canvas with a border as wide."""
    half, width = np.float32(0.5), math.isqrt(len(canvas))
    corner = np.floor(np.minimum(starts, starts + moves) - (radius + half))
    offsets = np.arange(reach, dtype=np.float32) + half
    x = ((corner[:, 0] - starts[:, 0])[:, None] + offsets)[:, None, :]
    y = ((corner[:, 1] - starts[:, 1])[:, None] + offsets)[:, :, None]
    dx, dy = moves[:, 0][:, None, None], moves[:, 1][:, None, None]
    squared = np.maximum(dx * dx + dy * dy, np.float32(1e-12))
    along = x * (dx / squared) + y * (dy / squared)
    np.minimum(along, np.float32(1.0), out=along)
    np.maximum(along, np.float32(0.0), out=along)
    across_x, across_y = x - along * dx, y - along * dy
    across_x *= across_x
    across_y *= across_y
    across_x += across_y
    ink = np.subtract(radius + half, np.sqrt(across_x, out=across_x), out=across_x)
    first = ((corner[:, 1] + reach) * width + corner[:, 0] + reach).astype(np.intp)
    window = np.arange(reach)[:, None] * width + np.arange(reach)
    np.maximum.at(canvas, (first[:, None, None] + window).ravel(), ink.ravel())


# Pictures


def _canonical_picture(drawing: Picture) -> Picture:
    ink = _ink_of(np.asarray(drawing.pixels))
    rows, columns = np.flatnonzero((ink >= _INK).any(axis=1)), np.flatnonzero((ink >= _INK).any(axis=0))
    if len(rows) == 0:
        raise DrawingError("drawing-empty", "expected a picture with ink on paper, got one without ink; draw something")
    crop = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    side = max(crop.shape)
    square = np.zeros((side, side), np.uint8)
    top, left = (side - crop.shape[0]) // 2, (side - crop.shape[1]) // 2
    square[top : top + crop.shape[0], left : left + crop.shape[1]] = crop
    return Picture(_resized(square, PICTURE_SIDE) if side > PICTURE_SIDE else square)


def _ink_of(pixels: NDArray[np.uint8]) -> Bytes:
    """Ink coverage (H, W) of RGBA or of coverage itself."""
    if pixels.dtype != np.uint8 or pixels.ndim not in (2, 3) or pixels.shape[2:] not in ((), (4,)):
        raise DrawingError(
            "drawing-malformed",
            f"expected uint8 pixels of shape (H, W, 4) or (H, W), got {pixels.dtype} of shape {pixels.shape}",
        )
    if pixels.size == 0:
        raise DrawingError("drawing-empty", f"expected a picture of at least one pixel, got shape {pixels.shape}")
    if pixels.shape[0] * pixels.shape[1] > MAX_PIXELS:
        raise DrawingError(
            "drawing-too-large",
            f"expected at most {MAX_PIXELS} pixels, got {pixels.shape[1]} x {pixels.shape[0]}; make it smaller",
        )
    if pixels.ndim == 2:
        return pixels
    alpha = pixels[:, :, 3]
    return alpha if int(alpha.min()) < 128 else _contrast(pixels)  # see-through paper: alpha is the ink


def _contrast(pixels: NDArray[np.uint8]) -> Bytes:
    """How far each pixel's lightness is from the paper's (the median of the border), stretched to 255."""
    light = np.asarray(Image.fromarray(pixels).convert("RGB").convert("L"), dtype=np.int16)
    border = np.concatenate([light[0], light[-1], light[:, 0], light[:, -1]])
    difference = np.abs(light - np.int16(np.median(border)))
    most = int(difference.max())
    if most < _CONTRAST:
        return np.zeros(light.shape, np.uint8)
    stretched: Bytes = np.rint(difference * (255.0 / most)).astype(np.uint8)
    return stretched


def _resized(square: Bytes, side: int) -> Bytes:
    """A square of coverage at another size, its darkest ink brought back to 255."""
    method = Image.Resampling.BOX if side < len(square) else Image.Resampling.BICUBIC
    values = np.asarray(Image.fromarray(square).resize((side, side), method), dtype=np.float32)
    stretched: Bytes = np.rint(values * (255.0 / max(float(values.max()), 1.0))).astype(np.uint8)
    return stretched


def _render_picture(drawing: Picture, side: int) -> Bytes:
    """The ink of a canonical picture, lines as broad as the pen at least, with the margin of strokes, (side, side)."""
    room, pen = 2 * side, 2.0 * side * PEN_WIDTH
    width = min(_line_width(drawing.pixels) / len(drawing.pixels), pen / (room - 2))
    missing = (pen - width * (room - 2)) / (2.0 * (1.0 - width))  # on each side of a line; the drawing shrinks for it
    margin = 1 + round(missing)
    ink = _resized(drawing.pixels, room - 2 * margin)
    double = np.pad(_levelled(ink) if missing > 0.0 else ink, margin)
    return _resized(_broadened(double, missing), side)


def _line_width(ink: Bytes) -> float:
    """Twice the area over the length of the outline, in pixels: the width of lines, however they run."""
    padded = np.pad(ink.astype(np.int32), 1)
    falling, rising = padded[1:, 1:] - padded[:-1, :-1], padded[:-1, 1:] - padded[1:, :-1]
    outline = np.rint(np.sqrt((falling * falling + rising * rising) * 0.5)).sum()  # whole: the same sum everywhere
    return 2.0 * int(ink.sum(dtype=np.int64)) / max(float(outline), 1.0)


def _levelled(ink: Bytes) -> Bytes:
    """Ink whose mean, weighed by itself, is at least ``_LEVEL``: hairlines that averaging made pale are dark again."""
    values = ink.astype(np.int64)
    level = int((values * values).sum()) / max(int(values.sum()), 1)
    stretched: Bytes = np.minimum(np.rint(ink * max(_LEVEL / max(level, 1.0), 1.0)), 255.0).astype(np.uint8)
    return stretched


def _broadened(ink: Bytes, radius: float) -> Bytes:
    """Ink grown by ``radius`` pixels on all sides, fractions of a pixel as shares of ink."""
    reach, size = math.ceil(radius), len(ink)
    padded, grown = np.pad(ink.astype(np.float32), reach), ink.astype(np.float32)
    for y in range(2 * reach + 1):
        for x in range(2 * reach + 1):
            share = np.float32(min(radius + 1.0 - math.sqrt((x - reach) ** 2 + (y - reach) ** 2), 1.0))
            if share > 0.0:
                np.maximum(grown, padded[y : y + size, x : x + size] * share, out=grown)
    return np.rint(grown).astype(np.uint8)
