"""Addresses as QR codes, for a class that looks at a screen."""

from __future__ import annotations

from functools import lru_cache

import segno
import streamlit as st


def show(address: str, caption: str, width: int = 220) -> None:
    """Draw an address as a QR code, dark on light in every theme; `caption` says what it is."""
    st.image(_picture(address), caption=caption, width=width, alt=caption)


@lru_cache(maxsize=64)
def _picture(address: str) -> str:
    # Streamlit puts an SVG into the page itself; a file of its own would be gone when the address changes quickly.
    return segno.make(address, error="l", micro=False).svg_inline(scale=8, border=3, light="white", omitsize=True)
