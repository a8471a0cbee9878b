"""A server that is killed takes its training processes with it."""

import subprocess
import sys
import time

import psutil
import pytest

from scripts.app_server import ROOT

pytestmark = pytest.mark.jobs

_SERVER = """
import time
from explorer.training.cluster import Cluster
cluster = Cluster()
print("up", flush=True)
time.sleep(600)
"""


def test_nothing_is_left_of_a_killed_server():
    server = subprocess.Popen([sys.executable, "-c", _SERVER], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout.readline() == "up\n"
        family = with_worker(psutil.Process(server.pid))
    finally:
        server.kill()
        server.wait()
    deadline = time.monotonic() + 20
    while any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in family):
        assert time.monotonic() < deadline, [process.cmdline() for process in family if process.is_running()]
        time.sleep(0.2)


def with_worker(server):
    """All processes below the server, once the nanny has started its worker."""
    deadline = time.monotonic() + 60
    while True:
        family = server.children(recursive=True)
        if any(process.ppid() != server.pid and "spawn_main" in " ".join(process.cmdline()) for process in family):
            return family
        assert time.monotonic() < deadline
        time.sleep(0.2)
