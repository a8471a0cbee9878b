"""Whatever goes wrong, a page says it without a word of the server's folders, settings or code."""

import json
import os
import shutil
import time
from pathlib import Path

import pytest
from security.conftest import reader

from explorer.training.store import SHIPPED
from scripts.app_server import ROOT, AppServer

pytestmark = pytest.mark.jobs

DAMAGED, CUT = "dead0123dead0123", "beef0123beef0123"
TOKEN = "a-token-that-nobody-may-see"
INNER = ("Traceback", 'File "', "site-packages", "explorer/", ".py:", TOKEN, f"{Path.home()}/", str(ROOT))


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server with a damaged run, one whose files are cut short, and data that are none."""
    folder = tmp_path_factory.mktemp("app")
    (folder / "runs" / DAMAGED).mkdir(parents=True)
    (folder / "runs" / DAMAGED / "run.json").write_text('{"id": ')
    cut = folder / "runs" / CUT
    shutil.copytree(SHIPPED / "cnn-two-blocks", cut)
    record = json.loads((cut / "run.json").read_text())
    (cut / "run.json").write_text(json.dumps({**record, "id": CUT}))
    for file in (cut / "model.keras", cut / "snapshots.npz"):
        file.write_bytes(file.read_bytes()[:500])
    data = folder / "data"
    (data / "fashion-mnist").mkdir(parents=True)
    for file in ("imdb.npz", "imdb_word_index.json"):
        (data / file).write_bytes(b"no data")
    for part in ("train", "t10k"):
        for kind in ("images-idx3", "labels-idx1"):
            (data / "fashion-mnist" / f"{part}-{kind}-ubyte.gz").write_bytes(b"no data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("A_SERVICE_TOKEN", TOKEN)
        running = AppServer(folder, settings={"EXPLORER_DATA_DIR": str(data)}).start()
    yield running
    running.stop()


def check(session, server):
    """All that was sent holds nothing of the server, and no script has failed."""
    assert session.errors == []
    sent = b"".join(session.messages).decode("utf-8", "replace")
    for inner in (*INNER, str(server.folder), *_environment()):
        assert inner not in sent, inner
    return sent


def _environment():
    """Values of the environment that are long enough to be known again."""
    return {value for name, value in os.environ.items() if len(value) >= 16 and not name.startswith("PYTEST")}


@pytest.mark.parametrize(
    ("page", "query", "said"),
    [
        ("cnn_lab", f"run={DAMAGED}", "run"),
        ("cnn_lab", "run=0123456789abcdef", "There is no run"),
        ("cnn_lab", "run=../../etc/passwd", "There is no run"),
        ("inside_cnn", f"model={CUT}", ""),
        ("compare", f"a={CUT}&b={DAMAGED}", ""),
        ("runs", f"run={CUT}&run={DAMAGED}", ""),
        ("rnn_lab", "data=imdb", ""),
        ("cnn_lab", "data=fashion-mnist&source=full", ""),
        ("series", "series=own-0123456789abcdef", ""),
        ("generation", "gen_text=own&gen_own=0123456789abcdef", ""),
    ],
)
def test_what_is_missing_or_damaged_is_said_without_its_place(server, page, query, said):
    with reader(server, page, query) as session:
        assert said in check(session, server).replace("\\", "")


def test_a_training_whose_process_dies_says_no_more(tmp_path):
    running = AppServer(tmp_path).start()
    try:
        with reader(running, "cnn_lab", "epochs=60&examples=5000") as session:
            session.runner.run(session.set("train", "click"))
            until(session, lambda: b"batches" in session.parts.get("loss", b""), 300)
            running.worker().kill()
            until(session, lambda: not session.timers, 300)
            check(session, running)
    finally:
        running.stop()


def test_without_its_cluster_the_server_says_so_and_no_more(tmp_path):
    running = AppServer(tmp_path, settings={"EXPLORER_SCHEDULER": "tcp://127.0.0.1:9"}).start()
    try:
        with reader(running, "cnn_lab", "epochs=1") as session:
            session.runner.run(session.set("train", "click"))
            until(session, lambda: b"The training processes could not be started" in b"".join(session.messages), 120)
            assert "127.0.0.1:9" not in check(session, running)
    finally:
        running.stop()


def until(session, true, seconds):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        session.runner.run(session.tick())
