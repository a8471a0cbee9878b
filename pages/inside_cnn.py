"""Look inside a trained CNN: maps, kernels, weights and predictions, at any epoch."""

from explorer.widgets import inside, inside_choice, inside_edits, inside_steps, inside_views, shell
from explorer.widgets.language import _

shell.title(
    _("What does a trained CNN see?"),
    _("Every number here is computed in front of you from the model's own weights. Move the epoch: all of it follows."),
)
controls, pictures = shell.sides()
with controls:
    choice = inside_choice.controls()
    if choice is not None:
        choice = inside_edits.edited(choice)
if choice is not None:
    with pictures:
        inside.prediction(choice)
        inside_steps.preparation(choice)
        inside_views.views(choice)
