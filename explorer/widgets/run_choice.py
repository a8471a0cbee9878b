"""Choosing a model: those that come with the app, the reader's runs, and what the link names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import streamlit as st

from explorer.datasets.tokens import TextDataset
from explorer.messages import N_, ExplorerError, Message, message
from explorer.presets import PRESETS
from explorer.specs import Bidirectional, Recurrent
from explorer.training.record import RunRecord
from explorer.training.store import Run
from explorer.widgets import link, runs, shell
from explorer.widgets.language import _, md, t

NOTHING = message(N_("There is no model to look at; train one in the CNN lab first."))


def of_images(record: RunRecord) -> bool:
    """A model whose inputs are images."""
    return len(record.spec.input_shape) == 3


def of_texts(record: RunRecord) -> bool:
    """A model that reads a text with cells and says one thing about it."""
    rows, fault = record.spec.checked()
    reads = fault is None and bool(rows) and rows[0].layer.tokens_in and len(rows[-1].output_shape) == 1
    cells = any(isinstance(row.layer, (Recurrent, Bidirectional)) for row in rows)
    return reads and cells and isinstance(record.request.source, TextDataset)


def of_data(dataset: str) -> runs.Fits:
    """A model that was trained on this data."""
    return lambda record: record.request.dataset == dataset


@dataclass(frozen=True)
class Inside:
    """A page that looks inside a model: which ones it is for, what it calls the model in the link, and which `view`."""

    page: str
    fits: runs.Fits
    key: str
    view: Mapping[str, str] = field(default_factory=dict)


INSIDE = (
    Inside(shell.INSIDE_CNN, of_images, "model"),
    Inside(shell.INSIDE_RNN, of_texts, "read_model"),
    *(
        Inside(shell.PUZZLES, of_data(name), f"puzzle_{name}_model", {"puzzle": name, f"puzzle_{name}_view": "answers"})
        for name in ("counting", "multiply")
    ),
)


def look_inside(record: RunRecord, label: str) -> bool:
    """A link to the page that looks inside this model; nothing, and False, without weights or without such a page."""
    for inside in INSIDE:
        if record.best_epoch is not None and inside.fits(record):
            place = {**inside.view, inside.key: record.id}
            st.page_link(inside.page, label=label, icon=":material/visibility:", query_params=place)
            return True
    return False


def run_choice(
    label: str, key: str, default: str = "", place: int = 0, fits: runs.Fits = runs.every, nothing: Message = NOTHING
) -> Run:
    """A select box of the models that fit, in the link under `key`.

    It begins with the model of the id `default`, or if there is none with the one in that place.

    Raises:
        ExplorerError: if there is no model at all (which `nothing` says), or the chosen one cannot be read.
    """
    titles = _titles(fits)
    _add_linked(titles, key, fits)
    if not titles:
        raise ExplorerError(nothing)
    titles = _told_apart(titles)
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


def _titles(fits: runs.Fits) -> dict[str, str]:
    """What each run is called: the shipped models as the notes have them, then the runs, newest first."""
    order = list(PRESETS)
    shipped = sorted(
        (run.record for run in shell.engine().store.shipped() if fits(run.record)),
        key=lambda record: order.index(record.id) if record.id in order else len(order),
    )
    titles = {record.id: t(N_("{name} (shipped)"), name=record.name) for record in shipped}
    own = [progress.record for progress in runs.progresses(runs.known(), quiet=True) if fits(progress.record)]
    return titles | {record.id: runs.title(record) for record in own}


def _told_apart(titles: dict[str, str]) -> dict[str, str]:
    """The titles with a number after those that an older run has already: a browser tells options by their text."""
    seen: Counter[str] = Counter()
    found = {}
    for run_id, title in reversed(titles.items()):
        seen[title] += 1
        found[run_id] = title if seen[title] == 1 else f"{title} ({seen[title]})"
    return {run_id: found[run_id] for run_id in titles}


def _add_linked(titles: dict[str, str], key: str, fits: runs.Fits) -> None:
    """Take up the link's model, or the one chosen before; say it when the link's is not there."""
    linked, before = st.query_params.get(key), st.session_state.get(key)
    for wanted in (linked, before):
        if not wanted or wanted in titles:
            continue
        try:
            record = shell.engine().store.open(wanted).record
            if not fits(record):
                other = N_("{name} is a model of another kind, which this page cannot show; choose one of these.")
                raise ExplorerError(message(other, name=record.name))
            titles[wanted] = runs.title(record)
        except ExplorerError as error:
            if wanted == linked:
                st.warning(md(error.problem), icon=":material/search_off:")
                del st.query_params[key]
