"""Inside an RNN: what mattered, the search for patterns, and the map of words."""

import base64
import shutil
import time

import numpy as np
import pytest
from pages.conftest import figure, figures, plain, sent, show, title_of
from text_runs import LENGTH, WORDS, random_weights, spec, write_model, write_run

from explorer.datasets import DATASETS
from explorer.datasets.tokens import Tokens
from explorer.inspection import influence as influences
from explorer.inspection import passage as passages
from explorer.network import Network
from explorer.specs import GRU, LSTM, Bidirectional, CategoryEncoding, Conv1D, Dense, ModelSpec, SimpleRNN
from explorer.text import tokenise

pytestmark = pytest.mark.pages

INSIDE = "pages/inside_rnn.py"
RUNS = {
    "deep-lstm": (LSTM(3),),
    "deep-gru": (GRU(4),),
    "deep-simple": (SimpleRNN(5),),
    "deep-stacked": (LSTM(3, return_sequences=True), LSTM(2)),
    "deep-bidirectional": (Bidirectional(LSTM(3)),),
    "deep-masked": (GRU(3),),
    "deep-convolution": (Conv1D(4, 3), LSTM(3)),
}
TEXT = "a good film, not a bad one"
SETTINGS = Tokens(num_words=WORDS, maxlen=LENGTH)


@pytest.fixture(scope="module", autouse=True)
def text_runs(runs_folder):
    for name, cells in RUNS.items():
        write_run(runs_folder / name, *cells, mask_zero=name == "deep-masked")
    yield
    for name in RUNS:
        shutil.rmtree(runs_folder / name, ignore_errors=True)


@pytest.fixture(autouse=True)
def nothing_prepared():
    from explorer.widgets import rnn_inside_map, rnn_inside_search

    rnn_inside_search.prepared().clear()
    rnn_inside_map.neighbour_maps().clear()


def shown(view, model="deep-lstm", **link):
    return show(INSIDE, read_model=model, read_view=view, **link)


def assert_well(at):
    assert not at.exception
    assert plain(at.error) == plain(at.warning) == []


def decoded(array):
    return np.frombuffer(base64.b64decode(array["bdata"]), array["dtype"])


def chips(at):
    (found,) = sent(at, "explorer_chips")
    return [chip for chip in found[1]["chips"] if chip["kind"] != "aside"]


def passage(text=TEXT):
    lexicon = DATASETS["snippets"].lexicon("sample", SETTINGS)
    return passages.fitted(lexicon.encode(tokenise(text).words), SETTINGS), lexicon


def last_network():
    return Network(spec(LSTM(3)), random_weights(spec(LSTM(3)), 2))


@pytest.mark.parametrize("model", RUNS)
def test_what_mattered_is_drawn_of_every_kind_of_network(model):
    at = shown("mattered", model)
    assert_well(at)
    names = [trace["name"] for trace in figure(at, "read-mattered")["data"]]
    assert names[2] == "‖∂h_T/∂h_t‖"
    assert (names[-1] in ("∏ f", "∏ z")) == ("simple" not in model)
    assert any("the network reaches" in said for said in plain(at.caption))
    assert ("both directions" in str(plain(at.caption))) == ("bidirectional" in model)


def test_bars_and_points_are_the_gradient_and_the_network_without_the_word():
    at = shown("mattered", read_text=TEXT)
    model = last_network()
    text, lexicon = passage()
    steps = text.steps[text.kept]
    bars, points = figure(at, "read-mattered")["data"][:2]
    expected = influences.influence(model, model.trace(text.row[np.newaxis]))
    np.testing.assert_allclose(decoded(bars["y"]), expected.products[steps], rtol=1e-4, atol=1e-6)
    without = influences.left_out(model, text, SETTINGS, lexicon)
    np.testing.assert_allclose(decoded(points["y"]), without[steps], rtol=1e-4, atol=1e-5)
    assert [chip["value"] for chip in chips(at)] == pytest.approx(expected.products[steps].tolist(), rel=1e-4)
    at.segmented_control(key="read_by").set_value("left-out").run()
    assert_well(at)
    assert [chip["value"] for chip in chips(at)] == pytest.approx(without[steps].tolist(), rel=1e-3, abs=1e-5)
    assert "left-out" in str(at.query_params["read_by"])


def test_a_text_of_one_word_and_one_that_is_cut_are_fine():
    for text in ("good", "good bad " * 40, "good <b>bold</b> $x$ %{y}"):
        at = shown("mattered", read_text=text)
        assert_well(at)
        assert "read-mattered" in figures(at)


