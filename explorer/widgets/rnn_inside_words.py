"""The words of the embedding map: their vectors, how the data use them, and what they are coloured by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.datasets import TRAIN
from explorer.datasets.tokens import TextDataset, Tokens
from explorer.figures.embedding_map import Span
from explorer.inspection import embedding_map as maps
from explorer.inspection import word_vectors
from explorer.inspection.embedding_map import Uses
from explorer.messages import N_, ExplorerError
from explorer.network import Network
from explorer.text import Lexicon
from explorer.widgets import inside_choice, link
from explorer.widgets.language import _, t
from explorer.widgets.rnn_inside_choice import Choice

SHADE = "read_shade"
EFFECT, SHARE = "effect", "share"
COLOURED = 0.98
"""The share of the words whose colour is not that of an end of the scale."""


@dataclass(frozen=True)
class Words:
    """The words of the map: `ids` (n,) with their names and vectors (n, numbers), and how the data use each id."""

    ids: np.ndarray
    names: tuple[str, ...]
    rows: np.ndarray
    uses: Uses | None

    @property
    def counts(self) -> list[str]:
        """How often each stands in the training texts."""
        return ["–"] * len(self.ids) if self.uses is None else [f"{count:,}" for count in self.uses.counts[self.ids]]


@dataclass(frozen=True)
class Shades:
    """What the words are coloured by: (n,) values with their name and ends."""

    values: np.ndarray
    span: Span
    name: str


def words_of(choice: Choice) -> Words:
    """The most frequent words of the model's vocabulary."""
    rows = word_vectors.vectors(choice.network)
    assert rows is not None
    first = len(choice.lexicon.specials)
    ids = np.arange(first, min(choice.lexicon.size, len(rows), first + maps.MOST))
    size = int(ids[-1]) + 1 if len(ids) else 0
    names = tuple(choice.lexicon.word(int(id_)) for id_ in ids)
    return Words(ids, names, rows[ids], _uses(choice, size))


def _uses(choice: Choice, size: int) -> Uses | None:
    """How the training texts use the words; None if they are not at hand."""
    request = choice.run.record.request
    try:
        return _counted(request.dataset, request.variant, size, choice.dataset)
    except ExplorerError:
        return None


@st.cache_resource(max_entries=8, show_spinner=False)
def _counted(name: str, variant: str, size: int, _dataset: TextDataset) -> Uses:
    return maps.uses(_dataset.raw(variant, TRAIN), size)


@st.cache_resource(max_entries=64, show_spinner=False)
def _alone(
    fingerprint: str, ids: bytes, settings: Tokens, unit: int, _network: Network, _lexicon: Lexicon
) -> np.ndarray:
    return maps.alone(_network, np.frombuffer(ids, np.int64).tolist(), _lexicon, settings, unit)


def shades_of(choice: Choice, words: Words) -> Shades:
    """The choice of the colour, and what it makes of the words."""
    two = len(choice.classes) == 2
    names = {EFFECT: _("effect when read alone")}
    if two and words.uses is not None:
        names[SHARE] = _("share in the data")
    shade = link.segmented(_("Colour"), names, SHADE)
    if shade == SHARE and words.uses is not None:
        values = words.uses.shares[words.ids]
        far = max(0.05, float(np.ceil(20 * np.nanmax(np.abs(values - 0.5), initial=0)) / 20))
        return Shades(values, Span(0.5 - far, 0.5 + far), t(N_("share of {name} texts"), name=choice.classes[1]))
    unit = 0 if two else int(choice.reading.output.argmax())
    kept = inside_choice.network(choice.run, choice.run.kept_epoch)
    values, last = (
        _alone(network.fingerprint, words.ids.tobytes(), choice.settings, unit, network, choice.lexicon)
        for network in (choice.network, kept)
    )
    # One scale for all epochs: the words take on colour as the network learns.
    far = float(np.quantile(np.abs(last), COLOURED)) or 1.0
    return Shades(values, Span(-far, far), t(N_("logit of “{name}”"), name=choice.classes[1 if two else unit]))
