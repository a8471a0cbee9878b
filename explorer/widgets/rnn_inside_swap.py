"""Another word in place of one, or none: what that changes in the prediction and in every gate and state."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.figures.gates import gates_figure
from explorer.inspection import passage as passages
from explorer.inspection import word_vectors
from explorer.inspection.passage import NOWHERE, Passage, at
from explorer.inspection.reading import Reading
from explorer.messages import N_, message
from explorer.text import tokenise
from explorer.widgets import figure, link, rnn_inside, shell
from explorer.widgets.language import _, md, t
from explorer.widgets.rnn_inside_choice import Choice, read

TOKEN, WORD = "read_token", "read_word"
DEFAULT_TOKEN = 5
SUGGESTED = 3
LONGEST = 60


@dataclass(frozen=True)
class Swap:
    """The word at `place` (from 0) becomes `word` (None: it is deleted), and how that text is read."""

    place: int
    word: str | None
    passage: Passage
    reading: Reading


def swap(choice: Choice) -> None:
    """The choice of a word, and the text with and without the change."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        place = _place_choice(choice)
        word = _word_choice()
        _suggestions(choice, place)
    rnn_inside.words(choice, "read-swap-words", marked=place, on_pick=pick)
    found = swapped(choice, place, word)
    if found is None:
        st.info(_("Without this word there is no text left; put another word in its place."), icon=":material/edit:")
        return
    _differences(choice, found)


def swapped(choice: Choice, place: int, word: str | None) -> Swap | None:
    """The text with the change, as the model reads it; None if nothing is left of it."""
    encoded = passages.replaced(choice.passage.text, place, word, choice.lexicon)
    passage = passages.fitted(encoded, choice.settings)
    return Swap(place, word, passage, read(choice.network, passage)) if passage.kept.size else None


def pick(place: int) -> None:
    """Choose the word in that place of the text; for callbacks."""
    st.session_state[TOKEN] = place + 1


def _place_choice(choice: Choice) -> int:
    kept = choice.passage.kept
    low, high = int(kept[0]) + 1, int(kept[-1]) + 1
    usual = min(max(DEFAULT_TOKEN, low), high)
    told = _("The word that is changed; a click on a word below chooses it too.")
    return link.number(_("Token"), low, high, usual, TOKEN, help=told, width=130) - 1


def _word_choice() -> str | None:
    """The first word of what was typed; None if that has none."""
    link.restore(WORD, lambda written: written[:LONGEST])
    written = st.text_input(
        _("In its place (empty: nothing)"),
        key=WORD,
        persist_state="session",
        max_chars=LONGEST,
        width=210,
        help=_("One word. With an empty field the word is deleted."),
    )
    link.keep(WORD, written or "", "")
    words = tokenise(written or "").words
    if len(words) > 1:
        st.caption(md(N_("Only the first word, {word}, is taken."), word=words[0]))
    return words[0] if words else None


def _suggestions(choice: Choice, place: int) -> None:
    """Buttons with the words that the network holds for most and least like this one."""
    rows, id_ = word_vectors.vectors(choice.network), int(choice.passage.text.ids[place])
    if rows is None or not 0 <= id_ < len(rows):
        return
    specials, size = len(choice.lexicon.specials), choice.lexicon.size
    like, unlike = word_vectors.like_and_unlike(rows, id_, specials, size, SUGGESTED)
    with st.popover(_("Suggestions"), icon=":material/lightbulb:"):
        told = N_("To this network, by the angle between the words' vectors, {word} is")
        st.caption(md(told, word=choice.lexicon.word(id_)))
        for title, ids in ((_("most like"), like), (_("most unlike"), unlike)):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(title)
                for other in ids:
                    name = choice.lexicon.word(other)
                    st.button(md("{word}", word=name), key=f"read-suggest-{other}", on_click=_write, args=(name,))


def _write(word: str) -> None:
    st.session_state[WORD] = word


def _differences(choice: Choice, found: Swap) -> None:
    """Both lines in one panel, and after - before of every gate and state below, on one scale."""
    axis, after = choice.axis, _after(choice, found)
    title = _title(choice, found)
    names = (_("before"), _("after"))
    panel = rnn_inside.prediction_panel(
        choice,
        {names[0]: choice.reading.predictions, names[1]: found.reading.predictions},
        {names[0]: axis.steps, names[1]: after},
        dashed=names[0],
    )
    changed = found.reading.quantities[choice.layer]
    bands = [
        rnn_inside.band(name, at(changed[name], after) - at(values, axis.steps), choice.unit, signed=True)
        for name, values in choice.quantities.items()
    ]
    marked = np.flatnonzero(axis.steps == choice.passage.steps[found.place])
    labels = rnn_inside.labels(title, state=_("after − before"))
    drawn = gates_figure(axis.names, [panel], bands, labels, marked=marked.tolist(), dark=shell.dark())
    figure.show(drawn, "read-swap", title)
    st.caption(
        md(
            N_(
                "Below the lines: by how much each gate and state of {layer} differs, all on one scale. Words before "
                "the change differ only when the padding or the cut moves."
            ),
            layer=choice.layer,
        )
    )


def _after(choice: Choice, found: Swap) -> np.ndarray:
    """The time steps of the axis' words in the changed text; padding keeps its step where there still is padding."""
    steps = passages.counterparts(choice.passage, found.passage, found.place)
    if not choice.padding:
        return steps
    after = np.where(found.passage.row == 0, np.arange(len(found.passage.row)), NOWHERE)
    after[choice.passage.steps[choice.passage.kept]] = steps
    return after


def _title(choice: Choice, found: Swap) -> str:
    verdicts = (rnn_inside.verdict(one.output, choice.classes) for one in (choice.reading, found.reading))
    before, after = verdicts
    word = choice.passage.text.words[found.place]
    what = (
        message(N_("“{word}” deleted"), word=word)
        if found.word is None
        else message(N_("“{other}” for “{word}”"), word=word, other=found.word)
    )
    return t(N_("{change}: before {before}, after {after}"), change=what, before=before, after=after)
