"""What edits of the weights change: the probabilities, every layer, and each map of the chosen layer."""

from __future__ import annotations

import numpy as np
import streamlit as st

from explorer.figures.bars import bars_figure
from explorer.figures.mosaic import MosaicLabels, mosaic_figure
from explorer.figures.shares import shares_figure
from explorer.inspection import mosaic as mosaics
from explorer.inspection.shift import change
from explorer.messages import N_
from explorer.widgets import figure, shell
from explorer.widgets.inside_choice import Choice
from explorer.widgets.language import _, t


def difference(choice: Choice) -> None:
    """The model with its edits beside the model as it was; nothing as long as there are no edits."""
    if choice.original is None:
        return
    left, right = st.columns(2)
    before, after = choice.original.shares, choice.shares
    if before is not None and after is not None:
        with left:
            _probabilities(choice, before, after)
    with right:
        _layers(choice, choice.original)
    _maps(choice, choice.original)


def _probabilities(choice: Choice, before: np.ndarray, after: np.ndarray) -> None:
    names = [choice.classes[shares.argmax()] for shares in (before, after)]
    title = t(N_("It was {before}, now {after}"), before=names[0], after=names[1])
    values = {_("original"): before, _("edited"): after}
    drawn = shares_figure(values, choice.classes, title, digits=1, dark=shell.dark(), height=380)
    told = (f"{name} {a:.1%} → {b:.1%}" for name, a, b in zip(choice.classes, before, after, strict=True))
    figure.show(drawn, "difference-probabilities", f"{title}: {', '.join(told)}")


def _layers(choice: Choice, original: Choice) -> None:
    pairs = list(zip(original.trace.layers, choice.trace.layers, strict=True))
    names = [before.name for before, _after in pairs]
    changes = [change(before.output, after.output) for before, after in pairs]
    title = _("Change of each layer's output")
    unit = _("‖edited − original‖ / ‖original‖")
    drawn = bars_figure(names, changes, title, unit, percent=True, dark=shell.dark(), height=380)
    told = (f"{name} {value:.1%}" for name, value in zip(names, changes, strict=True))
    figure.show(drawn, "difference-layers", f"{title}: {', '.join(told)}")


def _maps(choice: Choice, original: Choice) -> None:
    """Edited minus original, on one scale about 0."""
    found = mosaics.tile_values(choice.output - original.output)
    reach = float(np.nanmax(np.abs(found.values)))
    text = (
        N_("Output of {layer}, edited − original, colours to ±{reach}")
        if reach
        else N_("Output of {layer}, edited − original: no change")
    )
    title = t(text, layer=choice.layer, reach=f"{reach:.3g}")
    labels = MosaicLabels(_("map"), _("row"), _("column"), _("change"))
    height = 320 if choice.output.ndim == 3 else 200
    drawn = mosaic_figure(found, title, labels, reach=reach, dark=shell.dark(), height=height)
    figure.show(drawn, "difference-maps", title)
