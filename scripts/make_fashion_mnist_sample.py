"""Make the embedded Fashion-MNIST sample from the full data set.

On Debian: apt-get install dataset-fashion-mnist, then
python -m scripts.make_fashion_mnist_sample /usr/share/datasets/fashion-mnist
"""

import sys
from pathlib import Path

import numpy as np

from explorer.datasets import TEST, TRAIN, idx
from explorer.datasets.fashion_mnist import FILES, SAMPLE_COUNTS, SAMPLE_FILE
from scripts import sample_file

SEED = 2024


def stratified(labels: np.ndarray, per_class: int, chance: np.random.Generator) -> np.ndarray:
    """As many indices of each class, in random order."""
    chosen = [chance.choice(np.flatnonzero(labels == label), per_class, replace=False) for label in np.unique(labels)]
    return chance.permutation(np.concatenate(chosen))


def main(folder: Path) -> None:
    chance = np.random.default_rng(SEED)
    arrays = {}
    for part, count in ((TRAIN, SAMPLE_COUNTS.train), (TEST, SAMPLE_COUNTS.test)):
        pair = FILES[part]
        images, labels = (idx.read(folder / file.name, file) for file in (pair.images, pair.labels))
        chosen = stratified(labels, count // 10, chance)
        arrays[f"{part}_images"] = images[chosen][..., np.newaxis]
        arrays[f"{part}_labels"] = labels[chosen]
        arrays[f"{part}_numbers"] = chosen.astype(np.uint16)
    sample_file.write(SAMPLE_FILE, arrays)
    print(f"{SAMPLE_FILE}: {SAMPLE_COUNTS.train} + {SAMPLE_COUNTS.test} images, {SAMPLE_FILE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
