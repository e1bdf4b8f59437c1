"""Before anything is built: the environment's stamp, Node.js and the command line."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from build import _parse
from web.tools import ROOT, BuildError, environment, npm
from web.tools.wheels import default_cache


def build(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "build.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture
def stamp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "stamp.json"
    monkeypatch.setattr(environment, "STAMP", path)
    return path


def test_a_stamp_of_this_project_file_tells_what_is_installed(stamp: Path) -> None:
    stamp.write_text(json.dumps({"key": "now", "extras": ["build", "test"]}), encoding="utf-8")
    assert environment.installed("now") == {"build", "test"}


@pytest.mark.parametrize("text", ["", "{", '{"key": "before", "extras": ["build"]}'])
def test_a_stale_or_broken_stamp_tells_that_nothing_is(stamp: Path, text: str) -> None:
    stamp.write_text(text, encoding="utf-8")
    assert environment.installed("now") is None


def test_without_a_stamp_nothing_is_installed(stamp: Path) -> None:
    assert environment.installed("now") is None


def test_without_node_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(BuildError, match=r"expected Node.js 20 or newer, found none .* install Node.js 20 or newer"):
        npm.tool("typescript/bin/tsc")


def test_an_old_node_is_named_with_its_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    node = tmp_path / "node"
    node.write_text("#!/bin/sh\necho v16.20.2\n", encoding="utf-8")
    node.chmod(node.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(BuildError, match=r"expected Node.js 20 or newer, found v16.20.2; install"):
        npm.tool("typescript/bin/tsc")


def test_the_cache_folder_is_the_one_that_the_environment_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INKMOJI_CACHE", str(tmp_path))
    assert default_cache() == tmp_path


def test_an_unknown_option_is_refused() -> None:
    done = build("build", "--no-such-option")
    assert done.returncode == 2
    assert "unrecognized arguments: --no-such-option" in done.stderr


def test_the_command_line_names_every_command() -> None:
    done = build("--help")
    assert done.returncode == 0
    for command in ("build", "serve", "test", "check", "train"):
        assert f"\n    {command} " in done.stdout


@pytest.mark.parametrize(
    ("command", "passed_on"),
    [
        ("train --data some/where --seed 3", "--data some/where --seed 3"),
        ("train --help", "--help"),
        ("test --oracles tests/unit -k name -x", "tests/unit -k name -x"),
        ("test --quick", ""),
    ],
)
def test_what_the_task_runner_does_not_know_goes_on_in_order(command: str, passed_on: str) -> None:
    _, rest = _parse(command.split())
    assert rest == passed_on.split()


def test_the_lock_lets_one_process_in_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "WORK", tmp_path)
    script = f"""
import sys; sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from web.tools import environment
environment.WORK = Path({str(tmp_path)!r})
with environment.lock("x"):
    print("in", flush=True)
"""
    with environment.lock("x"):
        other = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
        with pytest.raises(subprocess.TimeoutExpired):
            other.wait(timeout=1)
    assert other.communicate(timeout=20)[0] == "in\n"
