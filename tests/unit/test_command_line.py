"""The command line, in this process: what each command does and says."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from inkmoji import CompiledModel, Face, Model, UpdateTask, __main__, dumps
from inkmoji.coreml import compile_model, export_model
from inkmoji.session import Session
from inkmoji.wording import NONE

from tests.archived import KINDS as ARCHIVED
from tests.archived import pixel_classifier
from tests.commands import left_over, picture
from tests.engine import pictured_model, scribble
from tests.library import SHELF, base, knowing
from tests.updatable import KINDS, extractor

FACE = "3f2b8a52-0000-4000-8000-000000000001"
"""A label as the page makes them."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to be in, with an untaught model and three pictures."""
    monkeypatch.chdir(tmp_path)
    Path("base.inkmoji").write_bytes(dumps(base()))
    for seed in range(3):
        picture(Path(f"{seed}.png"), seed)
    return tmp_path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs a command; its exit code, output and messages."""

    def call(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = __main__.main(arguments)
        return code, *capsys.readouterr()

    return call


Run = Callable[..., tuple[int, str, str]]


def model_in(path: str) -> Model:
    return CompiledModel(Path(path).read_bytes()).model()


def save(path: str, model: Model) -> bytes:
    data = dumps(model)
    Path(path).write_bytes(data)
    return data


# update


def test_what_was_taught_is_recognised_and_shown(run: Run) -> None:
    said = run("update", "base.inkmoji", "--label", "🐱", "0.png", "1.png", "-o", "new.inkmoji")
    assert said == (0, "new.inkmoji: 🐱 learnt from 2 pictures\n", "")
    code, out, err = run("predict", "new.inkmoji", "0.png", "1.png")
    assert (code, err) == (0, "")
    lines = [line.split("\t") for line in out.splitlines()]
    assert [line[:2] for line in lines] == [["0.png", "🐱"], ["1.png", "🐱"]]
    assert all(0.5 < float(line[2]) <= 1 for line in lines)
    assert run("info", "new.inkmoji")[1].endswith("labels: 1\n  🐱, 2 examples\n")


def test_a_new_label_gets_the_face_that_the_page_shows(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time_ns", lambda: 1_700_000_000_123_456_789)
    long = "long " * 20
    for label in ("🐱", long):
        run("update", "base.inkmoji", "--label", label, "0.png", "-o", "new.inkmoji")
        assert model_in("new.inkmoji").faces == {label: Face(label[:64], "", 1_700_000_000_123)}


def test_what_was_taught_here_can_be_imported_on_the_page(run: Run) -> None:
    run("update", "base.inkmoji", "--label", "🐱", "0.png", "1.png", "-o", "new.inkmoji")
    held = Session().inspect(Path("new.inkmoji").read_bytes())
    assert [(one["label"], one["text"], one["examples"]) for one in held["stickers"]] == [("🐱", "🐱", 2)]


def test_the_model_may_be_replaced_by_what_it_became(run: Run, folder: Path) -> None:
    for seed, label in enumerate(("🐱", "🐶", "🐱")):
        assert run("update", "base.inkmoji", "--label", label, f"{seed}.png", "-o", "base.inkmoji")[0] == 0
    model = model_in("base.inkmoji")
    assert [example.label for example in model.examples] == ["🐱", "🐶", "🐱"]
    assert left_over(folder) == []


def test_a_sticker_is_known_by_its_label_or_its_look_and_keeps_its_face(run: Run) -> None:
    model = knowing(base(), (FACE, scribble(7)), ("dog", scribble(8)), **{FACE: "🐱", "dog": "🦊"})
    save("page.inkmoji", model)
    for label, known in (("🐱", FACE), (FACE, FACE), ("dog", "dog"), ("🦊", "dog"), ("🐶", "🐶"), ("🐶", "🐶")):
        assert run("update", "page.inkmoji", "--label", label, "0.png", "-o", "page.inkmoji")[0] == 0
        assert model_in("page.inkmoji").examples[-1].label == known, label
    taught = model_in("page.inkmoji")
    assert taught.faces == {**model.faces, "🐶": taught.faces["🐶"]}
    assert run("predict", "page.inkmoji", "0.png")[1].split("\t")[1] in ("🐱", "🦊", "🐶")


def test_one_picture_that_is_none_leaves_all_as_it_was(run: Run, folder: Path) -> None:
    before = Path("base.inkmoji").read_bytes()
    Path("2.png").write_bytes(Path("2.png").read_bytes()[:100])
    code, out, err = run("update", "base.inkmoji", "--label", "🐱", "0.png", "2.png", "-o", "base.inkmoji")
    assert (code, out) == (1, "")
    assert err.startswith("inkmoji: 2.png: expected a picture")
    assert err.count("\n") == 1
    assert Path("base.inkmoji").read_bytes() == before
    assert left_over(folder) == []


def test_a_model_of_whole_numbers_is_taught_whole_numbers(run: Run) -> None:
    save("digits.inkmoji", pixel_classifier())
    lowest = str(-(2**63))
    assert run("update", "digits.inkmoji", f"--label={lowest}", "0.png", "-o", "new.inkmoji")[0] == 0
    assert run("predict", "new.inkmoji", "0.png")[0] == 0
    code, _, err = run("update", "digits.inkmoji", "--label", "one", "0.png", "-o", "new.inkmoji")
    assert (code, err) == (1, "inkmoji: expected a whole number as label, got 'one'\n")
    assert "one of the model's classes" in run("update", "digits.inkmoji", "--label", "7", "0.png", "-o", "x")[2]


def test_progress_is_told_to_a_terminal_alone(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    code, out, err = run("update", "base.inkmoji", "--label", "🐱", "0.png", "1.png", "-o", "new.inkmoji")
    assert (code, out) == (0, "new.inkmoji: 🐱 learnt from 2 pictures\n")
    steps = [step.strip() for step in err.split("\r") if step.strip()]
    assert steps[0].startswith("1 of ")
    assert steps[-1] == f"{len(steps)} of {len(steps)}"


def test_an_update_that_fails_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(UpdateTask, "_verify", exhausted)
    code, _, err = run("update", "base.inkmoji", "--label", "🐱", "0.png", "-o", "new.inkmoji")
    assert (code, err) == (1, ("inkmoji: expected enough memory, got too little; close other programs, "
                              "or give fewer pictures at once\n"))  # fmt: skip
    assert not Path("new.inkmoji").exists()


# predict


def test_what_is_not_recognised_has_no_label(run: Run) -> None:
    assert run("predict", "base.inkmoji", "0.png") == (0, f"0.png\t{NONE}\t0.000\n", "")
    asked = json.loads(run("predict", "--json", "base.inkmoji", "0.png")[1])
    assert asked == {"image": "0.png", "label": None, "text": None, "confidence": 0.0, "candidates": []}


def test_programs_get_all_candidates_in_json_best_first(run: Run) -> None:
    save("page.inkmoji", base())
    run("update", "page.inkmoji", "--label", "🐱", "0.png", "-o", "page.inkmoji")
    run("update", "page.inkmoji", "--label", "dog", "1.png", "-o", "page.inkmoji")
    code, out, _ = run("predict", "--json", "page.inkmoji", "0.png", "1.png")
    first, second = map(json.loads, out.splitlines())
    assert (code, first["image"], first["label"], first["text"]) == (0, "0.png", "🐱", "🐱")
    assert second["label"] == "dog"
    for answer in (first, second):
        best, *_ = answer["candidates"]
        assert {key: answer[key] for key in best} == best
        shares = [candidate["confidence"] for candidate in answer["candidates"]]
        assert shares == sorted(shares, reverse=True)


def test_a_regressor_answers_with_values(run: Run) -> None:
    save("values.inkmoji", extractor())
    path, values = run("predict", "values.inkmoji", "0.png")[1].rstrip().split("\t")
    exact = json.loads(run("predict", "values.inkmoji", "0.png", "--json")[1])
    assert (path, exact["image"]) == ("0.png", "0.png")
    assert [float(value) for value in values.split()] == pytest.approx(exact["values"], rel=1e-5)
    assert len(exact["values"]) == 4
    assert "regressor" in run("update", "values.inkmoji", "--label", "x", "0.png", "-o", "new.inkmoji")[2]


def test_one_bad_picture_does_not_keep_the_others_from_being_looked_at(run: Run) -> None:
    Path("empty.png").write_bytes(b"")
    code, out, err = run("predict", "base.inkmoji", "0.png", "none.png", "empty.png", "1.png")
    assert code == 1
    assert [line.split("\t")[0] for line in out.splitlines()] == ["0.png", "1.png"]
    assert [line.split(": ")[1] for line in err.splitlines()] == ["none.png", "empty.png"]


def test_names_that_would_steer_a_terminal_are_shown_harmless(run: Run) -> None:
    path = "a\x1b[2J\u202eb.png" if os.name != "nt" else "a\u202eb.png"
    picture(Path(path))
    _, out, _ = run("predict", "base.inkmoji", path)
    assert out.replace("\t", "").strip().isprintable()
    assert "\\u202eb.png" in out
    assert json.loads(run("predict", "--json", "base.inkmoji", path)[1])["image"] == path


# info


def test_a_model_is_described(run: Run) -> None:
    data = Path("base.inkmoji").write_bytes(SHELF)
    code, out, err = run("info", "base.inkmoji")
    told = dict(line.split(": ", 1) for line in out.splitlines() if not line.startswith(" "))
    assert (code, err) == (0, "")
    assert told["kind"] == "probabilistic discriminant analysis behind a frozen network"
    assert told["input"] == "drawing, image of 8 x 8 pixels"
    assert told["output"] == "label, string"
    assert told["updatable"] == "yes, from drawing and label"
    assert told["size"] == f"{data} bytes"
    assert told["sha256"] == hashlib.sha256(SHELF).hexdigest()
    assert out.endswith(
        "labels: 2\n  ☀️, 0 examples, 2 ready-made entries, label sun, named ready-made\n  🐱, 1 example, label cat\n"
    )


def test_metadata_is_shown_and_cannot_pass_for_anything_else(run: Run) -> None:
    model = base()
    texts = {"author": "Zoë", "licence": "MIT\nlabels: 9", "empty": ""}
    object.__setattr__(model.description, "metadata", texts)
    save("base.inkmoji", model)
    lines = run("info", "base.inkmoji")[1].splitlines()
    assert {"author: Zoë", "licence: MIT\\nlabels: 9", "labels: 0"} <= set(lines)
    assert not any(line.startswith("empty") for line in lines)


def test_pictures_on_stickers_are_told(run: Run) -> None:
    save("base.inkmoji", pictured_model())
    assert run("info", "base.inkmoji")[1].endswith(
        "labels: 2\n  🐱, 2 examples, label cat, named Katze\n  Zoë, 2 examples, a picture\n"
    )


@pytest.mark.parametrize("kind", [*KINDS, *ARCHIVED])
def test_every_kind_of_model_is_described(run: Run, kind: str) -> None:
    model = KINDS[kind]().model if kind in KINDS else ARCHIVED[kind]
    save("any.inkmoji", model)
    code, out, _ = run("info", "any.inkmoji")
    assert code == 0
    assert ("updatable: no\n" in out) is not model.description.training_inputs
    assert f"\nlabels: {len(model.labels)}\n" in out
    assert all(f"{feature.name}, " in out for feature in (*model.description.inputs, *model.description.outputs))


# compile and export


def test_a_model_goes_to_core_ml_and_back(run: Run) -> None:
    run("update", "base.inkmoji", "--label", "🐱", "0.png", "-o", "base.inkmoji")
    code, out, err = run("export", "base.inkmoji", "-o", "new.mlmodel")
    assert (code, out) == (0, "")
    assert err.startswith("note: Core ML has no probabilistic discriminant analysis")
    assert Path("new.mlmodel").read_bytes() == export_model(model_in("base.inkmoji"))
    assert run("compile", "new.mlmodel", "-o", "back.inkmoji") == (0, "", "")
    assert Path("back.inkmoji").read_bytes() == compile_model(Path("new.mlmodel").read_bytes()).data
    assert run("predict", "back.inkmoji", "0.png")[1].startswith("0.png\t🐱\t")


def test_a_core_ml_model_is_described_used_and_taught_without_being_compiled_first(run: Run) -> None:
    run("update", "base.inkmoji", "--label", "🐱", "0.png", "-o", "base.inkmoji")
    run("export", "base.inkmoji", "-o", "new.MLMODEL")
    assert run("info", "new.MLMODEL")[1].endswith("labels: 1\n  🐱, 0 examples, 1 ready-made entries\n")
    assert "\t🐱\t" in run("predict", "new.MLMODEL", "0.png")[1]
    assert run("update", "new.MLMODEL", "--label", "🐱", "1.png", "-o", "back.inkmoji")[0] == 0
    assert len(model_in("back.inkmoji").entries.entries_of("🐱")) == 2


def test_a_core_ml_model_that_is_refused_is_told_with_all_reasons(run: Run) -> None:
    Path("bad.mlmodel").write_bytes(b"\xff\xff")
    code, _, err = run("compile", "bad.mlmodel", "-o", "new.inkmoji")
    assert code == 1
    assert err.startswith("inkmoji: bad.mlmodel: expected ")
    assert not Path("new.inkmoji").exists()
