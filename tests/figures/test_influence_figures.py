"""The figures of what mattered and of the map of words."""

import numpy as np
import pytest

from explorer.figures.embedding_map import MapLabels, Span, embedding_figure
from explorer.figures.influence import InfluenceLabels, influence_figure

LABELS = InfluenceLabels("title", "token", "logit", "guess", "exact", "share")
MAP = MapLabels("<b>map</b>", "across", "up", "rank", "count", "colour %{x}")


def test_bars_points_and_lines_share_the_tokens():
    lines = {"h": np.array([0.0, 0.02, 1.0]), "f": np.array([np.nan, 0.5, 1])}
    found = influence_figure(
        ["1 a", "2 <b>", "3 c"], np.array([1.0, -1, 0]), np.array([2.0, np.nan, 0]), lines, LABELS,
        colours={"f": "#ff0000"}, faded=0.01,
    )  # fmt: skip
    bars, points, first, second = found.data
    assert list(bars.x) == list(points.x) == list(first.x) == ["1 a", "2 &lt;b&gt;", "3 c"]
    assert bars.y.tolist() == [1, -1, 0]
    assert np.isnan(points.y[1])
    assert found.layout.yaxis2.type == "log"
    assert first.y[0] > 0
    assert second.line.color == "#ff0000"
    low, high = found.layout.yaxis2.range
    assert low <= -12
    assert high >= 0
    assert found.layout.shapes[0].y0 == 0.01


@pytest.mark.parametrize("dark", [False, True])
def test_a_map_marks_the_chosen_word_and_its_neighbours(dark):
    places = np.array([[0.0, 1], [2, 3], [4, 5]])
    found = embedding_figure(
        places, ["a", "<i>", "c"], np.array([1, 2, 3]), ["7", "8", "–"], np.array([0.5, np.nan, -1]), Span(-1, 1), MAP,
        chosen=1, near=[2, 1], reach=[(-5, 5), (-6, 6)], dark=dark,
    )  # fmt: skip
    words, near, chosen = found.data
    assert words.x.tolist() == [0, 2, 4]
    assert [list(row) for row in words.customdata] == [
        ["a", "1", "7", "0.500"],
        ["&lt;i&gt;", "2", "8", "–"],
        ["c", "3", "–", "-1.000"],
    ]
    assert np.isfinite(np.asarray(words.marker.color, float)).all()
    assert list(near.text) == ["c"]
    assert list(chosen.text) == ["&lt;i&gt;"]
    assert chosen.y.tolist() == [3]
    assert found.layout.xaxis.range == (-5, 5)
    assert "%{x}" not in words.hovertemplate


def test_a_map_without_a_chosen_word_marks_none():
    found = embedding_figure(np.eye(2), ["a", "b"], np.arange(2), ["1", "2"], np.zeros(2), Span(-1, 1), MAP)
    assert all(len(trace.x) == 0 for trace in found.data[1:])
