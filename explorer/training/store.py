"""Runs on disk: one folder per run, found again after a restart, bounded in size.

A folder holds ``run.json`` (a `RunRecord`), ``model.keras``, ``snapshots.npz`` and, once the
model has been tested, ``predictions.npz``. The models that come with the app lie in ``trained/`` in the same form.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import re
import secrets
import shutil
from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import platformdirs

from explorer import archive
from explorer.messages import N_, ExplorerError, Message, message
from explorer.network import Network, Weights
from explorer.remote import Remote
from explorer.specs import Branches
from explorer.training.predictions import PREDICTIONS
from explorer.training.record import Request, RunRecord, Status, tidy_name, tidy_note
from explorer.training.room import drop_oldest
from explorer.training.run_file import read_record, write_record
from explorer.training.shared import Shared
from explorer.training.snapshots import read_epochs, read_weights

SHIPPED = Path(__file__).parents[2] / "trained"
DEFAULT_LIMIT_MB, RUNS = 2048, "runs"
ABANDONED = message(N_("The server was restarted in the middle of this run; train it again."))
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


@dataclass(frozen=True)
class Run:
    """One run's folder and its description."""

    folder: Path
    record: RunRecord
    shared: Shared | None = field(default=None, repr=False, compare=False)

    @property
    def model_file(self) -> Path:
        return self._file("model.keras")

    @property
    def snapshot_file(self) -> Path:
        return self._file("snapshots.npz")

    @property
    def predictions_file(self) -> Path:
        return self._file(PREDICTIONS)

    def _file(self, name: str) -> Path:
        """A file of the run; where runs are shared, the newest of it is brought here first."""
        if self.shared is not None:
            self.shared.fetch(self.folder.name)
        return self.folder / name

    def writing(self) -> AbstractContextManager[None]:
        """To write the run's files; where runs are shared, they are sent afterwards."""
        return contextlib.nullcontext() if self.shared is None else self.shared.writing(self.folder.name)

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
        # A file with several inputs is no chain of layers, so those weights come from the snapshots.
        branching = any(isinstance(layer, Branches) for layer in self.record.spec.layers)
        if epoch == self.record.best_epoch and self.model_file.exists() and not branching:
            stored = archive.read(self.model_file)
            if stored.spec != self.record.spec:
                other = N_("The file model.keras of this run holds another model; choose another run.")
                raise ExplorerError(message(other))
            return Network(stored.spec, stored.weights)
        return Network(self.record.spec, read_weights(self.snapshot_file, epoch))


