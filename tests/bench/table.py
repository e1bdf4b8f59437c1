"""What the bench prints and writes: one row for each measure and each peer."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

NAME, PEER, NUMBER = 72, 10, 10


@dataclass(frozen=True)
class Row:
    """A measure of ours beside the peer's; the smaller number is the better one in every row."""

    name: str
    against: str
    ours: float
    peer: float
    unit: str

    @property
    def ratio(self) -> float | None:
        """Ours by the peer's: below 1 ours is the better one."""
        return self.ours / self.peer if self.peer else None

    def as_json(self) -> dict[str, object]:
        name = f"{self.name}, beside {self.against}"
        return {"name": name, "ours": self.ours, "peer": self.peer, "ratio": self.ratio, "unit": self.unit}

    def __str__(self) -> str:
        ratio = "–" if self.ratio is None else f"{self.ratio:.2f}"
        numbers = f"{shown(self.ours):>{NUMBER}}{shown(self.peer):>{NUMBER}}{ratio:>{NUMBER}}"
        return f"{self.name:<{NAME}} {self.against:<{PEER}}{numbers}  {self.unit}"


HEADER = f"{'':<{NAME}} {'peer':<{PEER}}{'ours':>{NUMBER}}{'the peer':>{NUMBER}}{'ratio':>{NUMBER}}  unit"


def shown(number: float) -> str:
    """Three digits that count, and never less than the whole number."""
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"


def typical_and_slow(name: str, against: str, ours: Sequence[float], peer: Sequence[float]) -> Iterator[Row]:
    """The median and the 95th percentile of milliseconds."""
    yield Row(f"{name}, median", against, statistics.median(ours), statistics.median(peer), "ms")
    yield Row(f"{name}, 95th percentile", against, slow(ours), slow(peer), "ms")


def slow(values: Sequence[float]) -> float:
    """The 95th percentile, between the two values next to it."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]


def write(rows: Sequence[Row], path: Path) -> None:
    path.write_text(json.dumps([row.as_json() for row in rows], ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
