"""Changes at random of archives: of what a header says, sealed again with the right lengths and checksum, or of bytes.

Each function takes a generator and what it changes; the header is the function's own to change.
"""

from __future__ import annotations

import copy
import hashlib
import math
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from inkmoji.layers import KINDS

from tests.engine import DIGEST, PREFIX, header_bytes, parts, reseal
from tests.headers import at, places

Generator = np.random.Generator
Path = tuple[Any, ...]

NASTY = [
    None, True, False, 0, 1, 2, 3, -1, 9, 1024, 1025, 2**31, 2**53, 2**53 + 1, 2**63 - 1, 2**63, -(2**63) - 1, 10**400,
    0.0, 0.5, 1.0, -0.0, 1e-320, 1e39, 1e300, math.nan, math.inf, -math.inf, "", "cat", "\0", "\ud800", "x" * 70,
    "same", [], [0], [1, 1], [2, 2], [1, 2, 1, 2], [1, -1], [1.0], [True], ["a"], [[]], {}, {"": 1},
]  # fmt: skip
DTYPES = ["float32", "float16", "int32", "uint16", "uint8", "float64", "object", "<f4", "int64", ""]


@dataclass
class Parts:
    """An archive taken apart; changed in place."""

    version: int
    header: Any
    body: bytes

    def sealed(self) -> bytes:
        return reseal(self.header, self.body, self.version)


def taken_apart(data: bytes) -> Parts:
    return Parts(struct.unpack("<I", data[8:12])[0], *parts(data))


def one(generator: Generator, values: Any) -> Any:
    """One of several values, a copy."""
    return copy.deepcopy(one_of(generator, values))


def one_of(generator: Generator, values: Any) -> Any:
    """One of several values, itself."""
    return values[int(generator.integers(len(values)))]


def place(generator: Generator, header: Any, wanted: Callable[[Path, Any], bool] = lambda path, value: True) -> Path:
    """The path of one value of those wanted; the empty one where there is none."""
    found = [path for path in places(header) if wanted(path, at(header, path))]
    return one_of(generator, found) if found else ()


def put(header: Any, path: Path, value: Any) -> None:
    if path:
        at(header, path[:-1])[path[-1]] = value


# Of a header


def any_value(generator: Generator, its: Parts) -> None:
    put(its.header, place(generator, its.header), one(generator, NASTY))


def number(generator: Generator, its: Parts) -> None:
    """One number becomes another: a near or far one, one of another type, none at all."""
    path = place(generator, its.header, lambda path, value: type(value) in (int, float))
    value = at(its.header, path)
    near = [value + 1, value - 1, -value, value * 2, float(value), int(value), value == 1, str(value), [value], None]
    put(its.header, path, one(generator, [*near, math.nan, math.inf, 1e300, 2**63, 2**31]))


def text(generator: Generator, its: Parts) -> None:
    """One text becomes another text of the header, or nearly itself."""
    paths = [path for path in places(its.header) if isinstance(at(its.header, path), str)]
    path, other = one(generator, paths), at(its.header, one(generator, paths))
    value = at(its.header, path)
    put(its.header, path, one(generator, [other, value + "x", value[:-1], value.upper(), "", "\ud800", "\0", 7, None]))


def removed(generator: Generator, its: Parts) -> None:
    path = place(generator, its.header)
    del at(its.header, path[:-1])[path[-1]]


def repeated(generator: Generator, its: Parts) -> None:
    path = place(generator, its.header)
    parent, value = at(its.header, path[:-1]), copy.deepcopy(at(its.header, path))
    if isinstance(parent, list):
        parent.insert(path[-1], value)
    else:
        parent[one(generator, [f"{path[-1]}2", "updatable", "kind", "allowed", "metric", ""])] = value


def reordered(generator: Generator, its: Parts) -> None:
    """A list in another order."""
    path = place(generator, its.header, lambda path, value: isinstance(value, list) and len(value) > 1)
    values = at(its.header, path)
    put(its.header, path, [values[index] for index in generator.permutation(len(values))])


def exchanged(generator: Generator, its: Parts) -> None:
    """A value in the place of another."""
    value = copy.deepcopy(at(its.header, place(generator, its.header)))
    put(its.header, place(generator, its.header), value)


