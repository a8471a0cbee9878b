"""Series to forecast: stock prices, generated ones, and the reader's own."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np

from explorer.datasets import uploads
from explorer.messages import N_, ExplorerError, message

STOCKS_FILE = Path(__file__).parent / "samples" / "stocks.npz"
STOCKS, OWN = "stocks", "own-"
"""An own series is called by OWN and the id of its upload."""


@dataclass(frozen=True, eq=False)
class Series:
    """Values (rows, columns) in the order of time.

    `dates` (rows,) of datetime64[s] are None where steps are only counted. Of an own series
    `filled` empty cells hold the value before them, `sorted_here` says that the file was not in
    the order of time, and `left_out` names the columns without numbers.
    """

    columns: tuple[str, ...]
    values: np.ndarray
    dates: np.ndarray | None = None
    filled: int = 0
    sorted_here: bool = False
    left_out: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.values)

    def column(self, name: str) -> np.ndarray:
        """One column's values (rows,).

        Raises:
            ExplorerError: if there is none of that name.
        """
        if name not in self.columns:
            raise ExplorerError(
                message(
                    N_("This series has no column {column}; choose among: {columns}."),
                    column=name[:60],
                    columns=", ".join(self.columns),
                )
            )
        values: np.ndarray = self.values[:, self.columns.index(name)]
        return values

    @cached_property
    def step(self) -> np.timedelta64 | None:
        """The usual time from one row to the next."""
        return np.timedelta64(int(np.median(self._seconds)), "s") if len(self._seconds) else None

    @cached_property
    def gaps(self) -> np.ndarray:
        """The rows after which more than one and a half usual steps pass."""
        if self.step is None:
            return np.empty(0, int)
        return np.flatnonzero(self._seconds > 1.5 * self.step.astype(np.int64))

    @property
    def longest_gap(self) -> int:
        """The row after which most time passes; there must be dates."""
        return int(self._seconds.argmax())

    @cached_property
    def _seconds(self) -> np.ndarray:
        """From each row to the next."""
        return np.empty(0, np.int64) if self.dates is None else np.diff(self.dates).astype(np.int64)


@dataclass(frozen=True)
class Generator:
    """A generated series: its title, its columns, and its values (rows, columns) from rows, noise and chance."""

    title: str
    columns: tuple[str, ...]
    values: Callable[[int, float, np.random.Generator], np.ndarray]


def _river(rows: int, noise: float, chance: np.random.Generator) -> np.ndarray:
    """A level that yesterday's level, rain and temperature decide; the wind has no part in it."""
    temperature = 10 + 8 * np.sin(2 * np.pi * np.arange(rows) / 120) + 6 * _autoregressive(rows, 0.7, chance)
    rain = np.maximum(0, 6 * _autoregressive(rows, 0.5, chance) - 1)
    wind = 4 + np.abs(3 * _autoregressive(rows, 0.3, chance))
    level = np.empty(rows)
    level[0] = 2.0
    surprise = noise * 0.5 * chance.standard_normal(rows)
    for t in range(1, rows):
        level[t] = 0.4 + 0.8 * level[t - 1] + 0.1 * rain[t - 1] - 0.02 * (temperature[t - 1] - 10) + surprise[t]
    return np.stack([level, rain, temperature, wind], axis=1)


def _sine(rows: int, noise: float, chance: np.random.Generator) -> np.ndarray:
    return (np.sin(2 * np.pi * np.arange(rows) / 25) + noise * chance.standard_normal(rows))[:, np.newaxis]


def _season(rows: int, noise: float, chance: np.random.Generator) -> np.ndarray:
    t = np.arange(rows)
    season = 20 * np.sin(2 * np.pi * t / 12) + 6 * np.cos(4 * np.pi * t / 12)
    return (100 + 100 * t / rows + season + 20 * noise * chance.standard_normal(rows))[:, np.newaxis]


