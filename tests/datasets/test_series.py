"""Series as windows: scaled as scikit-learn does it, cut as a loop does it, with nothing of the future in training."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.datasets import DATASETS, FULL, TEST, TRAIN
from explorer.datasets import series as module
from explorer.datasets.series import MinMax, Windows, prepared, windows
from explorer.datasets.series_sources import GENERATORS, Series, series_of
from explorer.messages import ExplorerError
from explorer.presets import PRESETS

SERIES = DATASETS["series"]


def of(values, **settings):
    """A series of these values (rows, columns), prepared without a cache."""
    values = np.asarray(values, float)
    series = Series(tuple("abcdefgh"[: values.shape[1]]), values)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "series_of", lambda *_: series)
        return prepared.__wrapped__(Windows(**settings))


@settings(deadline=None)
@given(st.integers(1, 3), st.integers(20, 40), st.integers(0, 2**32 - 1))
def test_scaling_equals_scikit_learn(columns, rows, seed):
    from sklearn.preprocessing import MinMaxScaler

    chance = np.random.default_rng(seed)
    values = chance.normal(50, 20, (rows, columns))
    values[:, 0] = chance.choice([values[0, 0], values[1, 0]])
    cut = rows // 2
    ours, theirs = MinMax.of(values[:cut]), MinMaxScaler().fit(values[:cut])
    np.testing.assert_allclose(ours.scaled(values), theirs.transform(values), atol=1e-12)
    np.testing.assert_allclose(ours.unscaled(ours.scaled(values)), values, atol=1e-9)


@given(st.integers(1, 12), st.integers(1, 4))
def test_windows_equal_a_loop(seq_length, columns):
    values = np.arange(20 * columns, dtype=np.float32).reshape(20, columns)
    loop = [[values[first + step] for step in range(seq_length)] for first in range(20 - seq_length)]
    np.testing.assert_array_equal(windows(values, seq_length), np.array(loop))


def test_examples_are_in_the_order_of_time_with_the_next_target():
    rows = np.stack([np.arange(50.0), 100 - np.arange(50.0)], axis=1)
    found = of(rows, seq_length=3, test_share=0.2, target="b")
    train, test = found.split(TRAIN), found.split(TEST)
    assert train.inputs.shape == (37, 3, 2)
    assert test.inputs.shape == (10, 3, 2)
    assert train.inputs.dtype == test.labels.dtype == np.float32
    scaled = (rows - rows[:40].min(axis=0)) / np.ptp(rows[:40], axis=0)
    for part, first in ((train, 0), (test, 37)):
        for place in range(len(part.labels)):
            np.testing.assert_allclose(part.inputs[place], scaled[first + place : first + place + 3], atol=1e-6)
            np.testing.assert_allclose(part.labels[place], scaled[first + place + 3, 1], atol=1e-6)


@settings(deadline=None)
@given(st.integers(1, 10), st.floats(0.05, 0.5), st.integers(0, 10**6))
def test_a_test_value_changes_nothing_to_train_on(seq_length, share, seed):
    chance = np.random.default_rng(seed)
    values = chance.normal(size=(60, 2))
    before = of(values, seq_length=seq_length, test_share=share)
    changed = values.copy()
    changed[chance.integers(before.cut, 60)] = 1e6
    after = of(changed, seq_length=seq_length, test_share=share)
    np.testing.assert_array_equal(before.split(TRAIN).inputs, after.split(TRAIN).inputs)
    np.testing.assert_array_equal(before.split(TRAIN).labels, after.split(TRAIN).labels)
    assert not np.array_equal(before.split(TEST).labels, after.split(TEST).labels)


def test_the_scale_is_that_of_the_training_part():
    found = of(np.arange(100.0)[:, None], test_share=0.5)
    assert found.split(TRAIN).labels.max() == 1
    assert found.split(TEST).labels.max() == pytest.approx(99 / 49)
    np.testing.assert_allclose(found.in_units(found.split(TEST).labels), np.arange(50, 100), rtol=1e-6)


def test_constant_columns_become_zero():
    found = of(np.full((40, 2), 7.0))
    assert not found.split(TRAIN).inputs.any()
    assert not found.split(TEST).labels.any()
    assert found.tolerance == 0.04


def test_without_scaling_the_numbers_are_as_they_are():
    found = of(np.arange(40.0)[:, None], min_max=False)
    np.testing.assert_array_equal(found.split(TRAIN).labels, np.arange(2, 32))
    assert found.tolerance == pytest.approx(0.04 * 31)


@pytest.mark.parametrize("name", [*GENERATORS, "stocks"])
def test_every_series_is_a_task(name):
    wanted = Windows(name, seq_length=5)
    task, counts = SERIES.task(FULL, wanted), SERIES.counts(FULL, wanted)
    train, test = (SERIES.load(FULL, part, wanted) for part in (TRAIN, TEST))
    assert (len(train.labels), len(test.labels)) == (counts.train, counts.test)
    assert train.inputs.shape[1:] == task.input_shape
    assert (task.loss, task.units, task.ordered) == ("mean_squared_error", 1, True)
    assert np.isfinite(train.inputs).all()


def test_generated_series_come_from_their_seed():
    first, same, other = (series_of("walk", 200, 0.1, seed).values for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, same)
    assert not np.array_equal(first, other)


def test_the_generated_series_are_what_they_are_called():
    steps = np.diff(series_of("walk", 5000, 0.1, 1).values[:, 0])
    assert abs(np.corrcoef(steps[1:], steps[:-1])[0, 1]) < 0.05
    ar1 = series_of("ar1", 5000, 0.1, 1).values[:, 0]
    assert np.corrcoef(ar1[1:], ar1[:-1])[0, 1] == pytest.approx(0.5, abs=0.05)
    sine = series_of("sine", 200, 0.0, 1).values[:, 0]
    np.testing.assert_allclose(sine[25:], sine[:-25], atol=1e-9)
    level, rain, temperature, _wind = series_of("river", 200, 0.0, 1).values.T
    said = 0.4 + 0.8 * level[:-1] + 0.1 * rain[:-1] - 0.02 * (temperature[:-1] - 10)
    np.testing.assert_allclose(level[1:], said)


def test_the_stocks_are_those_of_plotly():
    stocks = series_of("stocks")
    assert stocks.columns == ("GOOG", "AAPL", "AMZN", "FB", "NFLX", "MSFT")
    assert len(stocks) == 105
    assert str(stocks.dates[0]) == "2018-01-01T00:00:00"
    assert stocks.values[1, 0] == 1.0181722783479359
    assert not stocks.gaps.size


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"series": "nothing"}, "no series nothing"),
        ({"series": "own-0123456789abcdef"}, "give the file again"),
        ({"series": "own-../../x"}, "give the file again"),
        ({"target": "depth"}, "no column depth"),
        ({"features": ("level", "depth")}, "no column depth"),
        ({"features": ("level", "level")}, "once"),
        ({"series": "stocks", "seq_length": 80}, "at most 74"),
        ({"rows": 100, "seq_length": 100}, "longer than the series"),
        ({"seq_length": 0}, "seq_length"),
        ({"test_share": 0.9}, "test_share"),
    ],
)
def test_a_preparation_that_cannot_work_is_one_sentence(wanted, said):
    with pytest.raises(ExplorerError, match=said):
        SERIES.counts(FULL, Windows(**wanted))


def test_windows_are_bounded_in_size():
    with pytest.raises(ExplorerError, match="16 million"):
        of(np.zeros((20_000, 8)), seq_length=100)


def test_an_unknown_variant_is_a_sentence():
    with pytest.raises(ExplorerError, match="no variant"):
        SERIES.task("half")


def test_a_preparation_travels_as_json():
    wanted = Windows("stocks", ("AAPL", "GOOG"), "GOOG", 4)
    data = {"series": "stocks", "features": ["AAPL", "GOOG"], "target": "GOOG", "seq_length": 4}
    assert SERIES.prepared(data) == wanted
    with pytest.raises(ExplorerError, match="preparation"):
        SERIES.prepared({"series": "stocks", "features": [1]})


def test_the_shipped_model_is_the_notes():
    preset = PRESETS["series-gru"]
    kinds = [type(layer).__name__ for layer in preset.spec.layers]
    assert kinds == ["GRU", "GRU", "Dense", "Dense", "Dense"]
    assert [layer.units for layer in preset.spec.layers] == [50, 50, 100, 50, 1]
    assert [layer.return_sequences for layer in preset.spec.layers[:2]] == [True, False]
    assert preset.spec.input_shape == (2, 4)
    assert preset.recipe.examples == SERIES.counts(FULL, preset.preparation).train
    assert preset.recipe.batch_size == 100
