"""The engine's unit tests once more, where the engine lives: in Pyodide, in the browser."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.updatable import KINDS, outcome

ROOT = Path(__file__).resolve().parents[2]
READ = ("README.md", "pysrc/FROM_COREML.md", "models/base.inkmoji", "web/protocol.d.ts")  # by tests
# What runs the tests; the rest of what they need is in Pyodide or in dist/.
RUNNER = ("pytest", "pluggy", "iniconfig", "pygments", "protobuf")
RUN = """
async ([suite, code, withKernel]) => {
  const indexURL = new URL("pyodide/", location.href).href;
  const { loadPyodide } = await import(`${indexURL}pyodide.mjs`);
  const said = [];
  const pyodide = await loadPyodide({ indexURL, stdout: (line) => said.push(line) });
  await pyodide.loadPackage(["inkmoji", "packaging"], { messageCallback: () => {} });
  if (withKernel) {
    const { fetchKernel, lendKernel } = await import(new URL("worker/kernel.js", location.href).href);
    if (!(await lendKernel(pyodide, fetchKernel()))) throw new Error("the kernel is not used");
  }
  const bytes = Uint8Array.from(atob(suite), (character) => character.charCodeAt(0));
  pyodide.unpackArchive(bytes.buffer, "zip", { extractDir: "/suite" });
  pyodide.runPython(`import os, sys; sys.path.insert(0, "/suite"); os.chdir("/suite")`);
  return [pyodide.runPython(code), said.join("\\n")];
}
"""
UNIT_TESTS = """
import pytest
int(pytest.main(["-q", "-W", "error", "-p", "no:cacheprovider", "--tb=short", "-o", "markers=no_cover", *TESTS]))
"""
OUTCOMES = """
import json
from tests.updatable import KINDS, outcome
json.dumps({name: outcome(name) for name in KINDS})
"""


def engine_tests() -> list[Path]:
    """All unit tests but those that a browser cannot run."""
    left_out = (
        "test_bench",  # it starts a browser, and Node.js
        "test_build_",  # they start commands and servers
        "test_command_",  # they start processes, and look at the disk
        "test_models_",  # training starts processes
        "test_threads_",  # Python has no threads there
    )
    files = (ROOT / "tests" / "unit").glob("test_*.py")
    return sorted(path for path in files if not path.name.startswith(left_out) and not path.stem.endswith("_oracle"))


def suite() -> str:
    """Tests, their helpers and pytest as a zip file, in base64."""
    tests = ROOT / "tests"
    helpers = [*tests.glob("*.py"), *(tests / "hostile").iterdir(), *(tests / "stored").iterdir()]
    helpers.remove(tests / "conftest.py")  # needs hypothesis
    helpers += (ROOT / "pysrc" / "inkmoji").rglob("*.py")
    helpers += [ROOT / name for name in READ]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in (*engine_tests(), *filter(Path.is_file, helpers)):
            archive.write(path, path.relative_to(ROOT))
        for name in RUNNER:
            for file in metadata.distribution(name).files or ():
                if file.suffix == ".py":
                    archive.write(file.locate(), file.as_posix())
    return base64.b64encode(packed.getvalue()).decode()


def test_the_engine_passes_its_unit_tests_inside_the_browser(tab: Page) -> None:
    assert {"archive", "image", "network", "update"} <= {path.stem.split("_")[1] for path in engine_tests()}
    passes(tab, ["--ignore=tests/unit/test_coreml_schema.py", "tests/unit"], True)  # which starts other Pythons


def test_without_the_kernel_it_computes_the_same(tab: Page) -> None:
    passes(tab, [f"tests/unit/test_{name}.py" for name in ("linalg", "layers", "network", "neighbors", "plda")], False)


def passes(page: Page, tests: list[str], with_kernel: bool) -> None:
    code, said = page.evaluate(RUN, [suite(), UNIT_TESTS.replace("*TESTS", repr(tests)[1:-1]), with_kernel])
    assert code == 0, said
    assert " passed" in said
    assert "skipped" not in said


@pytest.mark.parametrize("with_kernel", [True, False])
def test_the_same_updates_end_in_the_browser_as_they_do_in_cpython(tab: Page, with_kernel: bool) -> None:
    answer, said = tab.evaluate(RUN, [suite(), OUTCOMES, with_kernel])
    there = json.loads(answer)
    assert set(there) == set(KINDS), said
    for name, numbers in there.items():
        here = outcome(name)
        assert len(numbers) == len(here) > 8, name
        assert numbers == pytest.approx(here, abs=1e-5), name
