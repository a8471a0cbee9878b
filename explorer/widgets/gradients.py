"""The views of the page *Gradients*; only the one in sight is computed."""

from __future__ import annotations

from explorer.messages import N_
from explorer.widgets import (
    gradients_clipping,
    gradients_formulas,
    gradients_functions,
    gradients_layers,
    gradients_time,
    gradients_training,
    views,
)
from explorer.widgets.views import View

VIEW = "grad_view"
VIEWS: dict[str, View] = {
    "layers": View(N_("Through the layers"), gradients_layers.controls, gradients_layers.pictures),
    "training": View(N_("While it trains"), gradients_training.controls, gradients_training.pictures),
    "functions": View(N_("Functions"), gradients_functions.controls, gradients_functions.pictures),
    "formulas": View(N_("Formulas"), gradients_formulas.controls, gradients_formulas.pictures),
    "time": View(N_("Through time"), gradients_time.controls, gradients_time.pictures),
    "clipping": View(N_("Clipping"), gradients_clipping.controls, gradients_clipping.pictures),
}


def choice() -> View:
    """The view in sight, in the link."""
    return views.choose(VIEWS, VIEW)
