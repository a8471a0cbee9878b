"""Two runs against each other: what differs, and what came of it."""

from explorer.widgets import compare, compare_views, shell
from explorer.widgets.language import _

shell.title(
    _("What difference did it make?"),
    _("Put two models side by side: what was set differently, how they learned, and how well they do."),
)
controls, pictures = shell.sides()
with controls:
    pair = compare.controls()
    if pair is not None:
        compare.what_differs(pair)
if pair is not None:
    with pictures:
        compare_views.results(pair)
