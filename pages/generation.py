"""A network that writes: drawn token by token, read token by token, trained on any text."""

from explorer.widgets import generation, shell
from explorer.widgets.language import _

shell.title(
    _("How does a network write?"),
    _("It says how probable each next character is, one of them is drawn and read in turn, and so on."),
)
controls, pictures = shell.sides()
with controls:
    view = generation.choose()
    setup = view.controls()
if setup is not None:
    with pictures:
        view.pictures(setup)
