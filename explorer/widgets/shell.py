"""What every page shares: its place in the menu, the title row, the server's own engine."""

from __future__ import annotations

import gc
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import streamlit as st
from threadpoolctl import threadpool_limits

from explorer.messages import N_
from explorer.training.jobs import Engine
from explorer.training.store import Store
from explorer.widgets import document, figure, host, language, link
from explorer.widgets.classroom import line
from explorer.widgets.language import LANGUAGES, _
from explorer.widgets.lessons import panel, share, task

_ENTERED, _PAGE = "entered", "page"

AUGMENTATION = "pages/augmentation.py"
HOME, CNN_LAB, INSIDE_CNN = "pages/home.py", "pages/cnn_lab.py", "pages/inside_cnn.py"
CELLS, RNN_LAB, INSIDE_RNN = "pages/cells.py", "pages/rnn_lab.py", "pages/inside_rnn.py"
PUZZLES, SERIES, GENERATION = "pages/puzzles.py", "pages/series.py", "pages/generation.py"
COMPARE, REPRODUCTION = "pages/compare.py", "pages/reproduction.py"


@dataclass(frozen=True)
class Entry:
    """One page of the menu: its file, its name and idea in the catalogue, its icon among Material's."""

    file: str
    title: str
    icon: str
    idea: str = ""


MENU: dict[str, tuple[Entry, ...]] = {
    "": (Entry(HOME, N_("Home"), "home"), Entry("pages/course.py", N_("Course"), "school")),
    N_("Images"): (
        Entry(
            "pages/convolution.py",
            N_("Convolution"),
            "grid_on",
            N_("One sum of products at a time, every number written out."),
        ),
        Entry(
            "pages/filters.py",
            N_("Filters"),
            "filter_b_and_w",
            N_("Hand-made and learned kernels on a photo, or on your own."),
        ),
        Entry(
            "pages/pooling.py",
            N_("Pooling and dropout"),
            "compress",
            N_("What is left out always, and what only in training."),
        ),
        Entry(
            AUGMENTATION,
            N_("Augmentation"),
            "auto_fix_high",
            N_("One image turned, moved and mirrored a hundred times."),
        ),
        Entry(CNN_LAB, N_("CNN lab"), "experiment"),
        Entry(INSIDE_CNN, N_("Inside a CNN"), "visibility"),
    ),
    N_("Sequences"): (
        Entry(
            "pages/text.py",
            N_("Text"),
            "text_fields",
            N_("A sentence on its way to numbers: words, ids, padding, vectors."),
        ),
        Entry(CELLS, N_("Cells"), "memory"),
        Entry(RNN_LAB, N_("RNN lab"), "experiment"),
        Entry(INSIDE_RNN, N_("Inside an RNN"), "visibility"),
        Entry(
            PUZZLES,
            N_("Puzzles"),
            "extension",
            N_("Count on, and multiply two marked numbers: who remembers, and who forgets?"),
        ),
        Entry(
            SERIES,
            N_("Series"),
            "show_chart",
            N_("Windows over a curve, and forecasts that have to beat the last value."),
        ),
        Entry(
            GENERATION,
            N_("Generation"),
            "edit_note",
            N_("A network that writes: every probability, every draw."),
        ),
    ),
    N_("Training"): (
        Entry(
            "pages/overfitting.py",
            N_("Overfitting"),
            "balance",
            N_("One network that knows its images by heart, and eight remedies side by side."),
        ),
        Entry(
            "pages/gradients.py",
            N_("Gradients"),
            "trending_down",
            N_("Why deep stacks and long sequences stop learning, and what keeps their gradients alive."),
        ),
        Entry(
            "pages/architectures.py",
            N_("Architectures"),
            "account_tree",
            N_("From one unit to two inputs: diagrams, parameters, code, and live training."),
        ),
        Entry(
            "pages/normalisation.py",
            N_("Normalisation"),
            "equalizer",
            N_("The same table averaged by column and by row, every step with its numbers."),
        ),
        Entry(
            "pages/optimisers.py",
            N_("Optimisers"),
            "south_east",
            N_("SGD, momentum, RMSprop and Adam go down the same slope, step by step."),
        ),
        Entry(
            "pages/broken.py",
            N_("Broken on purpose"),
            "troubleshoot",
            N_("Find out from curves and layers what went wrong, and mend it live."),
        ),
    ),
    N_("Runs"): (
        Entry(
            "pages/runs.py",
            N_("All runs"),
            "history",
            N_("Every run with its settings: compare, name, train on, change one thing."),
        ),
        Entry(COMPARE, N_("Compare"), "compare", N_("Two runs side by side: what differs, and what came of it.")),
        Entry(REPRODUCTION, N_("Reproduction"), "fact_check", N_("The course notes' numbers beside ours.")),
    ),
    N_("Classroom"): (
        Entry(
            "pages/board.py", N_("Class board"), "groups", N_("A room for a class: everyone's runs side by side, live.")
        ),
        Entry(
            "pages/server.py",
            N_("Server"),
            "monitor_heart",
            N_("What trains and what waits, memory, disk, versions and limits."),
        ),
    ),
}
"""The menu: sections, each with its pages; the nameless section stands open."""

