"""Tokenising and padding against Keras itself."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras.src.legacy.preprocessing.text import Tokenizer, text_to_word_sequence
from keras.utils import pad_sequences as keras_pad_sequences
from keras.utils import to_categorical

from explorer.text import FILTERS, fit, one_hot, pad_sequences, tokenise

pytestmark = pytest.mark.worker

TEXTS = st.text(alphabet="abcAB'é가İß !\n\t.,<>/-^]\\😀")
SIDES = st.sampled_from(["pre", "post"])


@given(TEXTS, st.sampled_from([FILTERS, "", ".,"]), st.booleans())
def test_words_are_keras_s(text, filters, lower):
    spaced = text if filters == FILTERS else text.replace("\n", " ").replace("\t", " ")
    assert list(tokenise(spaced, filters, lower).words) == text_to_word_sequence(spaced, filters, lower)


@given(
    st.lists(TEXTS, min_size=1, max_size=4),
    TEXTS,
    st.sampled_from([None, "<OOV>"]),
    st.integers(2, 9),
)
def test_ids_are_keras_s(texts, text, oov_token, num_words):
    tokenizer = Tokenizer(num_words=num_words, oov_token=oov_token)
    tokenizer.fit_on_texts(texts)
    lexicon = fit([tokenise(one).words for one in texts], num_words, oov_token)
    assert lexicon.encode(tokenise(text).words).sequence.tolist() == tokenizer.texts_to_sequences([text])[0]


@settings(deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 2**31 - 1), max_size=12), min_size=1, max_size=6),
    st.none() | st.integers(1, 15),
    SIDES,
    SIDES,
    st.integers(0, 5),
)
def test_padding_is_keras_s(rows, maxlen, padding, truncating, value):
    expected = keras_pad_sequences(rows, maxlen, padding=padding, truncating=truncating, value=value)
    found = pad_sequences(rows, maxlen, padding, truncating, value)
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found, expected)


def test_one_hot_is_keras_s():
    ids = np.array([[0, 4, 2], [1, 1, 3]])
    np.testing.assert_array_equal(one_hot(ids, 5), to_categorical(ids, 5))
