"""Whoever cannot see a picture gets its words, and its numbers: on every page, in both languages."""

import re

import pytest
from pages.conftest import sent, show
from plotly_json import checked

from explorer.figures.numbers import rows
from explorer.widgets.shell import PAGES

pytestmark = pytest.mark.pages

SHORTEST = {"en": 15, "ko": 8}
"""Letters of a picture's words; Korean says in 8 what English says in 15."""
COMPONENTS = ("explorer_figure", "explorer_microscope")


@pytest.mark.parametrize("language", SHORTEST)
@pytest.mark.parametrize("page", PAGES)
def test_every_figure_has_words_and_numbers(page, language):
    at = show(page, lang=language)
    words = {key: drawn["head"]["alt"] for key, drawn in sent(at, "explorer_figure")}
    short = {key: alt for key, alt in words.items() if len(alt) < SHORTEST[language]}
    assert short == {}
    if language == "ko":
        assert {key: alt for key, alt in words.items() if not re.search("[가-힣]", alt)} == {}
    pictures = {key for component in COMPONENTS for key, _drawn in sent(at, component)}
    offered = at.session_state["figures_shown"]
    assert pictures == set(offered)
    figures = [offered[key]() for key in pictures]
    for drawn in figures:
        checked(drawn)
    empty = [drawn for drawn in figures if not any(True for _row in rows({"": drawn}))]
    assert all(drawn.layout.annotations for drawn in empty), "an empty picture says what to do"
    assert any(element.proto.label for element in at.get("download_button") if "pictures-csv" in element.proto.id) == (
        bool(pictures)
    )
