"""A teacher's task in a link: as it was written, and harmless whatever a link holds."""

from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.lessons.task import LONGEST_OPTION, LONGEST_TEXT, MOST_CONTROLS, MOST_OPTIONS, Task, from_query, of_lines

TASK = Task("How large?", ("1 × 1", "2 × 2"), 1, "4 / 2 = 2", ("conv_padding", "conv_stride"))


def linked(query):
    found = parse_qs(query, keep_blank_values=True)
    return from_query(lambda name: found.get(name, []))


@pytest.mark.parametrize(
    "task",
    [TASK, Task("Why?"), Task(controls=()), Task(controls=("a",)), Task("Q", why="W"), Task("Q", ("a", "b", "c"), 2)],
)
def test_a_link_brings_the_task_back(task):
    assert linked(urlencode(task.to_query())) == task


def test_a_link_without_a_task_has_none():
    assert linked("conv_stride=2&option=a&right=0") is None


def test_a_task_is_written_in_lines():
    assert of_lines("How  large?", "1 × 1\n\n* 2 × 2\n", "4 / 2 = 2", ("conv_padding", "conv_stride")) == TASK


@pytest.mark.parametrize("lines", ["", "* only", "a\nb", "* a\n* b", "*\na"])
def test_without_two_answers_and_one_right_there_is_nothing_to_choose(lines):
    assert not of_lines("Q", lines, "", None).asks


@pytest.mark.parametrize("right", ["", "2", "-1", "x", "1.0", "²"])
def test_options_without_a_right_one_are_left_out(right):
    found = linked(urlencode([("ask", "Q"), ("option", "a"), ("option", "b"), ("right", right)]))
    assert found == Task("Q")


texts = st.text(max_size=500)


@given(texts, st.lists(texts, max_size=9), texts, texts, texts)
def test_whatever_a_link_holds_is_cut_to_size(ask, options, right, why, controls):
    pairs = [("ask", ask), *(("option", option) for option in options), ("right", right), ("why", why)]
    values = {}
    for name, value in [*pairs, ("controls", controls)]:
        values.setdefault(name, []).append(value)
    found = from_query(lambda name: values.get(name, []))
    if found is None:
        return
    assert max(len(found.question), len(found.why)) <= LONGEST_TEXT
    assert len(found.options) <= MOST_OPTIONS
    assert all(len(option) <= LONGEST_OPTION for option in found.options)
    assert len(found.controls or ()) <= MOST_CONTROLS
    assert all(name.replace("-", "").replace("_", "").isalnum() for name in found.controls or () if name.strip("-_"))
    step = found.step("Task", str.upper)
    assert step.question is None or step.question.answer.judge(step.question.answer.right)
