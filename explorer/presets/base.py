"""What a preset is: a named model with the recipe that it is trained with, and what the course notes say of it."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.datasets import Preparation
from explorer.messages import Message
from explorer.specs import ModelSpec
from explorer.training.recipe import Recipe


@dataclass(frozen=True)
class NotedWeights:
    """Mean and standard deviation of a layer's kernel as the notes print them."""

    layer: str
    trained: tuple[float, float]
    untrained: tuple[float, float]


@dataclass(frozen=True)
class Source:
    """What the course notes report of a model; None where they report nothing.

    `accuracy` is measured on the test examples, or if `validated` on the validation examples.
    `recipe` holds the notes' training as far as a recipe can say it; `differs` says in words
    what else is not the same here.
    """

    accuracy: float | None = None
    parameters: int | None = None
    recipe: Recipe | None = None
    finding: Message | None = None
    differs: tuple[Message, ...] = ()
    weights: NotedWeights | None = None
    validated: bool = False


@dataclass(frozen=True)
class Preset:
    """A named model with the recipe it is trained with here, and its idea in a sentence."""

    name: str
    title: Message
    idea: Message
    spec: ModelSpec
    recipe: Recipe
    dataset: str = "fashion-mnist"
    source: Source = Source()
    preparation: Preparation | None = None
    noted: bool = True
    """Whether it is a model of the course notes or of what they speak of."""
