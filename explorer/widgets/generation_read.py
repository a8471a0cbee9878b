"""The view *Read*: under each token of a typed text, what the model expects next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.figures.next_token import ReadingLabels, reading_figure
from explorer.inspection import sampling
from explorer.inspection.sampling import Reading
from explorer.messages import N_, ExplorerError
from explorer.widgets import figure, generation_choice, inside_choice, link, shell
from explorer.widgets.generation_choice import EXAMPLE_TOKENS, Writer
from explorer.widgets.generation_text import visible
from explorer.widgets.language import _, md, t

TYPED = "gen_read"
RANKS = 5


@dataclass(frozen=True)
class Setup:
    """A model and the text that it is to read."""

    writer: Writer
    text: str


def controls() -> Setup | None:
    """The model and the text; None when there is no model."""
    writer = generation_choice.writer()
    if writer is None:
        return None
    default = generation_choice.example(writer.passage)
    link.restore(TYPED, str)
    typed = st.text_input(
        _("Text to read"),
        key=TYPED,
        persist_state="session",
        max_chars=generation_choice.LONGEST_PROMPT,
        placeholder=default,
        help=_("Type anything. Without a text it is the line that stands here in grey, which the model has not seen."),
    )
    link.keep(TYPED, typed or None)
    text = typed or default
    generation_choice.tell_unknown(text, writer.vocabulary)
    return Setup(writer, text)


def pictures(setup: Setup) -> None:
    """The heat map, what it says in bits, and its numbers."""
    vocabulary, most = setup.writer.vocabulary, EXAMPLE_TOKENS[setup.writer.passage.level]
    ids = generation_choice.ids(setup.text, vocabulary)
    try:
        reading = sampling.read(inside_choice.network(setup.writer.run, setup.writer.epoch), ids[:most])
    except ExplorerError as error:
        st.error(md(error.problem), icon=":material/error:")
        return
    if len(ids) > most:
        st.caption(md(N_("Only the first {count} tokens are drawn."), count=most))
    best = reading.best(RANKS)
    typed = [visible(token) for token in vocabulary.decode(reading.tokens)]
    ranked = [[visible(token) for token in vocabulary.decode(rank)] for rank in best.T]
    _heat_map(reading, best, typed, ranked)
    _surprise(reading, len(vocabulary))
    _numbers(reading, best, typed, ranked)


def _heat_map(reading: Reading, best: np.ndarray, typed: list[str], ranked: list[list[str]]) -> None:
    labels = ReadingLabels(
        _("Under each token the most probable next ones; the text itself above, by how much it was expected"),
        _("text"),
        [t(N_("guess {rank}"), rank=rank + 1) for rank in range(len(ranked))],
        _("probability"),
        _("after"),
    )
    shares = np.take_along_axis(reading.probabilities, best, axis=1).T
    came = np.concatenate([[np.nan], reading.came])
    drawn = reading_figure(typed, came, ranked, shares, labels, dark=shell.dark())
    said = "; ".join(f"{labels.after} {now}: {guess}" for now, guess in zip(typed, ranked[0], strict=True))
    figure.show(drawn, "gen-reading", f"{labels.title}. {said}")


def _surprise(reading: Reading, size: int) -> None:
    """How well the text was expected, in bits."""
    if len(reading.tokens) < 2:
        st.caption(_("Type at least two tokens to see how well the second was expected."))
        return
    hits = int((reading.best(1)[:-1, 0] == reading.tokens[1:]).sum())
    st.markdown(
        md(
            N_(
                "The mean of −log₂ p of the tokens that came is **{bits} bits**; guessing among all {size} would need "
                "{uniform}. The first guess was right {hits} of {total} times."
            ),
            bits=f"{reading.bits:.2f}",
            size=size,
            uniform=f"{np.log2(size):.2f}",
            hits=hits,
            total=len(reading.tokens) - 1,
        )
    )


def _numbers(reading: Reading, best: np.ndarray, typed: list[str], ranked: list[list[str]]) -> None:
    """The numbers behind the heat map, one click away."""
    with st.expander(_("Show numbers"), icon=":material/table:", key="gen-numbers", on_change="rerun") as shown:
        if not shown.open:
            return
        shares = np.take_along_axis(reading.probabilities, best, axis=1).T
        columns: dict[str, list[object]] = {_("text"): [*typed]}
        columns[_("probability")] = [None, *(round(float(share), 4) for share in reading.came)]
        for rank, (names, values) in enumerate(zip(ranked, shares, strict=True)):
            told = t(N_("guess {rank}"), rank=rank + 1)
            columns[told] = [f"{name}  {value:.4f}" for name, value in zip(names, values, strict=True)]
        st.dataframe(columns, hide_index=True, height=300)
