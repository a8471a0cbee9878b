"""Runs on disk: one folder per run, found again after a restart, bounded in size.

A folder holds ``run.json`` (a `RunRecord`), ``model.keras``, ``snapshots.npz`` and, once the
model has been tested, ``predictions.npz``. The models that come with the app lie in ``trained/`` in the same form.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import re
import secrets
import shutil
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import platformdirs

from explorer import archive
from explorer.messages import N_, ExplorerError, Message, message
from explorer.network import Network, Weights
from explorer.training.files import replace_bytes
from explorer.training.predictions import PREDICTIONS
from explorer.training.record import Request, RunRecord, Status, damaged
from explorer.training.snapshots import read_epochs, read_weights

SHIPPED = Path(__file__).parents[2] / "trained"
DEFAULT_LIMIT_MB = 2048
MAXIMUM_RUNS = 300
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


@dataclass(frozen=True)
class Run:
    """One run's folder and its description."""

    folder: Path
    record: RunRecord

    @property
    def model_file(self) -> Path:
        return self.folder / "model.keras"

    @property
    def snapshot_file(self) -> Path:
        return self.folder / "snapshots.npz"

    @property
    def predictions_file(self) -> Path:
        return self.folder / PREDICTIONS

    @property
    def shipped(self) -> bool:
        return self.folder.parent == SHIPPED

    @cached_property
    def epochs(self) -> tuple[int, ...]:
        """The epochs whose weights can be looked at, 0 (untrained) first."""
        kept = set(read_epochs(self.snapshot_file))
        if self.record.best_epoch is not None and self.model_file.exists():
            kept.add(self.record.best_epoch)
        return tuple(sorted(kept))

    @property
    def kept_epoch(self) -> int:
        """The epoch whose weights were kept, or while there is none the last one that can be looked at.

        Raises:
            ExplorerError: if no weights are at hand.
        """
        if self.record.best_epoch is not None and self.model_file.exists():
            return self.record.best_epoch
        if not self.epochs:
            raise ExplorerError(message(N_("This run has kept no weights yet; wait for its first epoch.")))
        return self.epochs[-1]

    def network(self, epoch: int) -> Network:
        """The model as it was after `epoch`; the best epoch comes from ``model.keras`` itself.

        Raises:
            ExplorerError: if the weights are missing, damaged or do not fit the model.
        """
        if epoch == self.record.best_epoch and self.model_file.exists():
            stored = archive.read(self.model_file)
            if stored.spec != self.record.spec:
                raise ExplorerError(
                    message(N_("The file model.keras of this run holds another model; choose another run."))
                )
            return Network(stored.spec, stored.weights)
        return Network(self.record.spec, read_weights(self.snapshot_file, epoch))


