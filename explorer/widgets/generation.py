"""The page *Generation*: three views of a network that writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from explorer.messages import N_
from explorer.widgets import generation_read, generation_train, generation_write, link
from explorer.widgets.language import _

VIEW = "gen_view"


class View(NamedTuple):
    """A view: its title, its controls, and its pictures of what they chose."""

    title: str
    controls: Callable[[], Any]
    pictures: Callable[[Any], None]


VIEWS: dict[str, View] = {
    "write": View(N_("Write"), generation_write.controls, generation_write.pictures),
    "read": View(N_("Read"), generation_read.controls, generation_read.pictures),
    "train": View(N_("Train your own"), generation_train.controls, generation_train.pictures),
}


def choose() -> View:
    """The view in sight; only this one is computed."""
    titles = {name: _(view.title) for name, view in VIEWS.items()}
    return VIEWS[link.segmented(_("View"), titles, VIEW, label_visibility="collapsed")]
