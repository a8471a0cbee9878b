"""What the page *Generation* writes with: a model at an epoch, a prompt, and how tokens are drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.datasets import FULL, TEST, passages
from explorer.datasets.passages import Passage, Passages
from explorer.datasets.written import CHARACTERS, TEXTS, UNKNOWN_ID, Vocabulary
from explorer.inspection import sampling
from explorer.inspection.sampling import Sample, Sampling
from explorer.messages import N_, ExplorerError, message
from explorer.training.record import RunRecord
from explorer.training.store import Run
from explorer.widgets import inside_choice, link, shell
from explorer.widgets.language import _, md
from explorer.widgets.run_choice import run_choice

MODEL, EPOCH, PROMPT, TEMPERATURE, TOP_K, SEED, COUNT = (
    "gen_model",
    "gen_epoch",
    "gen_prompt",
    "gen_temperature",
    "gen_top_k",
    "gen_seed",
    "gen_count",
)
SHIPPED = "generate-gru"
LONGEST_PROMPT = 200
LARGEST_K = 100
TEMPERATURES = tuple(round(0.1 * tenth, 1) for tenth in range(21))
EXAMPLE_TOKENS = {CHARACTERS: 40, "words": 14}
_DATA = Passages()


@dataclass(frozen=True)
class Asked:
    """What is to be written: after which prompt, how many tokens, how they are drawn, from which seed."""

    prompt: str
    count: int
    sampling: Sampling
    seed: int


@dataclass(frozen=True)
class Writer:
    """A run's model at an epoch with the text that it learned from."""

    run: Run
    epoch: int

    @property
    def record(self) -> RunRecord:
        return self.run.record

    @property
    def passage(self) -> Passage:
        return passage_of(self.record)

    @property
    def vocabulary(self) -> Vocabulary:
        return _DATA.encoded(self.passage).vocabulary


def writes(record: RunRecord) -> bool:
    """Whether a run learned to continue a text."""
    return record.request.dataset == passages.NAME


def passage_of(record: RunRecord) -> Passage:
    """What a run learned from."""
    prepared = record.request.preparation
    return prepared if isinstance(prepared, Passage) else Passage()


def writer() -> Writer | None:
    """The model and the epoch; None (with a sentence said) when there is nothing to write with."""
    nothing = message(N_("There is no model yet that has learned to write; train one here first."))
    try:
        run = run_choice(_("Model"), MODEL, SHIPPED, fits=writes, nothing=nothing)
        chosen = Writer(run, inside_choice.epoch_choice(run, EPOCH))
        inside_choice.network(run, chosen.epoch)
        if len(chosen.vocabulary) != run.record.spec.output_shape[-1]:
            raise ExplorerError(message(N_("The text that this model learned from has changed; train it again.")))
    except ExplorerError as error:
        st.error(md(error.problem), icon=":material/error:")
        return None
    return chosen


def asked(passage: Passage) -> Asked:
    """Draw the controls of what is to be written."""
    prompt = prompt_choice(passage)
    temperature = _temperature()
    top_k = link.number(
        _("Top-k (0: all)"), 0, LARGEST_K, 0, TOP_K, help=_("Only so many of the most probable tokens may be drawn.")
    )
    left, right = st.columns(2)
    with left:
        seed = link.number(_("Seed"), 0, 9999, 1, SEED, help=_("The same seed draws the same random numbers."))
    with right:
        count = link.number(_("Tokens written"), 20, 400, 240, COUNT)
    return Asked(prompt, count, Sampling(temperature, top_k), seed)


def asked_before(passage: Passage) -> Asked:
    """As last chosen, with only the prompt to choose: for the samples of a running training."""
    kept = st.session_state
    numbers = Sampling(kept.get(TEMPERATURE, 0.8), kept.get(TOP_K) or 0)
    return Asked(prompt_choice(passage), 120, numbers, kept.get(SEED) or 1)


def prompt_choice(passage: Passage) -> str:
    """What stands before the text that the model writes; the text's own beginning if the field is empty."""
    default = usual_prompt(passage)
    link.restore(PROMPT, str)
    typed = st.text_input(
        _("Prompt"),
        key=PROMPT,
        persist_state="session",
        max_chars=LONGEST_PROMPT,
        placeholder=default,
        help=_("The model reads it and goes on. Without one it is what stands here in grey."),
    )
    link.keep(PROMPT, typed or None)
    return typed or default


def usual_prompt(passage: Passage) -> str:
    """A prompt that suits the text."""
    if passage.text in TEXTS:
        return TEXTS[passage.text].prompt
    text = _DATA.encoded(passage)
    return "".join(text.vocabulary.decode(text.ids[:8])).split("\n")[0] or " "


def example(passage: Passage) -> str:
    """A line of the text's test part, not too long to be read token by token."""
    text = _DATA.encoded(passage)
    part = _DATA.load(FULL, TEST, passage).inputs.reshape(-1)
    lines = "".join(text.vocabulary.decode(part)).split("\n")
    line = max(lines[1:3] or lines, key=len).strip() or lines[0]
    return "".join(text.vocabulary.decode(text.vocabulary.encode(line)[: EXAMPLE_TOKENS[passage.level]]))


def ids(text: str, vocabulary: Vocabulary) -> np.ndarray:
    """The ids of what a reader typed; at least one, the unknown token if there is nothing."""
    found = vocabulary.encode(text)[:LONGEST_PROMPT]
    return found if len(found) else np.array([UNKNOWN_ID], np.int32)


def sample(writer: Writer, wanted: Asked) -> Sample:
    """What the model writes, computed once for each question.

    Raises:
        ExplorerError: if the weights are not to be had or the model cannot write.
    """
    prompt = ids(wanted.prompt, writer.vocabulary)
    return _sample(writer.record.id, writer.record.created, writer.epoch, prompt.tobytes(), wanted)


@st.cache_resource(max_entries=128, show_spinner=False, hash_funcs={Asked: repr})
def _sample(run_id: str, created: float, epoch: int, prompt: bytes, wanted: Asked) -> Sample:
    network = inside_choice.network(shell.engine().store.open(run_id), epoch)
    tokens = np.frombuffer(prompt, np.int32)
    return sampling.generate(network, tokens, wanted.count, wanted.sampling, wanted.seed)


def tell_unknown(text: str, vocabulary: Vocabulary) -> None:
    """Say how much of what a reader typed the model has never seen."""
    unknown = int(np.count_nonzero(vocabulary.encode(text) == UNKNOWN_ID))
    if unknown:
        st.caption(
            md(
                N_("{unknown} of these tokens are not in the text that the model learned from; it sees {mark} there."),
                unknown=unknown,
                mark="\ufffd",
            )
        )


def _temperature() -> float:
    link.restore(TEMPERATURE, link.one_of(TEMPERATURES))
    chosen = st.select_slider(
        _("Temperature"),
        TEMPERATURES,
        value=0.8,
        key=TEMPERATURE,
        persist_state="session",
        help=_("Below 1 the probable gets more probable, above 1 everything gets alike; 0 takes the largest logit."),
    )
    link.keep(TEMPERATURE, chosen, 0.8)
    return float(chosen)
