"""The compiled model file, ``.inkmoji``: format version 1, byte by byte.

    offset      size  content
    0           8     magic: 89 49 4E 4B 4D 4F 4A 49 ("\\x89INKMOJI")
    8           4     format version, unsigned, little-endian: 1
    12          4     H, length of the header, unsigned, little-endian
    16          H     header: JSON in UTF-8, keys sorted, no spaces, no escapes but the needed ones
    16 + H      ...   tensors, one after the other without gaps, in the header's order, little-endian, C order
    end - 32    32    SHA-256 of everything before

The header is an object of

    "description"  {"inputs", "outputs", "training_inputs": [{"image": [width, height, channels] | null,
                   "name", "shape": [...] | null, "type"}], "metadata": {text: text},
                   "parameters": [{"default", "key", "maximum", "minimum"}]}
    "examples"     [{"id", "label", "points": P, "strokes": S} | {"id", "label", "side": pixels}]
    "faces"        [{"created": ms, "image": bytes, "label", "name", "text"}], sorted by label
    "head"         {"default_label", "dimension", "k", "labels": [distinct, by first use], "threshold", "weighting"}
    "network"      {"input", "input_shape", "layers": [{"inputs", "kind", "name", "output", "settings": {...},
                   "weights": [names, sorted]}], "output"}
    "tensors"      [{"dtype", "name", "shape"}]

and the tensors are, in this order: ``network.<layer index>.<weight>`` (float32 or float16) of every layer,
``head.embeddings`` float16 (N, dimension), ``head.labels`` int32 (N,) into "labels", ``head.owners`` int32 (N,)
into "examples" or -1, ``examples.points`` uint16 (sum of P, 2), ``examples.lengths`` uint16 (sum of S,),
``examples.pixels`` uint8 (sum of side * side,), ``faces.images`` uint8 (sum of "image",).

There is one way only to write a model: ``loads`` encodes what it read once more and refuses bytes that differ
anywhere, so unknown keys, other orders, unused or overlapping data cannot hide in a file. Nothing in it is
executed. A header has at most 16 MiB, a file at most 64 MiB; sizes are bounded and compared with the file's
length before anything is allocated.
"""

from __future__ import annotations

import hashlib
import json
import math
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkmoji import schema
from inkmoji.errors import ArchiveError, InkmojiError
from inkmoji.model import Model

MAGIC = b"\x89INKMOJI"
VERSION = 1
MAX_BYTES = 64 << 20
MAX_HEADER = 16 << 20
_PREFIX = struct.Struct("<8sII")
_DIGEST = 32


def dumps(model: Model) -> bytes:
    """The model as a compiled model file; the same model gives the same bytes.

    Raises:
        ArchiveError: ``archive-too-large`` above ``MAX_BYTES`` or ``MAX_HEADER``; ``archive-content`` for a text
            that UTF-8 or a setting that JSON cannot hold.
    """
    try:
        header, tensors = _encoded(model)
    except (TypeError, ValueError) as error:
        raise ArchiveError("archive-content", f"expected a model that JSON in UTF-8 can hold, got: {error}") from error
    body = b"".join([_PREFIX.pack(MAGIC, VERSION, len(header)), header, *tensors])
    sizes = (("header", len(header), MAX_HEADER), ("file", len(body) + _DIGEST, MAX_BYTES))
    for part, size, most in sizes:
        if size > most:
            raise ArchiveError(
                "archive-too-large", f"expected a {part} of at most {most} bytes, got {size}; remove examples"
            )
    return body + hashlib.sha256(body).digest()


def loads(data: bytes | bytearray | memoryview) -> Model:
    """The model in a compiled model file.

    Raises:
        ArchiveError: ``archive-truncated``, ``archive-magic``, ``archive-version``, ``archive-checksum``,
            ``archive-too-large``, ``archive-header``, ``archive-tensor`` or ``archive-content``. Nothing else.
    """
    view = memoryview(data if isinstance(data, bytes) else bytes(memoryview(data)))  # nobody can change these later
    header, body = _opened(view)
    parsed = _parsed(bytes(header))
    try:
        tensors = _tensors(parsed, body)
        model = schema.decode(parsed, tensors)
        same = _matches(model, header, body)
    except ArchiveError:
        raise
    except InkmojiError as error:
        raise ArchiveError("archive-content", f"expected a sound model, got: {error}") from error
    if not same:
        raise ArchiveError("archive-content", "expected a model written in the one way this format allows, got another")
    return model


