"""How much of readers' files the server holds in its memory: a bound for each session, and one for all."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.runtime import get_instance
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

SESSION_BYTES = 200_000_000
"""Three files of the largest size; a browser takes a file back when the reader gives another in its place."""
SESSION_FILES = 100
ALL_BYTES = 600_000_000
_PLACE = "/_stcore/upload_file/"
_NO_ROOM = 507


class UploadRoom:
    """Refuses a file before it is read when the session's earlier files, or those of all, leave no room."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "PUT" and _PLACE in scope["path"]:
            session = scope["path"].rpartition(_PLACE)[2].partition("/")[0]
            if not has_room(get_instance().uploaded_file_mgr.file_storage, session):  # type: ignore[attr-defined]
                await PlainTextResponse("No room for more files now.", _NO_ROOM)(scope, receive, send)
                return
        await self.app(scope, receive, send)


def has_room(held: Mapping[str, Mapping[str, UploadedFileRec]], session: str) -> bool:
    """Whether one more file may come from a session, given the files of all sessions by their ids."""
    sizes = {owner: sum(len(file.data) for file in files.values()) for owner, files in held.items()}
    return (
        len(held.get(session, {})) < SESSION_FILES
        and sizes.get(session, 0) < SESSION_BYTES
        and sum(sizes.values()) < ALL_BYTES
    )
