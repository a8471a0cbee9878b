"""Text that a network wrote, each token in the colour of its probability; one of them can be chosen."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from explorer.datasets.written import Vocabulary
from explorer.inspection.sampling import Sample
from explorer.layers import ACTIVATIONS
from explorer.widgets import shell

BEST = 10
_FOLDER = Path(__file__).parent
_VISIBLE = str.maketrans({" ": "␣", "\n": "↵", "\t": "⇥"})


@dataclass(frozen=True)
class Row:
    """One text: what stands before it, its tokens, their probabilities, and the most probable ones in each place."""

    name: str
    prompt: str
    tokens: list[str]
    shares: list[float]
    best: list[list[tuple[str, float]]]


def visible(token: str) -> str:
    """A token with its spaces and line ends to be seen."""
    return token.translate(_VISIBLE)


def row(sample: Sample, vocabulary: Vocabulary, name: str = "", with_best: bool = False) -> Row:
    """A sample as a row."""
    shares = [round(float(share), 4) for share in sample.probabilities]
    best = _best(sample, vocabulary) if with_best else []
    return Row(name, "".join(vocabulary.decode(sample.prompt)), vocabulary.decode(sample.tokens), shares, best)


def _best(sample: Sample, vocabulary: Vocabulary) -> list[list[tuple[str, float]]]:
    shares = ACTIVATIONS["softmax"](sample.logits)
    order = np.argsort(-shares, axis=1, kind="stable")[:, :BEST]
    return [
        [(vocabulary.tokens[token], round(float(shares[place, token]), 4)) for token in ids]
        for place, ids in enumerate(order)
    ]


def show(
    rows: Sequence[Row], key: str, alt: str, chosen: int | None = None, on_choose: Callable[[int], None] | None = None
) -> None:
    """Draw the rows; of the first one the token `chosen` is marked, and another can be clicked."""

    def told() -> None:
        place = st.session_state[key].place
        if on_choose is not None and isinstance(place, int) and 0 <= place < len(rows[0].tokens):
            on_choose(place)

    payload = {"rows": [asdict(one) for one in rows], "chosen": chosen, "dark": shell.dark(), "labels": {"alt": alt}}
    _component()(data=json.dumps(payload, ensure_ascii=False).encode(), key=key, on_place_change=told)


def _component() -> Any:
    return st.components.v2.component(
        "explorer_written",
        html='<div class="written"></div>',
        css=_file("generation_text.css"),
        js=_file("generation_text.js"),
    )


@lru_cache(maxsize=2)
def _file(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")
