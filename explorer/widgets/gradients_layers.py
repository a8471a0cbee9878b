"""A deep stack at its beginning: what its layers give forwards, and what gradient reaches them backwards."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.figures.gradients import Norms, NormsLabels, SharesLabels, norms_figure, shares_figure
from explorer.inspection.deep_stack import EXPLODED, VANISHED, Beginning, Stack
from explorer.messages import N_
from explorer.widgets import figure, gradients_choice, shell, table
from explorer.widgets.gradients_choice import FATES, IMAGES, short
from explorer.widgets.language import _, md, t


@dataclass(frozen=True)
class Chosen:
    """A stack and the seed of its first weights."""

    stack: Stack
    seed: int


def controls() -> Chosen:
    """The stack and its seed."""
    return Chosen(gradients_choice.stack(), gradients_choice.seed())


def pictures(chosen: Chosen) -> None:
    """The stack's outputs and gradients, layer by layer, in words, pictures and numbers."""
    found = gradients_choice.beginning(chosen.stack, chosen.seed)
    gradients_choice.say(found.verdict, found.factor, found.total, len(found.layers))
    _gradients(found)
    _outputs(found)
    _told(found)
    _numbers(found)
    _equations()


def _gradients(found: Beginning) -> None:
    norms = np.array([layer.gradient for layer in found.layers])
    lines = [
        Norms(_("gradient at the layer's outputs"), norms, [layer.verdict for layer in found.layers]),
        Norms(_("gradient of its weights"), _all(found, "weight_gradient"), dash="dash", colour=2, shown=False),
    ]
    title = _("The loss's gradient at each hidden layer, before the first step")
    labels = NormsLabels(title, _("hidden layer"), _("norm"), *gradients_choice.thresholds())
    limits = (float(VANISHED * norms[-1]), float(EXPLODED * norms[-1]))
    alt = f"{title}: " + ", ".join(short(norm) for norm in norms)
    figure.show(norms_figure(lines, labels, limits, dark=shell.dark()), "grad-norms", alt)


def _all(found: Beginning, name: str) -> np.ndarray:
    return np.array([getattr(layer, name) for layer in found.layers])


def _outputs(found: Beginning) -> None:
    title = _("Where the outputs of each layer lie (brighter: more of them), with mean ± standard deviation")
    labels = SharesLabels(title, _("hidden layer"), _("output"), _("share"), _("mean"), _("deviation"))
    spread = (_all(found, "mean"), _all(found, "deviation"))
    deviations = ", ".join(short(layer.deviation) for layer in found.layers)
    drawn = shares_figure(found.edges, found.shares, spread, labels, dark=shell.dark(), height=220)
    figure.show(drawn, "grad-outputs", t(N_("{title}. Standard deviations: {values}"), title=title, values=deviations))


def _told(found: Beginning) -> None:
    dead = float(_all(found, "dead").mean())
    if dead:
        st.markdown(
            md(
                N_(
                    "**Dead units:** {share} of the hidden units are 0 for all {count} images; "
                    "no gradient passes through them."
                ),
                share=f"{dead:.1%}",
                count=IMAGES,
            )
        )
    st.caption(
        md(
            N_(
                "{count} test images of Fashion-MNIST, mean loss {loss}. A gradient is the root mean square over the "
                "images of its length at the layer's outputs. ▼ marks a layer that gets less than 1/100 of the "
                "gradient of the last hidden layer, ▲ one that gets more than 100 times as much, "
                "✕ one where it is 0 or no number."
            ),
            count=IMAGES,
            loss=short(found.loss),
        )
    )


def _numbers(found: Beginning) -> None:
    with st.expander(_("Show numbers"), icon=":material/table:", key="grad-numbers", on_change="rerun") as opened:
        if not opened.open:
            return
        head = (
            _("hidden layer"),
            _("mean"),
            _("deviation"),
            _("zeros"),
            _("dead units"),
            _("gradient"),
            _("gradient of its weights"),
            _("the gradient"),
        )
        rows = [
            (
                str(number),
                short(layer.mean),
                short(layer.deviation),
                f"{layer.zeros:.1%}",
                f"{layer.dead:.1%}",
                short(layer.gradient),
                short(layer.weight_gradient),
                _(FATES[layer.verdict]),
            )
            for number, layer in enumerate(found.layers, 1)
        ]
        table.show(head, rows)


def _equations() -> None:
    with st.expander(
        _("The equations"), icon=":material/functions:", key="grad-equations", on_change="rerun"
    ) as opened:
        if not opened.open:
            return
        st.latex(
            r"s_l = W_l^{\top} h_{l-1} + b_l \qquad h_l = f(s_l) \qquad "
            r"\frac{\partial J}{\partial h_{l-1}} = W_l \left( f'(s_l) \odot \frac{\partial J}{\partial h_l} \right)"
        )
        st.latex(
            r"\mathrm{Var}\left[\frac{\partial J}{\partial h_{l-1}}\right] \approx "
            r"n_{out}\, \mathrm{Var}[W_l]\; \overline{f'(s_l)^2}\; "
            r"\mathrm{Var}\left[\frac{\partial J}{\partial h_l}\right]"
        )
        st.markdown(
            _(
                "Each layer multiplies the gradient once more by its weights and by the slope of its activation: "
                "a factor below 1 per layer vanishes, one above 1 explodes, as powers do. "
                "Glorot chooses Var[W] so that the factor is 1 where the slope is 1, He so that it is 1 for ReLU, "
                "whose slope is 0 for half of the values. "
                "Glorot and Bengio 2010, equations 2 to 12 · He and others 2015, equations 12 to 14."
            )
        )
