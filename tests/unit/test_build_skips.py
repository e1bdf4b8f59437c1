"""The rule that a skipped test fails the run, unless its reason is on the allow-list."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]


@pytest.fixture
def project(pytester: pytest.Pytester, root: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """An empty project with our own conftest.py and allow-list."""
    monkeypatch.delenv("CI", raising=False)
    pytester.makeini("[pytest]\nmarkers =\n  oracle: compares with an extra package\n  browser: drives a browser\n")
    for name in ("conftest.py", "allowed_skips.txt"):
        (pytester.path / name).write_text((root / "tests" / name).read_text(encoding="utf-8"), encoding="utf-8")
    return pytester


def test_a_skip_with_another_reason_fails_the_run(project: pytest.Pytester) -> None:
    project.makepyfile("import pytest\ndef test_it(): pytest.skip('not today')")
    result = project.runpytest("--strict-skips")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines("*not in tests/allowed_skips.txt: not today*")


def test_the_variable_ci_is_as_strict(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    project.makepyfile("import pytest\n@pytest.mark.skipif(True, reason='not today')\ndef test_it(): pass")
    assert project.runpytest().ret == pytest.ExitCode.TESTS_FAILED


def test_a_module_that_skips_itself_fails_the_run(project: pytest.Pytester) -> None:
    project.makepyfile("import pytest\npytest.importorskip('no_such_module_at_all')\ndef test_it(): pass")
    assert project.runpytest("--strict-skips").ret == pytest.ExitCode.INTERRUPTED


@pytest.mark.parametrize("reason", ["training data is not here", "Firefox is not installed", "WebKit is not installed"])
def test_a_reason_on_the_list_is_allowed(project: pytest.Pytester, reason: str) -> None:
    project.makepyfile(f"import pytest\ndef test_it(): pytest.skip('{reason}')")
    result = project.runpytest("--strict-skips")
    assert result.ret == pytest.ExitCode.OK
    result.assert_outcomes(skipped=1)


def test_an_expected_failure_is_no_skip(project: pytest.Pytester) -> None:
    project.makepyfile("import pytest\n@pytest.mark.xfail(reason='known')\ndef test_it(): assert False")
    project.runpytest("--strict-skips").assert_outcomes(xfailed=1)


def test_without_ci_a_skip_stays_a_skip(project: pytest.Pytester) -> None:
    project.makepyfile("import pytest\ndef test_it(): pytest.skip('not today')")
    project.runpytest().assert_outcomes(skipped=1)


def test_oracle_tests_are_left_out_until_asked_for(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_one="import pytest\n@pytest.mark.oracle\ndef test_it(): pass\ndef test_other(): pass",
        test_two_oracle="def test_it(): pass",
    )
    project.runpytest().assert_outcomes(passed=1, deselected=1)
    project.runpytest("--oracles").assert_outcomes(passed=3)
