"""Series as examples: windows of `seq_length` steps in the order of time, and the value that follows each."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, ClassVar

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from explorer.controls import Fraction, Switch, Whole, setting
from explorer.datasets.base import FULL, TEST, TRAIN, Availability, Counts, Dataset, Preparation, Split, Task
from explorer.datasets.series_sources import Series, series_of
from explorer.messages import N_, ExplorerError, Message, message

TOLERANCE = 0.04
"""A forecast counts as right within this share of the training part's range."""
MINIMUM_WINDOWS = 10
MAXIMUM_FEATURES = 20
MAXIMUM_NUMBERS = 10_000_000
"""In all windows together; overlapping ones repeat the rows."""


@dataclass(frozen=True)
class Windows(Preparation):
    """How a series becomes examples.

    `features` are the columns that the model reads (none named: all), `target` the one it
    forecasts ("": the first). `rows`, `noise` and `seed` are for generated series.
    """

    series: str = "river"
    features: tuple[str, ...] = ()
    target: str = ""
    seq_length: int = setting(
        2, Whole(N_("seq_length"), N_("Time steps that the model sees before the one it forecasts."), 1, 100)
    )
    test_share: float = setting(
        0.2, Fraction(N_("Test share"), N_("The last part of the series, kept for testing."), 0.05, 0.5)
    )
    min_max: bool = setting(
        True, Switch(N_("Min–max scaling"), N_("Map each column's smallest training value to 0 and its largest to 1."))
    )
    rows: int = setting(1000, Whole(N_("Steps"), N_("Length of a generated series."), 100, 5000, 100))
    noise: float = setting(0.1, Fraction(N_("Noise"), N_("Share of chance in a generated series."), 0.0, 1.0))
    seed: int = setting(1, Whole(N_("Seed"), N_("Another seed draws another series."), 0, 99_999))

    def __post_init__(self) -> None:
        super().__post_init__()
        names = (self.series, self.target, *self.features)
        if not isinstance(self.features, tuple) or not all(isinstance(name, str) for name in names):
            raise TypeError(names)
        if len(set(self.features)) != len(self.features) or len(self.features) > MAXIMUM_FEATURES:
            raise ExplorerError(
                message(N_("Choose each feature once, and at most {maximum}."), maximum=MAXIMUM_FEATURES)
            )

    @property
    def source(self) -> Series:
        """The series itself.

        Raises:
            ExplorerError: if it is not at hand.
        """
        return series_of(self.series, self.rows, self.noise, self.seed)


@dataclass(frozen=True, eq=False)
class MinMax:
    """x' = (x − low) / (high − low) for each column, as scikit-learn's MinMaxScaler: high = low only shifts to 0."""

    low: np.ndarray
    high: np.ndarray

    @staticmethod
    def of(values: np.ndarray) -> MinMax:
        """The smallest and largest value of each column of (rows, columns)."""
        return MinMax(values.min(axis=0), values.max(axis=0))

    @property
    def constant(self) -> np.ndarray:
        """Which columns have no range (columns,)."""
        return self.high - self.low < 10 * np.finfo(np.float64).eps

    @cached_property
    def range(self) -> np.ndarray:
        """What is divided by (columns,)."""
        return np.where(self.constant, 1.0, self.high - self.low)

    def scaled(self, values: np.ndarray) -> np.ndarray:
        """Values (..., columns) on the scale where the training part lies from 0 to 1."""
        return (values - self.low) / self.range

    def unscaled(self, values: np.ndarray) -> np.ndarray:
        """Scaled values (..., columns) in their own units again."""
        return values * self.range + self.low


@dataclass(frozen=True, eq=False)
class Prepared:
    """A series as a model meets it.

    Window k holds the rows from k to k + seq_length − 1 and its target is row k + seq_length.
    Rows before `cut` are the training part: only they decide the scale, and windows whose
    target lies among them are trained on. Test windows may begin in the training part, as
    the past is known when a forecast is made; no training window reaches into the test part.

    `features` (rows, columns) and `target` (rows,) are in their own units, and
    `scale` and `target_scale` map them to what the model reads and gives.
    """

    series: Series
    names: tuple[str, ...]
    target_name: str
    features: np.ndarray
    target: np.ndarray
    seq_length: int
    cut: int
    scale: MinMax
    target_scale: MinMax

    @property
    def rows(self) -> int:
        return len(self.target)

    @property
    def counts(self) -> Counts:
        """Windows of each part."""
        return Counts(self.cut - self.seq_length, self.rows - self.cut)

    @cached_property
    def inputs(self) -> np.ndarray:
        """What the model reads of each row: (rows, features) of float32."""
        return self.scale.scaled(self.features).astype(np.float32)

    @cached_property
    def labels(self) -> np.ndarray:
        """What the model should say of each row: (rows,) of float32."""
        return self.target_scale.scaled(self.target[:, np.newaxis])[:, 0].astype(np.float32)

    @property
    def place(self) -> int | None:
        """Where the target is among the features, if it is."""
        return self.names.index(self.target_name) if self.target_name in self.names else None

    @property
    def tolerance(self) -> float:
        """How far from the truth a forecast still counts as right, on the model's scale."""
        extent = float(np.ptp(self.target[: self.cut]) / self.target_scale.range[0])
        return TOLERANCE * (extent or 1.0)

    def windows(self, first: int = 0, last: int | None = None) -> np.ndarray:
        """Windows `first` to `last` (excluded): (windows, seq_length, features)."""
        return windows(self.inputs, self.seq_length)[first:last]

    def split(self, part: str) -> Split:
        """The examples of a part, in the order of time."""
        count = self.counts.train
        chosen = slice(count) if part == TRAIN else slice(count, None)
        inputs = np.ascontiguousarray(windows(self.inputs, self.seq_length)[chosen])
        return Split(inputs, self.labels[self.seq_length :][chosen])

    def in_units(self, scaled: np.ndarray) -> np.ndarray:
        """Forecasts (n,) on the model's scale, in the target's own units."""
        return self.target_scale.unscaled(scaled.astype(np.float64)[:, np.newaxis])[:, 0]


