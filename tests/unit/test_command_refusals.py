"""The command line, in this process: what it refuses, and that nothing has changed then."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from inkmoji import Model, __main__, dumps
from inkmoji.coreml import export_model

from tests.commands import left_over, picture
from tests.engine import png
from tests.library import base
from tests.updatable import KINDS

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to be in, with an untaught model and a picture."""
    monkeypatch.chdir(tmp_path)
    Path("base.inkmoji").write_bytes(dumps(base()))
    picture(Path("0.png"))
    return tmp_path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command; its exit code, output and messages."""

    def call(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = __main__.main(arguments)
        return code, *capsys.readouterr()

    return call


def save(path: str, model: Model) -> bytes:
    data = dumps(model)
    Path(path).write_bytes(data)
    return data


REFUSED = {
    "info none.inkmoji": "none.inkmoji: expected a file to read, got: ",
    "info folder": "folder: expected a file to read, got: ",
    "info 0.png": "0.png: expected an .inkmoji file that begins with",
    "info cut.inkmoji": "cut.inkmoji: expected the checksum at the end to match",
    "predict base.inkmoji folder": "folder: expected a file to read, got: ",
    "predict base.inkmoji blank.png": "blank.png: expected a picture with ink on paper",
    "predict arrays.inkmoji 0.png": "arrays.inkmoji: expected a model that reads drawings",
    "update fixed.inkmoji --label x 0.png -o new.inkmoji": "expected a model with training inputs",
    "update base.inkmoji --label= 0.png -o new.inkmoji": "expected a face with a text",
    "update base.inkmoji --label x 0.png -o none/new.inkmoji": "new.inkmoji: expected a file to write, got: ",
    "update base.inkmoji --label x 0.png -o folder": "folder: expected a file to write, got: ",
    "compile none.mlmodel -o new.inkmoji": "none.mlmodel: expected a file to read, got: ",
    "export 0.png -o new.mlmodel": "0.png: expected an .inkmoji file that begins with",
}


@pytest.mark.parametrize("arguments", REFUSED)
def test_what_cannot_be_done_is_one_message_and_exit_code_1(run: Run, folder: Path, arguments: str) -> None:
    Path("folder").mkdir()
    save("arrays.inkmoji", KINDS["arrays, k nearest neighbours"]().model)
    model = base()
    object.__setattr__(model.description, "training_inputs", ())
    save("fixed.inkmoji", model)
    Path("cut.inkmoji").write_bytes(Path("base.inkmoji").read_bytes()[:-1])
    Path("blank.png").write_bytes(png())
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    code, out, err = run(*arguments.split())
    assert (code, out) == (1, "")
    assert err.startswith("inkmoji: ")
    assert err.count("\n") == 1
    assert REFUSED[arguments] in err
    assert {path: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


@pytest.mark.parametrize("arguments", ["update base.inkmoji --label x 0.png -o", "compile some.mlmodel -o"])
def test_a_full_disk_leaves_the_old_file_whole(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, arguments: str
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    Path("some.mlmodel").write_bytes(export_model(base()))
    before = Path("base.inkmoji").read_bytes()
    monkeypatch.setattr(os, "fsync", full)
    code, out, err = run(*arguments.split(), "base.inkmoji")
    assert (code, out) == (1, "")
    assert err == "inkmoji: base.inkmoji: expected a file to write, got: No space left on device; make room\n"
    assert Path("base.inkmoji").read_bytes() == before
    assert left_over(folder) == []


@pytest.mark.parametrize(
    "arguments",
    ["compile some.mlmodel -o some.mlmodel", "export base.inkmoji -o base.inkmoji",
     "update base.inkmoji --label x 0.png -o some.mlmodel"],
)  # fmt: skip
def test_a_file_is_not_given_the_name_of_the_other_format(run: Run, arguments: str) -> None:
    Path("some.mlmodel").write_bytes(export_model(base()))
    before = {path: path.read_bytes() for path in Path().iterdir()}
    code, _, err = run(*arguments.split())
    assert code == 1
    assert "expected a name that ends in " in err
    assert {path: path.read_bytes() for path in Path().iterdir()} == before


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ("", "arguments are required: COMMAND"),
        ("learn base.inkmoji", "invalid choice: 'learn'"),
        ("info", "arguments are required: FILE"),
        ("predict base.inkmoji", "arguments are required: IMAGE"),
        ("update base.inkmoji 0.png -o new.inkmoji", "arguments are required: --label"),
        ("update base.inkmoji --label x 0.png", "arguments are required: -o"),
        ("compile base.mlmodel", "arguments are required: -o"),
        ("info base.inkmoji --jso", "unrecognized arguments: --jso"),
        ("update base.inkmoji --label \udcff 0.png -o new.inkmoji", "expected a text in UTF-8"),
    ],
)
def test_a_wrong_command_line_is_exit_code_2(
    capsys: pytest.CaptureFixture[str], arguments: str, complaint: str
) -> None:
    with pytest.raises(SystemExit) as caught:
        __main__.main(arguments.split())
    assert caught.value.code == 2
    assert complaint in capsys.readouterr().err


def test_the_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        __main__.main(["--help"])
    assert caught.value.code == 0
    out = capsys.readouterr().out
    for name in ("info", "predict", "update", "compile", "export"):
        assert f"\n    {name} " in out
