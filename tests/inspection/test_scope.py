"""Every value under the microscope is what its own window, kernel and rule give."""

import numpy as np
import pytest
from drawn import models
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.inspection.scope import COPY, MAXIMUM, MEAN, NORMALIZE, SUM, of_layer, scope
from explorer.layers import ACTIVATIONS
from explorer.network import Network
from explorer.specs import Conv2D, MaxPooling2D

EXAMPLE = np.array([[3, 1, 0, 2], [6, 4, 1, 0], [0, 2, 5, 3], [1, 0, 4, 2]], np.float32)[..., None]


def random_network(spec, seed):
    chance = np.random.default_rng(seed)
    return Network(
        spec,
        {
            row.name: {name: chance.random(shape, np.float32) - 0.3 for name, shape in row.weight_shapes.items()}
            | (
                {"moving_variance": chance.random(row.input_shape[-1:], np.float32)}
                if "gamma" in row.weight_shapes
                else {}
            )
            for row in spec.summary()
        },
    )


def window(found, row, column):
    """The input cells behind an output cell, with the kernel's cell for each: what the browser walks through."""
    for i in range(found.size[0]):
        for j in range(found.size[1]):
            y = row * found.strides[0] - found.before[0] + i * found.dilation[0]
            x = column * found.strides[1] - found.before[1] + j * found.dilation[1]
            if 0 <= y < found.inputs.shape[0] and 0 <= x < found.inputs.shape[1]:
                yield y, x, i, j


def by_hand(found, row, column):
    """A logit from the scope alone."""
    cells = list(window(found, row, column))
    values = [found.inputs[y, x, 0] for y, x, _, _ in cells]
    if found.operation == SUM:
        products = [found.inputs[y, x].astype(float) * found.kernel[i, j] for y, x, i, j in cells]
        return np.nansum(products) + (found.bias or 0)
    if found.operation == MAXIMUM:
        return max(values)
    if found.operation == MEAN:
        return np.mean(values)
    if found.operation == COPY:
        return values[0]
    assert found.operation == NORMALIZE
    c = found.constants
    return c["gamma"] * (values[0] - c["moving_mean"]) / np.sqrt(c["moving_variance"] + c["epsilon"]) + c["beta"]


@settings(deadline=None, max_examples=80)
@given(spec=models(), seed=st.integers(0, 2**31), data=st.data())
def test_a_scope_holds_all_that_its_values_come_from(spec, seed, data):
    network = random_network(spec, seed)
    trace = network.trace(np.random.default_rng(seed).normal(size=(1, *spec.input_shape)))
    step = data.draw(st.sampled_from(trace.layers))
    found = scope(step, network.weights[step.name], data.draw(st.integers(0, step.output.shape[-1] - 1)))
    row = data.draw(st.integers(0, found.output.shape[0] - 1))
    column = data.draw(st.integers(0, found.output.shape[1] - 1))
    expected = by_hand(found, row, column)
    assert found.logits[row, column] == pytest.approx(expected, rel=1e-3, abs=1e-3)
    if found.activation == "softmax":
        share = np.exp(found.logits[row, column].astype(float)) / found.exponentials[row, column]
        assert found.output[row, column] == pytest.approx(share, rel=1e-3, abs=1e-6)
    else:
        assert found.output[row, column] == pytest.approx(ACTIVATIONS[found.activation](found.logits[row, column]))


@settings(deadline=None, max_examples=60)
@given(spec=models(), seed=st.integers(0, 2**31), data=st.data())
def test_the_source_of_an_input_cell_is_that_value_in_the_layer_before(spec, seed, data):
    network = random_network(spec, seed)
    trace = network.trace(np.random.default_rng(seed).normal(size=(1, *spec.input_shape)))
    index = data.draw(st.integers(0, len(trace.layers) - 1))
    step = trace.layers[index]
    before = trace.inputs[0] if index == 0 else trace.layers[index - 1].output[0]
    found = scope(step, network.weights[step.name], data.draw(st.integers(0, step.output.shape[-1] - 1)))
    cells = np.argwhere(~np.isnan(found.inputs))
    y, x, channel = (int(n) for n in cells[data.draw(st.integers(0, len(cells) - 1))])
    source = found.source(y, x, channel)
    value = before[source.row, source.column, source.place] if before.ndim == 3 else before[source.place]
    assert value == found.inputs[y, x, channel]


def test_there_is_no_source_outside_the_input():
    found = of_layer(MaxPooling2D(), {}, EXAMPLE, 0)
    for cell in ((-1, 0, 0), (0, 4, 0), (0, 0, 1)):
        with pytest.raises(ValueError, match=str(cell[0])):
            found.source(*cell)


@pytest.mark.parametrize(("padding", "corner", "middle"), [("valid", 1, 4), ("same", 4, 9)])
def test_the_corner_counts_a_quarter_without_padding_and_one_to_2_25_with_it(padding, corner, middle):
    weights = {"kernel": np.ones((3, 3, 1, 1), np.float32), "bias": np.zeros(1, np.float32)}
    uses = of_layer(Conv2D(1, padding=padding), weights, EXAMPLE, 0).uses()
    assert (uses[0, 0], uses[1, 1]) == (corner, middle)
    assert uses.max() / uses.min() == (4 if padding == "valid" else 2.25)


def test_an_even_same_kernel_pads_after_as_keras_does():
    weights = {"kernel": np.ones((2, 2, 1, 1), np.float32), "bias": np.zeros(1, np.float32)}
    found = of_layer(Conv2D(1, (2, 2), padding="same"), weights, EXAMPLE, 0)
    assert (found.before, found.after) == ((0, 0), (1, 1))
    assert found.output[3, 3] == EXAMPLE[3, 3, 0]


def test_cells_that_no_window_reaches_are_used_0_times():
    uses = of_layer(MaxPooling2D((3, 3)), {}, EXAMPLE, 0).uses()
    np.testing.assert_array_equal(uses == 0, np.pad(np.zeros((3, 3), bool), (0, 1), constant_values=True))
