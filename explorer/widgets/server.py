"""The page *Server*: its processes, queue, memory, disk, data and limits, without a path, a name or an id."""

from __future__ import annotations

import importlib.metadata
import platform
import time
from collections.abc import Iterator

import numpy as np
import streamlit as st

from explorer.datasets import DATASETS, Dataset
from explorer.datasets.no_data import NoData
from explorer.figures.bars import bars_figure
from explorer.messages import N_, ExplorerError
from explorer.training.health import Health, Measured
from explorer.widgets import figure, host, model_view, shell, table
from explorer.widgets.language import _, escape, md, t

REFRESH_SECONDS = 3
MEGABYTE, GIGABYTE = 2**20, 2**30


def draw() -> None:
    """What changes at the left, kept up to date by a fragment of its own; what stays at the right."""
    left, right = st.columns(2, gap="large")
    with left:
        st.fragment(_now, run_every=REFRESH_SECONDS)()
    with right:
        st.subheader(_("What one reader may ask for"), anchor=False)
        table.show((_("Limit"), _("Value")), [(escape(title), f"{value:,}") for title, value in _limits()])
        st.subheader(_("Where the data come from"), anchor=False)
        table.show(
            (_("Data"), _("Examples"), _("Source")),
            [_data(dataset) for dataset in DATASETS.values() if _given(dataset)],
        )


def _now() -> None:
    health = shell.engine().health()
    _standing(health)
    _numbers(health)
    measured = health.measured
    if measured is None:
        st.caption(_("The processes are being asked; their memory and versions come in a moment."))
        return
    _memory(measured)
    st.subheader(_("Versions"), anchor=False)
    table.show((_("Package"), _("Version")), [(escape(name), escape(version)) for name, version in _versions(measured)])
    st.caption(md(N_("Measured {seconds} s ago."), seconds=max(0, round(time.monotonic() - measured.at))))


def _standing(health: Health) -> None:
    """In a sentence, whether readers have to wait."""
    problem = shell.engine().problem
    if problem is not None:
        st.warning(md(problem), icon=":material/warning:")
    elif not health.ready or (health.measured is not None and not health.measured.workers):
        st.info(_("the training process is starting; the first time takes about 15 seconds."), icon=":material/timer:")
    elif health.waiting:
        text = N_("{count} trainings wait; the last of them begins in about {time}.")
        st.info(
            md(text, count=health.waiting, time=model_view.duration(health.wait_seconds)), icon=":material/hourglass:"
        )
    else:
        st.success(_("Nobody has to wait."), icon=":material/check:")


def _numbers(health: Health) -> None:
    measured = health.measured
    up = health.places if measured is None else len(measured.workers)
    rows = [
        (_("Training processes up"), f"{up if health.ready else 0}"),
        (_("Trainings at this moment"), md(N_("{count} of {places}"), count=health.running, places=health.places)),
        (_("Trainings that wait"), f"{health.waiting}"),
        (_("Readers"), md(N_("{count} of {places}"), count=host.places().count(), places=host.limits().sessions)),
    ]
    if measured is not None:
        rows += [
            (_("Runs kept"), f"{measured.runs:,}"),
            (_("Their room on the disk"), _of(measured.runs_bytes, health.limit_bytes)),
            (_("Free on the disk"), _megabytes(measured.disk_free)),
            (_("Free memory of the machine"), _megabytes(measured.machine_free)),
        ]
    table.show((_("Now"), " "), rows)


def _memory(measured: Measured) -> None:
    """A bar for each process."""
    used = {_("Server"): measured.server}
    if measured.scheduler is not None:
        used[_("Scheduler")] = measured.scheduler
    for number, worker in enumerate(measured.workers, 1):
        used[t(N_("Training process {number}"), number=number)] = worker.memory
    title = _("Memory in use, in GB")
    values = [size / GIGABYTE for size in used.values()]
    figure.show(
        bars_figure(list(used), values, title, "GB", dark=shell.dark()),
        key="server_memory",
        alt=". ".join([title, *(f"{name}: {value:.3g}" for name, value in zip(used, values, strict=True))]),
    )


def _versions(measured: Measured) -> Iterator[tuple[str, str]]:
    """Of the server's packages, then of the training processes' own."""
    yield "Python", platform.python_version()
    yield "Streamlit", st.__version__
    yield "Plotly", importlib.metadata.version("plotly")
    yield "NumPy", np.__version__
    yield "Dask", importlib.metadata.version("distributed")
    titles = {"tensorflow": "TensorFlow", "keras": "Keras"}
    for package, title in titles.items():
        found = sorted({worker.versions.get(package, "") for worker in measured.workers} - {""})
        yield title, ", ".join(found) or "–"


def _limits() -> Iterator[tuple[str, int]]:
    return ((t(title), value) for title, value in host.limits().titled())


def _given(dataset: Dataset) -> bool:
    """Whether it is a data set of the app's, none that a reader brings."""
    return not (dataset.own or isinstance(dataset, NoData))


def _data(dataset: Dataset) -> tuple[str, str, str]:
    try:
        found = dataset.available()
    except ExplorerError:
        return md(dataset.title), "–", _("not on this machine")
    return md(dataset.title), f"{found.counts.train + found.counts.test:,}", md(found.source)


def _megabytes(size: int) -> str:
    return f"{size / MEGABYTE:,.0f} MB"


def _of(size: int, limit: int) -> str:
    return md(N_("{count} of {places}"), count=_megabytes(size), places=_megabytes(limit))
