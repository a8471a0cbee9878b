"""One multiply-add at a time: what a convolution computes."""

from explorer.widgets import convolution, convolution_views, shell
from explorer.widgets.language import _

shell.title(
    _("What does one kernel compute?"),
    _("A kernel slides over the input. At each place it multiplies, adds up and writes one number. Point at any cell."),
)
controls, pictures = shell.sides()
with controls:
    setup = convolution.controls()
with pictures:
    convolution_views.pictures(setup)
