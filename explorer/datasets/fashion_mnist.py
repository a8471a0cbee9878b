"""Fashion-MNIST: 28×28 grey pictures of clothes (https://github.com/zalandoresearch/fashion-mnist)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import platformdirs

from explorer.datasets import idx
from explorer.datasets.base import FULL, SAMPLE, TEST, TRAIN, Availability, Counts, Dataset, FetchStatus, Split
from explorer.datasets.fetch import Fetch
from explorer.datasets.idx import IdxFile
from explorer.messages import N_, ExplorerError, Message, message

SAMPLE_FILE = Path(__file__).parent / "samples" / "fashion_mnist.npz"
SAMPLE_COUNTS = Counts(6_000, 1_000)
BASE_URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"


@dataclass(frozen=True)
class ImageFiles:
    """The two files of one part of the data."""

    images: IdxFile
    labels: IdxFile


FILES = {
    TRAIN: ImageFiles(
        IdxFile(
            "train-images-idx3-ubyte.gz",
            (60_000, 28, 28),
            "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
            26_421_880,
            "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        ),
        IdxFile(
            "train-labels-idx1-ubyte.gz",
            (60_000,),
            "25c81989df183df01b3e8a0aad5dffbe",
            29_515,
            "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        ),
    ),
    TEST: ImageFiles(
        IdxFile(
            "t10k-images-idx3-ubyte.gz",
            (10_000, 28, 28),
            "bef4ecab320f06d8554ea6380940ec79",
            4_422_102,
            "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        ),
        IdxFile(
            "t10k-labels-idx1-ubyte.gz",
            (10_000,),
            "bb300cfdad3c16e7a12a480ee83cd310",
            5_148,
            "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        ),
    ),
}


@dataclass(frozen=True)
class FashionMnist(Dataset):
    """The full set from a local folder, the user's cache or a download; else the embedded sample."""

    name: str = "fashion-mnist"
    title: Message = field(default_factory=lambda: message(N_("Fashion-MNIST")))
    classes: tuple[Message, ...] = (
        message(N_("T-shirt/top")),
        message(N_("Trouser")),
        message(N_("Pullover")),
        message(N_("Dress")),
        message(N_("Coat")),
        message(N_("Sandal")),
        message(N_("Shirt")),
        message(N_("Sneaker")),
        message(N_("Bag")),
        message(N_("Ankle boot")),
    )
    input_shape: tuple[int, ...] = (28, 28, 1)
    base_url: str = BASE_URL
    files: dict[str, ImageFiles] = field(default_factory=lambda: FILES)

    def counts(self, variant: str) -> Counts:
        if variant == SAMPLE:
            return SAMPLE_COUNTS
        return Counts(self.files[TRAIN].labels.shape[0], self.files[TEST].labels.shape[0])

    def load(self, variant: str, part: str) -> Split:
        if variant == SAMPLE:
            return _load_sample(part)
        pair = self.files[part]
        images = idx.read(self._find(pair.images), pair.images)
        return Split(images[..., np.newaxis], idx.read(self._find(pair.labels), pair.labels))

    def available(self) -> Availability:
        problems = []
        for folder in self._folders():
            if not any((folder / file.name).exists() for file in self._all_files()):
                continue
            try:
                for file in self._all_files():
                    idx.check(folder / file.name, file)
            except ExplorerError as error:
                problems.append(error.problem)
                continue
            return Availability(FULL, self.counts(FULL), problems[0] if problems else None)
        return Availability(SAMPLE, SAMPLE_COUNTS, problems[0] if problems else None)

    def start_fetch(self) -> None:
        """Download what is missing or damaged in the cache; EXPLORER_OFFLINE=1 forbids it."""
        if os.environ.get("EXPLORER_OFFLINE") == "1" or self.available().variant == FULL:
            return
        cache = cache_folder()
        self._fetch.start([file for file in self._all_files() if not _intact(cache / file.name, file)])

    def fetch_status(self) -> FetchStatus:
        return self._fetch.status()

    @cached_property
    def _fetch(self) -> Fetch:
        return Fetch(self.base_url, cache_folder)

    def _all_files(self) -> Iterator[IdxFile]:
        for pair in self.files.values():
            yield from (pair.images, pair.labels)

    def _folders(self) -> list[Path]:
        given = os.environ.get("EXPLORER_DATA_DIR")
        return [*([Path(given) / self.name] if given else []), cache_folder()]

    def _find(self, file: IdxFile) -> Path:
        """The first intact copy of a file; a damaged one in the cache makes room for a new download."""
        problem: ExplorerError | None = None
        for folder in self._folders():
            try:
                idx.check(folder / file.name, file)
            except ExplorerError as error:
                problem = problem or error
                continue
            return folder / file.name
        raise problem or ExplorerError(message(N_("The data file {file} is not there."), file=file.name))


def cache_folder() -> Path:
    """Where downloads are kept: EXPLORER_CACHE_DIR, else the user's cache folder."""
    given = os.environ.get("EXPLORER_CACHE_DIR")
    return (Path(given) if given else Path(platformdirs.user_cache_dir("cnn-rnn-explorer"))) / "fashion-mnist"


def _intact(path: Path, file: IdxFile) -> bool:
    """Whether a cached file is whole; a damaged one is removed, so that it is fetched again."""
    try:
        idx.check(path, file)
    except ExplorerError:
        path.unlink(missing_ok=True)
        return False
    return True


def _load_sample(part: str) -> Split:
    try:
        with np.load(SAMPLE_FILE, allow_pickle=False) as archive:
            return Split(archive[f"{part}_images"], archive[f"{part}_labels"])
    except (OSError, ValueError, KeyError) as error:
        raise ExplorerError(
            message(N_("The data file {file} is truncated or damaged."), file=SAMPLE_FILE.name)
        ) from error
