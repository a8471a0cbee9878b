"""The server never loads TensorFlow or Keras: checked in a fresh process that imports all it may import."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_nothing_that_the_server_imports_loads_tensorflow():
    command = [sys.executable, "-m", "scripts.server_imports"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["modules"] > 200
    assert found["loaded"] == []


def test_keras_is_not_in_the_process_of_the_other_tests():
    assert "keras" not in sys.modules


@pytest.mark.worker
def test_streamlit_is_not_in_the_process_of_the_tests_of_keras():
    assert "streamlit" not in sys.modules
