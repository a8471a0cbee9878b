"""Lessons beside their pages: every step sets what it says, and the page then shows what was to be predicted."""

import json

import pytest
from pages.conftest import plain, sent, show, texts

from explorer.lessons import COURSE, LANGUAGES, lesson
from explorer.widgets.lessons import state

pytestmark = pytest.mark.pages

STEPS = [
    (language, page, number)
    for chapter in COURSE
    for page in chapter.pages
    for language in LANGUAGES
    if (found := lesson(page, language)) is not None
    for number in range(1, len(found.steps) + 1)
]
PAGE = "pages/convolution.py"
NOT_TO_BE_HAD = ("not to be had here", "여기서 쓸 수 없습니다")
"""What a page says of a link that asks for what it does not have."""


def opened(page, number, language="en", answers=None):
    from streamlit.testing.v1 import AppTest

    from scripts.app_server import ROOT

    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    at.query_params["lang"] = language
    at.query_params[state.STEP] = str(number)
    at.session_state["lesson_answers"] = answers or {}
    return at.switch_page(f"pages/{page}.py").run()


@pytest.mark.parametrize(("language", "page", "number"), STEPS)
def test_every_step_works(language, page, number):
    step = lesson(page, language).steps[number - 1]
    right = {page: {number: step.question.answer.right}} if step.question else {}
    at = opened(page, number, language, right)
    assert not at.exception
    assert plain(at.error) == []
    said = [text for text in plain(at.warning) if any(part in text for part in NOT_TO_BE_HAD)]
    assert said == [], "a setting that the page does not know"
    everything = "\n".join(texts(at)).replace("\\", "")
    assert step.title in everything
    if step.question:
        assert step.question.explanation.replace("\\", "") in everything
        told = step.question.answer.told(step.question.answer.right)
        panel = f"{step.text}{step.question.text}{told}{step.question.explanation}".replace("\\", "")
        for shown in step.question.shows:
            assert everything.count(shown) > panel.count(shown), f"the page does not show {shown!r}"


@pytest.mark.parametrize(("page", "number"), [(page, number) for language, page, number in STEPS if language == "en"])
def test_nothing_is_shown_before_the_prediction(page, number):
    question = lesson(page, "en").steps[number - 1].question
    if question is None or not question.shows:
        return
    step = lesson(page, "en").steps[number - 1]
    before = "\n".join(texts(opened(page, number))).replace("\\", "")
    options = [option.text for option in getattr(question.answer, "options", ())]
    panel = "\n".join([step.text, question.text, *options])
    assert any(before.count(shown) <= panel.count(shown) for shown in question.shows), "the page tells it already"


def conv(at):
    return {key: at.slider(key=key).value for key in ("conv_size", "conv_stride", "conv_filters")}


def test_a_step_sets_the_page_s_controls_and_the_answer_changes_them():
    at = opened("convolution", 1)
    assert conv(at) == {"conv_size": 3, "conv_stride": 1, "conv_filters": 1}
    at.radio(key="lesson_answer_convolution_1").set_value(0)
    at.button(key="FormSubmitter:lesson_answer_convolution_1_form-That is my prediction").click().run()
    assert not at.exception
    assert conv(at)["conv_filters"] == 3
    question = lesson("convolution", "en").steps[0].question
    assert question.answer.options[0].reason in " ".join(plain(at.warning))
    assert question.explanation in [text.value for text in at.markdown]
    assert "Right is: **(2, 2, 3)**" in [text.value for text in at.markdown]


def test_no_answer_reveals_nothing():
    at = opened("convolution", 1)
    at.button(key="FormSubmitter:lesson_answer_convolution_1_form-That is my prediction").click().run()
    assert conv(at)["conv_filters"] == 1
    assert "Choose an answer first" in plain(at.toast)[0]
    assert lesson("convolution", "en").steps[0].question.explanation not in [text.value for text in at.markdown]


def test_the_next_step_sets_its_own_and_back_again():
    at = opened("convolution", 2)
    at.slider(key="conv_filters").set_value(4).run()
    at.button(key="lesson_next").click().run()
    at.button(key="lesson_back").click().run()
    assert conv(at)["conv_filters"] == 1


def test_a_link_to_a_step_may_ask_for_other_settings():
    at = show(PAGE, lesson="1", conv_size="5")
    assert conv(at)["conv_size"] == 5


def test_a_reader_may_play_beside_the_lesson():
    at = opened("convolution", 1)
    at.slider(key="conv_size").set_value(2).run()
    at.slider(key="conv_filters").set_value(2).run()
    assert conv(at) == {"conv_size": 2, "conv_stride": 1, "conv_filters": 2}


def test_the_lesson_is_folded_until_it_is_asked_for():
    at = show(PAGE)
    assert "lesson_next" not in [button.key for button in at.button]
    at.button(key="lesson_open").click().run()
    assert "lesson_next" in [button.key for button in at.button]
    at.button(key="lesson_close").click().run()
    assert "lesson_next" not in [button.key for button in at.button]


@pytest.mark.parametrize("number", ["0", "99", "x", "-1", "²"])
def test_a_step_that_is_not_there_leaves_the_lesson_folded(number):
    at = show(PAGE, lesson=number)
    assert not at.exception
    assert "lesson_next" not in [button.key for button in at.button]


@pytest.mark.parametrize(
    "kept",
    ["", "no json", "[]", '{"convolution": 3}', '{"convolution": {"1": 5}}', '{"other": {"1": "1"}}', "1" * 5000],
)
def test_what_a_browser_kept_and_is_no_answer_is_left_out(kept):
    at = opened("convolution", 1)
    with_kept(at, kept)
    assert state_of(at) == {}


def test_answers_come_back_from_the_browser():
    at = opened("convolution", 1)
    with_kept(at, '{"convolution": {"1": "1"}}')
    assert state_of(at) == {"convolution": {1: "1"}}


def with_kept(at, text):
    """What `remember` makes of a browser's text, in the session of the page."""
    import streamlit as st

    before, st.session_state = st.session_state, {"lesson_answers": at.session_state["lesson_answers"]}
    try:
        state.remember(text)
        at.session_state["lesson_answers"] = st.session_state["lesson_answers"]
    finally:
        st.session_state = before


def state_of(at):
    return at.session_state["lesson_answers"]


def test_the_course_counts_what_is_answered():
    answers = {"convolution": {1: "1", 2: "7"}}
    at = show("pages/course.py")
    at.session_state["lesson_answers"] = answers
    at.run()
    assert not at.exception
    questions = lesson("convolution", "en").questions
    assert f"2 of {len(questions)} answered, 1 right" in plain(at.caption)
    (payload,) = [
        json.loads(message) if isinstance(message, str) else message for _key, message in sent(at, "explorer_progress")
    ]
    assert payload["answers"] == {"convolution": {"1": "1", "2": "7"}}
    at.button(key="lesson_forget").click().run()
    assert state_of(at) == {}
