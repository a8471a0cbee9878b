"""The sequence problems: the notes' own numbers, and products that are products."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.datasets import DATASETS, FULL, TEST, TRAIN
from explorer.datasets.puzzles import MARK, NUMBER, Counting, Products, marked
from explorer.messages import ExplorerError

COUNTING, MULTIPLY = DATASETS["counting"], DATASETS["multiply"]
TENTH = 1e-7


def test_the_six_rows_are_those_of_the_notes():
    rows = COUNTING.load(FULL, TRAIN)
    expected = [[i / 10, (i + 1) / 10, (i + 2) / 10, (i + 3) / 10] for i in range(6)]
    assert rows.inputs.shape == (6, 4, 1)
    assert rows.inputs.dtype == rows.labels.dtype == np.float32
    np.testing.assert_allclose(rows.inputs[..., 0], expected, atol=TENTH)
    np.testing.assert_allclose(rows.labels, [0.4, 0.5, 0.6, 0.7, 0.8, 0.9], atol=TENTH)


def test_the_unseen_rows_are_those_of_the_notes():
    rows = COUNTING.load(FULL, TEST)
    np.testing.assert_allclose(rows.inputs[..., 0], [[0.6, 0.7, 0.8, 0.9], [0.1, 0.0, 0.1, 0.2]], atol=TENTH)
    np.testing.assert_allclose(rows.labels, [1.0, 0.3], atol=TENTH)


def test_longer_and_more_rows_count_on():
    chosen = Counting(length=7, count=9)
    rows = COUNTING.load(FULL, TRAIN, chosen)
    assert rows.inputs.shape == (9, 7, 1)
    assert COUNTING.counts(FULL, chosen).train == 9
    assert COUNTING.task(FULL, chosen).input_shape == (7, 1)
    np.testing.assert_allclose(rows.labels, rows.inputs[:, -1, 0] + 0.1, atol=1e-6)
    unseen = COUNTING.load(FULL, TEST, chosen)
    assert unseen.labels[0] > rows.labels.max()
    np.testing.assert_allclose(unseen.labels, unseen.inputs[:, -1, 0] + 0.1, atol=1e-6)


def test_the_multiplication_is_split_as_in_the_notes():
    counts = MULTIPLY.counts(FULL)
    assert (counts.train, counts.test) == (2560, 440)
    assert MULTIPLY.load(FULL, TRAIN).inputs.shape == (2560, 100, 2)
    assert MULTIPLY.load(FULL, TEST).inputs.shape == (440, 100, 2)
    task = MULTIPLY.task(FULL)
    assert (task.input_shape, task.units, task.loss, task.tolerance) == ((100, 2), 1, "mean_squared_error", 0.04)


@settings(max_examples=25, deadline=None)
@given(length=st.integers(10, 200), samples=st.integers(75, 400), seed=st.integers(0, 2**31 - 1))
def test_every_label_is_the_product_of_the_two_marked_numbers(length, samples, seed):
    chosen = Products(length=length, samples=samples, seed=seed)
    for part in (TRAIN, TEST):
        split = MULTIPLY.load(FULL, part, chosen)
        marks, numbers = split.inputs[..., MARK], split.inputs[..., NUMBER]
        assert split.inputs.dtype == np.float32
        assert len(split.inputs) == getattr(MULTIPLY.counts(FULL, chosen), part)
        assert set(np.unique(marks)) == {0, 1}
        assert (marks.sum(axis=1) == 2).all()
        assert ((numbers >= 0) & (numbers <= 1)).all()
        np.testing.assert_array_equal(split.labels, np.where(marks > 0, numbers, 1).prod(axis=1))
        first, second = marked(split.inputs).T
        assert (first < second).all()
        assert (marks[np.arange(len(marks)), first] == 1).all()


def test_marks_fall_on_every_step_equally_often():
    marks = MULTIPLY.load(FULL, TRAIN, Products(samples=9000)).inputs[..., MARK].sum(axis=0)
    expected = 2 * 7680 / 100
    assert np.abs(marks - expected).max() < 5 * np.sqrt(expected)


def test_the_same_seed_draws_the_same_and_another_one_does_not():
    again = MULTIPLY.load(FULL, TRAIN, Products(seed=42))
    np.testing.assert_array_equal(MULTIPLY.load(FULL, TRAIN).inputs, again.inputs)
    other = MULTIPLY.load(FULL, TRAIN, Products(seed=43))
    assert not np.array_equal(other.labels, again.labels)


def test_more_samples_keep_the_first_ones_and_no_test_sample_is_ever_trained_on():
    few, many = (MULTIPLY.load(FULL, TEST, Products(samples=samples)) for samples in (300, 3000))
    np.testing.assert_array_equal(many.inputs[: len(few.inputs)], few.inputs)
    most = MULTIPLY.load(FULL, TRAIN, Products(samples=9000))
    assert not set(most.labels.tolist()) & set(many.labels.tolist())


def test_the_drawn_arrays_cannot_be_changed_by_those_who_share_them():
    with pytest.raises(ValueError, match="read-only"):
        MULTIPLY.load(FULL, TEST).inputs[0, 0, 0] = 5


@pytest.mark.parametrize("name", ["counting", "multiply"])
def test_an_unknown_variant_is_a_sentence(name):
    dataset = DATASETS[name]
    assert dataset.available().variant == FULL
    for ask in (dataset.task, dataset.counts, lambda variant: dataset.load(variant, TRAIN)):
        with pytest.raises(ExplorerError, match="has no variant 'sample'"):
            ask("sample")


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("multiply", {"length": 9}),
        ("multiply", {"length": 201}),
        ("multiply", {"samples": 10_000_000}),
        ("multiply", {"seed": -1}),
        ("multiply", {"length": 20.5}),
        ("counting", {"count": 1}),
        ("counting", {"length": 1000}),
        ("counting", {"steps": 4}),
    ],
)
def test_impossible_preparations_are_refused(name, given):
    with pytest.raises(ExplorerError):
        DATASETS[name].prepared(given)


def test_a_preparation_comes_back_from_its_settings():
    assert MULTIPLY.prepared({"length": 50, "samples": 750, "seed": 7}) == Products(50, 750, 7)
    assert COUNTING.prepared({"length": 5, "count": 8}) == Counting(5, 8)
