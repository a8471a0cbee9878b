"""A model of the reader's own on the pages that look inside models, run by Streamlit without a browser."""

import json

import numpy as np
import pytest
from model_corpus import CASES
from model_corpus.base import entry, keras_file, sequential, source
from model_files import shipped
from pages.conftest import figure, figures, plain, show, texts, title_of

from explorer.widgets import language

pytestmark = pytest.mark.pages

CNN, RNN, COMPARE = "pages/inside_cnn.py", "pages/inside_rnn.py", "pages/compare.py"
CHANCE = np.random.default_rng(3)
EVIL = "![x](http://evil.example/x.png)"


def filled(**shapes):
    """Weights of random numbers: Keras's group name to the shapes of its arrays."""

    def fill(file):
        for group, arrays in shapes.items():
            for number, shape in enumerate(arrays):
                file[f"layers/{group.replace('__', '/')}/{number}"] = CHANCE.normal(0, 0.3, shape).astype("f4")

    return fill


def pictures(shape, last, kind="Dense", **more):
    """A small model of pictures: a convolution, and a layer of one's choice behind GlobalAveragePooling2D."""
    layers = (source(*shape), entry("Conv2D", filters=3, kernel_size=[3, 3], activation="relu"))
    behind = (entry("GlobalAveragePooling2D"), entry(kind, units=last, **more))
    weights = filled(conv2d__vars=[(3, 3, shape[-1], 3), (3,)], dense__vars=[(3, last), (last,)])
    return keras_file(sequential(*layers, *behind), weights)


def words(size=500, length=100):
    layers = (
        source(length),
        entry("Embedding", input_dim=size, output_dim=4),
        entry("LSTM", units=3),
        entry("Dense", units=1, activation="sigmoid"),
    )
    weights = filled(
        embedding__vars=[(size, 4)], lstm__cell__vars=[(4, 12), (3, 12), (12,)], dense__vars=[(3, 1), (1,)]
    )
    return keras_file(sequential(*layers), weights)


def give(at, content, key="model", name="mine.keras"):
    return at.file_uploader(key=f"{key}-model-upload").set_value((name, content, "application/zip")).run()


def record_of(at, runs_folder, key="model"):
    return json.loads((runs_folder / at.session_state[key] / "run.json").read_text())


def assert_well(at):
    assert not at.exception
    assert plain(at.error) == plain(at.warning) == []


def test_a_model_becomes_the_one_in_sight(runs_folder):
    at = give(show(CNN), shipped(), name="my clothes.keras")
    assert_well(at)
    assert "**my clothes.keras** fits more than one set of data." in plain(at.markdown)
    at.button(key="model-model-keep").click().run()
    assert_well(at)
    record = record_of(at, runs_folder)
    assert (record["name"], record["source_file"], record["status"]) == (
        "my clothes.keras",
        "my clothes.keras",
        "finished",
    )
    assert (record["request"]["dataset"], record["best_epoch"]) == ("fashion-mnist", 0)
    assert "as uploaded" in title_of(figure(at, "maps"))
    assert "untrained-kernels" not in figures(at)
    assert "The weights are those of the file my clothes.keras, as uploaded." in plain(at.caption)
    assert at.query_params["model"] == record["id"]


def test_it_predicts_as_the_shipped_model_that_it_is():
    at = give(show(CNN, image="3"), shipped())
    at.button(key="model-model-keep").click().run()
    assert title_of(figure(at, "probabilities")) == title_of(figure(show(CNN, image="3"), "probabilities"))


@pytest.mark.parametrize("view", ["maps", "value", "edit", "mistakes", "saliency"])
def test_every_view_shows_it(view):
    at = give(show(CNN, view=view), shipped())
    at.button(key="model-model-keep").click().run()
    assert_well(at)
    assert figures(at)


def test_its_mistakes_are_counted_when_they_are_asked_for(runs_folder):
    at = give(show(CNN, view="mistakes"), pictures((28, 28, 1), 10, activation="softmax"))
    at.button(key="model-model-keep").click().run()
    assert "confusion" not in figures(at)
    at.button(key="test-uploaded").click().run()
    assert_well(at)
    assert "confusion" in figures(at)
    record = record_of(at, runs_folder)
    assert record["test_examples"] == 1000
    assert 0 <= record["test_accuracy"] <= 1


@pytest.mark.parametrize(("shape", "last"), [((32, 32, 3), 4), ((20, 20, 1), 2), ((16, 24, 3), 3), ((12, 12, 4), 5)])
@pytest.mark.parametrize("view", ["maps", "value", "edit", "mistakes", "saliency"])
def test_a_model_of_other_images_has_a_photo_for_input(shape, last, view, runs_folder):
    at = give(show(CNN, view=view), pictures(shape, last, activation="softmax"))
    assert_well(at)
    record = record_of(at, runs_folder)
    assert record["request"]["dataset"] == "no-data"
    assert title_of(figure(at, "input")) == "Input: your own image"
    assert "class " in title_of(figure(at, "probabilities"))
    assert any("came without its data" in text for text in plain(at.caption))


@pytest.mark.parametrize("view", ["maps", "value", "edit", "saliency"])
@pytest.mark.parametrize("activation", ["sigmoid", "linear"])
def test_a_model_with_one_output_is_shown(activation, view):
    at = give(show(CNN, view=view), pictures((16, 16, 3), 1, activation=activation))
    assert_well(at)
    assert ("probabilities" in figures(at)) == (activation == "sigmoid")


