"""Text to ids, by the course notes' examples and the rules of Keras's Tokenizer."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.messages import ExplorerError
from explorer.text import (
    FILTERS,
    LEFT_OUT,
    MAX_CHARACTERS,
    Lexicon,
    fit,
    one_hot,
    pad,
    pad_ragged,
    pad_sequences,
    tokenise,
)

AWESOME, GREAT = "The earth is an awesome place live", "The earth is an great place live"


def test_the_notes_vocabulary_leaves_the_unknown_word_out():
    lexicon = fit([tokenise(AWESOME).words])
    expected = {"the": 1, "earth": 2, "is": 3, "an": 4, "awesome": 5, "place": 6, "live": 7}
    assert lexicon.index == expected
    encoded = lexicon.encode(tokenise(GREAT).words)
    assert encoded.sequence.tolist() == [1, 2, 3, 4, 6, 7]
    assert encoded.words[4] == "great"
    assert encoded.known.tolist() == [True] * 4 + [False] + [True] * 2
    assert encoded.ids[4] == LEFT_OUT


def test_with_an_oov_token_the_unknown_word_is_number_one():
    lexicon = fit([tokenise("You are the best").words], oov_token="<OOV>")
    assert lexicon.index == {"you": 2, "are": 3, "the": 4, "best": 5}
    assert lexicon.encode(["you", "were", "best"]).ids.tolist() == [2, 1, 5]
    assert [lexicon.word(number) for number in range(4)] == ["<pad>", "<OOV>", "you", "are"]


def test_frequent_words_come_first_and_num_words_cuts_the_rest():
    lexicon = fit([("b", "a"), ("a", "c", "a"), ("c",)], num_words=3, oov_token="?")
    assert lexicon.words == ("a", "c", "b")
    assert lexicon.counts == (3, 2, 1)
    assert lexicon.size == 3
    assert lexicon.encode("abc").ids.tolist() == [2, 1, 1]
    assert lexicon.encode("abc").known.tolist() == [True, False, False]


def test_the_notes_padding():
    rows = [[1, 2, 3], [3, 4, 5, 6], [7, 8]]
    assert pad_sequences(rows, maxlen=3).tolist() == [[1, 2, 3], [4, 5, 6], [0, 7, 8]]
    assert pad_sequences(rows, maxlen=3, padding="post", truncating="post").tolist() == [
        [1, 2, 3],
        [3, 4, 5],
        [7, 8, 0],
    ]
    assert pad_sequences(rows).tolist() == [[0, 1, 2, 3], [3, 4, 5, 6], [0, 0, 7, 8]]


def test_padding_says_what_it_added_and_cut():
    long, short = np.arange(1, 6), np.arange(1, 3)
    cut = pad(long, 3)
    assert (cut.row.tolist(), cut.first, cut.last, cut.before, cut.after) == ([3, 4, 5], 2, 5, 0, 0)
    cut = pad(long, 3, truncating="post")
    assert (cut.row.tolist(), cut.first, cut.last) == ([1, 2, 3], 0, 3)
    filled = pad(short, 4, padding="post")
    assert (filled.row.tolist(), filled.before, filled.after) == ([1, 2, 0, 0], 0, 2)
    assert pad(np.array([], np.int32), 2).before == 2


def test_a_side_that_is_neither_pre_nor_post_is_refused():
    with pytest.raises(ExplorerError, match="not middle"):
        pad_sequences([[1]], 2, padding="middle")


@given(st.lists(st.lists(st.integers(0, 9), max_size=9), min_size=1, max_size=5), st.integers(1, 6))
def test_flat_sequences_are_padded_as_lists_are(rows, maxlen):
    flat = np.array([number for row in rows for number in row], np.uint16)
    offsets = np.cumsum([0, *map(len, rows)])
    assert pad_ragged(flat, offsets, maxlen).tolist() == pad_sequences(rows, maxlen).tolist()


def test_filtered_characters_are_dropped_and_the_apostrophe_is_not():
    found = tokenise("Don't <br />stop!")
    assert found.words == ("don't", "br", "stop")
    assert [found.text[token.start : token.stop] for token in found.tokens] == ["Don't", "br", "stop"]
    assert "".join(found.text[place] for place in found.dropped) == "</>!"
    assert tokenise("a.b", filters="").words == ("a.b",)
    assert tokenise("So", lower=False).words == ("So",)


@given(st.text(), st.sampled_from(["", FILTERS, "^-]", "\\"]))
def test_every_character_is_a_token_s_dropped_or_white_space(text, filters):
    found = tokenise(text, filters)
    inside = {place for token in found.tokens for place in range(token.start, token.stop)}
    dropped = set(found.dropped)
    assert not inside & dropped
    assert all(text[place].isspace() for place in set(range(len(text))) - inside - dropped)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ()),
        (" \n\t!?", ()),
        ("이 영화는, 정말 재미있다!", ("이", "영화는", "정말", "재미있다")),
        ("👍🏽 great 😀", ("👍🏽", "great", "😀")),
        ("هذا الفيلم رائع!", ("هذا", "الفيلم", "رائع")),
        ("<script>alert(1)</script>", ("script", "alert", "1", "script")),
        ("**bold** [link](http://x)", ("bold", "link", "http", "x")),
        ("wide　space no-break", ("wide", "space", "no", "break")),
    ],
)
def test_any_script_is_split(text, words):
    assert tokenise(text).words == words


def test_ten_thousand_words_are_read_and_what_is_beyond_the_bound_is_counted():
    assert len(tokenise("word " * 10_000).tokens) == 10_000
    found = tokenise("x" * (MAX_CHARACTERS + 7))
    assert (len(found.text), found.unread) == (MAX_CHARACTERS, 7)


def test_a_curved_apostrophe_stands_for_the_straight_one():
    lexicon = Lexicon(("don't", "o’clock"))
    assert lexicon.encode(["don’t", "o’clock"]).ids.tolist() == [1, 2]


def test_one_hot_rows_hold_a_single_one():
    rows = one_hot(np.array([[0, 3], [2, 2]]), 4)
    assert rows.shape == (2, 2, 4)
    assert rows.sum(axis=-1).tolist() == [[1, 1], [1, 1]]
    assert rows.argmax(axis=-1).tolist() == [[0, 3], [2, 2]]
