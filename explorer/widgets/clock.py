"""Times by the reader's own clock."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

import streamlit as st


def zone() -> tzinfo:
    """The reader's time zone as the browser has it, else UTC."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ValueError, OSError, KeyError):
        return UTC


def local(seconds: float) -> datetime:
    """A moment (seconds since 1970) on the reader's clock, without a zone."""
    return datetime.fromtimestamp(seconds, zone()).replace(tzinfo=None)


def hour(seconds: float) -> str:
    """A moment as hours and minutes of the reader's clock."""
    return f"{local(seconds):%H:%M}"
