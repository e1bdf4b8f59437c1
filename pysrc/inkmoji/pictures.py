"""Picture files as drawings: bytes of PNG, JPEG and the like to pixels, with what a hostile file could ask for bounded.

As the page does with a picture that is pasted: made smaller where it is large, turned upright, the first of several.
"""

from __future__ import annotations

import contextlib
import io
import warnings

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from inkmoji.errors import DrawingError
from inkmoji.features import Picture

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "AVIF", "TIFF", "PPM")
"""Kinds of files that are read: those that nothing but Pillow's own libraries decode."""
MOST_BYTES = 32 << 20
MOST_PIXELS = 64 << 20
"""A file that says that it has more is not decoded."""
MOST_SIDE = 512
"""Pixels of the longer side; a larger picture is made smaller."""


def decode(data: bytes) -> Picture:
    """The drawing in a picture file.

    Args:
        data: the file, of one of ``FORMATS``.

    Returns:
        uint8 RGBA of at most ``MOST_SIDE`` pixels a side.

    Raises:
        DrawingError: ``drawing-malformed`` for what is no picture or cannot be decoded to its end,
            ``drawing-too-large`` above ``MOST_BYTES`` or ``MOST_PIXELS``.
    """
    if len(data) > MOST_BYTES:
        raise _too_large(f"a file of at most {MOST_BYTES} bytes", f"a larger one of at least {len(data)}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what is read all the same
            return Picture(np.asarray(_small(data)))
    except DrawingError:
        raise
    except Image.DecompressionBombError as error:
        raise _too_large(f"at most {MOST_PIXELS} pixels", "many more") from error
    except UnidentifiedImageError as error:
        raise _malformed(f"one of {', '.join(FORMATS)}", "another kind of file, or the beginning of one") from error
    except Exception as error:  # Pillow says of no file what may be raised for it
        raise _malformed("one that can be decoded to its end", f"a damaged one ({error})") from error


def _small(data: bytes) -> Image.Image:
    """The picture as RGBA, looked at for its size before anything in it is unpacked."""
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        width, height = image.size
        if width * height > MOST_PIXELS:
            raise _too_large(f"at most {MOST_PIXELS} pixels", f"{width} x {height}")
        image.draft(None, (2 * MOST_SIDE, 2 * MOST_SIDE))  # a large JPEG is decoded at a part of its size
        small = _in_eight_bits(image).convert("RGBA")
    small.thumbnail((MOST_SIDE, MOST_SIDE))
    with contextlib.suppress(Exception):  # a camera's notes that cannot be read are no reason to refuse its picture
        ImageOps.exif_transpose(small, in_place=True)
    return small


def _in_eight_bits(image: Image.Image) -> Image.Image:
    """A grey picture of 16 bits with the upper eight of them; Pillow alone would make nearly all of it white."""
    return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8)) if image.mode.startswith("I;16") else image


def _too_large(expected: str, got: str) -> DrawingError:
    return DrawingError("drawing-too-large", f"expected a picture of {expected}, got {got}; make it smaller")


def _malformed(expected: str, got: str) -> DrawingError:
    return DrawingError("drawing-malformed", f"expected a picture, {expected}, got {got}; choose another file")
