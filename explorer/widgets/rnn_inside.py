"""How a network reads a text, word by word: chips, gates and states, and the prediction after each token."""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterable, Mapping, Sequence

import numpy as np
import streamlit as st

from explorer.figures.chips import ASIDE, MARKED, UNKNOWN, WORD, Chip, ChipScale
from explorer.figures.gates import MAXIMUM_UNITS, Band, GateLabels, Line, Panel, gates_figure
from explorer.inspection import clamps as clamping
from explorer.inspection.passage import NOWHERE, Passage, at
from explorer.messages import N_
from explorer.widgets import chips as chip_row
from explorer.widgets import figure, shell
from explorer.widgets.language import _, md, t
from explorer.widgets.rnn_inside_choice import Choice, title_of

SHOWN_CLASSES = 6
_REACHES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)


def gates(choice: Choice) -> None:
    """The words coloured by the chosen gate or state, over the picture of all gates and states."""
    words(choice, "read-words")
    title = t(
        N_("After each token of {length}: the prediction, and the gates and states of {layer}, {when}"),
        length=len(choice.axis.steps),
        layer=choice.layer,
        when=choice.when,
    )
    shown = choice.quantities
    panel = prediction_panel(choice, {"": choice.reading.predictions}, {"": choice.axis.steps})
    below = bands(shown, choice.axis.steps, choice.unit)
    drawn = gates_figure(choice.axis.names, [panel], below, labels(title), reach=reach(shown), dark=shell.dark())
    figure.show(drawn, "read-gates", f"{title}. {verdict(choice.reading.output, choice.classes)}")
    st.caption(_how(choice))
    numbers(choice)


def labels(title: str, state: str = "") -> GateLabels:
    """The words of a figure of gates; `state` names the scale of signed values."""
    return GateLabels(title, _("token"), _("unit"), _("gate"), state or _("state"))


def prediction_panel(
    choice: Choice, predictions: Mapping[str, np.ndarray], steps: Mapping[str, np.ndarray], dashed: str = ""
) -> Panel:
    """The predictions after each token, by what they are of: of two classes the share of the second one."""
    classes = choice.classes
    names = classes[:SHOWN_CLASSES] if len(classes) > 2 else [""]
    lines = [
        Line(" · ".join(filter(None, (kind, name))), at(values[:, place], steps[kind]), dash=_dash(kind, dashed))
        for kind, values in predictions.items()
        for place, name in enumerate(names)
    ]
    two = [(0.0, classes[0]), (0.5, "0.5"), (1.0, classes[-1])]
    marks = two if len(classes) == 2 else [(0.0, "0 %"), (0.5, "50 %"), (1.0, "100 %")]
    return Panel(_("prediction"), lines, -0.04, 1.04, marks, percent=True, rule=0.5)


def _dash(kind: str, dashed: str) -> str:
    return "dot" if kind and kind == dashed else "solid"


def bands(quantities: Mapping[str, np.ndarray], steps: np.ndarray, unit: int | None, suffix: str = "") -> list[Band]:
    """Each gate or state (time steps, units) at the steps of an axis; of one unit only unless it is None."""
    return [band(name, at(values, steps), unit, suffix) for name, values in quantities.items()]


def band(name: str, values: np.ndarray, unit: int | None, suffix: str = "", signed: bool | None = None) -> Band:
    """One gate or state as a band of a figure, named by letter and word."""
    own = clamping.limits(name)[0] < 0
    shown = values if unit is None else values[:, unit : unit + 1]
    title = f"{title_of(name)}{suffix}"
    return Band(title, clamping.letter(name), shown, own if signed is None else signed, 1 if unit is None else unit + 1)


def reach(*quantities: Mapping[str, np.ndarray]) -> float:
    """A scale about 0 for all states in whole numbers, so that it stays from epoch to epoch as long as it can."""
    values = [array for found in quantities for name, array in found.items() if clamping.limits(name)[0] < 0]
    return float(math.ceil(max((float(np.nanmax(np.abs(array), initial=0)) for array in values), default=1.0)) or 1)


def verdict(output: np.ndarray, classes: Sequence[str]) -> str:
    """What the network says of the whole text: the likelier class with its probability."""
    shares = [1 - float(output[0]), float(output[0])] if len(classes) == 2 else [float(share) for share in output]
    top = int(np.argmax(shares))
    return t(N_("{name} with {share}"), name=classes[top], share=f"{shares[top]:.1%}")


