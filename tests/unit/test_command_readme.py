"""What the README shows of the command line is what happens."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from inkmoji import CompiledModel, __main__

from tests.commands import picture

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_commands_of_the_readme_do_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("models").mkdir()
    shutil.copy(ROOT / "models" / "base.inkmoji", "models")
    for name in ("one.png", "two.png", "three.png", "drawing.png"):
        picture(Path(name), 1)
    picture(Path("cat.jpg"), 2)
    (block,) = re.findall(r"## The command line\n.*?```sh\n(.*?)```", README, re.DOTALL)
    lines = [shlex.split(line, comments=True) for line in block.splitlines()]
    assert [line[3] for line in lines] == ["update", "update", "predict", "info", "export", "compile"]
    said = {}
    for line in lines:
        assert line[:3] == ["python", "-m", "inkmoji"]
        assert __main__.main(line[3:]) == 0
        said[line[3]] = capsys.readouterr().out
    assert re.fullmatch(r"drawing\.png\t🏠\t[01]\.\d{3}\n", said["predict"])
    assert said["info"].endswith("labels: 2\n  🏠, 3 examples\n  🐱, 1 example\n")
    assert CompiledModel(Path("back.inkmoji").read_bytes()).model().labels == ("🏠", "🐱")
