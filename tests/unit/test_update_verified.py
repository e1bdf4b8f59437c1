"""A candidate is compared with the model that was trained before anybody gets it; drawings are embedded only once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from inkmoji import CompiledModel, Model, Network, UpdateTask
from inkmoji.update import UpdateContext

from tests.engine import batch, scribble, tiny_model

EMPTY = CompiledModel.of(tiny_model())


@pytest.fixture
def ends() -> list[UpdateContext]:
    return []


@pytest.fixture
def steps(ends: list[UpdateContext]) -> Iterator[UpdateContext]:
    return UpdateTask(
        EMPTY, batch(("cat", scribble(0)), ("dog", scribble(1)), ("cat", scribble(2))), handlers=ends.append
    ).steps()


def code(ends: list[UpdateContext]) -> str | None:
    (end,) = ends
    return getattr(end.task.error, "code", None)


def test_a_candidate_that_predicts_otherwise_than_the_trained_model_fails_the_update(
    monkeypatch: pytest.MonkeyPatch, steps: Iterator[UpdateContext], ends: list[UpdateContext]
) -> None:
    monkeypatch.setattr(CompiledModel, "of", lambda model: EMPTY)
    list(steps)
    assert code(ends) == "update-verification"
    assert "predict as the trained model" in str(ends[0].task.error)
    assert ends[0].candidate is None


def test_a_candidate_with_another_network_fails_the_update(
    monkeypatch: pytest.MonkeyPatch, steps: Iterator[UpdateContext], ends: list[UpdateContext]
) -> None:
    of = CompiledModel.of

    def other(model: Model) -> CompiledModel:
        assert model.network is not None
        layers = [replace(layer, name=layer.name + " too") for layer in model.network.layers]
        network = Network(layers, model.network.input, model.network.input_shape, model.network.output)
        return of(Model(model.description, network, model.head, model.examples, model.faces))

    monkeypatch.setattr(CompiledModel, "of", other)
    list(steps)
    assert code(ends) == "update-verification"


def test_every_drawing_goes_through_the_network_once(
    monkeypatch: pytest.MonkeyPatch, steps: Iterator[UpdateContext], ends: list[UpdateContext]
) -> None:
    forward, passed = Network.forward, []

    def counted(network: Network, pictures: Any) -> Any:
        passed.append(len(pictures))
        return forward(network, pictures)

    monkeypatch.setattr(Network, "forward", counted)
    list(steps)
    assert code(ends) is None
    assert sum(passed) == 3
