"""The page *Generation*: three views of a network that writes."""

from __future__ import annotations

from explorer.messages import N_
from explorer.widgets import generation_read, generation_train, generation_write, views
from explorer.widgets.views import View

VIEW = "gen_view"


VIEWS: dict[str, View] = {
    "write": View(N_("Write"), generation_write.controls, generation_write.pictures),
    "read": View(N_("Read"), generation_read.controls, generation_read.pictures),
    "train": View(N_("Train your own"), generation_train.controls, generation_train.pictures),
}


def choose() -> View:
    """The view in sight; only this one is computed."""
    return views.choose(VIEWS, VIEW)
