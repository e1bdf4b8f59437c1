"""What `build.py check` runs: style, types of Python and JavaScript, and the layering of the engine."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping

from web.tools import ROOT, WEB, npm

TSC = "typescript/bin/tsc"


def commands() -> dict[str, list[str]]:
    """Return the checks by name; each is a command that ends with 0 when all is well."""
    python = [sys.executable, "-m"]
    concise = ["--output-format", "concise"]
    tsc = [*npm.tool(TSC), "--pretty", "false", "--project"]
    return {
        "ruff check": [*python, "ruff", "check", "--quiet", *concise],
        "ruff format": [*python, "ruff", "format", "--check", "--quiet", *concise],
        "mypy": [*python, "mypy", "--no-error-summary"],
        "tsc, page": [*tsc, str(WEB / "tsconfig.json")],
        "tsc, worker": [*tsc, str(WEB / "worker" / "tsconfig.json")],
        "tsc, service worker": [*tsc, str(WEB / "tsconfig.sw.json")],
        "layering": [*python, "pytest", "-q", "--durations=0", "tests/unit/test_layering.py"],
    }


def run(checks: Mapping[str, list[str]]) -> bool:
    """Run every check, print what each that fails says; tell whether all passed."""
    failed = []
    for name, command in checks.items():
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        print(f"{name}: {'ok' if done.returncode == 0 else 'FAILED'}", flush=True)
        if done.returncode:
            failed.append(name)
            print((done.stdout + done.stderr).rstrip(), flush=True)
    if failed:
        print(f"checks that failed: {', '.join(failed)}", flush=True)
    return not failed
