"""Batch and layer normalisation: what is averaged, step by step, in training and at inference."""

from explorer.widgets import normalisation_views, shell
from explorer.widgets.language import _

shell.title(
    _("What is averaged, the column or the row?"),
    _(
        "Batch normalisation centres each feature over the examples of a batch, "
        "layer normalisation each example over its features."
    ),
)
view = normalisation_views.choice()
controls, pictures = shell.sides()
with controls:
    setup = view.controls()
with pictures:
    view.pictures(setup)
