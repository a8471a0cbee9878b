"""Reading token by token: what the network would say if the text ended there, and what clamps do."""

import re

import numpy as np
import pytest
from text_runs import network

from explorer.datasets.tokens import Tokens
from explorer.inspection import clamps as clamping
from explorer.inspection import passage as passages
from explorer.inspection import reading
from explorer.inspection.clamps import Clamp
from explorer.inspection.passage import NOWHERE
from explorer.inspection.reading import read
from explorer.inspection.word_vectors import like_and_unlike, vectors
from explorer.network import Network
from explorer.specs import (
    GRU,
    LSTM,
    Bidirectional,
    CategoryEncoding,
    Conv1D,
    Dense,
    GlobalMaxPooling1D,
    MaxPooling1D,
    ModelSpec,
    SimpleRNN,
)
from explorer.text import Lexicon

TOKENS = np.random.default_rng(5).integers(1, 100, 20).astype(np.int32)
LEXICON = Lexicon(
    tuple(f"w{number}" for number in range(50)), ("<pad>", "<start>", "<unknown>"), 2, 1, num_words=30
)  # fmt: skip

CELLS = {
    "simple": (SimpleRNN(3),),
    "lstm": (LSTM(3),),
    "gru": (GRU(3),),
    "stacked": (LSTM(3, return_sequences=True), LSTM(2)),
    "hidden dense": (LSTM(3), Dense(4, activation="relu")),
    "bidirectional": (Bidirectional(LSTM(3)),),
    "bidirectional stacked": (Bidirectional(GRU(3, return_sequences=True)), Bidirectional(LSTM(2))),
    "behind bidirectional": (Bidirectional(SimpleRNN(3, return_sequences=True)), GRU(2)),
    "pooled": (GRU(3, return_sequences=True), GlobalMaxPooling1D()),
}


@pytest.mark.parametrize("kind", CELLS)
@pytest.mark.parametrize("mask_zero", [False, True])
def test_the_prediction_after_each_token_is_that_of_the_shortened_text(kind, mask_zero):
    shown = network(*CELLS[kind], mask_zero=mask_zero)
    found = read(shown, TOKENS)
    for end in range(1, len(TOKENS) + 1):
        assert found.predictions[end - 1] == pytest.approx(shown.predict(TOKENS[np.newaxis, :end])[0], abs=1e-6)
    assert found.predictions[-1] == pytest.approx(found.output, abs=1e-6)


def test_with_a_mask_the_padding_before_the_text_changes_nothing():
    shown = network(LSTM(3), mask_zero=True)
    padded = np.concatenate([np.zeros(6, np.int32), TOKENS[:14]])
    assert read(shown, padded, first=6).predictions[6:] == pytest.approx(read(shown, TOKENS[:14]).predictions, abs=1e-6)


def test_without_a_mask_the_padding_is_read_too():
    shown = network(LSTM(3))
    padded = np.concatenate([np.zeros(6, np.int32), TOKENS[:14]])
    with_padding, without = read(shown, padded).predictions[6:], read(shown, TOKENS[:14]).predictions
    assert np.abs(with_padding - without).max() > 1e-3
    assert with_padding[3] == pytest.approx(shown.predict(padded[np.newaxis, :10])[0], abs=1e-6)


def test_a_convolution_has_no_answer_before_its_first_window():
    shown = network(Conv1D(4, 3), MaxPooling1D(2), LSTM(3))
    found = read(shown, TOKENS)
    assert np.isnan(found.predictions[:3]).all()
    for end in range(4, 21):
        assert found.predictions[end - 1] == pytest.approx(shown.predict(TOKENS[np.newaxis, :end])[0], abs=1e-6)


@pytest.mark.parametrize("quantity", "ifgoch")
@pytest.mark.parametrize("unit", [None, 1])
def test_a_clamp_holds_its_value_where_it_is_and_nowhere_else(quantity, unit):
    shown = network(LSTM(3))
    held = Clamp("lstm_1", quantity, unit, 0.25, 4, 8)
    free, clamped = (read(shown, TOKENS, clamps).quantities["lstm_1"][quantity] for clamps in ((), (held,)))
    units = slice(None) if unit is None else unit
    assert (clamped[4:9, units] == 0.25).all()
    assert (clamped[:4] == free[:4]).all()
    assert (clamped[9:, units] != 0.25).all()
    assert np.abs(clamped[9:] - free[9:]).max() > 0
    if unit is not None:
        assert (clamped[4, [0, 2]] == free[4, [0, 2]]).all() or quantity in "h"


def test_with_f_1_and_i_0_the_cell_state_stays():
    shown = network(LSTM(3))
    found = read(shown, TOKENS, [Clamp("lstm_1", "f", None, 1.0, 5), Clamp("lstm_1", "i", None, 0.0, 5)])
    states = found.quantities["lstm_1"]["c"]
    assert (states[5:] == states[4]).all()
    assert (states[:4] != states[4]).all()


