"""A forward pass that keeps every value, beside Keras's predict, for one example.

Keras runs in a process of its own, as in the app: TensorFlow's threads and numpy's would
fight for the same cores in one. The two take turns.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from benchmarks.figures import Figure, at_least, at_most, median, told
from explorer.network import Network
from explorer.presets import PRESETS
from explorer.specs import ModelSpec
from explorer.training.snapshots import read_weights

ROUNDS = 15
CALLS = 5
CHILD = "--keras"
PRESET = "cnn-two-blocks"


def run() -> Iterator[Figure]:
    ours, predict, call = beside_keras(PRESET)
    yield at_most("trace_ms", ours, "ms", 2)
    yield told("keras_predict_ms", predict, "ms")
    yield told("keras_call_ms", call, "ms")
    yield at_least("trace_speedup", predict / ours, "times", 30)


def beside_keras(preset: str) -> tuple[float, float, float]:
    """Milliseconds for one example of an untrained preset: our trace, Keras's predict, a call of its model."""
    with tempfile.TemporaryDirectory() as folder:
        child = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.trace", CHILD, preset, folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[1],
        )
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdout.readline()
        spec = PRESETS[preset].spec
        network, example = Network(spec, read_weights(Path(folder) / "snapshots.npz", 0)), _example(spec)
        rows = []
        for _ in range(ROUNDS):
            ours = _milliseconds(lambda: network.trace(example))
            child.stdin.write("next\n")
            child.stdin.flush()
            rows.append((ours, *(float(word) for word in child.stdout.readline().split())))
        child.stdin.close()
        child.wait()
    ours, predict, call = (median(column) for column in zip(*rows, strict=True))
    return ours, predict, call


def _example(spec: ModelSpec) -> np.ndarray:
    """One input: an image, or as many tokens as the model reads."""
    random = np.random.default_rng(0)
    if spec.layers[0].tokens_in:
        return random.integers(4, 500, (1, *spec.input_shape)).astype(np.int32)
    return random.random((1, *spec.input_shape), np.float32)


def _milliseconds(work: Callable[[], object]) -> float:
    """The median of a few calls in a row, the first of which finds its caches empty."""
    times = []
    for _ in range(CALLS):
        began = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - began))
    return median(times)


def _keras(preset: str, folder: Path) -> None:
    """The child: saves its weights, then answers each line with the times of predict and of a call."""
    from explorer.training import worker
    from explorer.training.snapshots import SnapshotWriter

    spec = PRESETS[preset].spec
    model, example = worker.build(spec), _example(spec)
    SnapshotWriter(folder / "snapshots.npz", 2**30).add(0, worker.weights_of(model, spec))
    model.predict(example, verbose=0)
    print("ready", flush=True)
    for _line in sys.stdin:
        predict = _milliseconds(lambda: model.predict(example, verbose=0))
        print(predict, _milliseconds(lambda: model(example)), flush=True)


if __name__ == "__main__" and CHILD in sys.argv:
    _keras(sys.argv[-2], Path(sys.argv[-1]))
