"""Measures a compiled model on the validation split, with the engine that ships."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from inkmoji import archive

from models.scores import Validation, measure


def main(arguments: list[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Measures a compiled model on the validation drawings.")
    parser.add_argument("model", type=Path, nargs="?", default=Path(__file__).with_name("base.inkmoji"))
    parser.add_argument("--data", type=Path, required=True, help="folder with splits.json, quickdraw/, omniglot/")
    parser.add_argument("--episodes", type=int, default=1000, help="of each test (default 1000)")
    parser.add_argument("--seed", type=int, default=0, help="of the episodes (default 0)")
    options = parser.parse_args(arguments)
    model = archive.loads(options.model.read_bytes())
    validation = Validation.of(model, options.data)
    print(f"{options.episodes} episodes each, in percent, ± 95 % interval")
    for row in measure(model.neighbors, validation, options.episodes, options.seed):
        print(f"{row.test:<80} {row.score}")


if __name__ == "__main__":
    main()