def test_with_z_1_a_gru_keeps_its_state_and_with_o_0_an_lstm_shows_nothing():
    kept = read(network(GRU(3)), TOKENS, [Clamp("gru_1", "z", None, 1.0, 3)]).quantities["gru_1"]["h"]
    assert (kept[3:] == kept[2]).all()
    silent = read(network(LSTM(3)), TOKENS, [Clamp("lstm_1", "o", None, 0.0)])
    assert (silent.quantities["lstm_1"]["h"] == 0).all()
    assert len(set(silent.predictions[:, 0].tolist())) == 1


def test_a_backward_clamp_counts_steps_as_the_text_does():
    shown = network(Bidirectional(LSTM(3)))
    states = read(shown, TOKENS, [Clamp("bidirectional_1", "backward_h", 0, 0.5, 2, 3)]).quantities["bidirectional_1"]
    assert (states["backward_h"][2:4, 0] == 0.5).all()
    assert (states["backward_h"][4:, 0] != 0.5).all()


def test_of_two_clamps_of_the_same_value_the_later_one_holds():
    found = read(network(LSTM(3)), TOKENS, [Clamp("lstm_1", "f", None, 1.0), Clamp("lstm_1", "f", 2, 0.0)])
    assert found.quantities["lstm_1"]["f"][0].tolist() == [1, 1, 0]


@pytest.mark.parametrize(
    "clamp",
    [
        Clamp("lstm_1", "f", None, 1.0),
        Clamp("bidirectional_1", "backward_c", 2, -1.25, 3, 7),
        Clamp("gru_2", "z", 0, 0.0, 4),
        Clamp("lstm_1", "i", 1, 0.5, 0, 0),
    ],
)
def test_a_clamp_is_read_from_its_own_text(clamp):
    assert clamping.parse(str(clamp)) == clamp


@pytest.mark.parametrize(
    "text",
    ["", "f=1", "lstm_1/f", "lstm_1/f=", "lstm_1/f=x", "lstm_1/f/0=1", "lstm_1/f=1@5-3", "lstm_1/f=1@0-3",
     "lstm_1/f=nan", "lstm_1/f=1e9", "<b>/f=1", "lstm_1/f=1" * 50, "lstm_1/f=1@-3"],
)  # fmt: skip
def test_nonsense_is_no_clamp(text):
    with pytest.raises(ValueError, match=re.escape(text) or "^$"):
        clamping.parse(text)


@pytest.mark.parametrize(
    ("clamp", "fits"),
    [
        (Clamp("lstm_1", "f", 2, 1.0), True),
        (Clamp("lstm_1", "f", 3, 1.0), False),
        (Clamp("lstm_1", "f", None, 1.2), False),
        (Clamp("lstm_1", "c", None, -4.0), True),
        (Clamp("lstm_1", "z", None, 1.0), False),
        (Clamp("gru_1", "z", None, 1.0), False),
        (Clamp("dense_1", "h", None, 0.0), False),
    ],
)
def test_which_clamps_a_network_has_a_place_for(clamp, fits):
    assert clamp.fits(network(LSTM(3))) is fits


def test_a_short_text_is_padded_and_a_long_one_cut():
    short = passages.fitted(LEXICON.encode(["w1", "nowhere", "w29"]), Tokens(num_words=30, maxlen=6 - 1))
    assert short.row.tolist() == [0, 1, 4, 2, 2]
    assert (short.first, short.after, short.cut) == (1, 0, 0)
    assert short.text.known.tolist() == [True, True, False, False]
    long = passages.fitted(LEXICON.encode([f"w{n}" for n in range(9)]), Tokens(num_words=30, maxlen=5))
    assert (long.first, long.cut, long.kept.tolist()) == (0, 5, [5, 6, 7, 8, 9])
    post = passages.fitted(LEXICON.encode(["w0"]), Tokens(num_words=30, maxlen=5, padding="post"))
    assert (post.row.tolist(), post.first, post.after) == ([1, 3, 0, 0, 0], 0, 3)


def test_rare_words_of_the_data_keep_their_names_but_not_their_ids():
    text = passages.of_ids(np.array([1, 3, 40, 2, 999]), LEXICON)
    assert text.words == ("<start>", "w0", "w37", "<unknown>", "<unknown>")
    assert text.ids.tolist() == [1, 3, 2, 2, 2]
    assert text.known.tolist() == [True, True, False, False, False]


def before_and_after(word, place, words=("w0", "w1", "w2", "w3"), maxlen=8):
    settings = Tokens(num_words=30, maxlen=maxlen)
    text = LEXICON.encode(words)
    before = passages.fitted(text, settings)
    after = passages.fitted(passages.replaced(text, place, word, LEXICON), settings)
    return before, after, passages.counterparts(before, after, place)


