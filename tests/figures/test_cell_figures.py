"""Figures of cells from small literal arrays, and the message that the diagram is drawn from."""

import json

import numpy as np
import pytest

from explorer.figures import theme
from explorer.figures.cell_diagram import DIAGRAM, DiagramLabels, pack
from explorer.figures.cell_gates import GateLabels, Line, Row, gates_figure, lines_figure
from explorer.figures.sequence_kinds import sequence_figure
from explorer.inspection.cell_equations import equations
from explorer.inspection.cells import SIGNALS, study
from explorer.layers.cell_weights import WEIGHTS
from explorer.layers.recurrent import CELLS
from explorer.specs import GRU, LSTM, SimpleRNN

LABELS = DiagramLabels(*[str(number) for number in range(19)])


def packed(layer, steps=8, features=4, dark=False):
    weights = WEIGHTS["random"].weights(layer, features, 0)
    found = study(layer, weights, SIGNALS["random"].values(steps, features, 0))
    return found, pack(found, DIAGRAM, LABELS, {}, {}, token="t", dark=dark)


@pytest.mark.parametrize("layer", [SimpleRNN(units=4), LSTM(units=4), GRU(units=4), GRU(units=4, reset_after=False)])
def test_the_message_holds_every_number_and_is_small(layer):
    found, content = packed(layer)
    assert len(content) < 60_000
    message = json.loads(content)
    for letter, values in found.quantities.items():
        np.testing.assert_allclose(message["tables"][letter], values, rtol=1e-5, atol=1e-7)
    tables = found.tables()
    for letter, each in equations(found).items():
        logits = [[equation.logit(tables, step) for equation in each] for step in range(8)]
        np.testing.assert_allclose(message["sums"][letter]["logit"], logits, rtol=1e-5, atol=1e-7)
    assert set(message["formulas"]) == set(message["equations"]) == set(message["matrices"])
    assert message["stages"][-1][0] == "h"


def test_every_gate_and_state_has_a_colour_of_its_own():
    letters = {letter for cell in CELLS.values() for letter in cell.quantities}
    assert set(theme.GATES) == letters
    assert len(set(theme.GATES.values())) == len(letters)


def test_gates_and_states_keep_to_their_scales():
    rows = [Row("f", np.array([0.2, 0.9]), gate=True), Row("c <b>", np.array([-3.0, 1.0]), gate=False)]
    groups = [("LSTM", rows), ("GRU", [Row("h", np.array([0.1, 0.2]), gate=False)])]
    figure = gates_figure(groups, GateLabels("title", "step", "value", "gates", "states"))
    gates, states = figure.data
    assert (gates.zmin, gates.zmax, states.zmin, states.zmax) == (0, 1, -3, 3)
    np.testing.assert_allclose(gates.z, [[0.2, 0.9], [np.nan] * 2, [np.nan] * 2, [np.nan] * 2], rtol=1e-6)
    np.testing.assert_allclose(states.z, [[np.nan] * 2, [-3, 1], [np.nan] * 2, [0.1, 0.2]], rtol=1e-6)
    assert figure.layout.yaxis.ticktext == ("LSTM f", "LSTM c &lt;b&gt;", "GRU h")
    assert list(gates.text[0]) == ["0.2", "0.9"]


def test_a_logarithmic_scale_shows_sizes_and_leaves_out_zeros():
    lines = [Line("a", np.array([1.0, -0.5, 0.0]), 0), Line("b", np.array([1.0, 2.0, 4.0]), 1, band=True)]
    figure = lines_figure(lines, "title", "step", "value", log=True)
    np.testing.assert_allclose(figure.data[0].y, [1, 0.5, np.nan])
    assert figure.layout.yaxis.type == "log"
    assert figure.data[1].line.width > figure.data[0].line.width
    np.testing.assert_allclose(lines_figure(lines, "t", "s", "v").data[0].y, [1, -0.5, 0])


@pytest.mark.parametrize(("recurrent", "arrows"), [(True, 4), (False, 3)])
def test_a_sequence_has_an_arrow_for_each_input_output_and_state(recurrent, arrows):
    drawn = sequence_figure(["a", "b"], ["", "<i>"], "t", step="s", cell="LSTM", state="h", recurrent=recurrent)
    assert sum(bool(note.showarrow) for note in drawn.layout.annotations) == arrows
    assert len(drawn.layout.shapes) == 5
    assert "&lt;i&gt;" in [note.text for note in drawn.layout.annotations]
