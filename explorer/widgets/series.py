"""The views of the page *Series*; only the one in sight is computed, each with its own controls."""

from __future__ import annotations

from explorer.messages import N_
from explorer.widgets import series_forecast, series_state, series_train, series_windows, views
from explorer.widgets.views import View

VIEW = "series_view"


VIEWS: dict[str, View] = {
    "windows": View(N_("Windows"), series_windows.controls, series_windows.windows),
    "scaling": View(N_("Scaling"), series_windows.controls, series_windows.scaling),
    "train": View(N_("Training"), series_train.controls, series_train.train),
    "forecast": View(N_("Forecast"), series_forecast.controls, series_forecast.forecasts),
    "state": View(N_("stateful"), series_state.controls, series_state.stateful),
}


def view_choice() -> View:
    """Which view is in sight."""
    return views.choose(VIEWS, VIEW)
