"""Networks: blobs by name, batch norm folded without a trace, and whatever does not fit refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from inkmoji import Layer, Network, NetworkError
from inkmoji.layers import KINDS, MOST_VALUES
from numpy.typing import NDArray

from tests.engine import layer, least_network, refused, tiny_network


def pictures(network: Network, count: int = 3) -> NDArray[np.float32]:
    return np.random.default_rng(7).normal(size=(count, *network.input_shape)).astype(np.float32)


def one_after_the_other(network: Network, batch: NDArray[np.float32]) -> NDArray[np.float32]:
    """Every layer by itself, nothing folded."""
    blobs = {network.input: batch}
    for item in network.layers:
        blobs[item.output] = KINDS[item.kind].forward(item, *(blobs[name] for name in item.inputs))
    return blobs[network.output]


def branched() -> Network:
    """A convolution that is normed and, besides, read without norm."""
    layers = list(tiny_network().layers)
    return Network([*layers[:3], *(replace(item, inputs=("c",)) for item in layers[3:4]), *layers[4:]],
                   "image", (1, 8, 8), "embedding")  # fmt: skip


def two_convolutions() -> Network:
    """Norms at the input, after a norm (folded too), and after a convolution that is not the layer before."""
    layers = list(tiny_network().layers)
    norm = layers[1]
    first = replace(norm, name="n0", inputs=("image",), output="n", weights={k: v[:1] for k, v in norm.weights.items()})
    again = replace(norm, name="n2", inputs=("b",), output="b2")
    other = replace(layers[0], name="conv2", output="c2", inputs=("n",))
    late = replace(norm, name="n3", inputs=("c",), output="c3")
    return Network(
        [first, replace(layers[0], inputs=("n",)), other, replace(norm, inputs=("c2",)), again, late,
         replace(layers[2], inputs=("b2",)), *layers[3:]],
        "image", (1, 8, 8), "embedding",
    )  # fmt: skip


@pytest.mark.parametrize("network", [tiny_network(), tiny_network(3, 12, 3, 7), branched(), two_convolutions()])
def test_folding_batch_norm_changes_nothing(network: Network) -> None:
    batch = pictures(network)
    assert np.allclose(network.forward(batch), one_after_the_other(network, batch), atol=1e-5)


def test_a_norm_is_folded_into_the_convolution_before_it_where_only_it_reads_that(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    norms: list[str] = []
    kind = KINDS["batch_norm"]

    def counted(item: Layer, blob: Any) -> Any:
        norms.append(item.name)
        return kind.forward(item, blob)

    monkeypatch.setitem(KINDS, "batch_norm", replace(kind, forward=counted))
    for network, expected in ((tiny_network(), []), (branched(), ["norm"]), (two_convolutions(), ["n0", "n3"])):
        network.forward(pictures(network))
        assert norms == expected
        norms.clear()


def test_a_batch_gives_what_each_picture_gives_by_itself() -> None:
    network = tiny_network()
    batch = pictures(network, 5)
    single = [network.forward(batch[index : index + 1])[0] for index in range(5)]
    assert np.allclose(network.forward(batch), single, atol=1e-6)
    assert network.forward(batch[:0]).shape == (0, 4)


def test_the_shape_of_every_blob_is_known() -> None:
    network = tiny_network(side=8, channels=3, dimension=5)
    assert network.shapes == {
        "image": (3, 8, 8), "c": (2, 8, 8), "b": (2, 8, 8), "r": (2, 8, 8),
        "p": (2, 4, 4), "f": (32,), "e": (5,), "embedding": (5,),
    }  # fmt: skip
    assert network.dimension == 5


@pytest.mark.parametrize("shape", [(2, 1, 8, 9), (2, 3, 8, 8), (1, 8, 8), (64,)])
def test_a_batch_of_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    with refused(NetworkError, "network-shape", "(N, *(1, 8, 8))", str(shape)):
        tiny_network().forward(np.zeros(shape, np.float32))


FLAT = Layer("flat", "flatten", ("image",), "f")
AFFINE = {"weight": np.ones((2, 64), np.float32), "bias": np.ones(2, np.float32)}
PRODUCT = Layer("product", "inner_product", ("f",), "e", {}, AFFINE)


def halved(updatable: bool) -> Layer:
    half = {name: array.astype(np.float16) for name, array in AFFINE.items()}
    return replace(PRODUCT, weights=half, updatable=updatable)


def weighted(**weights: Any) -> Layer:
    return replace(PRODUCT, weights=AFFINE | weights)


@pytest.mark.parametrize(
    ("layers", "code", "words"),
    [
        ([FLAT, replace(PRODUCT, kind="softmin")], "network-layer", ("'softmin'", "one of the kinds", "inner_product")),
        ([FLAT, replace(PRODUCT, name="flat")], "network-layer", ("a name of its own",)),
        ([FLAT, replace(PRODUCT, settings={"bias": 1})], "network-layer", ("settings []", "['bias']")),
        (
            [FLAT, replace(PRODUCT, weights={"bias": AFFINE["bias"]})],
            "network-layer",
            ("weights ['weight'] and maybe ['bias', 'weight_scale']", "got ['bias']"),
        ),
        ([FLAT, weighted(extra=AFFINE["bias"])], "network-layer", ("'extra'",)),
        ([FLAT, replace(PRODUCT, inputs=())], "network-blob", ("1 input,", "got []")),
        ([FLAT, replace(PRODUCT, inputs=("f", "f"))], "network-blob", ("1 input,", "['f', 'f']")),
        ([FLAT, replace(PRODUCT, inputs=("z",))], "network-blob", ("['f', 'image']", "'z', which no layer writes")),
        ([PRODUCT, FLAT], "network-blob", ("'product'", "written before it is read", "'f' before 'flat'")),
        ([replace(FLAT, inputs=("e",)), PRODUCT], "network-blob", ("without a cycle", "'f' → 'e' → 'f'")),
        ([replace(FLAT, inputs=("f",)), PRODUCT], "network-blob", ("without a cycle", "'f' → 'f'")),
        ([FLAT, replace(PRODUCT, output="image")], "network-blob", ("an output blob of its own", "'image'")),
        ([FLAT, replace(PRODUCT, output="f")], "network-blob", ("'f', which exists",)),
        ([FLAT, replace(PRODUCT, output="x")], "network-blob", ("a layer writes", "'e'")),
        ([FLAT, replace(PRODUCT, kind="add", weights={})], "network-blob", ("at least 2 inputs", "['f']")),
        (
            [FLAT, replace(PRODUCT, kind="add", weights={}, inputs=("f", "image"))],
            "network-shape",
            ("'product' (add)",),
        ),
        ([replace(FLAT, updatable=True)], "network-layer", ("convolution, inner_product", "an updatable flatten")),
        ([], "network-blob", ("'e'",)),
        ([FLAT, weighted(bias=np.array([1.0, np.nan], np.float32))], "network-weights", ("bias as finite", "got NaN")),
        ([FLAT, weighted(bias=np.array([1.0, np.inf], np.float16))], "network-weights", ("bias as finite",)),
        ([FLAT, weighted(weight=np.ones((2, 64)))], "network-weights", ("weight as finite float32", "float64")),
        ([FLAT, halved(updatable=True)], "network-weights", ("float32, since it is updatable", "got float16")),
        ([FLAT, weighted(weight=np.ones((2, 64), ">f4"))], "network-weights", ("got >f4",)),
        ([FLAT, weighted(weight=np.ones((2, 63), np.float32))], "network-shape", ("(64,)", "(2, 63)")),
    ],
)
def test_layers_that_do_not_fit_together_are_refused(layers: list[Layer], code: str, words: tuple[str, ...]) -> None:
    with refused(NetworkError, code, *words):
        Network(layers, "image", (1, 8, 8), "e")


def test_the_input_itself_is_no_output() -> None:
    with refused(NetworkError, "network-blob", "a layer writes", "'image'"):
        Network([FLAT], "image", (1, 8, 8), "image")


def test_an_image_may_be_the_output() -> None:
    network = Network([replace(FLAT, kind="relu", output="e")], "image", (1, 8, 8), "e")
    assert (network.output_shape, network.dimension) == ((1, 8, 8), 64)
    assert network.forward(pictures(network)).shape == (3, 1, 8, 8)


def test_how_weights_lie_in_memory_changes_nothing() -> None:
    weight = np.random.default_rng(1).normal(size=(2, 64)).astype(np.float32)
    straight = Network([FLAT, weighted(weight=weight)], "image", (1, 8, 8), "e")
    turned = Network([FLAT, weighted(weight=np.asfortranarray(weight))], "image", (1, 8, 8), "e")
    batch = pictures(straight, 20)
    assert np.array_equal(straight.forward(batch), turned.forward(batch))


def test_more_values_than_a_page_can_hold_are_refused() -> None:
    chain = [replace(layer("relu"), name=f"r{i}", inputs=(f"x{i}",), output=f"x{i + 1}") for i in range(16)]
    with refused(NetworkError, "network-shape", f"at most {MOST_VALUES} values in all", "'r15'"):
        Network(chain, "x0", (1, 1024, 1024), "x16")


def test_weights_that_overflow_are_found_by_what_they_give() -> None:
    huge = np.full((2, 64), 3e38, np.float32)
    network = Network([FLAT, weighted(weight=huge)], "image", (1, 8, 8), "e")
    assert np.array_equal(network.forward(np.zeros((1, 1, 8, 8), np.float32)), [[1.0, 1.0]])
    with refused(NetworkError, "network-output", "finite", "weights too large"):
        network.forward(np.ones((1, 1, 8, 8), np.float32))


def test_a_fold_that_overflows_is_found_by_what_it_gives() -> None:
    layers = list(tiny_network().layers)
    tiny = {name: np.full(2, 0.0 if name == "variance" else 6e4, np.float32) for name in layers[1].weights}
    layers[0] = replace(
        layers[0], weights={name: array * np.float16(300.0) for name, array in layers[0].weights.items()}
    )
    layers[1] = replace(layers[1], settings={"epsilon": 1e-44}, weights=tiny)
    network = Network(layers, "image", (1, 8, 8), "embedding")
    with refused(NetworkError, "network-output"):
        network.forward(np.full((1, 1, 8, 8), 1e30, np.float32))


def test_the_input_may_have_another_number_type_and_stays_as_it_is() -> None:
    network = least_network()
    batch = np.arange(64).reshape(1, 1, 8, 8)
    assert np.array_equal(network.forward(batch), network.forward(batch.astype(np.float32)))  # type: ignore[arg-type]
    assert np.array_equal(batch.ravel(), np.arange(64))


@pytest.mark.parametrize("shape", [5, (), (5.0,), (0,), (-5,), (1, 8), (1, 8, 8, 1), (65537,), "ab"])
def test_an_input_shape_that_is_none_is_refused(shape: Any) -> None:
    with refused(NetworkError, "network-shape", "(D,) or (C, H, W) of 1 to 65536", repr(shape)):
        Network([FLAT], "image", shape, "f")


def test_layers_and_weights_that_are_none_are_refused() -> None:
    with refused(NetworkError, "network-layer", "expected layers, got str"):
        Network(["flatten"], "image", (1, 8, 8), "f")  # type: ignore[list-item]
    with refused(NetworkError, "network-weights", "weight as finite float32", "got list"):
        Network([FLAT, weighted(weight=[[1.0] * 64])], "image", (1, 8, 8), "e")


def test_lists_are_taken_as_arrays() -> None:
    network = least_network()
    batch = pictures(network)
    assert np.array_equal(network.forward(batch.tolist()), network.forward(batch))


def test_a_norm_is_folded_only_where_nothing_else_needs_the_convolution() -> None:
    conv, norm = tiny_network().layers[:2]
    norm = replace(norm, weights={**norm.weights, "gamma": np.float16([2.0, -3.0])})
    bare = replace(conv, weights={"weight": conv.weights["weight"]})
    late = [replace(conv, kind="relu", settings={}, weights={}, name="r0", inputs=("c",), output="r0")]
    networks = [
        Network([conv, norm], "image", (1, 8, 8), "c"),
        Network([bare, norm], "image", (1, 8, 8), "b"),
        Network([conv, norm], "image", (1, 8, 8), "b"),
        Network([conv, *late, replace(norm, inputs=("r0",))], "image", (1, 8, 8), "b"),
    ]
    for network in networks:
        batch = pictures(network)
        assert np.allclose(network.forward(batch), one_after_the_other(network, batch), atol=1e-5)


@pytest.mark.parametrize(
    ("place", "change"),
    [
        (1, lambda one: replace(one, name="other")),
        (0, lambda one: replace(one, settings={"size": 1, "stride": 2})),
        (2, lambda one: replace(one, weights={"weight": one.weights["weight"].astype(np.float32)})),
        (2, lambda one: replace(one, weights={"weight": np.nextafter(one.weights["weight"], np.float16(9))})),
        (2, lambda one: replace(one, weights={**one.weights, "bias": np.zeros(2, np.float32)})),
    ],
    ids=["a name", "a setting", "a type", "a weight by a hair", "a weight more"],
)
def test_networks_are_the_same_only_where_all_of_their_layers_are(place: int, change: Callable[[Layer], Layer]) -> None:
    layers = [
        Layer("pool", "max_pool", ("in",), "p", {"size": 2, "stride": 2}),
        Layer("flat", "flatten", ("p",), "f"),
        Layer("product", "inner_product", ("f",), "out", {}, {"weight": np.full((2, 9), 0.5, np.float16)}),
    ]
    network = Network(layers, "in", (1, 6, 6), "out")
    assert network.same_as(network)
    assert network.same_as(Network([replace(one) for one in layers], "in", (1, 6, 6), "out"))
    layers[place] = change(layers[place])
    assert not network.same_as(Network(layers, "in", (1, 6, 6), "out"))
