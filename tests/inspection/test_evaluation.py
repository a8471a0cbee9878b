"""Evaluation of a classifier, on answers written out by hand and on those of the shipped model."""

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix, precision_score, recall_score

from explorer.datasets import DATASETS, SAMPLE, TEST
from explorer.inspection.evaluation import Evaluation, Mistake
from explorer.training.predictions import read_predictions
from explorer.training.store import SHIPPED, Store

HAND = Evaluation(
    np.array([[0.9, 0.1, 0.0], [0.2, 0.8, 0.0], [0.6, 0.4, 0.0], [0.3, 0.7, 0.0]], np.float32), np.array([0, 0, 1, 2])
)


def test_rows_are_true_classes_and_columns_predicted_ones():
    assert HAND.confusion().tolist() == [[1, 1, 0], [1, 0, 0], [0, 1, 0]]


def test_a_class_that_is_never_predicted_has_no_precision():
    assert HAND.recall().tolist() == [0.5, 0.0, 0.0]
    precision = HAND.precision()
    assert precision[:2].tolist() == [0.5, 0.0]
    assert np.isnan(precision[2])


def test_the_most_confident_mistakes_come_first():
    assert [mistake.index for mistake in HAND.mistakes()] == [1, 3, 2]
    assert HAND.mistakes()[0] == Mistake(1, 0, 1, pytest.approx(0.8))
    assert [mistake.index for mistake in HAND.mistakes(label=1)] == [2]
    assert [mistake.index for mistake in HAND.mistakes(predicted=1)] == [1, 3]
    assert HAND.mistakes(label=2, predicted=0) == ()


def test_everything_is_as_scikit_learn_has_it():
    chance = np.random.default_rng(3)
    found = Evaluation(chance.dirichlet(np.ones(10), 2000), chance.integers(0, 10, 2000))
    np.testing.assert_array_equal(found.confusion(), confusion_matrix(found.labels, found.predicted))
    np.testing.assert_allclose(found.recall(), recall_score(found.labels, found.predicted, average=None))
    np.testing.assert_allclose(found.precision(), precision_score(found.labels, found.predicted, average=None))
    assert len(found.mistakes()) == round(2000 * (1 - found.accuracy))


def shipped(*datasets):
    runs = [run for run in Store(SHIPPED).shipped() if run.predictions_file.exists()]
    return [run for run in runs if run.record.request.dataset in datasets]


def named(run):
    return run.record.id


@pytest.mark.parametrize("run", shipped("counting", "multiply", "series", "snippets"), ids=named)
def test_the_shipped_predictions_of_data_at_hand_are_those_of_the_shipped_model(run):
    request = run.record.request
    outputs, labels = read_predictions(run.predictions_file)
    split = request.source.load(request.variant, TEST, request.preparation)
    np.testing.assert_array_equal(labels, split.labels)
    assert request.task.right(outputs, labels).mean() == pytest.approx(run.record.test_accuracy)
    np.testing.assert_allclose(outputs, run.network(run.record.best_epoch).predict(split.inputs), atol=1e-4)


@pytest.mark.parametrize("run", shipped("imdb"), ids=named)
def test_the_shipped_predictions_of_reviews_give_the_accuracy_of_the_record(run):
    outputs, labels = read_predictions(run.predictions_file)
    assert len(labels) == run.record.test_examples == 25_000
    assert labels.mean() == 0.5
    assert run.record.request.task.right(outputs, labels).mean() == pytest.approx(run.record.test_accuracy)


@pytest.mark.parametrize("run", shipped("fashion-mnist"), ids=named)
def test_the_shipped_predictions_are_those_of_the_shipped_model(run):
    found = Evaluation(*read_predictions(run.predictions_file))
    assert len(found.labels) == run.record.test_examples == 10_000
    assert found.accuracy == run.record.test_accuracy
    sample = DATASETS["fashion-mnist"].load(SAMPLE, TEST)
    np.testing.assert_array_equal(found.labels[sample.numbers], sample.labels)
    some = slice(0, 50)
    ours = run.network(run.record.best_epoch).predict(sample.inputs[some] / np.float32(255))
    np.testing.assert_allclose(found.probabilities[sample.numbers[some]], ours, atol=2e-3)


def test_the_two_block_model_ships_its_predictions():
    assert Store(SHIPPED).open("cnn-two-blocks").predictions_file.exists()
