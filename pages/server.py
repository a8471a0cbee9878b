"""How the server is: processes, queue, memory, disk, data and limits."""

from explorer.widgets import server, shell
from explorer.widgets.language import _

shell.title(
    _("Can the server keep up?"),
    _("What trains and what waits, who uses the memory and the disk, and what one reader may ask for."),
)
server.draw()
