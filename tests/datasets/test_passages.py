"""Texts to continue: windows and next tokens, vocabularies, own texts, and what is too short or no text."""

import numpy as np
import pytest

from explorer.datasets import DATASETS, FULL, SAMPLE, TEST, TRAIN, grammar, written
from explorer.datasets.passages import MAXIMUM_WINDOWS, MINIMUM_WINDOWS, Passage
from explorer.datasets.written import TEXTS, UNKNOWN
from explorer.messages import ExplorerError

DATA = DATASETS["passages"]


@pytest.fixture(autouse=True)
def uploads(tmp_path, monkeypatch):
    monkeypatch.setenv("EXPLORER_UPLOADS_DIR", str(tmp_path))
    yield tmp_path
    written.read.cache_clear()
    written.encoded.cache_clear()


@pytest.mark.parametrize("level", written.LEVELS)
@pytest.mark.parametrize("text", TEXTS)
def test_every_built_in_text_is_cut_into_windows_with_the_next_token(text, level):
    chosen = Passage(text, level, 30, 7)
    task, counts = DATA.task(FULL, chosen), DATA.counts(FULL, chosen)
    assert task.per_step
    assert task.ordered
    assert task.loss == "sparse_categorical_crossentropy"
    assert task.input_shape == (30,)
    assert task.units == task.vocabulary <= written.LARGEST[level]
    whole = DATA.encoded(chosen)
    for part, count in ((TRAIN, counts.train), (TEST, counts.test)):
        split = DATA.load(FULL, part, chosen)
        assert split.inputs.shape == split.labels.shape == (count, 30)
        assert split.inputs.dtype == split.labels.dtype == np.int32
        np.testing.assert_array_equal(split.inputs[:, 1:], split.labels[:, :-1])
        assert split.inputs.max() < task.vocabulary
    train, test = DATA.load(FULL, TRAIN, chosen), DATA.load(FULL, TEST, chosen)
    np.testing.assert_array_equal(train.inputs[1], whole.ids[7:37])
    np.testing.assert_array_equal(train.labels[1], whole.ids[8:38])
    border = len(whole.ids) - len(whole.ids) // 10
    np.testing.assert_array_equal(test.inputs.reshape(-1), whole.ids[border : border + 30 * counts.test])
    assert 7 * (counts.train - 1) + 31 <= border < 7 * counts.train + 31


@pytest.mark.parametrize("level", written.LEVELS)
def test_tokens_joined_again_are_the_text(level):
    text = "  Hello, 세계! 😀\n\tתודה <b>*bold*</b>  end "
    assert "".join(written.split(text, level)) == text


def test_words_carry_the_space_before_them():
    assert written.split("A cat, a dog.\nAnd", "words") == ["A", " cat", ",", " a", " dog", ".", "\n", "And"]


def test_rare_tokens_are_unknown(monkeypatch):
    monkeypatch.setitem(written.LARGEST, "characters", 4)
    name = written.keep("aaaaabbbbcccdde" * 40)
    found = written.encoded(name, "characters")
    assert found.vocabulary.tokens == (UNKNOWN, "a", "b", "c")
    assert found.unknown == 3 * 40
    assert found.vocabulary.encode("abz😀").tolist() == [1, 2, 0, 0]
    assert found.vocabulary.decode([1, 0, 3]) == ["a", UNKNOWN, "c"]


def test_a_reader_s_own_text_is_kept_for_the_training_process():
    text = "한국어 문장과 emoji 😀, <b>HTML</b>, *Markdown* and עברית.\r\n" * 40
    name = written.keep(text)
    written.read.cache_clear()
    assert written.read(name) == text.replace("\r\n", "\n")
    assert written.keep(text) == name
    split = DATA.load(FULL, TRAIN, Passage(name, "characters", 20, 5))
    vocabulary = DATA.encoded(Passage(name)).vocabulary
    assert "".join(vocabulary.decode(split.inputs[0])) == text[:20]