def _walk(rows: int, noise: float, chance: np.random.Generator) -> np.ndarray:
    """Each value is the one before it and a random step, so nothing can be known of the step."""
    return (100 + np.cumsum(10 * noise * chance.standard_normal(rows)))[:, np.newaxis]


def _ar1(rows: int, noise: float, chance: np.random.Generator) -> np.ndarray:
    return (10 * noise * _autoregressive(rows, 0.5, chance))[:, np.newaxis]


def _autoregressive(rows: int, share: float, chance: np.random.Generator) -> np.ndarray:
    """x[t] = share · x[t - 1] + e[t], with e such that the variance of x is 1."""
    values = chance.standard_normal(rows)
    spread = np.sqrt(1 - share**2)
    for t in range(1, rows):
        values[t] = share * values[t - 1] + spread * values[t]
    return values


GENERATORS: dict[str, Generator] = {
    "river": Generator(
        N_("River level and weather (generated)"),
        (N_("level"), N_("rain"), N_("temperature"), N_("wind")),
        _river,
    ),
    "sine": Generator(N_("Sine wave with noise (generated)"), (N_("wave"),), _sine),
    "season": Generator(N_("Trend and season (generated)"), (N_("sales"),), _season),
    "walk": Generator(N_("Random walk (generated)"), (N_("walk"),), _walk),
    "ar1": Generator(N_("AR(1): half of the last value and chance (generated)"), (N_("value"),), _ar1),
}


def series_of(name: str, rows: int = 1000, noise: float = 0.1, seed: int = 1) -> Series:
    """A series by its name; `rows`, `noise` and `seed` are for the generated ones.

    Raises:
        ExplorerError: if there is none of that name, or its file is damaged or gone.
    """
    if name in GENERATORS:
        return _generated(name, rows, noise, seed)
    if name == STOCKS:
        return _stocks()
    if name.startswith(OWN):
        return _own(name.removeprefix(OWN))
    known = ", ".join((*GENERATORS, STOCKS))
    raise ExplorerError(message(N_("There is no series {name}; choose among: {known}."), name=name[:60], known=known))


def keep_own(series: Series) -> str:
    """Keep a series of the reader's where training finds it; returns its name.

    Raises:
        ExplorerError: if it cannot be kept.
    """
    arrays = {
        "values": series.values,
        "columns": np.array(series.columns),
        "left_out": np.array(series.left_out, dtype=np.str_),
        "told": np.array([series.filled, series.sorted_here], np.int64),
    }
    return OWN + uploads.keep(arrays if series.dates is None else {**arrays, "dates": series.dates})


@lru_cache(maxsize=32)
def _generated(name: str, rows: int, noise: float, seed: int) -> Series:
    generator = GENERATORS[name]
    values = generator.values(rows, noise, np.random.default_rng(seed))
    values.setflags(write=False)
    return Series(generator.columns, values)


@lru_cache(maxsize=1)
def _stocks() -> Series:
    try:
        with np.load(STOCKS_FILE, allow_pickle=False) as archive:
            return _of_arrays({name: archive[name] for name in ("dates", "columns", "values")})
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile, zlib.error) as error:
        raise ExplorerError(
            message(N_("The data file {file} is truncated or damaged."), file=STOCKS_FILE.name)
        ) from error


@lru_cache(maxsize=16)
def _own(upload: str) -> Series:
    arrays = uploads.load(upload)
    if not {"values", "columns", "left_out", "told"} <= set(arrays):
        raise ExplorerError(message(N_("This data of your own is no series; give the file again.")))
    return _of_arrays(arrays)


def _of_arrays(arrays: dict[str, np.ndarray]) -> Series:
    for array in arrays.values():
        array.setflags(write=False)
    filled, sorted_here = arrays.get("told", np.zeros(2, np.int64))
    return Series(
        tuple(map(str, arrays["columns"])),
        arrays["values"],
        arrays.get("dates"),
        int(filled),
        bool(sorted_here),
        tuple(map(str, arrays.get("left_out", ()))),
    )
