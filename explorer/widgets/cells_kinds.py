"""Kinds of sequence problems: what goes in, what comes out, and at which time steps."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from explorer.figures.sequence_kinds import sequence_figure
from explorer.messages import N_
from explorer.widgets import figure, link, shell
from explorer.widgets.language import _, t

BETWEEN = " | "


@dataclass(frozen=True)
class Kind:
    """A kind: name, example and one sentence; what is read from the first time step on, what is written from `begins`.

    Words stand between bars, one for each time step.
    """

    title: str
    example: str
    idea: str
    reads: str
    writes: str
    begins: int
    keras: str
    recurrent: bool = True


KINDS: dict[str, Kind] = {
    "many-to-one": Kind(
        N_("Many to one"),
        N_("a review → its class"),
        N_("Only the state after the last word goes on to the classifier."),
        N_("not | a | good | film"),
        N_("a bad review"),
        4,
        "LSTM(8) → Dense(1)",
    ),
    "one-to-many": Kind(
        N_("One to many"),
        N_("an image → its caption"),
        N_("The input is no sequence. It goes in at the first step, or repeated at every step."),
        N_("an image"),
        N_("a | dog | on | grass"),
        1,
        "RepeatVector(4) → LSTM(8, return_sequences=True) → Dense(…)",
    ),
    "many-to-many": Kind(
        N_("Many to many, step by step"),
        N_("words → their part of speech"),
        N_("Every state goes on: as many outputs as inputs."),
        N_("dogs | like | long | walks"),
        N_("noun | verb | adjective | noun"),
        1,
        "LSTM(8, return_sequences=True) → Dense(…)",
    ),
    "translate": Kind(
        N_("Many to many, first read, then write"),
        N_("a sentence → its translation"),
        N_("An encoder reads all of it; its last state is where a decoder begins. Lengths may differ."),
        N_("I | am | here"),
        "je | suis | ici",
        4,
        "LSTM(8) → RepeatVector(3) → LSTM(8, return_sequences=True)",
    ),
    "feed-forward": Kind(
        N_("Feed-forward, for comparison"),
        N_("an image → its class"),
        N_("Signals only go forward: no step knows of another one, and the order of the examples does not matter."),
        N_("an image | an image | an image"),
        N_("shirt | boot | bag"),
        1,
        "Dense(8) → Dense(10)",
        recurrent=False,
    ),
}


def controls() -> Kind:
    """Draw the choice of a kind."""
    link.restore("cells_sequence", link.one_of(KINDS))
    chosen = st.radio(
        _("Kind"),
        list(KINDS),
        format_func=lambda name: _(KINDS[name].title),
        captions=[_(kind.example) for kind in KINDS.values()],
        key="cells_sequence",
        persist_state="session",
    )
    link.keep("cells_sequence", chosen, next(iter(KINDS)))
    return KINDS[chosen or next(iter(KINDS))]


def pictures(kind: Kind) -> None:
    """The diagram, and what it says."""
    title = t(N_("{kind}: {example}"), kind=_(kind.title), example=_(kind.example))
    reads, writes = _(kind.reads).split(BETWEEN), [""] * (kind.begins - 1) + _(kind.writes).split(BETWEEN)
    steps = max(len(reads), len(writes))
    drawn = sequence_figure(
        reads + [""] * (steps - len(reads)),
        writes + [""] * (steps - len(writes)),
        title,
        step=_("time step"),
        cell="LSTM" if kind.recurrent else "Dense",
        state="h",
        recurrent=kind.recurrent,
        dark=shell.dark(),
    )
    figure.show(drawn, "kinds", title)
    st.markdown(_(kind.idea))
    st.markdown(f"Keras: `{kind.keras}`")
    st.markdown(
        _(
            "Sequential data — text, speech, prices, weather — has an order that matters: “not good, but I recommend "
            "it” cut in two says the opposite. A feed-forward network sees each example by itself. A recurrent one "
            "hands its **hidden state** from step to step and so remembers what came before."
        )
    )
