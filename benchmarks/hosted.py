"""The services of compose.yaml as processes of this machine: its very commands, on free ports of the loopback."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import yaml

from scripts.app_server import free_port

ROOT = Path(__file__).parents[1]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())


@dataclass
class Hosted:
    """Processes that are started again when they end, as their restart policy says."""

    folder: Path
    changes: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    _processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _ended: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Hosted:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.start("scheduler")
        for number in range(COMPOSE["services"]["worker"]["deploy"]["replicas"]):
            self.start("worker", number)
        self._watch = threading.Thread(target=self._restart, daemon=True)
        self._watch.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        self._watch.join()
        for process in self._processes.values():
            _kill(process.pid)

    def environment(self, service: str) -> dict[str, str]:
        """What the service's container has in its environment, here."""
        given = COMPOSE["services"][service].get("environment", {})
        return {key: self._here(value) for key, value in given.items()} | {"EXPLORER_OFFLINE": "1"} | self.changes

    def start(self, service: str, number: int = 0) -> None:
        assert COMPOSE["services"][service]["restart"] == "unless-stopped"
        command = shlex.split(self._here(COMPOSE["services"][service]["command"]))
        name = f"{service}-{number}"
        with (self.folder / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=self.folder,
                env={**os.environ, "PYTHONPATH": str(ROOT), **self.environment(service)},
                stdout=log,
                stderr=log,
            )

    def kill(self, name: str) -> None:
        """kill -9; the restart policy brings it back."""
        self._processes[name].send_signal(signal.SIGKILL)

    def listening(self, address: str) -> str:
        """The name of the process at an address like tcp://127.0.0.1:1234."""
        port = int(address.rpartition(":")[2])
        for name, process in self._processes.items():
            if any(place.laddr.port == port for place in psutil.Process(process.pid).net_connections("tcp")):
                return name
        raise AssertionError(f"nothing listens at {address}")

    def _here(self, text: str) -> str:
        return (
            text.replace("/data", str(self.folder))
            .replace("scheduler:8786", f"127.0.0.1:{self.port}")
            .replace("--port 8786", f"--port {self.port}")
            .replace("0.0.0.0", "127.0.0.1")
        )

    def _restart(self) -> None:
        while not self._ended.wait(0.2):
            for name, process in list(self._processes.items()):
                if process.poll() is not None:
                    service, number = name.rsplit("-", 1)
                    self.start(service, int(number))


def _kill(pid: int) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        family = [*process.children(recursive=True), process]
        for member in family:
            member.kill()
        psutil.wait_procs(family, timeout=10)
