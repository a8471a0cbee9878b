"""From letters to numbers: words, ids, rows of one length, vectors."""

from explorer.widgets import shell, text_choice, text_views
from explorer.widgets.language import _

shell.title(
    _("How does a sentence become numbers?"),
    _("Split it into words, look each one up, bring all rows to one length: ids are all that a network ever sees."),
)
controls, pictures = shell.sides()
with controls:
    choice = text_choice.controls()
with pictures:
    text_views.views(choice)
