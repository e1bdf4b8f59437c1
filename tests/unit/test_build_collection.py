"""What the test command needs where the oracles are not installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
IMPORT_ALL = """
import importlib, sys
sys.modules["torch"] = None  # as if it were not installed
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


def test_what_everyone_runs_can_be_collected_without_pytorch() -> None:
    files = [file for folder in ("unit", "property") for file in sorted((ROOT / "tests" / folder).glob("test_*.py"))]
    names = [f"tests.{file.parent.name}.{file.stem}" for file in files if not file.stem.endswith("_oracle")]
    assert len(names) > 50
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, *names], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
