"""Word vectors in a plane, their neighbours, and what each word does alone."""

import numpy as np
import pytest
from text_runs import LENGTH, WORDS, network

from explorer.datasets.tokens import Sequences, Tokens
from explorer.inspection import embedding_map as maps
from explorer.specs import LSTM
from explorer.text import Lexicon


def vectors(count=40, numbers=6, seed=0):
    return np.random.default_rng(seed).normal(0, 1, (count, numbers)) * np.arange(1, numbers + 1)


def test_principal_axes_are_the_first_eigenvectors_of_the_covariance():
    rows = vectors()
    axes = maps.principal_axes(rows)
    values, turned = np.linalg.eigh(np.cov(rows.T))
    np.testing.assert_allclose(axes.shares, values[::-1][:2] / values.sum(), rtol=1e-9)
    for direction, expected in zip(axes.directions, turned.T[::-1], strict=False):
        assert abs(direction @ expected) == pytest.approx(1)
        assert direction[np.abs(direction).argmax()] > 0
    places = axes.places(rows)
    np.testing.assert_allclose(places.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(axes.share_of(rows), axes.shares, rtol=1e-9)
    assert abs(np.corrcoef(places.T)[0, 1]) < 1e-9


def test_other_vectors_move_on_the_same_axes():
    rows = vectors()
    axes = maps.principal_axes(rows)
    np.testing.assert_allclose(axes.places(rows + axes.directions[0]) - axes.places(rows), [[1, 0]] * 40, atol=1e-9)


@pytest.mark.parametrize("rows", [np.ones((5, 3)), np.arange(4.0)[:, np.newaxis]], ids=["all the same", "one number"])
def test_vectors_without_two_directions_have_places_too(rows):
    axes = maps.principal_axes(rows)
    assert np.isfinite(axes.places(rows)).all()
    assert np.isfinite(axes.share_of(rows)).all()
    assert (axes.places(rows)[:, 1] == 0).all()


def test_nearest_are_those_of_a_sorted_list():
    rows = vectors(20, 3)
    by_distance = sorted((n for n in range(20) if n != 4), key=lambda n: np.linalg.norm(rows[n] - rows[4]))
    by_angle = sorted(
        (n for n in range(20) if n != 4),
        key=lambda n: -(rows[n] @ rows[4]) / np.linalg.norm(rows[n]) / np.linalg.norm(rows[4]),
    )
    assert maps.nearest(rows, 4, 6, by_angle=False) == by_distance[:6]
    assert maps.nearest(rows, 4, 6, by_angle=True) == by_angle[:6]
    assert maps.distances(rows, 4)[4] == 0


def test_neighbours_stay_neighbours_in_the_map():
    numbers = np.random.default_rng(0)
    rows = np.concatenate([numbers.normal(0, 0.1, (25, 5)), numbers.normal(3, 0.1, (25, 5))])
    places = maps.neighbour_map(rows, 10)
    assert places.shape == (50, 2)
    for place in range(50):
        near = maps.nearest(places, place, 5, by_angle=False)
        assert all((other < 25) == (place < 25) for other in near)


@pytest.mark.parametrize("count", [4, 6])
def test_few_words_have_a_map_whatever_the_perplexity(count):
    assert np.isfinite(maps.neighbour_map(vectors(count), 50)).all()


def test_alone_is_the_logit_of_one_word_less_that_of_none():
    model, settings = network(LSTM(3)), Tokens(num_words=WORDS, maxlen=LENGTH)
    lexicon = Lexicon(tuple(f"w{n}" for n in range(4, WORDS)), ("<pad>", "<start>", "<unknown>", "<unused>"), 2, 1)
    found = maps.alone(model, [7, 50], lexicon, settings)
    shares = []
    for ids in ([1], [1, 7], [1, 50]):
        row = np.zeros((1, LENGTH), int)
        row[0, -len(ids) :] = ids
        shares.append(float(model.predict(row)[0, 0]))
    logits = np.log(np.array(shares) / (1 - np.array(shares)))
    np.testing.assert_allclose(found, logits[1:] - logits[0], atol=2e-3)


def test_uses_count_words_and_the_labels_of_their_texts():
    texts = Sequences(
        np.array([1, 4, 4, 9, 1, 4, 5, 1], np.uint16), np.array([0, 4, 7, 8]), np.array([1, 0, 1], np.uint8)
    )
    found = maps.uses(texts, 6)
    assert found.counts.tolist() == [0, 3, 0, 0, 3, 1]
    assert found.texts.tolist() == [0, 3, 0, 0, 2, 1]
    np.testing.assert_allclose(found.shares, [np.nan, 2 / 3, np.nan, np.nan, 1 / 2, 0])
