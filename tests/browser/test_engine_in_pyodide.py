"""The engine's unit tests once more, where the engine lives: in Pyodide, in the browser."""

from __future__ import annotations

import base64
import io
import zipfile
from importlib import metadata
from pathlib import Path

from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
ENGINE = sorted(path.stem for path in (ROOT / "pysrc" / "inkmoji").glob("*.py"))
# What runs the tests; the rest of what they need is in Pyodide or in dist/.
RUNNER = ("pytest", "pluggy", "iniconfig", "pygments")
RUN = """
async (suite) => {
  const indexURL = new URL("pyodide/", location.href).href;
  const { loadPyodide } = await import(`${indexURL}pyodide.mjs`);
  const said = [];
  const pyodide = await loadPyodide({ indexURL, stdout: (line) => said.push(line) });
  await pyodide.loadPackage(["inkmoji", "packaging"], { messageCallback: () => {} });
  const bytes = Uint8Array.from(atob(suite), (character) => character.charCodeAt(0));
  pyodide.unpackArchive(bytes.buffer, "zip", { extractDir: "/suite" });
  const code = pyodide.runPython(`
    import os, sys
    sys.path.insert(0, "/suite")
    os.chdir("/suite")
    import pytest
    int(pytest.main(["-q", "-W", "error", "-p", "no:cacheprovider", "--tb=short", "tests/unit"]))
  `);
  return [code, said.join("\\n")];
}
"""


def engine_tests() -> list[Path]:
    """The unit tests of the engine's modules, less those that need an oracle."""
    files = {path for name in ENGINE for path in (ROOT / "tests" / "unit").glob(f"test_{name}[._]*")}
    return sorted(path for path in files if not path.stem.endswith("_oracle"))


def suite() -> str:
    """Tests, their helpers and pytest as a zip file, in base64."""
    helpers = [ROOT / "tests" / "engine.py", *(ROOT / "tests" / "hostile").iterdir()]
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
    code, said = tab.evaluate(RUN, suite())
    assert code == 0, said
    assert " passed" in said
    assert "skipped" not in said
