"""A headless reader: one real session over Streamlit's websocket, without a browser.

Streamlit speaks protobuf: the client sends BackMsg (here always "run the script again",
with the state of the widgets) and gets ForwardMsg, the last of each run being
script_finished. Large messages that the client already has are sent as a hash only, as
to a browser.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from benchmarks.server import Server, running
from explorer.widgets.web import FAILED

FAILURE = re.compile(re.escape(FAILED).replace(re.escape("{number}"), "[0-9a-f]+"))
"""What a page says of itself when its script has failed; the session's language is English."""
FINISHED = {
    ForwardMsg.FINISHED_SUCCESSFULLY,
    ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
    ForwardMsg.FINISHED_WITH_COMPILE_ERROR,
}


@dataclass
class Run:
    """One run of the page's script: how long it took and what it sent."""

    seconds: float = 0.0
    size: int = 0


@dataclass
class Session:
    """A reader of one page. `parts` are the components' latest payloads by key."""

    url: str
    page: str = ""
    query: str = ""
    ids: dict[str, str] = field(default_factory=dict)
    fragments: dict[str, str] = field(default_factory=dict)
    parts: dict[str, bytes] = field(default_factory=dict)
    timers: dict[str, float] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    session_id: str = ""
    _state: dict[str, WidgetState] = field(default_factory=dict)
    _known: set[str] = field(default_factory=set)
    _page_hash: str = ""

    async def __aenter__(self) -> Session:
        self._socket = await websockets.connect(
            f"{self.url}/_stcore/stream",
            subprotocols=[websockets.Subprotocol("streamlit"), websockets.Subprotocol("none")],
            max_size=None,
            compression=None,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._socket.close()

    def cut(self) -> None:
        """Tear the connection as a lost network does: nobody says goodbye."""
        self._socket.transport.abort()

    async def open(self, page: str = "", query: str = "") -> Run:
        """Go to a page and wait until it is whole."""
        self.page, self.query, self._page_hash = page, query, ""
        self._state.clear()
        return await self.run()

    async def set(self, key: str, value: Any) -> Run:
        """Move the widget of that key and wait for the page.

        `value` is a number for a number input, a tuple of numbers for a slider, a list of the
        chosen texts as they are shown for segmented controls and sliders of choices, a text for
        a field of text, and "click" for a button.
        """
        identity = self.ids[key]
        state = WidgetState(id=identity)
        if value == "click":
            state.trigger_value = True
        elif isinstance(value, list):
            state.string_array_value.data.extend(value)
        elif isinstance(value, tuple):
            state.double_array_value.data.extend(value)
        elif isinstance(value, str):
            state.string_value = value
        else:
            state.double_value = float(value)
        self._state[identity] = state
        run = await self.run(self.fragments.get(identity, ""))
        if value == "click":
            del self._state[identity]
        return run

    async def tick(self) -> bool:
        """Run the fragment that is due, if one is, as the browser's timer does."""
        if not self.timers:
            return False
        fragment = next(iter(self.timers))
        await asyncio.sleep(self.timers[fragment])
        if fragment in self.timers:
            await self.run(fragment)
        return True

    async def run(self, fragment: str = "") -> Run:
        message = BackMsg()
        request = message.rerun_script
        request.query_string = self.query
        request.page_script_hash = self._page_hash
        request.page_name = "" if self._page_hash else self.page
        request.fragment_id = fragment
        request.is_auto_rerun = bool(fragment)
        request.context_info.locale = "en-GB"
        request.context_info.color_scheme = "light"
        request.widget_states.widgets.extend(self._state.values())
        request.cached_message_hashes.extend(self._known)
        run, began = Run(), time.perf_counter()
        await self._socket.send(message.SerializeToString())
        while not self._take(await asyncio.wait_for(self._socket.recv(), 120), run):
            pass
        run.seconds = time.perf_counter() - began
        return run

    def _take(self, raw: Any, run: Run) -> bool:
        """Note what a message says; True when it ends the run."""
        message = ForwardMsg()
        message.ParseFromString(raw)
        run.size += len(raw)
        if message.hash and message.metadata.cacheable:
            self._known.add(message.hash)
        kind = message.WhichOneof("type")
        if kind == "delta":
            self._take_delta(message.delta)
        elif kind == "new_session":
            self._page_hash = message.new_session.page_script_hash or self._page_hash
            self.session_id = message.new_session.initialize.session_id or self.session_id
            if not message.metadata.run.fragment_ids:
                self.timers.clear()  # also when a fragment asked for a run of the whole page
        elif kind == "navigation":
            self._page_hash = message.navigation.page_script_hash or self._page_hash
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "auto_rerun":
            self.timers[message.auto_rerun.fragment_id] = message.auto_rerun.interval
        elif kind == "stop_auto_rerun":
            for fragment in message.stop_auto_rerun.fragment_ids:
                self.timers.pop(fragment, None)
        return kind == "script_finished" and message.script_finished in FINISHED

    def _take_delta(self, delta: Any) -> None:
        if delta.WhichOneof("type") != "new_element":
            return
        kind = delta.new_element.WhichOneof("type")
        element = getattr(delta.new_element, kind)
        identity = getattr(element, "id", "")
        if identity:
            key = identity.split("-", 2)[-1]
            self.ids[key] = identity
            self.fragments[identity] = delta.fragment_id
            if kind == "bidi_component":
                self.parts[key] = element.bytes
        if kind == "exception":
            self.errors.append(f"{element.type}: {element.message}")
        if kind == "alert" and FAILURE.search(element.body):
            self.errors.append(element.body)


@contextlib.contextmanager
def warm(page: str = "") -> Iterator[Server]:
    """A server that has had a session on that page, and whose training process has come to rest."""
    with running() as server:
        server.wait_until_up()
        asyncio.run(_visited(server, page))
        server.worker()
        yield server


async def _visited(server: Server, page: str) -> None:
    async with Session(server.url) as session:
        await session.open(page)
