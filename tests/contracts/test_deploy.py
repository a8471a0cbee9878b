"""What a host is given fits the app: the image, the services and the proxy."""

import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
SERVICES = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
NGINX = (ROOT / "deploy" / "nginx.conf").read_text()
STREAMLIT = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())


def copied():
    for line in re.findall(r"^COPY (.+)$", DOCKERFILE, re.MULTILINE):
        yield from shlex.split(line)[:-1]


def test_the_image_has_all_that_the_app_needs_and_nothing_else():
    assert set(copied()) == {"requirements.txt", ".streamlit", "app.py", "pages", "explorer", "trained"}
    assert all((ROOT / name).exists() for name in copied())
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert let_in == set(copied())


def test_the_image_is_run_by_nobody_special_and_says_how_it_is():
    lines = DOCKERFILE.splitlines()
    assert lines.index("USER explorer") < next(n for n, line in enumerate(lines) if line.startswith("CMD"))
    assert "/_stcore/health" in DOCKERFILE
    assert '"--server.address", "0.0.0.0"' in DOCKERFILE


def test_only_the_app_is_reached_from_outside():
    assert [name for name, service in SERVICES.items() if service.get("ports")] == ["app"]
    assert SERVICES["app"]["environment"]["EXPLORER_SCHEDULER"] == "tcp://scheduler:8786"


def test_app_and_workers_see_the_same_folders():
    folders = ("EXPLORER_RUNS_DIR", "EXPLORER_UPLOADS_DIR")
    for folder in folders:
        assert SERVICES["app"]["environment"][folder] == SERVICES["worker"]["environment"][folder]
    assert SERVICES["app"]["volumes"] == SERVICES["worker"]["volumes"]


def test_a_worker_trains_one_run_at_a_time_and_is_warm_before_the_first():
    command = SERVICES["worker"]["command"]
    assert "--nthreads 1 " in command
    assert "--preload explorer.training.worker" in command


def test_the_proxy_takes_as_large_files_as_the_app():
    limit = int(re.search(r"client_max_body_size (\d+)m;", NGINX)[1])
    assert STREAMLIT["server"]["maxUploadSize"] <= limit <= STREAMLIT["server"]["maxUploadSize"] + 1


def test_the_proxy_passes_sessions_on():
    assert "location /_stcore/stream" in NGINX
    assert "proxy_set_header Upgrade $http_upgrade;" in NGINX


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed")
def test_nginx_takes_the_configuration(tmp_path):
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid;\nerror_log {tmp_path}/error.log;\nevents {{}}\n"
        f"http {{ access_log off; client_body_temp_path {tmp_path}/body; proxy_temp_path {tmp_path}/proxy;\n"
        f"{NGINX.replace('listen 80;', 'listen 127.0.0.1:8099;')} }}\n"
    )
    found = subprocess.run(
        ["nginx", "-t", "-c", str(tmp_path / "nginx.conf")], capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr
