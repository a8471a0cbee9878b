"""A real server, started as everybody starts it, and requests that no browser would send."""

import asyncio
import contextlib
import http.client
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
import websockets

from benchmarks.client import Session
from scripts.app_server import AppServer

BOUNDARY = "boundary"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    running = AppServer(tmp_path_factory.mktemp("app")).start()
    yield running
    running.stop()


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def ask(server, method, path, body=None, **headers):
    """One plain request; nothing is followed, kept or sent along."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)
    with contextlib.closing(connection):
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())


def upload(server, session, content=b"word", file="file", **headers):
    """Give a file as the browser does, with a token and its cookie unless `headers` say otherwise."""
    part = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'.encode()
    token = ask(server, "GET", "/_stcore/health").headers["set-cookie"].split(";")[0].partition("=")[2]
    sent = {
        "X_Xsrftoken": token,
        "Cookie": f"_streamlit_xsrf={token}",
        "Content_Type": f"multipart/form-data; boundary={BOUNDARY}",
        **headers,
    }
    sent = {name: value for name, value in sent.items() if value is not None}
    body = part + content + f"\r\n--{BOUNDARY}--\r\n".encode()
    return ask(server, "PUT", f"/_stcore/upload_file/{session}/{file}", body, **sent)


def stream(server):
    return f"ws://{urlsplit(server.url).netloc}"


async def refused(server, name="127.0.0.1", **options):
    """Whether a connection is refused before it is one; `name` is what the server is asked for by."""
    url = f"ws://{name}:{server.port}/_stcore/stream"
    try:
        async with websockets.connect(url, host="127.0.0.1", subprotocols=["streamlit", "none"], **options):
            return False
    except websockets.InvalidStatus as error:
        return error.response.status_code == 403


class Recorder(Session):
    """A session that remembers all that was sent to it, as it was sent."""

    def __init__(self, url):
        super().__init__(url)
        self.messages = []

    def _take(self, raw, run):
        self.messages.append(raw)
        return super()._take(raw, run)


@contextlib.contextmanager
def reader(server, page="", query=""):
    """A session that has opened a page; its `runner` runs what else it shall do."""
    with asyncio.Runner() as runner:
        session = Recorder(stream(server))
        session.runner = runner
        runner.run(session.__aenter__())
        try:
            runner.run(session.open(page, query))
            yield session
        finally:
            runner.run(session.__aexit__(None, None, None))
