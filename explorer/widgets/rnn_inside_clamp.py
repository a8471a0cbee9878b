"""Holding gates and states at a value: what becomes of the prediction and of the states."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import streamlit as st

from explorer.figures.gates import gates_figure
from explorer.inspection import clamps as clamping
from explorer.inspection.clamps import MAXIMUM, Clamp
from explorer.inspection.passage import Passage, at
from explorer.inspection.reading import Reading
from explorer.messages import N_
from explorer.widgets import figure, link, rnn_inside, shell
from explorer.widgets.language import _, escape, md, t
from explorer.widgets.rnn_inside_choice import SIDES, Choice, read, title_of

CLAMPS = "read_clamps"
VALUE, RANGE = "read_clamp_value", "read_clamp_range"
SEPARATOR = ";"

OFF = "off"

Quick = tuple[str, tuple[tuple[str, float], ...]]
QUICK: dict[str, Quick] = {
    "f1": (N_("f = 1: forget nothing"), (("f", 1.0),)),
    "i0": (N_("i = 0: let nothing in"), (("i", 0.0),)),
    "o0": (N_("o = 0: show nothing"), (("o", 0.0),)),
    "frozen": (N_("c frozen: f = 1, i = 0"), (("f", 1.0), ("i", 0.0))),
    "z1": (N_("z = 1: keep the old state"), (("z", 1.0),)),
    "z0": (N_("z = 0: take only the candidate"), (("z", 0.0),)),
    "r0": (N_("r = 0: a candidate without memory"), (("r", 0.0),)),
    OFF: (N_("unit off: h = 0"), (("h", 0.0),)),
}
"""Clamps worth trying, for every cell that has their letters."""


def clamp(choice: Choice) -> None:
    """The clamps that can be made, those in force, and the text with and without them."""
    left, right = st.columns(2)
    with left:
        first, last = _range_choice(choice)
    with right:
        _slider(choice, first, last)
    _quick(choice, first, last)
    kept = _kept()
    held = [one for one in kept if one.fits(choice.network)]
    link.keep(CLAMPS, SEPARATOR.join(map(str, kept)), "")
    _list(held, len(kept) - len(held))
    _differences(choice, held)


def placed(held: Clamp, passage: Passage) -> Clamp:
    """A clamp of tokens of the text as one of time steps; padding before the text is read freely."""
    steps, kept = passage.steps, passage.kept
    later = kept[kept >= held.first]
    first = int(steps[later[0]]) if later.size else len(passage.row)
    last = None
    if held.last is not None:
        earlier = kept[kept <= held.last]
        last = int(steps[earlier[-1]]) if earlier.size else -1
    return dataclasses.replace(held, first=first, last=last)


def _kept() -> tuple[Clamp, ...]:
    """The session's clamps, or those of the link; tokens of the text take the place of time steps in them."""
    link.restore(CLAMPS, _parse)
    kept: tuple[Clamp, ...] = st.session_state.get(CLAMPS, ())
    return kept


def _parse(text: str) -> tuple[Clamp, ...]:
    parts = text.split(SEPARATOR) if text else []
    if len(parts) > MAXIMUM:
        raise ValueError(text)
    return tuple(clamping.parse(part) for part in parts)


def _add(*new: Clamp) -> None:
    """Hold these; each takes the place of an earlier clamp of the same gate and unit."""
    places = {(one.layer, one.quantity, one.unit) for one in new}
    others = tuple(one for one in _kept() if (one.layer, one.quantity, one.unit) not in places)
    st.session_state[CLAMPS] = (*others, *new)[-MAXIMUM:]


def _remove(*gone: Clamp) -> None:
    st.session_state[CLAMPS] = tuple(one for one in _kept() if one not in gone)


def _range_choice(choice: Choice) -> tuple[int, int | None]:
    """The tokens that a new clamp is for, from 0; (0, None) for all of any text."""
    kept = choice.passage.kept
    low, high = int(kept[0]) + 1, int(kept[-1]) + 1
    if low == high:
        return 0, None
    link.limit(RANGE, _Within(low, high))
    chosen = st.slider(
        _("Tokens for a new clamp"),
        low,
        high,
        (low, high),
        key=RANGE,
        persist_state="session",
        help=_("The whole range holds from the first word to the end; padding before the words is read freely."),
    )
    return (0 if chosen[0] == low else chosen[0] - 1), (None if chosen[1] == high else chosen[1] - 1)


@dataclasses.dataclass(frozen=True)
class _Within:
    """The pairs of tokens that a text has."""

    low: int
    high: int

    def __contains__(self, pair: object) -> bool:
        return isinstance(pair, tuple) and self.low <= pair[0] <= pair[1] <= self.high


