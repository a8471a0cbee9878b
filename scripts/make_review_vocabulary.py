"""Write the vocabulary of the shipped review models, by rank, from Keras's imdb_word_index.json.

python -m scripts.make_review_vocabulary imdb_word_index.json
"""

import json
import sys
from pathlib import Path

from explorer.datasets.imdb import VOCABULARY_FILE
from explorer.datasets.tokens import pack_words
from scripts import sample_file

KEPT_WORDS = 10_000
"""As many as the model with the largest vocabulary reads."""


def main(word_index: Path) -> None:
    ranks = json.loads(word_index.read_text(encoding="utf-8"))
    words = tuple(sorted(ranks, key=ranks.__getitem__)[:KEPT_WORDS])
    sample_file.write(VOCABULARY_FILE, {"words": pack_words(words)})
    print(f"{VOCABULARY_FILE}: {len(words)} words, {VOCABULARY_FILE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
