"""Inside an RNN: every view of small networks on the reader's text, and what happens with odd texts and links."""

import base64
import shutil

import numpy as np
import pytest
from pages.conftest import figure, figures, plain, sent, show, title_of
from text_runs import LENGTH, WORDS, write_run

from explorer.datasets import DATASETS
from explorer.datasets.tokens import Tokens
from explorer.specs import GRU, LSTM, Bidirectional, Conv1D, SimpleRNN

pytestmark = pytest.mark.pages

INSIDE = "pages/inside_rnn.py"
RUNS = {
    "feed-lstm": (LSTM(3),),
    "feed-gru": (GRU(4),),
    "feed-simple": (SimpleRNN(5),),
    "feed-stacked": (LSTM(3, return_sequences=True), LSTM(2)),
    "feed-bidirectional": (Bidirectional(LSTM(3)),),
    "feed-convolution": (Conv1D(4, 3), LSTM(3)),
}
VIEWS = ("gates", "clamp", "swap")


@pytest.fixture(scope="module", autouse=True)
def text_runs(runs_folder):
    for name, cells in RUNS.items():
        write_run(runs_folder / name, *cells)
    yield
    for name in RUNS:
        shutil.rmtree(runs_folder / name, ignore_errors=True)


def shown(model="feed-lstm", **link):
    return show(INSIDE, read_model=model, **link)


def chips(at):
    """The words as the page sends them, by the component's key."""
    (found,) = sent(at, "explorer_chips")
    return found[1]["chips"]


def assert_well(at):
    assert not at.exception
    assert plain(at.error) == plain(at.warning) == []


def heat(drawn):
    return [trace for trace in drawn["data"] if trace["type"] == "heatmap"]


def lines(drawn):
    return [trace for trace in drawn["data"] if trace["type"] == "scatter"]


def decoded(array):
    values = np.frombuffer(base64.b64decode(array["bdata"]), array["dtype"])
    return values.reshape([int(n) for n in array["shape"].split(",")]) if "shape" in array else values


@pytest.mark.parametrize(
    ("model", "view"), [*((model, "clamp") for model in RUNS), ("feed-bidirectional", "gates"), ("feed-gru", "swap")]
)
def test_every_view_of_every_kind_of_network_is_drawn(model, view):
    at = shown(model, read_view=view)
    assert_well(at)
    assert f"read-{view}" in figures(at)


def test_the_words_are_coloured_by_the_values_that_the_network_has():
    from explorer.inspection import passage as passages
    from explorer.inspection.reading import read
    from explorer.text import tokenise
    from explorer.widgets import shell

    at = shown(read_text="good bad unheardofword", read_quantity="f", read_unit="2")
    network = shell.engine().store.open("feed-lstm").network(2)
    settings = Tokens(num_words=WORDS, maxlen=LENGTH)
    lexicon = DATASETS["snippets"].lexicon("sample", settings)
    passage = passages.fitted(lexicon.encode(tokenise("good bad unheardofword").words), settings)
    expected = read(network, passage.row).quantities["lstm_1"]["f"][-4:, 1]
    words = [chip for chip in chips(at) if chip["kind"] != "aside"]
    assert [chip["value"] for chip in words] == pytest.approx(expected.tolist())
    assert [chip["text"] for chip in words] == ["<start>", "good", "bad", "unheardofword"]
    assert [chip["kind"] for chip in words][-1] == "unknown"
    assert "unknown to the model" in words[-1]["tip"]
    assert any("16 × padding" in chip["text"] for chip in chips(at))


def test_the_picture_has_all_gates_and_states_on_one_axis():
    at = shown()
    drawn = figure(at, "read-gates")
    gates, states = heat(drawn)
    assert (gates["zmin"], gates["zmax"]) == (0, 1)
    assert states["zmin"] == -states["zmax"]
    tokens = decoded(gates["z"]).shape[1]
    assert decoded(gates["z"]).shape == decoded(states["z"]).shape == (6 * 3 + 5, tokens)
    assert len(lines(drawn)[0]["x"]) == tokens == len(gates["x"])
    filled = np.isfinite(decoded(gates["z"])).astype(int) + np.isfinite(decoded(states["z"]))
    assert sorted(set(filled.sum(axis=1).tolist())) == [0, tokens]


