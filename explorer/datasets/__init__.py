"""Data to train on and look at. Adding a data set means adding one file and one entry here."""

from explorer.datasets.base import FULL, SAMPLE, TEST, TRAIN, Availability, Counts, Dataset, FetchStatus, Split
from explorer.datasets.fashion_mnist import FashionMnist

DATASETS: dict[str, Dataset] = {dataset.name: dataset for dataset in (FashionMnist(),)}

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
    "Split",
]