def prepared(at):
    """The page when the network has read the texts."""
    at.button(key="read-search-go").click().run()
    until = time.monotonic() + 60
    while time.monotonic() < until and not any("this search took" in said for said in plain(at.caption)):
        time.sleep(0.2)
        at.run()
    return at


def table(at):
    return next((element.value for element in at.markdown if element.value.startswith("| text")), "")


@pytest.mark.parametrize("model", ["deep-lstm", "deep-bidirectional", "deep-convolution"])
def test_passages_are_found_after_the_network_has_read_the_texts(model):
    at = shown("search", model, read_texts="1000", read_threshold="0.05", read_range="7-7", read_text=TEXT)
    assert_well(at)
    assert any(chip["kind"] == "marked" for chip in chips(at))
    assert title_of(figure(at, "read-search")).startswith("On over tokens 7–7: units")
    prepared(at)
    assert_well(at)
    rows = table(at).splitlines()[2:]
    assert 0 < len(rows) <= 8
    assert all(":blue-background[" in row for row in rows)
    assert any(
        "of 1,000 texts have such a passage" in said.replace("\\", "") for said in (m.value for m in at.markdown)
    )
    assert any("The network read 1,000 texts once" in said for said in plain(at.caption))
    assert any("all units of the pattern are on at" in said for said in plain(at.caption))


def test_what_is_found_has_the_words_of_the_data():
    from explorer.inspection import patterns
    from explorer.widgets.language import escape

    link = {"read_texts": "1000", "read_threshold": "0.05", "read_range": "7-8", "read_mode": "same"}
    at = prepared(shown("search", read_text=TEXT, **link))
    dataset, model = DATASETS["snippets"], last_network()
    split = dataset.load("sample", "test", SETTINGS)
    kept = patterns.collect(model, "lstm_1", "h", split.inputs[:1000], split.labels[:1000])
    text, lexicon = passage()
    own = model.trace(text.row[np.newaxis])["lstm_1"].result.gates["h"][0]
    wanted = patterns.pattern(own[text.steps[6] : text.steps[7] + 1], 0.05)
    found = patterns.search(kept, wanted, "same")
    rows = table(at).splitlines()[2:]
    assert len(rows) == min(8, found.texts)
    for row, match in zip(rows, found.matches, strict=False):
        ids = dataset.raw("sample", "test")[match.text][-LENGTH:]
        start = match.first - (LENGTH - len(ids))
        words = passages.of_ids(ids[start : start + 2].astype(np.int64), lexicon).words
        assert " ".join(escape(word) for word in words) in row
        assert f"| {match.text:,} |" in row


def test_the_next_search_needs_no_more_reading():
    at = prepared(shown("search", read_texts="1000", read_threshold="0.05", read_range="7-7", read_text=TEXT))
    at.segmented_control(key="read_mode").set_value("similar").run()
    assert_well(at)
    assert any("this search took" in said for said in plain(at.caption))
    at.segmented_control(key="read_part").set_value("train").run()
    assert at.button(key="read-search-go")


def test_without_a_unit_that_is_on_nothing_is_searched():
    at = shown("search", read_threshold="3")
    assert_well(at)
    assert any("Choose fewer tokens" in said for said in plain(at.info))


def test_without_the_texts_the_search_says_so(words_of_reviews):
    at = shown("search", "lstm", read_threshold="0.05")
    assert not at.exception
    assert any("The IMDB reviews are not on this machine" in said for said in plain(at.warning))


def points(at):
    words, near, chosen = figure(at, "read-map")["data"]
    return words, near, chosen


def test_the_map_marks_the_words_nearest_to_the_one_that_was_typed():
    at = shown("map", read_near="film")
    assert_well(at)
    words, near, chosen = points(at)
    assert chosen["text"] == ["film"]
    rows = random_weights(spec(LSTM(3)), 2)["embedding_1"]["embeddings"][4:]
    names = [told[0] for told in words["customdata"]]
    assert len(names) == WORDS - 4
    place = names.index("film")
    by_distance = np.argsort(np.linalg.norm(rows - rows[place], axis=1), kind="stable")
    assert names[by_distance[1]] in near["text"]
    assert any(names[by_distance[1]] in element.value for element in at.markdown)
    at.text_input(key="read_near").set_value("<b>nowhere").run()
    assert_well(at)
    assert points(at)[2]["text"] == []
    assert any("not among the 96 most frequent" in said for said in plain(at.info))


