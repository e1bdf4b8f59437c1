"""The part of a network that is trained: where it begins, and its gradients against finite differences."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from inkmoji import Layer, Network
from inkmoji.layers import KINDS
from inkmoji.losses import softmax_cross_entropy
from inkmoji.network import Tail
from numpy.typing import NDArray

from tests.engine import tiny_network
from tests.updatable import dense, regression_network, softmax_network, tail_network

Array = NDArray[np.float32]


def pictures(network: Network, count: int = 3) -> Array:
    return np.random.default_rng(3).normal(size=(count, *network.input_shape)).astype(np.float32)


def diamond() -> Network:
    """Two updatable layers side by side that read one updatable layer; one of them twice; a frozen one beside."""
    layers = [
        dense("first", "x", "a", 4, 3, 1),
        Layer("tanh", "tanh", ("a",), "t"),
        dense("left", "t", "l", 4, 4, 2),
        dense("right", "t", "r", 4, 4, 3),
        dense("frozen", "x", "z", 4, 3, 4, updatable=False),
        Layer("sum", "add", ("l", "r", "l", "z"), "s"),
        Layer("join", "concatenate", ("s", "t"), "j"),
        dense("aside", "t", "nowhere", 2, 4, 6),
        dense("last", "j", "y", 2, 8, 5),
    ]
    return Network(layers, "x", (3,), "y")


NETWORKS = {
    "softmax": (softmax_network(3), "logits"),
    "tail": (tail_network(3), "logits"),
    "regression": (regression_network(), "values"),
    "diamond": (diamond(), "y"),
}


def loss_of(tail: Tail, edge: dict[str, Array], output: str, pull: Array) -> float:
    """A loss whose gradient is ``pull``, in double precision."""
    return float((tail.forward(edge)[output].astype(np.float64) * pull).sum())


@pytest.mark.parametrize("name", NETWORKS)
def test_gradients_are_those_of_finite_differences(name: str) -> None:
    network, output = NETWORKS[name]
    tail = Tail(network, output)
    edge = tail.edge(pictures(network))
    blobs = tail.forward(edge)
    pull = np.random.default_rng(4).normal(size=blobs[output].shape).astype(np.float32)
    gradients = tail.gradients(blobs, pull)
    assert set(gradients) == set(tail.weights) - {("aside", "weight"), ("aside", "bias")}
    for place, gradient in gradients.items():
        weight = tail.weights[place]
        assert gradient.shape == weight.shape
        for index in np.random.default_rng(5).permutation(weight.size)[:12]:
            flat, kept = weight.reshape(-1), weight.reshape(-1)[index]
            flat[index] = kept + np.float32(5e-4)
            above = loss_of(tail, edge, output, pull)
            flat[index] = kept - np.float32(5e-4)
            below = loss_of(tail, edge, output, pull)
            flat[index] = kept
            assert gradient.reshape(-1)[index] == pytest.approx((above - below) / 1e-3, abs=3e-2, rel=2e-2), place


@pytest.mark.parametrize("name", NETWORKS)
def test_it_computes_what_the_network_computes(name: str) -> None:
    network, _ = NETWORKS[name]
    batch = pictures(network)
    tail = Tail(network, network.output)
    assert np.allclose(tail.forward(tail.edge(batch))[network.output], network.forward(batch), atol=1e-5)
    assert {place: array.tolist() for place, array in tail.network().updatable.items()} == {
        place: array.tolist() for place, array in network.updatable.items()
    }


def test_only_what_an_update_can_change_is_computed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen = [replace(layer, updatable=False) for layer in tiny_network().layers]
    layers = [*frozen, *tail_network(3).layers]
    network = Network(layers, "image", (1, 8, 8), "probabilities")
    tail = Tail(network, "logits")
    edge = tail.edge(pictures(network))
    assert {name: blob.shape for name, blob in edge.items()} == {"embedding": (3, 4)}
    run: list[str] = []
    real = KINDS["inner_product"].forward

    def counted(layer: Layer, blob: Array) -> Array:
        run.append(layer.name)
        return real(layer, blob)

    monkeypatch.setitem(KINDS, "inner_product", replace(KINDS["inner_product"], forward=counted))  # type: ignore[arg-type]
    tail.forward(edge)
    assert run == ["hidden", "out"]


def test_its_weights_are_its_own() -> None:
    network = tail_network(2)
    before = {place: array.copy() for place, array in network.updatable.items()}
    tail = Tail(network, "logits")
    trained = tail.network()
    for array in tail.weights.values():
        array += 1.0
    changed = tail.network()
    for place, array in before.items():
        assert np.array_equal(network.updatable[place], array)
        assert np.array_equal(trained.updatable[place], array)
        assert np.array_equal(changed.updatable[place], array + np.float32(1.0))


def test_the_gradient_of_a_loss_leads_downhill() -> None:
    network = softmax_network(3)
    tail, targets = Tail(network, "logits"), np.array([0, 2, 1])
    edge = tail.edge(pictures(network))
    losses = []
    for _ in range(5):
        blobs = tail.forward(edge)
        loss, gradient = softmax_cross_entropy(blobs["logits"], targets)
        losses.append(float(loss.mean()))
        for place, change in tail.gradients(blobs, gradient).items():
            tail.weights[place] -= np.float32(0.02) * change
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < losses[0]


def test_what_comes_before_is_given_and_left_as_it_is() -> None:
    tail = Tail(regression_network(), "values")
    edge = tail.edge(pictures(regression_network()))
    before = {name: blob.copy() for name, blob in edge.items()}
    tail.forward(edge)
    assert list(edge) == list(before)
    assert all(np.array_equal(edge[name], blob) for name, blob in before.items())


def test_whether_training_reaches_the_loss_is_known() -> None:
    assert all(Tail(network, output).reaches_output for network, output in NETWORKS.values())
    aside = Network([dense("aside", "x", "nowhere", 2, 3, 6), Layer("t", "tanh", ("x",), "y")], "x", (3,), "y")
    assert not Tail(aside, "y").reaches_output
