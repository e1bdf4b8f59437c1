"""Trains the base model: from a folder of drawings to ``base.inkmoji``, ``starter.inkmoji`` and the card, ``CARD.md``.

The formats of the drawings are described in ``drawings.py``. A run is determined by its options, the data and the
kind of machine; it may be stopped at any time and goes on where it was when started again with the same options.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from inkmoji import archive
from inkmoji.image import render
from inkmoji.model import Model
from inkmoji.neighbors import NearestNeighbors
from inkmoji.network import Network
from torch import nn

from models.batches import CONSTRAINT, BatchSource
from models.card import Facts, model_card
from models.discriminant import Scatter, Space, calibrate
from models.drawings import DrawingSet, Split, data_hash, joined, read_omniglot, read_quickdraw
from models.episodes import Task, open_episodes
from models.export import base_model, engine_network
from models.measured import Measured
from models.net import multiply_adds
from models.scores import Embedded, in_float32, measure, twenty_way, validation
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
    hashes = data_hash(options.data)
    scores = options.checkpoint.with_name(options.checkpoint.stem + "-measured.json")
    measured = Measured.load(scores, asdict(settings), hashes) if options.everything else None
    splits: tuple[Split, ...] = ("train", "validation") if options.everything else ("train",)
    categories = joined([read_quickdraw(options.data, split, keep_unrecognized=False) for split in splits])
    characters = joined([read_omniglot(options.data, split) for split in splits])
    trained_on = (
        f"{len(categories.labels):,} in {len(categories.names)} Quick, Draw! categories and "
        f"{len(characters.labels):,} in {len(characters.names)} Omniglot characters"
    )
    print(f"Training on {trained_on}", flush=True)
    stem = options.checkpoint.stem + ("-everything" if options.everything else "")
    source = BatchSource(categories, characters, settings.batch, settings.seed, settings.turned, settings.characters)
    lessons: BatchSource | Lessons = source
    seconds = 0.0
    if settings.teacher:
        teacher = Training(settings.of_teacher(), source.classes, large=True)
        _train(teacher, source, options.checkpoint.with_stem(stem + "-teacher"), options)
        lessons, seconds = Lessons(source, teacher.net, settings.half), teacher.seconds
    training = Training(settings, source.classes)
    _train(training, lessons, options.checkpoint.with_stem(stem), options)
    facts = Facts(
        _command(options),
        splits,
        trained_on,
        hashes,
        options.episodes,
        multiply_adds(training.net),
        seconds + training.seconds,
    )
    known = Known.of(training.net, categories, characters)
    if measured is None:
        measured = _measured(training, facts, known, options)
        measured.save(scores)
    _ship(facts, known, measured, options.output)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Trains the base model.")
    parser.add_argument("--data", type=Path, required=True, help="folder with splits.json, quickdraw/, omniglot/")
    parser.add_argument("--output", type=Path, default=_FOLDER, help="folder for the models and CARD.md")
    parser.add_argument("--checkpoint", type=Path, default=_FOLDER / ".checkpoints" / "base.pt")
    parser.add_argument(
        "--everything",
        action="store_true",
        help="after a run without: train what ships on both splits; its scores and calibration stay those of that run",
    )
    parser.add_argument("--workers", type=int, default=2, help="processes that draw batches; 0: none but this")
    parser.add_argument("--episodes", type=int, default=1000, help="of each test on the card")
    for name, value in asdict(Settings()).items():
        parser.add_argument(f"--{name}", type=type(value), default=value, help=f"default {value:g}")
    return parser.parse_args(arguments)


def _train(training: Training, source: BatchSource | Lessons, checkpoint: Path, options: argparse.Namespace) -> None:
    """Trains to the end and prints how it goes."""
    drawings, _ = validation(options.data)
    pictures = _pictures(drawings)
    seen = " of drawings that it has seen" if options.everything else ""
    steps, recent = training.settings.steps, 0.0
    for loss in run(training, source, checkpoint, options.workers):
        recent = loss if recent == 0.0 else 0.98 * recent + 0.02 * loss
        if training.step % _REPORTED_EVERY == 0:
            print(f"step {training.step} of {steps}, loss {recent:.3f}, {training.seconds:.0f} s", flush=True)
        if training.step % _VALIDATED_EVERY == 0:
            score = twenty_way(training.embed(pictures), drawings.labels, 300, _SEED)
            print(f"step {training.step}: validation{seen}, 20-way 3-shot: {score} %", flush=True)


@dataclass(frozen=True, eq=False)
class Known:
    """The network as it ships, and what it makes of the drawings that it was trained on.

    Attributes:
        network: quantized.
        categories: embeddings of some of each.
        space: the directions of the head.
        names: of the categories, by class.
    """

    network: Network
    categories: Embedded
    space: Space
    names: tuple[str, ...]

    @classmethod
    def of(cls, net: nn.Sequential, categories: DrawingSet, characters: DrawingSet) -> Known:
        """Exports the network and estimates the scatter of things."""
        network = engine_network(net)
        embedder = base_model(network, NearestNeighbors(network.dimension))
        some = Embedded.of("Quick, Draw!", embedder, categories.fewer(_OF_A_CLASS, _SEED))
        letters = Embedded.of("Omniglot", embedder, characters)
        scatter = Scatter.of(some.vectors, some.labels)
        scatter = scatter.with_some_of(Scatter.of(letters.vectors, letters.labels), _OF_CHARACTERS)
        return cls(network, some, scatter.space(_EVENNESS), categories.names)

    def models(self, scale: float, offset: float, splits: Sequence[str]) -> tuple[Model, Model]:
        """The base model and the starter pack."""
        head = self.space.head(scale, offset)
        base = base_model(self.network, head, " and ".join(splits))
        return base, starter_pack(head, self.categories, self.names)


def _ship(facts: Facts, known: Known, measured: Measured, output: Path) -> None:
    """Writes the models and the card, and prints the scores."""
    base, starter = known.models(measured.scale, measured.offset, facts.splits)
    files = {"base.inkmoji": archive.dumps(base), "starter.inkmoji": archive.dumps(starter)}
    for name, data in files.items():
        (output / name).write_bytes(data)
    sizes = {name: len(data) for name, data in files.items()}
    (output / "CARD.md").write_text(model_card(base, starter, facts, sizes, measured), encoding="utf-8")
    print("\n".join(f"{row.test:<110} {row.score}" for row in measured.rows))


def _measured(training: Training, facts: Facts, known: Known, options: argparse.Namespace) -> Measured:
    """Calibrates the head on drawings that were not trained on, and measures it on them."""
    drawings, letters = validation(options.data)
    embedder = base_model(known.network, NearestNeighbors(known.network.dimension))
    unseen = Embedded.of("Quick, Draw!", embedder, drawings)
    scale, offset = _calibration(known.space, unseen, options.episodes)
    base, starter = known.models(scale, offset, facts.splits)
    rows, bins = measure(base, options.data, options.episodes, _SEED)
    rows += starter_rows(starter, known.categories, known.names, unseen)
    exact = base_model(engine_network(training.net, quantized=False), known.space.head(scale, offset))
    rows += in_float32(exact, drawings, letters, options.episodes, _SEED)
    return Measured(asdict(training.settings), facts.hashes, scale, offset, tuple(rows), tuple(bins))


def _calibration(space: Space, unseen: Embedded, episodes: int) -> tuple[float, float]:
    """Scale and offset of a head."""
    classes = len(np.unique(unseen.labels))
    asked = [
        episode
        for task in _CALIBRATED_ON
        if task.ways + _OTHER <= classes
        for episode in open_episodes(unseen.vectors, unseen.labels, task, -(-episodes // 10), _SEED)
    ]
    return calibrate(space, asked)


def _pictures(drawings: DrawingSet) -> NDArray[np.uint8]:
    return np.stack([render(drawing, CONSTRAINT) for drawing in drawings.drawings])


def _command(options: argparse.Namespace) -> str:
    """What to type for the same result."""
    changed = [
        f" --{name} {getattr(options, name):g}"
        for name, value in asdict(Settings()).items()
        if getattr(options, name) != value
    ]
    return "python3 build.py train --data PATH" + "".join(changed) + (" --everything" if options.everything else "")


if __name__ == "__main__":
    main()