def test_the_padding_is_drawn_when_asked_for():
    without, with_padding = shown(read_text="good"), shown(read_text="good", read_padding="True")
    assert len(lines(figure(without, "read-gates"))[0]["x"]) == 2
    assert len(lines(figure(with_padding, "read-gates"))[0]["x"]) == LENGTH


def test_the_epoch_moves_the_same_picture():
    first, last = shown(read_epoch="0"), shown()
    assert "epoch 0" in title_of(figure(first, "read-gates"))
    shapes = [decoded(heat(figure(at, "read-gates"))[0]["z"]).shape for at in (first, last)]
    assert shapes[0] == shapes[1]
    assert figure(first, "read-gates")["data"] != figure(last, "read-gates")["data"]
    last.select_slider(key="read_epoch").set_value(0).run()
    assert figure(first, "read-gates")["data"] == figure(last, "read-gates")["data"]
    assert last.query_params["read_epoch"] == ["0"] or last.query_params["read_epoch"] == "0"


def test_typing_moves_the_pictures_and_the_link():
    at = shown()
    before = figure(at, "read-gates")["data"]
    at.text_area(key="read_text").set_value("what a bad film").run()
    assert_well(at)
    assert figure(at, "read-gates")["data"] != before
    assert "what a bad film" in str(at.query_params["read_text"])


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script> <b>bold</b> **stars** [a](b) $x$ %{y} :red[x]",
        "영화가 정말 재미있었다 good",
        "הסרט היה טוב מאוד good",
        "😀 😀 great 🎬",
        "word " * 10_000,
        "a" * 5000,
        "good\x00\u200b\ufeff bad\n\n\tgreat",
    ],
    ids=["markup", "korean", "hebrew", "emoji", "long", "one long word", "invisible"],
)
def test_any_text_is_shown_as_text(text):
    view = VIEWS[len(text) % 3]
    at = shown(read_view=view)
    at.text_area(key="read_text").set_value(text).run()
    assert not at.exception
    assert plain(at.error) == []
    assert f"read-{view}" in figures(at)
    assert "<b>" not in str(figure(at, f"read-{view}")["layout"]["xaxis"]["categoryarray"])


def test_ten_thousand_words_are_cut_and_that_is_said():
    at = shown()
    at.text_area(key="read_text").set_value("good " * 10_000).run()
    assert any("9,981 words cut off" in chip["text"] for chip in chips(at))
    assert len(chips(at)) == LENGTH + 1
    assert any("too long for the link" in text for text in plain(at.caption))


@pytest.mark.parametrize("text", ["", "!!! \n ..."])
def test_a_text_without_words_says_what_to_do(text):
    at = shown()
    at.text_area(key="read_text").set_value(text).run()
    assert_well(at)
    assert any("no word yet" in said for said in plain(at.info))
    assert not figures(at)


def test_only_unknown_words_are_said_to_be_all_the_same():
    at = shown()
    at.text_area(key="read_text").set_value("xqzt vwpl").run()
    assert not at.exception
    assert any("all the same token" in said for said in plain(at.warning))
    assert "read-gates" in figures(at)


@pytest.mark.parametrize("button", ["f1", "frozen"])
def test_a_clamp_moves_the_line_and_is_in_the_link(button):
    at = shown(read_view="clamp")
    assert len(lines(figure(at, "read-clamp"))) == 1
    at.button(key=f"read-quick-{button}").click().run()
    assert_well(at)
    free, clamped = (decoded(line["y"]) for line in lines(figure(at, "read-clamp")))
    assert np.abs(free - clamped).max() > 0
    link = str(at.query_params["read_clamps"])
    assert "lstm_1/" in link
    again = shown(read_view="clamp", read_clamps=link.strip("[]'"))
    assert figure(again, "read-clamp")["data"] == figure(at, "read-clamp")["data"]


