"""The IMDB reviews and the movie snippets: ids as in Keras, files checked before they are believed."""

import json
import zipfile

import numpy as np
import pytest

from explorer.datasets import DATASETS, FULL, SAMPLE, TEST, TRAIN, Counts, imdb
from explorer.datasets.tokens import SPECIALS, Tokens, pack_words, read_arrays, unpack_words
from explorer.messages import ExplorerError
from explorer.text import tokenise

IMDB, SNIPPETS = DATASETS["imdb"], DATASETS["snippets"]
WORDS = {"the": 1, "and": 2, "a": 3, "don't": 4, "br": 5}
REVIEWS = {
    TRAIN: ([[1, 4, 5, 6, 7, 8], [1, 4], [1, 8, 8]], [1, 0, 1]),
    TEST: ([[1, 5]], [0]),
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("EXPLORER_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("EXPLORER_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path


def write(folder, words=WORDS, **changed):
    arrays = {}
    for part, (reviews, labels) in REVIEWS.items():
        arrays[f"{part}_tokens"] = np.array([id_ for review in reviews for id_ in review], np.uint32)
        arrays[f"{part}_offsets"] = np.cumsum([0, *map(len, reviews)]).astype(np.int64)
        arrays[f"{part}_labels"] = np.array(labels, np.uint8)
    np.savez(folder / "imdb.npz", **{**arrays, **changed})
    (folder / "imdb_word_index.json").write_text(json.dumps(words))


def test_reviews_are_read_padded_and_rare_words_become_unknown(folder, monkeypatch):
    write(folder)
    split = IMDB.load(FULL, TRAIN, Tokens(num_words=10, maxlen=5))
    assert split.inputs.dtype == np.int32
    assert split.inputs.tolist() == [[4, 5, 6, 7, 8], [0, 0, 0, 1, 4], [0, 0, 1, 8, 8]]
    assert split.labels.tolist() == [1, 0, 1]
    monkeypatch.setattr(Tokens, "__post_init__", lambda self: None)
    fewer = IMDB.load(FULL, TRAIN, Tokens(num_words=7, maxlen=5, padding="post", truncating="post"))
    assert fewer.inputs.tolist() == [[1, 4, 5, 6, 2], [1, 4, 0, 0, 0], [1, 2, 2, 0, 0]]


def test_the_raw_reviews_are_one_read_only_copy(folder):
    write(folder)
    raw = IMDB.raw(FULL, TRAIN)
    assert [raw[number].tolist() for number in range(len(raw))] == REVIEWS[TRAIN][0]
    assert raw.lengths.tolist() == [6, 2, 3]
    assert raw.tokens is IMDB.raw(FULL, TRAIN).tokens
    with pytest.raises(ValueError, match="read-only"):
        raw.tokens[0] = 9


def test_an_own_review_gets_keras_s_ids(folder):
    write(folder)
    lexicon = IMDB.lexicon(FULL, Tokens(num_words=10))
    encoded = lexicon.encode(tokenise("DON’T, don't! The<br />unheard").words)
    assert encoded.ids.tolist() == [1, 7, 7, 4, 8, 2]
    assert [lexicon.word(id_) for id_ in range(6)] == [*SPECIALS, "the", "and"]


def test_without_files_neither_the_reviews_nor_their_words_are_there(folder):
    with pytest.raises(ExplorerError, match="not on this machine"):
        IMDB.available()
    with pytest.raises(ExplorerError, match="movie snippets"):
        IMDB.load(FULL, TRAIN)
    with pytest.raises(ExplorerError, match=r"cannot read a text here; put imdb_word_index\.json"):
        IMDB.lexicon(FULL)


def test_the_words_alone_are_enough_to_read_a_text(folder):
    write(folder)
    (folder / "imdb.npz").unlink()
    assert IMDB.lexicon(FULL).encode(["and", "film"]).ids.tolist() == [1, 5, 2]


def test_the_folder_is_named_and_the_variant_checked(folder):
    write(folder)
    found = IMDB.available()
    assert found.counts == Counts(25_000, 25_000)
    assert "EXPLORER_DATA_DIR" in str(found.source)
    for data in (IMDB, SNIPPETS):
        with pytest.raises(ExplorerError, match="no variant 'third'"):
            data.load("third", TRAIN)


@pytest.mark.parametrize(
    "changed",
    [
        {"train_tokens": np.arange(11, dtype=np.int64)},
        {"train_tokens": np.arange(9, dtype=np.uint32)},
        {"train_offsets": np.array([0, 6, 5, 11])},
        {"train_offsets": np.array([1, 6, 8, 11])},
        {"train_offsets": np.array([0, 11])},
        {"train_labels": np.array([0, 1, 2], np.uint8)},
        {"train_labels": np.array([[0, 1, 1]], np.uint8)},
    ],
)
def test_arrays_that_do_not_belong_together_are_refused(folder, changed):
    write(folder, **changed)
    with pytest.raises(ExplorerError, match=r"imdb\.npz is truncated or damaged"):
        IMDB.raw(FULL, TRAIN)


def test_pickles_scraps_and_bombs_are_refused(folder, monkeypatch):
    path = folder / "imdb.npz"
    write(folder, train_tokens=np.array([[1], [2, 3]], dtype=object))
    with pytest.raises(ExplorerError, match="damaged"):
        IMDB.raw(FULL, TRAIN)
    write(folder)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(ExplorerError, match="damaged"):
        IMDB.raw(FULL, TRAIN)
    path.write_bytes(b"hello")
    with pytest.raises(ExplorerError, match="damaged"):
        IMDB.raw(FULL, TRAIN)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("train_tokens.npy", bytes(5_000_000))
    monkeypatch.setattr("explorer.datasets.tokens.LARGEST_BYTES", 1_000_000)
    with pytest.raises(ExplorerError, match="damaged"):
        IMDB.raw(FULL, TRAIN)
    with pytest.raises(ExplorerError, match="not there"):
        read_arrays(folder / "none.npz")


@pytest.mark.parametrize("words", [["the"], {"the": 2}, {"the": "1"}, {"the": 1, "a": 1}, 7])
def test_a_word_index_without_ranks_is_refused(folder, words):
    write(folder, words=words)
    with pytest.raises(ExplorerError, match=r"imdb_word_index\.json is truncated or damaged"):
        IMDB.vocabulary(FULL)


def test_a_word_index_of_any_size_is_not_read(folder, monkeypatch):
    write(folder)
    monkeypatch.setattr(imdb, "LARGEST_WORDS", 10)
    with pytest.raises(ExplorerError, match="damaged"):
        IMDB.vocabulary(FULL)


def test_the_tasks_follow_the_preparation():
    task = SNIPPETS.task(SAMPLE)
    assert (task.input_shape, task.units, task.loss, task.vocabulary) == ((30,), 1, "binary_crossentropy", 2_000)
    assert [str(name) for name in task.classes] == ["negative", "positive"]
    task = IMDB.task(FULL)
    assert (task.input_shape, task.vocabulary) == ((100,), 500)
    assert IMDB.task(FULL, Tokens(num_words=200, maxlen=7)).input_shape == (7,)
    assert IMDB.prepared({"num_words": 200, "maxlen": 7}) == Tokens(200, 7)
    with pytest.raises(ExplorerError, match="num_words"):
        Tokens(num_words=5)


def test_the_snippets_are_embedded():
    assert SNIPPETS.available().counts == SNIPPETS.counts(SAMPLE) == Counts(8_072, 2_000)
    for part, count in ((TRAIN, 8_072), (TEST, 2_000)):
        split = SNIPPETS.load(SAMPLE, part)
        assert split.inputs.shape == (count, 30)
        assert split.inputs.max() == 1_999
        assert abs(split.labels.mean() - 0.5) < 0.01
    raw, lexicon = SNIPPETS.raw(SAMPLE, TRAIN), SNIPPETS.vocabulary(SAMPLE)
    assert len(lexicon.words) == 5_000
    shortest = raw[int(np.argmin(raw.lengths))]
    assert lexicon.encode([lexicon.word(int(id_)) for id_ in shortest[1:]]).ids.tolist() == shortest.tolist()
    ranks = np.bincount(raw.tokens, minlength=5_004)[4:]
    assert np.all(np.diff(ranks) <= 0)


def test_words_survive_packing():
    words = ("don't", "영화", "👍🏽", "\x85")
    assert unpack_words(pack_words(words)) == words
    assert unpack_words(pack_words(())) == ()
    with pytest.raises(ValueError, match="packed"):
        unpack_words(np.zeros(3))
