"""Figures are put together as Plotly does it, and refused by Plotly when something is wrong."""

import json

import numpy as np
import plotly.graph_objects as plotly
import pytest

from explorer.figures import graph_objects as go
from explorer.figures.payload import to_json


def sent(figure):
    return json.loads(to_json(figure))


def test_every_method_does_what_plotlys_does():
    ours, theirs = go.Figure(layout={"xaxis": {"nticks": 3}}), plotly.Figure(layout={"xaxis": {"nticks": 3}})
    for figure in (ours, theirs):
        figure.update_layout(template="none", title={"text": "one"}, height=100)
        figure.update_layout(
            title={"font": {"size": 9}}, height=None, yaxis={"range": [0, 1]}, yaxis2={"side": "right"}
        )
        figure.update_xaxes(nticks=None, title={"text": "x"})
        figure.update_yaxes(showgrid=False)
        figure.add_vline(1.5, line={"width": 0, "dash": None})
        figure.add_hline(2, opacity=0.5)
        figure.add_vrect(0, 1, layer="below")
        figure.add_hrect(0, 1, fillcolor="red")
        figure.add_annotation(text="a", x=1, y=2, font={"size": 3})
        figure.add_shape(type="circle", x0=0, x1=1, y0=0, y1=1)
    ours.add_trace(go.Bar(x=[1, 2], y=np.array([0.5, np.nan]), name=None))
    theirs.add_trace(plotly.Bar(x=[1, 2], y=np.array([0.5, np.nan]), name=None))
    assert ours.checked() == theirs


def test_a_property_that_plotly_does_not_know_is_found():
    with pytest.raises(ValueError, match="colour"):
        go.Figure([go.Scatter(line={"colour": "red"})]).checked()


def test_a_short_form_that_only_plotlys_objects_take_is_found():
    with pytest.raises(AssertionError):
        go.Figure([go.Scatter(line_width=2)]).checked()


@pytest.mark.parametrize("kind", ["f4", "f8", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8"])
@pytest.mark.parametrize("shape", [(3,), (2, 3), (2, 3, 3)])
def test_arrays_are_packed_as_plotly_packs_them(kind, shape):
    values = np.arange(np.prod(shape)).reshape(shape).astype(kind)
    go.Figure([go.Heatmap(z=values)]).checked()


@pytest.mark.parametrize("value", [100, 200, 40_000, 70_000, 3_000_000_000])
def test_whole_numbers_take_as_little_room_as_they_need(value):
    go.Figure([go.Bar(y=np.array([0, value]))]).checked()
    go.Figure([go.Bar(y=np.array([0, value], np.uint64))]).checked()


@pytest.mark.parametrize(
    "values",
    [
        [0.5, float("nan"), None],
        [np.float32("nan"), np.float64("inf"), np.int64(3)],
        np.array([0.5, None, float("nan")], object),
        np.array([True, False]),
        np.array(["a", "b"]),
        np.array([], np.float32),
    ],
)
def test_what_json_lacks_is_left_out(values):
    go.Figure([go.Scatter(x=[1, 2, 3], y=values)]).checked()


def test_what_is_no_value_of_a_figure_is_refused():
    with pytest.raises(TypeError, match="set in a figure"):
        to_json(go.Figure([go.Scatter(name={"a"})]))


def test_what_is_none_is_not_sent():
    assert sent(go.Figure([go.Scatter(name=None, line={"dash": None, "width": 1})], {"title": None})) == {
        "data": [{"type": "scatter", "line": {"width": 1}}],
        "layout": {},
    }
