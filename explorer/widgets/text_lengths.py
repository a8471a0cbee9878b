"""How long the texts of the data are, and what one length for all of them costs."""

from __future__ import annotations

import streamlit as st

from explorer.datasets import DATASETS, TRAIN
from explorer.datasets.tokens import TextDataset
from explorer.figures.text_lengths import LengthLabels, lengths_figure
from explorer.inspection.lengths import Lengths, lengths, notes_training
from explorer.messages import N_, ExplorerError
from explorer.widgets import figure, link, shell, table
from explorer.widgets.language import _, md, t
from explorer.widgets.text_choice import IMDB, SNIPPETS, VARIANTS, Choice

DATA, LENGTH = "text_lengths_of", "text_lengths_maxlen"


def histogram(_choice: Choice) -> None:
    """The lengths of the training texts, with the share that is cut and padded."""
    left, right = st.columns(2)
    with left:
        name = _dataset()
    with right:
        maxlen = link.slider(
            _("maxlen of all texts"), 5, 500, 100, LENGTH, help=_("Longer texts are cut, shorter ones padded.")
        )
    try:
        found = _lengths(name, maxlen)
    except ExplorerError as error:
        st.error(md(error.problem), icon=":material/error:")
        return
    mean, median = f"{found.mean:.1f}", f"{found.median:.0f}"
    title = t(
        N_("{texts} texts: {cut} longer than {maxlen} tokens"),
        texts=f"{found.texts:,}",
        cut=f"{found.cut:.0%}",
        maxlen=maxlen,
    )
    labels = LengthLabels(
        title,
        _("tokens"),
        _("texts"),
        _("whole"),
        _("cut off"),
        t(N_("mean {value}"), value=mean),
        t(N_("median {value}"), value=median),
        t(N_("{length} or more"), length=f"{found.edges[-2] + 0.5:.0f}"),
    )
    alt = f"{title}; {labels.mean}, {labels.median}"
    figure.show(lengths_figure(found, labels, dark=shell.dark()), "text-lengths", alt)
    _numbers(found, mean, median)
    if name == IMDB:
        st.caption(
            _(
                "80% of the training reviews, drawn with random_state=42 as in the course notes, which print a mean of "
                "239.0 and a median of 178: another order of the same reviews puts others into these 80%."
            )
        )


def _dataset() -> str:
    """The data to count; the reviews only where they are at hand."""
    names = {SNIPPETS: _("movie snippets")}
    reviews = DATASETS[IMDB]
    try:
        reviews.available()
        names = {IMDB: _("IMDB film reviews"), **names}
    except ExplorerError as error:
        st.info(md(error.problem), icon=":material/database:")
    return link.segmented(_("Data"), names, DATA)


@st.cache_data(max_entries=64, show_spinner=False)
def _lengths(name: str, maxlen: int) -> Lengths:
    dataset = DATASETS[name]
    assert isinstance(dataset, TextDataset)
    counted = dataset.raw(VARIANTS[name], TRAIN).lengths
    return lengths(counted[notes_training(len(counted))] if name == IMDB else counted, maxlen)


def _numbers(found: Lengths, mean: str, median: str) -> None:
    table.show(
        (_("what"), _("value")),
        (
            (_("mean length"), mean),
            (_("median length"), median),
            (_("longest text"), f"{found.longest:,}"),
            (_("texts that are cut"), f"{found.cut:.1%}"),
            (_("texts that are padded"), f"{found.padded:.1%}"),
            (_("tokens that no network sees"), f"{found.lost:.1%}"),
            (_("padding in the array"), f"{found.filling:.1%}"),
        ),
    )
