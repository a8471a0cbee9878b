"""Build a CNN, train it on real images, watch it learn."""

from explorer.widgets import lab, shell
from explorer.widgets.language import _

shell.title(
    _("How does a CNN learn?"),
    _("Change the layers or the training, press Train, and watch the loss fall on real images."),
)
controls, pictures = shell.sides()
with controls:
    setup = lab.controls(lab.CNN)
if setup is not None:
    with pictures:
        lab.pictures(setup)
