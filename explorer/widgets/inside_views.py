"""The views of the page *Inside a CNN*; only the one in sight is computed."""

from __future__ import annotations

from collections.abc import Callable

from explorer.messages import N_
from explorer.widgets import (
    code_pictures,
    inside,
    inside_difference,
    inside_edits,
    inside_mistakes,
    inside_saliency,
    inside_scope,
    link,
)
from explorer.widgets.inside_choice import Choice
from explorer.widgets.language import _

VIEW = "view"
VIEWS: dict[str, tuple[str, tuple[Callable[[Choice], None], ...]]] = {
    "maps": (N_("Maps and kernels"), (inside.feature_maps, inside.kernels, inside.weights, inside.numbers)),
    "value": (N_("One value"), (inside_scope.values,)),
    "edit": (N_("Edit weights"), (inside_edits.panel, inside_difference.difference)),
    "mistakes": (N_("Mistakes"), (inside_mistakes.mistakes,)),
    "saliency": (N_("What mattered"), (inside_saliency.saliency,)),
}


def views(choice: Choice) -> None:
    """The choice of a view, and that view."""
    titles = {name: _(title) for name, (title, _parts) in VIEWS.items()}
    shown = link.segmented(_("View"), titles, VIEW, label_visibility="collapsed")
    for part in VIEWS[shown][1]:
        part(choice)
    code_pictures.maps(choice)
