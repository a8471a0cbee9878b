"""Paths and learning rates as they are drawn."""

import base64
import json

import numpy as np
import pytest

from explorer.figures.learning_rates import RateCurve, RateLabels, learning_rates_figure
from explorer.figures.optimisers import SYMBOLS, PathLabels, Track, colour, least, pack, span
from explorer.inspection.descent import Path
from explorer.inspection.optimizers import OPTIMIZERS, Adam
from explorer.inspection.surfaces import Picture

LABELS = PathLabels(*["play"] * 10, ("a", "b"), *["words"] * 6, "the alternative")
PICTURE = Picture((-1.0, 1.0), (0.0, 2.0), np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), np.array([2.5, 4.5]))


def path(losses):
    steps = len(losses) - 1
    places = np.arange(2.0 * (steps + 1)).reshape(-1, 2)
    return Path(Adam(0.5), places, np.array(losses), {"g": places[1:] * 10}, None, None, outside=False)


def decoded(text):
    return np.frombuffer(base64.b64decode(text), "<f4")


def packed(losses, dark=False, **more):
    tracks = [Track("adam", "Adam", "fine", path(losses))]
    return json.loads(pack(PICTURE, tracks, LABELS, steps=5, dark=dark, **more))


def test_the_message_holds_every_number_of_the_path():
    message = packed([4.0, 2.0, 1.0], minima=[(0.0, 1.0)], endless=False)
    (track,) = message["tracks"]
    assert decoded(track["places"]).tolist() == [0, 1, 2, 3, 4, 5]
    assert decoded(track["losses"]).tolist() == [4, 2, 1]
    assert decoded(track["quantities"]["g"]).tolist() == [20, 30, 40, 50]
    assert track["settings"] == {"learning_rate": 0.5, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7}
    assert [line[0] for line in track["lines"]] == ["g", "m", "v", "m̂", "v̂", "Δ", "w"]
    assert decoded(message["picture"]["losses"]).tolist() == [1, 2, 3, 4, 5, 6]
    assert message["picture"]["levels"] == [2.5, 4.5]
    assert message["minima"] == [[0.0, 1.0]]
    assert message["endless"] is False
    assert message["steps"] == 5
    assert message["alt"] == "the alternative"


@pytest.mark.filterwarnings("error")
def test_numbers_beyond_single_precision_arrive_as_infinite():
    (track,) = packed([1.0, 1e300])["tracks"]
    assert decoded(track["losses"]).tolist() == [1, np.inf]


def test_every_optimizer_has_a_sign_and_a_colour_of_its_own():
    for dark in (False, True):
        assert len({colour(key, dark) for key in OPTIMIZERS}) == len(OPTIMIZERS)
    assert set(SYMBOLS) == set(OPTIMIZERS)
    assert len(set(SYMBOLS.values())) == len(OPTIMIZERS)
    assert packed([1.0])["picture"]["shades"] != packed([1.0], dark=True)["picture"]["shades"]


def test_the_chart_spans_what_stays_in_the_picture():
    def reach(losses, lowest=0.0):
        return span(PICTURE, [Track("adam", "Adam", "", path(losses))], lowest)

    low, high = reach([4.0, 0.5, 1e30, np.nan])
    assert 0 < low < 0.5
    assert 4 < high < 6
    low, high = reach([4.0, 0.0])
    assert 0 < low < 4 < high
    low, high = reach([3.0, -0.5], lowest=-1.0)
    assert 0 < low < 0.5
    assert 4 < high < 6
    low, high = reach([np.inf])
    assert 0 < low < high


def test_least_loss_above_zero():
    assert least([np.array([0.0, 3.0, np.nan]), np.array([2.0, -1.0])]) == 2
    assert least([np.array([0.0, np.nan])]) == 0


def test_the_learning_rates_are_drawn_up_to_where_they_diverge():
    rates = np.array([0.001, 0.01, 0.1, 1.0])
    curves = [RateCurve("<SGD>", "#123456", np.array([1.0, 1e-9, 50.0, np.nan]))]
    labels = RateLabels("Rates", "rate", "loss", "now 0.01")
    figure = learning_rates_figure(rates, curves, 0.01, labels, span=(1e-6, 10.0))
    (curve,) = figure.data
    assert curve.name == "&lt;SGD&gt;"
    assert curve.line.color == "#123456"
    assert np.array_equal(curve.y, [1.0, 1e-6, np.nan, np.nan], equal_nan=True)
    assert curve.customdata[1] == 1e-9
    assert curve.marker.size[1] > curve.marker.size[0]
    assert figure.layout.xaxis.type == figure.layout.yaxis.type == "log"
    (mark,) = figure.layout.annotations
    assert mark.text == "now 0.01"
    assert mark.x == pytest.approx(-2)
    assert figure.layout.shapes[0].x0 == 0.01


@pytest.mark.parametrize(("low", "ticks"), [(1e-6, 2), (1e-3, 1), (5.0, np.log10(2))])
def test_a_long_axis_has_few_ticks_and_a_short_one_more(low, ticks):
    curves = [RateCurve("SGD", "#123456", np.array([10.0]))]
    figure = learning_rates_figure(np.array([1.0]), curves, 1.0, RateLabels("", "", "", ""), span=(low, 10.0))
    assert figure.layout.yaxis.dtick == pytest.approx(ticks)
