"""Look inside a trained RNN: every gate and state over your own words, at any epoch."""

from explorer.widgets import rnn_inside_choice, rnn_inside_views, shell
from explorer.widgets.language import _

shell.title(
    _("What does the network remember, word by word?"),
    _("Every gate and state is computed in front of you. Change a word or hold a gate: the prediction follows."),
)
controls, pictures = shell.sides()
with controls:
    choice = rnn_inside_choice.controls()
if choice is not None:
    with pictures:
        rnn_inside_views.views(choice)
