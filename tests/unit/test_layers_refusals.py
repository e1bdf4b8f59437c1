"""Settings, weights and inputs that do not fit a kind of layer are refused by name."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from inkmoji import Layer, NetworkError
from inkmoji.layers import KINDS, MOST_VALUES

from tests.engine import layer, refused

Shapes = list[tuple[int, ...]]


def ones(*shape: int) -> Any:
    return np.ones(shape, np.float32)


def conv(weight: tuple[int, ...] = (2, 1, 3, 3), bias: tuple[int, ...] = (2,), **settings: Any) -> Layer:
    return layer("convolution", {"stride": 1, "padding": "valid"} | settings, weight=ones(*weight), bias=ones(*bias))


def pool(kind: str = "max_pool", **settings: Any) -> Layer:
    return layer(kind, {"size": 2, "stride": 1} | settings)


IMAGE: Shapes = [(1, 8, 8)]
BOUNDS = "whole number from 1 to 64, or as a pair of them (down, across)"
AMOUNTS = "(top, bottom, left, right), each from 0 to 1024"


@pytest.mark.parametrize(
    ("item", "shapes", "code", "words"),
    [
        (conv(stride=(1, 0)), IMAGE, "network-layer", ("stride as a", BOUNDS, "got (1, 0)")),
        (conv(stride=(1, 65)), IMAGE, "network-layer", ("stride", "got (1, 65)")),
        (conv(stride=(1, 1, 1)), IMAGE, "network-layer", ("stride", "got (1, 1, 1)")),
        (conv(stride=()), IMAGE, "network-layer", ("stride", "got ()")),
        (conv(stride=[1, 1]), IMAGE, "network-layer", ("stride", "got [1, 1]")),
        (conv(stride=(1, True)), IMAGE, "network-layer", ("stride", "got (1, True)")),
        (conv(stride="1"), IMAGE, "network-layer", ("stride", "got '1'")),
        (conv(dilation=0), IMAGE, "network-layer", ("dilation as a", BOUNDS, "got 0")),
        (conv(dilation=(2, 65)), IMAGE, "network-layer", ("dilation", "got (2, 65)")),
        (conv(dilation=(2, 4)), IMAGE, "network-shape", ("at least (5, 9)", "got (8, 8)")),
        (conv(dilation=4, padding=(1, 0, 0, 0)), IMAGE, "network-shape", ("at least (9, 9)", "got (9, 8)")),
        (conv(groups=0), IMAGE, "network-layer", ("groups as a whole number", "got 0")),
        (conv(groups=(1, 1)), IMAGE, "network-layer", ("groups as a whole number", "got (1, 1)")),
        (conv(groups=2), IMAGE, "network-shape", ("(O, C / 2, KH, KW)", "an input (1, 8, 8)", "got (2, 1, 3, 3)")),
        (conv((3, 1, 3, 3), (3,), groups=2), [(2, 8, 8)], "network-shape", ("that 2 groups divide", "got 3")),
        (conv(padding=(1, 1)), IMAGE, "network-layer", ("padding", AMOUNTS, "got (1, 1)")),
        (conv(padding=1), IMAGE, "network-layer", ("padding", AMOUNTS, "got 1")),
        (conv(padding=(0, 0, 0, -1)), IMAGE, "network-layer", ("padding", AMOUNTS, "got (0, 0, 0, -1)")),
        (conv(padding=(0, 0, 0, 1025)), IMAGE, "network-layer", ("padding", AMOUNTS, "1025")),
        (conv(padding=(0, 0, 0, True)), IMAGE, "network-layer", ("padding", AMOUNTS, "True")),
        (conv(padding=[0, 0, 0, 0]), IMAGE, "network-layer", ("padding", AMOUNTS, "got [0, 0, 0, 0]")),
        (conv(bias=(3,)), IMAGE, "network-shape", ("bias of shape (2,)", "got (3,)")),
        (conv((2, 1, 0, 3)), IMAGE, "network-shape", ("(O, C, KH, KW)", "got (2, 1, 0, 3)")),
        (layer("inner_product", weight=ones(2, 3), bias=ones(3)), [(3,)], "network-shape", ("bias of shape (2,)",)),
        *(
            (pool(kind, **settings), shapes, code, words)
            for kind in ("max_pool", "average_pool")
            for settings, shapes, code, words in [
                ({}, [(64,)], "network-shape", ("(C, H, W)", "got (64,)")),
                ({"size": (2, 65)}, IMAGE, "network-layer", ("size as a", BOUNDS, "got (2, 65)")),
                ({"size": 2.0}, IMAGE, "network-layer", ("size", "got 2.0")),
                ({"size": (9, 8)}, IMAGE, "network-shape", ("at least (9, 8)", "got (8, 8)")),
                ({"stride": 0}, IMAGE, "network-layer", ("stride as a", BOUNDS, "got 0")),
                ({"padding": "full"}, IMAGE, "network-layer", ("padding", '"same-lower"', "got 'full'")),
                ({"padding": (2, 0, 0, 0)}, IMAGE, "network-layer", ("each cover a pixel", "padding alone")),
                ({"padding": (0, 0, 0, 2)}, IMAGE, "network-layer", ("each cover a pixel",)),
                ({"size": 1, "stride": 4, "include_last": True}, [(1, 7, 8)], "network-layer", ("cover a pixel",)),
                ({"size": 11, "include_last": True}, IMAGE, "network-shape", ("at least (11, 11)",)),
                ({"include_last": 1}, IMAGE, "network-layer", ("include_last as true or false", "got 1")),
                ({"include_last": True, "padding": "same"}, IMAGE, "network-layer", ('"valid" or amounts', "'same'")),
                (
                    {"include_last": True, "padding": (1, 0, 1, 1)},
                    IMAGE, "network-layer", ("the same padding on opposite edges", "(1, 0, 1, 1)"),
                ),
                (
                    {"include_last": True, "padding": (1, 1, 0, 1)},
                    IMAGE, "network-layer", ("the same padding on opposite edges", "(1, 1, 0, 1)"),
                ),
            ]
        ),
        (pool("average_pool", exclude_padding=0), IMAGE, "network-layer", ("exclude_padding as true or false",)),
        (layer("global_max_pool"), [(4,)], "network-shape", ("(C, H, W)", "got (4,)")),
        (layer("global_average_pool"), [(4,)], "network-shape", ("(C, H, W)", "got (4,)")),
        *(
            (layer("leaky_relu", {"alpha": alpha}), [(4,)], "network-layer", ("alpha", "0.0 to 1.0", f"got {alpha!r}"))
            for alpha in (1, True, "0.1", -0.1, 1.1, math.nan, math.inf)
        ),
        *(
            (layer("l2_normalize", {"epsilon": epsilon}), [(4,)], "network-layer", ("epsilon", f"got {epsilon!r}"))
            for epsilon in (1, True, "0.1", -0.1, 1.0, math.nan)
        ),
        (layer("flatten", {"order": "rows"}), IMAGE, "network-layer", ('order "channel-first" or', "got 'rows'")),
        (layer("flatten", {"order": True}), [(4,)], "network-layer", ("order", "got True")),
        (layer("reshape", {"shape": (64,), "order": "x"}), IMAGE, "network-layer", ("order", "got 'x'")),
        *(
            (layer("reshape", {"shape": shape}), IMAGE, "network-layer", ("shape as (D,) or (C, H, W)", repr(shape)))
            for shape in (64, "64", (), (8, 8), (1, 1, 8, 8), [64], (64.0,), (True, 8, 8), (-1, 8, -8), (0,))
        ),
        (layer("reshape", {"shape": (65,)}), IMAGE, "network-shape", ("values as the input (1, 8, 8) has", "(65,)")),
        (layer("reshape", {"shape": (2, 8, 8)}), [(64,)], "network-shape", ("the input (64,)", "(2, 8, 8)")),
        (layer("add"), [(4,)], "network-layer", ("2 to 64 inputs", "got 1")),
        (layer("add"), [(4,)] * 65, "network-layer", ("2 to 64 inputs", "got 65")),
        (layer("add"), [(4,), (4,), (1,)], "network-shape", ("inputs of one shape, (4,)", "got (1,)")),
        (layer("add"), [(1, 2, 2), (4,)], "network-shape", ("inputs of one shape, (1, 2, 2)", "got (4,)")),
        (layer("concatenate"), [(4,)], "network-layer", ("2 to 64 inputs", "got 1")),
        (layer("concatenate"), [(4,)] * 65, "network-layer", ("2 to 64 inputs", "got 65")),
        (layer("concatenate"), [(4,), (4, 1, 1)], "network-shape", ("as (4,) is", "got (4, 1, 1)")),
        (layer("concatenate"), [(1, 2, 3), (2, 2, 3), (1, 3, 2)], "network-shape", ("height and width", "(1, 3, 2)")),
        (layer("scale", scale=ones(3)), [(2, 4, 4)], "network-shape", ("scale of one of the shapes", "got (3,)")),
        (layer("scale", scale=ones(4, 4)), [(2, 4, 4)], "network-shape", ("scale", "got (4, 4)")),
        (layer("scale", scale=ones(2, 1, 1)), [(2, 4, 4)], "network-shape", ("scale", "got (2, 1, 1)")),
        (layer("scale", scale=ones(2), bias=ones(4)), [(2, 4, 4)], "network-shape", ("bias", "(2,)", "got (4,)")),
        (layer("scale", scale=ones(1, 4)), [(4,)], "network-shape", ("scale of one of the shapes [(1,), (4,)]",)),
        (layer("bias", bias=ones(3)), [(2, 4, 3)], "network-shape", ("bias", "(1, 4, 3)", "got (3,)")),
        (layer("bias", bias=ones(3)), [(2,)], "network-shape", ("bias of one of the shapes [(1,), (2,)]", "(3,)")),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_by_name(item: Layer, shapes: Shapes, code: str, words: tuple[str, ...]) -> None:
    with refused(NetworkError, code, "layer 'l'", item.kind, *words):
        KINDS[item.kind].shape(item, *shapes)


def zeros(*shape: int) -> Any:
    """A weight that fills no memory."""
    return np.broadcast_to(np.float32(0.0), shape)


def test_as_many_values_fit_in_patches_with_padding_and_groups_as_in_a_network() -> None:
    settings: dict[str, Any] = {"stride": 1, "padding": (0, 1, 0, 0), "groups": 16}
    item = layer("convolution", settings, weight=zeros(16, 1, 16, 16))
    assert KINDS["convolution"].shape(item, (16, 78, 79)) == (16, 64, 64)
    assert MOST_VALUES == 16 * 16 * 16 * 64 * 64
    with refused(NetworkError, "network-shape", f"at most {MOST_VALUES} values in all patches", str(16**3 * 65 * 64)):
        KINDS["convolution"].shape(item, (16, 79, 79))


@pytest.mark.parametrize("padding", ["same", (1024, 1024, 1024, 1024)])
def test_padding_that_would_fill_the_memory_is_refused(padding: Any) -> None:
    settings: dict[str, Any] = {"stride": 64, "padding": padding, "dilation": 64}
    item = layer("convolution", settings, weight=zeros(1, 8, 33, 33))
    with refused(NetworkError, "network-shape", f"at most {MOST_VALUES} values with padding"):
        KINDS["convolution"].shape(item, (8, 64, 64))


def test_padding_and_pixels_of_a_pool_fit_together_in_the_memory_of_a_network() -> None:
    item = layer("max_pool", {"size": 64, "stride": 64, "padding": (32, 32, 32, 32)})
    assert KINDS["max_pool"].shape(item, (16, 960, 960)) == (16, 16, 16)
    assert MOST_VALUES == 16 * 1024 * 1024
    with refused(NetworkError, "network-shape", "values with padding", str(17 * 1024 * 1024)):
        KINDS["max_pool"].shape(item, (17, 960, 960))


@pytest.mark.parametrize("kind", ["max_pool", "average_pool"])
def test_pooling_that_would_take_for_ever_is_refused(kind: str) -> None:
    item = layer(kind, {"size": 32, "stride": 1})
    each = 32**2 * 33**2  # windows in 64 x 64 pixels
    most = MOST_VALUES // each
    assert KINDS[kind].shape(item, (most, 64, 64)) == (most, 33, 33)
    with refused(NetworkError, "network-shape", f"{MOST_VALUES} values in all windows", str((most + 1) * each)):
        KINDS[kind].shape(item, (most + 1, 64, 64))
