"""Pages run by Streamlit's AppTest, all against one engine that is closed at the end."""

import json
import shutil
import struct
import time
from functools import cache

import psutil
import pytest
from google.protobuf.json_format import MessageToDict
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from scripts.app_server import ROOT


@pytest.fixture(scope="session", autouse=True)
def surroundings(tmp_path_factory):
    """No network, folders of our own; no training process survives the tests.

    Streamlit looks through all installed packages at every run of AppTest; once is enough.
    """
    folder = tmp_path_factory.mktemp("app")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        patch.setenv("EXPLORER_OFFLINE", "1")
        patch.setenv("EXPLORER_RUNS_DIR", str(folder / "runs"))
        patch.setenv("EXPLORER_CACHE_DIR", str(folder / "cache"))
        patch.delenv("EXPLORER_DATA_DIR", raising=False)
        yield
        close_engine()


def close_engine():
    from explorer.widgets import shell

    engine = shell.engine()
    deadline = time.monotonic() + 60
    while not engine.ready and time.monotonic() < deadline:
        time.sleep(0.1)
    engine.close()
    assert psutil.Process().children(recursive=True) == []


@pytest.fixture(autouse=True)
def nothing_goes_on_training(surroundings):
    """Trainings that a test has begun end with it: they would take the processor from all tests after it."""
    yield
    from explorer.widgets import shell

    engine = shell.engine()
    for run in engine.store.runs():
        if run.record.status.active:
            engine.stop(run.record.id)


@pytest.fixture(scope="module", autouse=True)
def each_file_begins_without_runs(surroundings):
    yield
    from explorer.widgets import shell

    engine = shell.engine()
    deadline = time.monotonic() + 60
    for run in engine.store.runs():
        while engine.progress(run.record.id).status.active and time.monotonic() < deadline:
            time.sleep(0.05)
        engine.delete(run.record.id)


@pytest.fixture(scope="session")
def runs_folder():
    from explorer.widgets import shell

    return shell.engine().store.folder


@pytest.fixture
def kept_run(runs_folder):
    """A run of a reader's own: a shipped one under another id."""
    from explorer.training import store
    from explorer.widgets import inside_choice

    folder = runs_folder / "feed0123feed0123"
    shutil.copytree(store.SHIPPED / "cnn-two-blocks", folder)
    record = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps({**record, "id": folder.name, "name": "mine"}))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
    inside_choice._network.clear()


@pytest.fixture
def words_of_reviews(tmp_path, monkeypatch):
    """A list of words in the place of that of the reviews, which themselves are not there."""
    from explorer.datasets import DATASETS

    words = DATASETS["snippets"].vocabulary("sample").words
    (tmp_path / "imdb_word_index.json").write_text(json.dumps({word: rank for rank, word in enumerate(words, 1)}))
    monkeypatch.setenv("EXPLORER_DATA_DIR", str(tmp_path))


def show(page, **link):
    """The page after its first run, entered through app.py with these values in the link."""
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for key, value in link.items():
        at.query_params[key] = value
    return at.switch_page(page).run()


def plain(elements):
    """What alerts or captions say, without the backslashes of Markdown and what keeps addresses from being links."""
    return [element.value.replace("\\", "").replace("\u2060", "") for element in elements]


def figures(at):
    """What each figure draws, as Plotly's JSON, by its key (an id is `$$ID-hash-key`)."""
    return {key: drawn["figure"] for key, drawn in sent(at, "explorer_figure")}


def scopes(at):
    """What each microscope shows, without its numbers, by its key."""
    return dict(sent(at, "explorer_microscope"))


def sent(at, component):
    """The key of each component of that name, and what was sent to it."""
    for node in at.get("bidi_component"):
        if node.proto.component_name == component:
            yield node.proto.id.split("-", 2)[2], _message(node.proto)


def _message(proto):
    """A component's JSON; the microscope's has its length before it and numbers after it."""
    if proto.component_name == "explorer_microscope":
        (length,) = struct.unpack_from("<I", proto.bytes)
        return json.loads(proto.bytes[4 : 4 + length])
    return json.loads(proto.bytes)


def figure(at, key):
    return figures(at)[key]


def title_of(drawn):
    return drawn["layout"]["title"]["text"]


def texts(at):
    """Every text that the page holds: of its elements and in its figures and tables."""
    found = [str(column) for table in at.dataframe for column in table.value.columns]
    for node in at:
        proto = getattr(node, "proto", None)
        if node.type == "bidi_component":
            found.extend(_strings(_message(proto)))
        elif proto is not None:
            found.extend(_strings(MessageToDict(proto)))
    return found


def _strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)
