"""The page of a link that holds a task: its question beside it, its other controls hidden but one click away."""

import re

import pytest
from pages.conftest import plain, show, texts

pytestmark = pytest.mark.pages

PAGE = "pages/convolution.py"
TASK = {
    "ask": "How large?",
    "option": ["1 × 1", "2 × 2"],
    "right": "0",
    "why": "(4 − 3) / 2 + 1",
    "controls": "conv_padding",
}


def styles(at):
    return " ".join(node.proto.body for node in at.get("html"))


def answer(at, place):
    (radio,) = [radio for radio in at.radio if radio.key.startswith("lesson_answer_task")]
    radio.set_value(place)
    (button,) = [button for button in at.button if button.key.startswith("FormSubmitter:lesson_answer_task")]
    return button.click().run()


def test_the_question_is_asked_and_answered_beside_the_page():
    at = show(PAGE, conv_stride="2", **TASK)
    assert not at.exception
    assert "How large?" in plain(at.markdown)
    assert TASK["why"] not in " ".join(plain(at.markdown))
    answer(at, 1)
    assert plain(at.warning) == ["You predicted: **2 × 2**"]
    assert "Right is: **1 × 1**" in plain(at.markdown)
    assert TASK["why"] in plain(at.markdown)
    assert at.slider(key="conv_stride").value == 2


def test_all_controls_but_those_named_are_hidden_until_they_are_wanted():
    at = show(PAGE, **TASK)
    (rule,) = re.findall(r"<style>(.*?display: none; })</style>", styles(at))
    assert ":not(.st-key-conv_padding)" in rule
    assert "stWidgetLabel" in rule
    at.button(key="task_controls").click().run()
    assert "stWidgetLabel" not in styles(at)
    assert "How large?" in plain(at.markdown)


def test_controls_can_be_hidden_without_a_question():
    at = show(PAGE, controls="-")
    assert not at.exception
    assert "stWidgetLabel" in styles(at)
    assert "position: fixed" not in styles(at)
    at.button(key="task_controls").click().run()
    assert "stWidgetLabel" not in styles(at)


@pytest.mark.parametrize(
    "controls", ["a}</style><script>alert(1)</script>", "*", "a:not(b)", "/* ", "x" * 200, "',\"", "a{}"]
)
def test_a_link_cannot_write_styles(controls):
    at = show(PAGE, ask="Q", controls=controls)
    assert not at.exception
    assert "script" not in styles(at)
    rule = next(iter(re.findall(r"<style>([^<]*display: none; })</style>", styles(at))))
    assert re.sub(r":not\(\.st-key-[\w-]+( \*)?\)", "", rule).count("{") == 1


def test_the_texts_of_a_link_are_shown_as_they_are():
    hostile = "![x](http://evil.example/x.png) <b>b</b> $x$ :red[y] [l](javascript:1)"
    at = show(PAGE, ask=hostile, option=[hostile[:70], "ok"], right="1", why=hostile)
    answer(at, 0)
    assert not at.exception
    shown = [text for text in texts(at) if "evil" in text]
    assert len(shown) >= 3
    assert all("\\!\\[x\\]\\(http\\:\u2060\\/\\/" in text for text in shown)


def test_the_dialog_writes_the_link():
    at = show(PAGE, conv_stride="2", lesson="1")
    at.button(key="share_open").click().run()
    assert not at.exception
    assert next(code.value for code in at.code if "conv_stride" in code.value).endswith("/convolution?conv_stride=2")
