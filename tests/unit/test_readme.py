"""The README's Python example does what it says."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_the_library_example_runs_and_recognises_the_second_house(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "models").mkdir()
    shutil.copy(ROOT / "models" / "base.inkmoji", tmp_path / "models")
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "README.md", "exec"), {})
    assert capsys.readouterr().out == "🏠\n"
    assert (tmp_path / "house.inkmoji").stat().st_size > (ROOT / "models" / "base.inkmoji").stat().st_size
