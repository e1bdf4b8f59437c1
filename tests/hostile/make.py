"""Makes the hostile archives of this folder: python -m tests.hostile.make

A file's name begins with the code of the error that it must end in. The files are kept, so that a later version
of the engine meets the very bytes that an earlier one refused: those without a version in their name were made by the
engine that wrote format version 1, and only those of today's version are made again.
"""

from __future__ import annotations

import copy
import hashlib
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from inkmoji import Model, NearestNeighbors, dumps

from tests.archived import KINDS
from tests.engine import DIGEST, PREFIX, description, header_bytes, least_network, parts, reseal, rich_model
from tests.headers import assigned

FOLDER = Path(__file__).parent
Header = Any
SUFFIX = ".version-2.inkmoji"
NESTED = b"[" * 4000 + b"]" * 4000


def least() -> bytes:
    """The smallest model there is, which was taught nothing."""
    return dumps(Model(description(), least_network(), NearestNeighbors(2)))


def tensor(header: Header, name: str) -> Any:
    """A tensor's entry in a header."""
    return next(entry for entry in header["tensors"] if entry["name"] == name)


def set_number(header: Header, body: bytearray, name: str, index: int, value: float) -> None:
    """Overwrites one number of a tensor."""
    start = 0
    for entry in header["tensors"]:
        count, kind = int(np.prod(entry["shape"])), np.dtype(entry["dtype"])
        if entry["name"] == name:
            numbers = np.frombuffer(body, kind, count, start).copy()
            numbers[index] = value
            body[start : start + numbers.nbytes] = numbers.tobytes()
        start += count * kind.itemsize


def resized(data: bytes, header_length: int) -> bytes:
    """Another length of the header, with the right checksum."""
    changed = data[:12] + struct.pack("<I", header_length) + data[16:-DIGEST]
    return changed + hashlib.sha256(changed).digest()


