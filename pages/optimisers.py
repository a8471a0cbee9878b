"""Paths of optimizers down loss surfaces, drawn ones and a real model's."""

from explorer.widgets import optimisers_views, shell
from explorer.widgets.language import _

shell.title(
    _("How does an optimiser find its way down?"),
    _("Each knows only the slope where it stands. The same slope, the same learning rate, and very different paths."),
)
view = optimisers_views.choice()
controls, pictures = shell.sides()
with controls:
    choice = view.controls()
if choice is not None:
    with pictures:
        view.pictures(choice)
