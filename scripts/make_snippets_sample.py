"""Make the embedded movie snippets from the source distribution of vaderSentiment.

pip download --no-binary :all: --no-deps vaderSentiment==3.3.2, then
python -m scripts.make_snippets_sample vaderSentiment-3.3.2.tar.gz
"""

import io
import sys
import tarfile
from pathlib import Path

import numpy as np

from explorer.datasets import TEST, TRAIN
from explorer.datasets.snippets import COUNTS, SAMPLE_FILE
from explorer.datasets.tokens import lexicon_of, pack_words
from explorer.text import fit, tokenise
from scripts import sample_file

SEED = 2024
CLEAR = 0.5
"""The mean of the ratings, from -4 to 4, must be at least so far from 0."""
KEPT_WORDS = 5_000
INNER = "vaderSentiment-3.3.2/additional_resources/hutto_ICWSM_2014.tar.gz"
RATED = "hutto_ICWSM_2014/movieReviewSnippets_GroundTruth.txt"


def rated(distribution: Path) -> list[tuple[float, str]]:
    """The mean rating of each snippet and its text, in the order of the file."""
    with tarfile.open(distribution) as outer:
        inner = outer.extractfile(INNER).read()
    with tarfile.open(fileobj=io.BytesIO(inner)) as archive:
        lines = archive.extractfile(RATED).read().decode().splitlines()
    rows = [line.split("\t") for line in lines]
    return [(float(rating), text) for _, rating, text in rows]


def flat(sequences: list[np.ndarray]) -> dict[str, np.ndarray]:
    """Sequences one after the other, and where each begins."""
    offsets = np.cumsum([0, *map(len, sequences)])
    return {"tokens": np.concatenate(sequences).astype(np.uint16), "offsets": offsets.astype(np.int64)}


def main(distribution: Path) -> None:
    clear = [(rating, text) for rating, text in rated(distribution) if abs(rating) >= CLEAR]
    labels = np.array([rating > 0 for rating, _ in clear], np.uint8)
    # The file writes quotation marks as two apostrophes, which would stick to the words.
    words = [tokenise(text.replace("''", '"').replace("’", "'")).words for _, text in clear]
    chance = np.random.default_rng(SEED)
    test = np.concatenate([chance.permutation(np.flatnonzero(labels == label))[: COUNTS.test // 2] for label in (0, 1)])
    train = np.setdiff1d(np.arange(len(clear)), test)
    lexicon = lexicon_of(fit(words[number] for number in train).words[:KEPT_WORDS])
    arrays = {}
    for part, chosen in ((TRAIN, chance.permutation(train)), (TEST, chance.permutation(test))):
        encoded = flat([lexicon.encode(words[number]).sequence for number in chosen])
        arrays |= {f"{part}_{name}": array for name, array in (encoded | {"labels": labels[chosen]}).items()}
    sample_file.write(SAMPLE_FILE, arrays | {"words": pack_words(lexicon.words)})
    print(f"{SAMPLE_FILE}: {len(train)} + {len(test)} snippets, {SAMPLE_FILE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
