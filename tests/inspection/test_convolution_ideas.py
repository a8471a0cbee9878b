"""Output sizes, dense comparison, dropout's steps and shifts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.inspection.dense import as_dense, shuffled
from explorer.inspection.dropout import dropout_steps
from explorer.inspection.output_size import AxisSize
from explorer.inspection.shift import change, shifted
from explorer.network import Network
from explorer.specs import Conv2D, Dense, Dropout, ModelSpec, SpecError


@given(
    size=st.integers(1, 40),
    window=st.integers(1, 7),
    stride=st.integers(1, 4),
    dilation=st.integers(1, 3),
    padding=st.sampled_from(["valid", "same"]),
)
def test_an_axis_is_made_up_of_its_windows_and_what_they_leave(size, window, stride, dilation, padding):
    axis = AxisSize(size, window, stride, dilation, padding)
    if padding == "valid" and axis.span > size:
        with pytest.raises(SpecError):
            _ = axis.outputs
        return
    last = (axis.outputs - 1) * stride + axis.span
    assert last + axis.dropped >= size + sum(axis.padded)
    if padding == "valid":
        assert last + axis.dropped == size
        assert axis.dropped < stride
    else:
        assert axis.outputs == -(-size // stride)
        assert 0 <= axis.padded[1] - axis.padded[0] <= 1


def test_the_notes_case_and_a_stride_that_drops_a_cell():
    assert AxisSize(4, 3).outputs == 2
    assert AxisSize(28, 3, padding="same").padded == (1, 1)
    assert (AxisSize(28, 3, 2).outputs, AxisSize(28, 3, 2).dropped) == (13, 1)
    assert AxisSize(3, 3, stride=4).outputs == 1


def test_a_dense_layer_needs_a_weight_for_every_pair():
    found = as_dense(Conv2D(32, padding="same"), (28, 28, 1))
    assert found.outputs == 28 * 28 * 32
    assert found.convolution_weights == 320
    assert found.dense_weights == 784 * found.outputs + found.outputs
    assert found.convolution_products == found.outputs * 9


def test_shuffling_moves_cells_and_keeps_their_channels_together():
    image = np.arange(48, dtype=np.float32).reshape(4, 4, 3)
    other = shuffled(image)
    assert not np.array_equal(other, image)
    assert {tuple(cell) for cell in other.reshape(-1, 3)} == {tuple(cell) for cell in image.reshape(-1, 3)}


def small_network():
    spec = ModelSpec((50,), (Dropout(0.4), Dense(3, activation="softmax")))
    weights = {"dense_1": {"kernel": np.eye(50, 3, dtype=np.float32), "bias": np.zeros(3, np.float32)}}
    return Network(spec, weights)


def test_dropout_keeps_the_mean_and_leaves_no_trace_at_rate_0():
    network = small_network()
    trace = network.trace(np.ones((1, 50)))
    found = dropout_steps(network, trace, "dropout_1", 0.4, 2000, 0)
    assert found.outputs.mean() == pytest.approx(1, abs=0.01)
    assert set(np.unique(found.outputs)) == {np.float32(0), np.float32(1 / 0.6)}
    assert found.share_off(2000).mean() == pytest.approx(0.4, abs=0.01)
    np.testing.assert_array_equal(found.outputs == 0, ~found.kept)
    steady = dropout_steps(network, trace, "dropout_1", 0.0, 3, 0)
    np.testing.assert_array_equal(steady.outputs, np.ones((3, 50)))
    np.testing.assert_allclose(steady.predictions, np.repeat(trace.output, 3, axis=0), rtol=1e-6)


def test_the_same_seed_drops_the_same_units():
    network = small_network()
    trace = network.trace(np.ones((1, 50)))
    first, again, other = (dropout_steps(network, trace, "dropout_1", 0.5, 5, seed).kept for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@given(down=st.integers(-5, 5), right=st.integers(-5, 5))
def test_a_shift_moves_every_cell_that_stays_inside(down, right):
    image = np.arange(1, 17, dtype=np.float32).reshape(1, 4, 4, 1)
    moved = shifted(image, down, right)
    for y in range(4):
        for x in range(4):
            inside = 0 <= y - down < 4 and 0 <= x - right < 4
            assert moved[0, y, x, 0] == (image[0, y - down, x - right, 0] if inside else 0)


def test_change_is_a_share_of_the_length():
    assert change(np.array([3.0, 4.0]), np.array([3.0, 4.0])) == 0
    assert change(np.array([3.0, 4.0]), np.array([0.0, 0.0])) == 1
    assert change(np.zeros(2), np.ones(2)) == 0
