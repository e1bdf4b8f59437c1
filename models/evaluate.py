"""Measures a compiled model on the validation split or on drawings of any other kind, with the engine that ships.

``--data`` names a folder as for training, of which the validation split is measured, with ``--reviews`` for what is
said of drawings before they are taught; ``--drawings`` names files or folders of any format that ``pictures.py`` reads,
one file for a class: strokes, or pictures of any size, polarity and line width.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from inkmoji import archive
from inkmoji.model import Model

from models.pictures import read_files
from models.reviews import review_rows
from models.scores import Embedded, Row, few_shot, head_of, known_or_unknown, measure


def main(arguments: list[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Measures a compiled model.")
    parser.add_argument("model", type=Path, nargs="?", default=Path(__file__).with_name("base.inkmoji"))
    given = parser.add_mutually_exclusive_group(required=True)
    given.add_argument("--data", type=Path, help="folder with splits.json, quickdraw/, omniglot/")
    given.add_argument("--drawings", type=Path, nargs="+", help="files or folders of drawings, one file for a class")
    parser.add_argument("--reviews", action="store_true", help="of --data, what is said of drawings before teaching")
    parser.add_argument("--episodes", type=int, default=1000, help="of each test (default 1000)")
    parser.add_argument("--seed", type=int, default=0, help="of the episodes (default 0)")
    options = parser.parse_args(arguments)
    model = archive.loads(options.model.read_bytes())
    print(f"{options.episodes} episodes each, in percent, ± 95 % interval")
    if options.data and "validation" in model.description.metadata.get("splits", ""):
        print("This model has learned from the validation split too: CARD.md has the scores of one that has not.")
    for row in _rows(model, options):
        print(f"{row.test:<110} {row.score}")


def _rows(model: Model, options: argparse.Namespace) -> list[Row]:
    """What is asked for; of given drawings, what can be measured with so many classes, and so many of each."""
    if options.data:
        data, episodes, seed = options.data, options.episodes, options.seed
        return review_rows(model, data, episodes, seed) if options.reviews else measure(model, data, episodes, seed)[0]
    drawings = read_files(options.drawings)
    if drawings.skipped:
        print(f"{drawings.skipped} drawings without ink were left out")
    embedded, head = Embedded.of("Given drawings", model, drawings), head_of(model)
    rows = few_shot(head, embedded, options.episodes, options.seed)
    return rows + known_or_unknown(head, embedded, options.episodes, options.seed)[0]


if __name__ == "__main__":
    main()
