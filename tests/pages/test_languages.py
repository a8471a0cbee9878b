"""Every page in every language: it runs, and speaks that language throughout.

The Korean pages are shown once each: AppTest asks a select box for its options' names
outside the session, where the language is not known, when it runs a page again.
"""

import gettext
import re

import pytest
from pages.conftest import plain, show, texts

from explorer.widgets import language
from explorer.widgets.shell import PAGES
from scripts.update_locale import catalogue

pytestmark = pytest.mark.pages

QUESTIONS = {
    "pages/overfitting.py": "Does it understand, or know by heart?",
    "pages/text.py": "How does a sentence become numbers?",
    "pages/cells.py": "What does an LSTM keep, and what does it forget?",
    "pages/home.py": "See how neural networks see",
    "pages/convolution.py": "What does one kernel compute?",
    "pages/pooling.py": "What do pooling and dropout leave out?",
    "pages/filters.py": "What can one small kernel do to a photo?",
    "pages/augmentation.py": "How does one image become a hundred?",
    "pages/cnn_lab.py": "How does a CNN learn?",
    "pages/inside_cnn.py": "What does a trained CNN see?",
    "pages/rnn_lab.py": "How does a network learn to read?",
    "pages/inside_rnn.py": "What does the network remember, word by word?",
    "pages/runs.py": "What have I tried, and what came of it?",
    "pages/course.py": "Where do I begin, and how far am I?",
    "pages/board.py": "How is the whole class doing?",
    "pages/compare.py": "What difference did it make?",
    "pages/reproduction.py": "Do we get the numbers of the course notes?",
    "pages/puzzles.py": "What can a network remember?",
    "pages/series.py": "Can it tell tomorrow from yesterday?",
    "pages/generation.py": "How does a network write?",
    "pages/gradients.py": "Why do deep networks stop learning?",
    "pages/optimisers.py": "How does an optimiser find its way down?",
    "pages/architectures.py": "How are layers put together?",
    "pages/broken.py": "What is wrong with this training?",
    "pages/normalisation.py": "What is averaged, the column or the row?",
    "pages/server.py": "Can the server keep up?",
}
WARNS = {"pages/gradients.py"}
"""Pages whose first view warns of what it shows: a gradient that vanishes."""
KOREAN = {entry.id: entry.string for entry in catalogue() if entry.id and entry.string not in ("", entry.id)}


def english_patterns():
    """Catalogue texts that are told from anything else: whole, with their places open."""
    for text in KOREAN:
        fixed = re.sub(r"\{\w+\}", "", text)
        if len(re.findall("[A-Za-z]{3,}", fixed)) >= 1:
            yield re.compile(re.sub(r"\\\{\w+\\\}", ".+", re.escape(text)))


ENGLISH = list(english_patterns())
# A type of message, an id or a style of Streamlit's own may be a word of the catalogue.
NOT_SHOWN = {
    "training",
    "weight",
    "epoch",
    "value",
    "model",
    "layer",
    "own",
    "shared",
    "examples",
    "epochs",
    "seed",
    "Dropout",
    "right",
    "text",
    "all",
    "word",
    "end",
    "cosine",
    "none",
    "Activation",
    "Zeros",
}
# What a network wrote by an epoch is in the language that it learned.
WRITTEN = re.compile("손실 .*에포크 [0-9]+")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_runs_in_english(page):
    at = show(page, lang="en")
    assert not at.exception
    assert [title.value for title in at.title] == [QUESTIONS[page]]
    assert plain(at.error) == []
    assert plain(at.warning) == [] or page in WARNS


@pytest.mark.parametrize("page", PAGES)
def test_a_page_speaks_korean_throughout(page):
    at = show(page, lang="ko")
    assert not at.exception
    translated = gettext.translation("explorer", language._LOCALE, ["ko"]).gettext(QUESTIONS[page])
    assert [title.value for title in at.title] == [translated]
    assert re.search("[가-힣]", translated)
    shown = {part for text in texts(at) for part in (text, *text.split(" · "), *text.split("<br>"))}
    told = [text for text in shown - NOT_SHOWN if not WRITTEN.fullmatch(text)]
    left = [text for text in told for pattern in ENGLISH if pattern.fullmatch(text)]
    assert left == []


@pytest.mark.parametrize("page", PAGES)
def test_every_page_draws_figures_with_a_text_for_those_who_cannot_see_them(page):
    at = show(page)
    drawn = at.get("bidi_component")
    assert drawn
    assert all(b'"alt": ""' not in node.proto.bytes for node in drawn)


@pytest.mark.parametrize("page", PAGES)
def test_an_unknown_language_is_no_exception(page):
    at = show(page, lang="klingon")
    assert not at.exception
    assert [title.value for title in at.title] == [QUESTIONS[page]]
    assert any("klingon" in text for text in plain(at.warning))
