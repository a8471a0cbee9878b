"""Small problems drawn from a seed, one for each kind of model in the notes' tour of Keras."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from explorer.controls import Fraction, Whole, setting
from explorer.datasets.base import FULL, TEST, TRAIN, Availability, Counts, Dataset, Preparation, Split, Task
from explorer.datasets.puzzles import check_variant
from explorer.messages import N_, Message, message

TEST_SHARE = 5
"""One example of so many is to test on."""
TOLERANCE = 0.25
PLANE = (2.0, -1.0, 0.5)
"""The rule of the linear and the logistic problem: weights of the three features."""
PLANE_BIAS = 0.25
_STREAMS = {TRAIN: 0, TEST: 1}


@dataclass(frozen=True)
class Drawn(Preparation):
    """How many examples are drawn, how noisy they are, and from which seed."""

    examples: int = setting(
        1000, Whole(N_("Examples"), N_("All examples together; one of five is to test on."), 50, 5000, 50)
    )
    noise: float = setting(
        0.1, Fraction(N_("Noise"), N_("Standard deviation of what chance adds to the rule."), 0.0, 2.0, 0.05)
    )
    seed: int = setting(42, Whole(N_("Seed"), N_("The same seed draws the same examples."), 0, 2**31 - 1))


Chance = np.random.RandomState
Rule = Callable[[np.ndarray, np.ndarray, Chance], np.ndarray]
"""Inputs (n, *input_shape), noise (n,), chance: labels (n,)."""


@dataclass(frozen=True)
class Generated(Dataset):
    """Inputs from a standard normal distribution and labels by a rule; `says` the rule in a sentence."""

    says: Message = field(default_factory=lambda: message(""))
    shape: tuple[int, ...] = (3,)
    rule: Rule = lambda inputs, noise, chance: noise
    units: int = 1
    loss: str = "mean_squared_error"
    waves: bool = False
    preparation: ClassVar[type[Preparation] | None] = Drawn

    def available(self, parts: tuple[str, ...] = (TRAIN, TEST)) -> Availability:
        return Availability(FULL, self.counts(FULL), message(N_("computed on this machine")))

    def task(self, variant: str, preparation: Preparation | None = None) -> Task:
        check_variant(self.title, variant)
        classes = () if self.loss == "mean_squared_error" else CLASSES[: max(2, self.units)]
        tolerance = TOLERANCE if self.loss == "mean_squared_error" else 0.0
        return Task(self.shape, self.units, self.loss, classes=classes, tolerance=tolerance)

    def counts(self, variant: str, preparation: Preparation | None = None) -> Counts:
        check_variant(self.title, variant)
        examples = _drawn(preparation).examples
        return Counts(examples - examples // TEST_SHARE, examples // TEST_SHARE)

    def load(self, variant: str, part: str, preparation: Preparation | None = None) -> Split:
        counts, chosen = self.counts(variant, preparation), _drawn(preparation)
        count = counts.train if part == TRAIN else counts.test
        chance = Chance([chosen.seed, _STREAMS[part]])
        inputs = _waves(chance, count, self.shape[0]) if self.waves else chance.normal(size=(count, *self.shape))
        labels = self.rule(inputs, chosen.noise * chance.normal(size=count), chance)
        whole = self.loss == "sparse_categorical_crossentropy"
        return Split(inputs.astype(np.float32), labels.astype(np.int64 if whole else np.float32))


def _drawn(preparation: Preparation | None) -> Drawn:
    return preparation if isinstance(preparation, Drawn) else Drawn()


def _waves(chance: Chance, count: int, steps: int) -> np.ndarray:
    """Sine waves (count, steps, 1) of 1 to 6 periods, each begun at a place of its own."""
    periods, phase = chance.uniform(1, 6, (count, 1)), chance.uniform(0, 1, (count, 1))
    return np.asarray(np.sin(2 * np.pi * (periods * np.arange(steps) / steps + phase)))[..., np.newaxis]


def _plane(inputs: np.ndarray) -> np.ndarray:
    return np.asarray(inputs @ np.array(PLANE) + PLANE_BIAS)


def _line(inputs: np.ndarray, noise: np.ndarray, chance: Chance) -> np.ndarray:
    return _plane(inputs) + noise


def _odds(inputs: np.ndarray, noise: np.ndarray, chance: Chance) -> np.ndarray:
    """A coin that falls on 1 with the probability sigmoid(plane)."""
    return np.asarray(chance.random_sample(len(inputs)) < 1 / (1 + np.exp(-(_plane(inputs) + noise))), float)


def _ring(inputs: np.ndarray, noise: np.ndarray, chance: Chance) -> np.ndarray:
    """Whether the point lies further from 0 than half of all points: no straight cut tells.

    Half of a chi-squared distribution with k degrees of freedom lies below about k·(1 - 2 / 9k)³
    (Wilson and Hilferty 1931).
    """
    features = inputs.shape[1]
    squares = (inputs**2).sum(axis=1) / features
    return np.asarray(squares + noise > (1 - 2 / (9 * features)) ** 3, float)


def _largest(inputs: np.ndarray, noise: np.ndarray, chance: Chance) -> np.ndarray:
    """Which of the first three features is the largest, with the fourth one pulling the third."""
    scores = inputs[:, :3] + np.stack([0 * noise, noise, 0.5 * inputs[:, 3]], axis=1)
    return np.asarray(scores.argmax(axis=1))


def _two_sources(inputs: np.ndarray, noise: np.ndarray, chance: Chance) -> np.ndarray:
    """A sum from the first source, bent by the second: neither tells it alone."""
    first, second = inputs[:, :8].sum(axis=1) / np.sqrt(8), inputs[:, 64:72].sum(axis=1) / np.sqrt(8)
    return np.asarray(first + np.tanh(second) + noise)


def _fast(inputs: np.ndarray, noise: np.ndarray, chance: Chance) -> np.ndarray:
    """Whether a wave crosses zero more than seven times, that is has more than three and a half periods."""
    signs = np.sign(inputs[..., 0])
    crossings = (signs[:, 1:] != signs[:, :-1]).sum(axis=1)
    return np.asarray(crossings + 5 * noise > 7, float)


CLASSES = tuple(message(N_("class {number}"), number=number) for number in range(10))
BINARY = "binary_crossentropy"

GENERATED: tuple[Generated, ...] = (
    Generated(
        "line",
        message(N_("Plane with noise")),
        message(N_("y = 2·x₁ − x₂ + 0.5·x₃ + 0.25, and noise.")),
        (3,),
        _line,
    ),
    Generated(
        "odds",
        message(N_("Coins with odds")),
        message(N_("y is 1 with the probability sigmoid(2·x₁ − x₂ + 0.5·x₃ + 0.25).")),
        (3,),
        _odds,
        loss=BINARY,
    ),
    Generated(
        "ring-4",
        message(N_("Near or far, 4 features")),
        message(N_("y is 1 where x₁² + x₂² + … is larger than for half of the points.")),
        (4,),
        _ring,
        loss=BINARY,
    ),
    Generated(
        "ring-10",
        message(N_("Near or far, 10 features")),
        message(N_("y is 1 where x₁² + x₂² + … is larger than for half of the points.")),
        (10,),
        _ring,
        loss=BINARY,
    ),
    Generated(
        "largest",
        message(N_("Which is the largest?")),
        message(N_("The class is the largest of x₁, x₂ and x₃ + 0.5·x₄.")),
        (4,),
        _largest,
        units=3,
        loss="sparse_categorical_crossentropy",
    ),
    Generated(
        "two-sources",
        message(N_("Two sources")),
        message(N_("y is a sum over the first input plus tanh of a sum over the second.")),
        (192,),
        _two_sources,
    ),
    Generated(
        "waves",
        message(N_("Slow and fast waves")),
        message(N_("y is 1 where the wave crosses zero more than seven times.")),
        (50, 1),
        _fast,
        loss=BINARY,
        waves=True,
    ),
)
