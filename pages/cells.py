"""One recurrent cell, moment by moment: every gate and state with its equation and its numbers."""

from explorer.widgets import cells_views, shell
from explorer.widgets.language import _

shell.title(
    _("What does an LSTM keep, and what does it forget?"),
    _("A cell reads one time step after the other. Each part of it lights up with its equation and its numbers."),
)
view = cells_views.choice()
controls, pictures = shell.sides()
with controls:
    setup = view.controls()
with pictures:
    view.pictures(setup)
