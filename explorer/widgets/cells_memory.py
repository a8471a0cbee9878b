"""How long an early pulse stays in each cell: the vanishing memory, with real numbers."""

from __future__ import annotations

import streamlit as st

from explorer.figures.cell_gates import COLOURS, Line, lines_figure
from explorer.inspection.memory import Memory, Settings, memories
from explorer.messages import N_
from explorer.widgets import figure, link, shell, table
from explorer.widgets.language import _, md, t

WEIGHTS = (0.3, 0.5, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.5)
GATES = (0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999)
GRADIENT = 3
TABLE_STEPS = (2, 5, 11, 21, 31, 41, 51, 61)


def controls() -> Settings:
    """Draw the controls of the view."""
    steps = link.slider(_("Time steps"), 10, 60, 40, "memory_steps")
    weight = _stops(_("SimpleRNN: recurrent weight w"), WEIGHTS, 0.9, "memory_weight")
    activation = link.segmented(_("SimpleRNN: activation"), {"tanh": "tanh", "linear": "linear"}, "memory_activation")
    forget = _stops(_("LSTM: forget gate f"), GATES, 0.98, "memory_forget")
    update = _stops(_("GRU: update gate z"), GATES, 0.95, "memory_update")
    after = {"zeros": _("zeros"), "noise": _("random numbers")}
    noise = link.segmented(_("Inputs after the pulse"), after, "memory_noise") == "noise"
    return Settings(steps, weight, activation, forget, update, noise)


def _stops(label: str, stops: tuple[float, ...], default: float, key: str) -> float:
    link.restore(key, link.one_of(stops))
    link.limit(key, stops)
    chosen = st.select_slider(label, stops, default, key=key, persist_state="session")
    link.keep(key, chosen, default)
    return float(chosen)


def pictures(settings: Settings) -> None:
    """What is left of the pulse, and the products that explain it."""
    scale = link.segmented(
        _("Scale"),
        {"linear": _("linear scale"), "log": _("logarithmic scale")},
        "memory_scale",
        label_visibility="collapsed",
    )
    found = memories(settings)
    title = _("What is left of a pulse at time step 1 (lines), and the product that predicts it (broad bands)")
    drawn = lines_figure(
        _lines(found), title, _("time step"), _("share left"), log=scale == "log", dark=shell.dark(), height=380
    )
    figure.show(drawn, "memory", title)
    _table(found, settings)
    _explanation(found, settings)


def _lines(found: tuple[Memory, ...]) -> list[Line]:
    lines = []
    for memory in found:
        colour = COLOURS[memory.cell]
        lines.append(Line(t(N_("{cell}: left in {state}"), cell=memory.cell, state=memory.letter), memory.left, colour))
        lines.append(Line(f"{memory.cell}: ∏ {memory.factor}", memory.product, colour, band=True))
        if memory.cell == "SimpleRNN":
            lines.append(Line("SimpleRNN: ∏ w·(1 − h²)", memory.gradient, GRADIENT, dash="dash"))
    return lines


def _table(found: tuple[Memory, ...], settings: Settings) -> None:
    steps = [step for step in TABLE_STEPS if step <= settings.steps]
    rows = []
    for memory in found:
        rows.append((t(N_("{cell}: left"), cell=memory.cell), *(_short(memory.left[step - 1]) for step in steps)))
        rows.append((f"∏ {memory.factor}", *(_short(memory.product[step - 1]) for step in steps)))
    table.show(("", *(t(N_("step {step}"), step=step) for step in steps)), rows)


def _short(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")


def _explanation(found: tuple[Memory, ...], settings: Settings) -> None:
    simple, lstm, gru = found
    last = settings.steps - 1
    st.markdown(
        md(
            N_(
                "After {steps} steps the SimpleRNN has {simple} of the pulse left, the LSTM {lstm}, the GRU {gru}. "
                "A SimpleRNN multiplies its memory by the same w at every step: w^{times} = {power}. "
                "LSTM and GRU multiply by a gate, which the cell opens and closes itself: "
                "f^{times} = {kept}. Near 1 it keeps for hundreds of steps, and at 0 it forgets at once."
            ),
            steps=settings.steps,
            times=last,
            simple=_short(simple.left[-1]),
            lstm=_short(lstm.left[-1]),
            gru=_short(gru.left[-1]),
            power=_short(simple.product[-1]),
            kept=_short(lstm.product[-1]),
        )
    )
    if settings.activation == "tanh" and settings.weight > 1:
        st.info(
            md(
                N_(
                    "With w above 1 the tanh cell jumps to one side and stays there: the state remembers which way, "
                    "but the gradient ∏ w·(1 − h²) = {gradient} has vanished, so it could not have learned it."
                ),
                gradient=_short(simple.gradient[-1]),
            ),
            icon=":material/info:",
        )
    if settings.activation == "linear" and settings.weight > 1:
        st.info(
            md(
                N_(
                    "Without tanh and with w above 1 the state explodes: {size} times the pulse. "
                    "Its gradient grows as fast."
                ),
                size=_short(simple.left[-1]),
            ),
            icon=":material/info:",
        )
    st.caption(
        _(
            "Each cell has one unit. It reads a value and a mark that is 1 at the pulse alone: LSTM and GRU open "
            "their gates to it and keep them shut afterwards, which a SimpleRNN cannot. “Left” is the difference "
            "that the pulse makes to the state, as a share of the difference at step 1."
        )
    )
