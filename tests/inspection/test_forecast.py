"""Forecasts against plain loops, and chunks read with and without the state carried on."""

import numpy as np
import pytest

from explorer.datasets.series import Windows, prepared
from explorer.inspection import forecast
from explorer.inspection.forecast import Errors
from explorer.network import Network
from explorer.presets.series import stacked
from explorer.specs import Dense, ModelSpec


def network(shape, cell="GRU", units=4, layers=2):
    chance = np.random.default_rng(3)
    spec = stacked(shape, cell, units, layers)
    return Network(
        spec,
        {
            row.name: {name: chance.normal(0, 0.4, size) for name, size in row.weight_shapes.items()}
            for row in spec.summary()
        },
    )


def test_one_step_forecasts_equal_a_loop():
    found = prepared(Windows(rows=300, seq_length=5))
    model = network((5, 4))
    single = forecast.one_step(model, found)
    low, high = found.target[: found.cut].min(), found.target[: found.cut].max()
    for place, row in enumerate(single.rows):
        said = model.predict(found.inputs[np.newaxis, row - 5 : row])[0, 0]
        assert single.model[place] == pytest.approx(low + said * (high - low), abs=1e-5)
        assert single.baseline[place] == found.series.column("level")[row - 1]
        assert single.truth[place] == found.series.column("level")[row]
    assert len(single.rows) == found.counts.test


def test_errors_are_what_they_are_called():
    errors = Errors.of(np.array([1.0, 2.0, 3.0]), np.array([1.0, 0.0, 7.0]))
    assert errors.mae == pytest.approx(2.0)
    assert errors.rmse == pytest.approx(np.sqrt(20 / 3))


def test_rolling_out_feeds_the_forecast_back_and_holds_the_other_features():
    found = prepared(Windows(rows=300, seq_length=3, features=("wind", "level", "rain"), target="level"))
    model = network((3, 3))
    rolled = forecast.rolled_out(model, found, 250, 20)
    window = [list(map(float, row)) for row in found.inputs[247:250]]
    low, high = found.target[: found.cut].min(), found.target[: found.cut].max()
    for step in range(20):
        said = float(model.predict(np.array([window], np.float32))[0, 0])
        assert rolled.model[step] == pytest.approx(low + said * (high - low), abs=1e-4)
        window = [*window[1:], [window[-1][0], said, window[-1][2]]]
    assert set(rolled.baseline) == {found.target[249]}
    np.testing.assert_array_equal(rolled.truth, found.target[250:270])


def test_the_first_rolled_out_step_is_the_one_step_forecast():
    found = prepared(Windows(rows=300))
    model = network((2, 4))
    single = forecast.one_step(model, found)
    assert forecast.rolled_out(model, found, found.cut, 1).model[0] == pytest.approx(single.model[0], abs=1e-6)


def test_rolling_out_goes_on_after_the_last_row():
    found = prepared(Windows(rows=300))
    rolled = forecast.rolled_out(network((2, 4)), found, 290, 30)
    assert (len(rolled.model), len(rolled.truth)) == (30, 10)
    assert rolled.errors is not None
    assert forecast.rolled_out(network((2, 4)), found, 300, 5).errors is None


def test_a_target_that_is_no_feature_is_not_fed_back():
    found = prepared(Windows(rows=300, features=("rain",), target="level", seq_length=1))
    rolled = forecast.rolled_out(network((1, 1)), found, 250, 5)
    assert np.ptp(rolled.model) == 0


@pytest.mark.parametrize("cell", ["GRU", "LSTM", "SimpleRNN"])
@pytest.mark.parametrize("chunk", [1, 7, 50, 80])
def test_a_state_carried_on_equals_reading_the_whole(cell, chunk):
    rows = np.random.default_rng(1).normal(size=(50, 4)).astype(np.float32)
    model = network((2, 4), cell, layers=2)
    for layer in forecast.recurrent_layers(model):
        read = forecast.readings(model, layer, rows, chunk)
        assert read.whole.shape == (50, 4)
        assert read.carried_difference < 1e-6
        assert (read.reset_difference > 0.01) == (chunk < 50)
        np.testing.assert_allclose(read.reset[:chunk], read.whole[:chunk], atol=1e-6)


def test_only_leading_recurrent_layers_have_a_state_to_carry():
    assert forecast.recurrent_layers(network((2, 4))) == ("gru_1", "gru_2")
    spec = ModelSpec((3,), (Dense(1),))
    plain = Network(spec, {"dense_1": {"kernel": np.zeros((3, 1)), "bias": np.zeros(1)}})
    assert forecast.recurrent_layers(plain) == ()
