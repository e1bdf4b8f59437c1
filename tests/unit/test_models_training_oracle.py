"""Training in PyTorch: repeatable, resumable, and the same network in the engine."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch
from inkmoji import NearestNeighbors, ProbabilisticLDA, archive
from inkmoji.prototypes import with_prototypes

from models import evaluate, train
from models.batches import BatchSource, stream
from models.drawings import DataError, read_omniglot, read_quickdraw
from models.emoji import EMOJI
from models.export import base_model, engine_network
from models.net import CosineSoftmax, Imitation, embedding_net, learning_rate, multiply_adds
from models.training import Lessons, Settings, Training, run
from tests.unit.models_data import write_data

SETTINGS = Settings(steps=6, teacher=3, batch=12, turned=0.25)
CLASSES = 20


@pytest.fixture
def source(tmp_path: Path) -> BatchSource:
    data = write_data(tmp_path / "data")
    categories, characters = read_quickdraw(data, "train"), read_omniglot(data, "train")
    return BatchSource(categories, characters, SETTINGS.batch, SETTINGS.seed, SETTINGS.turned, SETTINGS.characters)


@pytest.fixture
def lessons(source: BatchSource) -> Lessons:
    """With an untrained teacher."""
    return Lessons(source, Training(SETTINGS.of_teacher(), source.classes, large=True).net, SETTINGS.half)


def trained(source: BatchSource | Lessons, checkpoint: Path, steps: int = 6) -> tuple[Training, list[float]]:
    """A run that is broken off after some steps, and its losses."""
    training = Training(SETTINGS, CLASSES)
    return training, list(islice(run(training, source, checkpoint, workers=0), steps))


def weights_hash(training: Training) -> str:
    """Of all weights and running means."""
    values = hashlib.sha256()
    for tensor in training.net.state_dict().values():
        values.update(tensor.numpy().tobytes())
    return values.hexdigest()


def test_two_runs_are_equal_to_the_bit(source: BatchSource, tmp_path: Path) -> None:
    first, losses = trained(source, tmp_path / "a.pt")
    second, same = trained(source, tmp_path / "b.pt")
    assert losses == same
    assert weights_hash(first) == weights_hash(second)


def test_a_run_with_a_teacher_is_repeatable_and_resumable(lessons: Lessons, tmp_path: Path) -> None:
    unbroken, losses = trained(lessons, tmp_path / "a.pt")
    broken, before = trained(lessons, tmp_path / "b.pt", steps=3)
    broken.save(tmp_path / "b.pt")
    resumed, after = trained(lessons, tmp_path / "b.pt")
    assert before + after == losses
    assert weights_hash(resumed) == weights_hash(unbroken)


def test_lessons_are_the_teachers_embeddings_of_picture_or_mirror_image(lessons: Lessons) -> None:
    pictures, labels, targets, mirrored = lessons.batch(2)
    np.testing.assert_array_equal(pictures, lessons.source.batch(2)[0])
    np.testing.assert_array_equal(labels, lessons.source.batch(2)[1])
    assert 0 < mirrored.sum() < len(labels)
    lessons.teacher.eval()
    shown = np.where(mirrored[:, None, None], pictures[:, :, ::-1], pictures)
    with torch.no_grad():
        expected = torch.nn.functional.normalize(lessons.teacher(torch.from_numpy(shown)[:, None] / 255.0)).numpy()
    assert np.abs(targets - expected).max() < 0.01  # bfloat16


def test_another_process_gives_the_same_lessons(lessons: Lessons) -> None:
    for given, expected in zip(stream(lessons, 0, 2, workers=1), map(lessons.batch, range(2)), strict=True):
        for one, other in zip(given, expected, strict=True):
            np.testing.assert_array_equal(one, other)


def test_a_pupil_comes_nearer_to_its_teacher(lessons: Lessons) -> None:
    pictures, labels, targets, mirrored = lessons.batch(0)
    training = Training(replace(SETTINGS, steps=40, imitation=100.0), CLASSES)

    def distances() -> list[float]:
        """Of what the teacher saw plain, and mirrored."""
        embeddings, mirror = torch.from_numpy(training.embed(pictures)), torch.from_numpy(mirrored)
        with torch.no_grad():
            return [
                float(training.imitation(embeddings[side], torch.from_numpy(targets)[side], mirror[side]))
                for side in (~mirror, mirror)
            ]

    before = distances()
    for _ in range(40):
        training.learn(pictures, labels, targets, mirrored)
    assert all(after < 0.5 * first for after, first in zip(distances(), before, strict=True))


def test_what_the_teacher_sees_mirrored_has_a_map_of_its_own() -> None:
    imitation, eye = Imitation(), torch.eye(128)
    with torch.no_grad():
        imitation.map.weight.copy_(torch.cat([eye, eye.flip(0)]))
    embeddings, mirrored = eye[:2], torch.tensor([False, True])
    assert imitation(embeddings, torch.stack([eye[0], eye[126]]), mirrored).item() == pytest.approx(0.0)
    assert imitation(embeddings, embeddings, mirrored).item() == pytest.approx(0.5)  # the second is quite wrong


@pytest.mark.parametrize("half", [0, 1])
def test_training_lowers_the_loss(source: BatchSource, half: int) -> None:
    training = Training(Settings(steps=12, batch=12, half=half), CLASSES)
    losses = [training.learn(*source.batch(0)) for _ in range(12)]
    assert losses[-1] < 0.5 * losses[0]


@pytest.mark.parametrize(
    ("capabilities", "half"),
    [({"avx2": True, "amx_bf16": True}, 1), ({"neon": True, "bf16": True}, 1), ({"avx2": True, "amx_bf16": False}, 0)],
)
def test_training_is_in_bfloat16_where_the_processor_multiplies_it(
    capabilities: dict[str, bool], half: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: capabilities)
    assert Settings().half == half
    assert Settings(half=1 - half).half == 1 - half


def test_a_resumed_run_equals_an_unbroken_one(source: BatchSource, tmp_path: Path) -> None:
    unbroken, losses = trained(source, tmp_path / "a.pt")
    broken, before = trained(source, tmp_path / "b.pt", steps=3)
    broken.save(tmp_path / "b.pt")
    resumed, after = trained(source, tmp_path / "b.pt")
    assert resumed.step == 6
    assert before + after == losses
    assert weights_hash(resumed) == weights_hash(unbroken)


def test_a_checkpoint_of_other_settings_is_refused(source: BatchSource, tmp_path: Path) -> None:
    Training(SETTINGS, source.classes).save(tmp_path / "a.pt")
    with pytest.raises(ValueError, match="--checkpoint"):
        Training(Settings(steps=7), source.classes).restore(tmp_path / "a.pt")


@pytest.mark.parametrize(("quantized", "least"), [(False, 0.99999), (True, 0.999)])
def test_the_exported_network_computes_what_pytorch_does(source: BatchSource, quantized: bool, least: float) -> None:
    training = Training(SETTINGS, source.classes)
    for step in range(3):
        training.learn(*source.batch(step))
    pictures = source.batch(9)[0]
    expected = training.embed(pictures)
    network = engine_network(training.net, quantized)
    exported = base_model(network, NearestNeighbors(network.dimension))
    got = archive.loads(archive.dumps(exported)).embed(list(pictures))
    assert (got * expected).sum(axis=1).min() > least
    kinds = {str(layer.weights["weight"].dtype) for layer in network.layers if "weight" in layer.weights}
    assert kinds == {"int8" if quantized else "float32"}


def test_the_margin_lowers_the_right_cosine_only() -> None:
    loss = CosineSoftmax(3)
    with torch.no_grad():
        loss.directions.copy_(torch.eye(3, 128))
    embeddings = torch.zeros(1, 128)
    embeddings[0, :3] = torch.tensor([0.6, 0.8, 0.0])
    logits = 16.0 * torch.tensor([0.6 - 0.15, 0.8, 0.0])
    expected = -torch.log_softmax(logits, 0)[0]
    torch.testing.assert_close(loss(embeddings, torch.tensor([0])), expected)


def test_the_learning_rate_rises_once_and_falls_to_nothing() -> None:
    rates = [learning_rate(step, 100, 1.0) for step in range(101)]
    assert rates[0] == pytest.approx(0.04)
    assert rates.index(max(rates)) == 30
    assert max(rates) == pytest.approx(1.0)
    assert rates[:31] == sorted(rates[:31])
    assert rates[30:] == sorted(rates[30:], reverse=True)
    assert rates[100] == pytest.approx(0.0)


def counts_by_hand() -> list[int]:
    """Weights times places of each layer."""
    return [
        1 * 32 * 25 * 32 * 32,
        *(32 * 48 * 9 * 16 * 16, 48 * 48 * 9 * 16 * 16),
        *(48 * 96 * 9 * 8 * 8, 96 * 96 * 9 * 8 * 8),
        *(96 * 160 * 9 * 4 * 4, 160 * 160 * 9 * 4 * 4),
        4 * 160 * 128,
    ]


def test_the_network_has_the_shape_that_the_engine_ships() -> None:
    net = embedding_net()
    assert net(torch.zeros(2, 1, 32, 32)).shape == (2, 128)
    assert sum(parameter.numel() for parameter in net.parameters()) < 650_000
    assert multiply_adds(net) == sum(counts_by_hand())
    assert multiply_adds(net) < 25_000_000


def measured(printed: str) -> list[tuple[str, str]]:
    """Test and score of each row that was printed."""
    parts = [line.split("   ") for line in printed.splitlines()]
    return [(part[0].strip(), part[-1].strip()) for part in parts if len(part) > 1]


@pytest.mark.slow
def test_the_road_from_data_to_models_and_card(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, emoji in (("thing 0", "🍎"), ("thing 2", "🏠")):
        monkeypatch.setitem(EMOJI, name, emoji)
    data = write_data(tmp_path / "data", validation=21, size=9, letters=20, people=6)
    options = ["--data", str(data), "--output", str(tmp_path), "--checkpoint", str(tmp_path / "c.pt")]
    small = ["--steps", "2", "--teacher", "1", "--batch", "6", "--episodes", "3", "--workers", "0"]

    train.main([*options, *small])

    base, starter = (archive.loads((tmp_path / f"{name}.inkmoji").read_bytes()) for name in ("base", "starter"))
    card = (tmp_path / "CARD.md").read_text(encoding="utf-8")
    head = base.entries
    assert isinstance(head, ProbabilisticLDA)
    assert f"scale {head.scale:g} and offset {head.offset:g}" in card
    assert "`python3 build.py train --data PATH --steps 2 --teacher 1 --batch 6`" in card
    assert " steps 2, teacher 1, imitation 30, batch 6, " in card
    assert " seed 1, " in card
    assert str(tmp_path) not in card
    full = with_prototypes(base, starter)
    assert full.labels == starter.labels == ("thing 0", "thing 2")
    rows = [tuple(cell.strip() for cell in line.split("|")[1:3]) for line in card.splitlines() if line.startswith("| ")]
    assert set(measured(capsys.readouterr().out)) <= set(rows)
    evaluate.main([str(tmp_path / "base.inkmoji"), "--data", str(data), "--episodes", "3"])
    printed = capsys.readouterr().out
    again = measured(printed)
    assert "learned from the validation split" not in printed
    assert len(again) > 20
    assert set(again) <= set(rows)


@pytest.mark.slow
def test_what_learned_from_everything_keeps_the_scores_of_what_did_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = write_data(tmp_path / "data", validation=21, size=9, letters=20, people=6)
    options = ["--data", str(data), "--output", str(tmp_path), "--checkpoint", str(tmp_path / "c.pt"), "--workers", "0"]
    small = ["--steps", "2", "--teacher", "1", "--batch", "6", "--episodes", "3"]
    with pytest.raises(DataError, match="train without --everything first"):
        train.main([*options, *small, "--everything"])
    train.main([*options, *small])
    before, card = (tmp_path / "base.inkmoji").read_bytes(), (tmp_path / "CARD.md").read_text(encoding="utf-8")
    rows = {line for line in card.splitlines() if line.startswith("| ")}
    with pytest.raises(DataError, match="with the same options and data"):
        train.main([*options, *small, "--everything", "--rate", "0.002"])

    train.main([*options, *small, "--everything"])

    after, card = (tmp_path / "base.inkmoji").read_bytes(), (tmp_path / "CARD.md").read_text(encoding="utf-8")
    assert rows == {line for line in card.splitlines() if line.startswith("| ")}
    assert "--everything`" in card
    assert " in 24 Quick, Draw! categories and " in card  # 3 of one split and 21 of the other
    heads = [archive.loads(data).head for data in (before, after)]
    assert isinstance(heads[0], ProbabilisticLDA)
    assert isinstance(heads[1], ProbabilisticLDA)
    assert (heads[0].scale, heads[0].offset) == (heads[1].scale, heads[1].offset)
    assert not np.array_equal(heads[0].projection, heads[1].projection)
    capsys.readouterr()
    evaluate.main([str(tmp_path / "base.inkmoji"), "--data", str(data), "--episodes", "3"])
    assert "learned from the validation split too" in capsys.readouterr().out


@pytest.mark.slow
def test_drawings_of_any_files_can_be_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = write_data(tmp_path / "data", validation=8, size=9)
    evaluate.main(["--drawings", str(data / "quickdraw"), "--episodes", "3"])
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("Given drawings: 5-way 3-shot, shipped head") for line in lines)
    assert any(line.startswith("Given drawings, 5 taught with 3 drawings each: known/unknown AUROC") for line in lines)