class Store:
    """The runs under one folder, the oldest dropped when they need too much room."""

    def __init__(self, folder: Path, limit_bytes: int = DEFAULT_LIMIT_MB * 2**20):
        self.folder = folder
        self.limit_bytes = limit_bytes

    @staticmethod
    def from_environment() -> Store:
        """EXPLORER_RUNS_DIR (default: the user's data folder) and EXPLORER_RUNS_MB (default 2048)."""
        default = Path(platformdirs.user_data_dir("cnn-rnn-explorer")) / "runs"
        limit = os.environ.get("EXPLORER_RUNS_MB", "")
        megabytes = int(limit) if limit.isdigit() else DEFAULT_LIMIT_MB
        return Store(Path(os.environ.get("EXPLORER_RUNS_DIR") or default), megabytes * 2**20)

    def create(self, record: RunRecord) -> Run:
        """Make room, then a folder for a new run.

        Raises:
            ExplorerError: if the folder cannot be written.
        """
        folder = self.folder / record.id
        try:
            self.prune()
            folder.mkdir(parents=True)
            write_record(folder, record)
        except OSError as error:
            raise not_kept(error) from error
        return Run(folder, record)

    def open(self, run_id: str) -> Run:
        """The run or shipped model of that id.

        Raises:
            ExplorerError: if there is none, or its description is damaged.
        """
        for parent in (SHIPPED, self.folder):
            folder = parent / run_id
            if _ID.fullmatch(run_id) and (folder / "run.json").is_file():
                return Run(folder, read_record(folder))
        raise ExplorerError(
            message(
                N_("There is no run {run}; it may have been deleted to make room. Choose another one."),
                run=repr(run_id[:64]),
            )
        )

    def runs(self) -> list[Run]:
        """Every readable run, newest first."""
        return sorted(_readable(self.folder), key=lambda run: run.record.created, reverse=True)

    def shipped(self) -> list[Run]:
        """The models that come with the app, by name."""
        return sorted(_readable(SHIPPED), key=lambda run: run.record.id)

    def first_weights(self, request: Request) -> Weights | None:
        """The weights that a run begins with, if they are another run's.

        Raises:
            ExplorerError: if that run or its weights are missing, or belong to another model.
        """
        if request.start is None:
            return None
        run = self.open(request.start.run)
        network = run.network(request.start.epoch)
        shapes = [row.weight_shapes for row in request.spec.summary()]
        if [row.weight_shapes for row in network.spec.summary()] != shapes:
            raise ExplorerError(
                message(
                    N_("The weights of {name} do not fit this model; begin with new weights, or keep its layers."),
                    name=run.record.name,
                )
            )
        return dict(zip(request.spec.names(), network.weights.values(), strict=True))

    def prune(self) -> None:
        """Drop the oldest ended runs until the rest fits the limits."""
        folders = [path for path in self.folder.glob("*") if path.is_dir()]
        sizes = {path: _folder_size(path) for path in folders}
        total = sum(sizes.values())
        for path in sorted(folders, key=_modified):
            if total <= self.limit_bytes and len(sizes) < MAXIMUM_RUNS:
                return
            if _active(path):
                continue
            shutil.rmtree(path, ignore_errors=True)
            total -= sizes.pop(path)

    def close_abandoned(self) -> None:
        """Mark the runs that a previous server left running as lost."""
        for run in _readable(self.folder):
            if run.record.status.active:
                lost = message(N_("The server was restarted in the middle of this run; train it again."))
                close(run, Status.LOST, lost)


def new_id() -> str:
    """A run id that nobody can guess."""
    return secrets.token_hex(8)


def close(run: Run, status: Status, problem: Message) -> RunRecord:
    """Write down that a run ended without its worker saying so."""
    record = dataclasses.replace(run.record, status=status, problem=problem)
    # A folder that cannot be written must not hide from the reader how the run ended.
    with contextlib.suppress(OSError):
        write_record(run.folder, record)
    return record


def write_record(folder: Path, record: RunRecord) -> None:
    """Write ``run.json``.

    Raises:
        OSError: if it cannot be written.
    """
    replace_bytes(folder / "run.json", json.dumps(record.to_dict(), ensure_ascii=False, indent=1).encode())


def read_record(folder: Path) -> RunRecord:
    """Read ``run.json``.

    Raises:
        ExplorerError: if it is damaged.
    """
    path = folder / "run.json"
    try:
        state = path.stat()
    except OSError as error:
        raise damaged() from error
    return _parsed(path, state.st_mtime_ns, state.st_size, state.st_ino)


@lru_cache(maxsize=2 * MAXIMUM_RUNS)
def _parsed(path: Path, modified: int, size: int, node: int) -> RunRecord:
    """The record in a file, parsed once for each state of the file."""
    try:
        data = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise damaged() from error
    return RunRecord.from_dict(data)


def not_kept(error: OSError) -> ExplorerError:
    """What to say when a run's files cannot be written."""
    return ExplorerError(
        message(
            N_("The run cannot be kept on disk ({reason}); make room or set EXPLORER_RUNS_DIR to another folder."),
            reason=error.strerror or type(error).__name__,
        )
    )


def _readable(parent: Path) -> list[Run]:
    runs = []
    # A folder with a dot before its name is still being written.
    for path in parent.glob("[!.]*/run.json"):
        with contextlib.suppress(ExplorerError):
            runs.append(Run(path.parent, read_record(path.parent)))
    return runs


def _active(folder: Path) -> bool:
    try:
        return read_record(folder).status.active
    except ExplorerError:
        return False


def _folder_size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _modified(folder: Path) -> float:
    return folder.stat().st_mtime
