"""What all tests share.

* A test marked `oracle` compares with an extra package (PyTorch, scikit-learn, onnxruntime, coremltools). It is left
  out, not skipped, unless `--oracles` is given; a file named `test_*_oracle.py` is not even imported without it, so
  that it can import those packages at its top.
* Everything under `tests/browser` is marked `browser`.
* With `--strict-skips`, or where the variable CI is set, a skip whose reason begins with no line of
  `allowed_skips.txt` is a failure.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent

settings.register_profile("inkmoji", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("inkmoji")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--oracles", action="store_true", help="run the tests marked oracle")
    parser.addoption("--strict-skips", action="store_true", help="fail on skips that are not on the allow-list")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    oracle = collection_path.name.startswith("test_") and collection_path.name.endswith("_oracle.py")
    return True if oracle and not config.getoption("--oracles") else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(TESTS / "browser"):
            item.add_marker("browser")
        if item.path.name.endswith("_oracle.py"):
            item.add_marker("oracle")
    if config.getoption("--oracles"):
        return
    left_out = [item for item in items if item.get_closest_marker("oracle")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("oracle")]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if not hasattr(report, "wasxfail"):
        _refuse_skip(report, item.config)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _refuse_skip(report, collector.config)
    return report


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport, config: pytest.Config) -> None:
    """Make a skip a failure, unless skips are free or its reason is on the allow-list."""
    strict = config.getoption("--strict-skips") or os.environ.get("CI")
    if not report.skipped or not strict:
        return
    reason = report.longrepr[2].removeprefix("Skipped: ")
    lines = (TESTS / "allowed_skips.txt").read_text(encoding="utf-8").splitlines()
    if not reason.startswith(tuple(line for line in lines if line and not line.startswith("#"))):
        report.outcome = "failed"
        report.longrepr = f"skipped, and its reason is not in tests/allowed_skips.txt: {reason}"


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def dist() -> Path:
    """The built site."""
    folder = ROOT / "dist"
    assert (folder / "_headers").is_file(), "expected the built site; run: python3 build.py build"
    return folder


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The Chromium that `build.py test` found or installed."""
    path = os.environ.get("INKMOJI_CHROMIUM")
    assert path, "expected INKMOJI_CHROMIUM to name a Chromium; run: python3 build.py test"
    return path
