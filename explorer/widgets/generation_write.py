"""The view *Write*: what the model writes, and how each token of it was chosen, number by number."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from explorer.datasets.written import TEXTS, Vocabulary
from explorer.figures.next_token import NextLabels, next_token_figure
from explorer.inspection import sampling
from explorer.inspection.sampling import Draw, Sample
from explorer.layers import ACTIVATIONS
from explorer.messages import N_, ExplorerError
from explorer.widgets import figure, generation_choice, generation_text, link, shell, table
from explorer.widgets.generation_choice import Asked, Writer
from explorer.widgets.generation_text import BEST, visible
from explorer.widgets.language import _, escape, md, t

AT = "gen_at"
EPOCH_TOKENS = 100
MOST_EPOCHS = 16
# Eleven rows stand beside the bars without a bar to scroll them.
_COMPACT = """<style>
.st-key-gen-arithmetic table { font-size: 0.85rem; width: 100%; }
.st-key-gen-arithmetic :is(th, td) { padding: 0.2rem 0.45rem; }
</style>"""


@dataclass(frozen=True)
class Setup:
    """A model and what is asked of it."""

    writer: Writer
    asked: Asked


def controls() -> Setup | None:
    """The model, the prompt and the sampling; None when there is no model."""
    writer = generation_choice.writer()
    if writer is None:
        return None
    asked = generation_choice.asked(writer.passage)
    generation_choice.tell_unknown(asked.prompt, writer.vocabulary)
    return Setup(writer, asked)


def pictures(setup: Setup) -> None:
    """The text, the choice of one token, and the same question at other epochs."""
    try:
        sample = generation_choice.sample(setup.writer, setup.asked)
    except ExplorerError as error:
        st.error(md(error.problem), icon=":material/error:")
        return
    vocabulary = setup.writer.vocabulary
    place = _text(setup, sample, vocabulary)
    drawn = sample.draw(place)
    left, right = st.columns([1, 1.15], gap="medium")
    with left:
        _bars(drawn, vocabulary, place)
    with right, st.container(key="gen-arithmetic"):
        _arithmetic(drawn, setup.asked, vocabulary)
    _unsure(setup.writer)
    _epochs(setup)


def _text(setup: Setup, sample: Sample, vocabulary: Vocabulary) -> int:
    """The written text, with the slider that chooses one of its tokens; returns which."""
    count = len(sample.tokens)
    link.restore(AT, link.whole(1, count))
    link.limit(AT, range(1, count + 1))
    written = generation_text.row(sample, vocabulary, with_best=True)
    alt = t(N_("Written after {prompt}: {written}"), prompt=written.prompt, written="".join(written.tokens))
    place = int(st.session_state.get(AT) or 1) - 1
    generation_text.show([written], "gen-text", alt, place, _choose)
    left, right = st.columns([1.15, 1], gap="medium", vertical_alignment="center")
    with left:
        st.caption(" ".join([_legend(), *_right(setup.writer, written.prompt + "".join(written.tokens))]))
    with right:
        return link.slider(_("Token looked at"), 1, count, 1, AT, help=_("Or click a token of the text.")) - 1


def _choose(place: int) -> None:
    st.session_state[AT] = place + 1


def _legend() -> str:
    return _("The bluer a token, the more probable the model found it: no blue is 0, full blue is 1.")


def _right(writer: Writer, text: str) -> list[str]:
    """How many whole lines are as they should be, of a text whose lines can be checked."""
    known = TEXTS.get(writer.passage.text)
    lines = text.split("\n")[:-1]
    if known is None or known.right is None or not lines:
        return []
    right, total = sampling.share(lines, known.right)
    return [md(N_("**{right} of {total} whole lines are right.**"), right=right, total=total)]


def _bars(drawn: Draw, vocabulary: Vocabulary, place: int) -> None:
    """The ten most probable tokens: the network's probabilities beside those drawn from."""
    top = drawn.order[:BEST]
    own = ACTIVATIONS["softmax"](drawn.logits)[top]
    names = [visible(vocabulary.tokens[token]) for token in top]
    title = t(N_("Token {number}: the {count} most probable"), number=place + 1, count=len(top))
    labels = NextLabels(title, _("probability"), _("the model's own"), _("drawn from"))
    chosen = drawn.place if drawn.place < BEST else None
    figure.show(
        next_token_figure(names, own, drawn.probabilities[top], chosen, labels, dark=shell.dark()),
        "gen-next",
        f"{title}: " + ", ".join(f"{name} {share:.1%}" for name, share in zip(names, own, strict=True)),
    )


def _arithmetic(drawn: Draw, asked: Asked, vocabulary: Vocabulary) -> None:
    """Logit, division by the temperature, cut, softmax and draw, with the numbers filled in."""
    temperature = asked.sampling.temperature
    scaled = f"z/{temperature:g}" if temperature else "z"
    head = (_("token"), "z", scaled, f"e^({scaled} − {_short(drawn.scaled.max())})", "p", "Σ p")
    st.html(_COMPACT)
    table.show([escape(cell) for cell in head], _rows(drawn, vocabulary))
    st.markdown(_told(drawn, asked, vocabulary))


