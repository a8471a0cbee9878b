"""The text that the page *Inside an RNN* reads: one of the reader's own, or one from the data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.datasets import TEST
from explorer.datasets.tokens import Sequences, TextDataset
from explorer.inspection.passage import of_ids
from explorer.messages import N_, ExplorerError
from explorer.text import MAX_CHARACTERS, Encoded, Lexicon, tokenise
from explorer.widgets import link
from explorer.widgets.language import _, md, t

SOURCE, TEXT, NUMBER = "read_source", "read_text", "read_number"
OWN, DATA = "own", "data"
EXAMPLE = "This movie was not bad at all: the story is great, the acting is good and I loved the end"
LONGEST_IN_LINK = 1500
"""Characters; browsers and servers refuse much longer links."""


@dataclass(frozen=True)
class Text:
    """The words with their ids; one from the data has a number there and a label."""

    encoded: Encoded
    number: int | None = None
    label: int | None = None


def choose(dataset: TextDataset, variant: str, lexicon: Lexicon, classes: list[str]) -> Text | None:
    """Draw the controls of the text; None (with a sentence said) as long as there is none."""
    names = {OWN: _("Own text"), DATA: _("From the data")}
    source = link.segmented(_("Text"), names, SOURCE, label_visibility="collapsed")
    return _own(lexicon) if source == OWN else _from_data(dataset, variant, lexicon, classes)


def write(words: str) -> None:
    """Make these words the own text; for callbacks."""
    st.session_state[SOURCE], st.session_state[TEXT] = OWN, words


def _own(lexicon: Lexicon) -> Text | None:
    link.restore(TEXT, lambda written: written[:MAX_CHARACTERS])
    written = st.text_area(
        _("Your review"),
        EXAMPLE,
        key=TEXT,
        persist_state="session",
        height=120,
        max_chars=MAX_CHARACTERS,
        label_visibility="collapsed",
        help=_("Press Ctrl+Enter, or leave the box: every picture follows."),
    )
    written = written or ""
    link.keep(TEXT, written if len(written) <= LONGEST_IN_LINK else EXAMPLE, EXAMPLE)
    encoded = _encoded(written, lexicon)
    if not tokenise(written).tokens:
        st.info(
            _("Type or paste a review here: there is no word yet that the model could read."), icon=":material/edit:"
        )
        return None
    _say_unknown(encoded, lexicon)
    if len(written) > LONGEST_IN_LINK:
        st.caption(_("This text is too long for the link; everything else is kept in it."))
    return Text(encoded)


def _encoded(written: str, lexicon: Lexicon) -> Encoded:
    return lexicon.encode(tokenise(written).words)


def _say_unknown(encoded: Encoded, lexicon: Lexicon) -> None:
    """A sentence when not one word is known; single unknown words are marked in the pictures."""
    own = encoded.known[lexicon.start is not None :]
    if not own.any():
        st.warning(
            md(
                N_(
                    "None of these {count} words is in the vocabulary of {size}: to this model they are all the same "
                    "token, so it cannot tell them apart."
                ),
                count=len(own),
                size=f"{lexicon.size:,}",
            ),
            icon=":material/question_mark:",
        )


def _from_data(dataset: TextDataset, variant: str, lexicon: Lexicon, classes: list[str]) -> Text | None:
    try:
        texts = dataset.raw(variant, TEST)
    except ExplorerError as error:
        st.warning(md(error.problem), icon=":material/database_off:")
        return None
    told = t(N_("One of the {count} test texts; the model has not been trained on them."), count=f"{len(texts):,}")
    number = link.number(_("Test text"), 0, len(texts) - 1, 0, NUMBER, help=told)
    encoded, label = of_ids(texts[number].astype(np.int64), lexicon), int(texts.labels[number])
    with st.container(horizontal=True, gap="small"):
        st.button(_("Another one"), icon=":material/casino:", on_click=_draw, args=(texts,))
        st.button(_("Edit it"), icon=":material/edit:", on_click=write, args=(_plain(encoded, lexicon),))
    st.caption(md(N_("Its label: {label}. {count} tokens."), label=classes[label], count=len(encoded.words)))
    return Text(encoded, number, label)


def _draw(texts: Sequences) -> None:
    st.session_state[NUMBER] = int(np.random.default_rng().integers(len(texts)))


def _plain(encoded: Encoded, lexicon: Lexicon) -> str:
    """The words without the start token."""
    begins = lexicon.start is not None and len(encoded.ids) > 0 and encoded.ids[0] == lexicon.start
    return " ".join(encoded.words[1:] if begins else encoded.words)
