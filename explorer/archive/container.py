"""The zip around a Keras model: its entries are looked at before one is unpacked, and never more than they declare."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from dataclasses import dataclass

from explorer.messages import N_, ExplorerError, Message, message

CONFIG, WEIGHTS = "config.json", "model.weights.h5"
MAXIMUM_ENTRIES = 64
MAXIMUM_DIRECTORY_BYTES = 64 * 1024
SHOWN_CHARACTERS = 60

_END, _LOCATOR_64 = b"PK\x05\x06", b"PK\x06\x07"
_END_BYTES, _LOCATOR_BYTES, _LONGEST_COMMENT = 22, 20, 0xFFFF
_ENCRYPTED = 0x1


@dataclass(frozen=True)
class Contents:
    """What a model is made of, unpacked: its description as JSON and its weights as HDF5."""

    config: bytes
    weights: bytes


def unpacked(content: bytes, maximum: int) -> Contents:
    """The two entries of a ``.keras`` file, if all of it together unpacks to at most `maximum` bytes.

    Raises:
        ExplorerError: if the zip holds what Keras never writes, lacks an entry, or is too large.
        ValueError, zipfile.BadZipFile, zlib.error, EOFError, struct.error: if it is damaged.
    """
    _check_directory(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        _check_entries(entries)
        check_size(sum(entry.file_size for entry in entries), maximum)
        return Contents(_member(archive, CONFIG), _member(archive, WEIGHTS))


def check_size(size: int, maximum: int) -> None:
    """Refuse a file that is larger than what is read.

    Raises:
        ExplorerError: with both sizes.
    """
    if size > maximum:
        raise ExplorerError(
            message(
                N_("The model file needs {size} MB and at most {maximum} MB are read."),
                size=-(-size // 2**20),
                maximum=maximum // 2**20,
            )
        )


def _check_directory(content: bytes) -> None:
    """Bound the list of entries before anything reads it: a million of them would fill the memory."""
    place = content.rfind(_END, max(0, len(content) - _END_BYTES - _LONGEST_COMMENT))
    if place < 0:
        raise ValueError("no zip")
    # Only archives of more than 4 GB or 65,535 entries need the 64-bit directory.
    if content[max(0, place - _LOCATOR_BYTES) : place].startswith(_LOCATOR_64):
        raise _never_written(_too_many())
    size: int
    entries, size = struct.unpack_from("<HL", content, place + 10)
    if entries > MAXIMUM_ENTRIES or size > MAXIMUM_DIRECTORY_BYTES:
        raise _never_written(_too_many())


def _too_many() -> Message:
    return message(N_("more than {maximum} entries"), maximum=MAXIMUM_ENTRIES)


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for entry in entries:
        name = entry.filename
        if name in seen:
            raise _never_written(message(N_("two entries of the name {name}"), name=shown(name)))
        if _leads_outside(name):
            raise _never_written(message(N_("an entry that leads outside, {name}"), name=shown(name)))
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise _never_written(message(N_("a link, {name}"), name=shown(name)))
        if entry.flag_bits & _ENCRYPTED:
            raise _never_written(message(N_("an encrypted entry, {name}"), name=shown(name)))
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _never_written(message(N_("an entry packed in a way of its own, {name}"), name=shown(name)))
        seen.add(name)


def _leads_outside(name: str) -> bool:
    steps = name.replace("\\", "/").split("/")
    return ".." in steps or name.startswith(("/", "\\")) or ":" in steps[0]


def _never_written(what: Message) -> ExplorerError:
    return ExplorerError(
        message(N_("This zip file holds {what}. Keras writes no such file; save the model again."), what=what)
    )


def shown(name: object) -> str:
    """A name from a file, short enough for a sentence."""
    text = " ".join(str(name)[: 4 * SHOWN_CHARACTERS].split())
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    """An entry's content, and never more of it than the size that was checked: the stated size may be a lie."""
    try:
        entry = archive.getinfo(name)
    except KeyError as error:
        raise ExplorerError(
            message(N_("This zip file holds no {name}, so it is no Keras model (.keras)."), name=name)
        ) from error
    with archive.open(entry) as member:
        content = member.read(entry.file_size)
    if len(content) != entry.file_size:
        raise ValueError(name)
    return content
