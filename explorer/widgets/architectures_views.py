"""The views of the page *Architectures*; only the one in sight is computed."""

from __future__ import annotations

from explorer.messages import N_
from explorer.widgets import (
    architectures,
    architectures_embedding,
    architectures_model,
    architectures_problems,
    architectures_train,
    views,
)
from explorer.widgets.views import View

VIEW = "arch_view"

VIEWS: dict[str, View] = {
    "model": View(N_("Model and code"), architectures.model, architectures_model.pictures),
    "train": View(N_("Training"), architectures.training, architectures_train.pictures),
    "problems": View(N_("Loss and activation"), architectures.model, architectures_problems.pictures),
    "embedding": View(N_("Embedding 7 → 2"), architectures_embedding.controls, architectures_embedding.pictures),
}


def view_choice() -> View:
    """Which view is in sight."""
    return views.choose(VIEWS, VIEW)
