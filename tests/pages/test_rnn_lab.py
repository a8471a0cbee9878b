"""The RNN lab: cells, words and data that the reader chooses are what is trained."""

import dataclasses
import json

import numpy as np
import pytest
from pages.conftest import figure, plain, show

from explorer.presets import PRESETS
from explorer.specs import GRU, LSTM, Bidirectional, Dense, Embedding, ModelSpec
from explorer.widgets import lab as labs

pytestmark = pytest.mark.pages

LAB = "pages/rnn_lab.py"
SNIPPETS = {"rnn_data": "snippets"}
ROWS = [f"a very {word} film number {number},{word}" for number in range(20) for word in ("good", "bad")]
CSV = "\n".join(["text,label", *ROWS])


@pytest.fixture
def lab():
    return show(LAB, **SNIPPETS, rnn_preset="lstm")


def shapes(at):
    table = at.dataframe[0].value
    return dict(zip(table["Layer"], table["Output shape"], strict=True))


def linked(at):
    return ModelSpec.from_json(at.query_params["rnn_layers"])


def test_every_review_model_of_the_notes_is_on_offer(lab):
    assert lab.selectbox(key="rnn_preset").options == [str(p.title) for p in labs.RNN.presets.values()]
    assert {"rnn-onehot", "rnn-embedding", "lstm", "lstm-dropout", "lstm-stacked", "gru"} <= set(labs.RNN.presets)
    assert {"bidirectional-lstm", "text-conv1d"} <= set(labs.RNN.presets)


@pytest.mark.parametrize("name", labs.RNN.presets)
def test_each_of_them_can_be_trained_on_the_snippets(name):
    at = show(LAB, **SNIPPETS, rnn_preset=name)
    assert not at.exception
    assert plain(at.error) == []
    assert not at.button(key="train").disabled
    assert list(shapes(at).values())[-1] == "1"


def test_the_vocabulary_and_the_length_of_the_data_are_those_of_the_model(lab):
    assert shapes(lab)["embedding_1"] == "30 × 16"
    lab.number_input(key="rnn_num_words").set_value(300).run()
    lab.number_input(key="rnn_maxlen").set_value(50).run()
    assert shapes(lab)["embedding_1"] == "50 × 16"
    assert any(f"{300 * 16 + 800 + 9:,}" in text for text in plain(lab.markdown))
    assert lab.query_params["rnn_maxlen"] in ("50", ["50"])


def test_a_knob_of_the_cell_changes_the_model_and_the_link(lab):
    lab.number_input(key="rnn_setting-1-units").set_value(5).run()
    lab.number_input(key="rnn_setting-1-recurrent_dropout").set_value(0.2).run()
    cell = linked(lab).layers[1]
    assert cell == LSTM(5, recurrent_dropout=0.2)


def test_the_cell_inside_bidirectional_is_chosen_with_its_own_settings():
    at = show(LAB, **SNIPPETS, rnn_preset="bidirectional-lstm")
    at.selectbox(key="rnn_setting-1-layer").set_value("GRU").run()
    at.number_input(key="rnn_setting-1-layer.units").set_value(6).run()
    assert not at.exception
    assert linked(at).layers[1] == Bidirectional(GRU(6))
    assert shapes(at)["bidirectional_1"] == "12"


def test_a_second_cell_makes_the_first_return_its_sequence(lab):
    lab.button(key="rnn_add-GRU").click().run()
    assert linked(lab).layers[1:3] == (LSTM(8, return_sequences=True), GRU())
    assert plain(lab.error) == []


def test_a_cell_without_a_sequence_says_what_to_do(lab):
    lab.button(key="rnn_add-GRU").click().run()
    lab.toggle(key="rnn_setting-4-return_sequences").set_value(False).run()
    (said,) = plain(lab.error)
    assert "Layer 3 (GRU)" in said
    assert "switch return_sequences on" in said
    assert lab.button(key="train").disabled


def test_an_image_layer_is_not_on_offer(lab):
    keys = {button.key for button in lab.button}
    assert "rnn_add-Conv1D" in keys
    assert "rnn_add-Conv2D" not in keys


def test_a_recipe_knob_is_in_the_link(lab):
    lab.number_input(key="rnn_clipnorm").set_value(1.0).run()
    lab.selectbox(key="rnn_optimizer").set_value("sgd").run()
    assert lab.query_params["rnn_clipnorm"] in ("1", ["1"])
    assert lab.query_params["rnn_optimizer"] in ("sgd", ["sgd"])


def test_data_that_a_model_was_not_made_for_gets_a_quick_training():
    at = show(LAB, **SNIPPETS, rnn_preset="lstm")
    assert at.number_input(key="rnn_num_words").value == 2_000
    assert at.number_input(key="rnn_epochs").value == 10
    assert at.number_input(key="rnn_examples").value == 8_072


def test_pressing_train_queues_exactly_this():
    settings = {"rnn_epochs": "1", "rnn_examples": "200", "rnn_num_words": "100", "rnn_maxlen": "10"}
    at = show(LAB, **SNIPPETS, rnn_preset="gru", **settings)
    at.button(key="train").click().run()
    assert not at.exception
    from explorer.widgets import shell

    run_id = at.query_params["run"]
    record = shell.engine().progress(run_id if isinstance(run_id, str) else run_id[0]).record
    shell.engine().stop(record.id)
    assert record.request.dataset == "snippets"
    assert dataclasses.asdict(record.request.preparation) == {
        "num_words": 100,
        "maxlen": 10,
        "padding": "pre",
        "truncating": "pre",
    }
    assert record.spec == ModelSpec((10,), (Embedding(100, 16), GRU(8), Dense(1, activation="sigmoid")))
    assert (record.recipe.epochs, record.recipe.examples) == (1, 200)
    assert record.name.startswith("gru · ")


def test_own_texts_are_trained_on(tmp_path, monkeypatch):
    monkeypatch.setenv("EXPLORER_UPLOADS_DIR", str(tmp_path))
    at = show(LAB, rnn_data="own-text", rnn_preset="lstm")
    assert not at.exception
    assert not [button for button in at.button if button.key == "train"]
    at.file_uploader(key="rnn_own-upload").set_value(("own.csv", CSV.encode(), "text/csv")).run()
    assert not at.exception
    assert not at.button(key="train").disabled, plain(at.error)
    assert at.number_input(key="rnn_examples").value == 32


def test_the_runs_of_another_lab_are_not_drawn_here(kept_run):
    at = show(LAB, **SNIPPETS, run=kept_run.name)
    assert not at.exception
    assert json.dumps(figure(at, "loss"), default=np.ndarray.tolist).count(kept_run.name) == 0
    assert not any("mine" in option for choice in at.multiselect for option in choice.options)


@pytest.mark.parametrize(
    ("key", "value"), [("rnn_layers", "{}"), ("rnn_maxlen", "-3"), ("rnn_data", "x"), ("rnn_preset", "cnn-vgg")]
)
def test_nonsense_in_the_link_is_said(key, value):
    at = show(LAB, **{**SNIPPETS, key: value})
    assert not at.exception
    assert len(plain(at.warning)) == 1


def test_the_presets_of_the_two_labs_are_apart():
    assert set(labs.CNN.presets).isdisjoint(labs.RNN.presets)
    assert set(labs.CNN.presets) | set(labs.RNN.presets) <= set(PRESETS)
