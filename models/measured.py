"""What was measured on drawings that were not trained on, kept for the network that then learns from those too."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from models.drawings import DataError
from models.episodes import Bin, Score
from models.scores import Row


@dataclass(frozen=True)
class Measured:
    """Of a network that was trained on the train split alone.

    Attributes:
        settings: it was trained with, as a dictionary.
        hashes: of the data, set → SHA-256.
        scale, offset: the calibration of its head.
        rows: the scores.
        bins: the reliability of the head's confidence.
    """

    settings: Mapping[str, float]
    hashes: Mapping[str, str]
    scale: float
    offset: float
    rows: tuple[Row, ...]
    bins: tuple[Bin, ...]

    def save(self, path: Path) -> None:
        """Writes a file of JSON."""
        path.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")

    @classmethod
    def load(cls, path: Path, settings: Mapping[str, float], hashes: Mapping[str, str]) -> Measured:
        """What was measured with these settings and data.

        Raises:
            DataError: when nothing was, or with others.
        """
        if not path.is_file():
            raise DataError(
                f"expected the scores of a network trained on the train split alone in {path}, found none; "
                "train without --everything first"
            )
        saved = json.loads(path.read_text(encoding="utf-8"))
        for name, given in (("settings", settings), ("hashes", hashes)):
            if saved[name] != dict(given):
                raise DataError(
                    f"expected scores measured with the {name} {dict(given)} in {path}, found {saved[name]}; "
                    "train without --everything with the same options and data first"
                )
        rows = tuple(Row(row["test"], Score(**row["score"])) for row in saved["rows"])
        bins = tuple(Bin(**one) for one in saved["bins"])
        return cls(saved["settings"], saved["hashes"], saved["scale"], saved["offset"], rows, bins)
