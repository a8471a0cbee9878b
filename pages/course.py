"""All lessons in the order of the course notes, and how far the reader is."""

from explorer.widgets import shell
from explorer.widgets.language import _
from explorer.widgets.lessons import course

shell.title(
    _("Where do I begin, and how far am I?"),
    _("Each lesson takes five minutes beside its page: predict first, then see. Your browser remembers your answers."),
)
course.overview()
course.chapters()
