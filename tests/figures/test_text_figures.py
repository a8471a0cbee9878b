"""The figures of the page *Text*, from small arrays."""

import numpy as np

from explorer.figures import theme
from explorer.figures.id_rows import CUT, OUTSIDE, PADDING, WORD, RowLabels, id_rows_figure
from explorer.figures.padding_drift import DriftLabels, distances_figure, predictions_figure
from explorer.figures.text_lengths import LengthLabels, lengths_figure
from explorer.figures.vectors import WIDE, VectorLabels, embedding_figure, one_hot_figure
from explorer.inspection.lengths import lengths
from explorer.inspection.padding_drift import Drift

VECTORS = VectorLabels("title", "step", "id", "value")
ROW, WORDS = np.array([0, 3, 2]), ["<pad>", "<b>", "film"]


def test_one_hot_rows_are_cells_or_marks():
    small = one_hot_figure(ROW, WORDS, 5, VECTORS).data[0]
    assert small.z.tolist() == [[1, 0, 0, 0, 0], [0, 0, 0, 1, 0], [0, 0, 1, 0, 0]]
    wide = one_hot_figure(ROW, WORDS, WIDE + 1, VECTORS)
    assert wide.data[0].x.tolist() == [0, 3, 2]
    assert list(wide.layout.yaxis.range) == [3.5, 0.5]
    assert "&lt;b&gt;" in wide.layout.yaxis.ticktext


def test_many_rows_have_no_names_beside_them():
    figure = one_hot_figure(np.zeros(100, int), ["<pad>"] * 100, 500, VECTORS)
    assert figure.layout.yaxis.ticktext is None


def test_embedding_rows_have_a_scale_about_zero():
    drawn = embedding_figure(np.arange(6.0).reshape(3, 2) - 2, WORDS, VECTORS, reach=4, dark=True).data[0]
    assert (drawn.zmin, drawn.zmax) == (-4, 4)
    assert drawn.z.dtype == np.float32


def test_lengths_are_bars_either_side_of_the_cut():
    labels = LengthLabels("title", "tokens", "texts", "whole", "cut", "mean 3", "median 2", "9 or more")
    found = lengths(np.array([1, 1, 2, 9]), maxlen=4)
    whole, cut = lengths_figure(found, labels).data
    assert sum(whole.y) == 3
    assert sum(cut.y) == 1
    assert max(whole.x) <= 4 < min(cut.x)
    assert cut.customdata[-1] == "9 or more"


def test_drifts_are_solid_and_dotted_lines():
    labels = DriftLabels("title", "padding", "value", {"pre": "before", "post": "after"}, "mask", "no mask")
    drifts = [
        Drift(side, masked, np.array([0, 5]), np.array([0.5, 0.7]), np.array([0.0, 1.5]))
        for side in ("pre", "post")
        for masked in (False, True)
    ]
    figure = predictions_figure(drifts, labels)
    assert [line.name for line in figure.data] == ["before, no mask", "before, mask", "after, no mask", "after, mask"]
    assert [line.line.dash for line in figure.data] == ["solid", "dot"] * 2
    assert figure.data[0].line.color == figure.data[1].line.color == theme.BLUE
    assert figure.layout.yaxis.range == (-0.02, 1.02)
    assert distances_figure(drifts, labels).data[0].y.tolist() == [0.0, 1.5]


def test_ids_are_written_into_their_cells():
    labels = RowLabels("title", "row", "column", "id", ("word", "padding", "cut"))
    kinds = np.array([[CUT, WORD, WORD], [PADDING, WORD, OUTSIDE]])
    drawn = id_rows_figure(np.array([[3, 4, 5], [0, 7, 0]]), kinds, labels).data[0]
    assert drawn.text.tolist() == [["<s>3</s>", "4", "5"], ["0", "7", ""]]
    assert drawn.customdata.tolist() == [["cut", "word", "word"], ["padding", "word", ""]]
