"""The optimisers' paths in Chromium while they play, and the slice of a real model's loss."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.figures import Figure, at_least, at_most, percentile, told
from explorer.datasets import DATASETS, SAMPLE, TEST
from explorer.inspection.descent import MAXIMUM_STEPS
from explorer.inspection.loss_slice import measure, training_plane
from explorer.inspection.optimizers import OPTIMIZERS
from explorer.training.store import Store
from scripts.app_server import AppServer, chromium

PLAYED_MS = 8_000
MODEL, IMAGES = "cnn-one-block", 64
# Every frame begins with clearing the canvas of the paths.
CLOCK = """() => {
  window.drawn = [];
  const clear = CanvasRenderingContext2D.prototype.clearRect;
  CanvasRenderingContext2D.prototype.clearRect = function (...box) {
    if (this.canvas.matches('.over.surface')) window.drawn.push(performance.now());
    return clear.apply(this, box);
  };
}"""


def run() -> Iterator[Figure]:
    yield from _playing()
    yield from _slice()


def _playing() -> Iterator[Figure]:
    """All optimisers over as many steps as there may be, at the highest speed."""
    messages: list[Any] = []

    def listen(socket: Any) -> None:
        socket.on("framesent", lambda frame: messages.append(frame))
        socket.on("framereceived", lambda frame: messages.append(frame))

    with tempfile.TemporaryDirectory() as folder:
        server = AppServer(Path(folder)).start()
        try:
            with chromium() as browser:
                page = browser.new_page(viewport={"width": 1280, "height": 900})
                page.on("websocket", listen)
                page.goto(f"{server.url}/optimisers?optim_chosen={','.join(OPTIMIZERS)}&optim_steps={MAXIMUM_STEPS}")
                page.locator(".optimisers canvas.over.surface").wait_for(timeout=60_000)
                page.wait_for_timeout(15_000)  # the training process has loaded TensorFlow then
                page.get_by_label("Speed").select_option(label="30 per second")
                page.evaluate(CLOCK)
                before = len(messages)
                page.get_by_role("button", name="Play").click()
                page.wait_for_timeout(PLAYED_MS)
                drawn = np.array(page.evaluate("window.drawn"))
                sent = len(messages) - before
        finally:
            server.stop()
    gaps = np.diff(drawn)
    yield at_least("optimisers_frames_per_second", 1000 / float(gaps.mean()), "1/s", 30)
    yield told("optimisers_frame_p95_ms", percentile(gaps.tolist(), 0.95), "ms")
    yield at_most("optimisers_messages_while_playing", sent, "messages", 0)


def _slice() -> Iterator[Figure]:
    """The loss at all places of a plane through a shipped model's weights."""
    found = Store.from_environment().open(MODEL)
    trained, untrained = found.network(found.kept_epoch), found.network(0)
    split = DATASETS["fashion-mnist"].load(SAMPLE, TEST)
    inputs, labels = split.inputs[:IMAGES] / np.float32(255), split.labels[:IMAGES].astype(int)
    began = time.perf_counter()
    measure(trained, training_plane(trained, untrained, 0), inputs, labels)
    yield told("loss_slice_s", time.perf_counter() - began, "s")
