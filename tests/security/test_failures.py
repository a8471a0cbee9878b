"""A failure that nobody foresaw: the reader gets a sentence with a number, the log all the rest."""

import re

import pytest
from security.conftest import reader

from explorer.widgets.web import FAILED
from scripts.app_server import ROOT, AppServer

pytestmark = pytest.mark.jobs

SECRET = "wrong in /srv/secret/place"
FAILING = "shell.enter().run()"
NUMBER = re.compile(re.escape(FAILED).replace(re.escape("{number}"), "([0-9a-f]{8})"))


def failing(folder):
    """The app, but that each page fails after it is drawn; not started yet."""
    for part in ("explorer", "pages", "trained", ".streamlit"):
        (folder / part).symlink_to(ROOT / part)
    source = (ROOT / "app.py").read_text()
    assert FAILING in source
    (folder / "app.py").write_text(source.replace(FAILING, f"{FAILING}\n    raise KeyError({SECRET!r})"))
    return AppServer(folder, folder / "app.py")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    running = failing(tmp_path_factory.mktemp("failing")).start()
    yield running
    running.stop()


def test_the_reader_gets_a_number_and_the_log_the_failure(server):
    with reader(server) as session:
        (said,) = session.errors
        sent = b"".join(session.messages)
    number = NUMBER.search(said).group(1)
    for kept in (SECRET, str(server.folder), str(ROOT), "Traceback", "KeyError"):
        assert kept.encode() not in sent, kept
    log = server.log.read_text()
    assert f"Failure {number}: KeyError at" in log
    assert SECRET in log
