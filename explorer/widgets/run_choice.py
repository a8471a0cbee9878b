"""Choosing a model: those that come with the app, the reader's runs, and what the link names."""

from __future__ import annotations

import streamlit as st

from explorer.messages import N_, ExplorerError, message
from explorer.presets import PRESETS
from explorer.training.store import Run
from explorer.widgets import link, runs, shell
from explorer.widgets.language import _, md, t


def run_choice(label: str, key: str, default: str = "", place: int = 0) -> Run:
    """A select box of models, in the link under `key`.

    It begins with the model of the id `default`, or if there is none with the one in that place.

    Raises:
        ExplorerError: if there is no model at all, or the chosen one cannot be read.
    """
    titles = _titles()
    _add_linked(titles, key)
    if not titles:
        raise ExplorerError(message(N_("There is no model to look at; train one in the CNN lab first.")))
    options = list(titles)
    begin = default if default in titles else options[min(place, len(options) - 1)]
    link.restore(key, link.one_of(titles))
    link.limit(key, titles)
    st.session_state.setdefault(key, begin)
    chosen = st.selectbox(
        label,
        options,
        key=key,
        persist_state="session",
        format_func=titles.__getitem__,
        help=_("A model that comes with the app, or a run that you trained in the lab."),
    )
    link.keep(key, chosen)
    return shell.engine().store.open(str(chosen))


def _titles() -> dict[str, str]:
    """What each run is called: the shipped models as the notes have them, then the runs, newest first."""
    order = list(PRESETS)
    shipped = sorted(
        (run.record for run in shell.engine().store.shipped()),
        key=lambda record: order.index(record.id) if record.id in order else len(order),
    )
    titles = {record.id: t(N_("{name} (shipped)"), name=record.name) for record in shipped}
    return titles | {p.record.id: runs.title(p.record) for p in runs.progresses(runs.known(), quiet=True)}


def _add_linked(titles: dict[str, str], key: str) -> None:
    """Take up the link's model, or the one chosen before; say it when the link's is not there."""
    linked, before = st.query_params.get(key), st.session_state.get(key)
    for wanted in (linked, before):
        if not wanted or wanted in titles:
            continue
        try:
            titles[wanted] = runs.title(shell.engine().store.open(wanted).record)
        except ExplorerError as error:
            if wanted == linked:
                st.warning(md(error.problem), icon=":material/search_off:")
                del st.query_params[key]
