"""A face's picture is shown only where it is one: small, still, and sound to its last byte."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from inkmoji import FeatureError
from inkmoji.png import MOST_SIDE, check_face_image
from PIL import Image

from tests.engine import PNG, png, refused

SOUND = png(20, 12)
CHUNKS = (b"IHDR", b"PLTE", b"tRNS", b"iCCP", b"eXIf", b"zTXt", b"iTXt", b"acTL", b"fcTL", b"fdAT", b"IDAT", b"IEND")


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def header(width: int, height: int) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))


def chunks_of(data: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], len(PNG)
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        found.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    return found


def moving() -> bytes:
    frames = [Image.new("RGB", (9, 9), color) for color in ("red", "blue")]
    file = io.BytesIO()
    frames[0].save(file, "PNG", save_all=True, append_images=frames[1:])
    return file.getvalue()


def with_bad_checksum() -> bytes:
    at = SOUND.index(b"IDAT") + 8
    return SOUND[:at] + bytes([SOUND[at] ^ 1]) + SOUND[at + 1 :]


def claiming(width: int, height: int) -> bytes:
    """A picture of gigantic size whose rows are all the same, so that it is small as a file."""
    rows = zlib.compress(bytes(40_000_000), 9)
    return PNG + header(width, height) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a signature alone": (lambda: PNG, "does not say its size"),
    "no header": (lambda: PNG + chunk(b"IDAT", b"") + header(8, 8), "does not say its size"),
    "half a header": (lambda: SOUND[:20], "of 20 x 0"),
    "no width": (lambda: PNG + header(0, 8), "of 0 x 8"),
    "one pixel too wide": (lambda: png(MOST_SIDE + 1, 8), f"of {MOST_SIDE + 1} x 8"),
    "one pixel too high": (lambda: png(8, MOST_SIDE + 1), f"of 8 x {MOST_SIDE + 1}"),
    "a bomb": (lambda: claiming(100_000, 100_000), "of 100000 x 100000"),
    "a bomb behind a small header": (lambda: PNG + header(8, 8) + claiming(100_000, 100_000)[8:], "decoded"),
    "text that unpacks to megabytes": (
        lambda: SOUND[:33] + chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(8_000_000), 9)) + SOUND[33:],
        "decoded",
    ),
    "truncated": (lambda: SOUND[:-20], "decoded"),
    "without an end": (lambda: SOUND[:-12], "decoded"),
    "without pixels": (lambda: PNG + header(8, 8) + chunk(b"IEND", b""), "decoded"),
    "rows missing": (lambda: PNG + header(60, 60) + SOUND[33:], "decoded"),
    "a wrong checksum": (with_bad_checksum, "decoded"),
    "a GIF in its place": (lambda: PNG + header(8, 8) + b"GIF89a", "decoded"),
    "moving": (moving, "moves"),
}


@pytest.mark.parametrize(("make", "words"), HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_no_small_still_picture_is_refused_without_memory_to_speak_of(
    make: Callable[[], bytes], words: str
) -> None:
    data = make()
    png()  # Pillow loads what it needs
    tracemalloc.start()
    try:
        with refused(FeatureError, "feature-type", "a still PNG of at most 256 x 256 pixels", "got one", words):
            check_face_image(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4_000_000


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_still_picture_is_taken(mode: str) -> None:
    file = io.BytesIO()
    Image.new(mode, (MOST_SIDE, 1)).save(file, "PNG")
    check_face_image(file.getvalue())


def test_no_picture_however_broken_raises_anything_else() -> None:
    generator, seeds = (
        np.random.default_rng(5),
        [SOUND, moving(), png(3, 3, exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0")],
    )
    taken = 0
    for _ in range(3000):
        parts = chunks_of(seeds[generator.integers(len(seeds))])
        at = int(generator.integers(len(parts)))
        name, content = parts[at]
        changes = (
            [(bytes(generator.choice(CHUNKS)), content)],
            [(name, content[: generator.integers(len(content) + 1)])],
            [(name, content), (bytes(generator.choice(CHUNKS)), generator.bytes(20))],
            [(name, bytes(generator.permutation(bytearray(content))))],
            [],
        )
        parts[at : at + 1] = changes[generator.integers(len(changes))]
        try:
            check_face_image(PNG + b"".join(chunk(*part) for part in parts))
            taken += 1
        except FeatureError:
            pass
    assert 0 < taken < 3000
