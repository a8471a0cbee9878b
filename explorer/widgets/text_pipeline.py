"""The text, its words with their ids, and the row that a network gets, one under the other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from explorer.inspection import text_stages
from explorer.inspection.text_stages import CUT, DROPPED, KNOWN, LEFT, PAD, SPECIAL, UNKNOWN, Stages
from explorer.messages import N_
from explorer.text import LEFT_OUT, MAX_CHARACTERS, Lexicon
from explorer.widgets import table
from explorer.widgets.language import _, escape, md, t
from explorer.widgets.text_choice import Choice

DRAWN_WORDS = 250
"""Words that are drawn; the others are counted."""
DRAWN_CUT = 60
LONGEST_WORD = 60
LISTED = 20
_FOLDER = Path(__file__).parent
_MARKS = {"\n": "⏎", "\t": "⇥"}
_TIPS = {
    KNOWN: N_("word {number}: “{word}”, number {rank} in the vocabulary, id {id}"),
    UNKNOWN: N_("word {number}: “{word}” is not in the vocabulary, so id {id} stands for it"),
    LEFT: N_("word {number}: “{word}” is not in the vocabulary and is left out"),
    SPECIAL: N_("every text begins with this token, id {id}"),
}


@dataclass(frozen=True)
class Item:
    """A chip or a piece of the text; `tip` is said when the pointer is on it."""

    text: str
    kind: str
    id: str = ""
    tip: str = ""


@dataclass(frozen=True)
class Part:
    """One stage: chips, or pieces of a running text."""

    title: str
    items: list[Item]
    chips: bool = True
    note: str = ""


def pipeline(choice: Choice) -> None:
    """All stages; a text without a word is told what to do."""
    stages = choice.stages
    if stages.tokenised.unread:
        st.warning(
            md(
                N_("Only the first {most} characters are read; the last {unread} are left out."),
                most=f"{MAX_CHARACTERS:,}",
                unread=f"{stages.tokenised.unread:,}",
            )
        )
    if not stages.tokenised.tokens:
        st.info(_("There is no word here yet: type or paste a text at the left."), icon=":material/edit:")
    parts = [_characters(choice, stages), _words(choice, stages), _row(choice, stages)]
    alt = " → ".join(part.title for part in parts)
    told = {"stages": [asdict(part) for part in parts], "alt": alt}
    _component()(data=json.dumps(told, ensure_ascii=False).encode(), key="text-pipeline")
    _vocabulary(choice.lexicon)


def _vocabulary(lexicon: Lexicon) -> None:
    """The first ids; how often a word occurs is known of a vocabulary of the reader's own."""
    with st.expander(_("The vocabulary, most frequent word first"), icon=":material/table:"):
        specials = [(str(id_), escape(word), "") for id_, word in enumerate(lexicon.specials)]
        words = lexicon.words[: max(0, min(LISTED, lexicon.size - len(specials)))]
        counts = [f"{count:,}" for count in lexicon.counts[: len(words)]] or [""] * len(words)
        rows = [
            (str(id_), escape(_short(word)), count)
            for id_, (word, count) in enumerate(zip(words, counts, strict=True), start=len(specials))
        ]
        table.show((_("id"), _("word"), _("how often")), [*specials, *rows])


def _component() -> Any:
    return st.components.v2.component(
        "explorer_text_pipeline",
        html='<div class="pipeline"></div>',
        css=_file("text_pipeline.css"),
        js=_file("text_pipeline.js"),
    )


