"""One file from a server: hash-checked and bounded in size and time."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pooch
import requests

from explorer.datasets import idx
from explorer.datasets.idx import IdxFile
from explorer.messages import N_, Message, message

CONNECT_SECONDS = 5
READ_SECONDS = 20
"""How long the server may stay silent in the middle of a file."""
FILE_SECONDS = 1800
CHUNK = 1 << 16

_log = logging.getLogger(__name__)


def attempt(url: str, file: IdxFile, folder: Path, advance: Callable[[int], None]) -> Message | None:
    """Download one file and say what went wrong, if anything did."""
    try:
        _download_one(url, file, folder, advance)
    except requests.HTTPError as error:
        _log.info("Download failed: %s", error)
        return message(N_("the server does not give out {file}"), file=file.name)
    except (requests.ConnectionError, requests.Timeout) as error:
        _log.info("Download failed: %s", error)
        return message(N_("the server cannot be reached"))
    except requests.RequestException as error:
        _log.info("Download failed: %s", error)
        return message(N_("the connection broke off"))
    except ValueError as error:
        _log.warning("Download refused: %s", error)
        return message(N_("the download of {file} was damaged"), file=file.name)
    except OSError as error:
        return message(N_("it cannot be kept on disk: {reason}"), reason=error.strerror or str(error))
    except Exception:
        # Whatever it was, the status must not stay at "downloading" for ever.
        _log.exception("Download failed")
        return message(N_("the download of {file} failed"), file=file.name)
    return None


def _download_one(url: str, file: IdxFile, folder: Path, advance: Callable[[int], None]) -> None:
    path = folder / file.name
    if idx.problem(path, file) is None:
        return
    path.unlink(missing_ok=True)
    # Pooch writes to a temporary name beside the file and renames it once the hash is right.
    pooch.retrieve(
        url, known_hash=f"md5:{file.md5}", fname=file.name, path=folder, downloader=partial(_get, file.size, advance)
    )


def _get(size: int, advance: Callable[[int], None], url: str, output_file: str, _pooch: Any) -> None:
    """A downloader as pooch calls it, counting the bytes that really came.

    Raises:
        ValueError: if there are more of them than `size`.
        requests.RequestException: if the server fails, falls silent or takes too long.
    """
    deadline = time.monotonic() + FILE_SECONDS
    request = requests.get(
        url, stream=True, timeout=(CONNECT_SECONDS, READ_SECONDS), headers={"Accept-Encoding": "identity"}
    )
    done = 0
    with request as response, open(output_file, "wb") as output:
        response.raise_for_status()
        for piece in response.iter_content(CHUNK):
            done += len(piece)
            if done > size:
                raise ValueError(f"more than the expected {size} bytes")
            if time.monotonic() > deadline:
                raise requests.Timeout(f"not complete after {FILE_SECONDS} s")
            output.write(piece)
            advance(done)