def windows(values: np.ndarray, seq_length: int) -> np.ndarray:
    """All windows of `seq_length` rows that a row follows: (rows − seq_length, seq_length, columns)."""
    return np.moveaxis(sliding_window_view(values, seq_length, axis=0), -1, 1)[:-1]


@lru_cache(maxsize=8)
def prepared(wanted: Windows) -> Prepared:
    """The series that a preparation names, divided and scaled as it says.

    Raises:
        ExplorerError: if a column is missing or a window does not fit into the training part.
    """
    series = wanted.source
    names = wanted.features or series.columns
    target_name = wanted.target or series.columns[0]
    features = np.stack([series.column(name) for name in names], axis=1)
    target = series.column(target_name)
    cut = len(series) - max(1, round(len(series) * wanted.test_share))
    _check_length(len(series), cut, wanted.seq_length)
    _check_size(len(series) * wanted.seq_length * len(names))
    scale, target_scale = MinMax.of(features[:cut]), MinMax.of(target[:cut, np.newaxis])
    if not wanted.min_max:
        scale, target_scale = _unchanged(len(names)), _unchanged(1)
    return Prepared(series, names, target_name, features, target, wanted.seq_length, cut, scale, target_scale)


def _unchanged(columns: int) -> MinMax:
    return MinMax(np.zeros(columns), np.ones(columns))


def _check_length(rows: int, cut: int, seq_length: int) -> None:
    if seq_length >= rows:
        raise ExplorerError(
            message(
                N_("A window of {seq_length} steps is longer than the series of {rows}; use at most {most}."),
                seq_length=seq_length,
                rows=f"{rows:,}",
                most=max(1, cut - MINIMUM_WINDOWS),
            )
        )
    if cut - seq_length < MINIMUM_WINDOWS:
        raise ExplorerError(
            message(
                N_(
                    "Windows of {seq_length} steps leave {windows} to train on in the first {cut} rows, and {minimum} "
                    "are needed; use shorter windows, at most {most}, or a smaller test part."
                ),
                seq_length=seq_length,
                windows=max(0, cut - seq_length),
                cut=f"{cut:,}",
                minimum=MINIMUM_WINDOWS,
                most=max(1, cut - MINIMUM_WINDOWS),
            )
        )


def _check_size(numbers: int) -> None:
    if numbers > MAXIMUM_NUMBERS:
        raise ExplorerError(
            message(
                N_(
                    "These windows hold {found} million numbers, and at most {most} million work here; "
                    "shorten them or use fewer features."
                ),
                found=f"{numbers / 1e6:.0f}",
                most=MAXIMUM_NUMBERS // 10**6,
            )
        )


@dataclass(frozen=True)
class SeriesDataset(Dataset):
    """The series that a preparation names; none of them needs a download."""

    name: str = "series"
    title: Message = field(default_factory=lambda: message(N_("Time series")))
    preparation: ClassVar[type[Preparation] | None] = Windows

    def task(self, variant: str, preparation: Preparation | None = None) -> Task:
        found = self._prepared(variant, preparation)
        shape = (found.seq_length, len(found.names))
        return Task(shape, 1, "mean_squared_error", tolerance=found.tolerance, ordered=True)

    def counts(self, variant: str, preparation: Preparation | None = None) -> Counts:
        return self._prepared(variant, preparation).counts

    def load(self, variant: str, part: str, preparation: Preparation | None = None) -> Split:
        return self._prepared(variant, preparation).split(part)

    def available(self, parts: tuple[str, ...] = (TRAIN, TEST)) -> Availability:
        return Availability(FULL, self.counts(FULL), message(N_("the app itself")))

    def _prepared(self, variant: str, preparation: Any) -> Prepared:
        if variant != FULL:
            raise ExplorerError(
                message(
                    N_("{dataset} has no variant {variant}; use {full}."),
                    dataset=self.title,
                    variant=repr(variant)[:60],
                    full=FULL,
                )
            )
        return prepared(preparation or Windows())
