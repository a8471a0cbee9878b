"""The search for patterns against a slow loop over drawn activations, and what is kept of a network's reading."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from text_runs import LENGTH, WORDS, network

from explorer.inspection import patterns
from explorer.inspection.patterns import ALL, SAME, SIMILAR, Activations, Match, Pattern
from explorer.specs import GRU, LSTM, Bidirectional, Conv1D


def activations(values, words):
    return Activations(values, words, np.zeros((len(words), 1)), np.zeros(len(words), int))


def slow(kept, wanted, mode, skip):
    """For each text the best passage by the textbook's definition."""
    limit = round(wanted.threshold * 1000)
    best = {}
    for text in range(len(kept)):
        for first in range(kept.words.shape[1] - wanted.length + 1):
            steps = slice(first, first + wanted.length)
            if text == skip or not kept.words[text, steps].all():
                continue
            common = others = 0
            least = 32767
            for unit, sign in enumerate(wanted.signs):
                found = kept.values[unit, text, steps].astype(int)
                on = {1: (found >= limit).all(), -1: (found <= -limit).all()}
                if sign:
                    common += on[sign]
                    others += on[-sign]
                    least = min(least, (sign * found).min())
                else:
                    others += on[1] or on[-1]
            full = common == len(wanted.units)
            if not {SAME: full and not others, ALL: full, SIMILAR: common > 0}[mode]:
                continue
            rank = (-common, others, -least)
            if text not in best or rank < best[text][0]:
                best[text] = (rank, Match(text, first, int(common), int(others)))
    return [match for _, match in sorted(best.values(), key=lambda pair: (pair[0], pair[1].text))]


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    units=st.integers(1, 4),
    length=st.integers(1, 7),
    threshold=st.sampled_from([0.05, 0.3, 0.5]),
    mode=st.sampled_from([SAME, ALL, SIMILAR]),
    skip=st.sampled_from([None, 1]),
)
def test_the_search_finds_what_a_slow_loop_finds(seed, units, length, threshold, mode, skip):
    numbers = np.random.default_rng(seed)
    values = np.repeat(numbers.integers(-8, 9, (units, 5, 3)) * 100, 2, axis=2).astype(np.int16)
    kept = activations(values, numbers.random((5, 6)) > 0.15)
    signs = numbers.integers(-1, 2, units)
    signs[0] = signs[0] or 1
    wanted = Pattern(signs, threshold, length)
    found = patterns.search(kept, wanted, mode, 3, skip)
    expected = slow(kept, wanted, mode, skip)
    assert list(found.matches) == expected[:3]
    assert found.texts == len(expected)
    limit = round(1000 * threshold)
    on = np.array([signs[unit] * values[unit].astype(int) >= limit for unit in wanted.units]) & kept.words
    words = max(1, kept.words.sum())
    assert found.share == pytest.approx(on.all(axis=0).sum() / words)
    assert found.shares == pytest.approx(tuple(on.sum(axis=(1, 2)) / words))


def test_a_pattern_is_what_is_beyond_the_threshold_throughout():
    values = np.array([[0.3, -0.9, 0.5, 0.1], [0.4, -0.3, -0.5, 0.9]], np.float32)
    found = patterns.pattern(values, 0.3)
    assert found.signs.tolist() == [1, -1, 0, 0]
    assert found.units.tolist() == [0, 1]
    assert found.length == 2
    assert not patterns.pattern(values, 0.95).units.size


@pytest.mark.parametrize(
    ("cells", "layer", "quantity"),
    [
        ((LSTM(3),), "lstm_1", "c"),
        ((Conv1D(4, 3), GRU(2)), "gru_1", "z"),
        ((Bidirectional(LSTM(2)),), "bidirectional_1", "backward_h"),
    ],
    ids=["lstm", "convolution", "bidirectional"],
)
def test_what_is_kept_is_the_networks_reading_cut_to_thousandths(monkeypatch, cells, layer, quantity):
    monkeypatch.setattr(patterns, "BATCH", 4)
    model = network(*cells)
    rows = np.random.default_rng(0).integers(0, WORDS, (10, LENGTH))
    rows[:, :3] = 0
    told = []
    kept = patterns.collect(model, layer, quantity, rows, np.arange(10), told.append)
    trace = model.trace(rows)
    expected = np.moveaxis(trace[layer].result.gates[quantity], 2, 0)
    behind = LENGTH - expected.shape[2]
    assert (kept.values[:, :, :behind] == 0).all()
    np.testing.assert_allclose(kept.values[:, :, behind:] / 1000, expected, atol=1.1e-3)
    np.testing.assert_array_equal(kept.words, rows != 0)
    np.testing.assert_allclose(kept.outputs, trace.output, rtol=1e-4, atol=1e-6)
    assert told == [0.4, 0.8, 1.0]
    assert not kept.values.flags.writeable


def test_a_text_finds_itself_unless_it_is_left_out():
    model = network(LSTM(6))
    rows = np.random.default_rng(2).integers(4, WORDS, (30, LENGTH))
    kept = patterns.collect(model, "lstm_1", "h", rows, np.zeros(30))
    own = model.trace(rows[7:8])["lstm_1"].result.gates["h"][0]
    wanted = patterns.pattern(own[4:6], 0.05)
    assert wanted.units.size
    assert 7 in [match.text for match in patterns.search(kept, wanted, ALL, 30).matches]
    assert 7 not in [match.text for match in patterns.search(kept, wanted, ALL, 30, skip=7).matches]


def test_so_many_texts_are_kept_that_memory_stays_bounded():
    model = network(LSTM(8), length=100)
    assert patterns.most_texts(model, "lstm_1", "h") * 8 * 100 <= patterns.LARGEST
    assert patterns.most_texts(model, "lstm_1", "h") >= 25_000


def test_a_passage_longer_than_the_texts_is_nowhere():
    kept = activations(np.full((1, 3, 4), 900, np.int16), np.ones((3, 4), bool))
    found = patterns.search(kept, Pattern(np.array([1]), 0.5, 5), ALL)
    assert (found.matches, found.texts) == ((), 0)
    assert found.share == 1
