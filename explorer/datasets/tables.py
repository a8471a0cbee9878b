"""Tables that a reader brings: any bytes become named columns of text cells, or one clear sentence."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from explorer.messages import N_, ExplorerError, message

DELIMITERS = (",", ";", "\t", "|")
ENCODINGS = ("utf-8-sig", "cp949", "cp1252")
PROBED_ROWS = 50
MAXIMUM_NAME = 40


@dataclass(frozen=True)
class Bounds:
    """What a table may have at most."""

    megabytes: int = 5
    rows: int = 20_000
    columns: int = 20


@dataclass(frozen=True)
class Table:
    """Column names, all different, and rows of as many cells; `lines` are the rows' lines in the file, from 1."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    encoding: str
    delimiter: str

    def column(self, name: str) -> list[str]:
        """The cells of one column."""
        place = self.columns.index(name)
        return [row[place] for row in self.rows]


def read_table(content: bytes, bounds: Bounds | None = None) -> Table:
    """Read a file of delimiter-separated values; encoding, delimiter and header are found out.

    A first row that holds a number is no header; its columns are then called "column 1" and so
    on. Empty lines are left out, and cells lose the spaces around them.

    Raises:
        ExplorerError: if the file is too large, is no text, or is no table with rows.
    """
    bounds = bounds or Bounds()
    _check_size(content, bounds)
    text, encoding = _decoded(content)
    delimiter = _delimiter(text)
    try:
        numbered = list(islice(_records(text, delimiter), bounds.rows + 2))
    except csv.Error as error:
        raise ExplorerError(
            message(N_("The file is not a table of separated values; check its quotation marks."))
        ) from error
    if not numbered:
        raise ExplorerError(message(N_("The file is empty; it needs a row of names and rows of values.")))
    head = numbered[0][1]
    named = not any(map(is_number, head))
    body = numbered[1:] if named else numbered
    _check_shape(len(head), body, bounds)
    columns = _names(head if named else [""] * len(head))
    return Table(columns, tuple(tuple(row) for _, row in body), tuple(line for line, _ in body), encoding, delimiter)


def is_number(cell: str) -> bool:
    """Whether Python reads the cell as a number, "nan" and the like left out."""
    try:
        float(cell)
    except ValueError:
        return False
    return any(character.isdigit() for character in cell)


def _check_size(content: bytes, bounds: Bounds) -> None:
    if len(content) > bounds.megabytes * 1_000_000:
        raise ExplorerError(
            message(
                N_("The file has {size} MB; at most {maximum} MB can be read here."),
                size=f"{len(content) / 1e6:.1f}",
                maximum=bounds.megabytes,
            )
        )


def _decoded(content: bytes) -> tuple[str, str]:
    """The text, with the first encoding that fits; Korean files are more often CP949 than others are."""
    encodings = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ENCODINGS
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, encoding
    raise ExplorerError(message(N_("The file is not text; save the table as CSV, best in UTF-8.")))


def _delimiter(text: str) -> str:
    """The delimiter that gives most rows one and the same number of cells, more than one."""

    def agreement(delimiter: str) -> tuple[float, int]:
        try:
            widths = Counter(len(row) for _, row in islice(_records(text, delimiter), PROBED_ROWS))
        except csv.Error:
            return 0.0, 0
        width, count = max(widths.items(), key=lambda item: item[1], default=(0, 0))
        return (count / widths.total(), width) if width > 1 else (0.0, 0)

    return max(DELIMITERS, key=agreement)


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold anything, each with the line that it ends on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    for row in reader:
        cells = [cell.strip() for cell in row]
        if any(cells):
            yield reader.line_num, cells


def _check_shape(width: int, body: list[tuple[int, list[str]]], bounds: Bounds) -> None:
    if not body:
        raise ExplorerError(message(N_("The file has a row of names, but no rows of values under it.")))
    if width > bounds.columns:
        raise ExplorerError(
            message(
                N_("The table has {found} columns; at most {maximum} can be read here."),
                found=f"{width:,}",
                maximum=f"{bounds.columns:,}",
            )
        )
    if len(body) > bounds.rows:
        raise ExplorerError(
            message(N_("The table has more than {maximum} rows; cut it shorter."), maximum=f"{bounds.rows:,}")
        )
    for line, row in body:
        if len(row) != width:
            raise ExplorerError(
                message(
                    N_("Line {line} has {found} cells, but the first line has {expected}."),
                    line=f"{line:,}",
                    found=f"{len(row):,}",
                    expected=width,
                )
            )


def _names(head: list[str]) -> tuple[str, ...]:
    """Short names, all different: empty ones are numbered, repeated ones get their place."""
    names: list[str] = []
    for place, cell in enumerate(head, start=1):
        name = cell[:MAXIMUM_NAME] or f"column {place}"
        names.append(f"{name} ({place})" if name in names else name)
    return tuple(names)
