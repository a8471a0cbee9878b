"""Rebuild a shipped model: python -m scripts.train_preset PRESET

Trains on the full data, writes trained/PRESET/ and prints the test accuracy.
"""

import dataclasses
import io
import shutil
import sys
import time
import zipfile
from pathlib import Path

import h5py

from explorer.datasets import DATASETS, SAMPLE
from explorer.presets import PRESETS
from explorer.training import worker
from explorer.training.loop import kept_results
from explorer.training.progress import Event
from explorer.training.record import Request, RunRecord, Status
from explorer.training.snapshots import SnapshotWriter
from explorer.training.store import SHIPPED, write_record

SNAPSHOT_LIMIT_BYTES = 6 * 2**20
HALF_PRECISION_FROM = 1_000_000
"""Parameters from which a shipped model's weights are stored as float16."""


def report(event: Event) -> None:
    if event.epoch is not None:
        print(", ".join(f"{key} {value:.4g}" for key, value in dataclasses.asdict(event.epoch).items()), flush=True)


def store_as_float16(model_file: Path) -> None:
    """Rewrite a ``.keras`` file with its weights in half precision; Keras reads it as before."""
    with zipfile.ZipFile(model_file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    halved = io.BytesIO()
    with h5py.File(io.BytesIO(members["model.weights.h5"])) as source, h5py.File(halved, "w") as target:

        def copy(name: str, item: h5py.Group | h5py.Dataset) -> None:
            if isinstance(item, h5py.Dataset):
                target.create_dataset(name, data=item[()].astype("float16"), compression="gzip", shuffle=True)
            else:
                target.require_group(name)
            (target[name]).attrs.update(item.attrs)

        source.visititems(copy)
    members["model.weights.h5"] = halved.getvalue()
    with zipfile.ZipFile(model_file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def measured_again(folder: Path, record: RunRecord) -> RunRecord:
    """The record with the test results of the model as it is stored; its predictions are written too."""
    learner = worker.KerasLearner(record.request)
    learner.restore(folder / "model.keras")
    return dataclasses.replace(record, **kept_results(folder, learner.test()))


def main(name: str) -> None:
    if name not in PRESETS:
        sys.exit(f"There is no preset {name!r}; choose one of: {', '.join(PRESETS)} (make train NAME=...)")
    preset = PRESETS[name]
    dataset = DATASETS[preset.dataset]
    variant = dataset.available().variant
    if variant == SAMPLE and dataset.download_megabytes:
        sys.exit("A shipped model needs the full data; set EXPLORER_DATA_DIR, or download it in the app first.")
    folder = SHIPPED / f".{name}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    request = Request(preset.spec, preset.recipe, preset.dataset, variant, preset.preparation)
    write_record(folder, RunRecord(name, name, time.time(), request))
    snapshots = SnapshotWriter(folder / "snapshots.npz", SNAPSHOT_LIMIT_BYTES, "float16")
    record = worker.train_run(folder, report, lambda: False, snapshots)
    if preset.spec.parameters >= HALF_PRECISION_FROM:
        store_as_float16(folder / "model.keras")
        record = measured_again(folder, record)
        write_record(folder, record)
    print(f"{record.status}: test accuracy {record.test_accuracy} on {record.test_examples} examples")
    if record.status is not Status.FINISHED:
        sys.exit(str(record.problem))
    shutil.rmtree(SHIPPED / name, ignore_errors=True)
    folder.rename(SHIPPED / name)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