@lru_cache(maxsize=2)
def _file(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _characters(choice: Choice, stages: Stages) -> Part:
    tokenised = stages.tokenised
    shift = choice.lexicon.start is not None
    items = []
    for piece in text_stages.pieces(tokenised, DRAWN_WORDS):
        if piece.number is None:
            tip = _("dropped: it only separates words") if piece.kind == DROPPED else ""
            items.append(Item(_MARKS.get(piece.text, piece.text), piece.kind, tip=tip))
        else:
            number = piece.number + shift
            items.append(
                Item(piece.text[: 4 * LONGEST_WORD], _kind(choice, stages, number), tip=_tip(choice, stages, number))
            )
    title = t(
        N_("1. Text: {characters} characters, {dropped} of them dropped"),
        characters=f"{len(tokenised.text):,}",
        dropped=f"{len(tokenised.dropped):,}",
    )
    return Part(title, items + list(_rest(len(tokenised.tokens))), chips=False)


def _words(choice: Choice, stages: Stages) -> Part:
    encoded = stages.encoded
    shift = choice.lexicon.start is not None
    items = [_chip(choice, stages, number) for number in range(min(len(encoded.ids), DRAWN_WORDS + shift))]
    unknown = int((~encoded.known).sum())
    title = t(
        N_("2. Words and ids: {words} words, {unknown} not among the {size} ids of the vocabulary"),
        words=f"{len(encoded.ids) - shift:,}",
        unknown=f"{unknown:,}",
        size=f"{choice.lexicon.size:,}",
    )
    note = _("blue: known · orange: unknown · green: start · grey: padding · crossed out: cut off")
    return Part(title, items + list(_rest(len(encoded.ids) - shift)), note=note)


def _row(choice: Choice, stages: Stages) -> Part:
    padded, places = stages.padded, stages.places
    pad = choice.lexicon.word(0)
    before = [Item(pad, PAD, "0", t(N_("padding at time step {step}"), step=1 + step)) for step in range(padded.before)]
    kept = [_chip(choice, stages, int(place)) for place in places[padded.first : padded.last]]
    end = padded.before + len(kept)
    after = [
        Item(pad, PAD, "0", t(N_("padding at time step {step}"), step=1 + end + step)) for step in range(padded.after)
    ]
    early, late = places[: padded.first], places[padded.last :]
    cut_before = [_cut(choice, stages, int(place)) for place in early[-DRAWN_CUT:]]
    cut_after = [_cut(choice, stages, int(place)) for place in late[:DRAWN_CUT]]
    items = [*_more(len(early) - len(cut_before)), *cut_before, *before, *kept, *after, *cut_after]
    title = t(
        N_("3. A row of {maxlen} ids: {padding} padding, {cut} cut off"),
        maxlen=len(padded.row),
        padding=padded.before + padded.after,
        cut=f"{stages.cut:,}",
    )
    return Part(title, items + list(_more(len(late) - len(cut_after))))


def _chip(choice: Choice, stages: Stages, number: int) -> Item:
    id_ = int(stages.encoded.ids[number])
    word = _short(stages.encoded.words[number])
    return Item(word, _kind(choice, stages, number), "–" if id_ == LEFT_OUT else str(id_), _tip(choice, stages, number))


def _cut(choice: Choice, stages: Stages, number: int) -> Item:
    word, id_ = _short(stages.encoded.words[number]), str(stages.encoded.ids[number])
    return Item(word, CUT, id_, t(N_("“{word}” is cut off: no network ever sees it"), word=word))


def _kind(choice: Choice, stages: Stages, number: int) -> str:
    return text_stages.kind(stages.encoded, choice.lexicon, number)


def _tip(choice: Choice, stages: Stages, number: int) -> str:
    id_ = int(stages.encoded.ids[number])
    return t(
        _TIPS[_kind(choice, stages, number)],
        number=number + (choice.lexicon.start is None),
        word=_short(stages.encoded.words[number]),
        rank=f"{id_ - len(choice.lexicon.specials) + 1:,}",
        id=id_,
    )


def _rest(words: int) -> Iterator[Item]:
    yield from _more(words - DRAWN_WORDS)


def _more(count: int) -> Iterator[Item]:
    if count > 0:
        yield Item(t(N_("… {count} more"), count=f"{count:,}"), "more")


def _short(word: str) -> str:
    return word if len(word) <= LONGEST_WORD else f"{word[: LONGEST_WORD - 1]}…"
