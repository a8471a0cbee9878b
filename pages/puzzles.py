"""Small sequence problems with a known answer: count on, and multiply two marked numbers."""

from explorer.widgets import puzzles, shell
from explorer.widgets.language import _

shell.title(
    _("What can a network remember?"),
    _("Two puzzles whose answers are known: what a cell without gates forgets, and how a cell with gates keeps it."),
)
controls, pictures = shell.sides()
with controls:
    shown = puzzles.controls()
if shown is not None:
    with pictures:
        puzzles.pictures(shown)