@pytest.mark.parametrize("view", ["maps", "value", "edit", "mistakes", "saliency"])
def test_the_beginning_of_a_model_is_shown_and_the_rest_named(view):
    config = sequential(
        source(28, 28, 1), entry("Conv2D", filters=2, kernel_size=[3, 3]), entry(EVIL), entry("Dense", units=10)
    )
    at = give(show(CNN, view=view), keras_file(config, filled(conv2d__vars=[(3, 3, 1, 2), (2,)])))
    assert_well(at)
    assert any(f"Left out: {EVIL}, Dense." in text for text in plain(at.caption))
    assert any("no shares of classes but 26 × 26 × 2 numbers" in text for text in plain(at.info))
    assert_no_picture(at)


def assert_no_picture(at):
    """Markdown of Streamlit's elements has no image in it: every bracket of a file's own name is escaped."""
    for element in (*at.markdown, *at.caption, *at.error, *at.info, *at.success, *at.warning):
        assert "![x](" not in element.value


def test_names_from_files_are_escaped_wherever_they_are_shown(runs_folder):
    at = give(show(CNN), pictures((28, 28, 1), 10, activation="softmax"), name=f"{EVIL}.keras")
    assert_no_picture(at)
    at.button(key="model-model-keep").click().run()
    assert_well(at)
    assert_no_picture(at)
    shown = record_of(at, runs_folder)
    at = show(COMPARE, a=shown["id"], b="cnn-plain")
    assert_no_picture(at)


def test_two_files_of_one_name_are_told_apart():
    at = show(CNN)
    ids = []
    for last in (2, 3):
        give(at, pictures((16, 16, 3), last, activation="softmax"), name="twin.keras")
        ids.append(at.session_state["model"])
    for run_id, classes in zip(ids, (2, 3), strict=True):
        at.selectbox(key="model").set_value(run_id).run()
        assert_well(at)
        assert at.session_state["model"] == run_id
        assert len(figure(at, "probabilities")["data"][0]["y"]) == classes


def test_a_long_name_is_cut(runs_folder):
    at = give(show(CNN), pictures((16, 16, 3), 2), name="🎉/\\'\"" + "x" * 300 + ".keras")
    assert_well(at)
    assert len(record_of(at, runs_folder)["name"]) == 60


@pytest.mark.parametrize(
    "name", ["empty", "Lambda", "entry with a picture for a name", "layer with a picture for a name"]
)
def test_a_bad_file_is_a_sentence_and_nothing_is_lost(name):
    build, sentence = CASES[name]
    before = show(CNN, model="cnn-plain")
    at = give(before, build())
    assert not at.exception
    assert plain(at.error) == [sentence]
    assert_no_picture(at)
    assert at.session_state["model"] == "cnn-plain"


def test_a_model_of_texts_is_read_with_the_words_it_was_trained_on(runs_folder):
    at = show(RNN)
    give(at, words(), key="read_model")
    at.button(key="read_model-model-keep").click().run()
    assert_well(at)
    record = record_of(at, runs_folder, "read_model")
    assert record["request"]["dataset"] in ("imdb", "snippets")
    preparation = record["request"]["preparation"]
    assert (preparation["num_words"], preparation["maxlen"]) == (500, 100)
    assert "as uploaded" in title_of(figure(at, "read-gates"))


@pytest.mark.parametrize("view", ["gates", "clamp", "swap", "mattered", "search", "map"])
def test_every_view_of_a_recurrent_model_shows_it(view):
    at = show(RNN, read_view=view)
    give(at, words(300, 20), key="read_model")
    at.button(key="read_model-model-keep").click().run()
    assert_well(at)


def test_a_model_of_another_kind_is_kept_and_said():
    at = give(show(CNN, model="cnn-plain"), words(300, 20))
    at.button(key="model-model-keep").click().run()
    assert_well(at)
    assert "This page is for models of another kind." in plain(at.caption)
    assert at.session_state["model"] == "cnn-plain"


def test_a_model_of_no_page_is_kept_and_said():
    config = sequential(source(7), entry("Dense", units=3))
    at = give(show(CNN, model="cnn-plain"), keras_file(config, filled(dense__vars=[(7, 3), (3,)])))
    assert_well(at)
    assert any("No page here can draw what is inside a model of inputs of 7." in text for text in plain(at.info))


def test_its_training_is_not_compared():
    at = give(show(CNN), shipped())
    at.button(key="model-model-keep").click().run()
    found = show(COMPARE, a=at.session_state["model"], b="cnn-plain")
    assert_well(found)
    assert any("is not known: it came in a file." in text for text in plain(found.caption))
    assert not any("*Training*" in text for text in plain(found.markdown))


def test_its_filters_go_over_a_photo():
    at = show("pages/filters.py", filter_kind="learned")
    give(at, pictures((20, 20, 1), 2, activation="softmax"), key="learned_model")
    assert_well(at)
    assert set(figures(at)) == {"cells-kernel", "learned-kernels"}
    assert at.slider(key="learned_filter").max == 3


def test_the_page_says_so_in_korean():
    at = give(show(CNN, lang="ko"), shipped())
    assert not at.exception
    assert language.current() in ("en", "ko")
    assert any("mine.keras" in text for text in texts(at))
