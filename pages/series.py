"""A series cut into windows, a recurrent network that forecasts it, and what its state remembers."""

from explorer.widgets import series, shell
from explorer.widgets.language import _

shell.title(
    _("Can it tell tomorrow from yesterday?"),
    _("A window of the last steps goes in, the next value should come out. Does it beat “tomorrow is as today”?"),
)
controls, pictures = shell.sides()
with pictures:
    view = series.view_choice()
with controls:
    setup = view.controls()
with pictures:
    if setup is not None:
        view.pictures(setup)
