"""The page of sequence problems, run by Streamlit without a browser."""

import base64
import dataclasses

import numpy as np
import pytest
from pages.conftest import figure, figures, plain, show, title_of

from explorer.datasets import DATASETS, FULL, TEST
from explorer.datasets.puzzles import marked
from explorer.widgets import runs, shell
from explorer.widgets.puzzles import PUZZLE, VIEW, VIEWS

pytestmark = pytest.mark.pages

PAGE = "pages/puzzles.py"
SAMPLES = DATASETS["multiply"].load(FULL, TEST)
DRAWN = {
    ("multiply", "sample"): {"puzzle-numbers", "puzzle-answers", "puzzle-readings"},
    ("multiply", "answers"): {"puzzle-errors"},
    ("multiply", "gates"): {"puzzle-gates", "puzzle-means", "puzzle-sensitivity"},
    ("multiply", "training"): {"loss", "accuracy", "puzzle-multiply-loss", "puzzle-multiply-accuracy"},
    ("counting", "answers"): {"puzzle-rows"},
    ("counting", "own"): {"puzzle-own"},
    ("counting", "training"): {"loss", "accuracy", "puzzle-counting-loss", "puzzle-counting-accuracy"},
}


def shown(puzzle, view, **link):
    return show(PAGE, **{PUZZLE: puzzle, VIEW[puzzle]: view}, **link)


def array(data):
    return np.frombuffer(base64.b64decode(data["bdata"]), data["dtype"])


def trace(drawn, name):
    return next(trace for trace in drawn["data"] if trace.get("name") == name)


def markdown(at):
    return " ".join(plain(at.markdown))


def test_every_view_draws_its_pictures():
    assert set(DRAWN) == {(puzzle, view) for puzzle, views in VIEWS.items() for view in views}
    for (puzzle, view), keys in DRAWN.items():
        at = shown(puzzle, view)
        assert not at.exception
        assert plain(at.error) == plain(at.warning) == []
        assert set(figures(at)) == keys


@pytest.mark.parametrize("number", [0, 17, 439])
def test_the_sample_is_the_one_asked_for_and_its_product_is_written_out(number):
    at = show(PAGE, puzzle_sample=str(number))
    inputs, label = SAMPLES.inputs[number], SAMPLES.labels[number]
    first, second = marked(inputs[np.newaxis])[0]
    drawn = figure(at, "puzzle-numbers")
    assert array(trace(drawn, "marked")["x"]).tolist() == [first + 1, second + 1]
    np.testing.assert_allclose(array(trace(drawn, "marked")["y"]), inputs[[first, second], 1])
    assert f"{inputs[first, 1]:.4f} × {inputs[second, 1]:.4f} = {label:.4f}" in markdown(at)


def test_all_three_cells_answer_side_by_side():
    drawn = figure(show(PAGE), "puzzle-answers")["data"]
    assert [row["y"][0] for row in drawn] == ["SimpleRNN", "LSTM", "GRU"]
    readings = figure(show(PAGE), "puzzle-readings")["data"]
    for row, line in zip(drawn, readings, strict=True):
        assert array(line["y"])[-1] == pytest.approx(row["x"][0], abs=1e-5)


def test_worst_first_begins_with_the_largest_error_of_the_chosen_model():
    def error(rank):
        at = show(PAGE, puzzle_order="worst", puzzle_rank=str(rank), puzzle_multiply_model="multiply-gru")
        row = next(row for row in figure(at, "puzzle-answers")["data"] if row["y"][0] == "GRU")
        number = int(title_of(figure(at, "puzzle-numbers")).split(" ")[2].rstrip(":"))
        return abs(row["x"][0] - SAMPLES.labels[number])

    errors = [error(rank) for rank in (1, 2, 440)]
    assert errors[0] >= errors[1] > errors[2]


def test_all_answers_stand_in_a_scatter_and_the_scores_beside_the_notes():
    at = shown("multiply", "answers")
    for name in ("SimpleRNN", "LSTM", "GRU"):
        assert len(array(trace(figure(at, "puzzle-errors"), name)["x"])) == 440
    rows = {line.split(" | ")[0].strip("| "): line for text in at.markdown for line in text.value.split("\n")}
    assert "95.68%" in rows["LSTM"]
    assert "11,311" in rows["LSTM"]
    assert "9.77%" in rows["SimpleRNN"]


def test_the_networks_read_longer_samples_than_they_were_trained_with():
    at = shown("multiply", "answers", puzzle_steps="150")
    assert plain(at.warning) == plain(at.error) == []
    assert "Trained with other lengths (100 steps)" in " ".join(plain(at.caption))
    assert len(array(figure(show(PAGE, puzzle_steps="150"), "puzzle-readings")["data"][0]["y"])) == 150


def test_trained_gates_open_at_marked_steps_and_untrained_ones_do_not():
    def opening(epoch):
        link = {} if epoch is None else {"puzzle_epoch": str(epoch)}
        drawn = figure(shown("multiply", "gates", puzzle_multiply_model="multiply-lstm", **link), "puzzle-means")
        marked_bar, other_bar = (array(trace(drawn, name)["y"]) for name in ("marked steps", "other steps"))
        return np.abs(marked_bar - other_bar)[0]

    assert opening(None) > 3 * opening(0)


def test_one_gate_is_drawn_with_all_its_units_and_all_gates_with_some():
    letters = "ifogch"
    at = shown("multiply", "gates", puzzle_letter="i")
    (gate,) = figure(at, "puzzle-gates")["data"]
    assert len(gate["y"]) == 30
    assert (gate["zmin"], gate["zmax"]) == (0, 1)
    everything = figure(shown("multiply", "gates"), "puzzle-gates")["data"][0]["y"]
    assert {name[0] for name in everything if name.strip()} == set(letters)


