"""The pictures that stickers may have for a face: whether a PNG is one, asked before anybody shows it."""

from __future__ import annotations

import io
import warnings

from PIL import Image

from inkmoji.errors import FeatureError

MOST_SIDE = 256
"""Pixels that a side of a face's picture may have."""


def check_face_image(data: bytes) -> None:
    """Sees that a PNG can be decoded to its last byte and is a still picture of 1 to ``MOST_SIDE`` pixels a side.

    Its size is read before anything in it is unpacked: a small file that claims to be a gigantic picture is refused
    at no cost.

    Raises:
        FeatureError: ``feature-type`` for anything else.
    """
    size = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    if data[8:16] != b"\0\0\0\rIHDR" or not 1 <= min(size) <= max(size) <= MOST_SIDE:
        raise _refusal(f"one of {size[0]} x {size[1]}" if data[12:16] == b"IHDR" else "one that does not say its size")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            _opened(data).verify()  # of every chunk's checksum, which decoding alone passes over
            picture = _opened(data)
            still = picture.size == size and getattr(picture, "n_frames", 1) == 1
            picture.load()
    except Exception as error:  # Pillow says of no file what may be raised for it
        raise _refusal("one that cannot be decoded") from error
    if not still:
        raise _refusal("one that moves, or has two sizes")


def _opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data), formats=["PNG"])


def _refusal(got: str) -> FeatureError:
    return FeatureError(
        "feature-type",
        f"expected a face's image as a still PNG of at most {MOST_SIDE} x {MOST_SIDE} pixels, got {got}; "
        "choose another picture",
    )
