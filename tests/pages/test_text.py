"""The page *Text* and the form for texts of one's own, run by Streamlit without a browser."""

import base64
import json

import numpy as np
import pytest
from pages.conftest import figure, figures, plain, sent, show, title_of

from explorer.datasets import DATASETS
from explorer.training import store
from explorer.widgets.text_choice import EXAMPLES
from explorer.widgets.text_views import VIEWS

pytestmark = pytest.mark.pages

PAGE = "pages/text.py"


def stages(at):
    return dict(sent(at, "explorer_text_pipeline"))["text-pipeline"]["stages"]


def chips(stage):
    return [(item["text"], item["id"], item["kind"]) for item in stage["items"]]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("example", EXAMPLES)
def test_every_view_shows_every_example(example, view):
    at = show(PAGE, text_example=example, text_view=view)
    assert not at.exception
    assert plain(at.error) == []


def test_the_notes_sentence_leaves_great_out():
    at = show(PAGE, text_example="notes")
    _text, words, row = stages(at)
    ids = [(text, id_) for text, id_, _kind in chips(words)]
    assert ids == [
        ("the", "1"),
        ("earth", "2"),
        ("is", "3"),
        ("an", "4"),
        ("great", "–"),
        ("place", "6"),
        ("live", "7"),
    ]
    assert [id_ for _text, id_, kind in chips(row) if kind == "known"] == ["1", "2", "3", "4", "6", "7"]
    assert chips(row)[:2] == [("<pad>", "0", "pad")] * 2
    oov = stages(show(PAGE, text_example="oov"))[1]
    assert ("great", "1", "unknown") in chips(oov)


def test_a_review_is_numbered_as_keras_numbers_it():
    text, words, row = stages(show(PAGE))
    rank = DATASETS["snippets"].vocabulary("sample").words.index
    known = [(word, str(4 + rank(word)), "known") for word in ("i", "don't")]
    assert chips(words)[:3] == [("<start>", "1", "special"), *known]
    assert ("br", "2", "unknown") in chips(words)
    assert ("zendaya", "2", "unknown") in chips(words)
    assert {item["text"] for item in text["items"] if item["kind"] == "dropped"} == set("<>/.,!")
    assert "".join(item["text"] for item in text["items"]) == EXAMPLES["review"].text
    assert len(chips(row)) == 24


def test_what_is_cut_is_struck_at_its_own_end():
    row = stages(show(PAGE, text_example="long"))[2]
    kinds = [kind for _text, _id, kind in chips(row)]
    assert kinds[-20:].count("cut") == 0
    assert set(kinds[:-20]) == {"cut"}
    assert len(kinds) > 20
    row = stages(show(PAGE, text_example="long", text_truncating="post"))[2]
    assert {kind for _text, _id, kind in chips(row)[20:]} == {"cut"}


def test_padding_goes_where_it_is_asked_for():
    row = stages(show(PAGE, text_example="notes", text_padding="post"))[2]
    assert [kind for _text, _id, kind in chips(row)] == ["known"] * 6 + ["pad"] * 2


@pytest.mark.parametrize(
    "text",
    [
        "   ",
        "!?!",
        "zzqx qqzz",
        "👍🏽😀",
        "정말 좋은 영화",
        "فيلم رائع",
        "<script>alert(1)</script>",
        "**x** [a](http://b) $x$",
    ],
)
def test_any_text_is_shown_as_it_is(text):
    for view in VIEWS:
        at = show(PAGE, text_own=text, text_view=view)
        assert not at.exception
        assert plain(at.error) == []
    shown = "".join(item["text"] for item in stages(show(PAGE, text_own=text))[0]["items"])
    assert shown == text
    if not text.strip("!? "):
        assert "no word here yet" in plain(show(PAGE, text_own=text).info)[0]


def test_ten_thousand_words_are_read_and_a_part_is_drawn():
    at = show(PAGE)
    at.text_area(key="text_own").set_value("good " * 10_000).run()
    assert not at.exception
    text, words, _row = stages(at)
    assert "2. Words and ids: 10,000 words" in words["title"]
    assert chips(words)[-1][0] == "… 9,750 more"
    assert len(json.dumps([text, words])) < 200_000
    at.text_area(key="text_own").set_value("good " * 30_000).run()
    assert "first 100,000 characters" in plain(at.warning)[0]


def test_the_notes_batch_is_padded():
    at = show(PAGE, text_view="padding")
    assert "[[1, 2, 3],\n       [4, 5, 6],\n       [0, 7, 8]]" in at.code[0].value
    assert title_of(figure(at, "text-after")) == "After: one array of shape (3, 3)"
    at = show(PAGE, text_view="padding", text_padding="post", text_truncating="post")
    assert "[[1, 2, 3],\n       [3, 4, 5],\n       [7, 8, 0]]" in at.code[0].value


