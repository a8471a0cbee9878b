"""Edits of a network: exactly what they name changes, everything else is shared."""

import numpy as np
import pytest

from explorer.inspection.edits import KernelValue, ZeroBias, ZeroFilter, apply
from explorer.network import Network
from explorer.specs import Conv2D, Dense, Flatten, MaxPooling2D, ModelSpec

SPEC = ModelSpec(
    (8, 8, 1),
    (
        Conv2D(3, activation="relu"),
        MaxPooling2D(),
        Conv2D(4, use_bias=False),
        Flatten(),
        Dense(2, activation="softmax"),
    ),
)


@pytest.fixture
def network():
    chance = np.random.default_rng(5)
    shapes = {row.name: row.weight_shapes for row in SPEC.summary()}
    return Network(
        SPEC, {layer: {name: chance.normal(size=s) for name, s in group.items()} for layer, group in shapes.items()}
    )


def changed(before, after):
    """The weights that are not the same array in both, with how many values differ."""
    return {
        (layer, name): int((array != after.weights[layer][name]).sum())
        for layer, group in before.weights.items()
        for name, array in group.items()
        if array is not after.weights[layer][name]
    }


def test_one_kernel_value_is_set_and_all_else_is_shared(network):
    edited = apply(network, [KernelValue("conv2d_2", (1, 2, 0, 3), 7.5)])
    assert edited.weights["conv2d_2"]["kernel"][1, 2, 0, 3] == 7.5
    assert changed(network, edited) == {("conv2d_2", "kernel"): 1}


def test_a_filter_of_zeros_gives_a_map_of_zeros(network):
    edited = apply(network, [ZeroFilter("conv2d_1", 0)])
    image = np.random.default_rng(1).random((1, 8, 8, 1), np.float32)
    before, after = network.trace(image), edited.trace(image)
    assert changed(network, edited) == {("conv2d_1", "kernel"): 9, ("conv2d_1", "bias"): 1}
    assert not after["conv2d_1"].output[..., 0].any()
    np.testing.assert_array_equal(after["conv2d_1"].output[..., 1:], before["conv2d_1"].output[..., 1:])
    assert (after.output != before.output).any()


def test_a_filter_without_bias_and_a_dense_unit_can_be_zeroed_too(network):
    edited = apply(network, [ZeroFilter("conv2d_2", 0), ZeroFilter("dense_1", 1)])
    assert not edited.weights["conv2d_2"]["kernel"][..., 0].any()
    assert not edited.weights["dense_1"]["kernel"][:, 1].any()
    assert edited.weights["dense_1"]["bias"][1] == 0


def test_the_whole_bias_is_zeroed(network):
    edited = apply(network, [ZeroBias("conv2d_1")])
    assert changed(network, edited) == {("conv2d_1", "bias"): 3}
    assert not edited.weights["conv2d_1"]["bias"].any()


def test_later_edits_win_and_without_them_everything_is_as_before(network):
    edits = [ZeroFilter("dense_1", 0), KernelValue("dense_1", (3, 0), 2.0), KernelValue("dense_1", (3, 0), -1.0)]
    assert apply(network, edits).weights["dense_1"]["kernel"][3, 0] == -1.0
    assert apply(network, edits[:2]).weights["dense_1"]["kernel"][3, 0] == 2.0
    assert changed(network, apply(network, [])) == {}


def test_nobody_can_write_into_the_edited_network(network):
    edited = apply(network, [ZeroBias("conv2d_1")])
    with pytest.raises(ValueError, match="read-only"):
        edited.weights["conv2d_1"]["bias"][0] = 1
    assert network.weights["conv2d_1"]["bias"].any()


@pytest.mark.parametrize(
    "edit",
    [
        KernelValue("conv2d_1", (3, 0, 0, 0), 1.0),
        KernelValue("conv2d_1", (-1, 0, 0, 0), 1.0),
        KernelValue("conv2d_1", (0, 0, 0), 1.0),
        KernelValue("conv2d_1", (0, 0, 0, 0, 0), 1.0),
        KernelValue("conv2d_1", (0, 0, 0, 0), float("nan")),
        KernelValue("conv2d_9", (0, 0, 0, 0), 1.0),
        KernelValue("flatten", (0, 0), 1.0),
        ZeroFilter("conv2d_1", 3),
        ZeroFilter("conv2d_1", -1),
        ZeroBias("conv2d_2"),
    ],
)
def test_an_edit_without_a_place_is_refused(network, edit):
    assert not edit.fits(network)
    with pytest.raises(ValueError, match="layer="):
        apply(network, [edit])
