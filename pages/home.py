"""Where everything begins: what the app shows, as small live pictures."""

from explorer.widgets import home, shell
from explorer.widgets.language import _

shell.title(
    _("See how neural networks see"),
    _("Build small networks, train them on real images and reviews in your browser, and look inside while they learn."),
)
home.cards()
home.facts()
home.more()
