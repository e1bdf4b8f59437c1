"""What the documentation shows is what happens: its Python is run, and its outputs are compared."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import inkmoji
import pytest
from inkmoji import errors, layers, parameters

from tests import surface

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "pysrc" / "FROM_COREML.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```(python|text)\n(.*?)```", re.DOTALL)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the base model, to run in."""
    (tmp_path / "models").mkdir()
    shutil.copy(ROOT / "models" / "base.inkmoji", tmp_path / "models")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_library_example_runs_and_recognises_the_second_house(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    exec(compile(code, "README.md", "exec"), {})
    assert capsys.readouterr().out == "🏠\n"
    assert (folder / "house.inkmoji").stat().st_size > (ROOT / "models" / "base.inkmoji").stat().st_size


def test_every_method_of_the_module_is_named() -> None:
    section = (ROOT / "README.md").read_text(encoding="utf-8").split("## In your own page")[1].split("\n## ")[0]
    table = "".join(line for line in section.splitlines() if line.startswith("| `"))
    left_out = {name for name in surface.OF_AN_INSTANCE - {"ready"} if not re.search(rf"`{name}\b", table)}
    assert left_out == set()


def test_every_snippet_for_those_who_know_core_ml_runs_and_prints_what_it_says(
    capsys: pytest.CaptureFixture[str],
) -> None:
    blocks = BLOCK.findall(GUIDE)
    namespace: dict[str, object] = {}
    said = ""
    for (kind, content), (following, _) in zip(blocks, [*blocks[1:], ("", "")], strict=True):
        if kind == "python":
            exec(compile(content, "FROM_COREML.md", "exec"), namespace)
            said = capsys.readouterr().out
            assert following == "text" or not said
        else:
            assert said == content
    assert len(blocks) > 12


def test_every_name_of_the_library_is_mapped_or_shown() -> None:
    shown = set(re.findall(r"\w+", GUIDE))
    errors_of = {name for name in vars(errors) if name.endswith("Error")}
    assert set(inkmoji.__all__) - errors_of <= shown
    assert {key.name.upper().replace("-", "_") for key in parameters.SCALAR_KEYS} <= shown


TERMS = """
    MLFeatureValue MLFeatureType MLMultiArray MLFeatureProvider MLDictionaryFeatureProvider MLBatchProvider
    MLArrayBatchProvider MLImageConstraint MLFeatureDescription MLModelDescription MLParameterDescription
    MLNumericConstraint MLParameterKey MLModelConfiguration MLModel MLWritable MLTask MLUpdateTask MLTaskState
    MLUpdateProgressHandlers MLUpdateProgressEvent MLUpdateContext MLMetricKey MLModelError
    kNearestNeighborsClassifier neuralNetworkClassifier neuralNetwork pipeline pipelineClassifier
    SGDOptimizer AdamOptimizer categoricalCrossEntropyLossLayer meanSquaredErrorLossLayer isUpdatable
"""


def test_every_term_of_core_mls_updates_is_mapped_in_one_row_of_the_table() -> None:
    rows = [row.split("|")[1] for row in GUIDE.splitlines() if row.startswith("|")]
    for term in TERMS.split():
        assert any(re.search(rf"\b{term}\b", row) for row in rows), term


def test_every_kind_of_layer_and_its_settings_are_listed() -> None:
    for name, kind in layers.KINDS.items():
        rows = [row for row in GUIDE.splitlines() if row.startswith("|") and f"`{name}`" in row.split("|")[2]]
        assert len(rows) == 1, name
        assert kind.settings | kind.optional <= set(re.findall(r"\w+", rows[0])), name
