"""The home page's miniatures of recurrent networks."""

from __future__ import annotations

from typing import Any

from explorer.figures.cell_gates import COLOURS, Line, lines_figure
from explorer.figures.curves import curves_figure
from explorer.inspection import passage
from explorer.inspection.memory import Settings, memories
from explorer.text import tokenise
from explorer.training.store import Run
from explorer.widgets import inside_choice, rnn_inside_choice, run_curves, shell
from explorer.widgets.language import _

REVIEW = "this movie was not bad at all the story is great and i loved the end"
HEIGHT = 230


def prediction(run: Run) -> Any:
    """How sure the network is of a good review, after each word."""
    lexicon = rnn_inside_choice.lexicon_of(run)
    text = passage.fitted(lexicon.encode(tokenise(REVIEW).words), rnn_inside_choice.settings_of(run))
    reading = rnn_inside_choice.read(inside_choice.network(run, run.kept_epoch), text)
    values = reading.predictions[text.steps[text.kept], 0]
    title = _("Is “not bad at all” good?")
    return lines_figure(
        [Line(_("prediction"), values, 0)], title, _("token"), _("positive"), dark=shell.dark(), height=HEIGHT
    )


def memory(run: Run) -> Any:
    """What is left of an early pulse in each kind of cell."""
    lines = [Line(found.cell, found.left, COLOURS[found.cell]) for found in memories(Settings())]
    title = _("What is left of the first step")
    return lines_figure(lines, title, _("time step"), _("share left"), dark=shell.dark(), height=HEIGHT)


def accuracy(run: Run) -> Any:
    """How the network's share of right answers grew."""
    labels = run_curves.labels(_("Accuracy by epoch"))
    return curves_figure([run_curves.accuracy(run.record)], labels, percent=True, dark=shell.dark(), height=HEIGHT)
