"""Figures of a series, from small arrays."""

import json

import numpy as np

from explorer.figures.payload import to_json
from explorer.figures.series import Line, SeriesLabels, WindowMarks, series_figure, state_figure

LABELS = SeriesLabels("<b>Title</b>", "date", "value", "test part", "window", "target")


def test_window_target_and_test_part_are_marked():
    line = Line("level", np.arange(10), np.arange(10.0))
    drawn = series_figure([line], LABELS, cut=8, window=WindowMarks(2, 4, 5, 5.0))
    shapes = [(shape.x0, shape.x1) for shape in drawn.layout.shapes]
    assert shapes == [(2, 4), (8, 9)]
    star = drawn.data[-1]
    assert (float(star.x[0]), star.y[0], star.marker.symbol) == (5, 5.0, "star")
    assert drawn.layout.title.text == "&lt;b&gt;Title&lt;/b&gt;"


def test_dates_are_written_short():
    days = np.array(["2024-01-01", "2024-01-02"], "datetime64[s]")
    drawn = series_figure([Line("a", days, np.zeros(2))], LABELS, cut=days[1])
    assert json.loads(to_json(drawn))["data"][0]["x"] == ["2024-01-01", "2024-01-02"]
    hours = days + np.timedelta64(3600, "s")
    assert series_figure([Line("a", hours, np.zeros(2))], LABELS).data[0].x[0] == "2024-01-01T01:00:00"


def test_long_lines_are_thinned_and_keep_their_ends():
    values = np.arange(20_000.0)
    drawn = series_figure([Line("a", np.arange(20_000), values)], LABELS)
    assert len(drawn.data[0].x) <= 1502
    assert (drawn.data[0].y[0], drawn.data[0].y[-1]) == (0, 19_999)
    assert len(to_json(drawn)) < 40_000


def test_chunks_begin_at_uprights_and_zero_is_in_the_middle():
    lines = [Line(name, np.arange(6), np.linspace(-0.2, 0.4, 6)) for name in ("whole", "carried", "reset")]
    drawn = state_figure(lines, np.array([0, 3]), LABELS)
    assert np.array(drawn.data[-1].x)[::3].tolist() == [0, 3]
    assert np.allclose(drawn.layout.yaxis.range, (-0.44, 0.44))


def test_a_legend_has_a_row_of_its_own_below_the_title():
    lines = [Line(name, np.arange(3), np.zeros(3)) for name in ("truth", "model")]
    with_legend, without = series_figure(lines, LABELS), series_figure(lines[:1], LABELS)
    assert with_legend.layout.showlegend
    assert not without.layout.showlegend
    assert with_legend.layout.margin.t >= without.layout.margin.t + 15
