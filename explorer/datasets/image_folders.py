"""A zip of folders of pictures, one folder for each class."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from explorer import images
from explorer.datasets.image_archives import (
    LARGEST_SIDE,
    MAXIMUM_VALUES,
    LeftOut,
    Member,
    Pictures,
    check_readable,
    class_names,
    members,
    shortened,
    unpacked,
)
from explorer.datasets.squares import coloured, grey, squares, without_colour
from explorer.messages import N_, ExplorerError, Message, message

MAXIMUM_PICTURES = 10_000
MAXIMUM_UNPACKED = 256_000_000
MAXIMUM_WORK = 120_000_000
"""Pixels that may be decoded in all; those of a JPEG count less, as it can be decoded at a smaller size."""

_JPEG_SHARE = 0.3
_DECODED_SIDE = 4 * LARGEST_SIDE
NO_IMAGE = message(N_("By its name it is no image."))
NO_CLASS = message(N_("It does not lie in the folder of a class (class/picture)."))
EMPTY = message(N_("The folder holds no picture that can be read."))


@dataclass
class _Found:
    """What has been decoded so far: squares of each class, by the name of its folder."""

    squares: dict[str, list[np.ndarray]] = field(default_factory=dict)
    work: float = 0.0
    values: int = 0

    def charge(self, header: images.Header) -> None:
        """Count a picture's pixels before they are decoded.

        Raises:
            ExplorerError: if they are too many in all.
        """
        self.work += header.width * header.height * (_JPEG_SHARE if header.format == "JPEG" else 1.0)
        if self.work > MAXIMUM_WORK:
            raise TooMuch(
                message(
                    N_("The pictures have too many pixels to read them all; scale them down, for example to 256 × 256.")
                )
            )

    def add(self, name: str, square: np.ndarray) -> None:
        self.values += square.size
        if self.values > MAXIMUM_VALUES:
            raise TooMuch(message(N_("There are too many pictures to keep them all; give fewer of them.")))
        self.squares.setdefault(name, []).append(square)


class TooMuch(ExplorerError):
    """A bound on all pictures together, not the fault of one of them."""


def read_folders(archive: zipfile.ZipFile) -> Pictures:
    """The pictures of a zip; each is as large as its middle square, but at most 64 × 64.

    Files that are no images, cannot be read or lie elsewhere are left out, and so are empty folders.

    Raises:
        ExplorerError: if the zip is locked or too large, or nothing in it can be read.
    """
    safe, left_out = members(archive)
    files = [member for member in safe if not member.folder]
    pictures = [member for member in files if _is_picture(member)]
    left_out += [LeftOut(shortened(member.name), NO_IMAGE) for member in files if not _is_picture(member)]
    depth = _depth(pictures)
    if len(pictures) > MAXIMUM_PICTURES:
        raise ExplorerError(
            message(
                N_("The zip holds {count} pictures; at most {maximum} can be read here."),
                count=f"{len(pictures):,}",
                maximum=f"{MAXIMUM_PICTURES:,}",
            )
        )
    check_readable(pictures, MAXIMUM_UNPACKED)
    found = _Found()
    for member in pictures:
        try:
            if len(member.path) != depth + 2:
                raise ExplorerError(NO_CLASS)
            found.add(member.path[depth], _square(archive, member, found))
        except TooMuch:
            raise
        except ExplorerError as error:
            left_out.append(LeftOut(shortened(member.name), error.problem))
    folders = {member.path[depth] for member in safe if len(member.path) > depth and _is_class(member, depth)}
    left_out += [LeftOut(shortened(name), EMPTY) for name in sorted(folders - found.squares.keys())]
    return _together(found.squares, tuple(left_out))


def _is_picture(member: Member) -> bool:
    return member.path[-1].rpartition(".")[2].lower() in images.SUFFIXES


def _depth(pictures: Sequence[Member]) -> int:
    """0, or 1 if one folder holds all folders of classes."""
    tops = {member.path[0] for member in pictures}
    return int(len(tops) == 1 and all(len(member.path) > 2 for member in pictures))


def _is_class(member: Member, depth: int) -> bool:
    """Whether it is the folder of a class, or a picture in one."""
    return len(member.path) == depth + (1 if member.folder else 2) and (member.folder or _is_picture(member))


def _square(archive: zipfile.ZipFile, member: Member, found: _Found) -> np.ndarray:
    """The picture's middle square (side, side, 1 or 3), one channel if it has no colour."""
    content = unpacked(archive, member, images.MAXIMUM_BYTES)
    found.charge(images.header(content))
    picture = images.decode(content, _DECODED_SIDE)[np.newaxis]
    square = squares(picture, min(*picture.shape[1:3], LARGEST_SIDE))[0]
    return grey(square) if without_colour(square) else square


def _together(found: dict[str, list[np.ndarray]], left_out: tuple[LeftOut, ...]) -> Pictures:
    """All squares with the size and the channels of the largest."""
    if not found:
        raise ExplorerError(_nothing(left_out))
    folders = sorted(found)
    every = [square for folder in folders for square in found[folder]]
    side, channels = max(len(square) for square in every), max(square.shape[-1] for square in every)
    if len(every) * side * side * channels > MAXIMUM_VALUES:
        raise TooMuch(message(N_("There are too many pictures to keep them all; give fewer of them.")))
    stacked = np.empty((len(every), side, side, channels), np.uint8)
    for place, square in zip(stacked, every, strict=True):
        place[...] = squares((coloured(square) if channels == 3 else square)[np.newaxis], side)[0]
    labels = np.repeat(np.arange(len(folders)), [len(found[folder]) for folder in folders])
    return Pictures(stacked, labels, class_names(folders), left_out)


def _nothing(left_out: tuple[LeftOut, ...]) -> Message:
    if not left_out:
        return message(N_("The zip holds no pictures; it needs a folder of pictures for each class."))
    first = left_out[0]
    return message(
        N_("No picture of the zip can be read ({count} files left out). The first one, {name}: {reason}"),
        count=f"{len(left_out):,}",
        name=first.name,
        reason=first.reason,
    )
