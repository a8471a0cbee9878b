"""What a server answers to requests that a page of this app would not make."""

import asyncio
import re

import pytest
from security.conftest import ask, reader, refused, upload

from explorer.widgets import upload_room
from explorer.widgets.upload_room import has_room
from scripts.app_server import AppServer

pytestmark = pytest.mark.jobs

FOREIGN = ("https://evil.example", "null", "http://127.0.0.1.evil.example", "http://127.0.0.1:80@evil.example")
ANSWERS = (
    "/",
    "/cnn_lab",
    "/_stcore/health",
    "/_stcore/host-config",
    "/media/none.png",
    "/static/none.js",
    "/..%2fetc",
)


@pytest.mark.parametrize("path", ANSWERS)
def test_every_answer_carries_the_headers(server, path):
    found = ask(server, "GET", path).headers
    policy = dict(part.split(" ", 1) for part in found["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["connect-src"] == "'self' data:"
    assert "'unsafe-eval'" not in policy["script-src"]
    assert "'unsafe-inline'" not in policy["script-src"]
    # No part but the frames lets in another host.
    assert not re.search(r"https?:|\*", " ".join(value for name, value in policy.items() if name != "frame-ancestors"))
    assert found["x-content-type-options"] == "nosniff"
    assert found["referrer-policy"] == "same-origin"
    assert "camera=(self)" in found["permissions-policy"]
    assert "microphone=()" in found["permissions-policy"]


@pytest.mark.parametrize("origin", FOREIGN)
def test_a_page_of_another_site_gets_no_connection(server, origin):
    assert asyncio.run(refused(server, origin=origin))


def test_the_apps_own_page_gets_a_connection(server):
    assert not asyncio.run(refused(server, origin=server.url))
    assert not asyncio.run(refused(server))


def test_nobody_but_the_server_is_asked_when_a_foreign_page_knocks(server):
    asyncio.run(refused(server, origin=FOREIGN[0]))
    assert "external IP" not in server.log.read_text()


@pytest.mark.parametrize("changed", [{"X_Xsrftoken": None}, {"Cookie": None}, {"X_Xsrftoken": "2|00|00|0"}])
def test_a_file_without_the_pages_token_is_refused(server, changed):
    with reader(server) as session:
        assert upload(server, session.session_id, **changed).status == 403
        assert upload(server, session.session_id).status == 204


def test_no_other_site_may_read_or_give_files(server):
    asked = ask(
        server,
        "OPTIONS",
        "/_stcore/upload_file/any/any",
        Origin="https://evil.example",
        Access_Control_Request_Method="PUT",
    )
    assert asked.headers.get("access-control-allow-origin") not in ("*", "https://evil.example")
    page = ask(server, "GET", "/_stcore/host-config", Origin="https://evil.example")
    assert "access-control-allow-origin" not in page.headers


def test_files_go_to_open_sessions_only(server):
    assert upload(server, "0b60d5ae-0000-4000-8000-000000000000").status == 400


def test_a_file_is_refused_while_it_comes_in(server):
    with reader(server) as session:
        assert upload(server, session.session_id, b"x" * (66 << 20)).status == 413


def test_a_session_gives_so_many_files_and_no_more(server):
    with reader(server) as session:
        for number in range(upload_room.SESSION_FILES):
            assert upload(server, session.session_id, file=f"file-{number}").status == 204
        refused_file = upload(server, session.session_id, file="one-more")
        assert refused_file.status == 507
        with reader(server) as other:
            assert upload(server, other.session_id).status == 204


def test_room_is_bounded_for_each_and_for_all():
    class File:
        def __init__(self, size):
            self.data = range(size)

    most = {"one": {"a": File(upload_room.SESSION_BYTES)}, "two": {}}
    assert not has_room(most, "one")
    assert has_room(most, "two")
    full = {str(number): {"a": File(upload_room.SESSION_BYTES - 1)} for number in range(4)}
    assert not has_room(full, "new")


def test_a_list_of_names_keeps_others_out(tmp_path, monkeypatch):
    monkeypatch.setenv("STREAMLIT_SERVER_ALLOWED_HOSTS", "127.0.0.1 app.example")
    running = AppServer(tmp_path).start()
    try:
        assert not asyncio.run(refused(running))
        assert asyncio.run(refused(running, name="rebound.example"))
    finally:
        running.stop()
