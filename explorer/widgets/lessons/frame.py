"""The place beside a page where lessons and tasks are read: at the right of a wide window, below in a narrow one."""

from __future__ import annotations

from typing import Any

import streamlit as st

# The page makes room for it.
_STYLE = """<style>
.st-key-lesson_panel { position: fixed; z-index: 50; overflow-y: auto; flex-wrap: nowrap; padding: 0.75rem 1rem 1rem;
  background: GROUND; border: solid #8888; border-width: 0 0 0 1px; right: 0; top: 3.75rem; bottom: 0; width: 21rem; }
.stMainBlockContainer { padding-left: 2rem; padding-right: 23rem; }
@media (max-width: 1100px) {
  .st-key-lesson_panel { left: 0; top: auto; width: auto; max-height: 45vh; border-width: 1px 0 0 0; }
  .stMainBlockContainer { padding-left: 1rem; padding-right: 1rem; padding-bottom: 48vh; }
}
</style>"""
_GROUND = {"light": "#f6f7f9", "dark": "#262730"}


def beside() -> Any:
    """The container beside the page."""
    st.html(_STYLE.replace("GROUND", _GROUND.get(str(st.context.theme.type), _GROUND["light"])))
    return st.container(key="lesson_panel", gap="small")
