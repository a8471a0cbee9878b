"""The numbers of figures as rows: curves, bars, heatmaps and pictures in colour."""

import numpy as np

from explorer.figures import graph_objects as go
from explorer.figures import numbers


def rows(*traces, title="Title"):
    return list(numbers.rows({"key": go.Figure(list(traces), {"title": {"text": title}})}))


def test_a_curve_has_a_row_for_each_point():
    found = rows(go.Scatter(x=[1, 2], y=[0.5, None], name="loss"), title="Two<br>lines")
    assert found == [("Two lines", "loss", 1, 0.5, ""), ("Two lines", "loss", 2, "", "")]


def test_bars_without_places_are_counted():
    assert rows(go.Bar(y=np.array([3.0, 4.0], np.float32))) == [("Title", "1", 0, 3.0, ""), ("Title", "1", 1, 4.0, "")]


def test_a_heatmap_has_a_row_for_each_cell_that_is_not_empty():
    found = rows(go.Heatmap(z=np.array([[1.0, np.nan], [3.0, 4.0]]), x=["a", "b"]))
    assert [row[2:] for row in found] == [("a", 0, 1.0), ("a", 1, 3.0), ("b", 1, 4.0)]


def test_a_picture_in_colour_has_a_row_for_each_channel():
    found = rows(go.Image(z=np.arange(6, dtype=np.uint8).reshape(1, 2, 3)))
    assert [row[2:] for row in found] == [(0, 0, 0), (0, 0, 1), (0, 0, 2), (1, 0, 3), (1, 0, 4), (1, 0, 5)]


def test_a_figure_without_a_title_has_the_name_of_its_key():
    assert next(iter(numbers.rows({"curve": go.Figure([go.Bar(y=[1])])})))[0] == "curve"


def test_there_is_an_end(monkeypatch):
    monkeypatch.setattr(numbers, "MAXIMUM_ROWS", 10)
    assert len(rows(go.Heatmap(z=np.zeros((100, 100))))) == 10
