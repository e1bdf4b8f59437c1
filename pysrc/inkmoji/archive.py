"""The compiled model file, ``.inkmoji``: format version 2, byte by byte, and what version 1 was.

    offset      size  content
    0           8     magic: 89 49 4E 4B 4D 4F 4A 49 ("\\x89INKMOJI")
    8           4     format version, unsigned, little-endian: 2
    12          4     H, length of the header, unsigned, little-endian
    16          H     header: JSON in UTF-8, keys sorted, no spaces, no escapes but the needed ones
    16 + H      ...   tensors, one after the other without gaps, in the header's order, little-endian, C order
    end - 32    32    SHA-256 of everything before

The header is an object of

    "description"  {"inputs", "outputs", "training_inputs": [{"image": [width, height, channels] | null,
                   "name", "shape": [...] | null, "type"}], "metadata": {text: text},
                   "parameters": [{"allowed": [...] | null, "default", "key", "maximum", "minimum"}]}
    "examples"     [{"id", "label", "points": P, "strokes": S} | {"id", "label", "side": pixels} | {"id", "label"}]
    "faces"        [{"created": ms, "image": bytes, "label", "name", "text"}], sorted by label
    "head"         {"kind": "nearest-neighbors", "default_label", "dimension", "k",
                   "labels": [distinct, by first use], "metric", "threshold": number | null, "weighting"}
                   | {"kind": "plda", "default_label", "labels": [distinct, by first use], "offset", "scale",
                   "threshold"}
                   | {"kind": "network-classifier", "labels": [by class], "network": NETWORK, "optimizer"}
                   | {"kind": "network-regressor", "network": NETWORK, "optimizer"}
    "network"      NETWORK | null, where NETWORK is {"input", "input_shape", "layers": [{"inputs", "kind", "name",
                   "output", "settings": {...}, "updatable", "weights": [names, sorted]}], "output"}
    "tensors"      [{"dtype", "name", "shape"}]

A label is a text or a whole number of 64 bits, and all labels of a file are of one type. An example that was given
as an array has no drawing. A setting is a number, a text, true or false, or a list of whole numbers. A whole-number
parameter has whole numbers, and either "minimum" and "maximum" or "allowed", in its order; a real one has numbers
with a fraction or an exponent for "minimum" and "maximum"; "shuffle" has true or false; the rest is null.

The tensors are, in this order: ``network.<layer index>.<weight>`` (float32 or float16; int8 for a "weight" with a
"weight_scale") of every layer; those of the head; ``examples.points`` uint16 (sum of P, 2), ``examples.lengths``
uint16 (sum of S,), ``examples.pixels`` uint8 (sum of side * side,), ``faces.images`` uint8 (sum of "image",). Those
of k nearest neighbours are ``head.embeddings`` (N, dimension), float16 or float32 as the head stores them,
``head.labels`` int32 (N,) into "labels", ``head.owners`` int32 (N,) into "examples" or -1; those of "plda" the same
after ``head.mean`` (dimension,), ``head.projection`` (dimension, P) and ``head.between`` (P,), float32 or float16;
those of a network as head are ``head.<layer index>.<weight>``, float32 where "updatable" is true.

Version 1 is read and never written. It had k nearest neighbours behind a network only: its "head" had no "kind" and
no "metric", its layers no "updatable" and its parameters no "allowed"; labels were texts, embeddings float16,
settings numbers or texts, and every example had a drawing.

There is one way only to write a model: ``loads`` encodes what it read once more and refuses bytes that differ
anywhere, for version 1 from what ``upgrade`` makes of them, so unknown keys, other orders, unused or overlapping data
cannot hide in a file. Nothing in it is executed. A header has at most 16 MiB and 32 levels, a file at most 64 MiB;
sizes are bounded and compared with the file's length before anything is allocated.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkmoji import schema
from inkmoji.errors import ArchiveError, InkmojiError
from inkmoji.fields import DTYPES, Json, items, name_of, text, wholes
from inkmoji.model import Model
from inkmoji.upgrade import upgrade

MAGIC = b"\x89INKMOJI"
VERSION = 2
READABLE = (1, VERSION)
MAX_BYTES = 64 << 20
MAX_HEADER = 16 << 20
MAX_DEPTH = 32
_PREFIX = struct.Struct("<8sII")
_DIGEST = 32
# Never steps back, and takes a text without an end to the end: in time with the length, whatever is in a header.
_TEXTS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_STEPS = np.array([(mark in b"[{") - (mark in b"]}") for mark in range(256)], np.int8)  # by byte: one level in, out


def dumps(model: Model) -> bytes:
    """The model as a compiled model file; the same model gives the same bytes.

    Raises:
        ArchiveError: ``archive-too-large`` above ``MAX_BYTES`` or ``MAX_HEADER``; ``archive-content`` for a text
            that UTF-8 or a setting that JSON cannot hold.
    """
    if not isinstance(model, Model):
        raise ArchiveError("archive-content", f"expected a Model, got {type(model).__name__}")
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
    try:
        own = data if isinstance(data, bytes) else bytes(memoryview(data))  # nobody can change these later
    except TypeError as error:
        raise ArchiveError(
            "archive-magic", f"expected the bytes of an .inkmoji file, got {type(data).__name__}; read the file first"
        ) from error
    return _model_in(own, False)


def _model_in(data: bytes, dumped: bool) -> Model:
    """As ``loads``; of what ``dumps`` has just written, neither checksum nor the one way to write it is asked again."""
    version, header, body = _opened(memoryview(data), dumped)
    parsed = _parsed(bytes(header))
    try:
        tensors = _tensors(parsed, body)
        content = parsed if version == VERSION else upgrade(parsed)
        model = schema.decode(content, tensors)
        same = dumped or (_is_canonical(parsed, header) and _matches(model, content, body))
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
        self._model = loads(data)
        self._data = bytes(data)

    @property
    def data(self) -> bytes:
        """The compiled model file."""
        return self._data

    @classmethod
    def of(cls, model: Model) -> CompiledModel:
        """Compiles a model; the network that was read back, if it is the same to the bit, is the model's own."""
        compiled = cls.__new__(cls)
        compiled._data = dumps(model)
        compiled._model = _model_in(compiled._data, True)
        own, read = model.network, compiled._model.network
        if own is not None and read is not None and read.same_as(own):
            compiled._model.network = own  # which is ready to run
        return compiled

    def model(self) -> Model:
        """A model of its own for each call."""
        return self._model.copy()


