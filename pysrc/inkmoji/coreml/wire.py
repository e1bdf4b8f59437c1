"""Bytes to messages and back, with what a hostile file could ask for bounded before the runtime sees it.

The wire format is Protocol Buffers': fields, each a tag (number and type) and a value. Every message in a file costs
memory when it is read, however few bytes it takes, and every level costs stack; so both are counted first.
"""

from __future__ import annotations

from google.protobuf.message import DecodeError

from inkmoji.coreml.schema import ModelProto, Proto
from inkmoji.errors import FormatError

MOST_BYTES = 64 << 20  # as of a compiled model
MOST_VALUES = 1 << 19  # fields, and bytes of packed whole numbers
MOST_DEPTH = 40  # levels of messages; a nested pipeline takes three
_VARINT, _EIGHT_BYTES, _LENGTH, _FOUR_BYTES = 0, 1, 2, 5
_MESSAGE, _STRING, _BYTES, _FLOAT, _DOUBLE = 11, 9, 12, 2, 1  # of a field's description


def read(source: bytes) -> Proto:
    """The model of a file.

    Raises:
        FormatError: ``coreml-bytes`` for what is no message, or larger, deeper or of more parts than any model.
    """
    if not isinstance(source, bytes):
        raise FormatError("coreml-bytes", f"expected the bytes of a .mlmodel file, got {type(source).__name__}")
    if not source or len(source) > MOST_BYTES:
        raise FormatError("coreml-bytes", f"expected a .mlmodel file of 1 to {MOST_BYTES} bytes, got {len(source)}")
    _check(source)
    model = ModelProto()
    try:
        model.MergeFromString(source)
    except (DecodeError, ValueError) as error:  # ValueError: texts that are not UTF-8, in the pure-Python runtime
        raise FormatError("coreml-bytes", f"expected a .mlmodel file, got bytes that are none: {error}") from error
    return model


def write(model: Proto) -> bytes:
    """The bytes of a model, equal ones for equal models."""
    data: bytes = model.SerializeToString(deterministic=True)
    return data


def _check(source: bytes) -> None:
    """Walks through all messages, from the outermost into each, without reading them."""
    place, end, message = 0, len(source), ModelProto.DESCRIPTOR
    around: list[tuple[int, int, Proto]] = []  # where each message goes on that the present one is in
    left = MOST_VALUES
    while place < end or around:
        if place >= end:
            place, end, message = around.pop()
            continue
        tag, place = _varint(source, place, end)
        start, place = _value(source, tag, place, end)
        left -= 1
        field = message.fields_by_number.get(tag >> 3)
        if field is not None and tag & 7 == _LENGTH:
            if field.type == _MESSAGE:
                around.append((place, end, message))
                place, end, message = start, place, field.message_type
            elif field.type not in (_STRING, _BYTES, _FLOAT, _DOUBLE):
                left -= place - start
        if left < 0:
            raise FormatError("coreml-bytes", f"expected at most {MOST_VALUES} fields, got more")
        if len(around) >= MOST_DEPTH:
            raise FormatError("coreml-bytes", f"expected at most {MOST_DEPTH} levels of messages, got more")


def _value(source: bytes, tag: int, place: int, end: int) -> tuple[int, int]:
    """Where the value of a field starts and ends."""
    kind, start = tag & 7, place
    if kind == _VARINT:
        place = _varint(source, place, end)[1]
    elif kind == _LENGTH:
        length, start = _varint(source, place, end)
        place = start + length
    else:
        place += {_EIGHT_BYTES: 8, _FOUR_BYTES: 4}.get(kind, len(source) + 1)
    if place > end:
        raise FormatError("coreml-bytes", "expected a whole .mlmodel file, got one that is cut off or of another kind")
    return start, place


def _varint(source: bytes, place: int, end: int) -> tuple[int, int]:
    """A whole number of at most 64 bits and where it ends."""
    value = shift = 0
    while place < end and shift < 70:
        byte = source[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
        shift += 7
    raise FormatError(
        "coreml-bytes", "expected whole numbers of at most ten bytes, got a .mlmodel file that is cut off"
    )
