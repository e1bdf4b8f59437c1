"""From model to model: what is taken out, another face, and which base model one was taught on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from inkmoji import ArchiveError, Face, HeadError, Model, NearestNeighbors, ProbabilisticLDA, dumps, loads
from inkmoji.transfer import Part, holds, opened, same_base, with_face, without

from tests.engine import PNG, refused, scribble, tiny_network
from tests.library import base, drawings_of, knowing, older_base, texts_of, with_ready
from tests.updatable import KINDS

S = [scribble(seed) for seed in range(3)]


# Taking out, and changing a face


def shelf() -> Model:
    """Taught: cat twice, sun once; ready-made: sun and moon."""
    return knowing(with_ready(base(), sun="☀️", moon="🌙"), ("cat", S[0]), ("sun", S[1]), ("cat", S[2]), cat="🐱")


@pytest.mark.parametrize(
    ("label", "left"),
    [("cat", ["sun", "moon"]), ("sun", ["moon", "cat"]), ("moon", ["sun", "cat"])],
)
def test_a_sticker_goes_with_its_examples_its_ready_made_entries_and_its_face(label: str, left: list[str]) -> None:
    before = dumps(shelf())
    model = shelf()
    result = without(model, Part("label", label))
    assert dumps(model) == before
    assert list(result.labels) == left
    assert label not in {example.label for example in result.examples}
    assert not holds(loads(dumps(result)), Part("label", label))
    assert len(result.examples) == {"cat": 1, "sun": 2, "moon": 3}[label]


def test_an_example_goes_alone_and_the_last_one_takes_its_sticker_with_it() -> None:
    model = shelf()
    first, _, last = model.examples
    one = without(model, Part("example", first.id))
    assert drawings_of(one, 1, 2) == {"sun": [1], "cat": [2]}
    none = without(one, Part("example", last.id))
    assert texts_of(none) == {"sun": "☀️", "moon": "🌙"}
    assert "cat" not in none.faces
    assert texts_of(model) == {"sun": "☀️", "moon": "🌙", "cat": "🐱"}


def test_a_ready_made_sticker_stays_when_its_last_example_goes() -> None:
    model = shelf()
    result = without(model, Part("example", model.examples[1].id))
    assert texts_of(result) == {"sun": "☀️", "moon": "🌙", "cat": "🐱"}
    assert len(result.entries.entries_of("sun")) == 2


@pytest.mark.parametrize("part", [Part("label", "dog"), Part("example", "cat"), Part("label", ""), Part("example", "")])
def test_what_is_not_there_is_neither_held_nor_taken_out(part: Part) -> None:
    assert not holds(shelf(), part)
    with refused(HeadError, "head-value", repr(part.name), "that the model holds"):
        without(shelf(), part)


def test_a_sticker_is_held_as_entries_as_examples_and_as_a_face() -> None:
    model = shelf()
    model.set_face("ghost", Face("👻"))
    head = model.entries.copy()
    head.remove(head.entries_of("cat"))
    odd = Model(model.description, model.network, head, model.examples, {"ghost": Face("👻")})
    for label in ("ghost", "cat", "moon"):
        assert holds(odd, Part("label", label))
        assert not holds(without(odd, Part("label", label)), Part("label", label))
    assert holds(odd, Part("example", model.examples[0].id))


def test_a_new_face_is_as_old_as_the_one_before_it_and_an_image_goes() -> None:
    model = shelf()
    model.set_face("cat", Face("🐱", "Katze", 77, PNG))
    result = with_face(model, "cat", Face("🦁", "Löwe", 99))
    assert result.faces["cat"] == Face("🦁", "Löwe", 77)
    assert model.faces["cat"].text == "🐱"
    assert with_face(knowing(base(), ("x", S[0])), "x", Face("X", created=99)).faces["x"] == Face("X", created=99)


@pytest.mark.parametrize("label", ["dog", "ghost", ""])
def test_only_a_sticker_gets_a_face(label: str) -> None:
    model = shelf()
    model.set_face("ghost", Face("👻"))
    with refused(HeadError, "head-value", "a label that was taught", repr(label)):
        with_face(model, label, Face("x"))


# Which base


def test_a_taught_model_has_the_base_it_was_taught_on_and_no_other() -> None:
    assert same_base(shelf(), base())
    assert same_base(base(), shelf())
    assert not same_base(shelf(), older_base())
    assert same_base(knowing(older_base(), ("cat", S[0])), older_base())


def changed(**settings: object) -> ProbabilisticLDA:
    head = base().head
    assert isinstance(head, ProbabilisticLDA)
    names = ("mean", "projection", "between", "scale", "offset", "threshold", "default_label", "dtype")
    return ProbabilisticLDA(**{name: getattr(head, name) for name in names} | settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "head",
    [
        changed(mean=np.zeros(4, np.float32)),
        changed(projection=np.ones((4, 3), np.float16)),
        changed(between=np.ones(3, np.float32)),
        changed(scale=0.5),
        changed(offset=0.5),
        changed(threshold=0.5),
        changed(dtype="float32"),
        NearestNeighbors(4),
    ],
)
def test_another_head_is_another_base(head: ProbabilisticLDA | NearestNeighbors) -> None:
    parts = base()
    assert same_base(Model(parts.description, parts.network, changed()), parts)
    described = parts.description if isinstance(head, ProbabilisticLDA) else older_base().description
    assert not same_base(Model(described, parts.network, head), parts)


def test_another_network_or_description_is_another_base() -> None:
    one, other = (Model(older_base().description, tiny_network(seed), NearestNeighbors(4, 3)) for seed in (0, 1))
    assert not same_base(one, other)
    described = replace(one.description, metadata={"version": "2"})
    assert not same_base(Model(described, one.network, one.head), one)


OTHERS = ("drawings, softmax, SGD", "arrays, k nearest neighbours", "drawings, cosine, whole numbers")


@pytest.mark.parametrize("name", OTHERS)
def test_a_model_that_keeps_no_drawings_under_texts_is_not_opened(name: str) -> None:
    with refused(ArchiveError, "archive-content", "keeps drawings under text labels"):
        opened(dumps(KINDS[name]().model))
