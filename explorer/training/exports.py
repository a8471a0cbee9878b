"""A run as files to take away: its model, its history as CSV, all of it as JSON."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from explorer.archive.writing import writable, write
from explorer.training.record import EpochResult, RunRecord
from explorer.training.store import Run

LONGEST_NAME = 60
HISTORY = tuple(field.name for field in dataclasses.fields(EpochResult))
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def has_model(run: Run) -> bool:
    """Whether there is a model to take away."""
    return run.model_file.exists() or (bool(run.epochs) and writable(run.record.spec))


def model_file(run: Run) -> bytes:
    """The ``.keras`` file of a run: the one that training kept, or one written from its last snapshot.

    Raises:
        ExplorerError: if no weights are at hand, or damaged.
    """
    if run.model_file.exists():
        return run.model_file.read_bytes()
    network = run.network(run.kept_epoch)
    return write(network.spec, network.weights, run.record.recipe.batch_size)


def history_csv(record: RunRecord) -> str:
    """One row for each epoch."""
    return table_csv(HISTORY, ([getattr(result, name) for name in HISTORY] for result in record.history))


def run_json(record: RunRecord) -> str:
    """All that is known of a run: model, recipe, data, history, result, versions."""
    return json.dumps(record.to_dict(), ensure_ascii=False, indent=1) + "\n"


def table_csv(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table as CSV, which spreadsheets open without taking a text for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([safe_cell(name) for name in head])
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return out.getvalue()


def safe_cell(value: Any) -> Any:
    """A text that a spreadsheet would compute gets a ' in front (https://owasp.org/www-community/attacks/CSV_Injection)."""
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA) and not _is_number(value):
        return f"'{value}"
    return value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def file_name(name: str, suffix: str) -> str:
    """A name for a file, from whatever a reader has called a run: letters, digits and hyphens, not too long."""
    plain = re.sub(r"[^\w.]+", "-", unicodedata.normalize("NFC", name)).strip("-._")[:LONGEST_NAME].strip("-._")
    return f"{plain or 'run'}{suffix}"
