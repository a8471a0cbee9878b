"""Views of a page with controls of their own; only the one in sight is computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from explorer.widgets import link
from explorer.widgets.language import _


class View(NamedTuple):
    """A view: its name, its controls (None: there is nothing to show), and its pictures of what they chose."""

    title: str
    controls: Callable[[], Any]
    pictures: Callable[[Any], None]


def choose(views: Mapping[str, View], key: str) -> View:
    """Draw the choice of a view, in the link under `key`; the first is the default."""
    titles = {name: _(view.title) for name, view in views.items()}
    return views[link.segmented(_("View"), titles, key, label_visibility="collapsed")]