def test_a_replaced_word_has_its_own_place():
    before, after, steps = before_and_after("w9", 2)
    assert after.text.words == ("<start>", "w0", "w9", "w2", "w3")
    assert after.text.ids.tolist() == [1, 3, 12, 5, 6]
    assert steps.tolist() == before.steps.tolist()
    assert (after.row != before.row).sum() == 1


def test_a_deleted_word_has_no_place_and_the_words_before_it_move_by_one():
    _before, after, steps = before_and_after(None, 2)
    assert after.text.words == ("<start>", "w0", "w2", "w3")
    assert steps.tolist() == [4, 5, NOWHERE, 6, 7]
    assert after.row[steps[[0, 1, 3, 4]]].tolist() == [1, 3, 5, 6]


def test_deleting_from_a_text_that_was_cut_lets_a_word_in():
    before, after, steps = before_and_after(None, 9, [f"w{n}" for n in range(9)], maxlen=5)
    assert before.kept.tolist() == [5, 6, 7, 8, 9]
    assert after.kept.tolist() == [4, 5, 6, 7, 8]
    assert steps.tolist() == [1, 2, 3, 4, NOWHERE]


def test_values_of_missing_steps_are_nan():
    values = passages.at(np.arange(6.0).reshape(3, 2), np.array([2, NOWHERE, 0]))
    assert values[[0, 2]].tolist() == [[4, 5], [0, 1]]
    assert np.isnan(values[1]).all()


def test_words_that_point_the_same_way_and_against_it():
    rows = np.array([[9, 9], [1, 0], [2, 0.1], [-1, 0], [0, 1], [0, 0]], np.float32)
    like, unlike = like_and_unlike(rows, 1, 1, 6, 2)
    assert (like[0], unlike[0]) == (2, 3)
    assert 1 not in like + unlike


def test_the_vectors_of_words_are_the_embedding_or_the_kernel_behind_one_hot():
    embedded = network(LSTM(3))
    assert vectors(embedded) is embedded.weights["embedding_1"]["embeddings"]
    one_hot = ModelSpec((5,), (CategoryEncoding(7), SimpleRNN(3), Dense(1, activation="sigmoid")))
    weights = {
        row.name: {name: np.ones(shape, np.float32) for name, shape in row.weight_shapes.items()}
        for row in one_hot.summary()
    }

    assert vectors(Network(one_hot, weights)).shape == (7, 3)


@pytest.mark.parametrize("padding", ["valid", "same"])
def test_behind_a_convolution_each_step_stands_from_its_last_token(padding):
    shown = network(Conv1D(4, 3, padding=padding), MaxPooling1D(2), LSTM(3))
    found = read(shown, TOKENS)
    short = found.trace["lstm_1"].result.gates["h"][0]
    by_token = found.quantities["lstm_1"]["h"]
    assert by_token.shape == (20, 3)
    # A window of the convolution ends two tokens after its first one (with `same` one), a pair one step later.
    first = 3 if padding == "valid" else 2
    assert np.isnan(by_token[:first]).all()
    assert by_token[first : first + 2].tolist() == [short[0].tolist()] * 2
    assert by_token[-1].tolist() == short[-1].tolist()


def test_a_clamp_behind_a_convolution_is_for_the_steps_that_end_at_its_tokens():
    shown = network(Conv1D(4, 3), MaxPooling1D(2), LSTM(3))
    states = read(shown, TOKENS, [Clamp("lstm_1", "h", 0, 0.5, 7, 10)]).quantities["lstm_1"]["h"][:, 0]
    assert (states[7:11] == 0.5).all()
    assert (states[3:7] != 0.5).all()
    assert (states[11:] != 0.5).all()


def test_a_bidirectional_network_under_clamps_reads_each_beginning_by_itself():
    shown = network(Bidirectional(LSTM(3)))
    held = [Clamp("bidirectional_1", "backward_f", None, 1.0, 4, 9), Clamp("bidirectional_1", "forward_o", 1, 0.0)]
    found = read(shown, TOKENS, held, first=3)
    assert np.isnan(found.predictions[:3]).all()
    for end in range(4, 21):
        alone = read(shown, TOKENS[:end], held).output
        assert found.predictions[end - 1] == pytest.approx(alone, abs=1e-6)


def test_many_beginnings_are_read_in_batches_of_bounded_size(monkeypatch):
    shown = network(Bidirectional(LSTM(3)))
    whole = read(shown, TOKENS).predictions
    monkeypatch.setattr(reading, "LARGEST_BATCH", 2000)
    assert read(shown, TOKENS).predictions == pytest.approx(whole, abs=1e-6)