def _encoded(model: Model) -> tuple[bytes, list[bytes]]:
    content, tensors = schema.encode(model)
    content["tensors"] = [
        {"dtype": name_of(array.dtype), "name": name, "shape": list(array.shape)} for name, array in tensors.items()
    ]
    little = (array.astype(array.dtype.newbyteorder("<"), copy=False) for array in tensors.values())
    return _json(content), [array.tobytes() for array in little]


def _json(content: Json) -> bytes:
    """The one way to write a header."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def _is_canonical(parsed: Json, header: memoryview) -> bool:
    """Whether a header is written in the one way that its content can be."""
    try:
        return _json(parsed) == header
    except (ValueError, RecursionError):  # NaN, lone surrogates
        return False


def _matches(model: Model, content: Json, body: memoryview) -> bool:
    """Whether a model is written as this content and these tensors."""
    header, tensors = _encoded(model)
    return header == _json(content) and b"".join(tensors) == body


def _opened(view: memoryview, dumped: bool) -> tuple[int, memoryview, memoryview]:
    """Version, header and tensors, once magic, version, lengths and checksum are right."""
    size = view.nbytes
    if size > MAX_BYTES:
        raise ArchiveError("archive-too-large", f"expected at most {MAX_BYTES} bytes, got {size}")
    if size < _PREFIX.size + _DIGEST:
        raise ArchiveError("archive-truncated", f"expected at least {_PREFIX.size + _DIGEST} bytes, got {size}")
    magic, version, length = _PREFIX.unpack_from(view)
    if magic != MAGIC:
        raise ArchiveError("archive-magic", f"expected an .inkmoji file that begins with {MAGIC!r}, got {magic!r}")
    if version not in READABLE:
        raise ArchiveError(
            "archive-version",
            f"expected format version {' or '.join(map(str, READABLE))}, got {version}; "
            "a newer Inkmoji may be needed to open this file",
        )
    if length > MAX_HEADER:
        raise ArchiveError("archive-too-large", f"expected a header of at most {MAX_HEADER} bytes, got {length}")
    start, end = _PREFIX.size + length, size - _DIGEST
    if start > end:
        raise ArchiveError("archive-truncated", f"expected a header of {length} bytes, got a file of {size} bytes")
    if not dumped and hashlib.sha256(view[:end]).digest() != bytes(view[end:]):
        raise ArchiveError("archive-checksum", "expected the checksum at the end to match, got another: a damaged file")
    return version, view[_PREFIX.size : start], view[start:end]


def _parsed(header: bytes) -> Json:
    """The header's JSON; its content is anything that JSON allows until ``schema`` has looked at it."""
    require_shallow(header)
    try:
        parsed = json.loads(header.decode())
    except (ValueError, RecursionError) as error:
        raise ArchiveError("archive-header", f"expected a header in JSON, got: {error}") from error
    if not isinstance(parsed, dict):
        raise ArchiveError("archive-header", f"expected a JSON object as header, got {type(parsed).__name__}")
    return parsed


