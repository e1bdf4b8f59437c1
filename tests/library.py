"""Models with stickers, for the tests of what passes from one model to another."""

from __future__ import annotations

import numpy as np
from inkmoji import CompiledModel, Example, Face, Model, Strokes, UpdateError, UpdateTask, dumps
from inkmoji.features import Drawing, Label
from inkmoji.image import canonical
from inkmoji.session import Session
from inkmoji.transfer import Lesson

from tests.engine import refused, scribble
from tests.updatable import KINDS


def base() -> Model:
    """An untaught model with probabilistic LDA, as the one that ships."""
    return KINDS["drawings, PLDA"]().model.copy()


def older_base() -> Model:
    """An untaught model of another kind and with another network."""
    return KINDS["drawings, k nearest neighbours"]().model.copy()


def knowing(model: Model, *examples: tuple[str, Drawing | None], **texts: str) -> Model:
    """The model with examples, an entry each, and faces; None for an example without a drawing."""
    faces = {label: Face(text, created=1000 + index) for index, (label, text) in enumerate(texts.items())}
    result = Model(model.description, model.network, model.entries.copy(), model.examples, model.faces | faces)
    for label, drawing in examples:
        if drawing is None:
            result = _with_bare_entry(result, label)
        else:
            result.add_example(label, canonical(drawing))
    return result


def _with_bare_entry(model: Model, label: str) -> Model:
    """With one more example, of which nothing is known but its embedding."""
    example, head = Example(f"bare {len(model.examples)}", label, None), model.entries.copy()
    head.add(np.full(head.dimension, 0.25), label, example.id)
    return Model(model.description, model.network, head, [*model.examples, example], model.faces)


def with_ready(model: Model, **texts: str) -> Model:
    """The model with ready-made labels, two entries each, and their faces."""
    generator = np.random.default_rng(3)
    result = model.copy()
    for label, text in texts.items():
        for _ in range(2):
            result.entries.add(generator.normal(0.0, 1.0, result.entries.dimension), label)
        result.set_face(label, Face(text, "ready-made"))
    return result


def taught_by(lesson: Lesson) -> Model:
    """What a lesson ends with."""
    ends: list[CompiledModel | None] = [lesson.start]
    if len(lesson.batch):
        task = UpdateTask(
            lesson.start, lesson.batch, handlers=lambda end: ends.append(end.candidate), faces=lesson.faces
        )
        task.resume()
        assert task.error is None, task.error
    taught = ends[-1]
    assert taught is not None
    return lesson.finished(taught).model()


def texts_of(model: Model) -> dict[Label, str]:
    """The text of each label that the model can answer, "" for one without a face."""
    return {label: model.faces[label].text if label in model.faces else "" for label in model.labels}


def drawings_of(model: Model, *seeds: int) -> dict[Label, list[int]]:
    """The seeds of the scribbles that each label was taught with."""
    points = {tuple(points_of(canonical(scribble(seed)))): seed for seed in seeds}
    found: dict[Label, list[int]] = {}
    for example in model.examples:
        found.setdefault(example.label, []).append(points[tuple(points_of(example.drawing))])
    return found


def points_of(drawing: Drawing | None) -> list[int]:
    assert isinstance(drawing, Strokes)
    points: list[int] = drawing.points.ravel().tolist()
    return points


BASE = dumps(base())
"""An untaught model."""
PACK = dumps(with_ready(base(), sun="☀️", star="⭐"))
"""Ready-made labels for it."""
SHELF = dumps(knowing(with_ready(base(), sun="☀️"), ("cat", scribble(0)), cat="🐱"))
"""On the same base, one sticker that was taught and one that came ready-made."""
FILE = dumps(knowing(older_base(), ("x", scribble(1)), ("dog", scribble(2)), ("dog", scribble(3)), x="🐱", dog="🐶"))
"""Of another base, two stickers; the cat looks like the one of the shelf."""


def unchanged(session: Session, before: bytes) -> bool:
    """Whether the session has this live model, no update and no candidate."""
    with refused(UpdateError, "update-state", "got none"):
        session.step()
    return session.archive() == before