def words(choice: Choice, key: str, marked: int | None = None, on_pick: Callable[[int], None] | None = None) -> None:
    """The words as chips, coloured by the chosen gate or state; a click hands on the word's place in the text."""
    values = choice.quantities[choice.quantity]
    coloured = np.asarray(values.mean(axis=1)) if choice.unit is None else values[:, choice.unit]
    of = _("mean of all units") if choice.unit is None else t(N_("unit {unit}"), unit=choice.unit + 1)
    title = f"{title_of(choice.quantity)}, {of}"
    low, high = clamping.limits(choice.quantity)
    if low < 0:
        high = round_reach(coloured[choice.passage.steps[choice.passage.kept]])
        low = -high
    said = t(N_("{count} words coloured by {title}"), count=len(choice.passage.kept), title=title)
    scale = ChipScale(low, high, title)
    chip_row.show(
        list(coloured_chips(choice, coloured, () if marked is None else (marked,), on_pick is not None)),
        scale,
        key,
        said,
        on_pick,
    )


def round_reach(values: np.ndarray) -> float:
    """The next round number that no value exceeds."""
    largest = float(np.nanmax(np.abs(values), initial=0))
    return next((step for step in _REACHES if step >= largest), largest)


def coloured_chips(
    choice: Choice, values: np.ndarray, marked: Container[int] = (), clickable: bool = False
) -> Iterable[Chip]:
    """A text with a value for each time step: cut off words and padding as notes, the words between them."""
    passage = choice.passage
    at_front = choice.settings.truncating == "pre"
    if passage.cut and at_front:
        yield _cut(passage)
    if passage.first:
        yield _padding(passage.first)
    for place in _visible(passage):
        yield _word(choice, int(place), values, marked, clickable)
    if passage.after:
        yield _padding(passage.after)
    if passage.cut and not at_front:
        yield _cut(passage)


def _visible(passage: Passage) -> np.ndarray:
    """The kept words and those between them that were left out."""
    return np.arange(passage.kept[0], passage.kept[-1] + 1)


def _word(choice: Choice, place: int, values: np.ndarray, marked: Container[int], clickable: bool) -> Chip:
    text, step = choice.passage.text, int(choice.passage.steps[place])
    known = bool(text.known[place])
    kind = MARKED if place in marked else WORD if known else UNKNOWN
    value = None if step == NOWHERE or np.isnan(values[step]) else float(values[step])
    told = {"number": place + 1, "id": int(text.ids[place]), "value": "–" if value is None else f"{value:.4f}"}
    tip = (
        N_("token {number}, id {id}: {value}")
        if known
        else N_("token {number}, unknown to the model, id {id}: {value}")
    )
    return Chip(text.words[place], kind, t(tip, **told), value, place if clickable and value is not None else None)


def _padding(count: int) -> Chip:
    return Chip(t(N_("{count} × padding"), count=count), ASIDE, _("The model reads padding like any other token."))


def _cut(passage: Passage) -> Chip:
    tip = t(N_("The model reads only {length} tokens."), length=len(passage.row))
    return Chip(t(N_("{count} words cut off"), count=f"{passage.cut:,}"), ASIDE, tip)


def _how(choice: Choice) -> str:
    """How the line is computed, and what of the text the model does not see."""
    passage = choice.passage
    parts = [
        md(
            N_(
                "The line is what the network would say if the text ended there: its last layers applied to the state "
                "that this reading has after each token. Whole text: **{verdict}**."
            ),
            verdict=verdict(choice.reading.output, choice.classes),
        )
    ]
    if passage.first:
        parts.append(md(N_("Before the first word it has read {count} padding tokens."), count=passage.first))
    if passage.after:
        parts.append(md(N_("After the last word it reads {count} padding tokens more."), count=passage.after))
    unknown = int((~passage.text.known[passage.kept]).sum())
    if unknown:
        parts.append(md(N_("Underlined: {count} unknown words, all the same token to the network."), count=unknown))
    if choice.units > MAXIMUM_UNITS and choice.unit is None:
        some = N_("Drawn are the first {shown} of {units} units; choose a unit to see another one.")
        parts.append(md(some, shown=MAXIMUM_UNITS, units=choice.units))
    return " ".join(parts)


def numbers(choice: Choice) -> None:
    """The numbers behind the picture, one click away: of the chosen gate or state."""
    with st.expander(_("Show numbers"), icon=":material/table:", key="read-numbers", on_change="rerun") as shown:
        if not shown.open:
            return
        axis, classes = choice.axis, choice.classes
        values = at(choice.quantities[choice.quantity], axis.steps)
        predicted = at(choice.reading.predictions, axis.steps)
        named = classes[1:] if len(classes) == 2 else classes
        letter = clamping.letter(choice.quantity)
        st.dataframe(
            {
                _("token"): list(axis.names),
                **{t(N_("share of {name}"), name=name): predicted[:, place] for place, name in enumerate(named)},
                **{f"{letter} {unit + 1}": values[:, unit] for unit in range(min(values.shape[1], MAXIMUM_UNITS))},
            },
            hide_index=True,
            height=260,
        )
