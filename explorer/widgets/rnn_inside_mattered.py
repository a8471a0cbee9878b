"""Which words mattered: by the gradient and by leaving each one out; and how far back the last state reaches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.datasets.tokens import Tokens
from explorer.figures.chips import ChipScale
from explorer.figures.influence import InfluenceLabels, influence_figure
from explorer.figures.theme import GATES
from explorer.inspection import influence as influences
from explorer.inspection.influence import FADED, Influence, Reach
from explorer.inspection.passage import Passage, at
from explorer.messages import N_
from explorer.network import Network
from explorer.text import Lexicon
from explorer.widgets import chips, figure, link, rnn_inside, shell
from explorer.widgets.language import _, md, t
from explorer.widgets.rnn_inside_choice import SIDES, Choice

COLOUR = "read_by"
PRODUCT, REMOVED, NORM = "product", "left-out", "norm"
NAMES = {
    PRODUCT: N_("gradient · input"),
    REMOVED: N_("left out"),
    NORM: N_("length of the gradient"),
}


@dataclass(frozen=True)
class Mattered:
    """All that the view shows; `unit` is the output whose logit is looked at, `name` its class."""

    unit: int
    name: str
    influence: Influence
    removed: np.ndarray
    reach: Reach
    direction: str

    def values(self, kind: str) -> np.ndarray:
        """What the words are coloured by, (time steps,)."""
        return {PRODUCT: self.influence.products, REMOVED: self.removed, NORM: self.influence.norms}[kind]


def mattered(choice: Choice) -> None:
    """The words coloured by what they did, over bars, points and the lines of what the last state still knows."""
    names = {name: _(title) for name, title in NAMES.items()}
    kind = link.segmented(_("Words coloured by"), names, COLOUR, label_visibility="collapsed")
    found = computed(choice)
    _words(choice, found, kind)
    _picture(choice, found)
    st.caption(" ".join((_agreement(choice, found), *_reaches(choice, found))))
    _numbers(choice, found)


def computed(choice: Choice) -> Mattered:
    """The gradients, the texts with one word less, and the gradients through time; each computed once."""
    unit = 0 if len(choice.classes) == 2 else int(choice.reading.output.argmax())
    side = choice.quantity.rpartition("_")[0] or "forward"
    passage = choice.passage
    influence, reach = _gradients(choice.network.fingerprint, passage.row.tobytes(), unit, choice.layer, side, choice)
    removed = _left_out(
        choice.network.fingerprint,
        passage.text.ids.tobytes(),
        choice.settings,
        unit,
        choice.network,
        passage,
        choice.lexicon,
    )
    return Mattered(unit, choice.classes[1 if len(choice.classes) == 2 else unit], influence, removed, reach, side)


@st.cache_resource(max_entries=64, show_spinner=False)
def _gradients(
    fingerprint: str, row: bytes, unit: int, layer: str, direction: str, _choice: Choice
) -> tuple[Influence, Reach]:
    network, trace = _choice.network, _choice.reading.trace
    return influences.influence(network, trace, unit), influences.reach(network, trace, layer, direction)


@st.cache_resource(max_entries=64, show_spinner=False)
def _left_out(
    fingerprint: str, ids: bytes, settings: Tokens, unit: int, _network: Network, _passage: Passage, _lexicon: Lexicon
) -> np.ndarray:
    return influences.left_out(_network, _passage, settings, _lexicon, unit)


def _words(choice: Choice, found: Mattered, kind: str) -> None:
    values = found.values(kind)
    shown = values[choice.passage.steps[choice.passage.kept]]
    high = rnn_inside.round_reach(shown) or 1.0
    title = t(N_("{measure}, logit of “{name}”"), measure=_(NAMES[kind]), name=found.name)
    scale = ChipScale(0.0 if kind == NORM else -high, high, title)
    said = t(N_("{count} words coloured by {title}"), count=len(shown), title=title)
    chips.show(list(rnn_inside.coloured_chips(choice, values)), scale, "read-mattered-words", said)


def _picture(choice: Choice, found: Mattered) -> None:
    axis = choice.axis
    title = t(
        N_("What each token did to the logit of “{name}”, and what {layer} still knows of it"),
        name=found.name,
        layer=choice.layer,
    )
    lines = {name: at(values, axis.steps) for name, values in _lines(found).items()}
    last = _read(choice, found.direction)[0]
    drawn = influence_figure(
        axis.names,
        at(found.influence.products, axis.steps),
        at(found.removed, axis.steps),
        lines,
        InfluenceLabels(
            title, _("token"), _("change of the logit"), _(NAMES[PRODUCT]), _(NAMES[REMOVED]), _("share (logarithmic)")
        ),
        colours=_colours(found),
        faded=FADED * float(found.reach.norms["h"][last]),
        dark=shell.dark(),
    )
    figure.show(drawn, "read-mattered", f"{title}. {rnn_inside.verdict(choice.reading.output, choice.classes)}")


def _lines(found: Mattered) -> dict[str, np.ndarray]:
    reach = found.reach
    lines = {_norm(name): reach.norms[name] for name in sorted(reach.norms, reverse=True)}
    return lines if reach.kept is None else {**lines, f"∏ {reach.gate}": reach.kept}


def _norm(state: str) -> str:
    return f"‖∂h_T/∂{state}_t‖"


def _colours(found: Mattered) -> Mapping[str, str]:
    named = {_norm(name): GATES[name] for name in found.reach.norms}
    return named if found.reach.gate is None else {**named, f"∏ {found.reach.gate}": GATES[found.reach.gate]}


def _agreement(choice: Choice, found: Mattered) -> str:
    """How well the gradient foretold what leaving out each word really does, and where it misleads most."""
    steps = choice.passage.steps[choice.passage.kept]
    products, removed = found.influence.products[steps], found.removed[steps]
    correlation, signs, count = influences.agreement(products, removed)
    worst = int(np.argmax(np.abs(products - removed)))
    sentence = N_(
        "The bars are only a guess: the gradient is a straight line from where the network stands. The diamonds are "
        "exact: the network reads the text without that word. They agree in sign for {signs} of {count} tokens "
        "(correlation {correlation}); furthest off is “{word}”: guessed {guess}, really {real}."
    )
    return md(
        sentence,
        signs=signs,
        count=count,
        correlation="–" if np.isnan(correlation) else f"{correlation:.2f}",
        word=choice.passage.text.words[choice.passage.kept[worst]],
        guess=f"{products[worst]:+.3f}",
        real=f"{removed[worst]:+.3f}",
    )


def _read(choice: Choice, direction: str) -> np.ndarray:
    """The text's time steps, the one that was read last first."""
    steps = choice.passage.steps[choice.passage.kept]
    return steps if direction == "backward" else steps[::-1]


