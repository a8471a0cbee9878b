"""Archives of pictures that a reader brings: any bytes become small squares with a class each, or one clear sentence.

Nothing is unpacked to the disk, and no name in an archive is opened as a path.
"""

from __future__ import annotations

import io
import re
import stat
import unicodedata
import zipfile
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from explorer.messages import N_, ExplorerError, Message, message

MAXIMUM_MEGABYTES = 64
MAXIMUM_MEMBERS = 25_000
MAXIMUM_VALUES = 64_000_000
"""Numbers that all pictures together may have once they are small squares: as many bytes."""
LARGEST_SIDE = 64
MAXIMUM_NAME = 24
"""Places of a class name, of which a Chinese, Japanese or Korean character takes two; longer names are cut."""

_LONGEST_PATH = 1000
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED, _UTF8 = 0x1, 0x800
_ENTRY = b"PK\x01\x02"
_DRIVE = re.compile(r"[A-Za-z]:")
_LITTER = ("__macosx", "thumbs.db", "desktop.ini")


@dataclass(frozen=True)
class LeftOut:
    """A file or folder of an archive that was not taken, and why."""

    name: str
    reason: Message


@dataclass(frozen=True)
class Pictures:
    """Squares (n, side, side, 1 or 3) of uint8 and the class of each (n,), which counts in `classes`.

    `left_out` are the files and folders that were not taken, `notes` what the reader should know of the rest.
    """

    images: np.ndarray
    labels: np.ndarray
    classes: tuple[str, ...]
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True)
class Member:
    """A file or folder in an archive and the parts of its name, which lead nowhere outside."""

    info: zipfile.ZipInfo
    path: tuple[str, ...]
    folder: bool

    @property
    def name(self) -> str:
        return "/".join(self.path)


def opened(content: bytes) -> zipfile.ZipFile:
    """The archive in a file's bytes; nothing in it has been unpacked.

    Raises:
        ExplorerError: if it is too large, has too many members or is no zip.
    """
    if len(content) > MAXIMUM_MEGABYTES * 1_000_000:
        raise ExplorerError(
            message(
                N_("The file has {size} MB; at most {maximum} MB can be read here."),
                size=f"{len(content) / 1e6:.1f}",
                maximum=MAXIMUM_MEGABYTES,
            )
        )
    # Each member has an entry that begins so; the number that the archive itself states may be a lie.
    if content.count(_ENTRY) > MAXIMUM_MEMBERS:
        raise ExplorerError(
            message(
                N_("The archive holds more than {maximum} files; give fewer pictures."), maximum=f"{MAXIMUM_MEMBERS:,}"
            )
        )
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except Exception as error:  # a damaged directory can raise nearly anything
        raise ExplorerError(
            message(N_("This is no zip or npz archive, or only a part of one; pack or save it once more."))
        ) from error


def members(archive: zipfile.ZipFile) -> tuple[list[Member], list[LeftOut]]:
    """What is in an archive under safe names, each once, and what was left out; the litter of systems in neither."""
    found: dict[tuple[str, ...], Member] = {}
    left_out = []
    for info in archive.infolist():
        name = _name(info)
        path = tuple(part for part in name.split("/") if part not in ("", "."))
        if not path or _is_litter(path):
            continue
        member = Member(info, path, name.endswith("/"))
        reason = _fault(name, info) or (None if path not in found else TWICE)
        if reason is None:
            found[path] = member
        elif not member.folder:
            left_out.append(LeftOut(shortened(name), reason))
    return list(found.values()), left_out


OUTSIDE = message(N_("Its name leads out of the archive or is too long."))
NO_FILE = message(N_("It is a link or a device, not a file."))
TWICE = message(N_("The archive holds this name more than once; the first one was taken."))


def _name(info: zipfile.ZipInfo) -> str:
    """A member's name with / between its parts; names that are not marked as UTF-8 may be UTF-8 or Korean."""
    name = info.orig_filename[: _LONGEST_PATH + 1].split("\0")[0]
    if not info.flag_bits & _UTF8 and not name.isascii():
        raw = name.encode("cp437")
        for encoding in ("utf-8", "cp949"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return unicodedata.normalize("NFC", name).replace("\\", "/")


def _is_litter(path: tuple[str, ...]) -> bool:
    """Hidden files, and those that systems add by themselves."""
    return any((part.startswith(".") and part != "..") or part.lower() in _LITTER for part in path)


def _fault(name: str, info: zipfile.ZipInfo) -> Message | None:
    if len(name) > _LONGEST_PATH or name.startswith("/") or _DRIVE.match(name) or ".." in name.split("/"):
        return OUTSIDE
    kind = stat.S_IFMT(info.external_attr >> 16)
    return None if kind in (0, stat.S_IFREG, stat.S_IFDIR) else NO_FILE


def check_readable(wanted: Iterable[Member], maximum_bytes: int) -> None:
    """Refuse what is encrypted, packed in another way or too large, before anything is unpacked.

    Raises:
        ExplorerError: with what would work.
    """
    total = 0
    for member in wanted:
        if member.info.flag_bits & _ENCRYPTED:
            raise ExplorerError(message(N_("The archive is locked with a password; pack it without one.")))
        if member.info.compress_type not in _METHODS:
            raise ExplorerError(
                message(
                    N_("The archive is packed with a method that is not read here; pack an ordinary zip (Deflate).")
                )
            )
        total += member.info.file_size
    if total > maximum_bytes:
        raise ExplorerError(
            message(
                N_("The archive says that it holds {size} MB unpacked; at most {maximum} MB can be read here."),
                size=f"{total / 1e6:,.0f}",
                maximum=f"{maximum_bytes / 1e6:.0f}",
            )
        )


def unpacked(archive: zipfile.ZipFile, member: Member, maximum_bytes: int) -> bytes:
    """A member's bytes; no more than it says and `maximum_bytes` allow are ever unpacked.

    Raises:
        ExplorerError: if it is larger, or not what the archive says.
    """
    if member.info.file_size > maximum_bytes:
        raise ExplorerError(
            message(
                N_("The file has {size} MB; at most {maximum} MB can be read here."),
                size=f"{member.info.file_size / 1e6:.1f}",
                maximum=f"{maximum_bytes / 1e6:.0f}",
            )
        )
    try:
        with archive.open(member.info) as file:
            content = file.read(maximum_bytes + 1)
            # Reading on to the end has the checksum compared.
            if len(content) != member.info.file_size or file.read(1):
                raise ValueError(member.name)
    except Exception as error:  # zip and zlib raise nearly anything when bytes make no sense
        raise ExplorerError(message(N_("It is damaged, or not as long as the archive says."))) from error
    return content


def shortened(text: str, most: int = 80) -> str:
    """A name from a file on one line, without characters that cannot be seen, and not too long."""
    line = "".join(character for character in " ".join(text.split()) if character.isprintable())
    ends = list(accumulate(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in line))
    return line if not ends or ends[-1] <= most else line[: bisect_left(ends, most)] + "…"


def class_names(raw: Iterable[str]) -> tuple[str, ...]:
    """Names to be shown for classes that are different: short, and different as well."""
    return tuple(_distinct(raw))


def _distinct(raw: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for number, text in enumerate(raw, start=1):
        name = shortened(text, MAXIMUM_NAME) or f"? {number}"
        if name in seen:
            name = f"{shortened(name, MAXIMUM_NAME - 5)} ({number})"
        seen.add(name)
        yield name
