"""The settings that the server's safety rests on; a host may loosen them, the project does not."""

import os
import tomllib

import pytest

from explorer.widgets import runs, web
from explorer.widgets.web import foreign, policy
from scripts.app_server import ROOT

CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
SAFE = {
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "none",
    "client.toolbarMode": "minimal",
    "server.address": "127.0.0.1",
    "server.enableXsrfProtection": True,
    "server.enableCORS": True,
    "server.enableStaticServing": False,
    "server.maxUploadSize": 64,
    "server.maxWidgetStateSize": 2,
}


@pytest.mark.parametrize("name", SAFE)
def test_a_setting_is_the_safe_one(name):
    section, option = name.split(".")
    assert CONFIG[section][option] == SAFE[name]


def test_nothing_that_is_off_by_default_is_on():
    server = CONFIG["server"]
    assert not {"enableAgentApi", "trustedUserHeaders", "corsAllowedOrigins", "unsafeMetricsUserAttributes"} & set(
        server
    )
    assert "developmentMode" not in CONFIG["global"]


def test_who_may_frame_the_app_is_said_in_one_variable(monkeypatch):
    assert policy().endswith(f"frame-ancestors 'self' {web.FRAMED_BY}")
    monkeypatch.setenv("EXPLORER_FRAMED_BY", " https://course.example \n")
    assert policy().endswith("frame-ancestors 'self' https://course.example")
    monkeypatch.setenv("EXPLORER_FRAMED_BY", "")
    assert policy().split("; ")[-1].split() == ["frame-ancestors", "'self'"]


def test_only_the_hosts_that_may_frame_the_app_give_it_orders():
    assert " ".join(CONFIG["client"]["allowedOrigins"]) == web.FRAMED_BY


OTHER = "https://b.example"
OPTIONS = {"server.enableCORS": True, "server.corsAllowedOrigins": [], "browser.serverAddress": "app.example"}


@pytest.mark.parametrize(
    ("request_headers", "changed", "is_foreign"),
    [
        ({"host": "a.example"}, {}, False),
        ({"host": "a.example", "origin": "https://a.example"}, {}, False),
        ({"host": "a.example:80", "origin": "http://a.example:8501"}, {}, True),
        ({"host": "a.example", "origin": OTHER}, {}, True),
        ({"host": "a.example", "origin": "null"}, {}, True),
        ({"host": "127.0.0.1", "origin": "https://app.example"}, {}, False),
        ({"host": "127.0.0.1", "origin": "https://app.example:443.evil.example"}, {}, True),
        (
            {"host": "a.example", "origin": "https://b.example"},
            {"server.corsAllowedOrigins": ["https://b.example"]},
            False,
        ),
        ({"host": "a.example", "origin": "https://b.example"}, {"server.enableCORS": False}, False),
    ],
)
def test_a_page_of_another_site_is_known_by_its_origin(monkeypatch, request_headers, changed, is_foreign):
    monkeypatch.setattr(web.st, "get_option", {**OPTIONS, **changed}.__getitem__)
    assert foreign(request_headers) == is_foreign


@pytest.mark.parametrize(
    ("address", "asked", "private"),
    [
        ("127.0.0.1", {}, True),
        ("127.0.0.1", {"Host": "127.0.0.1:8501"}, True),
        ("localhost", {"Host": "localhost"}, True),
        ("::1", {"Host": "[::1]:8501"}, True),
        ("127.0.0.1", {"Host": "app.example"}, False),
        ("127.0.0.1", {"Host": "localhost.evil.example"}, False),
        ("127.0.0.1", {"Host": "127.0.0.1:8501", "X-Forwarded-For": "203.0.113.7"}, False),
        ("0.0.0.0", {"Host": "127.0.0.1:8501"}, False),
        (None, {"Host": "127.0.0.1:8501"}, False),
    ],
)
def test_a_server_that_others_may_reach_is_not_private(monkeypatch, address, asked, private):
    class Context:
        headers = asked

    monkeypatch.delenv("EXPLORER_HOSTED", raising=False)
    monkeypatch.setattr(runs.st, "get_option", lambda name: address)
    monkeypatch.setattr(runs.st, "context", Context)
    assert runs.private_server() == private


def test_no_secret_is_in_the_repository():
    assert not (ROOT / ".streamlit" / "secrets.toml").exists()
    assert "cookieSecret" not in (ROOT / ".streamlit" / "config.toml").read_text()
    assert not any(path.name.startswith(".env") for path in ROOT.iterdir() if os.path.isfile(path))
