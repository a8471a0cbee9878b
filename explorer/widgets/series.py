"""The views of the page *Series*; only the one in sight is computed, each with its own controls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from explorer.messages import N_
from explorer.widgets import link, series_forecast, series_state, series_train, series_windows
from explorer.widgets.language import _

VIEW = "series_view"


class View(NamedTuple):
    """A view's name, what draws its controls (None: there is nothing to show) and what draws its pictures."""

    title: str
    controls: Callable[[], Any]
    pictures: Callable[[Any], None]


VIEWS: dict[str, View] = {
    "windows": View(N_("Windows"), series_windows.controls, series_windows.windows),
    "scaling": View(N_("Scaling"), series_windows.controls, series_windows.scaling),
    "train": View(N_("Training"), series_train.controls, series_train.train),
    "forecast": View(N_("Forecast"), series_forecast.controls, series_forecast.forecasts),
    "state": View(N_("stateful"), series_state.controls, series_state.stateful),
}


def view_choice() -> View:
    """Which view is in sight."""
    titles = {name: _(view.title) for name, view in VIEWS.items()}
    return VIEWS[link.segmented(_("View"), titles, VIEW, label_visibility="collapsed")]
