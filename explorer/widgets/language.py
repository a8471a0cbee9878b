"""The reader's language: the browser's at first, switchable, kept in the link."""

from __future__ import annotations

import gettext
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from explorer.messages import Message

LANGUAGES = {"en": "English", "ko": "한국어"}
KEY = "lang"
_LOCALE = Path(__file__).parents[1] / "locale"
_MARKDOWN = re.compile(r"([!-/:-@\[-`{-~])")
_ADDRESS = re.compile(r"(?<=:)(?=//)|(?<=@)(?=\w)|(?<=www)(?=\.)", re.IGNORECASE)
_JOINER = "\u2060"


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("explorer", _LOCALE, [language], fallback=language == "en")


def current() -> str:
    """The language of this session: its choice, else the link's, else the browser's."""
    wanted = st.session_state.get(KEY) or st.query_params.get(KEY)
    return wanted if wanted in LANGUAGES else browser_language()


def browser_language() -> str:
    """The browser's first language if the app speaks it, else English."""
    code = (st.context.locale or "en").split("-")[0].lower()
    return code if code in LANGUAGES else "en"


def _(text: str) -> str:
    """The catalogue's translation of an English text."""
    return _catalogue(current()).gettext(text) if text else ""


def t(text: Message | str, **values: Any) -> str:
    """A text in the reader's language as plain characters, for figures and option lists."""
    return Message(text, values).translated(_) if isinstance(text, str) else text.translated(_)


def md(text: Message | str, **values: Any) -> str:
    """A text in the reader's language as Markdown: values show as they are, whatever they hold."""
    sentence = Message(text, values) if isinstance(text, str) else text
    return _escaped_values(sentence).translated(_)


def escape(text: str) -> str:
    """Text that Markdown shows literally; what looks like an address becomes no link either."""
    return _MARKDOWN.sub(r"\\\1", _ADDRESS.sub(_JOINER, text))


def _escaped_values(sentence: Message) -> Message:
    values = {
        name: _escaped_values(value) if isinstance(value, Message) else escape(str(value))
        for name, value in sentence.values.items()
    }
    return Message(sentence.text, values)
