"""The rooms in one small JSON file, so that they survive a restart of the server."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from pathlib import Path

from explorer.classroom.rooms import Room
from explorer.messages import ExplorerError
from explorer.training.files import replace_bytes

LARGEST_FILE = 8 * 2**20
_log = logging.getLogger(__name__)


def write(path: Path, rooms: Iterable[Room]) -> None:
    """Write the rooms in one step. A disk that takes nothing is told in the log; the rooms go on in memory."""
    text = f"[{','.join(room.text for room in rooms)}]"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_bytes(path, text.encode())
    except OSError as error:
        _log.warning("The rooms cannot be kept on disk (%s); a restart of the server would lose them", error)


def read(path: Path, limit: int) -> list[Room]:
    """The rooms in the file, `limit` at most; none if there is no file, and none of what cannot be read."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ValueError("too large")
        listed = json.loads(path.read_bytes())
    except FileNotFoundError:
        return []
    except (OSError, ValueError, RecursionError) as error:
        _log.warning("The file of rooms cannot be read (%s); it begins anew", type(error).__name__)
        return []
    return [room for room in map(_room, listed[:limit] if isinstance(listed, list) else []) if room is not None]


def _room(data: object) -> Room | None:
    try:
        return Room.from_dict(data)
    except (KeyError, TypeError, ValueError, ExplorerError):
        _log.warning("One of the kept rooms is damaged and left out")
        return None
