"""Labels that come ready-made: put in, taken away, and never in the way of what was taught."""

from __future__ import annotations

import numpy as np
import pytest
from inkmoji import Face, HeadError, Model, ProbabilisticLDA, dumps, loads
from inkmoji.errors import UpdateError
from inkmoji.image import canonical
from inkmoji.prototypes import with_prototypes
from inkmoji.session import Session

from tests.engine import drawn, refused, scribble
from tests.updatable import KINDS

DRAWN = canonical(scribble(0))


def personal() -> Model:
    """A model that was taught two labels, two drawings each."""
    kind = KINDS["drawings, PLDA"]()
    model = kind.model.copy()
    for index, label in enumerate(["mine", "cat", "mine", "cat"]):
        model.add_example(label, canonical(scribble(index)))
    model.set_face("mine", Face("⭐"))
    model.set_face("cat", Face("🐱", "my cat", 5))
    return model


def pack(*labels: str, shift: float = 0.0) -> Model:
    """Ready-made labels, two entries and a face each, for the model of ``personal``."""
    model = KINDS["drawings, PLDA"]().model.copy()
    generator = np.random.default_rng(3)
    faces = {"ready cat": "🐱", "ready sun": "☀️", "ready tree": "🌳", "cat": "🐈"}
    for label in labels:
        for _ in range(2):
            model.entries.add(generator.normal(shift, 1.0, 4), label)
        model.set_face(label, Face(faces[label], "ready-made"))
    return model


def head_of(model: Model) -> ProbabilisticLDA:
    assert isinstance(model.head, ProbabilisticLDA)
    return model.head


def test_a_pack_comes_behind_what_was_taught_and_goes_away_without_a_trace() -> None:
    model = personal()
    before = dumps(model)
    full = with_prototypes(model, pack("ready sun", "ready tree"))
    assert full.labels == ("mine", "cat", "ready sun", "ready tree")
    assert full.faces["ready sun"] == Face("☀️", "ready-made")
    assert full.examples == model.examples
    assert dumps(loads(dumps(full))) == dumps(full)
    assert dumps(with_prototypes(full, None)) == before == dumps(model)


def test_another_pack_replaces_the_one_that_was_there() -> None:
    model = with_prototypes(personal(), pack("ready sun"))
    again = with_prototypes(model, pack("ready tree"))
    assert dumps(again) == dumps(with_prototypes(personal(), pack("ready tree")))


def test_a_ready_made_label_that_looks_like_a_taught_one_is_left_out() -> None:
    full = with_prototypes(personal(), pack("ready cat", "ready sun"))
    assert full.labels == ("mine", "cat", "ready sun")
    assert "ready cat" not in full.faces


def test_ready_made_labels_are_deleted_like_ones_own() -> None:
    full = with_prototypes(personal(), pack("ready sun", "ready tree"))
    full.remove_label("ready sun")
    assert full.labels == ("mine", "cat", "ready tree")
    assert "ready sun" not in full.faces


def test_a_ready_made_label_that_was_taught_too_keeps_its_example_when_the_pack_goes() -> None:
    full = with_prototypes(personal(), pack("ready sun", "ready tree"))
    example = full.add_example("ready sun", DRAWN)
    again = with_prototypes(full, pack("ready sun", "ready tree"))
    assert len(again.entries.entries_of("ready sun")) == 3
    bare = with_prototypes(again, None)
    assert bare.labels == ("mine", "cat", "ready sun")
    assert bare.faces["ready sun"].text == "☀️"
    assert bare.entries.entries_of("ready sun") == bare.entries.entries_owned_by(example.id)


def test_a_taught_label_keeps_its_own_face_when_the_pack_has_one_of_that_name() -> None:
    full = with_prototypes(personal(), pack("cat"))
    assert full.faces["cat"] == Face("🐱", "my cat", 5)
    assert len(full.entries.entries_of("cat")) == 4


@pytest.mark.parametrize("part", ["mean", "projection", "between"])
def test_a_pack_made_for_another_model_is_refused(part: str) -> None:
    model, ready = personal(), pack("ready sun")
    arrays = {name: getattr(head_of(ready), name) for name in ("mean", "projection", "between")}
    arrays[part] = arrays[part] * np.float16(1.5)
    other = Model(ready.description, ready.network, ProbabilisticLDA(**arrays))
    other.entries.add(np.zeros(4), "ready sun")
    with refused(HeadError, "head-value", "for this base model", "its own pack"):
        with_prototypes(model, other)


def test_a_model_that_cannot_keep_prototypes_apart_takes_none() -> None:
    model = KINDS["drawings, k nearest neighbours"]().model
    with refused(HeadError, "head-value", "probabilistic LDA", "NearestNeighbors"):
        with_prototypes(model, None)
    with refused(HeadError, "head-value", "probabilistic LDA", "NearestNeighbors"):
        with_prototypes(personal(), model)


# In a session


def session(model: Model) -> Session:
    own = Session()
    own.load(dumps(model))
    return own


def test_a_session_offers_a_pack_as_a_candidate_and_adopts_it() -> None:
    own = session(personal())
    own.offer_starter(dumps(pack("ready sun")))
    assert [sticker["label"] for sticker in Session().load(own.candidate())["stickers"]] == ["mine", "cat", "ready sun"]
    stickers = own.adopt()["stickers"]
    assert [(sticker["text"], sticker["examples"]) for sticker in stickers] == [("⭐", 2), ("🐱", 2), ("☀️", 0)]
    own.offer_starter(None)
    assert [sticker["label"] for sticker in own.adopt()["stickers"]] == ["mine", "cat"]


def test_a_session_refuses_a_pack_while_something_else_goes_on_and_a_damaged_one_at_all_times() -> None:
    own, data = session(personal()), dumps(pack("ready sun"))
    with pytest.raises(Exception, match="checksum"):
        own.offer_starter(data[:-1] + bytes([data[-1] ^ 1]))
    with refused(UpdateError, "update-state", "completed"):
        own.candidate()
    own.begin_update([{"label": "mine", "drawing": drawn(scribble(5))}], [])
    with refused(UpdateError, "update-state", "no update to be running"):
        own.offer_starter(data)
    own.discard()
    own.offer_starter(data)
    with refused(UpdateError, "update-state", "no candidate to be waiting"):
        own.offer_starter(data)
