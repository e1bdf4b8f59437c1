"""What each kind of layer hands back, compared with the slope of its own forward computation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from inkmoji import Layer
from inkmoji.layers import KINDS
from numpy.typing import NDArray

from tests.engine import layer, normal

Array = NDArray[Any]
STEP = 2.0**-7
NONE: dict[str, Any] = {}


def spread(seed: int, *shape: int) -> NDArray[np.float32]:
    """Values of which no two are nearer than a few steps, none that near to 0: no kink lies between two steps."""
    count = int(np.prod(shape))
    values = (np.random.default_rng(seed).permutation(count) - count // 2 + 0.5) * 8.0 * STEP
    return values.astype(np.float32).reshape(shape)


def loss(item: Layer, blobs: list[Array], direction: Array) -> float:
    """A number that depends on every output: their sum, weighted."""
    return float((KINDS[item.kind].forward(item, *blobs).astype(np.float64) * direction).sum())


def slopes(item: Layer, blobs: list[Array], direction: Array, which: int | str) -> Array:
    """Central differences by every value of one input, or of the weight with a name."""
    array = item.weights[which] if isinstance(which, str) else blobs[which]
    result = np.zeros(array.shape)
    for place in np.ndindex(array.shape):
        ends = []
        for step in (STEP, -STEP):
            moved = array.copy()
            moved[place] += step
            if isinstance(which, str):
                ends.append(loss(replace(item, weights=dict(item.weights) | {which: moved}), blobs, direction))
            else:
                ends.append(loss(item, [*blobs[:which], moved, *blobs[which + 1 :]], direction))
        result[place] = (ends[0] - ends[1]) / (2.0 * STEP)
    return result


def conv(
    channels: int = 2, outputs: int = 4, kernel: tuple[int, int] = (3, 2), bias: bool = True, **settings: Any
) -> Layer:
    weights = {"weight": normal(1, outputs, channels // settings.get("groups", 1), *kernel)}
    return layer("convolution", {"stride": 1, "padding": "valid"} | settings, **weights,
                 **({"bias": normal(2, outputs)} if bias else {}))  # fmt: skip


def pool(kind: str, size: Any, stride: Any, **settings: Any) -> Layer:
    return layer(kind, {"size": size, "stride": stride} | settings)


IMAGE, VECTOR = (2, 2, 5, 4), (3, 6)
NORM = {name: np.abs(normal(seed, 2)) for seed, name in enumerate(("gamma", "beta", "mean", "variance"))}
CASES: list[tuple[Layer, list[tuple[int, ...]]]] = [
    (conv(), [IMAGE]),
    (conv(bias=False, padding="same", stride=2), [IMAGE]),
    (conv(padding="same-lower", stride=(2, 3), kernel=(2, 2)), [IMAGE]),
    (conv(padding=(2, 0, 1, 3), dilation=(2, 1), kernel=(2, 3)), [IMAGE]),
    (conv(padding=(1, 1, 1, 1), stride=(1, 2), dilation=2, groups=2), [IMAGE]),
    (conv(channels=4, groups=4, padding="same"), [(2, 4, 3, 3)]),
    (conv(kernel=(1, 1), stride=3), [IMAGE]),
    (layer("inner_product", weight=normal(1, 4, 6), bias=normal(2, 4)), [VECTOR]),
    (layer("inner_product", weight=normal(1, 4, 6)), [VECTOR]),
    (layer("batch_norm", {"epsilon": 1e-3}, **NORM), [IMAGE]),
    *((layer(kind, {"alpha": 0.3} if kind == "leaky_relu" else NONE), [shape])
      for kind in ("relu", "leaky_relu", "sigmoid", "tanh", "softmax") for shape in (IMAGE, VECTOR)),
    (layer("l2_normalize"), [VECTOR]),
    (layer("l2_normalize", {"epsilon": 0.5}), [VECTOR]),
    *((pool(kind, *rest, **settings), [IMAGE])
      for kind in ("max_pool", "average_pool")
      for *rest, settings in (
          (2, 2, {}), (3, 1, {"padding": "same"}), ((2, 3), (3, 2), {"padding": "same-lower"}),
          ((3, 2), 2, {"padding": (1, 0, 0, 1)}), (2, 2, {"padding": (1, 1, 1, 1), "include_last": True}),
          (3, 2, {"padding": "valid", "include_last": True}),
      )),
    (pool("average_pool", 3, 2, padding=(1, 1, 1, 1), include_last=True, exclude_padding=True), [IMAGE]),
    (pool("average_pool", 3, 1, padding="same", exclude_padding=True), [IMAGE]),
    (layer("global_max_pool"), [IMAGE]),
    (layer("global_average_pool"), [IMAGE]),
    *((layer("flatten", order), [shape]) for order in (NONE, {"order": "channel-last"}) for shape in (IMAGE, VECTOR)),
    *((layer("reshape", {"shape": target, "order": order}), [IMAGE])
      for target in ((40,), (5, 4, 2), (4, 2, 5)) for order in ("channel-first", "channel-last")),
    *((layer("add"), [shape] * 3) for shape in (IMAGE, VECTOR)),
    (layer("concatenate"), [(2, 1, 3, 2), (2, 3, 3, 2), (2, 2, 3, 2)]),
    (layer("concatenate"), [(3, 2), (3, 5)]),
    *((layer("scale", scale=normal(1, *shape), bias=normal(2, *shape)), [IMAGE])
      for shape in ((1,), (2,), (1, 5, 4), (2, 5, 4))),
    (layer("scale", scale=normal(1, 6)), [VECTOR]),
    (layer("bias", bias=normal(1, 2)), [IMAGE]),
    (layer("bias", bias=normal(1, 1)), [VECTOR]),
]  # fmt: skip


def name(value: Any) -> str:
    return f"{value.kind}{dict(value.settings) or ''}" if isinstance(value, Layer) else str(value)


def test_every_kind_is_compared() -> None:
    assert {item.kind for item, _ in CASES} == set(KINDS)


@pytest.mark.parametrize(("item", "shapes"), CASES, ids=name)
def test_the_gradient_by_every_input_is_the_slope_of_the_forward_computation(
    item: Layer, shapes: list[tuple[int, ...]]
) -> None:
    kind = KINDS[item.kind]
    blobs: list[Array] = [spread(seed, *shape) for seed, shape in enumerate(shapes)]
    output = kind.forward(item, *blobs)
    direction = normal(9, *output.shape)
    arrays = [direction, output, *blobs]
    before = [array.copy() for array in arrays]
    gradients = kind.backward(item, *arrays)
    assert all(map(np.array_equal, arrays, before))
    assert len(gradients) == len(blobs)
    for index, gradient in enumerate(gradients):
        assert gradient.shape == shapes[index]
        assert gradient.dtype == np.float32
        assert np.allclose(gradient, slopes(item, blobs, direction, index), rtol=2e-3, atol=1e-3)


TRAINABLE = [case for case in CASES if KINDS[case[0].kind].gradients]


def test_convolution_and_inner_product_alone_can_be_trained() -> None:
    assert {name for name, kind in KINDS.items() if kind.gradients} == {"convolution", "inner_product"}


@pytest.mark.parametrize(("item", "shapes"), TRAINABLE, ids=name)
@pytest.mark.parametrize("precision", [np.float32, np.float16])
def test_the_gradient_by_every_weight_is_the_slope_of_the_forward_computation(
    item: Layer, shapes: list[tuple[int, ...]], precision: type[Any]
) -> None:
    kind = KINDS[item.kind]
    assert kind.gradients is not None
    stored = replace(item, weights={key: array.astype(precision) for key, array in item.weights.items()})
    whole = replace(item, weights={key: array.astype(np.float32) for key, array in stored.weights.items()})
    blob = normal(0, *shapes[0])
    direction = normal(9, *kind.forward(item, blob).shape)
    before = direction.copy(), blob.copy()
    gradients = kind.gradients(stored, direction, blob)
    assert np.array_equal(direction, before[0])
    assert np.array_equal(blob, before[1])
    assert set(gradients) == set(item.weights)
    for key, gradient in gradients.items():
        assert gradient.shape == item.weights[key].shape
        assert gradient.dtype == np.float32
        assert np.allclose(gradient, slopes(whole, [blob], direction, key), rtol=2e-3, atol=2e-3)


def test_a_window_of_equal_pixels_hands_its_gradient_to_the_first() -> None:
    blob, gradient = np.ones((1, 1, 3, 3), np.float32), np.float32([[[[1.0, 2.0], [4.0, 8.0]]]])
    item = pool("max_pool", 2, 1)
    (given,) = KINDS["max_pool"].backward(item, gradient, KINDS["max_pool"].forward(item, blob), blob)
    assert given.tolist() == [[[[1.0, 2.0, 0.0], [4.0, 8.0, 0.0], [0.0, 0.0, 0.0]]]]
    whole = layer("global_max_pool")
    (given,) = KINDS["global_max_pool"].backward(whole, gradient[:, :, :1, :1], blob[:, :, :1, :1], blob)
    assert given.tolist() == [[[[1.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]]]


def test_a_pixel_that_is_largest_in_several_windows_gets_all_their_gradients() -> None:
    blob, gradient = np.zeros((1, 1, 3, 3), np.float32), np.float32([[[[1.0, 2.0], [4.0, 8.0]]]])
    blob[0, 0, 1, 1] = 5.0
    item = pool("max_pool", 2, 1)
    (given,) = KINDS["max_pool"].backward(item, gradient, KINDS["max_pool"].forward(item, blob), blob)
    assert given[0, 0].tolist() == [[0.0, 0.0, 0.0], [0.0, 15.0, 0.0], [0.0, 0.0, 0.0]]


def test_at_zero_relu_has_no_slope_and_leaky_relu_its_lower_one() -> None:
    blob, gradient = np.zeros((1, 1), np.float32), np.float32([[2.0]])
    assert KINDS["relu"].backward(layer("relu"), gradient, blob, blob)[0].tolist() == [[0.0]]
    leaky = layer("leaky_relu", {"alpha": 0.25})
    assert KINDS["leaky_relu"].backward(leaky, gradient, blob, blob)[0].tolist() == [[0.5]]


def test_a_vector_of_zeros_is_normalised_and_handed_back_as_zeros() -> None:
    kind, item = KINDS["l2_normalize"], layer("l2_normalize")
    blob = np.float32([[0.0, 0.0], [1e-30, 0.0], [3.0, 4.0]])
    given = kind.backward(item, np.ones((3, 2), np.float32), kind.forward(item, blob), blob)[0]
    assert given[:2].tolist() == [[0.0, 0.0], [0.0, 0.0]]
    assert np.allclose(given[2], [(1 - 0.6 * 1.4) / 5, (1 - 0.8 * 1.4) / 5], atol=1e-6)


@pytest.mark.parametrize("kind", ["sigmoid", "tanh", "softmax"])
def test_values_far_from_zero_have_no_slope_and_no_overflow(kind: str) -> None:
    blob = np.float32([[-1e4, 1e4, -1e30]])
    output = KINDS[kind].forward(layer(kind), blob)
    assert KINDS[kind].backward(layer(kind), np.ones((1, 3), np.float32), output, blob)[0].tolist() == [[0.0] * 3]
