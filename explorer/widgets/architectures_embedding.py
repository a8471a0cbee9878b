"""Embedding(7, 2) as the table that it is: words become ids, ids become rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.figures.word_points import word_points_figure
from explorer.layers import forward
from explorer.messages import N_
from explorer.specs import Embedding
from explorer.widgets import figure, link, number_table, shell, table
from explorer.widgets.language import _, md

SENTENCES = (("Hope", "to", "see", "you", "soon"), ("Nice", "to", "see", "you", "again"))
"""The notes' two sentences."""
WORDS = tuple(dict.fromkeys(word for sentence in SENTENCES for word in sentence))
NOTES = np.array([[1.2, 3.1], [0.1, 4.2], [1.0, 3.1], [0.3, 2.1], [2.2, 1.4], [0.7, 1.7], [4.1, 2.0]], np.float32)
"""The notes' table."""
TABLE, SENTENCE = "arch_embedding", "arch_sentence"


@dataclass(frozen=True)
class Looked:
    """The table (7, 2) and the sentence that goes through it, from 0."""

    values: np.ndarray
    sentence: int


def controls() -> Looked:
    """The sentence, and the table to edit."""
    names = {str(n): " ".join(words) for n, words in enumerate(SENTENCES)}
    chosen = link.selectbox(_("Sentence"), list(names), SENTENCE, format_func=names.__getitem__)
    st.markdown(_("**The table**: one row for each id. Change a number: everything follows."))
    rows = [f"{number} {word}" for number, word in enumerate(WORDS)]
    values = number_table.edited(TABLE, NOTES, rows, ["0", "1"])
    st.button(
        _("The notes' numbers"),
        icon=":material/undo:",
        key="arch_embedding_back",
        on_click=number_table.forget,
        args=(TABLE,),
    )
    return Looked(values, int(chosen))


def pictures(looked: Looked) -> None:
    """Words, ids and rows; the one-hot product that the table stands for; the words as points."""
    words = SENTENCES[looked.sentence]
    ids = np.array([[WORDS.index(word) for word in words]], np.int32)
    layer = Embedding(len(WORDS), 2)
    output = forward(layer, {"embeddings": looked.values}, ids).output
    st.code("keras.layers.Embedding(input_dim=7, output_dim=2)  # 7 × 2 = 14", language="python")
    head = ("", *words)
    table.show(
        head,
        [
            (_("id"), *map(str, ids[0])),
            *((md(N_("number {number} of the row"), number=n), *(f"{v:.2f}" for v in output[0, :, n])) for n in (0, 1)),
        ],
    )
    st.markdown(
        md(
            N_("One sentence of {steps} ids gives an output of shape {shape}; a batch of both gives {both}."),
            steps=len(words),
            shape=str(output.shape),
            both=str((len(SENTENCES), *output.shape[1:])),
        )
    )
    title = _("The words as points: the two numbers of their rows")
    drawn = word_points_figure(WORDS, looked.values, set(words), title, dark=shell.dark())
    figure.show(drawn, "arch-words", title)
    one_hot = np.eye(len(WORDS), dtype=int)[ids[0, 0]]
    st.markdown(
        md(
            N_("The same as one-hot times table: {one_hot} · table = {row}, without multiplying the zeros."),
            one_hot=str(one_hot.tolist()),
            row=str([round(float(v), 2) for v in one_hot @ looked.values]),
        )
    )
