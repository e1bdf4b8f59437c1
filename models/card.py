"""The model card: a text with everything one should know of ``base.inkmoji``."""

from __future__ import annotations

import datetime
import platform
from collections.abc import Mapping, Sequence

import inkmoji
import numpy as np
import PIL
import torch
from inkmoji.model import Model

from models.scores import ACCEPTED, TAUGHT, Row

_TEMPLATE = """\
# Inkmoji's base model

`base.inkmoji` turns a drawing (white on black, {side} x {side}, by `inkmoji.image`) into {dimension} numbers, a
vector of unit length; drawings of one thing lie near each other. On top sits an empty k-nearest-neighbours head that
learns on the user's device, from three drawings per sticker. {parameters} parameters in the network, {size} bytes
in all. This card is written by `models/train.py`.

## Intended use and limits

* For recognising line drawings that one person teaches and draws again. The model knows no names until it is taught.
* Not for photographs, handwriting as text, or any decision about people.
* Size, place and line width of a drawing do not matter to it, its orientation does. Stickers that differ only in
  details finer than about a twentieth of the drawing will be confused.
* The drawings it learned from were made with a mouse or finger within 20 seconds by players of an online game, and by
  online workers copying letters; both include mistakes and cultural habits of those people.

## How it was made

* Command: `{command}`
* Date: {date}. Versions: {versions}.
  The same command with the same data, versions and type of processor gives the same file.
* Drawings: {trained_on}.
* Data, as SHA-256 over the names and contents of the files read:
{hashes}

## Scores

Measured with the engine's own NumPy code on the validation split: categories and alphabets that were not trained
on; drawings of one thing are by different people. {episodes} random episodes for each row, in percent, ± 95 % interval
of the mean. Choices (the recipe, the threshold) were made on the same split. `models/evaluate.py --data PATH` prints
the rows anew.

| test | % |
|---|---|
{rows}

The head's threshold, a squared distance of {threshold} to the nearest taught drawing, is where {accepted:g} % of
further drawings of {ways} stickers, taught with {shots} drawings each, are accepted; what else it
accepts is in the table.

## Licence and sources

The model is under this project's MIT licence. It was trained on:

* the Quick, Draw! dataset by Google, CC BY 4.0, <https://github.com/googlecreativelab/quickdraw-dataset>;
* Omniglot by Brenden Lake, Ruslan Salakhutdinov and Joshua Tenenbaum, MIT, <https://github.com/brendenlake/omniglot>.
"""


def model_card(
    model: Model,
    size: int,
    command: str,
    trained_on: str,
    hashes: Mapping[str, str],
    rows: Sequence[Row],
    episodes: int,
) -> str:
    """The card in Markdown.

    Args:
        model: as shipped.
        size: of its file, in bytes.
        command: that made it.
        trained_on: numbers of drawings and classes, in words.
        hashes: set → SHA-256.
        rows: the scores.
        episodes: how many were measured for each row.
    """
    layers = model.network.layers if model.network else ()
    weights = [array for layer in layers for array in layer.weights.values()]
    versions = {"Python": platform.python_version(), "inkmoji": inkmoji.__version__, "torch": torch.__version__}
    versions |= {"numpy": np.__version__, "pillow": PIL.__version__}
    return _TEMPLATE.format(
        side=model.constraint.width,
        dimension=model.neighbors.dimension,
        parameters=f"{sum(array.size for array in weights):,}",
        size=f"{size:,}",
        command=command,
        date=datetime.datetime.now(datetime.UTC).date(),
        versions=", ".join(f"{name} {version}" for name, version in versions.items()),
        trained_on=trained_on,
        hashes="\n".join(f"  * `{name}`: `{value}`" for name, value in hashes.items()),
        episodes=episodes,
        rows="\n".join(f"| {row.test} | {row.score} |" for row in rows),
        threshold=model.neighbors.threshold,
        accepted=100.0 * ACCEPTED,
        ways=TAUGHT.ways,
        shots=TAUGHT.shots,
    )
