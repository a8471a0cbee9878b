"""The settings of an augmentation, the same on its page and in the lab, each kept in the link."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

import streamlit as st

from explorer.augmentation import NOTES, Augmentation
from explorer.controls import Control, controls
from explorer.widgets import link, settings
from explorer.widgets.language import _

PREFIX = "aug_"
SWITCH = "augment"
DECLARED = dict(controls(Augmentation))


def form(default: Augmentation, names: Iterable[str] = tuple(DECLARED)) -> Augmentation:
    """Draw the named settings; the others stay as in `default`."""
    chosen = {name: _draw(name, DECLARED[name], getattr(default, name)) for name in names}
    return dataclasses.replace(default, **chosen)


def switch(default: Augmentation | None) -> Augmentation | None:
    """A switch, and with it on the settings one click away."""
    link.restore(SWITCH, lambda text: link.one_of((True, False))(text))
    wanted = st.toggle(
        _("Augmentation"),
        default is not None,
        key=SWITCH,
        persist_state="session",
        help=_(
            "Training images are turned, moved, zoomed and mirrored anew each time they are seen; test images never."
        ),
    )
    link.keep(SWITCH, wanted, default is not None)
    if not wanted:
        return None
    with st.popover(_("Augmentation settings"), icon=":material/auto_fix_high:", width="stretch"):
        return form(default or NOTES)


def reset(wanted: Augmentation | None) -> None:
    """Put switch and settings to those of a recipe."""
    st.session_state[SWITCH] = wanted is not None
    if wanted is not None:
        fill(wanted)


def fill(wanted: Augmentation) -> None:
    """Put the settings to these values."""
    for name in DECLARED:
        st.session_state[PREFIX + name] = getattr(wanted, name)


def _draw(name: str, control: Control, default: Any) -> Any:
    key = PREFIX + name
    link.restore(key, lambda text: settings.parse(control, text))
    value = settings.slide(control, default, key=key, persist_state="session")
    link.keep(key, value, default)
    return value
