"""Ids as vectors: one-hot rows beside rows of a learned embedding, and what both cost."""

from __future__ import annotations

import numpy as np
import streamlit as st

from explorer.figures.vectors import VectorLabels, embedding_figure, one_hot_figure
from explorer.inspection.text_stages import Sizes
from explorer.messages import N_, ExplorerError, message
from explorer.network import Network
from explorer.specs import Embedding
from explorer.training.store import Run
from explorer.widgets import figure, shell, table
from explorer.widgets.language import _, md, t
from explorer.widgets.text_choice import IMDB, SNIPPETS, Choice

MODELS = {IMDB: "lstm", SNIPPETS: "lstm-snippets"}
"""The shipped model that knows a vocabulary."""
NOTES = Sizes(rows=20_000, maxlen=100, vocabulary=500, dimensions=16)


def model(choice: Choice) -> tuple[str, Network]:
    """The shipped model of the chosen vocabulary, by name, at the epoch that it was kept at.

    Raises:
        ExplorerError: if it is not here or damaged, or if the ids mean other words to it.
    """
    name = MODELS.get(choice.dataset.name) if choice.dataset is not None else None
    if name is None:
        raise ExplorerError(
            message(N_("No shipped model knows a vocabulary of your own: choose that of the data at the left."))
        )
    run = shell.engine().store.open(name)
    network = _network(run.record.id, run)
    _check(choice, name, network)
    return name, network


@st.cache_resource(max_entries=4, show_spinner=False)
def _network(run_id: str, _run: Run) -> Network:
    return _run.network(_run.kept_epoch)


def _check(choice: Choice, name: str, network: Network) -> None:
    first = network.spec.layers[0]
    size = first.input_dim if isinstance(first, Embedding) else 0
    if choice.lexicon.size > size:
        raise ExplorerError(
            message(
                N_("The shipped model {model} knows the first {size} ids: choose a vocabulary of that size."),
                model=name,
                size=f"{size:,}",
            )
        )


def vectors(choice: Choice) -> None:
    """Both kinds of rows, their sizes, and the notes' table."""
    left, right = st.columns(2)
    with left:
        _one_hot(choice)
    with right:
        try:
            _embedding(choice)
        except ExplorerError as error:
            st.info(md(error.problem), icon=":material/info:")
    _sizes()
    _differences()


def _one_hot(choice: Choice) -> None:
    row, size = choice.stages.padded.row, choice.lexicon.size
    title = t(
        N_("One-hot: {steps} × {size}, {zeros} zeros"),
        steps=len(row),
        size=f"{size:,}",
        zeros=f"{len(row) * (size - 1):,}",
    )
    labels = VectorLabels(title, _("time step"), _("id"), _("value"))
    drawn = one_hot_figure(row, choice.names, size, labels, dark=shell.dark(), height=_height(row))
    figure.show(drawn, "text-one-hot", f"{title}: {', '.join(map(str, row))}")


def _embedding(choice: Choice) -> None:
    name, network = model(choice)
    (rows,) = network.weights["embedding_1"].values()
    values = rows[choice.stages.padded.row]
    title = t(
        N_("Embedding of {model}: {steps} × {size}"),
        model=name,
        steps=len(values),
        size=values.shape[1],
    )
    labels = VectorLabels(title, _("time step"), _("dimension"), _("value"))
    reach = float(np.percentile(np.abs(rows), 99))
    drawn = embedding_figure(
        values, choice.names, labels, reach=reach, dark=shell.dark(), height=_height(choice.stages.padded.row)
    )
    figure.show(drawn, "text-embedding", title)


def _height(row: np.ndarray) -> int:
    return min(100 + 11 * len(row), 620)


def _sizes() -> None:
    """The notes' data in all three forms."""
    names = {"ids": _("ids"), "one-hot": _("one-hot"), "embedding": _("embedding of 16")}
    st.markdown(md(N_("**20,000 training reviews of 100 tokens, 500 words** (4 bytes a number)")))
    rows = [
        (names[name], str(shape), f"{np.prod(shape, dtype=np.int64):,}", f"{NOTES.bytes[name] / 1e6:,.0f} MB")
        for name, shape in NOTES.shapes.items()
    ]
    table.show((_("form"), _("shape"), _("numbers"), _("memory")), rows)


def _differences() -> None:
    rows = (
        (_("dimensions"), _("many: the size of the vocabulary"), _("few: 16 here, 256 to 1,024 in large models")),
        (_("other name"), _("a sparse vector"), _("a dense vector")),
        (_("where it comes from"), _("made by hand, by a rule"), _("learned from the training data")),
        (_("values"), _("0 and 1"), _("real numbers")),
        (_("distance of two words"), _("the same for all pairs"), _("small where words are used alike")),
    )
    table.show(("", _("one-hot vector"), _("embedding vector")), rows)
