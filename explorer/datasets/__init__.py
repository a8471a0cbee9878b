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
from explorer.datasets.cases import Cases
from explorer.datasets.fashion_mnist import FashionMnist
from explorer.datasets.generated import GENERATED
from explorer.datasets.imdb import Imdb
from explorer.datasets.no_data import NoData
from explorer.datasets.own_images import OwnImages
from explorer.datasets.own_text import OwnText
from explorer.datasets.passages import Passages
from explorer.datasets.puzzles import PUZZLES
from explorer.datasets.series import SeriesDataset
from explorer.datasets.snippets import Snippets

DATASETS: dict[str, Dataset] = {
    dataset.name: dataset
    for dataset in (
        FashionMnist(),
        *PUZZLES,
        *GENERATED,
        Cases(),
        Imdb(),
        Snippets(),
        OwnText(),
        OwnImages(),
        Passages(),
        SeriesDataset(),
        NoData(),
    )
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