def test_a_simple_rnn_has_one_state_and_no_gates():
    at = shown("multiply", "gates", puzzle_multiply_model="multiply-simplernn")
    assert not at.exception
    assert {name[0] for name in figure(at, "puzzle-gates")["data"][0]["y"]} == {"h"}


def test_only_the_cells_with_gates_let_the_answer_depend_on_the_marked_numbers():
    drawn = figure(shown("multiply", "gates"), "puzzle-sensitivity")
    truth = next(line for line in drawn["data"] if line["mode"] == "markers")
    first, second = marked(SAMPLES.inputs[:1])[0]
    assert truth["x"] == [first + 1, second + 1]
    a, b = SAMPLES.inputs[0, [first, second], 1]
    assert truth["y"] == pytest.approx([b, a])
    for name, depends in (("SimpleRNN", False), ("LSTM", True), ("GRU", True)):
        line = array(trace(drawn, name)["y"])
        expected = [b, a] if depends else [0, 0]
        np.testing.assert_allclose(line[[first, second]], expected, atol=0.15 if depends else 0.01)


def test_the_notes_rows_stand_beside_the_answers():
    at = shown("counting", "answers")
    table = next(text.value for text in at.markdown if text.value.startswith("| Shown"))
    rows = table.replace("\u00a0", " ").split("\n")[2:]
    assert len(rows) == 8
    assert rows[0].startswith("| 0.0 0.1 0.2 0.3 | 0.4 | 0.381 |")
    assert rows[7].startswith("| 0.1 0.0 0.1 0.2 | 0.3 | 0.295 |")
    assert all("✓" in row for row in rows[:6])


def test_own_numbers_are_counted_on():
    at = shown("counting", "own", puzzle_own_1="0.1", puzzle_own_2="0.2", puzzle_own_3="0.3", puzzle_own_4="0.4")
    assert "counting on gives 0.5" in markdown(at)
    line = trace(figure(at, "puzzle-own"), "SimpleRNN")
    assert array(line["y"])[1] == pytest.approx(0.5, abs=0.04)
    at.number_input(key="puzzle_own_4").set_value(50.0).run()
    assert not at.exception
    assert "no one truth" in markdown(at)


@pytest.mark.parametrize(
    "link",
    [
        {"puzzle": "chess"},
        {"puzzle_sample": "440"},
        {"puzzle_sample": "-1"},
        {"puzzle_steps": "100000"},
        {"puzzle_multiply_model": "nonsense"},
        {"puzzle_multiply_model": "cnn-plain"},
        {"puzzle_order": "best"},
        {"puzzle_order": "worst", "puzzle_rank": "0"},
    ],
)
def test_what_is_not_to_be_had_is_said_and_the_page_goes_on(link):
    at = show(PAGE, **link)
    assert not at.exception
    assert len(at.warning) == 1
    assert set(figures(at)) == DRAWN["multiply", "sample"]


@pytest.mark.parametrize(
    "link",
    [
        {"puzzle_own_1": "1e9"},
        {"puzzle_own_1": "nan"},
        {"puzzle_own_1": "<b>"},
        {"puzzle_ahead": "0"},
        {"puzzle_counting_model": "multiply-lstm"},
    ],
)
def test_bad_rows_of_ones_own_are_said(link):
    at = shown("counting", "own", **link)
    assert not at.exception
    assert len(at.warning) == 1
    assert set(figures(at)) == {"puzzle-own"}


DEFAULTS = {"cell": "GRU", "units": 30, "layers": 2, "samples": 3000, "learning_rate": 0.003, "epochs": 40}


@pytest.mark.parametrize(
    "link",
    [
        {"puzzle_multiply_units": "0"},
        {"puzzle_multiply_layers": "9"},
        {"puzzle_multiply_samples": "1000000"},
        {"puzzle_multiply_cell": "Transformer"},
        {"puzzle_multiply_learning_rate": "1000"},
        {"puzzle_multiply_epochs": "x"},
    ],
)
def test_bad_training_settings_are_said_and_the_defaults_stay(link):
    at = shown("multiply", "training", **link)
    assert not at.exception
    assert len(at.warning) == 1
    assert not at.button(key="puzzle_train").disabled
    kept = {name: at.session_state[f"puzzle_multiply_{name}"] for name in DEFAULTS}
    assert kept == DEFAULTS


def test_a_run_that_would_take_too_long_is_refused_with_its_time(monkeypatch):
    admission = shell.engine()._ledger._admission
    monkeypatch.setattr(admission, "bounds", dataclasses.replace(admission.bounds, seconds=1))
    at = shown("multiply", "training")
    assert at.button(key="puzzle_train").disabled
    assert "would take about" in plain(at.error)[0]


def test_pressing_train_queues_the_run_and_shows_it():
    at = shown(
        "counting", "training", puzzle_counting_units="7", puzzle_counting_epochs="3", puzzle_counting_cell="GRU"
    )
    at.button(key="puzzle_train").click().run()
    assert not at.exception
    run = at.session_state[runs.SHOWN][0]
    record = shell.engine().progress(run).record
    assert record.request.dataset == "counting"
    assert record.request.spec.layers[0].units == 7
    assert record.recipe.epochs == 3
    assert "GRU 7×1" in markdown(at)
    shell.engine().stop(run)
