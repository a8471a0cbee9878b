"""The models of the tour of Keras: diagrams, parameters, both styles of code, and training on generated data."""

from explorer.widgets import architectures_views, shell
from explorer.widgets.language import _

shell.title(
    _("How are layers put together?"),
    _("From one unit to two inputs: every model as a picture, as a count of its parameters, as code, and in training."),
)
controls, pictures = shell.sides()
with pictures:
    view = architectures_views.view_choice()
with controls:
    setup = view.controls()
with pictures:
    view.pictures(setup)
