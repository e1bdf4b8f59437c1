"""An update of a session with parameters of its own: those that the model allows, and no others."""

from __future__ import annotations

from collections import UserDict
from typing import Any

import pytest
from inkmoji import CompiledModel, Model, NearestNeighbors, ParameterError, dumps, loads

from tests import updatable
from tests.engine import description, drawn, lesson, loaded, refused, run_update, scribble, taught, tiny_model

NEIGHBORS = dumps(tiny_model())
DISCRIMINANT = dumps(updatable.KINDS["drawings, PLDA"]().model)


def neighbors(archive: bytes) -> int:
    head = CompiledModel(archive).model().head
    assert isinstance(head, NearestNeighbors)
    return head.k


def without_parameters() -> bytes:
    model = tiny_model()
    return dumps(Model(description(parameters=()), model.network, model.head))


def test_the_neighbours_of_an_update_stay_the_models_until_another_one_sets_them() -> None:
    session = loaded(NEIGHBORS)
    session.begin_update(lesson("a", "b"), [], {"numberOfNeighbors": 5})
    assert neighbors(session.archive()) == 3, "not before it is adopted"
    run_update(session)
    session.adopt()
    assert neighbors(session.archive()) == 5
    session.begin_update(lesson("c"), [])
    run_update(session)
    assert neighbors(session.candidate()) == 5


def test_the_candidate_answers_as_one_that_was_always_of_so_many_neighbours() -> None:
    session = loaded(NEIGHBORS)
    session.begin_update(lesson("a", "b", "c", "a", "b"), [], {"numberOfNeighbors": 1})
    run_update(session)
    session.adopt()
    one = loaded(taught(tiny_model(k=1), *((label, scribble(seed)) for seed, label in enumerate("abcab"))).data)
    for seed in range(5, 12):
        assert session.predict(drawn(scribble(seed))) == one.predict(drawn(scribble(seed)))


@pytest.mark.parametrize("archive", [NEIGHBORS, DISCRIMINANT], ids=["neighbours", "PLDA"])
def test_a_mini_batch_holds_as_many_drawings_as_asked_for(archive: bytes) -> None:
    counts = []
    for size in (1, 2, 5):
        session = loaded(archive)
        session.begin_update(lesson(*"abcab"), [], {"miniBatchSize": size})
        told = run_update(session)
        counts.append([item["event"] for item in told].count("mini-batch-end"))
        assert {item["total"] for item in told} == {len(told)}
    assert counts == [5, 3, 1]


@pytest.mark.parametrize("parameters", [None, {}, {"numberOfNeighbors": None, "miniBatchSize": None}, UserDict()])
def test_what_is_not_given_is_the_models_own(parameters: Any) -> None:
    session = loaded(NEIGHBORS)
    session.begin_update(lesson("a"), [], parameters)
    run_update(session)
    session.adopt()
    assert session.archive() == taught(loads(NEIGHBORS), ("a", scribble(0))).data


UNKNOWN, VALUE = "parameter-unknown", "parameter-value"


@pytest.mark.parametrize(
    ("archive", "parameters", "code", "words"),
    [
        (NEIGHBORS, {"numberOfNeighbors": 0}, VALUE, ("from 1 to", "got 0")),
        (NEIGHBORS, {"numberOfNeighbors": 1001}, VALUE, ("from 1 to", "got 1001")),
        (NEIGHBORS, {"numberOfNeighbors": 2.5}, VALUE, ("a whole number", "got 2.5")),
        (NEIGHBORS, {"numberOfNeighbors": 3.0}, VALUE, ("a whole number", "got 3.0")),
        (NEIGHBORS, {"numberOfNeighbors": float("nan")}, VALUE, ("a whole number", "got nan")),
        (NEIGHBORS, {"numberOfNeighbors": True}, VALUE, ("a whole number", "got True")),
        (NEIGHBORS, {"numberOfNeighbors": "5"}, VALUE, ("a whole number", "got '5'")),
        (NEIGHBORS, {"numberOfNeighbors": [5]}, VALUE, ("a whole number", "got [5]")),
        (NEIGHBORS, {"miniBatchSize": 2, "numberOfNeighbors": -1}, VALUE, ("got -1",)),
        (NEIGHBORS, {"number-of-neighbors": 5}, UNKNOWN, ("miniBatchSize, numberOfNeighbors; got 'number-of-",)),
        (NEIGHBORS, {"epochs": 1}, UNKNOWN, ("miniBatchSize, numberOfNeighbors; got 'epochs'",)),
        (NEIGHBORS, {"epochs": None}, UNKNOWN, ("got 'epochs'",)),
        (NEIGHBORS, {5: 5}, UNKNOWN, ("got 5",)),
        (NEIGHBORS, [], VALUE, ("a dictionary", "got list")),
        (NEIGHBORS, 5, VALUE, ("a dictionary", "got int")),
        (DISCRIMINANT, {"numberOfNeighbors": 5}, UNKNOWN, ("these parameters: miniBatchSize; got",)),
        (without_parameters(), {"miniBatchSize": 1}, UNKNOWN, ("these parameters: none; got 'miniBatchSize'",)),
    ],
)
def test_what_the_model_does_not_allow_is_refused_before_anything_begins(
    archive: bytes, parameters: Any, code: str, words: tuple[str, ...]
) -> None:
    session = loaded(archive)
    with refused(ParameterError, code, *words):
        session.begin_update(lesson("a"), [], parameters)
    assert session.archive() == archive
    session.begin_update(lesson("a"), [])
    run_update(session)
    session.adopt()
    assert session.predict(drawn(scribble(0)))["label"] == "a"


def test_a_model_whose_neighbours_an_update_has_set_is_still_of_its_base() -> None:
    session = loaded(NEIGHBORS)
    session.begin_update(lesson("a"), [], {"numberOfNeighbors": 7})
    run_update(session)
    session.adopt()
    assert session.is_based_on(NEIGHBORS), "else every start would learn it anew, and set them back"
    other = tiny_model(k=5)
    assert not loaded(without_parameters()).is_based_on(
        dumps(Model(description(parameters=()), other.network, other.head))
    )
