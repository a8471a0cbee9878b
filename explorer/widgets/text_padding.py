"""Several sequences brought to one length, every id in its cell: the course notes' example, or one's own numbers."""

from __future__ import annotations

import numpy as np
import streamlit as st

from explorer.figures.id_rows import CUT, OUTSIDE, PADDING, WORD, RowLabels, id_rows_figure
from explorer.messages import N_
from explorer.text import pad, pad_sequences
from explorer.widgets import figure, link, shell
from explorer.widgets.language import _, md, t
from explorer.widgets.text_choice import Choice

BATCH, LENGTH = "text_batch", "text_batch_length"
NOTES = "1 2 3\n3 4 5 6\n7 8"
MOST_ROWS, MOST_IDS, LARGEST = 8, 30, 99_999


def batch(choice: Choice) -> None:
    """The sequences before and after, with Keras's call; padding and cutting are those of the controls."""
    left, right = st.columns([1, 1])
    with left:
        link.restore(BATCH, str)
        help_text = _("Ids of the words, one sequence a line. At most 8 lines of 30 ids.")
        written = st.text_area(
            _("Sequences of ids"), NOTES, key=BATCH, persist_state="session", height=104, max_chars=1500, help=help_text
        )
        link.keep(BATCH, written or "", NOTES)
    with right:
        maxlen = link.slider(_("maxlen of these sequences"), 1, 12, 3, LENGTH)
    rows, ignored = _parsed(written or "")
    if ignored:
        st.warning(
            md(
                N_("Only whole numbers from 0 to {largest} are ids; {count} parts of the text are none or too many."),
                largest=f"{LARGEST:,}",
                count=ignored,
            )
        )
    if not rows:
        st.info(_("Write at least one id: whole numbers with spaces between them."), icon=":material/edit:")
        return
    settings = choice.settings
    padded = pad_sequences(rows, maxlen, settings.padding, settings.truncating)
    _before(rows, choice, maxlen)
    _after(padded, rows, choice, maxlen)
    call = f"pad_sequences({rows}, maxlen={maxlen}, padding={settings.padding!r}, truncating={settings.truncating!r})"
    st.code(f"{call}\n{padded!r}", language="python", wrap_lines=True)


def _parsed(written: str) -> tuple[list[list[int]], int]:
    """The sequences that a text holds, and how many of its parts are left out."""
    rows, ignored = [], 0
    for line in written.splitlines():
        parts = line.replace(",", " ").replace("[", " ").replace("]", " ").split()
        ids = [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) <= len(str(LARGEST))]
        ignored += len(parts) - len(ids[:MOST_IDS])
        if ids:
            rows.append(ids[:MOST_IDS])
    return rows[:MOST_ROWS], ignored + sum(map(len, rows[MOST_ROWS:]))


def _before(rows: list[list[int]], choice: Choice, maxlen: int) -> None:
    ids = pad_sequences(rows, padding="post")
    kinds = np.full(ids.shape, OUTSIDE)
    for number, row in enumerate(rows):
        found = pad(np.array(row), maxlen, choice.settings.padding, choice.settings.truncating)
        kinds[number, : len(row)] = CUT
        kinds[number, found.first : found.last] = WORD
    _draw(ids, kinds, t(N_("Before: {rows} sequences of different lengths"), rows=len(rows)), "text-before")


def _after(padded: np.ndarray, rows: list[list[int]], choice: Choice, maxlen: int) -> None:
    kinds = np.full(padded.shape, WORD)
    for number, row in enumerate(rows):
        found = pad(np.array(row), maxlen, choice.settings.padding, choice.settings.truncating)
        kinds[number, : found.before] = PADDING
        kinds[number, maxlen - found.after :] = PADDING
    title = t(N_("After: one array of shape ({rows}, {maxlen})"), rows=len(rows), maxlen=maxlen)
    _draw(padded, kinds, title, "text-after")


def _draw(ids: np.ndarray, kinds: np.ndarray, title: str, key: str) -> None:
    labels = RowLabels(title, _("sequence"), _("time step"), _("id"), (_("a word"), _("padding"), _("cut off")))
    drawn = id_rows_figure(ids, kinds, labels, dark=shell.dark(), height=90 + 34 * len(ids))
    figure.show(drawn, key, f"{title}: {'; '.join(' '.join(map(str, row)) for row in ids)}")
