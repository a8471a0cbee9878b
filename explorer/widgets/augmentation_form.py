"""The settings of an augmentation, alike on its page and in the lab, each kept in the link."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import streamlit as st

from explorer.augmentation import NOTES, Augmentation
from explorer.controls import controls
from explorer.widgets import link, settings, shell
from explorer.widgets.language import _

SWITCH = "augment"
LAB = "augment_"
PAGE = "aug_"
DECLARED = dict(controls(Augmentation))
ON_PAGE = tuple(name for name in DECLARED if name != "share")
"""The page shows changed images only."""


def setting(name: str, default: Augmentation, prefix: str, **appearance: Any) -> Any:
    """Draw one setting; its key and its place in the link begin with `prefix`."""
    key, control, value = prefix + name, DECLARED[name], getattr(default, name)
    link.restore(key, lambda text: settings.parse(control, text))
    chosen = settings.slide(control, value, key=key, persist_state="session", **appearance)
    link.keep(key, chosen, value)
    return chosen


def switch(default: Augmentation | None) -> Augmentation | None:
    """The lab's switch, and with it on the settings one click away."""
    link.restore(SWITCH, link.one_of((True, False)))
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
        for name in DECLARED:
            link.keep(LAB + name, None)
        return None
    with st.popover(_("Augmentation settings"), icon=":material/auto_fix_high:", width="stretch"):
        chosen = Augmentation(**{name: setting(name, default or NOTES, LAB) for name in DECLARED})
        _page_link(chosen)
    return chosen


def _page_link(chosen: Augmentation) -> None:
    """The way to the page that shows what these settings do, with their values."""
    values = {PAGE + name: str(getattr(chosen, name)) for name in ON_PAGE}
    st.page_link(
        shell.AUGMENTATION, label=_("See what this does to an image"), icon=":material/image:", query_params=values
    )


def lab_link(chosen: Augmentation) -> None:
    """The way to the lab with these settings; how many images are changed stays as it is there."""
    values = {SWITCH: "True"} | {LAB + name: str(getattr(chosen, name)) for name in ON_PAGE}
    st.page_link(shell.CNN_LAB, label=_("Train with these settings"), icon=":material/experiment:", query_params=values)


def reset(wanted: Augmentation | None) -> None:
    """Put the lab's switch to that of a recipe, and the settings to its own or, without any, to the notes'."""
    st.session_state[SWITCH] = wanted is not None
    fill(wanted or NOTES, LAB, DECLARED)


def fill(wanted: Augmentation, prefix: str, names: Iterable[str]) -> None:
    """Put the named settings to these values; for callbacks."""
    for name in names:
        st.session_state[prefix + name] = getattr(wanted, name)
