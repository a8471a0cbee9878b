"""The optimizers' own arithmetic, step by step, exactly as Keras computes it.

Letters: g the gradient, v the velocity (of RMSprop and Adam the mean of squared gradients),
m the mean of gradients, Δ the step that is added to the weights w. All arrays are (..., 2).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from explorer.controls import Fraction, check_settings, setting
from explorer.messages import N_

Quantities = Mapping[str, np.ndarray]
"""What a step computes, by letter."""
STEP = "Δ"


@dataclass(frozen=True)
class Line:
    """One equation: the letter it computes, its form, and the same with places for this step's numbers.

    A place names a letter, `w-` the letter's value one step before, a setting, or `t`, the step.
    """

    letter: str
    form: str
    numbers: str


@dataclass(frozen=True)
class Optimizer:
    """A rule that turns gradients into steps. A column of learning rates (n, 1) moves n points at once."""

    learning_rate: Any = 0.01
    letters: ClassVar[tuple[str, ...]] = ()

    def begin(self, shape: tuple[int, ...]) -> Quantities:
        """What it remembers before the first step: zeros."""
        return {letter: np.zeros(shape) for letter in self.letters}

    def step(self, gradient: np.ndarray, before: Quantities, t: int) -> Quantities:
        """What step `t` (1 for the first) computes at the place with that gradient; `before` is the last step's."""
        raise NotImplementedError

    def lines(self) -> tuple[Line, ...]:
        """The equations of one step, in the order of computation."""
        return (
            Line("g", "∇L(w₋)", "∇L{w-}"),
            *self.rule(),
            Line("w", "w₋ + Δ", "{w-} + {Δ}"),
        )

    def rule(self) -> tuple[Line, ...]:
        """The equations from the gradient to the step."""
        raise NotImplementedError


@dataclass(frozen=True)
class SGD(Optimizer):
    """Gradient descent, with momentum if that is not 0 (Keras: keras.optimizers.SGD).

    v = βv − ηg and Δ = v; with `nesterov` Δ = βv − ηg.
    """

    momentum: float = 0.0
    nesterov: bool = False
    letters = ("v",)

    def step(self, gradient: np.ndarray, before: Quantities, t: int) -> Quantities:
        pull = gradient * self.learning_rate
        if not self.momentum:
            return {"g": gradient, "v": -pull, STEP: -pull}
        v = before["v"] * self.momentum - pull
        return {"g": gradient, "v": v, STEP: v * self.momentum - pull if self.nesterov else v}

    def rule(self) -> tuple[Line, ...]:
        plain = Line(STEP, "−η·g", "−{learning_rate} × {g}")
        if not self.momentum:
            return (plain,)
        velocity = Line("v", "β·v₋ − η·g", "{momentum} × {v-} − {learning_rate} × {g}")
        ahead = Line(STEP, "β·v − η·g", "{momentum} × {v} − {learning_rate} × {g}")
        return velocity, ahead if self.nesterov else Line(STEP, "v", "{v}")


@dataclass(frozen=True)
class RMSprop(Optimizer):
    """Steps divided by the root of a mean of squared gradients (Keras: keras.optimizers.RMSprop)."""

    rho: float = 0.9
    epsilon: float = 1e-7
    letters = ("v",)

    def step(self, gradient: np.ndarray, before: Quantities, t: int) -> Quantities:
        v = self.rho * before["v"] + (1 - self.rho) * np.square(gradient)
        return {"g": gradient, "v": v, STEP: -self.learning_rate * gradient / np.sqrt(v + self.epsilon)}

    def rule(self) -> tuple[Line, ...]:
        return (
            Line("v", "ρ·v₋ + (1 − ρ)·g²", "{rho} × {v-} + (1 − {rho}) × {g}²"),
            Line(STEP, "−η·g / √(v + ε)", "−{learning_rate} × {g} / √({v} + {epsilon})"),
        )


@dataclass(frozen=True)
class Adam(Optimizer):
    """Momentum and RMSprop together, both corrected for their beginning at 0 (Keras: keras.optimizers.Adam).

    Keras adds ε before the correction of v: Δ = −η m̂ / (√v̂ + ε/√(1 − β₂ᵗ)), which is the form
    "just before section 2.1" of Kingma and Ba (arXiv 1412.6980).
    """

    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-7
    letters = ("m", "v")

    def step(self, gradient: np.ndarray, before: Quantities, t: int) -> Quantities:
        m = before["m"] + (gradient - before["m"]) * (1 - self.beta_1)
        v = before["v"] + (np.square(gradient) - before["v"]) * (1 - self.beta_2)
        whole_m, whole_v = 1 - self.beta_1**t, 1 - self.beta_2**t
        alpha = self.learning_rate * np.sqrt(whole_v) / whole_m
        change = -m * alpha / (np.sqrt(v) + self.epsilon)
        return {"g": gradient, "m": m, "v": v, "m̂": m / whole_m, "v̂": v / whole_v, STEP: change}

    def rule(self) -> tuple[Line, ...]:
        return (
            Line("m", "β₁·m₋ + (1 − β₁)·g", "{beta_1} × {m-} + (1 − {beta_1}) × {g}"),
            Line("v", "β₂·v₋ + (1 − β₂)·g²", "{beta_2} × {v-} + (1 − {beta_2}) × {g}²"),
            Line("m̂", "m / (1 − β₁ᵗ)", "{m} / (1 − {beta_1}^{t})"),
            Line("v̂", "v / (1 − β₂ᵗ)", "{v} / (1 − {beta_2}^{t})"),
            Line(
                STEP,
                "−η·m̂ / (√v̂ + ε/√(1 − β₂ᵗ))",
                "−{learning_rate} × {m̂} / (√{v̂} + {epsilon} / √(1 − {beta_2}^{t}))",
            ),
        )


@dataclass(frozen=True)
class Constants:
    """The optimizers' constants besides the learning rate, with Keras's names and defaults."""

    momentum: float = setting(
        0.9, Fraction(N_("momentum β"), N_("How much of the last step goes on into the next one."), 0.0, 0.99, 0.05)
    )
    rho: float = setting(
        0.9, Fraction(N_("rho ρ of RMSprop"), N_("How long squared gradients are remembered."), 0.0, 0.999, 0.05)
    )
    beta_1: float = setting(
        0.9, Fraction(N_("beta_1 β₁ of Adam"), N_("How long gradients are remembered."), 0.0, 0.999, 0.05)
    )
    beta_2: float = setting(
        0.999, Fraction(N_("beta_2 β₂ of Adam"), N_("How long squared gradients are remembered."), 0.0, 0.9999, 0.01)
    )

    def __post_init__(self) -> None:
        check_settings(self)


OPTIMIZERS: dict[str, Callable[[float, Constants], Optimizer]] = {
    "sgd": lambda rate, constants: SGD(rate),
    "momentum": lambda rate, constants: SGD(rate, constants.momentum),
    "nesterov": lambda rate, constants: SGD(rate, constants.momentum, nesterov=True),
    "rmsprop": lambda rate, constants: RMSprop(rate, constants.rho),
    "adam": lambda rate, constants: Adam(rate, constants.beta_1, constants.beta_2),
}
"""The optimizers by their names in a link: made with a learning rate and the constants."""
