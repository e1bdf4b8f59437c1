"""Training in PyTorch: repeatable, resumable, and the same network in the engine."""

from __future__ import annotations

import hashlib
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch
from inkmoji import archive

from models import evaluate, train
from models.batches import BatchSource
from models.drawings import read_omniglot, read_quickdraw
from models.export import base_model
from models.net import CosineSoftmax, embedding_net, learning_rate
from models.training import Settings, Training, run
from tests.unit.models_data import write_data

SETTINGS = Settings(steps=6, batch=12, turned=0.25)


@pytest.fixture
def source(tmp_path: Path) -> BatchSource:
    data = write_data(tmp_path / "data")
    categories, characters = read_quickdraw(data, "train"), read_omniglot(data, "train")
    return BatchSource(categories, characters, SETTINGS.batch, SETTINGS.seed, SETTINGS.turned, SETTINGS.characters)


def trained(source: BatchSource, checkpoint: Path, steps: int = 6) -> tuple[Training, list[float]]:
    """A run that is broken off after some steps, and its losses."""
    training = Training(SETTINGS, source.classes)
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
    assert losses[-1] < losses[0]


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


def test_the_exported_network_computes_what_pytorch_does(source: BatchSource) -> None:
    training = Training(SETTINGS, source.classes)
    for step in range(3):
        training.learn(*source.batch(step))
    pictures = source.batch(9)[0]
    expected = training.embed(pictures)
    exported = base_model(training.net, 0.5)
    got = archive.loads(archive.dumps(exported)).embed(list(pictures))
    np.testing.assert_allclose(got, expected, atol=1e-2)
    assert (got * expected).sum(axis=1).min() > 0.999


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


def test_the_network_has_the_shape_that_the_engine_ships() -> None:
    net = embedding_net()
    assert net(torch.zeros(2, 1, 32, 32)).shape == (2, 128)
    assert sum(parameter.numel() for parameter in net.parameters()) < 500_000


@pytest.mark.slow
def test_the_road_from_data_to_model_and_card(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = write_data(tmp_path / "data", validation=21, size=9, letters=20, people=6)
    options = ["--data", str(data), "--output", str(tmp_path), "--checkpoint", str(tmp_path / "c.pt")]
    small = ["--steps", "2", "--batch", "6", "--episodes", "3", "--workers", "0"]

    train.main([*options, *small])

    model = archive.loads((tmp_path / "base.inkmoji").read_bytes())
    card = (tmp_path / "CARD.md").read_text(encoding="utf-8")
    assert f"a squared distance of {model.head.threshold} to" in card
    assert "`python3 build.py train --data PATH --steps 2 --batch 6`" in card
    assert str(tmp_path) not in card
    capsys.readouterr()
    evaluate.main([str(tmp_path / "base.inkmoji"), "--data", str(data), "--episodes", "3"])
    printed = capsys.readouterr().out.splitlines()[1:]
    rows = [line.split("|")[1:3] for line in card.splitlines() if line.startswith("| ")][1:]
    assert [line.split("  ")[0] for line in printed] == [name.strip() for name, _ in rows]
    assert [line.split("  ")[-1].strip() for line in printed] == [score.strip() for _, score in rows]
