"""What the page *Text* looks at: a text, a vocabulary, and how long a row is. All of it in the link."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from explorer.datasets import DATASETS, FULL, SAMPLE
from explorer.datasets.tokens import TextDataset, Tokens
from explorer.inspection import text_stages
from explorer.inspection.text_stages import Stages
from explorer.messages import N_, ExplorerError, Message
from explorer.text import FILTERS, MAX_CHARACTERS, POST, PRE, Lexicon, fit, tokenise
from explorer.widgets import link
from explorer.widgets.language import _, md

EXAMPLE, TEXT, VOCABULARY, CORPUS = "text_example", "text_own", "text_vocabulary", "text_corpus"
WORDS, MAXLEN, PADDING, TRUNCATING = "text_words", "text_maxlen", "text_padding", "text_truncating"
SPLITTING, UNKNOWN = "text_filters", "text_unknown"
APPLIED = "text_applied"
TAKEN = 3 * MAX_CHARACTERS
"""Characters that the field takes, so that a text that is too long is told and not cut in silence."""
LONGEST_IN_LINK = 1500
"""Characters; browsers and servers refuse much longer links."""
IMDB, SNIPPETS, OWN = "imdb", "snippets", "own"
VARIANTS = {IMDB: FULL, SNIPPETS: SAMPLE}
_VOCABULARIES = {IMDB: N_("IMDB"), SNIPPETS: N_("snippets"), OWN: N_("my own")}

AWESOME = "The earth is an awesome place live"


@dataclass(frozen=True)
class Example:
    """A text to begin with, and the settings that it shows something with."""

    title: str
    text: str
    vocabulary: str = IMDB
    corpus: str = AWESOME
    unknown: str = "out"
    maxlen: int = 24


EXAMPLES = {
    "review": Example(
        N_("A film review"), "I don't think this is a BAD movie.<br /><br />The acting is great, and Zendaya is superb!"
    ),
    "notes": Example(
        N_("The notes' sentence: one new word"), "The earth is an great place live", vocabulary=OWN, maxlen=8
    ),
    "oov": Example(
        N_("The same with an OOV token"), "The earth is an great place live", vocabulary=OWN, unknown="oov", maxlen=8
    ),
    "long": Example(
        N_("A review that is too long"),
        "This film was terrible. The first hour was so slow that I wanted to leave, and the jokes were old. "
        "But then the end came, and what can I say: it was one of the best I have ever seen, so do not miss it.",
        maxlen=20,
    ),
    "short": Example(N_("A short, bad review"), "This film was terrible. The worst acting ever!", maxlen=16),
    "korean": Example(
        N_("Korean, split at spaces"),
        "이 영화는 정말 재미있다! 배우는 좋고, 이야기도 좋다.",
        vocabulary=OWN,
        corpus="이 영화는 좋다. 이 배우는 정말 좋고 이야기는 길다.",
        unknown="oov",
        maxlen=10,
    ),
    "other": Example(
        N_("Emoji, HTML, right to left"), "👍🏽 <b>great</b> فيلم رائع **film** 😀😀 don’t miss it", maxlen=16
    ),
}
_FILTERS: dict[str, tuple[str, str]] = {
    "keras": (N_("Keras's: punctuation goes"), FILTERS),
    "apostrophe": (N_("apostrophes go as well"), FILTERS + "'\N{RIGHT SINGLE QUOTATION MARK}"),
    "none": (N_("none: split at spaces only"), ""),
}


@dataclass(frozen=True)
class Choice:
    """A text with its vocabulary and settings; `dataset` is where the vocabulary is from, None for one's own."""

    text: str
    lexicon: Lexicon
    settings: Tokens
    filters: str
    dataset: TextDataset | None

    @property
    def stages(self) -> Stages:
        return text_stages.stages(self.text, self.lexicon, self.settings, self.filters)

    @property
    def names(self) -> list[str]:
        """The word at each time step of the row; of padding the name of its token."""
        stages = self.stages
        row = [self.lexicon.word(0)] * len(stages.padded.row)
        kept = stages.places[stages.padded.first : stages.padded.last]
        for step, place in enumerate(kept, start=stages.padded.before):
            row[step] = stages.encoded.words[place]
        return row


