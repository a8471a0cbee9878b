"""Guided lessons: short steps that set a page's controls, ask for a prediction and then reveal what happens.

A lesson is one Markdown file for each language, ``LANGUAGE/PAGE.md``, read by `read`; `COURSE` has them in
the order of the course notes.
"""

from explorer.lessons.library import COURSE, LANGUAGES, Chapter, lesson
from explorer.lessons.parsing import LessonError, read
from explorer.lessons.steps import Answer, Choices, Lesson, Number, Option, Question, Step

__all__ = [
    "COURSE",
    "LANGUAGES",
    "Answer",
    "Chapter",
    "Choices",
    "Lesson",
    "LessonError",
    "Number",
    "Option",
    "Question",
    "Step",
    "lesson",
    "read",
]
