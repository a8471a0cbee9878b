"""Many small maps as one picture: laid out in a grid with a gap of one cell between them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Mosaic:
    """Maps side by side.

    `values` is the picture with NaN in the gaps; `tiles` (rows, columns) says how many maps
    lie where; `tile_shape` is one map's height and width; `count` maps are real, the rest of
    the grid is empty. `by_channel` says that a row of maps is an input channel and a column
    a filter.
    """

    values: np.ndarray
    tiles: tuple[int, int]
    tile_shape: tuple[int, int]
    count: int
    by_channel: bool = False

    def scaled_by_map(self) -> np.ndarray:
        """Each map stretched over 0 to 1 by its own smallest and largest value; gaps stay NaN."""
        height, width = self.tile_shape
        scaled = np.full_like(self.values, np.nan)
        for row in range(self.tiles[0]):
            for column in range(self.tiles[1]):
                place = np.s_[row * (height + 1) :, column * (width + 1) :]
                tile = self.values[place][:height, :width]
                low, high = np.nanmin(tile), np.nanmax(tile)
                scaled[place][:height, :width] = (tile - low) / (high - low if high > low else 1)
        return scaled

    def map_numbers(self) -> np.ndarray:
        """For each cell of the picture the number of its map, from 1; gaps belong to the map before them."""
        height, width = self.tile_shape
        rows = np.arange(self.values.shape[0]) // (height + 1)
        columns = np.arange(self.values.shape[1]) // (width + 1)
        numbers = rows[:, None] * self.tiles[1] + columns + 1
        return numbers.astype(np.uint8 if numbers.max() < 256 else np.uint16)


def usual_reach(mosaic: Mosaic) -> float:
    """How far from 0 nearly all values (98 %) lie: a few large ones must not pale the rest."""
    return float(np.nanquantile(np.abs(mosaic.values), 0.98))


@dataclass(frozen=True)
class MapStatistics:
    """One map's number (from 1), smallest, largest and mean value."""

    number: int
    minimum: float
    maximum: float
    mean: float


def statistics(maps: np.ndarray) -> list[MapStatistics]:
    """Of each of the maps (height, width, n)."""
    flat = maps.reshape(-1, maps.shape[-1])
    rows = zip(flat.min(axis=0), flat.max(axis=0), flat.mean(axis=0), strict=True)
    return [MapStatistics(n, float(a), float(b), float(c)) for n, (a, b, c) in enumerate(rows, start=1)]


def tile(maps: np.ndarray, columns: int | None = None) -> Mosaic:
    """Maps (height, width, n) in a grid as balanced as can be, or of `columns` columns."""
    height, width, count = maps.shape
    columns = columns or _balanced_columns(height, width, count)
    rows = math.ceil(count / columns)
    grid = np.full((rows * columns, height + 1, width + 1), np.nan, np.float32)
    grid[:count, :height, :width] = np.moveaxis(maps, -1, 0)
    picture = grid.reshape(rows, columns, height + 1, width + 1).swapaxes(1, 2)
    values = picture.reshape(rows * (height + 1), columns * (width + 1))[:-1, :-1]
    return Mosaic(np.ascontiguousarray(values), (rows, columns), (height, width), count)


def tile_values(output: np.ndarray, proportion: float = 4) -> Mosaic:
    """A layer's output for one image as a picture: maps (h, w, n) tiled, a vector (n,) as one strip of cells."""
    if output.ndim == 3:
        return tile(output)
    cells = strip(output, proportion)
    return Mosaic(cells, (1, 1), (cells.shape[0], cells.shape[1]), 1)


def strip(vector: np.ndarray, proportion: float = 4) -> np.ndarray:
    """A vector (n,) row by row as cells (rows, columns), filled up with NaN."""
    rows, columns = strip_shape(vector.size, proportion)
    cells = np.full(rows * columns, np.nan, np.float32)
    cells[: vector.size] = vector
    return cells.reshape(rows, columns)


def strip_shape(size: int, proportion: float = 4) -> tuple[int, int]:
    """Rows and columns of the strip for a vector of `size` values, about `proportion` times as wide as high."""
    columns = min(size, max(10, math.ceil(math.sqrt(size * proportion))))
    return math.ceil(size / columns), columns


def tile_kernels(kernel: np.ndarray, channel: int | None = None) -> Mosaic:
    """Kernels (height, width, channels, filters): one channel's, or all, a row per channel."""
    height, width, channels, filters = kernel.shape
    if channel is not None or channels == 1:
        return tile(kernel[:, :, channel or 0, :])
    mosaic = tile(kernel.reshape(height, width, channels * filters), columns=filters)
    return Mosaic(mosaic.values, mosaic.tiles, mosaic.tile_shape, mosaic.count, by_channel=True)


def _balanced_columns(height: int, width: int, count: int) -> int:
    """The divisor of `count` that makes the picture nearest to a screen's proportions."""
    wanted = 1.6
    candidates = [c for c in range(1, count + 1) if count % c == 0] if count > 3 else [count]
    best = min(candidates, key=lambda c: abs(math.log((c * width) / (count / c * height) / wanted)))
    if best in (1, count) and count > 4:
        return math.ceil(math.sqrt(count * wanted))
    return best
