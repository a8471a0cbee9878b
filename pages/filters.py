"""One small kernel over a photo: filters made by hand, one's own, and learned ones."""

from explorer.widgets import filters, filters_choice, shell
from explorer.widgets.language import _

shell.title(
    _("What can one small kernel do to a photo?"),
    _("Each new pixel is a sum of its neighbours times the kernel's weights. The weights alone decide what comes out."),
)
controls, pictures = shell.sides()
with controls:
    choice = filters_choice.controls()
with pictures:
    filters.show(choice)
