"""The lessons that come with the app: the same in every language, and in the form that they must have."""

import pytest

from explorer.lessons import COURSE, LANGUAGES, Choices, LessonError, Number, lesson, read
from explorer.lessons.library import FOLDER

PAGES = [page for chapter in COURSE for page in chapter.pages]
WRITTEN = [page for page in PAGES if lesson(page, "en") is not None]

LESSON = """# Title

## First

```set
size = 3
kind = a = b
```

Text with `code`.

```python
size = 4
```

### Question

What is it?

- [ ] One -> Because.
- [x] Two -> or not

### Answer

```then
size = 5
```

```shows
(2, 2)
```

It is two.

## Second

### How many?

```number
value = 2.5
tolerance = 0.1
hint = Count again.
```

### So many

```trains
```

## Third

Only text.
"""


def test_a_file_becomes_steps():
    found = read("page", LESSON)
    assert (found.title, [step.title for step in found.steps]) == ("Title", ["First", "Second", "Third"])
    assert found.questions == (1, 2)
    first, second, third = found.steps
    assert first.settings == {"size": "3", "kind": "a = b"}
    assert first.text.startswith("Text with")
    assert "size = 4" in first.text
    assert first.question.text == "What is it?"
    assert first.question.then == {"size": "5"}
    assert first.question.shows == ("(2, 2)",)
    assert not first.question.trains
    assert second.question.trains
    assert third.question is None


def test_options_are_judged_with_their_reasons():
    answer = read("page", LESSON).steps[0].question.answer
    assert isinstance(answer, Choices)
    assert [answer.judge(given) for given in "01"] == [False, True]
    assert (answer.right, answer.told("0"), answer.reason("0")) == ("1", "One", "Because.")


@pytest.mark.parametrize("given", ["2", "-1", "x", "", "1.0"])
def test_an_option_that_is_not_there_is_refused(given):
    with pytest.raises(ValueError):  # noqa: PT011 - the answer itself is all it says
        read("page", LESSON).steps[0].question.answer.judge(given)


def test_numbers_are_judged_within_their_tolerance():
    answer = read("page", LESSON).steps[1].question.answer
    assert isinstance(answer, Number)
    assert [answer.judge(given) for given in ("2.4", "2.5", "2.6", "2.7", "-2.5")] == [True, True, True, False, False]
    assert (answer.reason("2.5"), answer.reason("9"), answer.told("1234567")) == ("", "Count again.", "1,234,567")


@pytest.mark.parametrize("given", ["nan", "inf", "two", ""])
def test_what_is_no_number_is_refused(given):
    with pytest.raises(ValueError):  # noqa: PT011
        read("page", LESSON).steps[1].question.answer.judge(given)


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ("", "empty"),
        ("Text\n# Title", "begins with its title"),
        ("## Step", "its title"),
        ("# Title\n# Another", "only heading"),
        ("# T\n## S\n### Q\n- [x] a\n", "a question and its answer"),
        ("# T\n## S\n### Q\n- [x] a\n- [x] b\n### A", "one of at least two"),
        ("# T\n## S\n### Q\n- [x] a\n- [ ] b\n### A", "needs its reason"),
        ("# T\n## S\n### Q\n```number\nvalue = x\n```\n### A", "needs a value"),
        ("# T\n## S\n```set\nsize\n```", "name = value"),
        ("# T\n## S\n```set\nsize = 1", "not closed"),
    ],
)
def test_a_file_that_is_no_lesson_is_told(broken, told):
    with pytest.raises(LessonError, match=told):
        read("page", broken)


def outline(found):
    """Everything of a lesson that is not said in words."""
    return [
        (step.settings, step.question and (step.question.then, step.question.trains, kind(step.question.answer)))
        for step in found.steps
    ]


def kind(answer):
    return (answer.value, answer.tolerance) if isinstance(answer, Number) else (len(answer.options), answer.right)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_the_course_has_its_lesson(page):
    assert 3 <= len(lesson(page, "en").steps) <= 6
    assert lesson(page, "en").questions


@pytest.mark.parametrize("page", PAGES)
def test_the_languages_have_the_same_steps(page):
    assert outline(lesson(page, "ko")) == outline(lesson(page, "en"))


@pytest.mark.parametrize("page", WRITTEN)
def test_the_page_shows_what_was_asked_or_the_learner_trains_it(page):
    for step in lesson(page, "en").steps:
        assert step.question is None or step.question.trains or step.question.shows, step.title


@pytest.mark.parametrize("page", WRITTEN)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_is_asked_in_words(page, language):
    """Its heading is not shown; without a text the learner would see answers only."""
    assert all(step.question is None or step.question.text for step in lesson(page, language).steps)


def test_every_file_is_a_lesson_of_the_course():
    for language in LANGUAGES:
        assert {file.stem for file in (FOLDER / language).glob("*.md")} <= set(PAGES)
