"""The lessons that come with the app, and their order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from explorer.lessons.parsing import read
from explorer.lessons.steps import Lesson
from explorer.messages import N_

FOLDER = Path(__file__).parent
LANGUAGES = ("en", "ko")


@dataclass(frozen=True)
class Chapter:
    """Lessons that belong together, by the names of their pages."""

    title: str
    pages: tuple[str, ...]


COURSE = (
    Chapter(N_("Begin"), ("home",)),
    Chapter(
        N_("Convolutional networks"),
        ("convolution", "filters", "pooling", "cnn_lab", "inside_cnn", "augmentation", "reproduction"),
    ),
    Chapter(
        N_("Recurrent networks"),
        ("cells", "text", "rnn_lab", "inside_rnn", "puzzles", "series", "generation"),
    ),
    Chapter(
        N_("Training"),
        ("overfitting", "gradients", "normalisation", "optimisers", "architectures", "broken", "compare", "runs"),
    ),
)
"""All lessons in the order of the course notes."""


@lru_cache(maxsize=64)
def lesson(page: str, language: str) -> Lesson | None:
    """The lesson of a page in a language; None if it has none.

    Raises:
        LessonError: if its file is damaged.
    """
    file = FOLDER / language / f"{page}.md"
    if language not in LANGUAGES or not page.isidentifier() or not file.is_file():
        return None
    return read(page, file.read_text(encoding="utf-8"))
