"""Everything about convolution: the microscope in Chromium, its page, one large mosaic, filters and augmentation."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import augmentation, filters
from benchmarks.client import warm
from benchmarks.controls import Control, moved
from benchmarks.figures import Figure, at_most, median, percentile, told
from explorer.figures.mosaic import MosaicLabels, mosaic_figure
from explorer.figures.payload import to_json
from explorer.inspection.mosaic import tile
from scripts.app_server import AppServer, chromium

POINTER_MOVES = 300
CONTROLS = (
    Control("convolution_size", "convolution", "conv_size", ((1,), (2,), (3,), (4,)), "conv_padding=same"),
    Control("convolution_stride", "convolution", "conv_stride", ((2,), (3,), (4,)), "conv_input=image"),
    Control("convolution_image", "convolution", "conv_image", tuple(range(1, 31)), "conv_input=image&conv_filters=6"),
    Control("convolution_photo", "convolution", "conv_size", ((5,), (7,), (3,)), "conv_input=photo&conv_filters=6"),
    Control("pooling_size", "pooling", "pool_size", ((3,), (4,), (2,))),
    Control("dropout_step", "pooling", "drop_step", ((2,), (3,), (4,)), "pool_view=dropout"),
    Control("augmentation_rotation", "augmentation", "aug_rotation_range", ((5,), (20,), (45,))),
    Control("inside_value", "inside_cnn", "map", tuple(range(2, 33)), "view=value&layer=conv2d_2"),
)
# From the event itself until every listener has run: the highlight is drawn and the sentence written then.
CLOCK = """() => {
  window.highlights = [];
  window.addEventListener("pointermove", (event) => window.highlights.push(performance.now() - event.timeStamp));
}"""


def run() -> Iterator[Figure]:
    yield from _microscope()
    with warm() as server:
        for control in CONTROLS:
            yield from moved(server, control, 100)
    yield _mosaic()
    yield from filters.run()
    yield from augmentation.run()


def _microscope() -> Iterator[Figure]:
    """The pointer over input and output of a 28 x 28 image."""
    with tempfile.TemporaryDirectory() as folder:
        server = AppServer(Path(folder)).start()
        try:
            with chromium() as browser:
                page = browser.new_page(viewport={"width": 1280, "height": 900})
                page.goto(f"{server.url}/convolution?conv_input=image&conv_size=7&conv_padding=same")
                page.locator(".microscope .output canvas.marks").wait_for(timeout=60_000)
                page.wait_for_timeout(15_000)  # the training process has loaded TensorFlow then
                times = [time for grid in ("output", "input") for time in _highlights(page, grid)]
        finally:
            server.stop()
    yield told("microscope_highlight_median_ms", median(times), "ms")
    yield at_most("microscope_highlight_p95_ms", percentile(times, 0.95), "ms", 16)


def _highlights(page: Any, grid: str) -> list[float]:
    page.evaluate(CLOCK)
    box = page.locator(f".microscope .{grid} canvas.marks").bounding_box()
    random = np.random.default_rng(0)
    for across, down in random.random((POINTER_MOVES, 2)):
        page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"])
    return [float(time) for time in page.evaluate("window.highlights")]


def _mosaic() -> Figure:
    maps = np.random.default_rng(0).random((14, 14, 64)).astype(np.float32)
    drawn = mosaic_figure(tile(maps), "64 maps", MosaicLabels("map", "row", "column", "value"))
    return at_most("mosaic_64_maps_kb", len(to_json(drawn).encode()) / 1000, "kB", 100)
