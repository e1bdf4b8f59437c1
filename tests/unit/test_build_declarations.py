"""inkmoji.d.ts, as it ships: complete, documented, sound by itself, and with the names that are frozen."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from inkmoji import errors

from tests import surface
from web.tools import ROOT, WEB, npm
from web.tools.checks import TSC

CONSUMER = (ROOT / "tests" / "consumer.ts").read_text("utf-8")
BLOCK = re.compile(r"^export (?:interface|class) (\w+)[^\n]*\{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
MEMBER = re.compile(r"^  (?:static |readonly )*(\w+)[?<(:]", re.MULTILINE)
OWN = ["errors", "connection", "listeners", "pack"]


@pytest.fixture(scope="module")
def declared(dist: Path) -> str:
    return (dist / "inkmoji.d.ts").read_text("utf-8")


@pytest.fixture(scope="module")
def blocks(declared: str) -> dict[str, str]:
    return dict(BLOCK.findall(declared))


def test_the_names_are_those_that_are_frozen(declared: str, blocks: dict[str, str]) -> None:
    assert set(re.findall(r"^export (?:class) (\w+)", declared, re.MULTILINE)) == surface.EXPORTS
    assert set(re.findall(r"^export type (\w+)", declared, re.MULTILINE)) == surface.ALIASES
    members = {name: set(MEMBER.findall(body)) for name, body in blocks.items()}
    assert members.pop("Inkmoji") == surface.OF_AN_INSTANCE | surface.OF_THE_CLASS | {"constructor"}
    assert members.pop("InkmojiError") == {"constructor", "code"}
    assert members == surface.TYPES
    assert len(re.findall(r"^export ", declared, re.MULTILINE)) == len(blocks) + len(surface.ALIASES)


def test_every_member_of_the_class_is_documented(blocks: dict[str, str]) -> None:
    for member in re.finditer(r"^  (?!/?\*| )[^\n]+", blocks["Inkmoji"], re.MULTILINE):
        before = blocks["Inkmoji"][: member.start()].rstrip("\n ")
        assert before.endswith("*/"), member[0]
    source = (WEB / "inkmoji.js").read_text("utf-8")
    for name in surface.OF_AN_INSTANCE | surface.OF_THE_CLASS:
        assert re.search(rf"\*/\n  (?:static |async |get )*{name}\(", source), name


def test_every_code_of_an_error_is_listed(blocks: dict[str, str]) -> None:
    listed = set(re.findall(r'"(\w+(?:-\w+)+)"', blocks["InkmojiError"]))
    of_python = set(re.findall(r"\b\w+-[\w-]+(?=[,\n])", errors.__doc__ or ""))
    scripts = [*(WEB / "worker").glob("*.js"), *(WEB / f"{name}.js" for name in OWN), WEB / "inkmoji.js"]
    of_scripts = {
        code for script in scripts for code in re.findall(r'InkmojiError\(\s*"([\w-]+)"', script.read_text("utf-8"))
    }
    # What is of handlers and of networks that learn is not reached by this module; an update that was cancelled rejects
    # with an AbortError; an address that is not secure is told in `storage.message`.
    elsewhere = {"update-cancelled", "update-abandoned", "update-diverged", "update-handler"}
    elsewhere |= {"storage-insecure", "storage-view"}
    assert len(of_python) > 25
    assert len(of_scripts) > 10
    assert listed == (of_python | of_scripts) - elsewhere


def checked(folder: Path, consumer: str, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "consumer.ts").write_text(consumer, encoding="utf-8")
    strict = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess", "--types", ""]
    command = [*npm.tool(TSC), "--pretty", "false", *strict, "--target", "es2022", *options, "consumer.ts"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.fixture
def folder(dist: Path, tmp_path: Path) -> Path:
    """A folder with the declarations and nothing else."""
    shutil.copy(dist / "inkmoji.d.ts", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "options",
    [("--module", "esnext", "--moduleResolution", "bundler"), ("--module", "nodenext", "--lib", "es2022,dom")],
    ids=["bundler", "nodenext"],
)
def test_a_program_in_typescript_is_checked_against_it_alone(folder: Path, options: tuple[str, ...]) -> None:
    (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    done = checked(folder, CONSUMER, *options)
    assert (done.returncode, done.stdout) == (0, "")


def test_each_misuse_is_an_error(folder: Path) -> None:
    done = checked(folder, CONSUMER.replace("// @ts-expect-error", "//"), "--module", "esnext")
    lines = set(re.findall(r"^consumer\.ts\((\d+),", done.stdout, re.MULTILINE))
    assert len(lines) == CONSUMER.count("@ts-expect-error ") > 10


def test_the_page_uses_the_module_that_ships(dist: Path) -> None:
    for name in ("app.js", "examples/minimal.js"):
        script = dist / name
        imported = re.findall(r'^import \{ Inkmoji \} from "(.+)";$', script.read_text("utf-8"), re.MULTILINE)
        assert [(script.parent / one).resolve() for one in imported] == [dist / "inkmoji.js"]


def test_the_module_imports_nothing_of_the_page_and_touches_no_document(dist: Path) -> None:
    scripts = [dist / "inkmoji.js", *(dist / f"{name}.js" for name in OWN)]
    imported = {
        (script.parent / name).resolve()
        for script in scripts
        for name in re.findall(r'^import .* from "(.+)";$', script.read_text("utf-8"), re.MULTILINE)
    }
    assert imported == {*scripts[1:], dist / "vendor" / "comlink" / "comlink.mjs"}
    for script in scripts:
        code = re.sub(r"/\*.*?\*/|//[^\n]*", "", script.read_text("utf-8"), flags=re.DOTALL)
        assert not re.search(r"\b(document|window|HTML\w*|customElements)\b", code), script.name
