"""The models of the course notes: their numbers beside ours, and what was not the same."""

from explorer.widgets import reproduction, reproduction_details, shell
from explorer.widgets.language import _

shell.title(
    _("Do we get the numbers of the course notes?"),
    _("The same models, trained here on the same data. Each number of ours comes from the file that is shipped."),
)
known = reproduction.entries()
controls, pictures = shell.sides()
with controls:
    chosen = reproduction.choice(known)
    reproduction.what_differs(chosen)
with pictures:
    reproduction.overview(known, chosen)
    reproduction.numbers(known)
    reproduction_details.recipe(chosen)
    reproduction_details.weights(chosen)
