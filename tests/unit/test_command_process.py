"""The command line as a process of its own: exit codes, signals, closed pipes, and systems that know ASCII alone."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest
from inkmoji import CompiledModel, dumps

from tests.commands import command, left_over, picture, process, with_variables
from tests.library import base

POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has other signals and pipes")
ASCII = with_variables(LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
BUFFERED = with_variables(PYTHONUNBUFFERED="")  # as usual: what is printed is written at the end
# Stops the command where its file is half written, and says so.
HALF_WRITTEN = """
import os, signal, sys
def stop(descriptor):
    os.truncate(descriptor, 1000)
    print("half", flush=True)
    signal.pause()
os.fsync = stop
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to be in, with an untaught model and a picture."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.inkmoji").write_bytes(dumps(base()))
    picture(tmp_path / "0.png")
    return tmp_path


def labels_in(path: str) -> tuple[object, ...]:
    return CompiledModel(Path(path).read_bytes()).model().labels


def test_from_a_picture_to_its_sticker() -> None:
    done = process("update", "base.inkmoji", "--label", "🐱", "0.png", "-o", "🐱.inkmoji")
    assert (done.returncode, done.stdout, done.stderr) == (0, "🐱.inkmoji: 🐱 learnt from 1 picture\n", "")
    asked = process("predict", "🐱.inkmoji", "0.png")
    assert (asked.returncode, asked.stdout[:8], asked.stderr) == (0, "0.png\t🐱\t", "")


def test_what_goes_wrong_is_exit_code_1_and_a_wrong_command_line_2() -> None:
    done = process("info", "none.inkmoji")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("inkmoji: none.inkmoji: expected a file to read, got: ")
    assert done.stderr.count("\n") == 1
    done = process("info")
    assert (done.returncode, done.stdout) == (2, "")
    assert "usage: python -m inkmoji info" in done.stderr


@POSIX
def test_emoji_get_through_where_the_system_is_said_to_know_ascii_alone() -> None:
    done = process("update", "base.inkmoji", "--label", "🐱", "0.png", "-o", "🐱.inkmoji", env=ASCII)
    assert (done.returncode, done.stdout, done.stderr) == (0, "🐱.inkmoji: 🐱 learnt from 1 picture\n", "")
    assert labels_in("🐱.inkmoji") == ("🐱",)
    Path("0.png").rename("🐶.png")
    assert process("predict", "🐱.inkmoji", "🐶.png", env=ASCII).stdout.startswith("🐶.png\t🐱\t")
    assert '"image": "🐶.png", "label": "🐱"' in process("predict", "--json", "🐱.inkmoji", "🐶.png", env=ASCII).stdout
    assert process("info", "none 🐱", env=ASCII).stderr.startswith("inkmoji: none 🐱: expected a file to read")


def test_without_protobuf_it_is_told_how_to_get_it() -> None:
    blocked = "import sys; sys.modules['google'] = None"
    for arguments in (("export", "base.inkmoji", "-o", "new.mlmodel"), ("compile", "0.png", "-o", "new.inkmoji")):
        done = process(*arguments, code=blocked)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.endswith("expected the package protobuf for Core ML's files, found none; "
                                    "pip install 'inkmoji[coreml]'\n")  # fmt: skip
        assert done.stderr.count("\n") == 1
    assert process("info", "base.inkmoji", code=blocked).returncode == 0


@POSIX
@pytest.mark.parametrize(
    ("sent", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGKILL", -9)], ids=lambda value: str(value)
)
def test_a_process_that_is_ended_in_the_middle_of_writing_leaves_the_old_file_whole(
    folder: Path, sent: str, code: int
) -> None:
    before = Path("base.inkmoji").read_bytes()
    arguments = ("update", "base.inkmoji", "--label", "🐱", "0.png", "-o", "base.inkmoji")
    with subprocess.Popen(
        command(*arguments, code=HALF_WRITTEN), stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "half\n"
        assert len(left_over(folder)) == 1
        running.send_signal(getattr(signal, sent))
        out, err = running.communicate(timeout=60)
    assert (running.returncode, out, err) == (code, "", "")
    assert Path("base.inkmoji").read_bytes() == before
    assert len(left_over(folder)) == (sent == "SIGKILL")  # nobody could clear that away
    assert process(*arguments).returncode == 0
    assert labels_in("base.inkmoji") == ("🐱",)


@POSIX
@pytest.mark.parametrize("arguments", ["info base.inkmoji", "predict base.inkmoji 0.png 0.png"])
def test_output_that_nobody_reads_any_more_is_no_traceback(arguments: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as pipe:
        done = subprocess.run(
            command(*arguments.split()),
            stdout=pipe,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
            env=BUFFERED,
        )
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_output_that_finds_no_room_is_told() -> None:
    with Path("/dev/full").open("w") as output:
        done = subprocess.run(
            command("info", "base.inkmoji"),
            stdout=output,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
            env=BUFFERED,
        )
    assert (done.returncode, done.stderr) == (1, "inkmoji: the output: No space left on device\n")


@POSIX
def test_closed_output_is_as_if_it_were_thrown_away() -> None:
    code = "import os; os.close(1); os.close(2); import sys; sys.stdout = sys.stderr = None"
    arguments = ("update", "base.inkmoji", "--label", "🐱", "0.png", "-o", "new.inkmoji")
    done = process(*arguments, code=code)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert labels_in("new.inkmoji") == ("🐱",)
    code = "import os, sys; os.close(2); sys.stderr = None"
    done = process("predict", "base.inkmoji", "0.png", "none.png", code=code)
    assert (done.returncode, done.stdout) == (1, "0.png\t–\t0.000\n")
