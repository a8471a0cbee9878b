"""Which data is in use: a banner that says it, and the arrays that pages look at."""

from __future__ import annotations

import streamlit as st

from explorer.datasets import DATASETS, FULL, TEST, Availability, Split
from explorer.messages import N_
from explorer.widgets.language import _, md


@st.cache_resource(show_spinner=False)
def start_download(name: str) -> bool:
    """Begin the download once per server, in the background."""
    DATASETS[name].start_fetch()
    return True


def test_split(name: str) -> Split:
    """The test images at hand: all of them, or the sample's."""
    return _test_split(name, DATASETS[name].available().variant)


@st.cache_resource(max_entries=4, show_spinner=False)
def _test_split(name: str, variant: str) -> Split:
    return DATASETS[name].load(variant, TEST)


def banner(name: str) -> Availability:
    """Say which data is in use and how many images; while it downloads, how far it is."""
    start_download(name)
    found = DATASETS[name].available()
    st.fragment(_banner, run_every=1.0 if DATASETS[name].fetch_status().active else None)(name, found)
    return found


def _banner(name: str, found: Availability) -> None:
    dataset = DATASETS[name]
    status = dataset.fetch_status()
    counts = {"train": f"{found.counts.train:,}", "test": f"{found.counts.test:,}"}
    if found.variant == FULL:
        st.caption(":material/database: " + md(N_("Full Fashion-MNIST: {train} + {test} images."), **counts))
        return
    sample = md(N_("Embedded sample of Fashion-MNIST: {train} + {test} images."), **counts)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(":material/database: " + sample)
        if status.active:
            share = status.done / max(status.total, 1)
            megabytes = {"done": f"{status.done / 1e6:.0f}", "total": f"{status.total / 1e6:.0f}"}
            st.progress(share, md(N_("Downloading the full set: {done} of {total} MB"), **megabytes), width=300)
        elif dataset.available().variant == FULL:
            if st.button(_("The full set is here: use it"), icon=":material/refresh:", type="tertiary"):
                st.rerun()
        elif st.button(_("Download the full set (31 MB)"), icon=":material/download:", type="tertiary"):
            dataset.start_fetch()
            st.rerun()
    problem = status.problem or found.problem
    if problem is not None and not status.active:
        st.caption(":material/info: " + md(N_("The full set is not in use: {reason}"), reason=problem))
