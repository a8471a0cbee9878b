"""A run's folder here and the same folder at a URL: what changed on one side goes to the other."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from explorer.remote import Remote, RemoteFile

DESCRIPTION = "run.json"
State = tuple[int, int, int]


@dataclass
class Twin:
    """One run's files in `folder` and under `remote`, each with the state in which the two were last alike.

    Whoever else writes a file in `folder` holds `writing` meanwhile, so that nothing older takes its place.
    """

    remote: Remote
    folder: Path
    _stamps: dict[str, str] = field(default_factory=dict)
    _states: dict[str, State] = field(default_factory=dict)
    writing: threading.Lock = field(default_factory=threading.Lock)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @staticmethod
    def alike(remote: Remote, folder: Path) -> Twin:
        """The twin of a folder whose files were sent before: where the two differ, the other side is right."""
        return Twin(remote, folder, _states=_states(folder))

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def met(self) -> bool:
        """Whether any file of the run has been on both sides."""
        return bool(self._stamps)

    def push(self) -> None:
        """Send the files that changed here, the description last: whoever reads it finds the others there.

        Raises:
            OSError: if the other side cannot be written.
        """
        with self._lock:
            changed = {name: state for name, state in _states(self.folder).items() if self._states.get(name) != state}
            if not changed:
                return
            for name in sorted(changed, key=lambda name: name == DESCRIPTION):
                self.remote.put(self.folder / name, f"{self.name}/{name}")
            there = self.there()
            self._states |= changed
            self._stamps |= {name: there[name].stamp for name in changed if name in there}

    def pull(self, there: Mapping[str, RemoteFile], names: Collection[str] = ()) -> bool:
        """Bring the files that changed there (only those called `names`, if any are given); True if one did.

        A file that changed here meanwhile stays: it is still to be sent.

        Raises:
            OSError: if one cannot be read there or written here.
        """
        with self._lock:
            changed = [name for name in self.newer(there) if not names or name in names]
            for name in sorted(changed, key=lambda name: name == DESCRIPTION):
                self._bring(name, there[name].stamp)
            return bool(changed)

    def newer(self, there: Mapping[str, RemoteFile]) -> list[str]:
        """The files that changed there since the two were alike."""
        return [name for name, file in there.items() if self._stamps.get(name) != file.stamp and _plain(name)]

    def overruled(self) -> bool:
        """Whether somebody else has written the description there, or removed it, since it was last sent.

        Raises:
            OSError: if the other side cannot be reached.
        """
        with self._lock:
            found = self.there().get(DESCRIPTION)
            return found is None or found.stamp != self._stamps.get(DESCRIPTION)

    def there(self) -> dict[str, RemoteFile]:
        """The run's files on the other side, by their names in its folder.

        Raises:
            OSError: if the other side cannot be reached.
        """
        found = self.remote.files(self.name)
        return {name.removeprefix(f"{self.name}/"): file for name, file in found.items()}

    def _bring(self, name: str, stamp: str) -> None:
        if not self._states:
            self.folder.mkdir(parents=True, exist_ok=True)
        part = self.folder / f".{os.getpid()}-{threading.get_ident()}-{name}"
        try:
            self.remote.get(f"{self.name}/{name}", part)
            with self.writing:
                if _states(self.folder).get(name) == self._states.get(name):
                    state = _state(part)
                    part.replace(self.folder / name)
                    self._states[name], self._stamps[name] = state, stamp
        finally:
            part.unlink(missing_ok=True)


def _plain(name: str) -> bool:
    """Whether a name from elsewhere stays inside the run's folder."""
    return name == Path(name).name and not name.startswith(".")


def _states(folder: Path) -> dict[str, State]:
    """The whole files of a folder; those still being written have a dot before their names."""
    found = {}
    for path in folder.glob("[!.]*"):
        with contextlib.suppress(OSError):
            if path.is_file():
                found[path.name] = _state(path)
    return found


def _state(path: Path) -> State:
    info = path.stat()
    return info.st_ino, info.st_mtime_ns, info.st_size
