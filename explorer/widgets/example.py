"""The shipped model from which the pages about single ideas take their examples."""

from __future__ import annotations

from explorer.network import Network
from explorer.training.store import Run
from explorer.widgets import inside_choice, shell

MODEL = "cnn-two-blocks"


def run() -> Run:
    """Its run.

    Raises:
        ExplorerError: if it is missing or damaged.
    """
    return shell.engine().store.open(MODEL)


def network() -> Network:
    """The model as it was kept.

    Raises:
        ExplorerError: if it is missing or damaged.
    """
    found = run()
    return inside_choice.network(found, found.kept_epoch)
