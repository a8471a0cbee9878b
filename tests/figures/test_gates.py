"""Gates over tokens, and words as chips: what is drawn of small arrays by hand."""

import json
from itertools import pairwise

import numpy as np
import pytest

from explorer.figures.chips import Chip, ChipScale, pack
from explorer.figures.gates import MAXIMUM_UNITS, Band, GateLabels, Line, Panel, gates_figure
from explorer.figures.payload import to_json

LABELS = GateLabels("what is seen", "token", "unit", "gate", "state")
TOKENS = ("1 a", "2 b", "3 a")
GATE = Band("f · forget gate", "f", np.array([[0.1, 0.9], [0.2, 0.8], [0.3, 0.7]], np.float32), signed=False)
STATE = Band("c · cell state", "c", np.array([[-2.5], [0.5], [np.nan]], np.float32), signed=True, first=4)
LINE = Panel(
    "prediction", [Line("p", np.array([0.2, np.nan, 0.9]))], 0, 1, [(0, "negative"), (1, "positive")], True, 0.5
)


def heat(figure):
    return [trace for trace in figure.data if trace.type == "heatmap"]


def test_gates_and_states_have_scales_of_their_own_on_the_same_rows():
    gates, states = heat(gates_figure(TOKENS, [LINE], [GATE, STATE], LABELS))
    assert (gates.zmin, gates.zmax) == (0, 1)
    assert (states.zmin, states.zmax) == (-2.5, 2.5)
    assert gates.z[:2] == pytest.approx(GATE.values.T)
    assert np.isnan(gates.z[2:]).all()
    assert np.isnan(states.z[:3]).all()
    assert states.z[3, :2].tolist() == [-2.5, 0.5]
    assert list(gates.y) == ["f · forget gate, unit 1", "f · forget gate, unit 2", " ", "c · cell state, unit 4"]


def test_a_given_scale_is_shared_by_all_states():
    (states,) = heat(gates_figure(TOKENS, [], [STATE, STATE], LABELS, reach=4.0))
    assert (states.zmin, states.zmax) == (-4, 4)


def test_lines_and_bands_share_the_axis_of_tokens():
    figure = gates_figure(TOKENS, [LINE, LINE], [GATE], LABELS, marked=[1])
    assert {tuple(trace.x) for trace in figure.data} == {TOKENS}
    assert [trace.yaxis for trace in figure.data] == ["y", "y2", "y3"]
    domains = [figure.layout[name].domain for name in ("yaxis", "yaxis2", "yaxis3")]
    assert all(lower[1] < upper[0] for upper, lower in pairwise(domains))
    assert figure.layout.xaxis.anchor == "y3"
    shapes = [(shape.x0, shape.y0, shape.yref) for shape in figure.layout.shapes]
    assert shapes == [(0, 0.5, "y"), (0, 0.5, "y2"), (1, 0, "paper")]
    assert list(figure.layout.yaxis.ticktext) == ["negative", "positive"]


def test_words_are_written_literally_and_shortened():
    figure = gates_figure(("1 <b>x</b>", "2 " + "w" * 50), [LINE], [], LABELS)
    assert figure.data[0].x[0] == "1 &lt;b&gt;x&lt;/b&gt;"
    assert len(figure.data[0].x[1]) == 14


def test_a_hundred_tokens_of_eight_units_are_a_small_payload():
    values = np.random.default_rng(0).random((100, 8), np.float32)
    bands = [Band(letter, letter, values, letter in "gch") for letter in "ifgoch"]
    line = Panel("p", [Line("p", values[:, 0])])
    drawn = gates_figure([f"{n} word" for n in range(100)], [line], bands, LABELS)
    assert len(to_json(drawn)) < 100_000


def test_a_large_layer_is_drawn_in_shades_of_its_first_units():
    values = np.random.default_rng(0).random((500, 60), np.float32)
    drawn = gates_figure(
        [str(n) for n in range(500)], [], [Band(letter, letter, values, False) for letter in "ifo"], LABELS
    )
    (gates,) = heat(drawn)
    assert gates.z.dtype == np.uint8
    assert gates.z.shape == (3 * MAXIMUM_UNITS + 2, 500)
    assert "z" not in gates.hovertemplate
    assert len(to_json(drawn)) < 300_000


def test_chips_have_the_colours_of_their_scale():
    chips = [Chip("a", "word", "low", 0.0), Chip("b", "word", "high", 1.0, 7), Chip("c", "aside", "note")]
    told = json.loads(pack(chips, ChipScale(0, 1, "gate"), "words"))
    low, high, none = told["chips"]
    assert (low["fill"], low["ink"]) == ("#440154", "#ffffff")
    assert (high["fill"], high["ink"], high["place"]) == ("#fde725", "#000000", 7)
    assert (none["fill"], none["ink"], none["place"]) == ("", "", None)
    assert (told["ends"], told["stops"][0], told["stops"][-1]) == (["0", "1"], low["fill"], high["fill"])
    signed = json.loads(pack([Chip("a", "word", "", 0.0)], ChipScale(-0.5, 0.5, "state"), "words"))
    assert signed["chips"][0]["fill"] == "#f7f7f7"
    assert signed["ends"] == ["−0.5", "0.5"]


def test_a_long_word_does_not_fill_the_page():
    told = json.loads(pack([Chip("w" * 5000, "word", "")], ChipScale(0, 1, ""), ""))
    assert len(told["chips"][0]["text"]) == 60