class Store:
    """The runs under one folder, the oldest dropped when they need too much room."""

    def __init__(self, folder: Path, limit_bytes: int = DEFAULT_LIMIT_MB * 2**20, remote: Remote | None = None):
        self.folder = folder
        self.limit_bytes = limit_bytes
        self.shared = None if remote is None else Shared(remote, folder)

    @staticmethod
    def from_environment() -> Store:
        """EXPLORER_RUNS_DIR (default: the user's data folder), EXPLORER_RUNS_MB (default 2048), EXPLORER_RUNS_URL."""
        default = Path(platformdirs.user_data_dir("cnn-rnn-explorer")) / RUNS
        limit = os.environ.get("EXPLORER_RUNS_MB", "")
        megabytes = int(limit) if limit.isdigit() else DEFAULT_LIMIT_MB
        folder = Path(os.environ.get("EXPLORER_RUNS_DIR") or default)
        return Store(folder, megabytes * 2**20, Remote.from_environment(RUNS))

    def create(self, record: RunRecord) -> Run:
        """Make room, then a folder for a new run.

        Raises:
            ExplorerError: if the folder cannot be written.
        """
        run = Run(self.folder / record.id, record, self.shared)
        try:
            self.prune()
            run.folder.mkdir(parents=True)
            with run.writing():
                write_record(run.folder, record)
        except OSError as error:
            raise not_kept(error) from error
        return run

    def place(self, run: Run) -> str:
        """Where a worker finds a run: its folder, or where runs are shared its URL."""
        return str(run.folder) if self.shared is None else f"{self.shared.remote.url}/{run.folder.name}"

    def settled(self, run_id: str) -> bool:
        """Whether a worker on another machine would find the run as it is here."""
        return self.shared is None or self.shared.settled(run_id)

    def open(self, run_id: str) -> Run:
        """The run or shipped model of that id.

        Raises:
            ExplorerError: if there is none, or its description is damaged.
        """
        for parent in (SHIPPED, self.folder):
            folder = parent / run_id
            if _ID.fullmatch(run_id) and (folder / "run.json").is_file():
                return Run(folder, read_record(folder), self.shared if parent == self.folder else None)
        raise ExplorerError(
            message(
                N_("There is no run {run}; it may have been deleted to make room. Choose another one."),
                run=repr(run_id[:64]),
            )
        )

    def rename(self, run_id: str, name: str) -> RunRecord:
        """Give an ended run another name, cut if it is too long.

        Raises:
            ExplorerError: if the name is empty, or the run cannot be changed.
        """
        return self._describe(run_id, name=tidy_name(name))

    def annotate(self, run_id: str, note: str) -> RunRecord:
        """Keep a note with an ended run, cut if it is too long.

        Raises:
            ExplorerError: if the run cannot be changed.
        """
        return self._describe(run_id, note=tidy_note(note))

    def delete(self, run_id: str, ended: bool = False) -> None:
        """Remove a run's folder; `ended` says that it trains no longer, whatever its description has.

        Raises:
            ExplorerError: if the run cannot be changed.
        """
        run = self._own(run_id, ended)
        # Out of sight in one step, so that nobody meets half a run; what may be left is pruned later.
        hidden = run.folder.with_name(f".{run_id}")
        try:
            run.folder.replace(hidden)
        except OSError as error:
            raise not_kept(error) from error
        shutil.rmtree(hidden, ignore_errors=True)
        if self.shared is not None:
            self.shared.send(run_id)

    def _describe(self, run_id: str, **words: str) -> RunRecord:
        run = self._own(run_id)
        record = dataclasses.replace(run.record, **words)  # type: ignore[arg-type]
        try:
            with run.writing():
                write_record(run.folder, record)
        except OSError as error:
            raise not_kept(error) from error
        return record

    def _own(self, run_id: str, ended: bool = False) -> Run:
        """A run that may be changed: none of the app's own, none in training."""
        run = self.open(run_id)
        if run.shipped:
            raise ExplorerError(message(N_("{name} comes with the app and stays as it is."), name=run.record.name))
        if run.record.status.active and not ended:
            raise in_training(run.record)
        return run

    def runs(self) -> list[Run]:
        """Every readable run, newest first."""
        return sorted(_readable(self.folder, self.shared), key=lambda run: run.record.created, reverse=True)

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
            misfit = N_("The weights of {name} do not fit this model; begin with new weights, or keep its layers.")
            raise ExplorerError(message(misfit, name=run.record.name))
        return dict(zip(request.spec.names(), network.weights.values(), strict=True))

    def prune(self) -> None:
        """Drop the oldest ended runs until the rest fits the limits."""
        drop_oldest(self.folder, self.limit_bytes, self.shared)

    def close_abandoned(self) -> None:
        """Mark the runs that a previous server left open as lost; where runs are shared, as soon as they are known."""
        if self.shared is not None:
            self.shared.start(self._close_abandoned)
        else:
            self._close_abandoned([run.folder.name for run in self.runs()])

    def _close_abandoned(self, run_ids: Collection[str]) -> None:
        for run in self.runs():
            if run.folder.name in run_ids and run.record.status.active:
                close(run, Status.LOST, ABANDONED)


def new_id() -> str:
    """A run id that nobody can guess."""
    return secrets.token_hex(8)


def close(run: Run, status: Status, problem: Message) -> RunRecord:
    """Write down that a run ended without its worker saying so."""
    record = dataclasses.replace(run.record, status=status, problem=problem)
    # A folder that cannot be written must not hide from the reader how the run ended.
    with contextlib.suppress(OSError), run.writing():
        write_record(run.folder, record)
    return record


def in_training(record: RunRecord) -> ExplorerError:
    """What to say when a run must have ended first."""
    return ExplorerError(message(N_("{name} is still in training; stop it first."), name=record.name))


def not_kept(error: OSError) -> ExplorerError:
    """What to say when a run's files cannot be written."""
    return ExplorerError(
        message(
            N_("The run cannot be kept on disk ({reason}); make room or set EXPLORER_RUNS_DIR to another folder."),
            reason=error.strerror or type(error).__name__,
        )
    )


def _readable(parent: Path, shared: Shared | None = None) -> list[Run]:
    runs = []
    # A folder with a dot before its name is still being written.
    for path in parent.glob("[!.]*/run.json"):
        with contextlib.suppress(ExplorerError):
            runs.append(Run(path.parent, read_record(path.parent), shared))
    return runs
