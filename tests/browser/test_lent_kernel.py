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
numpy_empty = np.empty

class Guarded:
    def __getattr__(self, name):
        return getattr(np, name)

    def empty(self, shape, dtype):
        count = int(np.prod(shape))
        before = int(random.integers(16, 24))
        whole = np.full(count + 48, MARK, dtype)
        zones.append((whole, before, count))
        return whole[before : before + count].reshape(shape)

def numbers(*shape):
    '''At an address that is a multiple of four, rows apart or side by side.'''
    wide = random.normal(size=(*shape[:-1], shape[-1] + int(random.integers(0, 3)))).astype(np.float32)
    shift = int(random.integers(0, 4))
    flat = np.concatenate([np.zeros(shift, np.float32), wide.ravel()])[shift:]
    return flat.reshape(wide.shape)[..., : shape[-1]]

def compared(found, wanted, size):
    '''How far apart, in units of the rounding that so many sums may have.'''
    assert found.dtype == np.float32 and found.shape == wanted.shape
    whole, before, count = zones[-1]
    assert (whole[:before] == MARK).all() and (whole[before + count :] == MARK).all()
    return float(np.abs(found - wanted).max() / (size * np.finfo(np.float32).eps))

def product():
    rows, inner, columns = (int(side) for side in random.integers(1, 40, 3))
    left, right = numbers(rows, inner), numbers(inner, columns)
    if random.random() < 0.3:
        left = numbers(inner, rows).T
    wanted = left.astype(np.float64) @ right.astype(np.float64)
    return compared(kernel.multiply(left, right), wanted, float(np.abs(left).max() * np.abs(right).max()) * inner)

def convolution():
    count, channels, outputs, high, wide = (int(side) for side in random.integers(1, [4, 6, 11, 6, 6]))
    gap = tuple(int(one) for one in random.integers(1, 3, 2))
    rows, columns = int(random.integers(1, 20)), int(random.integers(1, 20))
    sides = rows + (high - 1) * gap[0], columns + (wide - 1) * gap[1]
    images, kernels = numbers(count, channels, *sides), numbers(outputs, channels * high * wide)
    bias = numbers(outputs) if random.random() < 0.7 else None
    added = numbers(count, outputs, rows, columns) if random.random() < 0.5 else None
    rectified = random.random() < 0.5
    offsets = kernel.offsets_of_patches(channels, sides, (high, wide), gap)
    found = kernel.correlate(kernel.Packed.of(kernels, bias), images, offsets, (rows, columns), added, rectified)
    patches = linalg.im2col(images.astype(np.float64), (high, wide), (1, 1), gap)
    wanted = np.einsum("ok,nkp->nop", kernels.astype(np.float64), patches).reshape(count, outputs, rows, columns)
    wanted += 0.0 if bias is None else bias[:, None, None]
    wanted += 0.0 if added is None else added
    wanted = np.maximum(wanted, 0.0) if rectified else wanted
    size = float(np.abs(kernels).max() * np.abs(images).max()) * kernels.shape[1] + 8.0
    return compared(found, wanted, size)

random = np.random.default_rng(7)
assert kernel.lent()
kernel.np = Guarded()
worst = max(max(product(), convolution()) for _ in range(ROUNDS))
# The memory grows: what the kernel works on is another buffer from then on.
memory = np.ones(1 << 26)
grown = max(max(product(), convolution()) for _ in range(50))
json.dumps([worst, grown, len(zones)])
"""


@pytest.mark.parametrize("is_fused", [True, False])
def test_what_the_kernel_computes_is_what_numpy_computes_and_nothing_beside_it_changes(
    tab: Page, shared_recorder: Recorder, is_fused: bool
) -> None:
    if not is_fused:
        answer(tab, FUSED, status=404)
    worst, grown, products = json.loads(tab.evaluate(RUN_WITH_ALL_OF_NUMPY, FUZZ.replace("ROUNDS", "1000")))
    assert products == 2100
    assert max(worst, grown) < 1.0
    shared_recorder.take("404")


def answer(page: Page, pattern: str, **given: Any) -> list[Route]:
    """Answer with that for a kernel; return what asks for it."""
    asked: list[Route] = []
    page.route(pattern, lambda route: (asked.append(route), route.fulfill(**given)))
    return asked


@pytest.mark.parametrize("damage", ["missing", "empty", "no WebAssembly", "cut off", "wrong", "another function"])
def test_without_a_sound_kernel_python_computes_without(
    tab: Page, shared_recorder: Recorder, dist: Path, damage: str
) -> None:
    sound = (dist / "worker" / "kernel.wasm").read_bytes()
    bodies = {
        "empty": b"",
        "no WebAssembly": b"kernel",
        "cut off": sound[:-9],
        "wrong": sound.replace(b"\xfd\xe6\x01", b"\xfd\xe4\x01"),  # adds for multiplies
        "another function": sound.replace(b"\x08convolve", b"\x08convolvE"),
    }
    assert sound not in bodies.values()
    given: dict[str, Any] = {"status": 404, "body": b""}
    if damage in bodies:
        given = {"body": bodies[damage], "content_type": "application/wasm"}
    asked = answer(tab, KERNELS, **given)
    assert tab.evaluate(RUN, LENT) is False
    assert len(asked) == (1 if damage in ("wrong", "another function") else 2)  # one that runs is not asked for twice
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