def test_clamps_are_listed_and_let_go():
    at = shown(read_view="clamp", read_clamps="lstm_1/f=1;lstm_1/i/2=0@3-6")
    assert_well(at)
    named = [button.label.replace("\\", "") for button in at.button]
    assert "lstm_1, f = 1" in named
    assert "lstm_1, i = 0, unit 2, tokens 3–6" in named
    at.button(key="read-let-go-lstm_1/f=1").click().run()
    assert_well(at)
    assert "lstm_1, f = 1" not in [button.label.replace("\\", "") for button in at.button]
    at.button(key="read-let-go-lstm_1/i/2=0@3-6").click().run()
    assert "read_clamps" not in at.query_params
    assert len(lines(figure(at, "read-clamp"))) == 1


def test_the_slider_holds_what_is_chosen_at_the_left():
    at = shown(read_view="clamp", read_quantity="o", read_unit="2")
    at.slider(key="read_clamp_value_lstm_1_o_1").set_value(0.25).run()
    assert_well(at)
    assert "lstm_1/o/2=0.25" in str(at.query_params["read_clamps"])
    at.slider(key="read_clamp_value_lstm_1_o_1").set_value(0.5).run()
    assert "lstm_1/o/2=0.5" in str(at.query_params["read_clamps"])
    assert "0.25" not in str(at.query_params["read_clamps"])


def test_a_clamp_of_a_range_of_tokens_holds_there_only():
    at = shown(read_view="clamp", read_text="good bad great film story", read_quantity="c")
    at.slider(key="read_clamp_range").set_value((3, 4)).run()
    at.slider(key="read_clamp_value_lstm_1_c_None").set_value(2.0).run()
    assert "lstm_1/c=2@3-4" in str(at.query_params["read_clamps"])
    (states,) = heat(figure(at, "read-clamp"))
    clamped = decoded(states["z"])[4:7]
    assert (clamped[:, 2:4] == 2).all()
    assert (clamped[:, [0, 1, 4, 5]] != 2).all()


def test_clamps_of_another_model_wait():
    at = shown("feed-gru", read_view="clamp", read_clamps="lstm_1/f=1;gru_1/z=1")
    assert_well(at)
    assert any("1 clamps of another model" in text for text in plain(at.caption))
    assert len(lines(figure(at, "read-clamp"))) == 2


def test_a_word_is_replaced_and_deleted():
    at = shown(read_view="swap", read_text="the film is good and long", read_token="5")
    assert "“good” deleted" in title_of(figure(at, "read-swap"))
    before, after = (decoded(line["y"]) for line in lines(figure(at, "read-swap")))
    assert np.isnan(after[4])
    assert np.isfinite(before).all()
    at.text_input(key="read_word").set_value("bad").run()
    assert_well(at)
    drawn = figure(at, "read-swap")
    assert "“bad” for “good”" in title_of(drawn)
    before, after = (decoded(line["y"]) for line in lines(drawn))
    assert (before[:4] == after[:4]).all()
    assert (before[4:] != after[4:]).any()
    (difference,) = heat(drawn)
    values = decoded(difference["z"])
    assert np.nanmax(np.abs(values[:, :4])) == 0
    assert np.nanmax(np.abs(values[:, 4:])) > 0


def test_the_suggestions_write_the_word():
    at = shown(read_view="swap")
    suggestion = next(button for button in at.button if str(button.key).startswith("read-suggest-"))
    suggestion.click().run()
    assert_well(at)
    assert at.text_input(key="read_word").value == suggestion.label.replace("\\", "")


def test_the_only_word_can_be_deleted_without_an_accident():
    at = shown(read_view="swap", read_text="good", read_token="2")
    assert_well(at)


def test_three_cells_without_shipped_models_say_what_is_missing(monkeypatch):
    from explorer.widgets import rnn_inside_cells

    monkeypatch.setattr(rnn_inside_cells, "RUNS", {"no-such-run": "LSTM"})
    at = shown(read_view="cells")
    assert not at.exception
    assert any("no-such-run" in text for text in plain(at.warning))
    assert "read-cells" not in figures(at)


