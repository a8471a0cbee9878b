"""Figures of gradients from small literal arrays."""

import numpy as np
import pytest

from explorer.figures import theme
from explorer.figures.gradient_parts import (
    ClippedLabels,
    DrawnLabels,
    FunctionLabels,
    clipped_figure,
    drawn_figure,
    functions_figure,
)
from explorer.figures.gradients import (
    Norms,
    NormsLabels,
    OverTimeLabels,
    SharesLabels,
    norms_figure,
    over_time_figure,
    shares_figure,
)
from explorer.figures.payload import to_json

EVIL = "<a href='x'>y</a>"
NORMS = NormsLabels("title", "layer", "norm", "low", "high")
OVER = OverTimeLabels("title", "epoch", "layer", "value", "nothing yet")


@pytest.mark.parametrize("dark", [False, True])
def test_norms_are_marked_by_their_verdicts_and_zeros_are_left_out(dark):
    values = np.array([0.0, 1e-6, 1.0, np.inf])
    line = Norms(EVIL, values, ["absent", "vanishing", "fine", "exploding"])
    drawn = norms_figure([line, Norms("other", values, shown=False)], NORMS, (0.01, 100.0), dark=dark)
    main, other = drawn.data
    np.testing.assert_array_equal(main.y, [np.nan, 1e-6, 1.0, np.nan])
    assert list(main.marker.symbol) == ["x", "triangle-down", "circle", "triangle-up"]
    assert main.marker.color[1] == theme.VIOLET
    assert main.marker.color[3] == theme.FAULT
    assert other.visible == "legendonly"
    assert drawn.layout.yaxis.type == "log"
    low, high = drawn.layout.yaxis.range
    assert low < -6
    assert high > 2
    # On a logarithmic axis the place of a text is a logarithm.
    assert [note.y for note in drawn.layout.annotations] == [-2, 2]
    assert "<a" not in to_json(drawn)


def test_norms_that_are_all_zero_still_have_axes():
    drawn = norms_figure([Norms("gradient", np.zeros(3), ["absent"] * 3)], NORMS, (0.0, 0.0))
    assert np.isfinite(drawn.layout.yaxis.range).all()


def test_shares_keep_their_exact_values_for_hovering():
    shares = np.array([[0.25, 1.0], [0.75, 0.0]])
    labels = SharesLabels("title", "layer", "output", "share", "mean", "deviation")
    drawn = shares_figure(np.array([0.0, 1.0, 2.0]), shares, (np.zeros(2), np.ones(2)), labels)
    np.testing.assert_allclose(drawn.data[0].z, np.sqrt(shares))
    np.testing.assert_allclose(drawn.data[0].customdata, shares)
    np.testing.assert_array_equal(drawn.data[1].error_y.array, [1, 1])


def test_layers_over_time_share_the_given_span():
    values = np.array([[1.0, 0.1], [0.0, 0.01]])
    drawn = over_time_figure((0.0, 1.0), values, (0.01, 1.0), OVER, log=True)
    (trace,) = drawn.data
    assert (trace.zmin, trace.zmax) == (-2, 0)
    np.testing.assert_allclose(trace.z, [[0, -1], [np.nan, -2]])
    assert list(trace.colorbar.ticktext) == ["10<sup>-2</sup>", "10<sup>-1</sup>", "10<sup>0</sup>"]
    narrow = over_time_figure((0.0,), np.array([[0.5]]), (0.4, 0.6), OVER, log=True)
    assert list(narrow.data[0].colorbar.ticktext) == ["0.4", "0.6"]
    empty = over_time_figure((), np.zeros((0, 0)), (0.1, 1.0), OVER)
    assert empty.layout.annotations[0].text == "nothing yet"


def test_the_chosen_function_stands_out_and_is_read_at_its_place():
    x = np.linspace(-1, 1, 5)
    drawn = functions_figure(x, {"a": x, "b": 2 * x}, "b", 0.25, FunctionLabels("title", "x", "y"))
    assert drawn.data[1].line.width > drawn.data[0].line.width
    assert (drawn.data[2].x[0], drawn.data[2].y[0]) == (0.25, 0.5)


def test_drawn_weights_and_clipped_gradients():
    labels = DrawnLabels("title", "weight", "density", "drawn", "formula")
    drawn = drawn_figure(np.array([-1.0, 0.0, 1.0]), np.array([0.4, 0.6]), np.array([0.5, 0.5]), labels)
    np.testing.assert_array_equal(drawn.data[0].x, [-0.5, 0.5])
    np.testing.assert_array_equal(drawn.data[1].y, [0.5, 0.5])
    bars = clipped_figure(np.array([0.6, 0.8]), np.array([0.7, 0.7]), ClippedLabels("t", "n", "s", "before", "after"))
    assert [trace.name for trace in bars.data] == ["before", "after"]
