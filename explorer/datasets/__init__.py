"""Data to train on and look at. Adding a data set means adding one file and one entry here."""

from explorer.datasets.base import (
    FULL,
    SAMPLE,
    TEST,
    TRAIN,
    Availability,
    Counts,
    Dataset,
    FetchStatus,
    Preparation,
    Split,
    Task,
)
from explorer.datasets.fashion_mnist import FashionMnist
from explorer.datasets.imdb import Imdb
from explorer.datasets.own_text import OwnText
from explorer.datasets.passages import Passages
from explorer.datasets.puzzles import PUZZLES
from explorer.datasets.series import SeriesDataset
from explorer.datasets.snippets import Snippets

DATASETS: dict[str, Dataset] = {
    dataset.name: dataset
    for dataset in (FashionMnist(), *PUZZLES, Imdb(), Snippets(), OwnText(), Passages(), SeriesDataset())
}

__all__ = [
    "DATASETS",
    "FULL",
    "SAMPLE",
    "TEST",
    "TRAIN",
    "Availability",
    "Counts",
    "Dataset",
    "FetchStatus",
    "Preparation",
    "Split",
    "Task",
]