def test_three_cells_share_one_axis(monkeypatch):
    from explorer.widgets import rnn_inside_cells

    runs = {"feed-simple": "SimpleRNN", "feed-lstm": "LSTM", "feed-gru": "GRU"}
    monkeypatch.setattr(rnn_inside_cells, "RUNS", runs)
    at = shown(read_view="cells", read_text="a good film, not a bad one")
    assert_well(at)
    drawn = figure(at, "read-cells")
    assert [line["name"] for line in lines(drawn)] == [*runs.values()] * 2
    assert {len(line["x"]) for line in lines(drawn)} == {8 - 1}
    one = shown(read_view="cells", read_text="a good film, not a bad one", read_unit="3")
    assert lines(figure(one, "read-cells"))[3]["y"] != lines(drawn)[3]["y"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("read_model", "0123456789abcdef"),
        ("read_model", "cnn-two-blocks"),
        ("read_epoch", "99"),
        ("read_source", "nowhere"),
        ("read_layer", "lstm_7"),
        ("read_quantity", "z"),
        ("read_unit", "77"),
        ("read_padding", "perhaps"),
        ("read_view", "inside-out"),
        ("read_clamps", "<b>;f=1"),
        ("read_clamps", "lstm_1/f=1;" * 40),
        ("read_token", "-4"),
    ],
)
def test_nonsense_in_the_link_is_said_and_the_page_shows_its_defaults(key, value):
    link = {"read_model": "feed-stacked", "read_view": "clamp" if key == "read_clamps" else "swap", key: value}
    at = show(INSIDE, **link)
    assert not at.exception
    if not (key == "read_model" and plain(at.error)):
        assert len(at.warning) >= 1


def test_a_model_of_images_is_no_model_for_this_page():
    at = shown("cnn-two-blocks")
    assert not at.exception
    assert any("a model of another kind" in text for text in plain(at.warning))
    texts = show("pages/inside_cnn.py", model="feed-lstm")
    assert any("a model of another kind" in text for text in plain(texts.warning))
    assert "feed-lstm" not in texts.selectbox(key="model").options


def test_without_its_words_a_model_says_so_and_another_one_begins():
    at = show(INSIDE)
    assert_well(at)
    assert at.selectbox(key="read_model").value == "lstm-snippets"
    assert "read-gates" in figures(at)
    at.selectbox(key="read_model").set_value("lstm").run()
    assert not at.exception
    (said,) = plain(at.error)
    assert "put imdb_word_index.json into the folder EXPLORER_DATA_DIR" in said
    assert not figures(at)


def test_with_the_words_of_the_reviews_the_notes_lstm_begins(words_of_reviews):
    at = show(INSIDE)
    assert_well(at)
    assert at.selectbox(key="read_model").value == "lstm"
    assert "read-gates" in figures(at)


def test_without_the_reviews_a_text_of_ones_own_is_offered(words_of_reviews):
    at = shown("lstm", read_source="data")
    assert not at.exception
    assert any("The IMDB reviews are not on this machine" in said for said in plain(at.warning))


def test_three_cells_without_their_words_say_so_once():
    at = shown(read_view="cells")
    assert not at.exception
    assert len(at.warning) == 1
    assert any("can read here" in said for said in plain(at.info))


def test_a_text_from_the_data_has_its_label():
    from explorer.datasets import TEST

    at = shown(read_source="data", read_number="3")
    assert_well(at)
    label = ("negative", "positive")[DATASETS["snippets"].raw("sample", TEST).labels[3]]
    assert any(f"Its label: {label}" in text for text in plain(at.caption))
    assert at.number_input(key="read_number").value == 3
    edit = next(button for button in at.button if button.label == "Edit it")
    edit.click().run()
    assert_well(at)
    assert at.text_area(key="read_text").value


def test_the_numbers_of_the_picture_are_one_click_away():
    at = shown()
    assert any(expander.label == "Show numbers" for expander in at.expander)