@pytest.mark.parametrize(
    ("view", "key"), [("mattered", "read-mattered-numbers"), ("search", "read-numbers"), ("map", "read-map-numbers")]
)
def test_the_numbers_of_each_picture_are_one_click_away(view, key):
    at = shown(view)
    at.session_state[key] = True
    at.run()
    assert_well(at)
    (found,) = at.dataframe
    assert len(found.value) > 5
    assert len(found.value.columns) >= 4


def test_the_epoch_moves_the_words_and_not_the_axes():
    last = shown("map")
    first = shown("map", read_epoch="0")
    drawn = [figure(at, "read-map") for at in (last, first)]
    assert drawn[0]["data"][0]["x"] != drawn[1]["data"][0]["x"]
    assert "epoch 0" in title_of(drawn[1])
    from explorer.inspection.embedding_map import principal_axes

    now, kept = (random_weights(spec(LSTM(3)), epoch)["embedding_1"]["embeddings"][4:] for epoch in (0, 2))
    expected = principal_axes(kept).places(now)
    np.testing.assert_allclose(decoded(drawn[1]["data"][0]["x"]), expected[:, 0], rtol=1e-4, atol=1e-5)


def test_the_colours_are_the_data_s_or_the_network_s():
    effect, share = shown("map"), shown("map", read_shade="share")
    assert_well(share)
    bars = [figure(at, "read-map")["data"][0]["marker"] for at in (effect, share)]
    assert bars[0]["cmin"] == -bars[0]["cmax"]
    assert bars[1]["cmin"] + bars[1]["cmax"] == pytest.approx(1)


def test_neighbours_are_arranged_in_the_background():
    at = shown("map", read_map="t-sne", read_perplexity="15")
    assert_well(at)
    until = time.monotonic() + 60
    while time.monotonic() < until and "read-map" not in figures(at):
        time.sleep(0.3)
        at.run()
    assert_well(at)
    assert "t-SNE, epoch 2, perplexity 15" in title_of(figure(at, "read-map"))
    assert any("Computed in" in said for said in plain(at.caption))


def test_one_hot_rows_have_no_map(runs_folder):
    model = ModelSpec((LENGTH,), (CategoryEncoding(WORDS), LSTM(3), Dense(1, activation="sigmoid")))
    folder = write_model(runs_folder / "deep-one-hot", model)
    try:
        at = shown("map", "deep-one-hot")
        assert_well(at)
        assert any("equally far" in said for said in plain(at.info))
        mattered = shown("mattered", "deep-one-hot")
        assert_well(mattered)
        assert "read-mattered" in figures(mattered)
    finally:
        shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("view", "key", "value"),
    [
        ("mattered", "read_by", "magic"),
        ("search", "read_range", "9-2"),
        ("search", "read_range", "a"),
        ("search", "read_range", "1-2-3"),
        ("search", "read_threshold", "0.123"),
        ("search", "read_mode", "none"),
        ("search", "read_texts", "999999999"),
        ("map", "read_map", "globe"),
        ("map", "read_perplexity", "1000000"),
        ("map", "read_shade", "grey"),
    ],
)
def test_nonsense_in_the_link_is_said(view, key, value):
    link = {"read_map": "t-sne"} if key == "read_perplexity" else {}
    at = shown(view, **{"read_threshold": "0.05", "read_range": "7-7", **link, key: value})
    assert not at.exception
    assert len(at.warning) == 1


def test_work_waits_for_its_turn_and_the_oldest_gives_way():
    from explorer.messages import ExplorerError, message
    from explorer.widgets.work import FAILED, Works

    def slowly(report):
        for n in range(200):
            report(n / 200)
            time.sleep(0.01)
        return 1

    works = Works(2)
    first = works.start("a", slowly)
    assert works.start("a", slowly) is first
    second = works.start("b", lambda report: 2)
    assert second.active
    third = works.start("c", lambda report: 3)
    assert works.get("a") is None
    assert first.wait(5)
    assert not first.active
    assert second.wait(5)
    assert third.wait(5)
    assert (first.result, second.result, third.result) == (None, 2, 3)

    def refused(report):
        raise ExplorerError(message("no"))

    def broken(report):
        raise ZeroDivisionError

    for compute, problem in ((refused, message("no")), (broken, FAILED)):
        failed = works.start("d", compute)
        assert failed.wait(5)
        assert failed.problem == problem
        assert not failed.active
    assert works.start("d", lambda report: 4).wait(5)
    assert works.get("d").result == 4
