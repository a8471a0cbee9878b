"""Gradients on their way back through layers and time steps, and what makes them vanish or explode."""

from explorer.widgets import gradients, shell
from explorer.widgets.language import _

shell.title(
    _("Why do deep networks stop learning?"),
    _("The gradient is multiplied once more in every layer and at every time step: a little too small and it is gone."),
)
view = gradients.choice()
controls, pictures = shell.sides()
with controls:
    chosen = view.controls()
with pictures:
    view.pictures(chosen)
