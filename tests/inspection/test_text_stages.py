"""What the page *Text* computes: stages, lengths, and what padding does to a state."""

import numpy as np
import pytest

from explorer.datasets.tokens import Tokens, lexicon_of
from explorer.inspection.lengths import lengths, notes_training
from explorer.inspection.padding_drift import drift
from explorer.inspection.text_stages import DROPPED, KNOWN, LEFT, SPECIAL, UNKNOWN, WORD, Sizes, kind, pieces, stages
from explorer.messages import ExplorerError
from explorer.network import Network
from explorer.specs import GRU, LSTM, Dense, Embedding, Flatten, ModelSpec, SimpleRNN
from explorer.text import fit, tokenise

LEXICON = lexicon_of(("the", "film", "good"))


def test_the_stages_of_a_text():
    found = stages("The GOOD, old film", LEXICON, Tokens(maxlen=7))
    assert found.padded.row.tolist() == [0, 0, 1, 4, 6, 2, 5]
    assert found.places.tolist() == [0, 1, 2, 3, 4]
    assert found.cut == 0
    assert [kind(found.encoded, LEXICON, number) for number in range(5)] == [SPECIAL, KNOWN, KNOWN, UNKNOWN, KNOWN]
    assert stages("The GOOD, old film " * 2, LEXICON, Tokens(maxlen=5)).cut == 4


def test_a_word_that_is_left_out_has_no_place():
    found = stages("a b c", fit([("a", "c")]), Tokens(maxlen=5))
    assert found.places.tolist() == [0, 2]
    assert kind(found.encoded, fit([("a", "c")]), 1) == LEFT
    assert found.padded.row.tolist() == [0, 0, 0, 1, 2]


def test_pieces_give_the_whole_text_back():
    text = "<b>So,  what?</b>\n"
    found = list(pieces(tokenise(text), most=10))
    assert "".join(piece.text for piece in found) == text
    assert [(piece.text, piece.number) for piece in found if piece.kind == WORD] == [
        ("b", 0),
        ("So", 1),
        ("what", 2),
        ("b", 3),
    ]
    assert {piece.text for piece in found if piece.kind == DROPPED} == set("<>,?/\n")
    assert [piece.text for piece in pieces(tokenise("a b c"), most=2)] == ["a", " ", "b"]
    assert len(list(pieces(tokenise("a" + "!" * 5_000 + "b"), most=5))) < 30


def test_the_notes_sizes():
    sizes = Sizes(20_000, 100, 500, 16)
    assert sizes.shapes == {"ids": (20_000, 100), "one-hot": (20_000, 100, 500), "embedding": (20_000, 100, 16)}
    assert sizes.bytes == {"ids": 8_000_000, "one-hot": 4_000_000_000, "embedding": 128_000_000}


def test_lengths_are_counted_and_shares_add_up():
    found = lengths(np.array([1, 2, 3, 10, 10, 400]), maxlen=10)
    assert (found.texts, found.mean, found.median, found.longest) == (6, 71.0, 6.5, 400)
    assert found.counts.sum() == 6
    assert found.cut == pytest.approx(1 / 6)
    assert found.padded == pytest.approx(3 / 6)
    assert found.lost == pytest.approx(390 / 426)
    assert found.filling == pytest.approx(1 - 36 / 60)


def test_the_notes_split_is_scikit_learn_s():
    from sklearn.model_selection import train_test_split

    for count in (25_000, 103):
        train, _test = train_test_split(np.arange(count), test_size=0.2, random_state=42)
        np.testing.assert_array_equal(notes_training(count), train)


def network(cell):
    spec = ModelSpec((6,), (Embedding(9, 4), cell, Dense(1, activation="sigmoid")))
    chance = np.random.default_rng(7)
    return Network(
        spec,
        {
            row.name: {name: chance.normal(size=shape) for name, shape in row.weight_shapes.items()}
            for row in spec.summary()
        },
    )


@pytest.mark.parametrize("cell", [SimpleRNN(3), LSTM(3), GRU(3)])
def test_a_mask_keeps_the_state_and_without_one_padding_moves_it(cell):
    model, words = network(cell), np.array([1, 5, 8], np.int32)
    alone = float(model.predict(np.array([[0, 0, 0, 1, 5, 8]], np.int32))[0, 0])
    for side in ("pre", "post"):
        masked = drift(model, words, (0, 3, 40), side, masked=True)
        np.testing.assert_allclose(masked.predictions, masked.predictions[0], atol=1e-6)
        np.testing.assert_allclose(masked.distances, 0, atol=1e-6)
        plain = drift(model, words, (0, 3, 40), side, masked=False)
        assert plain.predictions[0] == pytest.approx(masked.predictions[0], abs=1e-6)
        assert plain.distances[0] == 0
        assert plain.distances[1] > 1e-3
        if side == "pre":
            assert plain.predictions[1] == pytest.approx(alone, abs=1e-6)


def test_other_models_and_empty_texts_are_a_sentence():
    spec = ModelSpec((3,), (Embedding(9, 4), Flatten(), Dense(1)))
    weights = {row.name: {n: np.zeros(s) for n, s in row.weight_shapes.items()} for row in spec.summary()}
    with pytest.raises(ExplorerError, match="recurrent"):
        drift(Network(spec, weights), np.array([1]), (0, 1), "pre", masked=False)
    with pytest.raises(ExplorerError, match="no word"):
        drift(network(GRU(3)), np.array([], np.int32), (0, 1), "pre", masked=False)
