"""Images that a reader brings: an archive of pictures with a class each, kept as squares of one size."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import ClassVar

import numpy as np

from explorer.datasets import uploads
from explorer.datasets.base import TEST, TRAIN, Availability, Counts, Dataset, Preparation, Split, Task
from explorer.datasets.image_archives import LARGEST_SIDE, MAXIMUM_VALUES, Pictures, opened
from explorer.datasets.image_arrays import is_arrays, read_arrays
from explorer.datasets.image_folders import read_folders
from explorer.datasets.splitting import stratified
from explorer.datasets.squares import coloured, grey, squares
from explorer.datasets.tokens import pack_words, unpack_words
from explorer.messages import N_, ExplorerError, Message, message

SMALLEST_SIDE = 8
FEWEST_CLASSES, MOST_CLASSES = 2, 20
FEWEST_OF_A_CLASS = 4


def read(content: bytes) -> Pictures:
    """The pictures in a zip of folders or an .npz file, at most 64 × 64 each; what the file is called plays no part.

    Raises:
        ExplorerError: if it is neither, is too large, or holds nothing that could be learned from.
    """
    with opened(content) as archive:
        found = read_arrays(archive) if is_arrays(archive) else read_folders(archive)
    _check(found)
    return found


def keep(pictures: Pictures, size: int, in_colour: bool) -> str:
    """Keep the pictures as squares of `size` pixels, in colour or grey; returns the variant of "own-images".

    A fifth of each class becomes the test part, chosen with a fixed seed.

    Raises:
        ExplorerError: if they are too many of this size, or cannot be written.
    """
    _check_room(len(pictures.labels), size, 3 if in_colour else 1)
    scaled = squares(pictures.images if in_colour else grey(pictures.images), size)
    images = coloured(scaled) if in_colour else scaled
    labels = pictures.labels.astype(np.uint8)
    arrays = {"classes": pack_words(pictures.classes)}
    for part, numbers in stratified(labels).items():
        arrays[f"{part}_images"], arrays[f"{part}_labels"] = images[numbers], labels[numbers]
    return uploads.keep(arrays)


def _check(found: Pictures) -> None:
    """Refuse what no model could learn from."""
    names, counts = found.classes, np.bincount(found.labels, minlength=len(found.classes))
    if len(names) < FEWEST_CLASSES:
        raise ExplorerError(
            message(
                N_("All pictures are of one class ({name}); at least two are needed, each in a folder of its own."),
                name=names[0],
            )
        )
    if len(names) > MOST_CLASSES:
        raise ExplorerError(
            message(
                N_("There are {count} classes; at most {maximum} can be told apart here."),
                count=f"{len(names):,}",
                maximum=MOST_CLASSES,
            )
        )
    if counts.min() < FEWEST_OF_A_CLASS:
        raise ExplorerError(
            message(
                N_("Pictures of the class {name}: {count}. Each class needs at least {minimum} to train and to test."),
                name=names[int(counts.argmin())],
                count=int(counts.min()),
                minimum=FEWEST_OF_A_CLASS,
            )
        )


def _check_room(count: int, size: int, channels: int) -> None:
    values = count * size * size * channels
    if values > MAXIMUM_VALUES:
        raise ExplorerError(
            message(
                N_(
                    "{count} images of {size} × {size} × {channels} take {megabytes} MB; at most {maximum} MB are "
                    "kept. Choose a smaller size, or grey."
                ),
                count=f"{count:,}",
                size=size,
                channels=channels,
                megabytes=f"{values / 1e6:.0f}",
                maximum=f"{MAXIMUM_VALUES / 1e6:.0f}",
            )
        )


@dataclass(frozen=True)
class OwnImages(Dataset):
    """The archives that readers brought; each is a variant, named by its content."""

    name: str = "own-images"
    title: Message = field(default_factory=lambda: message(N_("Images of your own")))
    own: ClassVar[bool] = True

    def task(self, variant: str, preparation: Preparation | None = None) -> Task:
        facts = _facts(variant)
        names = tuple(Message("{name}", {"name": name}) for name in facts.classes)
        return Task(facts.shape, len(names), classes=names)

    def counts(self, variant: str, preparation: Preparation | None = None) -> Counts:
        return _facts(variant).counts

    def load(self, variant: str, part: str, preparation: Preparation | None = None) -> Split:
        return _kept(variant).parts[part]

    def available(self, parts: tuple[str, ...] = (TRAIN, TEST)) -> Availability:
        raise ExplorerError(message(N_("Give an archive of pictures first.")))


@dataclass(frozen=True)
class _Kept:
    parts: dict[str, Split]
    classes: tuple[str, ...]
    shape: tuple[int, ...]


@dataclass(frozen=True)
class _Facts:
    classes: tuple[str, ...]
    shape: tuple[int, ...]
    counts: Counts


@lru_cache(maxsize=256)
def _facts(variant: str) -> _Facts:
    """What pages ask for again and again, kept without the images."""
    kept = _kept(variant)
    return _Facts(kept.classes, kept.shape, Counts(*(len(kept.parts[part].labels) for part in (TRAIN, TEST))))


@lru_cache(maxsize=2)
def _kept(variant: str) -> _Kept:
    """A variant, checked: what has its id has its content.

    Raises:
        ExplorerError: if it is not kept here any more or its file is damaged.
    """
    arrays = uploads.load(variant)
    try:
        parts = {part: Split(arrays[f"{part}_images"], arrays[f"{part}_labels"]) for part in (TRAIN, TEST)}
        classes = unpack_words(arrays["classes"])
        shape, *others = {_checked_shape(split, len(classes)) for split in parts.values()}
        if others or not FEWEST_CLASSES <= len(classes) <= MOST_CLASSES:
            raise ValueError(shape)
    except (KeyError, ValueError) as error:
        raise ExplorerError(
            message(N_("The data file {file} is truncated or damaged."), file=f"{variant}.npz")
        ) from error
    for split in parts.values():
        split.inputs.setflags(write=False)
        split.labels.setflags(write=False)
    return _Kept(parts, classes, shape)


def _checked_shape(split: Split, classes: int) -> tuple[int, ...]:
    """The shape of one image.

    Raises:
        ValueError: if this is no split that `keep` has written.
    """
    images, labels = split.inputs, split.labels
    whole = images.dtype == labels.dtype == np.uint8 and images.ndim == 4 and labels.shape == images.shape[:1]
    if not whole or not len(labels) or labels.max() >= classes:
        raise ValueError(images.shape)
    _count, height, width, channels = images.shape
    if height != width or not SMALLEST_SIDE <= height <= LARGEST_SIDE or channels not in (1, 3):
        raise ValueError(images.shape)
    return int(height), int(width), int(channels)
