"""Where a worker trains a run: in the run's own folder, or in one of its own that is kept like a folder at a URL.

A run is trained once. A scheduler may hand it out again when a worker dies; whoever finds that it has begun
already leaves it alone. And a worker ends when the server has given its run up.
"""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from explorer.messages import ExplorerError
from explorer.remote import Remote
from explorer.training.record import RunRecord, Status
from explorer.training.run_file import read_record, write_record
from explorer.training.twin import DESCRIPTION, Twin

PUSH_SECONDS = 3.0
LAST_TRIES, LAST_PAUSE = 5, 4.0

_log = logging.getLogger(__name__)


class BegunBefore(Exception):
    """This run was begun by an earlier attempt, whose worker is gone."""


class GivenUp(Exception):
    """The server has ended this run, or it was deleted; nothing of it may be written any more."""


class Workspace(Protocol):
    """A run's folder while a worker trains it."""

    folder: Path

    def check(self) -> None:
        """Raises:
        GivenUp: if the server has ended the run.
        """

    def keep(self) -> None:
        """Make sure that all is where the server finds it.

        Raises:
            OSError: if it cannot be written there.
        """


@contextlib.contextmanager
def workspace(place: str) -> Iterator[Workspace]:
    """The run at `place`, a folder or a URL, noted as begun.

    Raises:
        BegunBefore: if another attempt has begun it.
        ExplorerError: if its description is missing or damaged.
        OSError: if it cannot be reached or written.
    """
    if "://" not in place:
        _begin(Path(place))
        yield Here(Path(place))
        return
    url, _slash, run_id = place.rpartition("/")
    with tempfile.TemporaryDirectory(prefix="training-", ignore_cleanup_errors=True) as folder:
        there = There(Remote(url), Path(folder) / run_id)
        with there:
            yield there


def _begin(folder: Path) -> RunRecord:
    record = read_record(folder)
    if record.status is not Status.QUEUED:
        raise BegunBefore(record.id)
    begun = dataclasses.replace(record, status=Status.RUNNING)
    write_record(folder, begun)
    return begun


class Here:
    """A folder that the server sees itself."""

    def __init__(self, folder: Path):
        self.folder = folder

    def check(self) -> None:
        if not (self.folder / DESCRIPTION).exists():
            raise GivenUp
        with contextlib.suppress(ExplorerError):
            if not read_record(self.folder).status.active:
                raise GivenUp

    def keep(self) -> None:
        pass


class There:
    """A folder of this worker's own; a thread sends what changes in it while the training goes on."""

    def __init__(self, remote: Remote, folder: Path):
        self.folder = folder
        self._remote = remote
        self._twin = Twin(remote, folder)
        self._ended = threading.Event()
        self._given_up = False
        self._thread = threading.Thread(target=self._serve, name="send-run", daemon=True)

    def __enter__(self) -> There:
        self._twin.pull(self._twin.there(), (DESCRIPTION,))
        start = _begin(self.folder).request.start
        self._twin.push()
        if start is not None:
            first = Twin(self._remote, self.folder.parent / start.run)
            first.pull(first.there())
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        self._thread.join()

    def check(self) -> None:
        if self._given_up:
            raise GivenUp

    def keep(self) -> None:
        self._ended.set()
        self._thread.join()
        for tried in range(LAST_TRIES):
            try:
                self._send()
                break
            except OSError:
                if tried == LAST_TRIES - 1:
                    raise
                time.sleep(LAST_PAUSE)
        self.check()

    def _serve(self) -> None:
        while not self._ended.wait(PUSH_SECONDS) and not self._given_up:
            try:
                self._send()
            except OSError as error:
                _log.warning("A run's files could not be sent; tried again: %r", error)

    def _send(self) -> None:
        self._given_up = self._given_up or self._twin.overruled()
        if not self._given_up:
            self._twin.push()
