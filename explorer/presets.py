"""The models of the course notes, ready to change and train."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.messages import N_, Message, message
from explorer.specs import Conv2D, Dense, Dropout, Flatten, MaxPooling2D, ModelSpec
from explorer.training.recipe import Recipe


@dataclass(frozen=True)
class Preset:
    """A named model with the recipe that the notes train it with, and its idea in a sentence."""

    name: str
    title: Message
    idea: Message
    spec: ModelSpec
    recipe: Recipe
    dataset: str = "fashion-mnist"


PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset(
            "cnn-two-blocks",
            message(N_("Two convolution blocks")),
            message(N_("Convolution and pooling twice, then two dense layers with dropout between them.")),
            ModelSpec(
                (28, 28, 1),
                (
                    Conv2D(32, (3, 3), padding="same", activation="relu"),
                    MaxPooling2D(),
                    Conv2D(64, (3, 3), padding="same", activation="relu"),
                    MaxPooling2D(),
                    Flatten(),
                    Dense(100, activation="relu"),
                    Dropout(0.4),
                    Dense(10, activation="softmax"),
                ),
            ),
            Recipe(epochs=20, patience=2),
        ),
        Preset(
            "cnn-one-block",
            message(N_("One convolution block")),
            message(N_("The smallest network that deserves the name: one convolution, one pooling, one dense layer.")),
            ModelSpec(
                (28, 28, 1),
                (Conv2D(32, (3, 3), activation="relu"), MaxPooling2D(), Flatten(), Dense(10, activation="softmax")),
            ),
            Recipe(epochs=10, patience=2),
        ),
    )
}
