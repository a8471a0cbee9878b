"""Code in sections, each with a sentence of explanation: as a script, or as a notebook."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from explorer.messages import Message

WIDTH = 88


@dataclass(frozen=True)
class Section:
    """A piece of code and what it does, as a message of the catalogue."""

    idea: Message
    code: str


def script(sections: Sequence[Section], translate: Callable[[str], str]) -> str:
    """One Python file: each section's idea is a comment above its code."""
    return "\n\n".join(f"{_comment(section.idea.translated(translate))}\n{section.code}" for section in sections) + "\n"


def _comment(text: str) -> str:
    return "\n".join(f"# {line}" for line in textwrap.wrap(" ".join(text.split()), WIDTH))


def notebook(sections: Sequence[Section], translate: Callable[[str], str]) -> str:
    """A Jupyter notebook, version 4.5 of the format: each section is a cell of text and a cell of code.

    The format's source: https://nbformat.readthedocs.io/en/latest/format_description.html
    """
    cells = [cell for number, section in enumerate(sections, 1) for cell in _cells(number, section, translate)]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    whole = {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _cells(number: int, section: Section, translate: Callable[[str], str]) -> list[dict[str, Any]]:
    text = {"cell_type": "markdown", "id": f"text-{number}", "metadata": {}}
    code: dict[str, Any] = {
        "cell_type": "code",
        "id": f"code-{number}",
        "metadata": {},
        "execution_count": None,
        "outputs": [],
    }
    return [
        text | {"source": _lines(section.idea.translated(translate))},
        code | {"source": _lines(section.code)},
    ]


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)