PAGES = tuple(entry.file for entries in MENU.values() for entry in entries)


def _pages() -> dict[str, list[Any]]:
    """The menu in the reader's language."""
    # Streamlit notes in a page's object that it is the one to run, so each run of a script has objects of its own.
    return {section: list(map(copy, pages)) for section, pages in _translated(language.current()).items()}


@lru_cache(maxsize=len(LANGUAGES))
def _translated(_language: str) -> dict[str, list[Any]]:
    """The menu in a language; kept, as every page of it is looked for on the disk."""
    return {_(section): [_page(entry) for entry in entries] for section, entries in MENU.items()}


def _page(entry: Entry) -> Any:
    path = None if entry.file == HOME else Path(entry.file).stem
    title, icon = _(entry.title), f":material/{entry.icon}:"
    return st.Page(entry.file, title=title, icon=icon, default=path is None, url_path=path)


@st.cache_resource(show_spinner=False)
def engine() -> Engine:
    """The server's one training queue; its processes start in the background."""
    # What is imported stays to the end: looked through at every collection, it would hold a page up for 0.1 s.
    gc.freeze()
    # Readers share the processors: threads that wait for one another's part of a small product only spin.
    threadpool_limits(1, user_api="blas")
    return Engine(Store.from_environment(), bounds=host.limits()).start()


def enter() -> Any:
    """What app.py does before any page runs; returns the page to run."""
    link.restore(language.KEY, link.one_of(LANGUAGES))
    admitted = host.admitted()
    page = _menu("top" if admitted else "hidden")
    if not admitted:
        host.refuse()
    st.session_state[_ENTERED] = True
    st.session_state[_PAGE] = page.url_path or Path(HOME).stem
    engine()
    return page


def _require_entry() -> None:
    """Start over through app.py if this page was run without it.

    Until `st.navigation` has been called once, Streamlit takes the files in pages/ for
    pages of its own and runs the first one that a link names without app.py.
    """
    if _ENTERED not in st.session_state:
        _menu()
        st.rerun()


def _menu(position: Literal["top", "hidden"] = "top") -> Any:
    st.set_page_config(page_title=_("CNN and RNN Explorer"), page_icon="🔬", layout="wide")
    return st.navigation(_pages(), position=position)


def title(question: str, idea: str) -> None:
    """The question that the page answers, the idea in one sentence, and the language switch."""
    _require_entry()
    figure.forget()
    document.mend()
    line.draw()
    with st.container(horizontal=True, vertical_alignment="top", key="title"):
        with st.container():
            st.title(question, anchor=False)
            st.markdown(idea)
        panel.button(page())
        share.button(page(), page() == Path(HOME).stem)
        chosen = st.segmented_control(
            _("Language"),
            list(LANGUAGES),
            default=language.current(),
            required=True,
            format_func=LANGUAGES.__getitem__,
            key=language.KEY,
            persist_state="session",
            label_visibility="collapsed",
            on_change=link.tell_again,
        )
        link.keep(language.KEY, chosen, language.browser_language())
    _beside()


def _beside() -> None:
    """The task that the link sets, else the page's lesson if it is open."""
    task_set = task.found()
    if task_set is not None:
        task.draw(task_set)
    else:
        panel.draw(page())


def sides() -> tuple[Any, Any]:
    """Where a page's controls go, and its pictures beside them; on a telephone the controls fold above them."""
    left, right = st.columns([1, 2.6], gap="medium")
    return left.expander(_("Controls"), expanded=True, icon=":material/tune:", key="controls"), right


def page() -> str:
    """The name of the page in sight, as it is in the address; the first one is called home."""
    return str(st.session_state.get(_PAGE, Path(HOME).stem))


def dark() -> bool:
    """Whether the reader's theme is dark."""
    return bool(st.context.theme.type == "dark")