def layer(generator: Generator, its: Parts) -> None:
    """A layer of another kind, with other blobs, settings, weights or another mark."""
    path = place(generator, its.header, lambda path, value: isinstance(value, dict) and "inputs" in value)
    found = at(its.header, path)
    if not path or not isinstance(found.get("settings"), dict):
        return
    blobs = [name for name in found["inputs"] if isinstance(name, str)] + ["image", "e", "s", "t", "p", "f", "x"]
    changes: list[tuple[str, Any]] = [
        ("kind", one(generator, list(KINDS))),
        ("inputs", [one(generator, blobs)]),
        ("inputs", [one(generator, blobs), one(generator, blobs)]),
        ("output", one(generator, blobs)),
        ("updatable", one(generator, [not found.get("updatable"), 1, None])),
        ("weights", one(generator, [[], ["weight"], ["bias", "weight"], ["weight", "bias"], ["scale"]])),
    ]
    key, value = one(generator, changes)
    found[key] = value


def setting(generator: Generator, its: Parts) -> None:
    path = place(generator, its.header, lambda path, value: isinstance(value, dict) and path[-1] == "settings")
    if path:
        settings = at(its.header, path)
        names = [*settings, "stride", "padding", "size", "dilation", "groups", "alpha", "epsilon", "shape", "order"]
        settings[one(generator, names)] = one(generator, NASTY)


def label(generator: Generator, its: Parts) -> None:
    wanted = ("label", "default_label")
    path = place(generator, its.header, lambda path, value: path[-1] in wanted or "labels" in path[-2:])
    labels = ["cat", "Zoë", "", "\ud800", "9", 9, -1, 2**63 - 1, 2**63, -(2**63) - 1, True, 9.0, None, ["cat"], [9, 9]]
    put(its.header, path, one(generator, labels))


def tensor(generator: Generator, its: Parts) -> None:
    """A tensor of another name, type or shape."""
    entry = one_of(generator, its.header["tensors"])
    shape = entry.get("shape") or [1]
    shapes = [shape[::-1], [*shape, 1], shape[1:], [0], [2**26], [2**26, 2**26], [-1], [1, 1, 1, 1, 1], [math.inf], "1"]
    changes = [("name", "x"), ("dtype", one(generator, DTYPES)), ("shape", one(generator, shapes))]
    key, value = one(generator, changes)
    entry[key] = value


def longer(generator: Generator, its: Parts) -> None:
    """A tensor with more or fewer rows, and the file's bytes with it."""
    index = int(generator.integers(len(its.header["tensors"])))
    entry = its.header["tensors"][index]
    start = sum(map(size, its.header["tensors"][:index]))
    old = size(entry)
    entry["shape"] = [max(0, entry["shape"][0] + int(generator.integers(-2, 3))), *entry["shape"][1:]]
    kept = its.body[start : start + min(old, size(entry))]
    more = generator.integers(0, 2, size(entry) - len(kept), dtype=np.uint8).tobytes()
    its.body = its.body[:start] + kept + more + its.body[start + old :]


def size(entry: Any) -> int:
    """Bytes of a tensor, none where the entry does not say; never more than any tensor here has."""
    try:
        return min(max(0, int(np.dtype(entry["dtype"]).itemsize * math.prod(entry["shape"]))), 10_000)
    except (KeyError, TypeError, ValueError, OverflowError):
        return 0


