"""Measuring how often what is said of drawings before they are taught is right."""

from __future__ import annotations

from pathlib import Path

import pytest

from models import evaluate
from tests.unit.models_data import write_data


def test_each_kind_of_hint_is_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = write_data(tmp_path / "data", validation=3, size=4)
    evaluate.main(["--data", str(data), "--reviews", "--episodes", "3"])
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Review of ")]
    assert len(lines) == 9
    assert any(line.startswith("Review of two of one and one of another: that one is odd") for line in lines)
