"""A network that learned to write from a novel, one character after the other."""

from __future__ import annotations

from explorer.datasets import passages
from explorer.datasets.passages import Passage
from explorer.messages import N_, message
from explorer.presets.base import Preset, Source
from explorer.specs import GRU, Dense, Embedding, ModelSpec
from explorer.training.recipe import Recipe

_CHARACTERS = 67
"""Different characters of the novel's first chapters, and the unknown one."""

PRESETS: tuple[Preset, ...] = (
    Preset(
        "generate-gru",
        message(N_("Writing from Pride and Prejudice, GRU")),
        message(N_("Embedding, GRU with return_sequences and a softmax over the next character, at every time step.")),
        ModelSpec(
            (80,),
            (
                Embedding(_CHARACTERS, 16),
                GRU(96, return_sequences=True),
                Dense(_CHARACTERS, activation="softmax"),
            ),
        ),
        Recipe(examples=6_776, epochs=8, learning_rate=0.003, validation_split=0.1, patience=0, clipnorm=1.0),
        passages.NAME,
        Source(finding=message(N_("The notes name text generation as a use of recurrent networks and train none."))),
        Passage("pride", "characters", 80, 20),
    ),
)