def require_shallow(header: bytes) -> None:
    """Refuses deep nesting before a parser recurses into it: in a browser that exhausts the stack and ends Python."""
    marks = np.frombuffer(_TEXTS.sub(b"", header), np.uint8)
    depth = int(np.cumsum(_STEPS[marks], dtype=np.int32).max(initial=0))
    if depth > MAX_DEPTH:
        raise ArchiveError("archive-header", f"expected at most {MAX_DEPTH} levels in the header, got {depth}")


def _tensors(parsed: Mapping[str, Any], body: memoryview) -> dict[str, NDArray[Any]]:
    """Name → read-only array, over the file's bytes where they lie as an array's must."""
    tensors: dict[str, NDArray[Any]] = {}
    offset = 0
    for entry in items(parsed, "tensors"):
        name, dtype = text(entry, "name"), text(entry, "dtype")
        shape = wholes(entry, "shape", 0, MAX_BYTES)
        extent = math.prod(max(axis, 1) for axis in shape)  # NumPy bounds it even where an axis is 0
        if dtype not in DTYPES or len(shape) > 4 or extent > MAX_BYTES or name in tensors:
            raise ArchiveError(
                "archive-tensor",
                f"expected tensors with names of their own, of at most 4 axes and of {', '.join(DTYPES)}; "
                f"got {name!r} of {dtype!r} and shape {shape}",
            )
        kind = np.dtype(dtype).newbyteorder("<")
        length = math.prod(shape) * kind.itemsize
        if offset + length > body.nbytes:
            raise ArchiveError(
                "archive-tensor", f"expected tensors of {body.nbytes} bytes in all, got more: {name!r} of shape {shape}"
            )
        found = np.frombuffer(body[offset : offset + length], dtype=kind)
        flat = np.require(found, np.dtype(dtype), "A")  # products of numbers at odd addresses are rounded otherwise
        flat.flags.writeable = False
        tensors[name] = flat.reshape(shape)
        offset += length
    if offset != body.nbytes:
        raise ArchiveError("archive-tensor", f"expected tensors of {body.nbytes} bytes in all, got {offset}")
    return tensors
