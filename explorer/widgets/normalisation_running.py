"""What batches leave behind: moving mean and variance, and the same example in training and at inference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.figures.normalization import MovingLabels, moving_figure
from explorer.inspection.normalization import Running, running, stream
from explorer.messages import N_
from explorer.widgets import figure, link, shell, table
from explorer.widgets.language import _, md, t
from explorer.widgets.normalisation import epsilon_choice, feature_choice
from explorer.widgets.normalisation_equations import aligned, bracketed, number, ratio

SEEN, SIZE, MOMENTUM, SEED = "norm_seen", "norm_size", "norm_momentum", "norm_seed"
MOMENTA = (0.0, 0.5, 0.9, 0.99)
BATCHES = 60
SYMBOLS = {"mean": "μ", "variance": "σ²", "output": "x̂"}
EXAMPLE = np.array([2.0, 5.0, -3.0, 1.0])
MEANS, SPREADS = (3.0, 2.0, -2.0, 0.5), (2.0, 3.0, 4.0, 0.5)
"""Of the normal distributions that the other examples of each batch are drawn from, by feature."""


@dataclass(frozen=True)
class Setup:
    """Batches with what they leave behind, how many of them have been seen, and the feature looked at (from 0)."""

    found: Running
    seen: int
    feature: int
    epsilon: float

    @property
    def size(self) -> int:
        """Examples of a batch."""
        return int(self.found.batches.shape[1])


def controls() -> Setup:
    """Draw the controls of the view."""
    seen = link.slider(_("Batches seen"), 0, BATCHES, 5, SEEN, help=_("Training: one batch after the other."))
    with st.container(horizontal=True, gap="small"):
        st.button(
            _("Next batch"), icon=":material/skip_next:", disabled=seen >= BATCHES, on_click=_go, args=(seen + 1,)
        )
        st.button(_("Start over"), icon=":material/replay:", disabled=seen == 0, on_click=_go, args=(0,))
    size = link.slider(_("Examples in each batch"), 1, 32, 4, SIZE, help=_("The batch size."))
    momentum = _momentum()
    feature = feature_choice()
    epsilon = epsilon_choice()
    seed = link.number(_("Seed"), 0, 9999, 0, SEED, help=_("Another seed draws other batches."))
    found = running(stream(EXAMPLE, MEANS, SPREADS, BATCHES, size, seed), momentum)
    return Setup(found, seen, feature, epsilon)


def _go(seen: int) -> None:
    st.session_state[SEEN] = seen


def _momentum() -> float:
    link.restore(MOMENTUM, link.one_of(MOMENTA))
    chosen = st.select_slider(
        "momentum",
        MOMENTA,
        0.9,
        key=MOMENTUM,
        persist_state="session",
        help=_("How slowly the moving statistics follow the batches. Keras's default is 0.99."),
    )
    link.keep(MOMENTUM, float(chosen), 0.9)
    return float(chosen)


def pictures(setup: Setup) -> None:
    """Both moving averages, what the same example gives in training and at inference, and the equations."""
    found, feature = setup.found, setup.feature
    named = {"number": feature + 1}
    left, right = st.columns(2)
    with left:
        title = t(N_("Mean of feature {number}"), **named)
        _moving(setup, found.means, found.moving_mean, title, "mean", (_("of the batch"), _("moving mean")))
    with right:
        title = t(N_("Variance of feature {number}"), **named)
        words = (_("of the batch"), _("moving variance"))
        _moving(setup, found.variances, found.moving_variance, title, "variance", words)
    title = t(N_("x̂ of the same example, feature {number} = {value}"), **named, value=f"{EXAMPLE[feature]:g}")
    training = found.in_training(0, setup.epsilon)
    inference = found.at_inference(EXAMPLE, setup.epsilon)
    _moving(setup, training, inference, title, "output", (_("in training"), _("at inference")))
    _equations(setup, training, inference)
    _remarks(setup)
    _numbers(setup, training, inference)


def _moving(setup: Setup, dots: np.ndarray, line: np.ndarray, title: str, key: str, names: tuple[str, str]) -> None:
    """One quantity of the chosen feature over the batches: dots (count, features), line (count + 1, features)."""
    dots, line = dots[:, setup.feature], line[:, setup.feature]
    both = np.concatenate([dots, line])
    # With batches of one the variance dies out and the quotient goes beyond all bounds: a picture of 50 is enough.
    low, high = (float(np.clip(end, -50, 50)) for end in (both.min(), both.max()))
    margin = 0.08 * (high - low) or 1.0
    labels = MovingLabels(title, _("batch"), SYMBOLS[key], *names)
    span = (low - margin, high + margin)
    drawn = moving_figure(dots, line, setup.seen, span, labels, dark=shell.dark(), height=210)
    last = f"{names[1]} {line[setup.seen]:.4g}"
    told = f"{names[0]} {dots[setup.seen - 1]:.4g}, {last}" if setup.seen else last
    figure.show(drawn, f"norm-{key}", f"{title}: {told}")


def _equations(setup: Setup, training: np.ndarray, inference: np.ndarray) -> None:
    """The last batch's share in the moving averages, and both quotients, with the numbers put in."""
    found, seen, feature = setup.found, setup.seen, setup.feature
    value = float(EXAMPLE[feature])
    now = (float(found.moving_mean[seen, feature]), float(found.moving_variance[seen, feature]))
    at_inference = ratio(r"\hat x", value, *now, setup.epsilon, float(inference[seen, feature]))
    if seen == 0:
        st.markdown(
            _("No batch has been seen: the moving mean is 0 and the moving variance 1, so at inference x̂ is almost x.")
        )
        aligned([at_inference])
        return
    batch = (float(found.means[seen - 1, feature]), float(found.variances[seen - 1, feature]))
    left, right = st.columns(2)
    with left:
        st.markdown(md(N_("**Batch {number} moves the statistics**"), number=seen))
        before = (found.moving_mean[seen - 1, feature], found.moving_variance[seen - 1, feature])
        aligned(
            rf"{name} &\leftarrow {number(found.momentum)} \cdot {bracketed(old)} + {number(1 - found.momentum)} "
            rf"\cdot {bracketed(new)} \\ &= {number(moved)}"
            for name, old, new, moved in zip((r"\mu", r"\sigma^2"), before, batch, now, strict=True)
        )
    with right:
        st.markdown(_("**In training, then at inference**"))
        in_training = ratio(r"\hat x", value, *batch, setup.epsilon, float(training[seen - 1, feature]))
        aligned([in_training, at_inference])


