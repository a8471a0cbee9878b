"""Every bad model file is refused in its own sentence, at once, and leads nowhere outside itself."""

import json
import os
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import pytest
from model_corpus import CASES
from model_corpus.base import keras_file, legacy_file

from explorer import archive
from explorer.archive import apart
from explorer.messages import ExplorerError
from explorer.training import uploaded

SECONDS, MEGABYTES = 5, 100


def told(read, content):
    with pytest.raises(ExplorerError) as caught:
        uploaded.fits(read(content))
    return str(caught.value)


def read_part(content):
    return archive.read_part(content, apart.MAXIMUM_BYTES)


def test_the_file_that_the_bad_ones_are_made_from_is_good():
    for content in (keras_file(), legacy_file()):
        assert read_part(content).spec.parameters == 8


@pytest.mark.parametrize("name", CASES)
def test_a_bad_file_is_one_sentence_at_once_and_in_little_room(name):
    build, sentence = CASES[name]
    content = build()
    tracemalloc.start()
    began = time.perf_counter()
    try:
        assert told(read_part, content) == sentence
        assert time.perf_counter() - began < SECONDS
        assert tracemalloc.get_traced_memory()[1] < MEGABYTES * 2**20
    finally:
        tracemalloc.stop()


CONFINED = """
import json, resource, sys
from model_corpus import CASES
from explorer import archive
from explorer.archive import apart
from explorer.messages import ExplorerError
from explorer.training import uploaded

contents = {name: build() for name, (build, _sentence) in CASES.items()}
apart._rehearse()
events = []
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
apart._confine()
sys.addaudithook(lambda event, _arguments: events.append(event))
told = {}
for name, content in contents.items():
    try:
        uploaded.fits(archive.read_part(content, apart.MAXIMUM_BYTES))
    except ExplorerError as error:
        told[name] = str(error)
grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
outside = [event for event in events if event.split(".")[0] in ("open", "socket", "os", "subprocess", "ctypes", "exec")]
print(json.dumps({"told": told, "outside": outside, "grown": grown}))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
def test_no_bad_file_opens_anything_even_where_the_system_forbids_it():
    """A process that may open neither file nor connection tells the same of each file, and asks for neither."""
    root = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = [{str(root)!r}, {str(root / 'tests')!r}]\n{CONFINED}"],
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    assert found["told"] == {name: sentence for name, (_build, sentence) in CASES.items()}
    assert found["outside"] == []
    assert found["grown"] < 500


CHOSEN = ("empty", "bomb that lies", "Lambda", "link to another file", "piece that unpacks to 50 MB", "not a number")


@pytest.mark.parametrize("name", CHOSEN)
def test_the_process_of_its_own_tells_the_same(name):
    build, sentence = CASES[name]
    assert told(apart.read_part, build()) == sentence


def test_a_good_file_comes_back_from_the_process_as_it_is():
    for content in (keras_file(), legacy_file()):
        here, there = read_part(content), apart.read_part(content)
        assert here.spec == there.spec
        for layer, group in here.weights.items():
            for name, array in group.items():
                assert array.tobytes() == there.weights[layer][name].tobytes()


LIMITS = """
import socket
from explorer.archive import apart

apart._confine()
for forbidden in (lambda: open("/etc/hostname"), socket.socket, lambda: bytes(2**30)):
    try:
        forbidden()
    except (OSError, MemoryError) as error:
        print(type(error).__name__, flush=True)
while True:
    pass
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems bound less")
def test_the_process_can_open_nothing_and_has_little_time_and_room():
    root, before = Path(__file__).parents[1], os.times()
    done = subprocess.run([sys.executable, "-c", LIMITS], capture_output=True, text=True, cwd=root, check=False)
    assert done.stdout.split() == ["OSError", "OSError", "MemoryError"]
    assert done.returncode < 0
    # On a busy machine it takes longer, but computes no longer.
    assert os.times().children_user - before.children_user < 2 * SECONDS


def test_a_file_of_a_gigabyte_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "large.keras"
    with path.open("wb") as file:
        file.truncate(2**30)
    tracemalloc.start()
    try:
        with pytest.raises(ExplorerError, match="needs 1024 MB and at most 200 MB"):
            archive.read(path)
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()