class CompiledModel:
    """A compiled model: bytes that ``loads`` has found sound, and nothing else. Immutable.

    Args:
        data: a compiled model file.

    Raises:
        ArchiveError: as ``loads``.
    """

    def __init__(self, data: bytes | bytearray | memoryview) -> None:
        self.data = bytes(data)
        self._model = loads(self.data)

    @classmethod
    def of(cls, model: Model) -> CompiledModel:
        """Compiles a model."""
        return cls(dumps(model))

    def model(self) -> Model:
        """A model of its own for each call."""
        return self._model.copy()


def _encoded(model: Model) -> tuple[bytes, list[bytes]]:
    content, tensors = schema.encode(model)
    content["tensors"] = [
        {"dtype": str(array.dtype), "name": name, "shape": list(array.shape)} for name, array in tensors.items()
    ]
    header = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    little = (array.astype(array.dtype.newbyteorder("<"), copy=False) for array in tensors.values())
    return header.encode(), [array.tobytes() for array in little]


def _matches(model: Model, header: memoryview, body: memoryview) -> bool:
    try:
        again, tensors = _encoded(model)
    except (ValueError, RecursionError):  # NaN in the header, lone surrogates
        return False
    return again == header and b"".join(tensors) == body


def _opened(view: memoryview) -> tuple[memoryview, memoryview]:
    """Header and tensors, once magic, version, lengths and checksum are right."""
    size = view.nbytes
    if size > MAX_BYTES:
        raise ArchiveError("archive-too-large", f"expected at most {MAX_BYTES} bytes, got {size}")
    if size < _PREFIX.size + _DIGEST:
        raise ArchiveError("archive-truncated", f"expected at least {_PREFIX.size + _DIGEST} bytes, got {size}")
    magic, version, length = _PREFIX.unpack_from(view)
    if magic != MAGIC:
        raise ArchiveError("archive-magic", f"expected an .inkmoji file that begins with {MAGIC!r}, got {magic!r}")
    if version != VERSION:
        raise ArchiveError(
            "archive-version",
            f"expected format version {VERSION}, got {version}; a newer Inkmoji may be needed to open this file",
        )
    if length > MAX_HEADER:
        raise ArchiveError("archive-too-large", f"expected a header of at most {MAX_HEADER} bytes, got {length}")
    start, end = _PREFIX.size + length, size - _DIGEST
    if start > end:
        raise ArchiveError("archive-truncated", f"expected a header of {length} bytes, got a file of {size} bytes")
    if hashlib.sha256(view[:end]).digest() != bytes(view[end:]):
        raise ArchiveError("archive-checksum", "expected the checksum at the end to match, got another: a damaged file")
    return view[_PREFIX.size : start], view[start:end]


def _parsed(header: bytes) -> dict[str, Any]:
    """The header's JSON; its content is anything that JSON allows until ``schema`` has looked at it."""
    try:
        parsed = json.loads(header.decode())
    except (ValueError, RecursionError) as error:
        raise ArchiveError("archive-header", f"expected a header in JSON, got: {error}") from error
    if not isinstance(parsed, dict):
        raise ArchiveError("archive-header", f"expected a JSON object as header, got {type(parsed).__name__}")
    return parsed


def _tensors(parsed: Mapping[str, Any], body: memoryview) -> dict[str, NDArray[Any]]:
    """Name → read-only array over the file's bytes."""
    tensors: dict[str, NDArray[Any]] = {}
    offset = 0
    for entry in schema.items(parsed, "tensors"):
        name, dtype = schema.text(entry, "name"), schema.text(entry, "dtype")
        shape = schema.wholes(entry, "shape", 0, MAX_BYTES)
        extent = math.prod(max(axis, 1) for axis in shape)  # NumPy bounds it even where an axis is 0
        if dtype not in schema.DTYPES or len(shape) > 4 or extent > MAX_BYTES or name in tensors:
            raise ArchiveError(
                "archive-tensor",
                f"expected tensors with names of their own, of at most 4 axes and of {', '.join(schema.DTYPES)}; "
                f"got {name!r} of {dtype!r} and shape {shape}",
            )
        kind = np.dtype(dtype).newbyteorder("<")
        length = math.prod(shape) * kind.itemsize
        if offset + length > body.nbytes:
            raise ArchiveError(
                "archive-tensor", f"expected tensors of {body.nbytes} bytes in all, got more: {name!r} of shape {shape}"
            )
        flat = np.frombuffer(body[offset : offset + length], dtype=kind)
        tensors[name] = flat.astype(np.dtype(dtype), copy=False).reshape(shape)
        offset += length
    if offset != body.nbytes:
        raise ArchiveError("archive-tensor", f"expected tensors of {body.nbytes} bytes in all, got {offset}")
    return tensors