def _rows(drawn: Draw, vocabulary: Vocabulary) -> list[tuple[str, ...]]:
    """The first tokens, the drawn one if it is not among them, and all others together."""
    top = BEST if drawn.place < BEST else BEST - 1
    shown = [*range(min(top, len(drawn.order))), *([drawn.place] if drawn.place >= top else [])]
    rows = [_row(drawn, place, vocabulary) for place in shown]
    others = np.delete(drawn.order, shown)
    if len(others):
        sums = (drawn.exponentials[others].sum(), drawn.probabilities[others].sum())
        name = t(N_("{count} others"), count=len(others))
        rows.append((escape(name), "", "", f"{sums[0]:.4f}", f"{sums[1]:.4f}", ""))
    return rows


def _row(drawn: Draw, place: int, vocabulary: Vocabulary) -> tuple[str, ...]:
    token = drawn.order[place]
    name = escape(visible(vocabulary.tokens[token]))
    first = (_short(drawn.logits[token]), _short(drawn.scaled[token]))
    last = (f"{drawn.exponentials[token]:.4f}", f"{drawn.probabilities[token]:.4f}", f"{drawn.cumulative[place]:.4f}")
    cells = (name, *first, *(last if drawn.kept[token] else (_("cut"), "0", "")))
    return tuple(f"**{cell}**" if cell and token == drawn.token else cell for cell in cells)


def _short(value: float) -> str:
    return f"{value:.3f}".replace("-", "−")


def _told(drawn: Draw, asked: Asked, vocabulary: Vocabulary) -> str:
    """The choice in a sentence, with its numbers."""
    token = visible(vocabulary.tokens[drawn.token])
    if not asked.sampling.temperature:
        return md(
            N_("Temperature 0: nothing is drawn; the largest logit wins, so **{token}** is written."), token=token
        )
    after = drawn.cumulative[drawn.place]
    return md(
        N_(
            "p = e^(…) / {total}, their sum. The random number {number} lies between {before} and {after}, "
            "which is the part of **{token}**: it is written."
        ),
        total=f"{drawn.total:.4f}",
        number=f"{drawn.number:.4f}",
        before=f"{after - drawn.probabilities[drawn.token]:.4f}",
        after=f"{after:.4f}",
        token=token,
    )


def _unsure(writer: Writer) -> None:
    """What the loss of this epoch means: perplexity and bits."""
    size = len(writer.vocabulary)
    losses = {result.epoch: result.val_loss for result in writer.record.history}
    uniform = md(
        N_("Without any training all {size} tokens are alike: perplexity {size}, {bits} bits a token."),
        size=size,
        bits=f"{np.log2(size):.2f}",
    )
    if writer.epoch not in losses:
        st.info(uniform, icon=":material/help:")
        return
    loss = losses[writer.epoch]
    st.info(
        md(
            N_(
                "After epoch {epoch} the validation loss is {loss}: perplexity e^{loss} = **{perplexity}**, as unsure "
                "as among so many equally probable tokens; divided by ln 2 it is {bits} bits a token."
            ),
            epoch=writer.epoch,
            loss=f"{loss:.3f}",
            perplexity=f"{np.exp(min(loss, 50)):,.2f}",
            bits=f"{loss / np.log(2):.2f}",
        )
        + " "
        + uniform,
        icon=":material/help:",
    )


def _epochs(setup: Setup) -> None:
    """The same prompt and the same random numbers at every epoch that was kept."""
    epochs = thinned(setup.writer.run.epochs)
    st.markdown(f"**{_('The same prompt and random numbers, epoch by epoch')}**")
    asked = replace(setup.asked, count=min(setup.asked.count, EPOCH_TOKENS))
    show_epochs(setup.writer, epochs, asked, "gen-epochs")


def thinned(epochs: tuple[int, ...]) -> list[int]:
    """At most `MOST_EPOCHS`, evenly, the first and the last among them."""
    if not epochs:
        return []
    places = np.unique(np.linspace(0, len(epochs) - 1, MOST_EPOCHS).round().astype(int))
    return [epochs[place] for place in places]


def show_epochs(writer: Writer, epochs: list[int], asked: Asked, key: str) -> None:
    """A sample of each of these epochs, in their order; those that cannot be had are said."""
    losses = {result.epoch: result.val_loss for result in writer.record.history}
    rows = []
    for epoch in epochs:
        try:
            sample = generation_choice.sample(replace(writer, epoch=epoch), asked)
        except ExplorerError as error:
            st.warning(md(error.problem), icon=":material/warning:")
            continue
        rows.append(generation_text.row(sample, writer.vocabulary, _epoch_name(epoch, losses.get(epoch))))
    if rows:
        alt = "; ".join(f"{row.name}: {row.prompt}{''.join(row.tokens)}" for row in rows)
        generation_text.show(rows, key, alt)


def _epoch_name(epoch: int, loss: float | None) -> str:
    if loss is None:
        return _("untrained") if epoch == 0 else t(N_("epoch {epoch}"), epoch=epoch)
    return t(N_("epoch {epoch} · loss {loss}"), epoch=epoch, loss=f"{loss:.3f}")
