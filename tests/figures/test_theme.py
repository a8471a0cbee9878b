"""Colours that can be told from their ground: WCAG 2's contrast, 4.5 for text and 3 for lines."""

import json
import tomllib

import pytest

from explorer.figures import theme
from explorer.figures.chips import WORD, Chip, ChipScale, pack
from scripts.app_server import ROOT

GROUNDS = {
    name: tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))["theme"][name]
    for name in ("light", "dark")
}


def test_contrast_is_that_of_wcag():
    assert theme.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert theme.contrast("#ffffff", "#ffffff") == 1
    assert theme.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert theme.contrast("#0000ff", "#ffffff") == theme.contrast("#ffffff", "#0000ff") == pytest.approx(8.59, abs=0.01)


@pytest.mark.parametrize("name", GROUNDS)
def test_the_texts_of_figures_are_read_on_the_pages_ground(name):
    tones, ground = theme.tones(name == "dark"), GROUNDS[name]["backgroundColor"]
    for text in (tones.text, tones.quiet, GROUNDS[name]["textColor"], GROUNDS[name]["primaryColor"]):
        assert theme.contrast(text, ground) >= 4.5, text
        assert theme.contrast(text, GROUNDS[name]["secondaryBackgroundColor"]) >= 4.4, text


@pytest.mark.parametrize("name", GROUNDS)
def test_lines_are_seen_on_the_pages_ground(name):
    ground = GROUNDS[name]["backgroundColor"]
    for colour in (*theme.tones(name == "dark").palette, *theme.GATES.values(), theme.FAULT, theme.VIOLET):
        assert theme.contrast(colour, ground) >= 3, colour


@pytest.mark.parametrize("dark", [False, True])
def test_numbers_and_words_are_read_on_every_colour_of_a_scale(dark):
    for low in (-1.0, 0.0):
        scale = ChipScale(low, 1.0, "state")
        values = [low + (1 - low) * step / 200 for step in range(201)]
        chips = [Chip("word", WORD, "tip", value) for value in values]
        packed = json.loads(pack(chips, scale, "words", dark=dark))["chips"]
        assert all(theme.contrast(chip["fill"], chip["ink"]) >= 4.5 for chip in packed)
