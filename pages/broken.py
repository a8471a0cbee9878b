"""Trainings that are broken on purpose: find out why from curves and layers, and mend them live."""

from explorer.widgets import broken, broken_pictures, shell
from explorer.widgets.language import _

shell.title(
    _("What is wrong with this training?"),
    _("Each case hides one failure. Train it, read the curves and the layers, name what is wrong, and mend it."),
)
controls, pictures = shell.sides()
with controls:
    case = broken.controls()
with pictures:
    broken_pictures.pictures(case)
