"""Import all that the server may import, look at every shipped model, and print which training libraries that loaded.

python -m scripts.server_imports
"""

import importlib
import json
import pkgutil
import sys

import explorer
from explorer.training.store import Store

LIBRARIES = {"tensorflow", "keras", "torch", "jax"}
WORKER = "explorer.training.worker"


def import_all() -> int:
    """Import every module but the worker's, and return how many they are."""
    count, packages = 0, [(explorer.__path__, "explorer.")]
    while packages:
        for found in pkgutil.iter_modules(*packages.pop()):
            if found.name == WORKER:
                continue
            module = importlib.import_module(found.name)
            count += 1
            if found.ispkg:
                packages.append((module.__path__, f"{found.name}."))
    return count


def main() -> None:
    count = import_all()
    importlib.import_module("distributed.deploy.subprocess")
    for run in Store.from_environment().shipped():
        run.network(run.epochs[0])
    loaded = {name.split(".")[0] for name in sys.modules} & LIBRARIES
    print(json.dumps({"modules": count, "loaded": sorted(loaded)}))


if __name__ == "__main__":
    main()
