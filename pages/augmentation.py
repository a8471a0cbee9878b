"""One image and a hundred changes that do not change what it shows."""

from explorer.widgets import augmentation, augmentation_views, shell
from explorer.widgets.language import _

shell.title(
    _("How does one image become a hundred?"),
    _("Turn, move, zoom, slant and mirror it at random: the network sees a new image each time, with the same label."),
)
controls, pictures = shell.sides()
with controls:
    setup = augmentation.controls()
with pictures:
    chosen = augmentation.pictures(setup)
    augmentation_views.arithmetic(setup, chosen)
    augmentation_views.meaning(setup)
    augmentation_views.numbers(setup)
