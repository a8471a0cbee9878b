"""The form for texts of one's own, run by Streamlit without a browser."""

import pytest
from pages.conftest import plain
from streamlit.testing.v1 import AppTest

from explorer.datasets import DATASETS

pytestmark = pytest.mark.pages

ROWS = "".join(f"a **good** <b>film</b> {n},good\na bad film {n},{{x}}\n" for n in range(10))
TABLE = f"text,label\n{ROWS}".encode()


def form():
    import streamlit as st

    from explorer.widgets import own_text

    st.session_state["found"] = own_text.choose("mine")
    st.button("again")


@pytest.fixture
def at(tmp_path, monkeypatch):
    monkeypatch.setenv("EXPLORER_UPLOADS_DIR", str(tmp_path))
    return AppTest.from_function(form, default_timeout=30).run()


def give(at, content, name="mine.csv"):
    return at.file_uploader(key="mine-upload").set_value((name, content, "text/csv")).run()


def test_without_a_file_there_is_no_variant(at):
    assert not at.exception
    assert at.session_state["found"] is None


def test_a_table_is_kept_and_shown_as_it_is(at):
    give(at, TABLE)
    assert not at.exception
    assert plain(at.error) == []
    variant = at.session_state["found"]
    assert [str(name) for name in DATASETS["own-text"].class_names(variant)] == ["good", "{x}"]
    assert (at.selectbox(key="mine-text").value, at.selectbox(key="mine-label").value) == ("text", "label")
    shown = " ".join(element.value for element in at.markdown)
    assert r"\*\*good\*\* \<b\>film\<\/b\>" in shown
    assert "| 10 | 50% |" in shown


def test_the_table_outlives_reruns_and_a_bad_file(at):
    give(at, TABLE)
    variant = at.session_state["found"]
    at.button[0].click().run()
    assert at.session_state["found"] == variant
    give(at, b"\x00\x01", "other.csv")
    assert "not text" in plain(at.error)[0]
    assert at.session_state["found"] == variant


def test_columns_that_cannot_be_learned_from_are_a_sentence(at):
    give(at, TABLE)
    at.selectbox(key="mine-label").set_value("text").run()
    assert "two different columns" in plain(at.error)[0]
    assert at.session_state["found"] is None
    at.selectbox(key="mine-label").set_value("label").run()
    assert plain(at.error) == []
    assert at.session_state["found"] is not None


@pytest.mark.parametrize("content", [b"", b"text,label\n", b"one column\nonly\nhere\n", b"text,label\nx,y\n"])
def test_a_table_that_is_too_little_is_a_sentence(at, content):
    give(at, content)
    assert not at.exception
    assert len(at.error) == 1
    assert at.session_state["found"] is None
