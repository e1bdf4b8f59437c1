"""Trains the base model: from a folder of drawings to ``base.inkmoji`` and its card, ``CARD.md``.

The formats of the drawings are described in ``drawings.py``. A run is determined by its options, the data and the
kind of machine; it may be stopped at any time and goes on where it was when started again with the same options.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import asdict, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from inkmoji import archive
from inkmoji.image import render

from models.batches import CONSTRAINT, BatchSource
from models.card import model_card
from models.drawings import DrawingSet, data_hash, read_omniglot, read_quickdraw
from models.episodes import Score, Task, accuracies, nearest_class_mean
from models.export import base_model
from models.scores import Validation, choose_threshold, measure
from models.training import Settings, Training, run

_FOLDER = Path(__file__).resolve().parent
_REPORTED_EVERY = 100
_VALIDATED_EVERY = 1000
_EXPORT_TOLERANCE = 0.999  # least cosine between the engine's embedding and PyTorch's: float16 costs that little
_SEED = 0  # of the episodes


def main(arguments: list[str] | None = None) -> None:
    """The command line."""
    options = _options(arguments)
    settings = Settings(**{field.name: getattr(options, field.name) for field in fields(Settings)})
    categories = read_quickdraw(options.data, "train", keep_unrecognized=False)
    characters = read_omniglot(options.data, "train")
    validation = read_quickdraw(options.data, "validation")
    trained_on = (
        f"{len(categories.labels):,} in {len(categories.names)} Quick, Draw! categories and "
        f"{len(characters.labels):,} in {len(characters.names)} Omniglot characters"
    )
    print(f"Training on {trained_on}", flush=True)
    source = BatchSource(categories, characters, settings.batch, settings.seed, settings.turned, settings.characters)
    training = Training(settings, source.classes)
    _train(training, source, validation, options)
    _ship(training, validation, trained_on, options)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Trains the base model.")
    parser.add_argument("--data", type=Path, required=True, help="folder with splits.json, quickdraw/, omniglot/")
    parser.add_argument("--output", type=Path, default=_FOLDER, help="folder for base.inkmoji and CARD.md")
    parser.add_argument("--checkpoint", type=Path, default=_FOLDER / ".checkpoints" / "base.pt")
    parser.add_argument("--workers", type=int, default=1, help="processes that draw batches; 0: none but this")
    parser.add_argument("--episodes", type=int, default=1000, help="of each test on the card")
    for name, value in asdict(Settings()).items():
        parser.add_argument(f"--{name}", type=type(value), default=value, help=f"default {value:g}")
    return parser.parse_args(arguments)


def _train(training: Training, source: BatchSource, validation: DrawingSet, options: argparse.Namespace) -> None:
    """Trains to the end and prints how it goes."""
    start, steps, recent = time.monotonic(), training.settings.steps, 0.0
    for loss in run(training, source, options.checkpoint, options.workers):
        recent = loss if recent == 0.0 else 0.98 * recent + 0.02 * loss
        if training.step % _REPORTED_EVERY == 0:
            seconds = time.monotonic() - start
            print(f"step {training.step} of {steps}, loss {recent:.3f}, {seconds:.0f} s", flush=True)
        if training.step % _VALIDATED_EVERY == 0:
            vectors = training.embed(_pictures(validation))
            values = accuracies(vectors, validation.labels, Task(20, 3), nearest_class_mean, 300, _SEED)
            print(f"step {training.step}: validation, 20-way 3-shot: {Score.of(values)} %", flush=True)


def _ship(training: Training, drawings: DrawingSet, trained_on: str, options: argparse.Namespace) -> None:
    """Exports the network, chooses the threshold, measures, and writes the model and its card."""
    validation = Validation.of(base_model(training.net, None), options.data)
    _check_export(validation, training.embed(_pictures(drawings)))
    model = base_model(training.net, choose_threshold(validation, options.episodes, _SEED))
    data = archive.dumps(model)
    rows = measure(model.neighbors, validation, options.episodes, _SEED)
    hashes = data_hash(options.data)
    card = model_card(model, len(data), _command(options), trained_on, hashes, rows, options.episodes)
    (options.output / "base.inkmoji").write_bytes(data)
    (options.output / "CARD.md").write_text(card, encoding="utf-8")
    print("\n".join(f"{row.test:<80} {row.score}" for row in rows))


def _check_export(validation: Validation, expected: NDArray[np.float32]) -> None:
    least = (validation.quickdraw[0] * expected).sum(axis=1).min()
    if least < _EXPORT_TOLERANCE:
        raise ValueError(
            f"expected the engine's embeddings to agree with PyTorch's to a cosine of {_EXPORT_TOLERANCE}, "
            f"got {least}; weights may be too large for float16"
        )


def _pictures(drawings: DrawingSet) -> NDArray[np.uint8]:
    return np.stack([render(drawing, CONSTRAINT) for drawing in drawings.drawings])


def _command(options: argparse.Namespace) -> str:
    """What to type for the same result."""
    changed = [
        f" --{name} {getattr(options, name):g}"
        for name, value in asdict(Settings()).items()
        if getattr(options, name) != value
    ]
    return "python3 build.py train --data PATH" + "".join(changed)


if __name__ == "__main__":
    main()
