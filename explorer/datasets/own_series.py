"""A series from a reader's own table: which column holds the dates, which hold numbers, and what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np

from explorer.datasets.series_sources import Series
from explorer.datasets.tables import Table, is_number, read_table
from explorer.messages import N_, ExplorerError, message

MINIMUM_ROWS = 20
LARGEST = 1e15
EMPTY = frozenset(("", "-", "na", "n/a", "nan", "null", "none"))
DATE_FORMATS = (
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y. %m. %d",
    "%Y. %m. %d.",
    "%Y년 %m월 %d일",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y.%m.%d %H:%M",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M",
    "%Y-%m",
    "%Y/%m",
    "%b %d, %Y",
    "%d %b %Y",
)
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
_DIGITS = re.compile(r"\d{8}|\d{4}")

ReadDate = Callable[[str], datetime]


def read_series(content: bytes) -> Series:
    """The series in a file of separated values: a column of dates, and columns of numbers.

    Empty cells take the value before them, rows are put in the order of time, and columns
    without any number are left out; the series says so. Without a column of dates the rows
    count as steps.

    Raises:
        ExplorerError: in one sentence, for anything that makes it no series.
    """
    table = read_table(content)
    if len(table.rows) < MINIMUM_ROWS:
        raise ExplorerError(
            message(
                N_("The series has {rows} rows; at least {minimum} are needed to learn from some and test on others."),
                rows=len(table.rows),
                minimum=MINIMUM_ROWS,
            )
        )
    dated, dates = _dates(table)
    order = np.arange(len(table.rows)) if dates is None else np.argsort(dates, kind="stable")
    if dates is not None:
        dates = dates[order]
        _refuse_repeated(dates)
    numbers = {name: _numbers(table, name) for name in table.columns if name != dated}
    kept = {name: values[order] for name, values in numbers.items() if values is not None}
    if not kept:
        raise ExplorerError(message(N_("No column holds numbers; a series needs at least one.")))
    values, filled = _filled(np.stack(list(kept.values()), axis=1), tuple(kept))
    left_out = tuple(name for name, values in numbers.items() if values is None)
    return Series(tuple(kept), values, dates, filled, bool((np.diff(order) < 0).any()), left_out)


def _dates(table: Table) -> tuple[str | None, np.ndarray | None]:
    """The first column of dates, and the dates as datetime64[s]; both None if there is none."""
    for place, name in enumerate(table.columns):
        cells = table.column(name)
        reader = _date_reader(cells, digits=place == 0 and len(table.columns) > 1)
        if reader is None:
            continue
        return name, np.array([_date(reader, cell, table, name, row) for row, cell in enumerate(cells)])
    return None, None


def _date_reader(cells: list[str], digits: bool) -> ReadDate | None:
    """What reads most of the cells as dates, in the order of time if there is a choice.

    Plain numbers are dates only in the first of several columns (`digits`), as 20240131 or as years that rise.
    """
    if all(map(is_number, filter(None, cells))):
        fit = digits and _count(_plausible_digits, cells) == len(cells) and _rising(_plausible_digits, cells)
        return _plausible_digits if fit else None
    readers: list[ReadDate] = [_iso, *(_formatted(pattern) for pattern in DATE_FORMATS)]
    fitting = {reader: found for reader in readers if 2 * (found := _count(reader, cells)) > len(cells)}
    if not fitting:
        return None
    most = max(fitting.values())
    best = [reader for reader, found in fitting.items() if found == most]
    return next((reader for reader in best if most == len(cells) and _rising(reader, cells)), best[0])


def _iso(cell: str) -> datetime:
    found = datetime.fromisoformat(cell)
    return found if found.tzinfo is None else found.astimezone(UTC).replace(tzinfo=None)


def _formatted(pattern: str) -> ReadDate:
    return lambda cell: datetime.strptime(cell, pattern)


def _plausible_digits(cell: str) -> datetime:
    if not _DIGITS.fullmatch(cell):
        raise ValueError(cell)
    found = datetime.strptime(cell, "%Y%m%d" if len(cell) == 8 else "%Y")
    if not 1500 <= found.year <= 2200:
        raise ValueError(cell)
    return found


def _count(reader: ReadDate, cells: list[str]) -> int:
    """How many cells the reader can read; it is given up when the first ones are all no dates."""
    found = 0
    for place, cell in enumerate(cells):
        try:
            reader(cell)
            found += 1
        except ValueError:
            if not found and place >= 20:
                return 0
    return found


def _rising(reader: ReadDate, cells: list[str]) -> bool:
    dates = [reader(cell) for cell in cells]
    return all(before <= after for before, after in pairwise(dates))


def _date(reader: ReadDate, cell: str, table: Table, column: str, row: int) -> np.datetime64:
    try:
        return np.datetime64(reader(cell), "s")
    except ValueError as error:
        raise ExplorerError(
            message(
                N_("Line {line}, column {column}: {cell} is no date as the others are; mend or remove that line."),
                line=f"{table.lines[row]:,}",
                column=column,
                cell=repr(cell[:40]),
            )
        ) from error


def _refuse_repeated(dates: np.ndarray) -> None:
    same = np.flatnonzero(dates[1:] == dates[:-1])
    if same.size:
        raise ExplorerError(
            message(
                N_("The date {date} occurs more than once, and {count} dates in all; keep one row for each."),
                date=str(dates[same[0]]).replace("T00:00:00", ""),
                count=len(np.unique(dates[same])),
            )
        )


def _numbers(table: Table, column: str) -> np.ndarray | None:
    """A column's numbers with NaN for empty cells; None if none of its cells is a number."""
    cells = table.column(column)
    comma = table.delimiter != ","
    values = [_number(cell, comma) for cell in cells]
    if all(value is None or np.isnan(value) for value in values):
        return None
    for row, value in enumerate(values):
        if value is None or abs(value) > LARGEST:
            raise ExplorerError(
                message(
                    N_("Line {line}, column {column}: {cell} is not a number that can be used; mend or remove it."),
                    line=f"{table.lines[row]:,}",
                    column=column,
                    cell=repr(cells[row][:40]),
                )
            )
    return np.array(values, np.float64)


def _number(cell: str, comma: bool) -> float | None:
    """The number in a cell, NaN if it is empty, None if it is something else.

    With `comma` 1,5 is one and a half; otherwise 1,500 is a thousand and five hundred.
    """
    if cell.lower() in EMPTY:
        return float("nan")
    if comma and _DECIMAL_COMMA.fullmatch(cell):
        cell = cell.replace(",", ".")
    elif _THOUSANDS.fullmatch(cell):
        cell = cell.replace(",", "")
    return float(cell) if is_number(cell) else None


def _filled(values: np.ndarray, columns: tuple[str, ...]) -> tuple[np.ndarray, int]:
    """The values with each NaN replaced by the last number above it, and how many there were."""
    empty = np.isnan(values)
    first = np.flatnonzero(empty[0])
    if first.size:
        raise ExplorerError(
            message(
                N_(
                    "Column {column} has no value in the first row, so there is nothing to fill it with; "
                    "begin the table where all columns have values."
                ),
                column=columns[first[0]],
            )
        )
    rows = np.where(empty, 0, np.arange(len(values))[:, np.newaxis])
    return np.take_along_axis(values, np.maximum.accumulate(rows, axis=0), axis=0), int(empty.sum())
