"""The model card: a text with everything one should know of ``base.inkmoji`` and ``starter.inkmoji``."""

from __future__ import annotations

import datetime
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import inkmoji
import numpy as np
import PIL
import torch
from inkmoji.model import Model

from models.measured import Measured
from models.scores import head_of

_TEMPLATE = """\
# Inkmoji's base model and starter pack

`base.inkmoji` turns a drawing (white on black, {side} x {side}, by `inkmoji.image`) into {dimension} numbers, a
vector of unit length; drawings of one thing lie near each other. On top sits a head without stickers, which
learns on the user's device, from three drawings per sticker. {parameters} parameters in the network, stored as whole
numbers of 8 bits with a scale for each output, {multiply_adds:.1f} million multiply-adds for a drawing, {base_size}
bytes in all. `starter.inkmoji` holds {stickers} ready-made stickers for it, {starter_size} bytes. This card is written
by `models/train.py`.

## Intended use and limits

* For recognising line drawings that one person teaches and draws again. The model knows no names until it is taught.
* Not for photographs, handwriting as text, or any decision about people.
* Size, place and line width of a drawing do not matter to it, its orientation does. Stickers that differ only in
  details finer than about a twentieth of the drawing will be confused.
* The drawings it learned from were made with a mouse or finger within 20 seconds by players of an online game, and by
  online workers copying letters; both include mistakes and cultural habits of those people.
* The starter pack knows doodles as the players of that game drew them. It recognises fewer than three drawings of
  one's own make it recognise, and never comes before what was taught.

## How it was made

* Command: `{command}`
* Date: {date}. Versions: {versions}.
  The same command with the same data, versions and type of processor gives the same files.
* Settings, the seed among them: {settings}; `Settings` in `models/training.py` says what each is.
* {minutes:.0f} minutes of training by the clock, teacher and network.
* Drawings: {trained_on}.
* The network learned from two sources: the classes of the drawings (categories, characters, and both in quarter turns)
  and the embeddings of a teacher, a network of four times the multiply-adds that had learned from the classes before.
* Data, as SHA-256 over the names and contents of the files read:
{hashes}
* The head is probabilistic linear discriminant analysis (`inkmoji.plda`): the scatter of drawings of one thing and of
  things among each other is estimated from the drawings trained on (four fifths categories, one fifth characters; that
  within things brought halfway to the same in all directions), scale {scale:g} and offset {offset:g} of its
  evidence from episodes with 1 to 40 stickers of 1 and 3 drawings of the validation split.
* A sticker of the starter pack is {prototypes} mean embeddings of the drawings of its category.

## Scores

Measured with the engine's own NumPy code on the validation split: categories and alphabets that were not trained
on; drawings of one thing are by different people. {episodes} random episodes for each row, in percent, ± 95 % interval
of the mean. Choices (the recipe, the calibration) were made on the same split. {which}

| test | % |
|---|---|
{rows}

How often the head is right when it is so sure of its best answer, where half of the drawings show things that it was
not taught (there it is never right), with 1, 5, 20 and 40 stickers of 3 drawings:

| confidence, mean | right | drawings |
|---|---|---|
{bins}

{tried}
## Licence and sources

The models are under this project's MIT licence. They were trained on, and the starter pack was averaged from:

* the Quick, Draw! dataset by Google, CC BY 4.0 (<https://creativecommons.org/licenses/by/4.0/>),
  <https://github.com/googlecreativelab/quickdraw-dataset>;
* Omniglot by Brenden Lake, Ruslan Salakhutdinov and Joshua Tenenbaum, MIT, <https://github.com/brendenlake/omniglot>.
"""


_ON_ONE_SPLIT = """\
`models/evaluate.py --data PATH` prints
the rows anew, but for those of the starter pack and of float32, which the training prints."""
_ON_BOTH_SPLITS = """\
They are the
scores of the network that the command without `--everything` trained on the train split alone, and so is the
calibration. What ships was then trained anew by the same recipe on both splits, so that it has learned from every
drawing there is; it cannot be measured on the validation split, which it has seen."""


@dataclass(frozen=True)
class Facts:
    """How a model was made.

    Attributes:
        command: that made it.
        splits: that it was trained on.
        trained_on: numbers of drawings and classes, in words.
        hashes: set → SHA-256.
        episodes: how many were measured for each row.
        multiply_adds: for a drawing.
        seconds: of training.
    """

    command: str
    splits: tuple[str, ...]
    trained_on: str
    hashes: Mapping[str, str]
    episodes: int
    multiply_adds: int
    seconds: float


def model_card(base: Model, starter: Model, facts: Facts, sizes: Mapping[str, int], measured: Measured) -> str:
    """The card in Markdown.

    Args:
        base: as shipped.
        starter: as shipped.
        facts: how they were made.
        sizes: file → bytes.
        measured: the scores.
    """
    head = head_of(base)
    layers = base.network.layers if base.network else ()
    weights = [array for layer in layers for name, array in layer.weights.items() if name != "weight_scale"]
    versions = {"Python": platform.python_version(), "inkmoji": inkmoji.__version__, "torch": torch.__version__}
    versions |= {"numpy": np.__version__, "pillow": PIL.__version__}
    return _TEMPLATE.format(
        side=base.constraint.width,
        dimension=head.dimension,
        parameters=f"{sum(array.size for array in weights):,}",
        multiply_adds=facts.multiply_adds / 1e6,
        base_size=f"{sizes['base.inkmoji']:,}",
        starter_size=f"{sizes['starter.inkmoji']:,}",
        stickers=len(starter.labels),
        prototypes=len(starter.entries) // max(len(starter.labels), 1),
        command=facts.command,
        date=datetime.datetime.now(datetime.UTC).date(),
        versions=", ".join(f"{name} {version}" for name, version in versions.items()),
        settings=", ".join(f"{name} {value:g}" for name, value in measured.settings.items()),
        minutes=facts.seconds / 60.0,
        trained_on=facts.trained_on,
        which=_ON_ONE_SPLIT if facts.splits == ("train",) else _ON_BOTH_SPLITS,
        hashes="\n".join(f"  * `{name}`: `{value}`" for name, value in facts.hashes.items()),
        scale=head.scale,
        offset=head.offset,
        episodes=facts.episodes,
        rows="\n".join(f"| {row.test} | {row.score} |" for row in measured.rows),
        bins="\n".join(f"| {one.confidence:.1%} | {one.right:.1%} | {one.count:,} |" for one in measured.bins),
        tried=(Path(__file__).with_name("TRIED.md")).read_text(encoding="utf-8"),
    )