def _reaches(choice: Choice, found: Mattered) -> list[str]:
    """One sentence for each state of how far back it reaches, and which way the layer reads."""
    said = [_reach(choice, found, name) for name in sorted(found.reach.norms, reverse=True)]
    if found.reach.gate is not None:
        product = N_(
            "∏ {gate} is the product of that gate over all later tokens (mean of the units): the straight way."
        )
        said.append(md(product, gate=found.reach.gate))
    if "_" in choice.quantity:
        side = N_(
            "{layer} reads in both directions; the lines are those of the chosen one, {direction}. "
            "Backwards the first word is read last."
        )
        said.append(md(side, layer=choice.layer, direction=_(SIDES[found.direction])))
    return said


def _reach(choice: Choice, found: Mattered, state: str) -> str:
    read, norms = _read(choice, found.direction), found.reach.norms[state]
    lost = influences.faded(norms, read)
    if lost is None:
        share = float(norms[read[-1]] / norms[read[0]]) if norms[read[0]] else 0.0
        text = N_(
            "Through {state} the network reaches back over the whole text: at its far end {norm} is still {share} of "
            "the last token's."
        )
        return md(text, state=state, norm=_norm(state), share=f"{share:.1%}")
    place = int(choice.passage.kept[np.flatnonzero(choice.passage.steps[choice.passage.kept] == lost)[0]])
    text = N_(
        "Through {state} the network reaches no further back than token {number}, “{word}”: there {norm} is below 1 % "
        "of the last token's."
    )
    return md(text, state=state, number=place + 1, word=choice.passage.text.words[place], norm=_norm(state))


def _numbers(choice: Choice, found: Mattered) -> None:
    with st.expander(
        _("Show numbers"), icon=":material/table:", key="read-mattered-numbers", on_change="rerun"
    ) as shown:
        if not shown.open:
            return
        axis = choice.axis
        columns = {_(title): at(found.values(name), axis.steps) for name, title in NAMES.items()}
        lines = {name: at(values, axis.steps) for name, values in _lines(found).items()}
        st.dataframe({_("token"): list(axis.names), **columns, **lines}, hide_index=True, height=260)
