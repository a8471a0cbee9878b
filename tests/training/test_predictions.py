"""Predictions on disk: rounded, but never to another class, and never read when they are damaged."""

import numpy as np
import pytest

from explorer.messages import ExplorerError
from explorer.training.predictions import read_predictions, write_predictions


def kept(tmp_path, probabilities, labels):
    path = tmp_path / "predictions.npz"
    write_predictions(path, np.asarray(probabilities, np.float32), np.asarray(labels))
    return path


def test_what_is_kept_is_read(tmp_path):
    probabilities = np.random.default_rng(1).dirichlet(np.ones(10), 500)
    labels = np.arange(500) % 10
    found, known = read_predictions(kept(tmp_path, probabilities, labels))
    np.testing.assert_allclose(found, probabilities, atol=5e-4)
    np.testing.assert_array_equal(known, labels)


def test_rounding_never_moves_the_class_on_top(tmp_path):
    close = [[0.4999, 0.50001, 0.0], [0.33333, 0.33334, 0.33333], [0.0, 0.99999, 0.00001], [0.5, 0.5, 0.0]]
    found, _labels = read_predictions(kept(tmp_path, close, [0, 1, 2, 0]))
    assert found.argmax(axis=1).tolist() == np.argmax(close, axis=1).tolist()


@pytest.mark.parametrize(
    ("probabilities", "labels"),
    [([[0.5, np.nan]], [0]), ([[0.5, 0.5]], [2]), ([[0.5, 0.5]], [0, 1]), ([0.5], [0]), (np.zeros((0, 10)), [])],
    ids=["not a number", "no such class", "too many labels", "no rows", "nothing"],
)
def test_what_cannot_be_predictions_is_refused(tmp_path, probabilities, labels):
    path = tmp_path / "predictions.npz"
    np.savez(path, outputs=np.asarray(probabilities, np.float16), labels=np.asarray(labels, np.uint8))
    with pytest.raises(ExplorerError, match=r"predictions\.npz"):
        read_predictions(path)


def test_a_damaged_or_missing_file_is_a_sentence(tmp_path):
    path = kept(tmp_path, np.full((50, 10), 0.1), np.zeros(50))
    whole = path.read_bytes()
    for content in (b"", whole[: len(whole) // 2], bytes(len(whole)), b"x" + whole[1:]):
        path.write_bytes(content)
        with pytest.raises(ExplorerError):
            read_predictions(path)
    path.unlink()
    with pytest.raises(ExplorerError):
        read_predictions(path)
