"""The kernel that the worker lends to Python computes what NumPy does, or it is not used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route

from tests.browser.recorder import Recorder

KERNELS = "**/worker/kernel*.wasm"
FUSED = "**/worker/kernel-fused.wasm"  # for browsers that multiply and add at once
RUN = """
async (code) => {
  const { boot } = await import(new URL("worker/boot.js", location.href).href);
  const python = await boot(() => {});
  return python.runPython(code);
}
"""
# NumPy's random numbers are not among what the page starts with.
RUN_WITH_ALL_OF_NUMPY = """
async (code) => {
  const indexURL = new URL("pyodide/", location.href).href;
  const { loadPyodide } = await import(`${indexURL}pyodide.mjs`);
  const { fetchKernel, lendKernel } = await import(new URL("worker/kernel.js", location.href).href);
  const python = await loadPyodide({ indexURL });
  await python.loadPackage("inkmoji", { messageCallback: () => {} });
  await lendKernel(python, fetchKernel());
  return python.runPython(code);
}
"""
LENT = "from inkmoji import kernel; kernel.lent()"
# Shapes, strides and alignments at random; around whatever the kernel writes lies what it must not touch.
FUZZ = """
import json
import numpy as np
from inkmoji import kernel, linalg

MARK = np.float32(12345.678)
zones = []

class Guarded:
    '''NumPy whose new arrays have marks around them.'''

    def __getattr__(self, name):
        return getattr(np, name)

    def empty(self, shape, dtype):
        count = int(np.prod(shape))
        before = int(random.integers(16, 24))
        whole = np.full(count + 48, MARK, dtype)
        inside = np.zeros(len(whole), bool)
        inside[before : before + count] = True
        zones.append((whole, inside))
        return whole[before : before + count].reshape(shape)

def part(*shape):
    '''Of a wider image, marks around it and between its rows.'''
    channels, *sides = shape
    wide = [side + int(random.integers(0, 5)) for side in sides]
    left, top = (int(random.integers(0, there - side + 1)) for there, side in zip(wide[::-1], sides[::-1]))
    count, before = channels * wide[0] * wide[1], int(random.integers(16, 24))
    whole, inside = np.full(count + 48, MARK, np.float32), np.zeros(count + 48, bool)
    cut = lambda flat: flat[before : before + count].reshape(channels, *wide)[
        :, top : top + sides[0], left : left + sides[1]]
    cut(inside)[...] = True
    zones.append((whole, inside))
    return cut(whole)

def numbers(*shape):
    '''At an address that is a multiple of four, rows apart or side by side.'''
    wide = random.normal(size=(*shape[:-1], shape[-1] + int(random.integers(0, 3)))).astype(np.float32)
    shift = int(random.integers(0, 4))
    flat = np.concatenate([np.zeros(shift, np.float32), wide.ravel()])[shift:]
    return flat.reshape(wide.shape)[..., : shape[-1]]

def compared(found, wanted, size):
    '''How far apart, in units of the rounding that so many sums may have.'''
    assert found.dtype == np.float32 and found.shape == wanted.shape
    whole, inside = zones[-1]
    assert (whole[~inside] == MARK).all()
    return float(np.abs(found - wanted).max() / (size * np.finfo(np.float32).eps))

def product():
    rows, inner, columns = (int(side) for side in random.integers(1, 40, 3))
    left, right = numbers(rows, inner), numbers(inner, columns)
    if random.random() < 0.3:
        left = numbers(inner, rows).T
    wanted = left.astype(np.float64) @ right.astype(np.float64)
    return compared(kernel.multiply(left, right), wanted, float(np.abs(left).max() * np.abs(right).max()) * inner)

