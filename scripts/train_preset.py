"""Rebuild a shipped model: python -m scripts.train_preset PRESET

Trains on the full data, writes trained/PRESET/ and prints the test accuracy.
"""

import dataclasses
import shutil
import sys
import time

from explorer.datasets import DATASETS, FULL
from explorer.presets import PRESETS
from explorer.training import worker
from explorer.training.progress import Event
from explorer.training.record import Request, RunRecord, Status
from explorer.training.snapshots import SnapshotWriter
from explorer.training.store import SHIPPED, write_record

SNAPSHOT_LIMIT_BYTES = 8 * 2**20


def report(event: Event) -> None:
    if event.epoch is not None:
        print(", ".join(f"{key} {value:.4g}" for key, value in dataclasses.asdict(event.epoch).items()), flush=True)


def main(name: str) -> None:
    if name not in PRESETS:
        sys.exit(f"There is no preset {name!r}; choose one of: {', '.join(PRESETS)} (make train NAME=...)")
    preset = PRESETS[name]
    if DATASETS[preset.dataset].available().variant != FULL:
        sys.exit("A shipped model needs the full data; set EXPLORER_DATA_DIR, or download it in the app first.")
    folder = SHIPPED / f".{name}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    write_record(folder, RunRecord(name, name, time.time(), Request(preset.spec, preset.recipe, preset.dataset, FULL)))
    snapshots = SnapshotWriter(folder / "snapshots.npz", SNAPSHOT_LIMIT_BYTES, "float16")
    record = worker.train_run(folder, report, lambda: False, snapshots)
    print(f"{record.status}: test accuracy {record.test_accuracy} on {record.test_images} images")
    if record.status is not Status.FINISHED:
        sys.exit(str(record.problem))
    shutil.rmtree(SHIPPED / name, ignore_errors=True)
    folder.rename(SHIPPED / name)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