def damaged_files() -> dict[str, bytes]:
    """Wrong before the header is looked at."""
    data = least()
    header, body = parts(data)
    raw = header_bytes(header)
    bit = bytearray(data)
    bit[len(data) // 2] ^= 1
    return {
        "archive-truncated.empty": b"",
        "archive-truncated.cut-before-the-checksum": data[: PREFIX.size + DIGEST - 1],
        "archive-truncated.header-longer-than-the-file": resized(data, len(data)),
        "archive-too-large.header-of-four-gigabytes": resized(data, 2**32 - 1),
        "archive-magic.zip": b"PK\x03\x04" + data[4:],
        "archive-magic.text-mode": data.replace(b"\x89INK", b"?INK", 1),
        "archive-version.newer": data[:8] + struct.pack("<I", 3) + data[12:],
        "archive-version.newer-and-sealed": reseal(header, body, version=3),
        "archive-checksum.version-changed": data[:8] + struct.pack("<I", 1) + data[12:],
        "archive-content.called-version-1": reseal(header, body, version=1),
        "archive-version.none": data[:8] + bytes(4) + data[12:],
        "archive-checksum.one-bit": bytes(bit),
        "archive-checksum.zeros": data[:-DIGEST] + bytes(DIGEST),
        "archive-header.none": reseal(b"", body),
        "archive-header.no-json": reseal(b"<html>", body),
        "archive-header.no-utf-8": reseal(raw.replace(b"none", b"\xff\xfe\xfd\xfc"), body),
        "archive-header.a-list": reseal([header], body),
        "archive-header.nested-deeply": reseal(NESTED, body),
        "archive-header.nested-deeply-in-a-setting": reseal(raw.replace(b"{}", b'{"a":' + NESTED + b"}", 1), body),
        "archive-header.number-of-5000-digits": reseal(raw.replace(b'"k":3', b'"k":' + b"9" * 5000), body),
        "archive-tensor.trailing-byte": reseal(header, body + b"\0"),
        "archive-tensor.missing-byte": reseal(header, body[:-1]),
    }


def rewritten_files() -> dict[str, bytes]:
    """The same content written in another way: only one way is allowed."""
    header, body = parts(dumps(rich_model()))
    raw = header_bytes(header)
    turned = copy.deepcopy(header)
    turned["tensors"][0], turned["tensors"][1] = turned["tensors"][1], turned["tensors"][0]
    sizes = [int(np.prod(entry["shape"])) * np.dtype(entry["dtype"]).itemsize for entry in header["tensors"][:2]]
    swapped = body[sizes[0] : sum(sizes)] + body[: sizes[0]] + body[sum(sizes) :]
    unsorted = (
        b'{"tensors":'
        + header_bytes(header["tensors"])
        + b","
        + header_bytes({key: value for key, value in header.items() if key != "tensors"})[1:]
    )
    return {
        "archive-content.spaces": reseal(raw.replace(b":", b": ", 1), body),
        "archive-content.escaped-letter": reseal(raw.replace(b'"cat"', b'"c\\u0061t"', 1), body),
        "archive-content.half-a-surrogate-pair": reseal(raw.replace(b'"none"', b'"\\ud800"', 1), body),
        "archive-content.keys-not-sorted": reseal(unsorted, body),
        "archive-content.key-twice": reseal(b'{"faces":[],' + raw[1:], body),
        "archive-content.number-written-otherwise": reseal(raw.replace(b'"threshold":1.5', b'"threshold":1.50'), body),
        "archive-content.tensors-in-another-order": reseal(turned, swapped),
    }


def changed_files() -> dict[str, bytes]:
    """Sound JSON that says something wrong."""
    sound, content = parts(dumps(rich_model()))

    def changed(change: Callable[[Header, bytearray], Any]) -> bytes:
        header, body = copy.deepcopy(sound), bytearray(content)
        change(header, body)
        return reseal(header, bytes(body))

    def extended(header: Header, body: bytearray) -> None:
        header["tensors"].append({"dtype": "uint8", "name": "secret", "shape": [4]})
        body += b"\1\2\3\4"

    def doubled(header: Header, body: bytearray) -> None:
        header["tensors"].append(dict(header["tensors"][-1], shape=[0]))

    return {
        "archive-content.unknown-key": changed(lambda h, b: h.update(note="hello")),
        "archive-content.unknown-key-nan": changed(lambda h, b: h.update(note=float("nan"))),
        "archive-content.unknown-key-huge": changed(lambda h, b: h["head"].update(note=10**4000)),
        "archive-content.unused-tensor": changed(extended),
        "archive-content.threshold-nan": changed(lambda h, b: h["head"].update(threshold=float("nan"))),
        "archive-content.threshold-infinite": changed(lambda h, b: h["head"].update(threshold=float("inf"))),
        "archive-content.weight-nan": changed(lambda h, b: set_number(h, b, "network.1.weight", 5, np.nan)),
        "archive-content.embedding-infinite": changed(lambda h, b: set_number(h, b, "head.embeddings", 0, np.inf)),
        "archive-content.example-id-twice": changed(lambda h, b: h["examples"][0].update(id=h["examples"][1]["id"])),
        "archive-content.label-twice": changed(lambda h, b: h["head"]["labels"].append("cat")),
        "archive-content.label-empty": changed(lambda h, b: h["head"]["labels"].__setitem__(0, "")),
        "archive-content.stroke-empty": changed(lambda h, b: set_number(h, b, "examples.lengths", 0, 0)),
        "archive-content.face-no-png": changed(lambda h, b: b.__setitem__(slice(-13, -10), b"GIF")),
        "archive-content.layer-unknown": changed(lambda h, b: h["network"]["layers"][0].update(kind="exec")),
        "archive-content.image-of-another-size": changed(
            lambda h, b: h["description"]["inputs"][0].update(image=[16, 8, 1])
        ),
        "archive-tensor.label-out-of-range": changed(lambda h, b: set_number(h, b, "head.labels", 0, 2)),
        "archive-tensor.label-negative": changed(lambda h, b: set_number(h, b, "head.labels", 0, -1)),
        "archive-tensor.owner-out-of-range": changed(lambda h, b: set_number(h, b, "head.owners", 0, 4)),
        "archive-tensor.point-outside-the-grid": changed(lambda h, b: set_number(h, b, "examples.points", 0, 1025)),
        "archive-tensor.stroke-longer-than-the-file": changed(lambda h, b: h["examples"][0].update(strokes=500)),
        "archive-tensor.picture-larger-than-the-file": changed(lambda h, b: h["examples"][1].update(side=128)),
        "archive-tensor.gigantic": changed(lambda h, b: tensor(h, "head.embeddings").update(shape=[2**26, 2**26])),
        "archive-tensor.gigantic-but-empty": changed(
            lambda h, b: tensor(h, "head.embeddings").update(shape=[0, 2**26, 2**26, 2**26])
        ),
        "archive-tensor.five-axes": changed(lambda h, b: tensor(h, "head.owners").update(shape=[4, 1, 1, 1, 1])),
        "archive-tensor.objects": changed(lambda h, b: tensor(h, "head.owners").update(dtype="object")),
        "archive-tensor.name-twice": changed(doubled),
        "archive-header.length-negative": changed(lambda h, b: tensor(h, "head.owners").update(shape=[-1])),
        "archive-header.true-for-a-number": changed(lambda h, b: h["head"].update(k=True)),
        "archive-header.fraction-for-a-whole-number": changed(lambda h, b: h["head"].update(k=3.0)),
        "archive-header.number-beyond-64-bits": changed(lambda h, b: h["head"].update(dimension=2**80)),
    }  # fmt: skip


def files_of_kinds() -> dict[str, bytes]:
    """What can be wrong only in models of some kind."""

    def changed(kind: str, *path: Any, to: Any) -> bytes:
        header, body = parts(dumps(KINDS[kind]))
        assigned(*path, to=to)(header)
        return reseal(header, body)

    def spoiled(kind: str, name: str, value: float) -> bytes:
        header, content = parts(dumps(KINDS[kind]))
        body = bytearray(content)
        set_number(header, body, name, 0, value)
        return reseal(header, bytes(body))

    rate, batch, shuffle = (("description", "parameters", index) for index in (0, 1, 3))
    first, second = (("head", "network", "layers", index) for index in (0, 1))
    frozen, own = ("network", "layers", 1, "updatable"), ("head", "labels")
    two = {"inputs": ["logits"], "output": "logits", "name": "self"}
    return {
        "archive-header.head-unknown": changed("classifier", "head", "kind", to="pickle"),
        "archive-header.updatable-a-number": changed("classifier", *first, "updatable", to=1),
        "archive-header.labels-of-two-types": changed("classifier", *own, to=["cat", "dog", 3]),
        "archive-header.label-beyond-64-bits": changed("pixel-classifier", *own, to=[0, 2**63]),
        "archive-header.label-true": changed("pixel-classifier", *own, to=[0, True]),
        "archive-header.label-with-a-fraction": changed("numbers-cosine", "faces", 0, "label", to=-7.0),
        "archive-header.default-label-beyond-64-bits": changed("numbers-cosine", "head", "default_label", to=-(2**64)),
        "archive-header.whole-number-for-a-rate": changed("classifier", *rate, "default", to=1),
        "archive-header.shuffle-a-number": changed("classifier", *shuffle, "default", to=1),
        "archive-header.allowed-a-fraction": changed("classifier", *batch, "allowed", to=[4, 1.5]),
        "archive-header.parameter-unknown": changed("classifier", *rate, "key", to="weights"),
        "archive-header.setting-a-list-of-texts": changed("pixel-classifier", *first, "settings", "stride", to=["2"]),
        "archive-header.setting-null": changed("pixel-classifier", *second, "settings", "alpha", to=None),
        "archive-header.no-network-in-the-head": changed("regressor", "head", "network", to=None),
        "archive-content.head-of-another-kind": changed("classifier", "head", "kind", to="network-regressor"),
        "archive-content.no-network-before-the-head": changed("classifier", "network", to=None),
        "archive-content.updatable-in-half-precision": changed("pixel-classifier", *first, "updatable", to=True),
        "archive-content.updatable-without-weights": changed("classifier", *second, "updatable", to=True),
        "archive-content.updatable-before-the-head": changed("classifier", *frozen, to=True),
        "archive-content.cycle": changed("classifier", *first, "inputs", to=["s"]),
        "archive-content.layer-that-reads-itself": changed("classifier", *first, to=_layer("classifier", **two)),
        "archive-content.optimizer-unknown": changed("classifier", "head", "optimizer", to="exec"),
        "archive-content.fewer-classes-than-outputs": changed("classifier", *own, to=["cat", "dog"]),
        "archive-content.class-twice": changed("classifier", *own, to=["cat", "dog", "cat"]),
        "archive-content.metric-unknown": changed("numbers-cosine", "head", "metric", to="exec"),
        "archive-content.default-above-its-range": changed("classifier", *rate, "default", to=1.5),
        "archive-content.default-nan": changed("classifier", *rate, "default", to=float("nan")),
        "archive-content.range-infinite": changed("classifier", *rate, "maximum", to=float("inf")),
        "archive-content.default-not-allowed": changed("classifier", *batch, "default", to=5),
        "archive-content.range-and-set": changed("classifier", *batch, "minimum", to=1),
        "archive-content.setting-out-of-range": changed("pixel-classifier", *first, "settings", "stride", to=[2, 0]),
        "archive-content.setting-a-number-of-400-digits": changed(
            "pixel-classifier", *second, "settings", "alpha", to=10**400
        ),
        "archive-content.kernel-of-a-gigabyte": changed(
            "pixel-classifier", *first, "settings", "padding", to=[1024, 1024, 1024, 1024]
        ),
        "archive-content.labels-of-the-other-type": changed("numbers-cosine", *own, to=["a", "b", "c", "d"]),
        "archive-content.faces-of-two-types": changed("numbers-cosine", "faces", 1, "label", to="nine"),
        "archive-content.trained-weight-nan": spoiled("classifier", "head.0.weight", np.nan),
        "archive-content.trained-weight-infinite": spoiled("regressor", "head.4.bias", -np.inf),
        "archive-content.embedding-nan-in-single-precision": spoiled("numbers-cosine", "head.embeddings", np.nan),
        "archive-tensor.labels-beyond-the-classes": spoiled("numbers-cosine", "head.labels", 4),
        "archive-tensor.weight-of-whole-numbers": changed(
            "classifier", "tensors", 3, to={"dtype": "int32", "name": "head.0.weight", "shape": [4, 2]}
        ),
        "archive-tensor.weights-of-no-layer": changed("regressor", "tensors", 0, "name", to="head.9.beta"),
    }


def _layer(kind: str, **changes: Any) -> Any:
    """The first layer of a head, with changes."""
    return parts(dumps(KINDS[kind]))[0]["head"]["network"]["layers"][0] | changes


def files() -> dict[str, bytes]:
    """Name, without ".inkmoji", to bytes."""
    return damaged_files() | rewritten_files() | changed_files() | files_of_kinds()


if __name__ == "__main__":
    for old in FOLDER.glob(f"*{SUFFIX}"):
        old.unlink()
    for name, data in files().items():
        (FOLDER / f"{name}{SUFFIX}").write_bytes(data)
