"""Notes and ours as dots, and the bracket of the gap."""

import json

from explorer.figures import theme
from explorer.figures.curves import Curve, CurveLabels, curves_figure
from explorer.figures.payload import to_json
from explorer.figures.reproduction import Result, mark_gap, results_figure

RESULTS = [Result("one", 0.91, 0.92), Result("two", None, 0.88), Result("three", 0.93, None), Result("<b>", None, None)]
LABELS = CurveLabels("title", "epoch", "training", "validation", "batches", "kept", "broken", "empty")


def drawn(**changes):
    return results_figure(RESULTS, "title", "notes", "ours", "accuracy", **changes)


def test_each_model_has_its_row_with_what_there_is():
    figure = drawn()
    lines = [trace for trace in figure.data if trace.mode == "lines"]
    notes, ours = (trace for trace in figure.data if trace.mode == "markers")
    assert [(tuple(line.x), tuple(line.y)) for line in lines] == [((0.91, 0.92), ("one", "one"))]
    assert tuple(notes.x) == (0.91, None, 0.93, None)
    assert tuple(ours.x) == (0.92, 0.88, None, None)
    assert notes.y == ours.y == ("one", "two", "three", "&lt;b&gt;")
    assert notes.marker.symbol != ours.marker.symbol
    # The first model stands at the top.
    assert tuple(figure.layout.yaxis.range) == (3.5, -0.5)


def test_the_chosen_row_is_shaded():
    assert drawn().layout.shapes == ()
    (shade,) = drawn(chosen=2).layout.shapes
    assert (shade.y0, shade.y1) == (1.5, 2.5)


def test_the_gap_reaches_from_training_to_validation():
    for dark in (False, True):
        figure = curves_figure([Curve("a", [(1, 0.9)], [(1, 0.8)])], LABELS, percent=True, dark=dark)
        mark_gap(figure, 1, 0.9, 0.8, dark=dark)
        bracket = figure.data[-1]
        assert (bracket.x, bracket.y) == ((1, 1), (0.9, 0.8))
        assert bracket.line.color == theme.tones(dark).text
        assert not bracket.showlegend
        json.loads(to_json(figure))