def value_of_a_tensor(generator: Generator, its: Parts) -> None:
    """NaN, infinity, or the largest or another number in a tensor."""
    start, entry = 0, None
    for entry in its.header["tensors"][: int(generator.integers(1, len(its.header["tensors"]) + 1))]:
        start += size(entry)
    kind = np.dtype(entry["dtype"]) if entry and entry["dtype"] in DTYPES[:5] else np.dtype("uint8")
    if not entry or size(entry) < kind.itemsize:
        return
    first = start - size(entry) + kind.itemsize * int(generator.integers(size(entry) // kind.itemsize))
    if kind.kind == "f":
        made = np.array(one(generator, [math.nan, math.inf, -math.inf, 6e4, 1e-7, -0.0, 0.5]), kind)
    else:
        made = np.array(one(generator, [0, 1, 2, 100, np.iinfo(kind).max, np.iinfo(kind).min]), kind)
    its.body = its.body[:first] + made.tobytes() + its.body[first + kind.itemsize :]


def version(generator: Generator, its: Parts) -> None:
    its.version = one(generator, [0, 1, 2, 3, 4, 258, 2**32 - 1])


CHANGES = (
    any_value, number, number, text, removed, repeated, reordered, exchanged, layer, layer, setting, label, label,
    tensor, longer, longer, value_of_a_tensor, value_of_a_tensor, version,
)  # fmt: skip


def changed(generator: Generator, data: bytes) -> bytes:
    """The archive with one to three changes of what it says, sealed again."""
    its = taken_apart(data)
    for index in generator.integers(len(CHANGES), size=one(generator, [1, 1, 1, 2, 3])):
        try:
            CHANGES[index](generator, its)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError, OverflowError):
            continue  # an earlier change has taken away what this one changes
    return its.sealed()


def rewritten(generator: Generator, data: bytes) -> bytes:
    """The same content, or nearly, as another text of JSON, sealed again."""
    its = taken_apart(data)
    raw = header_bytes(its.header)
    pairs = [
        (b":", b": "), (b",", b", "), (b"1", b"1.0"), (b"null", b"NaN"), (b"null", b"1e999"), (b"e", b"\\u0065"),
        (b"{", b'{"":0,'), (b"[", b"[,"), (b'"', b"'"), (b"}", b"}}"), (b"0", b"00"), (b"-", b"+"), (b"1", b"true"),
        (b"[]", b"[" * 5000 + b"]" * 5000), (b"1", b"9" * 5000), (b"a", b"\xff"), (b'"', b"\xef\xbb\xbf\""),
        (b'"', b'"\\ud800'), (b'{"', b'{"faces":[],"'), (b'{"', b'{"name":"x","'), (b'"', b'"\n'),
    ]  # fmt: skip
    old, new = one(generator, pairs)
    found = [index for index in range(len(raw)) if raw.startswith(old, index)]
    if found:
        index = one(generator, found)
        raw = raw[:index] + new + raw[index + len(old) :]
    return reseal(raw, its.body, its.version)


# Of bytes


def flipped(generator: Generator, data: bytes) -> bytes:
    made = bytearray(data)
    for _ in range(int(generator.integers(1, 5))):
        made[int(generator.integers(len(made)))] ^= 1 << int(generator.integers(8))
    return bytes(made)


def flipped_and_sealed(generator: Generator, data: bytes) -> bytes:
    made = flipped(generator, data)[:-DIGEST]
    return made + hashlib.sha256(made).digest()


def cut(generator: Generator, data: bytes) -> bytes:
    return data[: int(generator.integers(len(data)))]


def cut_and_sealed(generator: Generator, data: bytes) -> bytes:
    made = cut(generator, data)
    return made + hashlib.sha256(made).digest()


def pieced(generator: Generator, data: bytes) -> bytes:
    """With a piece put in, taken out or repeated."""
    start, end = sorted(int(index) for index in generator.integers(len(data), size=2))
    pieces = [generator.bytes(int(generator.integers(1, 20))), b"", data[start:end] * 2, bytes(end - start)]
    return data[:start] + one(generator, pieces) + data[end:]


def other_prefix(generator: Generator, data: bytes) -> bytes:
    """Another magic, version or length of the header, the checksum right."""
    magic, version, length = PREFIX.unpack_from(data)
    which = int(generator.integers(3))
    if which == 0:
        magic = one(generator, [b"PK\3\4\0\0\0\0", b"\x89PNG\r\n\x1a\n", bytes(8), magic.lower(), generator.bytes(8)])
    if which == 1:
        version = one(generator, [0, 3, 2**31, int(generator.integers(3, 2**32))])
    if which == 2:
        lengths = [0, length + 1, length - 1, len(data), (16 << 20) + 1, 2**32 - 1, int(generator.integers(len(data)))]
        length = one(generator, lengths)
    made = PREFIX.pack(magic, version, length) + data[PREFIX.size : -DIGEST]
    return made + hashlib.sha256(made).digest()


DAMAGES = (flipped, flipped_and_sealed, cut, cut_and_sealed, pieced, other_prefix)


def mutated(seed: int, sources: list[bytes], count: int) -> Iterator[tuple[str, bytes]]:
    """So many changed archives and how they were changed.

    Five of eight have another structure or other values, with right lengths and checksum; one of eight has its header
    written in another way, likewise sealed; a quarter is damaged byte by byte.
    """
    generator = np.random.default_rng(seed)
    for index in range(count):
        data = sources[index % len(sources)]
        if index % 8 < 5:
            yield "structure", changed(generator, data)
        elif index % 8 == 5:
            yield "writing", rewritten(generator, data)
        else:
            yield "bytes", one(generator, DAMAGES)(generator, data)
