"""What the server adds to Streamlit's: headers of every answer, foreign pages kept out, and one sentence for a failure.

The policy lets a page load nothing from another host. What is allowed within it, and why:
styles in place and a font from `data:` (Streamlit's own), modules from `blob:` (components are
handed over so), compiled code but no `eval` (Streamlit reads long numbers so), pictures from
`data:` and `blob:` (drawn in the page, or saved from it; the camera's is asked for by its `data:`).
"""

from __future__ import annotations

import base64
import hashlib
import logging
import os
import re
import secrets
import traceback
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from explorer.messages import N_
from explorer.widgets.language import md
from explorer.widgets.upload_room import UploadRoom

LOG = logging.getLogger(__name__)
FAILED = N_(
    "Something went wrong here, through no fault of yours. Whoever runs this server finds it as number {number}."
)
FRAMED_BY = "https://*.streamlit.app https://share.streamlit.io"
"""Streamlit Community Cloud shows every app in a frame of its own pages."""
_INDEX = Path(st.__file__).parent / "static" / "index.html"
_POLICY_VIOLATION = 1008
_ENTRY = b"app.py"
_LONGEST_GREETING = 65_536


def policy() -> str:
    """The Content-Security-Policy; EXPLORER_FRAMED_BY names the sites that may show the app in a frame."""
    parts = {
        "default-src": "'none'",
        "script-src": f"'self' blob: 'wasm-unsafe-eval' {_inline_scripts()}",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "media-src": "'self' blob:",
        "font-src": "'self' data:",
        "connect-src": "'self' data:",
        "manifest-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'self'",
        "frame-ancestors": f"'self' {_framing_sites()}",
    }
    return "; ".join(f"{name} {value}" for name, value in parts.items())


def _framing_sites() -> str:
    return " ".join(os.environ.get("EXPLORER_FRAMED_BY", FRAMED_BY).split())


@lru_cache(maxsize=1)
def _inline_scripts() -> str:
    """The scripts within Streamlit's own page, by what is in them: no other may run in place."""
    scripts = re.findall(r"<script>(.*?)</script>", _INDEX.read_text(encoding="utf-8"), re.DOTALL)
    return " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in scripts)


@lru_cache(maxsize=1)
def headers() -> dict[str, str]:
    """What every answer of the server carries."""
    return {
        "Content-Security-Policy": policy(),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        # The page of filters takes a picture; nothing else of the device is ever asked for.
        "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=(), display-capture=()",
        "Cross-Origin-Opener-Policy": "same-origin",
    }


class Guard:
    """Puts the headers on every answer, tells no page where it lies, and closes what another site's page opens.

    Streamlit refuses such a connection too, but first asks a third party for its own public
    address, and lets all readers wait for the answer.
    """

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and foreign(Headers(scope=scope)):
            await receive()
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers())
            if message.get("bytes"):
                message["bytes"] = without_path(message["bytes"])
            await send(message)

        await self.app(scope, receive, guarded)


def without_path(sent: bytes) -> bytes:
    """A message to a page, but for the script's place on the server's disk, which Streamlit tells every page."""
    if len(sent) > _LONGEST_GREETING or _ENTRY not in sent:
        return sent
    message = ForwardMsg.FromString(sent)
    if message.WhichOneof("type") == "new_session":
        message.new_session.main_script_path = _ENTRY.decode()
    return message.SerializeToString()


def foreign(request: Headers) -> bool:
    """Whether a request comes from a page of another site, unless the host's settings allow it."""
    origin = request.get("origin")
    if origin is None or not st.get_option("server.enableCORS") or origin in st.get_option("server.corsAllowedOrigins"):
        return False
    site = urlsplit(origin).netloc
    name, _colon, port = site.partition(":")
    named = name == st.get_option("browser.serverAddress") and (port.isdigit() or not port)
    return site != request.get("host") and not named


def told(error: Exception) -> bool:
    """Tell the reader of a failure by a number alone; the log has the number beside Streamlit's traceback."""
    number = secrets.token_hex(4)
    place = traceback.extract_tb(error.__traceback__)[-1]
    LOG.error("Failure %s: %s at %s:%s", number, type(error).__name__, place.filename, place.lineno)
    st.error(md(FAILED, number=number), icon=":material/error:")
    return True


MIDDLEWARE = (Middleware(Guard), Middleware(UploadRoom))