@pytest.mark.parametrize("batch", ["", "x y", "-1 ٣ 1.5 99999999999999999999"])
def test_a_batch_without_an_id_is_a_sentence(batch):
    at = show(PAGE, text_view="padding", text_batch=batch)
    assert not at.exception
    assert "at least one id" in plain(at.info)[0]


def test_a_batch_is_bounded():
    at = show(PAGE, text_view="padding", text_batch="\n".join(["1 2"] * 20))
    assert plain(at.warning)[0].startswith("Only whole numbers")
    assert title_of(figure(at, "text-before")).startswith("Before: 8 sequences")


def test_the_shapes_of_the_notes_are_written():
    at = show(PAGE, text_view="vectors")
    written = " ".join(plain(at.markdown))
    assert "(20000, 100, 500)" in written
    assert "(20000, 100, 16)" in written
    assert "4,000 MB" in written
    assert "128 MB" in written
    assert title_of(figure(at, "text-one-hot")) == "One-hot: 24 × 500, 11,976 zeros"


def test_the_embedding_s_rows_are_those_of_the_ids():
    drawn = figure(show(PAGE, text_view="vectors"), "text-embedding")
    values = np.frombuffer(base64.b64decode(drawn["data"][0]["z"]["bdata"]), np.float32).reshape(24, 16)
    table = shipped("lstm-snippets").weights["embedding_1"]["embeddings"]
    id_ = 4 + DATASETS["snippets"].vocabulary("sample").words.index("i")
    np.testing.assert_array_equal(values[:7], table[[0, 0, 0, 0, 0, 1, id_]])


def shipped(name):
    run = store.Store(store.SHIPPED).open(name)
    return run.network(run.kept_epoch)


def test_padding_after_a_bad_review_moves_it_to_the_other_side_and_a_mask_does_not():
    drawn = figure(show(PAGE, text_view="drift", text_example="short"), "text-drift")
    lines = {line["name"]: _numbers(line["y"]) for line in drawn["data"]}
    assert lines["padding after, no mask"][0] < 0.1
    assert lines["padding after, no mask"][-1] > lines["padding after, no mask"][0] + 0.2
    assert lines["padding before, no mask"][-1] < 0.1
    for side in ("before", "after"):
        np.testing.assert_allclose(lines[f"padding {side}, mask_zero"], lines["padding after, no mask"][0], atol=1e-6)


def _numbers(sent):
    return np.frombuffer(base64.b64decode(sent["bdata"]), sent["dtype"])


def test_the_vocabulary_is_listed_by_frequency():
    at = show(PAGE, text_vocabulary="own", text_corpus="b a a c b a")
    assert "| 1 | a | 3 |\n| 2 | b | 2 |\n| 3 | c | 1 |" in at.markdown[-1].value


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ({"text_vocabulary": "own"}, "knows a vocabulary of your own"),
        ({"text_words_snippets": "2010"}, "knows the first 2,000 ids"),
    ],
)
def test_another_vocabulary_than_the_model_s_is_told(link, said):
    at = show(PAGE, text_view="drift", **link)
    assert "text-drift" not in figures(at)
    assert said in plain(at.info)[0]


def test_where_the_words_of_the_reviews_are_their_model_is_asked(words_of_reviews):
    at = show(PAGE, text_view="vectors")
    assert at.segmented_control(key="text_vocabulary").options[0] == "IMDB"
    assert title_of(figure(at, "text-embedding")).startswith("Embedding of lstm: 24")
    assert title_of(figure(show(PAGE, text_view="vectors", text_vocabulary="snippets"), "text-embedding")).startswith(
        "Embedding of lstm-snippets: 24"
    )


def test_words_of_the_reviews_that_are_not_here_are_said_to_be_missing():
    at = show(PAGE, text_vocabulary="imdb")
    assert not at.exception
    assert "text_vocabulary = imdb" in plain(at.warning)[0]
    assert "put imdb_word_index.json into" in at.segmented_control(key="text_vocabulary").help.replace("\\", "")


def test_the_lengths_of_the_snippets_are_counted_where_the_reviews_are_not():
    at = show(PAGE, text_view="lengths", text_lengths_maxlen="30")
    assert "not on this machine" in plain(at.info)[0]
    drawn = figure(at, "text-lengths")
    assert title_of(drawn).startswith("8,072 texts: 12% longer than 30 tokens")
    assert "19.9" in " ".join(plain(at.markdown))


def test_a_link_s_settings_win_over_the_example_s():
    row = stages(show(PAGE, text_example="notes", text_maxlen="10"))[2]
    assert len(chips(row)) == 10
