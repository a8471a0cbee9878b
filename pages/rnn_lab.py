"""Build a recurrent network, train it on real reviews, watch it learn."""

from explorer.widgets import lab, shell
from explorer.widgets.language import _

shell.title(
    _("How does a network learn to read?"),
    _("Choose the cell, the words and the training, press Train, and watch it learn good reviews from bad ones."),
)
controls, pictures = shell.sides()
with controls:
    setup = lab.controls(lab.RNN)
if setup is not None:
    with pictures:
        lab.pictures(setup)