def controls() -> Choice:
    """Draw the controls."""
    name = link.selectbox(_("Example"), list(EXAMPLES), EXAMPLE, format_func=lambda one: _(EXAMPLES[one].title))
    missing = [md(problem) for problem in _missing().values()]
    _begin(name)
    text = _text(_("Text"), TEXT, EXAMPLES["review"].text, 100)
    titles = {one: _(title) for one, title in _VOCABULARIES.items() if one not in _missing()}
    help_text = _("Which words have ids: those of the IMDB reviews, of the movie snippets, or of a text of your own.")
    vocabulary = link.segmented(_("Vocabulary"), titles, VOCABULARY, help="\n\n".join([help_text, *missing]))
    found = _dataset(vocabulary) if vocabulary in VARIANTS else None
    lexicon, filters = (_of_dataset(found), _filters()) if found is not None else _own_lexicon()
    left, right = st.columns(2)
    with left:
        padding = link.segmented(_("Padding"), {PRE: _("before"), POST: _("after")}, PADDING)
    with right:
        truncating = link.segmented(_("Cut off"), {PRE: _("start"), POST: _("end")}, TRUNCATING)
    maxlen = link.slider(
        _("Length of a row (maxlen)"), 5, 100, 24, MAXLEN, help=_("The notes take 100; short rows are easier to see.")
    )
    return Choice(text, lexicon, Tokens(maxlen=maxlen, padding=padding, truncating=truncating), filters, found)


def _begin(name: str) -> None:
    """Put the controls to what an example shows, once, when it is chosen; what the link says wins."""
    if st.session_state.get(APPLIED) == name:
        return
    example = EXAMPLES[name]
    st.session_state[APPLIED] = name
    st.session_state[TEXT], st.session_state[CORPUS] = example.text, example.corpus
    at_hand = example.vocabulary not in _missing()
    st.session_state[VOCABULARY] = example.vocabulary if at_hand else SNIPPETS
    st.session_state[UNKNOWN] = example.unknown
    st.session_state[MAXLEN] = example.maxlen


def _missing() -> dict[str, Message]:
    """The vocabularies that are not at hand, and why."""
    found = {}
    for name, variant in VARIANTS.items():
        try:
            _dataset(name).vocabulary(variant)
        except ExplorerError as error:
            found[name] = error.problem
    return found


def _dataset(name: str) -> TextDataset:
    found = DATASETS[name]
    assert isinstance(found, TextDataset)
    return found


def _text(label: str, key: str, default: str, height: int) -> str:
    """A field for a text, in the link as long as it is short enough for one."""
    link.restore(key, lambda written: written[:MAX_CHARACTERS])
    help_text = _("Press Ctrl+Enter, or leave the box: every picture follows.")
    written = st.text_area(
        label, default, key=key, persist_state="session", height=height, max_chars=TAKEN, help=help_text
    )
    written = written or ""
    link.keep(key, written if len(written) <= LONGEST_IN_LINK else default, default)
    if len(written) > LONGEST_IN_LINK:
        st.caption(_("This text is too long for the link; everything else is kept in it."))
    return written


def _of_dataset(dataset: TextDataset) -> Lexicon:
    """A data set's vocabulary, cut to the size that the reader chose."""
    variant = VARIANTS[dataset.name]
    whole = dataset.vocabulary(variant)
    most = min(len(whole.words) + len(whole.specials), 20_000)
    size = link.number(
        _("Vocabulary size (num_words)"),
        10,
        most,
        500,
        f"{WORDS}_{dataset.name}",
        step=10,
        help=_("Only the most frequent words have ids of their own; the others all become id 2."),
    )
    return dataset.lexicon(variant, Tokens(num_words=size))


def _own_lexicon() -> tuple[Lexicon, str]:
    """The vocabulary of a text that the reader may change, and its filters."""
    corpus = _text(_("Text that the vocabulary is made from"), CORPUS, AWESOME, 68)
    titles = {"out": _("left out"), "oov": _("id 1, <OOV>")}
    unknown = link.segmented(_("Unknown words"), titles, UNKNOWN, help=_("Keras leaves them out without oov_token."))
    filters = _filters()
    words = tokenise(corpus, filters).words
    return fit([words], oov_token="<OOV>" if unknown == "oov" else None), filters


def _filters() -> str:
    """The characters that become spaces, which few readers change: one click away."""
    with st.popover(_("Filters"), icon=":material/filter_alt:"):
        name = link.selectbox(
            _("Characters that are dropped"),
            list(_FILTERS),
            SPLITTING,
            format_func=lambda one: _(_FILTERS[one][0]),
            help=_("Characters that become spaces before the text is split. IMDB's ids were made with Keras's."),
        )
    return _FILTERS[name][1]
