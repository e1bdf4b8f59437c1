#!/usr/bin/env python3
"""The one task runner of Inkmoji: `python3 build.py --help`.

It starts on nothing but Python's standard library, makes `.venv`, and continues there.
"""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):
    sys.exit(f"build.py: expected Python 3.11 or newer, this is {sys.version.split()[0]}")

import argparse
import os
import subprocess
import time
import webbrowser
from collections.abc import Callable
from pathlib import Path

from web.tools import DIST, ROOT, BuildError, assemble, checks, chromium, environment, release, wheels
from web.tools.serve import open_server

QUICK = "(not slow and not browser) or smoke"
MOST_WORKERS = 4


def main(arguments: list[str]) -> int:
    """Run the command that `arguments` name; return the exit code."""
    options, rest = _parse(arguments)
    try:
        environment.ensure(_extras(options))
        if not environment.inside():
            environment.reexecute(arguments)
        run: Callable[[argparse.Namespace, list[str]], int] = options.run
        return run(options, rest)
    except BuildError as error:
        print(f"build.py: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def build(options: argparse.Namespace, _: list[str]) -> int:
    """Bring dist/ and dist-release/ up to date."""
    start = time.perf_counter()
    sources = [wheels.url_source(options.pyodide_url), wheels.pypi_source()]
    with environment.lock("build"):
        site, packed = assemble.assemble(options.cache, sources), release.release()
    seconds = time.perf_counter() - start
    for folder, done in (("dist/", site), ("dist-release/", packed)):
        print(f"{folder}: {done.files} files, {done.size / 1e6:.1f} MB, {done.changed} changed")
    print(f"built in {seconds:.1f} s")
    return 0


def serve(options: argparse.Namespace, _: list[str]) -> int:
    """Bring dist/ up to date and serve it on this machine."""
    build(options, [])
    with open_server(DIST, options.port) as server:
        print(f"Inkmoji is at {server.url} (Ctrl-C ends it)", flush=True)
        if options.open:
            webbrowser.open(server.url)
        try:
            server.wait()
        except KeyboardInterrupt:
            print()
    return 0


def test(options: argparse.Namespace, rest: list[str]) -> int:
    """Run the checks and the tests; more arguments go to pytest."""
    build(options, [])
    passed = checks.run(checks.commands())
    pytest = [sys.executable, "-m", "pytest"]
    if options.oracles:
        pytest.append("--oracles")
    if options.quick:
        pytest += ["-m", QUICK]
    elif not rest:
        pytest += ["--cov", "--cov-report=term"]
    if not rest:  # the tests of a file share what is dear to start; short files come last
        workers = min((os.cpu_count() or 1) + 1, MOST_WORKERS)  # one of them waits for a page that does nothing
        pytest += ["-n", str(workers), "--dist", "loadfile", "--no-loadscope-reorder"]
    given = {chromium.VARIABLE: chromium.provide(), wheels.CACHE_VARIABLE: str(options.cache.absolute())}
    tested = subprocess.run([*pytest, *rest], cwd=ROOT, check=False, env={**os.environ, **given}).returncode
    return tested or int(not passed)


def check(options: argparse.Namespace, _: list[str]) -> int:
    """Run ruff, mypy, tsc and the layering test."""
    build(options, [])
    return int(not checks.run(checks.commands()))


def bench(options: argparse.Namespace, rest: list[str]) -> int:
    """Measure Inkmoji beside its peers; more arguments: --json FILE, --rows SUBSTRING, --rounds N, --profile."""
    build(options, [])
    return subprocess.run([sys.executable, "-m", "tests.bench", *rest], cwd=ROOT, check=False).returncode


def train(_: argparse.Namespace, rest: list[str]) -> int:
    """Train the base model; the arguments go to models/train.py."""
    script = ROOT / "models" / "train.py"
    patient = {"OMP_WAIT_POLICY": "PASSIVE", **os.environ}  # threads that wait leave the cores to who draws batches
    return subprocess.run([sys.executable, str(script), *rest], check=False, env=patient).returncode


def _extras(options: argparse.Namespace) -> list[str]:
    """Return the extras of pyproject.toml that the command needs installed."""
    if options.run in (build, serve):
        return ["build"]
    if options.run is train:
        return ["train"]
    return ["build", "test", *(["oracle"] if getattr(options, "oracles", False) else [])]


def _parse(arguments: list[str]) -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(prog="build.py", description=__doc__, allow_abbrev=False)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for run in (build, serve, test, check, bench, train):
        command = commands.add_parser(
            run.__name__, help=run.__doc__, description=run.__doc__, allow_abbrev=False, add_help=run is not train
        )
        command.set_defaults(run=run)
        if run is not train:
            _add_build_options(command)
        if run is serve:
            command.add_argument("--port", type=int, help="default: the first free from 8000")
            command.add_argument("--open", action="store_true", help="open the page in a browser")
        if run is test:
            command.add_argument("--oracles", action="store_true", help="compare with independent packages too")
            command.add_argument("--quick", action="store_true", help="leave out the slow tests")
    options, rest = parser.parse_known_args(arguments)
    if rest and options.run not in (test, bench, train):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    return options, rest


def _add_build_options(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--cache",
        type=Path,
        default=wheels.default_cache(),
        help="folder of downloaded wheels (default: %(default)s, or INKMOJI_CACHE)",
    )
    command.add_argument(
        "--pyodide-url",
        default=os.environ.get("INKMOJI_PYODIDE_URL", wheels.PYODIDE_URL),
        help="where Pyodide's wheels are downloaded from (default: %(default)s)",
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
