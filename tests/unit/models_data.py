"""A small made-up data folder in the formats that the training reads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Drawing = list[list[tuple[int, int]]]


def polygons(count: int, corners: int, rng: np.random.Generator) -> list[Drawing]:
    """Drawings of a polygon and a short line, each a little different."""
    drawings = []
    for _ in range(count):
        angles = np.arange(corners + 1) * 2 * np.pi / corners
        outline = 128 + 100 * np.stack([np.cos(angles), np.sin(angles)], axis=1) + rng.normal(0, 5, (corners + 1, 2))
        line = 128 + rng.normal(0, 20, (2, 2))
        drawings.append([[(int(x), int(y)) for x, y in stroke] for stroke in (outline, line)])
    return drawings


def write_category(folder: Path, name: str, drawings: Sequence[Drawing], recognized: Sequence[int]) -> None:
    """A Quick, Draw! category as compact arrays."""
    folder.mkdir(parents=True, exist_ok=True)
    strokes = [stroke for drawing in drawings for stroke in drawing]
    np.savez(
        folder / f"{name}.npz",
        pts=np.concatenate(strokes).astype(np.uint8),
        stroke_len=np.array([len(stroke) for stroke in strokes], np.uint16),
        n_strokes=np.array([len(drawing) for drawing in drawings], np.uint16),
        recognized=np.array(recognized, np.uint8),
    )


def write_lines(path: Path, drawings: Sequence[Drawing], recognized: Sequence[int], *, times: bool = False) -> None:
    """A Quick, Draw! category as lines of JSON, raw with a time for each point or simplified without."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = []
    for drawing, known in zip(drawings, recognized, strict=True):
        strokes = [np.transpose(stroke).tolist() for stroke in drawing]
        timed = [[*stroke, [16 * index for index in range(len(stroke[0]))]] for stroke in strokes]
        lines.append({"word": path.stem, "recognized": known == 1, "drawing": timed if times else strokes})
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def letter(height: int, width: int, pen: int) -> NDArray[np.uint8]:
    """Ink of 0 and 255, (height, width): an L along the left and the bottom edge."""
    ink = np.zeros((height, width), np.uint8)
    ink[:, :pen] = ink[-pen:] = 255
    return ink


def on_paper(ink: NDArray[np.uint8], height: int, width: int, top: int, left: int) -> NDArray[np.uint8]:
    """The ink on paper of 0, (height, width)."""
    paper = np.zeros((height, width), np.uint8)
    paper[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return paper


def characters(count: int, drawers: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Ink of 0 and 1, (count, drawers, 105, 105): a bar across at a height of its own, and a post."""
    ink = np.zeros((count, drawers, 105, 105), np.uint8)
    for character in range(count):
        for drawer in range(drawers):
            height = 10 + 80 * character // count + int(rng.integers(3))
            ink[character, drawer, height : height + 3, 10:95] = 1
            ink[character, drawer, 10:95, 50 + 2 * drawer : 53 + 2 * drawer] = 1
    return ink


def write_alphabets(folder: Path, alphabets: dict[str, NDArray[np.uint8]]) -> None:
    """Omniglot as compact arrays; the characters count through all alphabets."""
    folder.mkdir(parents=True, exist_ok=True)
    sizes = [len(ink) for ink in alphabets.values()]
    drawers = next(iter(alphabets.values())).shape[1]
    np.savez(
        folder / "background.npz",
        img=np.packbits(np.concatenate(list(alphabets.values())).reshape(-1, 105, 105), axis=2),
        alphabet=np.repeat(np.arange(len(sizes)), np.array(sizes) * drawers).astype(np.int8),
        character=np.repeat(np.arange(sum(sizes)), drawers).astype(np.int16),
        drawer=np.tile(np.arange(1, drawers + 1), sum(sizes)).astype(np.uint8),
        alphabets=np.array(list(alphabets)),
    )


def write_character_images(folder: Path, alphabet: str, ink: NDArray[np.uint8]) -> None:
    """Omniglot as its public images: black on white, one bit a pixel."""
    for character, drawings in enumerate(ink, start=1):
        place = folder / "images_background" / alphabet / f"character{character:02d}"
        place.mkdir(parents=True)
        for drawer, drawing in enumerate(drawings, start=1):
            Image.fromarray(drawing == 0).save(place / f"{character:04d}_{drawer:02d}.png")


def write_data(folder: Path, *, validation: int = 2, size: int = 4, letters: int = 3, people: int = 3) -> Path:
    """A data folder: three categories and an alphabet to train on, others to validate on.

    Args:
        folder: where.
        validation: number of validation categories.
        size: drawings in each category, the last one not recognised by the game.
        letters: characters of the validation alphabet.
        people: who drew each character.
    """
    rng = np.random.default_rng(5)
    names = {
        "train": [f"thing {index}" for index in range(3)],
        "validation": [f"other {index}" for index in range(validation)],
    }
    for index, name in enumerate(names["train"] + names["validation"]):
        write_category(folder / "quickdraw", name, polygons(size, 3 + index, rng), [1] * (size - 1) + [0])
    alphabets = {"Runes": characters(2, people, rng), "Signs": characters(letters, people, rng)}
    write_alphabets(folder / "omniglot", alphabets)
    splits = {"quickdraw": names, "omniglot": {"train": ["Runes"], "validation": ["Signs"]}}
    (folder / "splits.json").write_text(json.dumps(splits), encoding="utf-8")
    return folder
