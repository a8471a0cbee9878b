"""Data for trainings that are broken on purpose: what can go wrong with data can be switched on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from explorer.controls import Choice, Switch, Whole, setting
from explorer.datasets.base import FULL, SAMPLE, TEST, TRAIN, Availability, Counts, Dataset, Preparation, Split, Task
from explorer.datasets.fashion_mnist import FashionMnist
from explorer.datasets.generated import BINARY, CLASSES, Chance
from explorer.datasets.puzzles import check_variant
from explorer.messages import N_, Message, message

CLOTHES, RING, ECHO = "clothes", "ring", "echo"
RING_FEATURES = 10
RING_NOISE = 0.35
_STREAMS = {TRAIN: 0, TEST: 1}


@dataclass(frozen=True)
class Case(Preparation):
    """Which examples, and what is wrong with them.

    `clothes` are images of clothes as rows of 784 pixels, `ring` points near to or far from 0, `echo`
    rows of random numbers whose label is the sign of the first one. With `leaking`, half of the
    training examples are copies of test examples.
    """

    kind: str = setting(CLOTHES, Choice("kind", options=(CLOTHES, RING, ECHO)))
    examples: int = setting(2000, Whole("examples", "", 100, 6000))
    steps: int = setting(100, Whole("steps", "", 2, 200))
    shuffled_labels: bool = setting(False, Switch("shuffled_labels"))
    unscaled: bool = setting(False, Switch("unscaled"))
    leaking: bool = setting(False, Switch("leaking"))
    seed: int = setting(42, Whole("seed", "", 0, 2**31 - 1))


@dataclass(frozen=True)
class Cases(Dataset):
    """The examples of all cases, from the embedded sample or drawn from a seed."""

    name: str = "cases"
    title: Message = field(default_factory=lambda: message(N_("Cases")))
    preparation: ClassVar[type[Preparation] | None] = Case

    def available(self, parts: tuple[str, ...] = (TRAIN, TEST)) -> Availability:
        return Availability(FULL, self.counts(FULL), message(N_("computed on this machine")))

    def task(self, variant: str, preparation: Preparation | None = None) -> Task:
        check_variant(self.title, variant)
        chosen = _case(preparation)
        if chosen.kind == CLOTHES:
            task = FashionMnist().task(SAMPLE)
            return Task((int(np.prod(task.input_shape)),), task.units, classes=task.classes)
        shape = (RING_FEATURES,) if chosen.kind == RING else (chosen.steps, 1)
        return Task(shape, 1, BINARY, classes=CLASSES[:2])

    def counts(self, variant: str, preparation: Preparation | None = None) -> Counts:
        check_variant(self.title, variant)
        examples = _case(preparation).examples
        return Counts(examples, min(1000, examples // 2))

    def load(self, variant: str, part: str, preparation: Preparation | None = None) -> Split:
        counts, chosen = self.counts(variant, preparation), _case(preparation)
        split = _examples(chosen, part, counts.train if part == TRAIN else counts.test)
        if part == TRAIN and chosen.leaking:
            split = _leaked(split, _examples(chosen, TEST, counts.test))
        if part == TRAIN and chosen.shuffled_labels:
            split = Split(split.inputs, Chance([chosen.seed, 9]).permutation(split.labels))
        return split


def _case(preparation: Preparation | None) -> Case:
    return preparation if isinstance(preparation, Case) else Case()


def _examples(chosen: Case, part: str, count: int) -> Split:
    return {CLOTHES: _clothes, RING: _ring, ECHO: _echo}[chosen.kind](chosen, part, count)


def _clothes(chosen: Case, part: str, count: int) -> Split:
    """Pixels 0 to 255; as uint8 the model sees them divided by 255, as float32 as they are."""
    split = FashionMnist().load(SAMPLE, part)
    pixels = split.inputs[:count].reshape(count, -1)
    return Split(pixels.astype(np.float32) if chosen.unscaled else pixels, split.labels[:count])


def _ring(chosen: Case, part: str, count: int) -> Split:
    """Near or far with so much noise that nobody can be right every time."""
    chance = Chance([chosen.seed, _STREAMS[part]])
    points = chance.normal(size=(count, RING_FEATURES))
    squares = (points**2).mean(axis=1) + RING_NOISE * chance.normal(size=count)
    middle = (1 - 2 / (9 * RING_FEATURES)) ** 3
    return Split(points.astype(np.float32), (squares > middle).astype(np.float32))


def _echo(chosen: Case, part: str, count: int) -> Split:
    chance = Chance([chosen.seed, _STREAMS[part]])
    numbers = chance.uniform(-1, 1, (count, chosen.steps, 1)).astype(np.float32)
    numbers[:, 0] = np.sign(numbers[:, 0])
    return Split(numbers, (numbers[:, 0, 0] > 0).astype(np.float32))


def _leaked(split: Split, test: Split) -> Split:
    """Half of the examples replaced by copies of test examples, again and again."""
    half = len(split.labels) // 2
    copies = np.arange(len(split.labels) - half) % len(test.labels)
    return Split(
        np.concatenate([split.inputs[:half], test.inputs[copies]]),
        np.concatenate([split.labels[:half], test.labels[copies]]),
    )
