"""Which text the model is to learn from: a built-in one, or the reader's own."""

from __future__ import annotations

from typing import Any

import streamlit as st

from explorer.controls import Control, controls
from explorer.datasets import written
from explorer.datasets.passages import Passage
from explorer.datasets.written import LEVELS, TEXTS
from explorer.messages import N_, ExplorerError, Message
from explorer.widgets import link, settings
from explorer.widgets.language import _, md, t

TEXT, LEVEL, OWN, TYPED, FILE = "gen_text", "gen_level", "gen_own", "gen_typed", "gen_file"
OWN_TEXT = "own"
LONGEST_TYPED = 20_000
WINDOW = ("length", "step")


def choose() -> Passage | None:
    """Draw the choice of text and its tokens; None (with a sentence said) as long as there is no text."""
    titles = {**{name: t(text.title) for name, text in TEXTS.items()}, OWN_TEXT: _("Your own text")}
    name = link.selectbox(_("Text"), list(titles), TEXT, format_func=titles.__getitem__)
    text = _own() if name == OWN_TEXT else name
    levels = dict(zip(LEVELS, (_("characters"), _("words")), strict=True))
    level = link.segmented(_("Tokens"), levels, LEVEL, help=_("What is written one after the other."))
    return None if text is None else Passage(text, level)


def windows(passage: Passage) -> Passage:
    """Draw the controls of the windows."""
    declared = dict(controls(Passage))
    chosen = {name: _window(name, declared[name], getattr(passage, name)) for name in WINDOW}
    return Passage(passage.text, passage.level, **chosen)


def _window(name: str, control: Control, default: int) -> Any:
    key = f"gen_{name}"
    link.restore(key, lambda text: settings.parse(control, text))
    value = settings.draw(control, default, key=key, persist_state="session")
    link.keep(key, value, default)
    return value


def _own() -> str | None:
    """The id of the reader's own text, pasted or from a file; the link names it too."""
    with st.popover(_("Paste or upload"), icon=":material/edit:", width="stretch"):
        st.text_area(
            _("Your text"),
            key=TYPED,
            height=200,
            max_chars=LONGEST_TYPED,
            persist_state="session",
            on_change=_take_typed,
        )
        st.file_uploader(
            t(N_("Or a text file (.txt) of at most {size} kB"), size=written.MAXIMUM_BYTES // 1000),
            type=["txt"],
            key=FILE,
            max_upload_size=1,
            on_change=_take_file,
        )
    problem: Message | None = st.session_state.get(f"{OWN}-problem")
    if problem is not None:
        st.error(md(problem), icon=":material/error:")
    link.restore(OWN, _known)
    upload: str | None = st.session_state.get(OWN)
    link.keep(OWN, upload)
    if upload is None:
        st.info(_("Paste a text, or give a .txt file: a few pages are enough, and more are better."))
        return None
    try:
        written.read(upload)
    except ExplorerError as error:
        st.error(md(error.problem), icon=":material/error:")
        return None
    return upload


def _take_typed() -> None:
    _keep(lambda: str(st.session_state[TYPED] or ""))


def _take_file() -> None:
    file = st.session_state[FILE]
    if file is not None:
        _keep(lambda: written.decoded(file.getvalue()))


def _keep(text: Any) -> None:
    """Keep what the reader gave, or what is wrong with it; the text before stays."""
    try:
        st.session_state[OWN] = written.keep(text())
        st.session_state[f"{OWN}-problem"] = None
    except ExplorerError as error:
        st.session_state[f"{OWN}-problem"] = error.problem


def _known(text: str) -> str:
    """An id in a link, if its text is kept here."""
    try:
        written.read(text)
    except ExplorerError as error:
        raise ValueError(text) from error
    return text
