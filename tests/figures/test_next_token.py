"""The next token's bars, and a text read token by token."""

import numpy as np

from explorer.figures import theme
from explorer.figures.next_token import NextLabels, ReadingLabels, next_token_figure, reading_figure

NEXT = NextLabels("Title", "probability", "own", "drawn from")
READING = ReadingLabels("Title", "text", ["guess 1", "guess 2"], "probability", "after")


def test_both_kinds_of_bars_stand_side_by_side_and_the_drawn_token_has_a_star():
    own, drawn = np.array([0.5, 0.3, 0.2]), np.array([0.7, 0.3, 0.0])
    figure = next_token_figure(["a", "␣", "<b>"], own, drawn, 1, NEXT)
    first, second = figure.data
    np.testing.assert_allclose(first.x, own, atol=1e-6)
    np.testing.assert_allclose(second.x, drawn, atol=1e-6)
    assert figure.layout.yaxis.ticktext == ("a", "★ ␣", "&lt;b&gt;")
    assert list(second.marker.line.width) == [0, 3, 0]
    assert second.marker.line.color == theme.RED
    assert tuple(figure.layout.xaxis.range) == (0, 1.02)


def test_two_tokens_that_look_alike_keep_bars_of_their_own():
    figure = next_token_figure(["x", "x"], np.array([0.6, 0.4]), np.array([0.6, 0.4]), None, NEXT, dark=True)
    assert list(figure.data[0].y) == [0, 1]
    assert figure.layout.yaxis.ticktext == ("x", "x")


def test_a_reading_has_the_text_above_its_guesses_on_one_scale_from_0_to_1():
    came = np.array([np.nan, 0.25, 0.75])
    shares = np.array([[0.9, 0.8, 0.7], [0.05, 0.1, 0.2]])
    figure = reading_figure(["a", "<", "c"], came, [["b", "c", "d"], ["e", "f", "g"]], shares, READING)
    (drawn,) = figure.data
    np.testing.assert_allclose(drawn.z, np.vstack([came, shares]), atol=1e-6)
    assert (drawn.zmin, drawn.zmax) == (0, 1)
    assert list(drawn.text[0]) == ["a", "&lt;", "c"]
    assert list(drawn.text[1]) == ["b", "c", "d"]
    assert figure.layout.yaxis.ticktext == ("text", "guess 1", "guess 2")
    assert drawn.customdata[0][1] == "after a: &lt;"
    assert drawn.customdata[2][0] == "after a · guess 2: e"
