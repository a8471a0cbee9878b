"""The views of the page *Text*; only the one in sight is computed."""

from __future__ import annotations

from collections.abc import Callable

from explorer.messages import N_
from explorer.widgets import link, text_drift, text_lengths, text_padding, text_pipeline, text_vectors
from explorer.widgets.language import _
from explorer.widgets.text_choice import Choice

VIEW = "text_view"
VIEWS: dict[str, tuple[str, Callable[[Choice], None]]] = {
    "pipeline": (N_("Words to ids"), text_pipeline.pipeline),
    "padding": (N_("Padding a batch"), text_padding.batch),
    "vectors": (N_("One-hot or embedding"), text_vectors.vectors),
    "lengths": (N_("How long are texts?"), text_lengths.histogram),
    "drift": (N_("What padding does"), text_drift.drifts),
}


def views(choice: Choice) -> None:
    """The choice of a view, and that view."""
    titles = {name: _(title) for name, (title, _show) in VIEWS.items()}
    VIEWS[link.segmented(_("View"), titles, VIEW, label_visibility="collapsed")][1](choice)
