"""How an own image became the model's input, step by step."""

from __future__ import annotations

import numpy as np
import streamlit as st

from explorer.inspection.preprocessing import Step
from explorer.messages import N_
from explorer.widgets import data
from explorer.widgets.inside_choice import Choice
from explorer.widgets.language import _, md, t

SHOWN = 110
"""Pixels of the screen that each step takes in its longer direction."""


def preparation(choice: Choice) -> None:
    """The steps of an own image as small pictures; nothing for a test image."""
    if not choice.steps:
        return
    if data.without(choice.run.record.request):
        with st.expander(_("How your picture became the input"), icon=":material/tune:"):
            _pictures(choice)
            st.caption(_("How the images looked that this model was trained on is not known here."))
        return
    _pictures(choice)
    if choice.as_photo:
        st.caption(_("The images that the model was trained on were made in this way."))
        return
    st.caption(
        _(
            "Fashion-MNIST was made in this way, so the model expects light clothes on black. "
            "Here 0 is black; in the other pictures of this page it has the colour of the paper."
        )
    )


def _pictures(choice: Choice) -> None:
    """Each step beside the one before it."""
    for number, (column, step) in enumerate(zip(st.columns(len(choice.steps)), choice.steps, strict=True), 1):
        with column:
            _step(number, step)


def _step(number: int, step: Step) -> None:
    height, width = step.picture.shape[:2]
    times = max(1, SHOWN // max(height, width))
    enlarged = step.picture.repeat(times, axis=0).repeat(times, axis=1)
    framed = np.pad(enlarged, [(1, 1), (1, 1), (0, 0)][: enlarged.ndim], constant_values=0.6)
    text, values = N_("{number} · {done}"), {"number": number, "done": step.done}
    st.image(
        np.rint(255 * framed).astype(np.uint8),
        width=max(1, round(SHOWN * min(1, width / height))),
        alt=t(text, **values),
    )
    st.caption(md(text, **values))
