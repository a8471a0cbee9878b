"""Pictures of puzzles, from small arrays."""

import numpy as np
import pytest

from explorer.figures import theme
from explorer.figures.counting import counting_figure
from explorer.figures.puzzles import (
    Answer,
    AnswerLabels,
    SampleLabels,
    answers_figure,
    errors_figure,
    readings_figure,
    sample_figure,
)
from explorer.figures.steps import Band, StepLabels, bands_figure, means_figure, sensitivities_figure
from explorer.inspection.puzzles import Answers, StepMeans

WORDS = AnswerLabels("answer", "truth", "right")


@pytest.mark.parametrize("dark", [False, True])
def test_the_marked_numbers_stand_out_with_their_values(dark):
    numbers, marks = np.array([0.2, 0.5, 0.3, 0.9]), np.array([False, True, False, True])
    labels = SampleLabels("step", "number", "marked", "other")
    drawn = sample_figure(numbers, marks, "sample", labels, dark=dark)
    other, marked = drawn.data
    assert list(marked.x) == [2, 4]
    assert list(marked.text) == ["0.500", "0.900"]
    assert list(other.x) == [1, 3]
    assert other.text is None
    assert marked.marker.color != other.marker.color


def test_answers_stand_in_rows_with_the_band_of_right_ones():
    answers = [Answer("A <b>", 0.31, True), Answer("B", 0.9, False), Answer("C", 0.5, None)]
    drawn = answers_figure(answers, 0.3, 0.04, "answers", WORDS)
    assert [trace.y[0] for trace in drawn.data] == ["A &lt;b&gt;", "B", "C"]
    assert [trace.text[0] for trace in drawn.data] == ["0.3100 ✓", "0.9000 ✗", "0.5000"]
    band = next(shape for shape in drawn.layout.shapes if shape.type == "rect")
    assert (band.x0, band.x1) == pytest.approx((0.26, 0.34))
    low, high = drawn.layout.xaxis.range
    assert low < 0.26
    assert high > 0.9


def test_answers_to_a_question_without_a_truth_have_no_band():
    drawn = answers_figure([Answer("A", 0.3, None)], None, 0.04, "answers", WORDS)
    assert not drawn.layout.shapes


def test_readings_are_lines_over_the_steps_with_both_marks():
    readings = {"A": np.array([0.1, 0.2, 0.3]), "B": np.array([0.3, 0.3, 0.3])}
    drawn = readings_figure(readings, (1, 3), 0.3, 0.04, "readings", WORDS, "step")
    assert [list(trace.x) for trace in drawn.data] == [[1, 2, 3]] * 2
    dotted = [shape.x0 for shape in drawn.layout.shapes if shape.line.dash == "dot"]
    assert dotted == [1, 3]


def test_every_example_of_every_model_is_a_point_and_wrong_ones_are_hollow():
    truth = np.array([0.1, 0.5, 0.9])
    found = {"A": Answers(truth + 0.01, truth, 0.04), "B": Answers(np.full(3, 0.5), truth, 0.04)}
    drawn = errors_figure(found, "errors", WORDS, "sample", chosen=2, first=1)
    points = {trace.name: trace for trace in drawn.data if trace.name in found}
    assert list(points["A"].marker.symbol) == ["circle"] * 3
    assert list(points["B"].marker.symbol) == ["circle-open", "circle", "circle-open"]
    assert points["B"].customdata[:, 0].tolist() == [1, 2, 3]
    rings = [trace for trace in drawn.data if trace.mode == "markers" and trace.name not in found]
    np.testing.assert_allclose([(ring.x[0], ring.y[0]) for ring in rings], [(0.9, 0.91), (0.9, 0.5)])
    lower, upper = (trace for trace in drawn.data if trace.mode == "lines")
    np.testing.assert_allclose(np.array(upper.y) - np.array(lower.y), 0.08)


def test_a_row_goes_on_from_its_last_number():
    shown, onward = np.array([0.1, 0.2]), {"A": np.array([0.31, 0.42])}
    drawn = counting_figure(shown, onward, "row", ("place", "yours", "even"), straight=np.array([0.3, 0.4]))
    lines = {trace.name: trace for trace in drawn.data}
    assert list(lines["A"].x) == [2, 3, 4]
    assert list(lines["A"].y) == [0.2, 0.31, 0.42]
    assert list(lines["even"].y) == [0.2, 0.3, 0.4]
    assert len(counting_figure(shown, onward, "row", ("place", "yours", "even")).data) == 2


def test_bands_keep_gates_from_0_to_1_and_signed_values_about_0():
    values = np.array([[0.1, 0.9], [0.2, 0.8], [0.3, 0.7]])
    bands = [Band("i", values, [1, 0], signed=False), Band("c", -3 * values, [0], signed=True)]
    drawn = bands_figure(bands, (2,), "gates", StepLabels("step", "unit"))
    gates, states = drawn.data
    assert (gates.zmin, gates.zmax) == (0, 1)
    assert (states.zmin, states.zmax) == pytest.approx((-0.9, 0.9))
    assert list(gates.y) == ["i, unit 2", "i, unit 1", " ", "c, unit 1"]
    np.testing.assert_allclose(gates.z[:2], values[:, [1, 0]].T, rtol=1e-6)
    assert np.isnan(gates.z[2:]).all()
    assert np.isnan(states.z[:3]).all()
    assert theme.GATES["i"] in drawn.layout.yaxis.ticktext[0]
    assert [shape.x0 for shape in drawn.layout.shapes] == [1.5, 2.5]


def test_means_are_pairs_of_bars():
    means = {"i": StepMeans(np.array([0.8, 1.0]), np.array([0.1, 0.3])), "forward_x": StepMeans(*np.zeros((2, 2)))}
    drawn = means_figure(means, "means", "marked", "other", "mean")
    assert [bar.name for bar in drawn.data] == ["marked", "other"]
    assert list(drawn.data[0].y) == pytest.approx([0.9, 0])
    assert list(drawn.data[1].y) == pytest.approx([0.2, 0])
    assert drawn.data[0].x[1] == "forward_x"


def test_slopes_are_lines_with_diamonds_where_the_truth_is():
    lines = {"A": np.array([0.0, 0.4, 0.5]), "B": np.zeros(3)}
    drawn = sensitivities_figure(lines, {2: 0.5, 3: 0.4}, "slopes", ("step", "slope", "right"))
    assert [trace.name for trace in drawn.data] == ["A", "B", "right"]
    assert list(drawn.data[0].x) == [1, 2, 3]
    assert (list(drawn.data[2].x), list(drawn.data[2].y)) == ([2, 3], [0.5, 0.4])
