"""The server never loads TensorFlow or Keras: checked in a fresh process that imports all it may import."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCRIPT = """
import importlib, pkgutil, sys
import explorer
names, packages = [], [(explorer.__path__, "explorer.")]
while packages:
    for m in pkgutil.iter_modules(*packages.pop()):
        if m.name == "explorer.training.worker":
            continue
        names.append(m.name)
        module = importlib.import_module(m.name)
        if m.ispkg:
            packages.append((module.__path__, m.name + "."))
import distributed.deploy.subprocess
from explorer.training.store import Store
for run in Store.from_environment().shipped():
    run.network(run.epochs[0])
print(len(names), sorted({m.split(".")[0] for m in sys.modules} & {"tensorflow", "keras", "torch", "jax"}))
"""


def test_nothing_that_the_server_imports_loads_tensorflow():
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=True)
    count, _space, loaded = done.stdout.strip().splitlines()[-1].partition(" ")
    assert int(count) > 30
    assert loaded == "[]"
