"""What pooling and dropout leave out."""

from explorer.widgets import dropout, link, pooling, shell
from explorer.widgets.language import _

shell.title(
    _("What do pooling and dropout leave out?"),
    _("Pooling keeps one number of each window, always. Dropout silences random units, but only while training."),
)
controls, pictures = shell.sides()
views = {"pooling": (_("Pooling"), pooling), "dropout": (_("Dropout"), dropout)}
with controls:
    view = link.segmented(_("Shown"), {name: title for name, (title, _module) in views.items()}, "pool_view")
    module = views[view][1]
    setup = module.controls()
if setup is not None:
    with pictures:
        module.pictures(setup)