def _remarks(setup: Setup) -> None:
    if setup.size == 1:
        st.caption(
            _(
                "In batches of one every x̂ in training is 0 and every variance is 0: the moving variance dies out, and "
                "at inference the example is divided by almost nothing."
            )
        )
    st.caption(
        _(
            "The same example is in every batch: in training its x̂ jumps with its companions, which is a noise that "
            "works a little like dropout; at inference it depends on nothing but the moving statistics, and γ = 1 and "
            "β = 0 leave it as it is. The moving statistics begin as 0 and 1, so with a large momentum and few batches "
            "inference is far from training. Keras keeps the variance with 1/m; Ioffe and Szegedy (2015, algorithm 2) "
            "take m/(m − 1) times that."
        )
    )


def _numbers(setup: Setup, training: np.ndarray, inference: np.ndarray) -> None:
    with st.expander(_("Show numbers"), icon=":material/table:", key="norm-moving-numbers", on_change="rerun") as shown:
        if not shown.open:
            return
        found, feature = setup.found, setup.feature
        head = (_("batch"), "μ", "σ²", _("moving mean"), _("moving variance"), _("in training"), _("at inference"))
        rows = [
            (
                str(batch + 1),
                *(
                    f"{values[place, feature]:.5g}"
                    for values, place in (
                        (found.means, batch),
                        (found.variances, batch),
                        (found.moving_mean, batch + 1),
                        (found.moving_variance, batch + 1),
                        (training, batch),
                        (inference, batch + 1),
                    )
                ),
            )
            for batch in range(setup.seen)
        ]
        table.show(head, rows)
