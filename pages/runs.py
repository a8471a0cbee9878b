"""All runs of the reader: sort, compare, name, train on, delete."""

from explorer.widgets import runs_page, runs_page_list, runs_page_manage, shell
from explorer.widgets.language import _

shell.title(
    _("What have I tried, and what came of it?"),
    _("Every run is kept with its settings: compare up to six, name them, train on from one, or change one thing."),
)
controls, pictures = shell.sides()
with controls:
    listing = runs_page_list.controls()
with pictures:
    chosen = runs_page_list.table(listing)
with controls:
    runs_page_manage.actions(chosen)
with pictures:
    runs_page.results(chosen)
