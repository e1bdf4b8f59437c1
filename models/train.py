"""Trains the base model: from a folder of drawings to ``base.inkmoji``, ``starter.inkmoji`` and the card, ``CARD.md``.

The formats of the drawings are described in ``drawings.py``. A run is determined by its options, the data and the
kind of machine; it may be stopped at any time and goes on where it was when started again with the same options.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from inkmoji import archive
from inkmoji.image import render
from inkmoji.neighbors import NearestNeighbors
from inkmoji.plda import ProbabilisticLDA
from torch import nn

from models.batches import CONSTRAINT, BatchSource
from models.card import Facts, model_card
from models.discriminant import Scatter, calibrate
from models.drawings import DrawingSet, data_hash, read_omniglot, read_quickdraw
from models.episodes import Task, open_episodes
from models.export import base_model, engine_network
from models.net import multiply_adds
from models.scores import Embedded, few_shot, measure, twenty_way, validation
from models.starter import starter_pack, starter_rows
from models.training import Lessons, Settings, Training, run

_FOLDER = Path(__file__).resolve().parent
_REPORTED_EVERY = 100
_VALIDATED_EVERY = 2000
_SEED = 0  # of the episodes
_OF_A_CLASS = 40  # drawings of a category that the scatter of things is estimated from
_OF_CHARACTERS = 0.2  # share of the scatter of characters in that of all things
_EVENNESS = (
    0.5  # of the scatter within things: what was trained on scatters less, and in fewer directions, than the rest
)
_CALIBRATED_ON = tuple(Task(ways, shots) for ways in (1, 2, 5, 10, 20, 40) for shots in (1, 3))
_OTHER = 5  # classes that are not taught, at least, in an episode of the calibration


def main(arguments: list[str] | None = None) -> None:
    """The command line."""
    options = _options(arguments)
    settings = Settings(**{field.name: getattr(options, field.name) for field in fields(Settings)})
    categories = read_quickdraw(options.data, "train", keep_unrecognized=False)
    characters = read_omniglot(options.data, "train")
    trained_on = (
        f"{len(categories.labels):,} in {len(categories.names)} Quick, Draw! categories and "
        f"{len(characters.labels):,} in {len(characters.names)} Omniglot characters"
    )
    print(f"Training on {trained_on}", flush=True)
    source = BatchSource(categories, characters, settings.batch, settings.seed, settings.turned, settings.characters)
    lessons: BatchSource | Lessons = source
    seconds = 0.0
    if settings.teacher:
        teacher = Training(settings.of_teacher(), source.classes, large=True)
        _train(teacher, source, options.checkpoint.with_name("teacher.pt"), options)
        lessons, seconds = Lessons(source, teacher.net, settings.half), teacher.seconds
    training = Training(settings, source.classes)
    _train(training, lessons, options.checkpoint, options)
    facts = Facts(
        _command(options),
        trained_on,
        data_hash(options.data),
        options.episodes,
        multiply_adds(training.net),
        seconds + training.seconds,
    )
    _ship(training.net, facts, categories, characters, options)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Trains the base model.")
    parser.add_argument("--data", type=Path, required=True, help="folder with splits.json, quickdraw/, omniglot/")
    parser.add_argument("--output", type=Path, default=_FOLDER, help="folder for the models and CARD.md")
    parser.add_argument("--checkpoint", type=Path, default=_FOLDER / ".checkpoints" / "base.pt")
    parser.add_argument("--workers", type=int, default=1, help="processes that draw batches; 0: none but this")
    parser.add_argument("--episodes", type=int, default=1000, help="of each test on the card")
    for name, value in asdict(Settings()).items():
        parser.add_argument(f"--{name}", type=type(value), default=value, help=f"default {value:g}")
    return parser.parse_args(arguments)


def _train(training: Training, source: BatchSource | Lessons, checkpoint: Path, options: argparse.Namespace) -> None:
    """Trains to the end and prints how it goes."""
    drawings, _ = validation(options.data)
    pictures = _pictures(drawings)
    steps, recent = training.settings.steps, 0.0
    for loss in run(training, source, checkpoint, options.workers):
        recent = loss if recent == 0.0 else 0.98 * recent + 0.02 * loss
        if training.step % _REPORTED_EVERY == 0:
            print(f"step {training.step} of {steps}, loss {recent:.3f}, {training.seconds:.0f} s", flush=True)
        if training.step % _VALIDATED_EVERY == 0:
            score = twenty_way(training.embed(pictures), drawings.labels, 300, _SEED)
            print(f"step {training.step}: validation, 20-way 3-shot: {score} %", flush=True)


def _head(scatter: Scatter, unseen: Embedded, episodes: int) -> ProbabilisticLDA:
    """The head of this scatter, calibrated on drawings that were not trained on."""
    space, classes = scatter.space(_EVENNESS), len(np.unique(unseen.labels))
    asked = [
        episode
        for task in _CALIBRATED_ON
        if task.ways + _OTHER <= classes
        for episode in open_episodes(unseen.vectors, unseen.labels, task, -(-episodes // 10), _SEED)
    ]
    return space.head(*calibrate(space, asked))


def _ship(
    net: nn.Sequential, facts: Facts, categories: DrawingSet, characters: DrawingSet, options: argparse.Namespace
) -> None:
    """Exports the network, estimates the head, measures, and writes the models and the card."""
    network, exact = engine_network(net), engine_network(net, quantized=False)
    some, drawings = categories.fewer(_OF_A_CLASS, _SEED), validation(options.data)[0]
    embedder = base_model(network, NearestNeighbors(network.dimension))
    known = Embedded.of("Quick, Draw!", embedder, some)
    letters = Embedded.of("Omniglot", embedder, characters)
    unseen = Embedded.of("Quick, Draw!", embedder, drawings)
    scatter = Scatter.of(known.vectors, known.labels)
    scatter = scatter.with_some_of(Scatter.of(letters.vectors, letters.labels), _OF_CHARACTERS)
    head = _head(scatter, unseen, options.episodes)
    base, starter = base_model(network, head), starter_pack(head, known, categories.names)
    rows, bins = measure(base, options.data, options.episodes, _SEED)
    rows += starter_rows(starter, known, categories.names, unseen)
    as_float = few_shot(
        head, Embedded.of("Quick, Draw! in float32", base_model(exact, head), drawings), options.episodes, _SEED
    )
    files = {"base.inkmoji": archive.dumps(base), "starter.inkmoji": archive.dumps(starter)}
    for name, data in files.items():
        (options.output / name).write_bytes(data)
    sizes = {name: len(data) for name, data in files.items()}
    card = model_card(base, starter, facts, sizes, [*rows, *as_float], bins)
    (options.output / "CARD.md").write_text(card, encoding="utf-8")
    print("\n".join(f"{row.test:<110} {row.score}" for row in [*rows, *as_float]))


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
