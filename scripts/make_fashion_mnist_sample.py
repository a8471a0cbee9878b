"""Make the embedded Fashion-MNIST sample from the full data set.

On Debian: apt-get install dataset-fashion-mnist, then
python -m scripts.make_fashion_mnist_sample /usr/share/datasets/fashion-mnist
"""

import io
import sys
import zipfile
from pathlib import Path

import numpy as np

from explorer.datasets import TEST, TRAIN, idx
from explorer.datasets.fashion_mnist import FILES, SAMPLE_COUNTS, SAMPLE_FILE

SEED = 2024
FIXED_TIME = (1980, 1, 1, 0, 0, 0)


def stratified(labels: np.ndarray, per_class: int, chance: np.random.Generator) -> np.ndarray:
    """As many indices of each class, in random order."""
    chosen = [chance.choice(np.flatnonzero(labels == label), per_class, replace=False) for label in np.unique(labels)]
    return chance.permutation(np.concatenate(chosen))


def main(folder: Path) -> None:
    chance = np.random.default_rng(SEED)
    SAMPLE_FILE.parent.mkdir(exist_ok=True)
    # np.savez would stamp the time of day into the file; without it the same data gives the same bytes.
    with zipfile.ZipFile(SAMPLE_FILE, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for part, count in ((TRAIN, SAMPLE_COUNTS.train), (TEST, SAMPLE_COUNTS.test)):
            pair = FILES[part]
            images, labels = (idx.read(folder / file.name, file) for file in (pair.images, pair.labels))
            chosen = stratified(labels, count // 10, chance)
            sample = {"images": images[chosen][..., np.newaxis], "labels": labels[chosen]}
            for name, array in {**sample, "numbers": chosen.astype(np.uint16)}.items():
                buffer = io.BytesIO()
                np.lib.format.write_array(buffer, np.ascontiguousarray(array), allow_pickle=False)
                archive.writestr(
                    zipfile.ZipInfo(f"{part}_{name}.npy", FIXED_TIME), buffer.getvalue(), zipfile.ZIP_DEFLATED, 9
                )
    print(f"{SAMPLE_FILE}: {SAMPLE_COUNTS.train} + {SAMPLE_COUNTS.test} images, {SAMPLE_FILE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