def test_decomposed_and_control_characters_are_cleaned():
    assert written.cleaned("한\x00\x1b\r\n\ta\rb") == "한\n\ta\nb"
    assert written.cleaned("\ud800x") == "?x"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
def test_files_are_read_in_the_usual_encodings(encoding):
    assert written.decoded("날씨가 맑다".encode(encoding)) == "날씨가 맑다"


@pytest.mark.parametrize(
    ("give", "said"),
    [
        (lambda: written.decoded(b"\xff\xfe\x00"), "no text in UTF-8"),
        (lambda: written.decoded(bytes(range(128, 256)) * 9), "no text in UTF-8"),
        (lambda: written.decoded(b"a" * 300_001), "at most 300 kB"),
        (lambda: written.keep("가" * 100_001), "at most 300 kB"),
        (lambda: written.keep(""), "There is no text yet"),
        (lambda: written.keep(" \n\t "), "There is no text yet"),
        (lambda: written.read("no-such-text"), "no such data"),
        (lambda: written.read("0123456789abcdef"), "not kept here any more"),
        (lambda: DATA.task(SAMPLE), "no variant"),
        (lambda: Passage("weather", "letters"), "level"),
        (lambda: Passage("weather", "words", 5), "length"),
    ],
)
def test_what_cannot_be_a_text_is_a_sentence(give, said):
    with pytest.raises(ExplorerError, match=said):
        give()


def test_a_text_too_short_for_its_windows_is_a_sentence():
    name = written.keep("Too short to learn from. " * 9)
    for length in (20, 200):
        with pytest.raises(ExplorerError, match=f"windows of {length}.*longer text"):
            DATA.counts(FULL, Passage(name, "characters", length, 5))
    assert DATA.counts(FULL, Passage(name, "characters", 20, 1)).train >= MINIMUM_WINDOWS


def test_the_longest_text_makes_a_bounded_number_of_windows():
    name = written.keep("abcdefghi\n" * 30_000)
    chosen = Passage(name, "characters", 200, 1)
    assert MAXIMUM_WINDOWS * 0.9 < DATA.counts(FULL, chosen).train <= MAXIMUM_WINDOWS
    assert len(DATA.load(FULL, TRAIN, chosen).inputs) == DATA.counts(FULL, chosen).train


def test_a_preparation_goes_through_json():
    chosen = Passage("pride", "words", 25, 4)
    assert DATA.prepared({"text": "pride", "level": "words", "length": 25, "step": 4}) == chosen


@pytest.mark.parametrize("name", [name for name, text in TEXTS.items() if text.right])
def test_every_line_of_a_grammar_is_right_and_others_are_not(name):
    lines = TEXTS[name].read().splitlines()
    assert len(lines) > 1000
    assert all(map(TEXTS[name].right, lines))
    assert not TEXTS[name].right(lines[0][:-1])
    assert not TEXTS[name].right("")


def test_the_grammars_tie_the_end_of_a_line_to_its_beginning():
    assert grammar.WEATHER.right("Monday in Cairo: sunshine, 30 degrees. Take a hat.")
    assert not grammar.WEATHER.right("Monday in Cairo: sunshine, 30 degrees. Take an umbrella.")
    assert not grammar.WEATHER.right("Monday in Oslo: sunshine, 30 degrees. Take a hat.")
    assert grammar.right_sum("12+7=19")
    assert not grammar.right_sum("12+7=18")
    assert not grammar.right_sum("12+=19")


def test_texts_are_the_same_wherever_they_are_made():
    assert grammar.sums(4) == "12+0=12\n5+4=9\n14+13=27\n17+1=18\n"
    assert grammar.WEATHER.text(1) == "Monday in Cairo: sunshine, 31 degrees. Take a hat.\n"


def test_arrays_that_all_share_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        DATA.encoded().ids[0] = 1
