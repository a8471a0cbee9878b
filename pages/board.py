"""A class in one room: everyone's runs on one board, live."""

from explorer.widgets import shell
from explorer.widgets.classroom import page
from explorer.widgets.language import _

shell.title(
    _("How is the whole class doing?"),
    _("Everyone's newest run on one board, live: what each has set, who learns, and who overfits."),
)
page.draw()
