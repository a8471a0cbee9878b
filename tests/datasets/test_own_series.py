"""A reader's own series: dates, numbers and gaps are found; what is wrong is one sentence."""

from datetime import date, timedelta

import numpy as np
import pytest

from explorer.datasets import DATASETS, FULL, TRAIN
from explorer.datasets.own_series import read_series
from explorer.datasets.series import Windows
from explorer.datasets.series_sources import keep_own, series_of
from explorer.messages import ExplorerError

DAYS = [date(2024, 1, 1) + timedelta(days=n) for n in range(30)]


def table(dates=None, values=None, head="date,value", delimiter=","):
    dates = [day.isoformat() for day in DAYS] if dates is None else dates
    values = [str(n * 1.5) for n in range(len(dates))] if values is None else values
    rows = [head, *(f"{day}{delimiter}{value}" for day, value in zip(dates, values, strict=True))]
    return "\n".join(rows).encode()


@pytest.mark.parametrize(
    "written",
    [
        "%Y-%m-%d",
        "%Y/%m/%d",
        "%Y.%m.%d",
        "%Y. %m. %d.",
        "%Y년 %m월 %d일",
        "%d/%m/%Y",
        "%m/%d/%Y",
        "%d.%m.%Y",
        "%Y%m%d",
        "%Y-%m-%d %H:%M",
        "%Y-%m-%dT%H:%M:%SZ",
        "%d %b %Y",
    ],
)
def test_dates_are_read_as_they_are_written(written):
    series = read_series(table([day.strftime(written) for day in DAYS]))
    assert series.columns == ("value",)
    assert series.dates.astype("datetime64[D]").tolist() == DAYS
    assert not series.sorted_here
    np.testing.assert_array_equal(series.values[:, 0], np.arange(30) * 1.5)


def test_years_and_months_are_dates():
    assert read_series(table([str(1990 + n) for n in range(30)], head="year,value")).dates is not None
    months = [f"{2000 + n // 12}-{n % 12 + 1:02d}" for n in range(30)]
    series = read_series(table(months))
    assert not series.gaps.size


def test_without_dates_rows_are_steps():
    series = read_series(("a,b\n" + "1,2\n" * 25).encode())
    assert series.dates is None
    assert series.columns == ("a", "b")


def test_gaps_are_found_and_left():
    dates = [day.isoformat() for day in DAYS if day.day not in (5, 6, 20)]
    series = read_series(table(dates))
    assert len(series) == 27
    assert series.gaps.tolist() == [3, 16]
    assert series.longest_gap == 3


def test_empty_cells_take_the_value_before_them():
    values = [str(n) for n in range(30)]
    values[4], values[5], values[20] = "", "NA", "-"
    series = read_series(table(values=values))
    assert series.filled == 3
    assert series.values[[4, 5, 20], 0].tolist() == [3, 3, 19]


def test_unsorted_rows_are_put_in_order():
    series = read_series(table([day.isoformat() for day in reversed(DAYS)]))
    assert series.sorted_here
    assert (np.diff(series.dates) > np.timedelta64(0)).all()
    assert series.values[0, 0] == 29 * 1.5


def test_numbers_as_people_write_them():
    comma = read_series(table(values=[f"{n},5" for n in range(30)], delimiter=";", head="date;value"))
    assert comma.values[2, 0] == 2.5
    thousands = read_series(table(values=[f'"1,{n:03d}.5"' for n in range(30)]))
    assert thousands.values[2, 0] == 1002.5


def test_columns_of_words_are_left_out():
    series = read_series(table(values=[f"{n},sunny" for n in range(30)], head="date,value,weather"))
    assert series.columns == ("value",)
    assert series.left_out == ("weather",)


def changed(place, text):
    return [text if n == place else str(n) for n in range(30)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (table(values=changed(7, "<b>much</b>")), "Line 9, column value: '<b>much</b>' is not a number"),
        (table(values=changed(7, "inf")), "Line 9"),
        (table(values=changed(7, "1e300")), "Line 9"),
        (table(values=changed(0, "")), "no value in the first row"),
        (table(dates=["2024-01-01"], values=["1"]), "The series has 1 rows; at least 20"),
        (table(dates=[day.isoformat() for day in [DAYS[0], *DAYS[:29]]]), "2024-01-01 occurs more than once"),
        (table(dates=["2024-13-45" if n == 3 else DAYS[n].isoformat() for n in range(30)]), "Line 5, column date"),
        (table(values=["word"] * 30), "No column holds numbers"),
        (b"", "empty"),
        (b"date,value\n" * 1_000_000, "MB"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(content, said):
    with pytest.raises(ExplorerError, match=said):
        read_series(content)


def test_an_own_series_is_kept_for_the_worker(tmp_path, monkeypatch):
    monkeypatch.setenv("EXPLORER_UPLOADS_DIR", str(tmp_path))
    dates = [day.isoformat() for day in DAYS if day.day != 5]
    name = keep_own(read_series(table(dates, [f"{n},word" for n in range(29)], head="date,값,weather")))
    series = series_of(name)
    assert series.columns == ("값",)
    assert series.left_out == ("weather",)
    assert series.gaps.tolist() == [3]
    split = DATASETS["series"].load(FULL, TRAIN, Windows(name, seq_length=3))
    assert split.inputs.shape == (20, 3, 1)


def test_a_constant_series_can_be_trained_on(tmp_path, monkeypatch):
    monkeypatch.setenv("EXPLORER_UPLOADS_DIR", str(tmp_path))
    name = keep_own(read_series(table(values=["7"] * 30)))
    assert not DATASETS["series"].load(FULL, TRAIN, Windows(name)).inputs.any()
