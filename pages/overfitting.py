"""One network that overfits, and several remedies beside it."""

from explorer.widgets import overfitting, overfitting_views, shell
from explorer.widgets.language import _

shell.title(
    _("Does it understand, or know by heart?"),
    _("A network that overfits gets ever better on its training images and ever worse on all others: try what helps."),
)
controls, pictures = shell.sides()
with controls:
    wanted = overfitting.choose()
if wanted is not None:
    with pictures:
        overfitting_views.pictures(wanted)
