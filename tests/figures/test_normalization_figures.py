"""Pictures of normalisation: cells of a group share a colour, the chosen one stands out, axes stay."""

import numpy as np

from explorer.figures.normalization import (
    MovingLabels,
    OutputLabels,
    TableLabels,
    moving_figure,
    outputs_figure,
    table_figure,
)

TABLE = np.array([[1.0, -0.126, 3.0], [4.0, 5.0, 1e-9]])
LABELS = TableLabels("what is seen", "example", "feature", "mean", "variance")


def drawn(by_column, **settings):
    axis = 0 if by_column else 1
    statistics = (TABLE.mean(axis=axis, keepdims=True), TABLE.var(axis=axis, keepdims=True))
    return table_figure(TABLE, statistics, by_column, (1, 2), LABELS, **settings)


def test_columns_share_a_colour_and_have_their_statistics_below():
    figure = drawn(True)
    cells, beside = figure.data
    assert cells.z.tolist() == [[0, 1, 2], [0, 1, 2]]
    assert beside.z.tolist() == [[0, 1, 2], [0, 1, 2]]
    assert list(beside.x) == [1, 2, 3]
    assert min(beside.y) > 2.5 + 0.5
    assert beside.text[0] == ["2.5", "2.44", "1.5"]
    assert list(figure.layout.yaxis.ticktext) == ["1", "2", "mean", "variance"]


def test_rows_share_a_colour_and_have_their_statistics_beside_them():
    figure = drawn(False)
    cells, beside = figure.data
    assert cells.z.tolist() == [[0, 0, 0], [1, 1, 1]]
    assert beside.z.tolist() == [[0, 0], [1, 1]]
    assert min(beside.x) > 3.5
    assert list(figure.layout.xaxis.ticktext) == ["1", "2", "3", "mean", "variance"]


def test_the_chosen_group_is_stronger_and_the_chosen_cell_framed():
    for by_column, picked in ((True, 2), (False, 1)):
        figure = drawn(by_column, dark=True)
        fills = [fill for _place, fill in figure.data[0].colorscale][::2]
        assert [fill.endswith("0.5)") for fill in fills] == [number == picked for number in range(len(fills))]
        (frame,) = figure.layout.shapes
        assert (frame.x0 < 3 < frame.x1, frame.y0 < 2 < frame.y1) == (True, True)


def test_the_same_table_has_the_same_place_in_both_pictures():
    left, right = drawn(True).layout, drawn(False).layout
    assert left.xaxis.range == right.xaxis.range
    assert left.yaxis.range == right.yaxis.range


def test_cells_are_short_and_hover_is_exact():
    cells = drawn(True).data[0]
    assert cells.text[0] == ["1", "\N{MINUS SIGN}0.13", "3"]
    assert cells.text[1][2] == "0"
    assert cells.customdata[0, 1] == -0.126
    assert "customdata" in cells.hovertemplate


def test_outputs_have_a_scale_about_zero():
    (cells,) = outputs_figure(TABLE, 5.0, OutputLabels("title", "batch size", "feature", "y")).data
    assert (cells.zmin, cells.zmax) == (-5, 5)
    np.testing.assert_allclose(cells.z, TABLE, rtol=1e-6)


def test_a_step_adds_a_batch_and_leaves_the_axes():
    dots, line = np.arange(5.0), np.arange(6.0)
    labels = MovingLabels("title", "batch", "value", "of the batch", "moving")
    none, three = (moving_figure(dots, line, seen, (0, 5), labels) for seen in (0, 3))
    assert [len(trace.x) for trace in none.data] == [0, 1]
    assert [len(trace.x) for trace in three.data] == [3, 4]
    assert three.data[0].x.tolist() == [1, 2, 3]
    assert three.data[1].x.tolist() == [0, 1, 2, 3]
    assert none.layout.xaxis.range == three.layout.xaxis.range
    assert none.layout.yaxis.range == three.layout.yaxis.range == (0, 5)
