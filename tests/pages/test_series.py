"""The page of series, run by Streamlit without a browser."""

import base64

import numpy as np
import pytest
from pages.conftest import figure, figures, plain, show, title_of

from explorer.datasets.series import Windows, prepared
from explorer.datasets.series_sources import GENERATORS
from explorer.inspection import forecast
from explorer.training import store

pytestmark = pytest.mark.pages

PAGE = "pages/series.py"
DATES = [f"2024-{1 + n // 28:02d}-{1 + n % 28:02d}" for n in range(60)]


def own(head, weather):
    return "\n".join([head, *(f"{day},{n % 7},{weather}" for n, day in enumerate(DATES))]).encode("cp949")


@pytest.fixture(autouse=True)
def uploads(tmp_path, monkeypatch):
    monkeypatch.setenv("EXPLORER_UPLOADS_DIR", str(tmp_path))


def markdown(at):
    return " ".join(plain(at.markdown))


def values(drawn, place=0, axis="y"):
    packed = drawn["data"][place][axis]
    return np.frombuffer(base64.b64decode(packed["bdata"]), packed["dtype"]) if "bdata" in packed else np.array(packed)


@pytest.mark.parametrize("name", [*GENERATORS, "stocks"])
def test_every_series_slides_under_its_window(name):
    at = show(PAGE, series_data=name, series_length="5", series_window="10")
    assert not at.exception
    assert plain(at.error) == []
    assert set(figures(at)) == {"series-whole", "series-close"}
    assert title_of(figure(at, "series-whole")).startswith("Window 10 of ")


def test_a_target_that_another_series_does_not_have_is_told_to_the_browser():
    at = show(PAGE)
    at.selectbox(key="series_target").set_value("rain").run()
    at.selectbox(key="series_data").set_value("season").run()
    told = at.selectbox(key="series_target").proto
    assert (list(told.options), told.set_value, told.raw_value) == (["sales"], True, "sales")


def test_the_window_holds_the_numbers_that_the_model_gets():
    at = show(PAGE, series_length="3", series_window="810", series_features="0,2")
    found = prepared(Windows(features=("level", "temperature"), seq_length=3, target="level"))
    assert "a test window" in title_of(figure(at, "series-whole"))
    shown = markdown(at)
    for row in found.windows(809, 810)[0]:
        assert f"| {row[0]:.3f} | {row[1]:.3f} |" in shown
    assert f"★ **{found.labels[812]:.3f}**" in shown
    assert "(797, 3, 2) to train on and (200, 3, 2) to test on" in shown
    star = figure(at, "series-close")["data"][-1]
    assert float(np.array(values({"data": [star]}, 0, "x"))[0]) == 812
    assert star["y"][0] == pytest.approx(found.target[812])


def test_scaling_is_written_out_with_its_numbers():
    at = show(PAGE, series_view="scaling")
    found = prepared(Windows(target="level"))
    low, high = found.scale.low[0], found.scale.high[0]
    assert f"| level | {low:.4g} | {high:.4g} |" in markdown(at)
    assert "training part only" in markdown(at)
    np.testing.assert_allclose(values(figure(at, "series-after")), found.inputs[:, 0], atol=1e-6)
    off = show(PAGE, series_view="scaling", series_scale="off")
    assert "min–max scaling is off" in title_of(figure(off, "series-after"))


def test_the_forecast_is_the_shipped_model_beside_the_last_value():
    at = show(PAGE, series_view="forecast")
    assert plain(at.error) == []
    run = store.Store(store.SHIPPED).open("series-gru")
    single = forecast.one_step(run.network(run.kept_epoch), prepared(run.record.request.preparation))
    model, baseline = single.errors
    assert model.mae < baseline.mae / 4
    assert f"{model.mae:.4g} | {baseline.mae:.4g} | {model.rmse:.4g} | {baseline.rmse:.4g}" in markdown(at)
    drawn = figure(at, "series-single")
    np.testing.assert_allclose(values(drawn, 2), single.model, atol=1e-4)
    np.testing.assert_allclose(values(drawn, 1), single.baseline, atol=1e-4)
    assert "times as good" in markdown(at)
    assert "(rain, temperature, wind) are not forecast" in " ".join(plain(at.caption))


def test_an_untrained_model_is_worse_than_the_last_value():
    assert "worse" in markdown(show(PAGE, series_view="forecast", series_epoch="0"))


def test_a_forecast_goes_on_after_the_end():
    at = show(PAGE, series_view="forecast", series_origin="1000", series_steps="40")
    assert plain(at.error) == []
    assert "the end of the series" in title_of(figure(at, "series-rolled"))
    assert "rolled out, " not in markdown(at)


@pytest.mark.parametrize("layer", ["gru_1", "gru_2"])
def test_a_state_carried_on_lies_on_the_whole(layer):
    at = show(PAGE, series_view="state", series_layer=layer, series_chunk="10")
    drawn = figure(at, "series-state")
    whole, carried, reset = (values(drawn, place) for place in range(3))
    np.testing.assert_allclose(carried, whole, atol=1e-6)
    assert np.abs(reset - whole).max() > 0.01
    assert len(whole) == 120


@pytest.mark.parametrize(("cell", "parameters"), [("GRU", "33,901"), ("LSTM", "41,401"), ("SimpleRNN", "18,001")])
def test_the_notes_network_can_be_trained_with_every_cell(cell, parameters):
    at = show(PAGE, series_view="train", series_cell=cell)
    assert plain(at.error) == []
    assert parameters in markdown(at)
    assert not next(button for button in at.button if button.key == "series_start").disabled


def test_a_window_longer_than_the_training_part_is_a_sentence():
    at = show(PAGE, series_data="stocks", series_length="80")
    assert not at.exception
    assert "at most 74" in plain(at.error)[0]


def test_an_own_file_is_looked_at_and_kept():
    at = show(PAGE, series_data="own")
    assert plain(at.error) == []
    at.file_uploader[0].upload("값.csv", own("날짜,값,날씨", "맑음"), "text/csv").run()
    assert not at.exception
    assert plain(at.error) == []
    assert title_of(figure(at, "series-whole")).endswith("a test window")
    assert any("Left out, as they hold no numbers: 날씨" in text for text in plain(at.caption))
    name = "".join(at.query_params["series_own"])
    again = show(PAGE, series_data="own", series_own=name)
    assert plain(again.error) == []
    assert set(figures(again)) == {"series-whole", "series-close"}


@pytest.mark.parametrize("content", [b"", b"\x89PNG\x00", b"date,value\n2024-01-01,1\n", b"a,b\n1\n"])
def test_a_bad_file_is_one_sentence_and_the_good_one_stays(content):
    at = show(PAGE, series_data="own")
    at.file_uploader[0].upload("good.csv", own("date,value,more", "5"), "text/csv").run()
    at.file_uploader[0].upload("bad.csv", content, "text/csv").run()
    assert not at.exception
    assert len(at.error) == 1
    assert set(figures(at)) == {"series-whole", "series-close"}


def test_a_link_to_data_that_is_gone_is_a_sentence():
    at = show(PAGE, series_data="own", series_own="own-0123456789abcdef")
    assert "give the file again" in plain(at.error)[0]
