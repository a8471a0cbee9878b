"""Choosing the two runs that the page *Compare* holds against each other, and what differs between them."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import streamlit as st

from explorer.messages import N_, ExplorerError
from explorer.training import differences
from explorer.training.differences import Difference, Differences
from explorer.training.store import Run
from explorer.widgets.language import _, md
from explorer.widgets.run_choice import look_inside, run_choice

A, B = "a", "b"
BEGIN = {A: "cnn-plain", B: "cnn-pool-dropout"}

Pair = tuple[Run, Run]


def controls() -> Pair | None:
    """Draw the choice of both; None (with a sentence said) when there is nothing to compare."""
    try:
        first = run_choice("A", A, BEGIN[A])
        second = run_choice("B", B, BEGIN[B], place=1)
    except ExplorerError as error:
        st.error(md(error.problem), icon=":material/error:")
        return None
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(_("Swap"), icon=":material/swap_vert:", key="swap", on_click=_swap)
        look_inside(first.record, _("Inside A"))
        look_inside(second.record, _("Inside B"))
    return first, second


def _swap() -> None:
    st.session_state[A], st.session_state[B] = st.session_state[B], st.session_state[A]


def what_differs(pair: Pair) -> None:
    """The differences in model, training and data, a line each."""
    first, second = (run.record for run in pair)
    if first.id == second.id:
        st.info(_("A and B are the same run. Choose another one to see what differs."), icon=":material/equal:")
        return
    found = differences.between(first.request, second.request)
    foreign = [record.name for record in (first, second) if record.uploaded]
    if foreign:
        found = dataclasses.replace(found, recipe=())
        text = N_("How {name} was trained is not known: it came in a file.")
        st.caption(" ".join(md(text, name=name) for name in dict.fromkeys(foreign)))
    st.markdown(_("**What differs, A → B**"))
    if not found and not foreign:
        st.info(_("Nothing: both have the same model, training and data."), icon=":material/equal:")
        return
    for title, part in _parts(found).items():
        if part:
            st.markdown("\n".join([f"*{title}*", "", *(f"- {md(difference.sentence)}" for difference in part)]))


def _parts(found: Differences) -> dict[str, Sequence[Difference]]:
    return {_("Model"): found.model, _("Training"): found.recipe, _("Data"): found.data}
