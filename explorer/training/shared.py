"""A store that several machines share: the server works on a folder of its own, kept like the one at a URL.

A thread sends what changed here, in the order in which it did, and every few seconds looks what
changed there. Descriptions are brought at once, the large files when somebody opens the run.
"""

from __future__ import annotations

import atexit
import concurrent.futures
import contextlib
import logging
import shutil
import threading
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from explorer.remote import Remote, RemoteFile
from explorer.training.twin import DESCRIPTION, Twin

REFRESH_SECONDS = 3.0
FETCH_SECONDS = 20.0
LAST_SECONDS = 5.0
PULLS_AT_ONCE = 8

_log = logging.getLogger(__name__)
Listing = dict[str, dict[str, RemoteFile]]


class Shared:
    """The server's side of a store at a URL. Only one server may write to it; any number of workers may."""

    def __init__(self, remote: Remote, folder: Path):
        self.remote = remote
        self.folder = folder
        self._twins: dict[str, Twin] = {}
        self._listing: Listing = {}
        self._unsent: dict[str, int] = {}
        self._expected: set[str] = set()
        self._wake = threading.Condition()
        self._closing = False
        self._adopt: Callable[[Collection[str]], None] | None = None
        self._pool = concurrent.futures.ThreadPoolExecutor(PULLS_AT_ONCE, "shared-runs")
        self._thread = threading.Thread(target=self._serve, name="shared-runs", daemon=True)

    def start(self, adopt: Callable[[Collection[str]], None]) -> None:
        """Keep both sides alike from now on, in the background.

        Once all descriptions are here, `adopt` is called with the runs that were there before this server.
        """
        self._adopt = adopt
        self._thread.start()
        atexit.register(self.close)

    def close(self) -> None:
        """Send what is still to be sent, for a few seconds at most."""
        atexit.unregister(self.close)
        with self._wake:
            self._closing = True
            self._wake.notify_all()
        self._thread.join(LAST_SECONDS)
        self._pool.shutdown(wait=False, cancel_futures=True)

    @contextlib.contextmanager
    def writing(self, run_id: str) -> Iterator[None]:
        """To write a run's files here; they are sent afterwards."""
        with self._twin(run_id).writing:
            yield
            self.send(run_id)

    def send(self, run_id: str) -> None:
        """Send a run's files soon, or remove them there if its folder is gone here."""
        with self._wake:
            self._unsent[run_id] = self._unsent.get(run_id, 0) + 1
            self._wake.notify_all()

    def settled(self, run_id: str) -> bool:
        """Whether all that changed here of a run has been sent."""
        return run_id not in self._unsent

    def expect(self, run_id: str) -> None:
        """A worker has just written the last of a run's files: they are newer than the last look at them."""
        with self._wake:
            self._expected.add(run_id)

    def fetch(self, run_id: str) -> None:
        """Bring all files of a run that changed there. If that takes too long, those that are here must do."""
        there = self._listing.get(run_id, {})
        if run_id not in self._expected and not self._twin(run_id).newer(there):
            return
        try:
            self._pool.submit(self._fetch, run_id, there).result(FETCH_SECONDS)
        except (OSError, RuntimeError, concurrent.futures.TimeoutError) as error:
            _log.warning("The files of run %s could not be brought: %r", run_id, error)

    def _fetch(self, run_id: str, there: dict[str, RemoteFile]) -> None:
        twin = self._twin(run_id)
        twin.pull(twin.there() if run_id in self._expected else there)
        with self._wake:
            self._expected.discard(run_id)

    def rooms(self) -> dict[str, tuple[float, int]]:
        """When each run at the URL was last written, and its bytes."""
        return {
            run_id: (max(file.written for file in files.values()), sum(file.size for file in files.values()))
            for run_id, files in self._listing.items()
        }

    def _twin(self, run_id: str) -> Twin:
        with self._wake:
            return self._twins.setdefault(run_id, Twin(self.remote, self.folder / run_id))

    def _serve(self) -> None:
        due, failures = 0.0, 0
        while not self._closing or (self._unsent and not failures):
            try:
                if time.monotonic() >= due:
                    due = time.monotonic() + REFRESH_SECONDS
                    self._refresh()
                self._send_all()
                failures = 0
            except OSError as error:
                failures += 1
                if failures == 1:
                    _log.warning("The shared runs at %s cannot be reached; tried again: %s", self.remote.url, error)
            except Exception:
                failures += 1
                _log.exception("Keeping the shared runs alike stumbled; it goes on")
            with self._wake:
                if not self._closing and (failures or not self._unsent):
                    self._wake.wait(REFRESH_SECONDS if failures else max(0.01, due - time.monotonic()))

    def _send_all(self) -> None:
        for run_id, version in list(self._unsent.items()):
            self._send(run_id)
            with self._wake:
                if self._unsent[run_id] == version:
                    del self._unsent[run_id]

    def _send(self, run_id: str) -> None:
        twin = self._twin(run_id)
        if (twin.folder / DESCRIPTION).exists():
            twin.push()
            return
        self.remote.delete(run_id)
        with self._wake:
            self._twins.pop(run_id, None)
            self._listing = {name: files for name, files in self._listing.items() if name != run_id}

    def _refresh(self) -> None:
        # What was never there, and what is made from here on, is none of the listing's business.
        with self._wake:
            known = [run_id for run_id, twin in self._twins.items() if twin.met and run_id not in self._unsent]
        listing = grouped(self.remote.files())
        adopted = self._meet(listing) if self._adopt else ()
        for run_id in known:
            if run_id not in listing:
                self._drop(run_id)
        with self._wake:
            self._listing = listing
            settled = [run_id for run_id in listing if run_id not in self._unsent]
        for future in [self._pool.submit(self._describe, run_id, listing) for run_id in settled]:
            future.result()
        if self._adopt:
            self._adopt(adopted)
            self._adopt = None

    def _meet(self, listing: Listing) -> Collection[str]:
        """The runs there and those in the folder from an earlier server; what the other side lacks is sent."""
        with self._wake:
            own = set(self._unsent)
            here = {path.parent.name for path in self.folder.glob(f"[!.]*/{DESCRIPTION}")} - own
            for run_id in here & listing.keys():
                self._twins[run_id] = Twin.alike(self.remote, self.folder / run_id)
            for run_id in here - listing.keys():
                self.send(run_id)
        return here | listing.keys()

    def _describe(self, run_id: str, listing: Listing) -> None:
        if DESCRIPTION in listing[run_id]:
            self._twin(run_id).pull(listing[run_id], (DESCRIPTION,))

    def _drop(self, run_id: str) -> None:
        """Forget a run that is gone there."""
        with self._wake:
            if run_id in self._unsent:
                return
            self._twins.pop(run_id, None)
        shutil.rmtree(self.folder / run_id, ignore_errors=True)


def grouped(files: dict[str, RemoteFile]) -> Listing:
    """The files of each run, by their names in its folder."""
    listing: Listing = {}
    for name, file in files.items():
        run_id, slash, rest = name.partition("/")
        if slash and rest:
            listing.setdefault(run_id, {})[rest] = file
    return listing