def _quick(choice: Choice, first: int, last: int | None) -> None:
    """A button for each clamp worth trying; it is for the unit that is chosen at the left, or for all."""
    side = choice.quantity.rpartition("_")[0]
    before = f"{side}_" if side else ""
    with st.container(horizontal=True, gap="small"):
        for name, (title, holds) in QUICK.items():
            new = [Clamp(choice.layer, f"{before}{part}", choice.unit, value, first, last) for part, value in holds]
            if all(one.fits(choice.network) for one in new) and not (name == OFF and choice.unit is None):
                st.button(_(title), key=f"read-quick-{name}", on_click=_add, args=new)


def _slider(choice: Choice, first: int, last: int | None) -> None:
    """Any value for the gate or state that is chosen at the left; moving it holds it there."""
    low, high = clamping.limits(choice.quantity)
    key = f"{VALUE}_{choice.layer}_{choice.quantity}_{choice.unit}"
    mine = (choice.layer, choice.quantity, choice.unit)
    now = next((one.value for one in _kept() if (one.layer, one.quantity, one.unit) == mine), None)
    if now is not None:
        st.session_state[key] = now
    of = _("all units") if choice.unit is None else t(N_("unit {unit}"), unit=choice.unit + 1)
    new = Clamp(*mine, 0.0, first, last)
    st.slider(
        t(N_("Hold {quantity}, {units}, at"), quantity=title_of(choice.quantity), units=of),
        low,
        high,
        1.0 if low == 0 else 0.0,
        0.05,
        key=key,
        on_change=_slid,
        args=(key, new),
    )


def _slid(key: str, new: Clamp) -> None:
    _add(dataclasses.replace(new, value=float(st.session_state[key])))


def _list(held: Sequence[Clamp], waiting: int) -> None:
    """The clamps in force, each with a button that lets go."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for one in held:
            key = f"read-let-go-{one}"
            st.button(_told(one), key=key, icon=":material/close:", help=_("Let go"), on_click=_remove, args=(one,))
        if len(held) > 1:
            st.button(_("Let all go"), key="read-let-go", type="tertiary", on_click=_remove, args=tuple(held))
    if waiting:
        st.caption(md(N_("{count} clamps of another model are not in force here."), count=waiting))


def _told(held: Clamp) -> str:
    """A clamp in words, as Markdown."""
    side, _dash, letter = held.quantity.rpartition("_")
    name = f"{letter} ({_(SIDES[side])})" if side else letter
    parts = [held.layer, f"{name} = {held.value:.4g}"]
    if held.unit is not None:
        parts.append(t(N_("unit {unit}"), unit=held.unit + 1))
    if held.first or held.last is not None:
        end = "" if held.last is None else held.last + 1
        parts.append(t(N_("tokens {first}–{last}"), first=held.first + 1, last=end))
    return escape(", ".join(parts))


def _differences(choice: Choice, held: Sequence[Clamp]) -> None:
    """Both lines in one panel, and the states without, with and their difference below, on one scale."""
    steps = choice.axis.steps
    after = read(choice.network, choice.passage, [placed(one, choice.passage) for one in held])
    names = (_("free"), _("clamped"))
    title = _title(choice, after) if held else _("Nothing is held yet: choose a clamp and watch the line")
    predictions = {names[0]: choice.reading.predictions} | ({names[1]: after.predictions} if held else {})
    panel = rnn_inside.prediction_panel(choice, predictions, dict.fromkeys(predictions, steps), dashed=names[0])
    shown = _shown(choice)
    bands = []
    for name in shown:
        before, now = (at(one.quantities[choice.layer][name], steps) for one in (choice.reading, after))
        bands.append(rnn_inside.band(name, before, choice.unit, f" · {names[0]}" if held else ""))
        if held:
            bands.append(rnn_inside.band(name, now, choice.unit, f" · {names[1]}"))
            bands.append(rnn_inside.band(name, now - before, choice.unit, f" · {_('difference')}", signed=True))
    reach = rnn_inside.reach(*(_only(one.quantities[choice.layer], shown) for one in (choice.reading, after)))
    drawn = gates_figure(choice.axis.names, [panel], bands, rnn_inside.labels(title), reach=reach, dark=shell.dark())
    figure.show(drawn, "read-clamp", title)
    st.caption(
        _(
            "A held value takes the place of the computed one at each of its tokens, and everything after it is "
            "computed from it. All states have one scale, and so has their difference. The clamps are in the link."
        )
    )


def _shown(choice: Choice) -> list[str]:
    """The states of the chosen direction, and the chosen gate if it is none of them."""
    side = choice.quantity.rpartition("_")[0]
    states = [name for name in choice.quantities if name.rpartition("_")[0] == side and clamping.letter(name) in "ch"]
    return states if choice.quantity in states else [choice.quantity, *states]


def _only(quantities: dict[str, np.ndarray], names: Sequence[str]) -> dict[str, np.ndarray]:
    return {name: quantities[name] for name in names}


def _title(choice: Choice, after: Reading) -> str:
    before, now = (rnn_inside.verdict(one.output, choice.classes) for one in (choice.reading, after))
    return t(N_("Free {before}, clamped {after}"), before=before, after=now)