def convolution():
    channels, outputs, high, wide = (int(side) for side in random.integers(1, [6, 11, 6, 6]))
    gap = tuple(int(one) for one in random.integers(1, 3, 2))
    rows, columns = int(random.integers(1, 20)), int(random.integers(1, 20))
    sides = rows + (high - 1) * gap[0], columns + (wide - 1) * gap[1]
    image, kernels = numbers(channels, *sides), numbers(outputs, channels * high * wide)
    image = np.ascontiguousarray(image)
    bias = numbers(outputs) if random.random() < 0.7 else None
    rectified = random.random() < 0.5
    found = part(-(-outputs // 4) * 4, rows, columns)
    added = None
    if random.random() < 0.5:  # it lies as what is written does
        added = np.lib.stride_tricks.as_strided(np.empty(zones[-1][0].size, np.float32), found.shape, found.strides)
        added[...] = numbers(*found.shape)
    offsets = kernel.offsets_of_patches(channels, sides, (high, wide), gap)
    packed = kernel.Packed.of(kernels, bias)
    operation = kernel.convolution(packed, image, offsets, found, added, rectified)
    kernel.Program.of([operation]).run()
    patches = linalg.im2col(image[None].astype(np.float64), (high, wide), (1, 1), gap)[0]
    wanted = (kernels.astype(np.float64) @ patches).reshape(outputs, rows, columns)
    wanted += 0.0 if bias is None else bias[:, None, None]
    wanted += 0.0 if added is None else added[:outputs]
    wanted = np.maximum(wanted, 0.0) if rectified else wanted
    size = float(np.abs(kernels).max() * np.abs(image).max()) * kernels.shape[1] + 8.0
    return compared(found[:outputs], wanted, size)

def pool():
    channels, rows, columns = (int(side) for side in random.integers(1, [6, 8, 20]))
    source = numbers(channels, 2 * rows + int(random.integers(0, 2)), 2 * columns + int(random.integers(0, 2)))
    if random.random() < 0.3:
        source[tuple(int(random.integers(0, side)) for side in source.shape)] = np.nan
    mean, rectified = bool(random.random() < 0.5), bool(random.random() < 0.5)
    found = part(channels, rows, columns)
    kernel.Program.of([kernel.pooling(source, found, mean, rectified)]).run()
    halves = source[:, : 2 * rows, : 2 * columns]
    if mean:
        down = halves[:, ::2] + halves[:, 1::2]
        wanted = (down[:, :, ::2] + down[:, :, 1::2]) / np.float32(4.0)
    else:
        wanted = np.maximum.reduce([halves[:, y::2, x::2] for y in (0, 1) for x in (0, 1)])
    wanted = np.maximum(wanted, np.float32(0.0)) if rectified else wanted
    assert np.array_equal(found, wanted, equal_nan=True)  # to the bit
    return compared(np.nan_to_num(found), np.nan_to_num(wanted), 1.0)

random = np.random.default_rng(7)
assert kernel.lent()
kernel.np = Guarded()
worst = max(max(product(), convolution(), pool()) for _ in range(ROUNDS))
# The memory grows: what the kernel works on is another buffer from then on.
memory = np.ones(1 << 26)
grown = max(max(product(), convolution(), pool()) for _ in range(50))
json.dumps([worst, grown, len(zones)])
"""


@pytest.mark.parametrize("is_fused", [True, False])
def test_what_the_kernel_computes_is_what_numpy_computes_and_nothing_beside_it_changes(
    tab: Page, shared_recorder: Recorder, is_fused: bool
) -> None:
    if not is_fused:
        answer(tab, FUSED, status=404)
    worst, grown, products = json.loads(tab.evaluate(RUN_WITH_ALL_OF_NUMPY, FUZZ.replace("ROUNDS", "1000")))
    assert products >= 3150
    assert max(worst, grown) < 1.0
    shared_recorder.take("404")


def answer(page: Page, pattern: str, **given: Any) -> list[Route]:
    """Answer with that for a kernel; return what asks for it."""
    asked: list[Route] = []
    page.route(pattern, lambda route: (asked.append(route), route.fulfill(**given)))
    return asked


DAMAGES = ("missing", "empty", "no WebAssembly", "cut off", "wrong", "wrong pool", "another function", "no program")


@pytest.mark.parametrize("damage", DAMAGES)
def test_without_a_sound_kernel_python_computes_without(
    tab: Page, shared_recorder: Recorder, dist: Path, damage: str
) -> None:
    sound = (dist / "worker" / "kernel.wasm").read_bytes()
    bodies = {
        "empty": b"",
        "no WebAssembly": b"kernel",
        "cut off": sound[:-9],
        "wrong": sound.replace(b"\xfd\xe6\x01", b"\xfd\xe4\x01"),  # adds for multiplies
        "wrong pool": sound.replace(b"\xfd\xe9\x01", b"\xfd\xe8\x01"),  # the least for the largest
        "no program": sound.replace(b"\x03run", b"\x03ruN"),
        "another function": sound.replace(b"\x08convolve", b"\x08convolvE"),
    }
    assert sound not in bodies.values()
    given: dict[str, Any] = {"status": 404, "body": b""}
    if damage in bodies:
        given = {"body": bodies[damage], "content_type": "application/wasm"}
    asked = answer(tab, KERNELS, **given)
    assert tab.evaluate(RUN, LENT) is False
    compiled = damage not in ("missing", "empty", "no WebAssembly", "cut off")
    assert len(asked) == (1 if compiled else 2)
    shared_recorder.take("404")


def test_a_page_with_a_sound_kernel_uses_it(tab: Page) -> None:
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    assert tab.evaluate(RUN, LENT) is True
    assert [name for name in asked if name.startswith("kernel")] == ["kernel.js", "kernel-fused.wasm"]


def test_a_browser_that_cannot_multiply_and_add_at_once_uses_the_other_kernel(tab: Page, dist: Path) -> None:
    unknown = (dist / "worker" / "kernel-fused.wasm").read_bytes().replace(b"\xfd\x85\x02", b"\xfd\xff\x02")
    assert unknown != (dist / "worker" / "kernel-fused.wasm").read_bytes()
    answer(tab, FUSED, body=unknown, content_type="application/wasm")
    assert tab.evaluate(RUN, LENT) is True
