"""Picture files as drawings: what is read, as what, and what is refused."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from inkmoji import DrawingError, ImageConstraint, Picture
from inkmoji.image import prepare
from inkmoji.pictures import FORMATS, MOST_BYTES, MOST_SIDE, decode
from numpy.typing import NDArray
from PIL import Image

from tests.commands import SIDE, sketch
from tests.engine import refused


def file(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    data = io.BytesIO()
    image.save(data, kind, **options)
    return data.getvalue()


def seen(data: bytes) -> NDArray[np.int16]:
    """What a model sees of a file."""
    return prepare(decode(data), ImageConstraint(32, 32)).astype(np.int16)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def claiming(width: int, height: int) -> bytes:
    """A PNG that says that it is so large and holds next to nothing."""
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000)))


@pytest.mark.parametrize("kind", FORMATS)
def test_a_picture_is_seen_alike_whatever_its_format(kind: str) -> None:
    given = decode(file(sketch(1), kind))
    assert isinstance(given, Picture)
    assert given.pixels.shape == (SIDE, SIDE, 4)
    assert given.pixels.dtype == np.uint8
    assert np.abs(seen(file(sketch(1), kind)) - seen(file(sketch(1)))).mean() < 4


MODES = {
    "1": (1, 0), "L": (255, 0), "LA": ((255, 255), (0, 255)), "P": (255, 0), "RGBA": ("white", "black"),
    "CMYK": ((0, 0, 0, 0), (0, 0, 0, 255)), "I;16": (60000, 9000),
}  # fmt: skip


@pytest.mark.parametrize("mode", MODES)
def test_colours_may_be_stored_in_any_way(mode: str) -> None:
    paper, ink = MODES[mode]
    image = sketch(2, "L" if mode in ("P", "I;16") else mode, *((255, 0) if mode in ("P", "I;16") else (paper, ink)))
    if mode == "I;16":
        image = Image.fromarray(np.where(np.asarray(image) > 128, paper, ink).astype(np.uint16))
    elif mode == "P":
        image = image.convert("P")
    assert image.mode == mode
    assert np.abs(seen(file(image, "TIFF")) - seen(file(sketch(2)))).max() < 8


def test_ink_on_see_through_paper_stays_see_through() -> None:
    image = sketch(3, "RGBA", (0, 0, 0, 0), "white")
    assert np.array_equal(decode(file(image)).pixels, np.asarray(image))


def test_a_large_picture_is_made_smaller_in_its_shape() -> None:
    assert decode(file(sketch(1).resize((1500, 3000)))).pixels.shape == (MOST_SIDE, MOST_SIDE // 2, 4)


def test_the_way_a_camera_was_held_is_made_good() -> None:
    turned = file(sketch(4).transpose(Image.Transpose.ROTATE_90), exif=b"Exif\0\0" + orientation(6))
    assert np.array_equal(seen(turned), seen(file(sketch(4))))


def orientation(value: int) -> bytes:
    """A camera's notes that say only how it was held."""
    return b"MM\0*\0\0\0\x08" + struct.pack(">HHHIHHI", 1, 0x0112, 3, 1, value, 0, 0)


def test_notes_of_a_camera_that_are_rubbish_do_no_harm() -> None:
    assert np.array_equal(seen(file(sketch(4), exif=b"Exif\0\0rubbish")), seen(file(sketch(4))))


def test_of_a_moving_picture_the_first_is_taken() -> None:
    moving = file(sketch(5), "GIF", save_all=True, append_images=[sketch(6)])
    assert np.array_equal(seen(moving), seen(file(sketch(5), "GIF")))


@pytest.mark.parametrize("kind", FORMATS)
def test_a_picture_that_is_cut_off_is_refused(kind: str) -> None:
    whole = file(sketch(1), kind)
    for length in (0, 3, len(whole) // 3, len(whole) - len(whole) // 4):
        with refused(DrawingError, "drawing-malformed", "expected a picture", "choose another file"):
            decode(whole[:length])


@pytest.mark.parametrize(
    "data", [b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", b"<svg/>", b"\x89INKMOJI", b"\0" * 99]
)
def test_what_is_no_picture_or_would_be_handed_to_another_program_is_refused(data: bytes) -> None:
    with refused(DrawingError, "drawing-malformed", "one of PNG, JPEG", "another kind of file"):
        decode(data)


@pytest.mark.parametrize(("width", "height"), [(10_000, 8_000), (12_000, 12_000), (2**31 - 1, 2**31 - 1)])
def test_a_small_file_that_would_be_a_gigantic_picture_is_refused_before_it_is_unpacked(
    monkeypatch: pytest.MonkeyPatch, width: int, height: int
) -> None:
    monkeypatch.setattr(Image.Image, "load", lambda _: pytest.fail("it was unpacked"))
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda _: pytest.fail("it was unpacked"))
    with refused(DrawingError, "drawing-too-large", "at most 67108864 pixels", "make it smaller"):
        decode(claiming(width, height))


def test_a_file_that_is_too_large_is_not_even_looked_at() -> None:
    with refused(DrawingError, "drawing-too-large", f"at most {MOST_BYTES} bytes"):
        decode(bytes(MOST_BYTES + 1))
