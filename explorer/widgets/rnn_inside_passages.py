"""Passages of the data in which a pattern of units was found, with the words around them."""

from __future__ import annotations

import math

import numpy as np
import streamlit as st

from explorer.inspection import passage as passages
from explorer.inspection.patterns import Activations, Found, Match, Pattern
from explorer.messages import N_
from explorer.widgets import rnn_inside
from explorer.widgets.language import _, escape, md
from explorer.widgets.rnn_inside_choice import Choice

SHOWN = 8
AROUND = 6
"""Words shown before and after a passage."""
LONGEST = 40
_ALIGNED = ["--:", "---", "--:", "--:", "---", "---"]


def show(choice: Choice, part: str, wanted: Pattern, kept: Activations, found: Found) -> None:
    """How many texts have such a passage, the best of them, and how often these units are on anywhere."""
    if not found.matches:
        st.info(_("There is no such passage; ask for the most similar ones."), icon=":material/search_off:")
    else:
        sentence = N_(
            "{count} of {all} texts have such a passage. First come those with the most units in common and the "
            "fewest others on, of these the ones with the strongest values:"
        )
        st.markdown(md(sentence, count=f"{found.texts:,}", all=f"{len(kept):,}"))
        head = [_("text"), _("passage"), _("in common"), _("others on"), _("label"), _("prediction")]
        rows = (_row(choice, part, wanted, kept, match) for match in found.matches)
        st.markdown("\n".join(f"| {' | '.join(cells)} |" for cells in (head, _ALIGNED, *rows)))
    st.caption(_elsewhere(wanted, found))


def _row(choice: Choice, part: str, wanted: Pattern, kept: Activations, match: Match) -> list[str]:
    return [
        f"{match.text:,}",
        _words(choice, part, wanted, match),
        f"{match.common} / {len(wanted.units)}",
        str(match.others),
        escape(choice.classes[int(kept.labels[match.text])]),
        escape(rnn_inside.verdict(kept.outputs[match.text], choice.classes)),
    ]


def _words(choice: Choice, part: str, wanted: Pattern, match: Match) -> str:
    """The found words, marked, between those around them; all of them escaped."""
    texts = choice.dataset.raw(choice.run.record.request.variant, part)
    text = passages.of_ids(texts[match.text].astype(np.int64), choice.lexicon)
    steps = passages.fitted(text, choice.settings).steps
    inside = np.flatnonzero((steps >= match.first) & (steps < match.first + wanted.length))
    first, last = int(inside[0]), int(inside[-1])
    parts = (text.words[max(0, first - AROUND) : first], text.words[last + 1 : last + 1 + AROUND])
    before, after = (" ".join(escape(word[:LONGEST]) for word in words) for words in parts)
    found = " ".join(escape(word[:LONGEST]) for word in text.words[first : last + 1])
    dots = ("… " if first > AROUND else "", " …" if last + 1 + AROUND < len(text.words) else "")
    return f"{dots[0]}{before} **:blue-background[{found}]** {after}{dots[1]}"


def _elsewhere(wanted: Pattern, found: Found) -> str:
    """How often the pattern's units are on, all at once and one by one."""
    if math.isnan(found.share):
        return ""
    units = ", ".join(
        f"{'+' if wanted.signs[unit] > 0 else '−'}{unit + 1}: {share:.1%}"
        for unit, share in zip(wanted.units, found.shares, strict=True)
    )
    sentence = N_(
        "Of all words of these texts all units of the pattern are on at {share} ({units}). A pattern that is on at "
        "every other word says little about the words that were found."
    )
    return md(sentence, share=f"{found.share:.1%}", units=units)
