"""Which data is in use: a banner that says it, and the arrays that pages look at."""

from __future__ import annotations

import numpy as np
import streamlit as st

from explorer.datasets import DATASETS, FULL, SAMPLE, TEST, Availability, Dataset, FetchStatus, Split
from explorer.datasets.no_data import NoData
from explorer.messages import N_
from explorer.training.record import Request
from explorer.widgets.language import _, md, t


@st.cache_resource(show_spinner=False)
def start_download(name: str) -> bool:
    """Begin the download once per server, in the background."""
    DATASETS[name].start_fetch()
    return True


def test_split(name: str) -> Split:
    """The test images at hand: all of them, or the sample's."""
    return _test_split(name, DATASETS[name].available((TEST,)).variant)


def sample(name: str) -> Split:
    """The test images that come with the app: the same wherever it runs."""
    return _test_split(name, SAMPLE)


def place(name: str, number: int) -> int:
    """Where a test image of the sample stands among those of `test_split`."""
    return int(_test_numbers(name, SAMPLE)[number]) if test_split(name) is not sample(name) else number


def without(request: Request) -> bool:
    """Whether a run's model came without its data."""
    return isinstance(request.source, NoData)


def test_images(request: Request) -> Split:
    """The test images at hand for a run: those of the reader's own data, else as `test_split` has them.

    Raises:
        ExplorerError: if the reader's data is not kept here any more.
    """
    return _test_split(request.dataset, request.variant) if request.source.own else test_split(request.dataset)


@st.cache_resource(max_entries=4, show_spinner=False)
def _test_split(name: str, variant: str) -> Split:
    return DATASETS[name].load(variant, TEST)


def test_places(request: Request) -> np.ndarray:
    """For each test image of a run its place in `test_images`, or -1 if it is not at hand."""
    if request.source.own:
        return np.arange(len(test_images(request).labels))
    name, variant = request.dataset, request.variant
    here = _test_numbers(name, DATASETS[name].available((TEST,)).variant)
    places = np.full(DATASETS[name].counts(FULL).test, -1)
    places[here] = np.arange(len(here))
    asked: np.ndarray = places[_test_numbers(name, variant)]
    return asked


def _test_numbers(name: str, variant: str) -> np.ndarray:
    """Which images of the full test set a variant holds."""
    if variant == FULL:
        return np.arange(DATASETS[name].counts(FULL).test)
    sample = _test_split(name, variant)
    return np.arange(len(sample.labels)) if sample.numbers is None else sample.numbers


def banner(name: str) -> Availability:
    """Say which data is in use and how many examples; while it downloads, how far it is."""
    start_download(name)
    found = DATASETS[name].available()
    st.fragment(_banner, run_every=1.0 if DATASETS[name].fetch_status().active else None)(name, found)
    return found


def _banner(name: str, found: Availability) -> None:
    dataset = DATASETS[name]
    status = dataset.fetch_status()
    full = found.variant == FULL
    text = (
        N_("{name}: all {train} + {test} examples, from {source}.")
        if full
        else N_("{name}: a sample of {train} + {test} examples, from {source}.")
    )
    counts = {"train": f"{found.counts.train:,}", "test": f"{found.counts.test:,}"}
    problem = None if status.active else found.problem or status.problem
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(
            ":material/database: " + md(text, name=dataset.title, source=found.source, **counts),
            help=None if problem is None else md(N_("Why not another source: {reason}"), reason=problem),
        )
        if not full and dataset.download_megabytes:
            _download(dataset, status)


def _download(dataset: Dataset, status: FetchStatus) -> None:
    """How the download stands, or a way to begin it or to use what it brought."""
    if status.active:
        megabytes = {"done": f"{status.done / 1e6:.0f}", "total": f"{status.total / 1e6:.0f}"}
        share = min(1.0, status.done / max(status.total, 1))
        st.progress(share, md(N_("Downloading the full set: {done} of {total} MB"), **megabytes), width=300)
    elif dataset.available().variant == FULL:
        if st.button(_("The full set is here: use it"), icon=":material/refresh:", type="tertiary"):
            st.rerun()
    elif st.button(
        t(N_("Download the full set ({size} MB)"), size=dataset.download_megabytes),
        icon=":material/download:",
        type="tertiary",
    ):
        dataset.start_fetch()
        st.rerun()
