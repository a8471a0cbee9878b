"""Fashion-MNIST: 28×28 grey pictures of clothes (https://github.com/zalandoresearch/fashion-mnist)."""

from __future__ import annotations

import os
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import numpy as np
import platformdirs

from explorer.datasets import idx
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
    download_megabytes: ClassVar[int] = 31
    files: dict[str, ImageFiles] = field(default_factory=lambda: FILES)
    fetch: Fetch = field(default_factory=Fetch, repr=False, compare=False)

    def task(self, variant: str, preparation: Preparation | None = None) -> Task:
        return Task(self.input_shape, len(self.classes), classes=self.classes)

    def counts(self, variant: str, preparation: Preparation | None = None) -> Counts:
        self._check_variant(variant)
        if variant == SAMPLE:
            return SAMPLE_COUNTS
        return Counts(self.files[TRAIN].labels.shape[0], self.files[TEST].labels.shape[0])

    def load(self, variant: str, part: str, preparation: Preparation | None = None) -> Split:
        self._check_variant(variant)
        if variant == SAMPLE:
            return _load_sample(part)
        pair = self.files[part]
        return Split(self._read(pair.images)[..., np.newaxis], self._read(pair.labels))

    def available(self, parts: tuple[str, ...] = (TRAIN, TEST)) -> Availability:
        files = self._files_of(*parts)
        problems: list[Message] = []
        for source, folder in _folders(self.name):
            if not any((folder / file.name).exists() for file in files):
                continue
            found = [text for file in files if (text := idx.problem(folder / file.name, file))]
            if not found:
                return Availability(FULL, self.counts(FULL), source, problems[0] if problems else None)
            problems += found
        sample = message(N_("the embedded sample"))
        return Availability(SAMPLE, SAMPLE_COUNTS, sample, problems[0] if problems else None)

    def start_fetch(self) -> None:
        """Download what is missing or damaged in the cache; EXPLORER_OFFLINE=1 forbids it."""
        if self.available().variant == FULL:
            return
        if os.environ.get("EXPLORER_OFFLINE") == "1":
            self.fetch.refuse(message(N_("downloads are switched off by EXPLORER_OFFLINE")))
            return
        folder = cache_folder(self.name)
        missing = [file for file in self._files_of(TRAIN, TEST) if idx.problem(folder / file.name, file)]
        self.fetch.start(self.base_url, missing, folder)

    def fetch_status(self) -> FetchStatus:
        return self.fetch.status()

    def _files_of(self, *parts: str) -> list[IdxFile]:
        return [file for part in parts for file in (self.files[part].images, self.files[part].labels)]

    def _read(self, file: IdxFile) -> np.ndarray:
        """The content of the first intact copy."""
        paths = [path for _, folder in _folders(self.name) if (path := folder / file.name).exists()]
        if not paths:
            raise ExplorerError(
                message(
                    N_("The full {dataset} is not on this machine; use the embedded sample, or download it first."),
                    dataset=self.title,
                )
            )
        intact = [path for path in paths if idx.problem(path, file) is None]
        return idx.read((intact or paths)[0], file)

    def _check_variant(self, variant: str) -> None:
        if variant not in (FULL, SAMPLE):
            raise ExplorerError(
                message(
                    N_("{dataset} has no variant {variant}; use {full} or {sample}."),
                    dataset=self.title,
                    variant=repr(variant)[:60],
                    full=FULL,
                    sample=SAMPLE,
                )
            )


def cache_folder(name: str) -> Path:
    """Where downloads of a data set are kept: in EXPLORER_CACHE_DIR, else in the user's cache folder."""
    return Path(os.environ.get("EXPLORER_CACHE_DIR") or platformdirs.user_cache_dir("cnn-rnn-explorer")) / name


def _folders(name: str) -> list[tuple[Message, Path]]:
    """Where the full data may be, best first, each with its name for readers."""
    given = os.environ.get("EXPLORER_DATA_DIR")
    local = [(message(N_("the folder EXPLORER_DATA_DIR")), Path(given) / name)] if given else []
    return [*local, (message(N_("the download cache")), cache_folder(name))]


def _load_sample(part: str) -> Split:
    try:
        with np.load(SAMPLE_FILE, allow_pickle=False) as archive:
            return Split(*(archive[f"{part}_{name}"] for name in ("images", "labels", "numbers")))
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile, zlib.error) as error:
        raise ExplorerError(
            message(N_("The data file {file} is truncated or damaged."), file=SAMPLE_FILE.name)
        ) from error
