"""The models of the course notes, ready to change and train."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.messages import N_, Message, message
from explorer.specs import Conv2D, Dense, Dropout, Flatten, Layer, MaxPooling2D, ModelSpec
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
    source_accuracy: float | None = None
    """Test accuracy that the course notes report, where they report one."""


def _vgg_block(first: int, second: int, last_padding: str) -> tuple[Layer, ...]:
    return (
        Conv2D(first, (3, 3), padding="same", activation="relu"),
        Conv2D(second, (3, 3), padding=last_padding, activation="relu"),
        MaxPooling2D(),
        Dropout(0.5),
    )


_VGG = ModelSpec(
    (28, 28, 1),
    (
        *_vgg_block(32, 64, "same"),
        *_vgg_block(128, 256, "valid"),
        Flatten(),
        Dense(512, activation="relu"),
        Dropout(0.5),
        Dense(256, activation="relu"),
        Dropout(0.5),
        Dense(10, activation="softmax"),
    ),
)
_NOTES_RECIPE = Recipe(epochs=25, validation_split=0.25, patience=0)


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
            source_accuracy=0.9156,
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
        Preset(
            "cnn-plain",
            message(N_("Three convolutions, nothing else")),
            message(N_("No activation, no pooling, no dropout and four million parameters: watch it overfit.")),
            ModelSpec(
                (28, 28, 1),
                (
                    Conv2D(16, (3, 3)),
                    Conv2D(32, (3, 3)),
                    Conv2D(64, (3, 3)),
                    Flatten(),
                    Dense(128, activation="relu"),
                    Dense(10, activation="softmax"),
                ),
            ),
            _NOTES_RECIPE,
            source_accuracy=0.8580,
        ),
        Preset(
            "cnn-pool-dropout",
            message(N_("Three convolutions with pooling and dropout")),
            message(N_("The remedy: pooling between the convolutions and dropout before the output.")),
            ModelSpec(
                (28, 28, 1),
                (
                    Conv2D(32, (3, 3)),
                    MaxPooling2D(),
                    Conv2D(64, (3, 3)),
                    MaxPooling2D(),
                    Conv2D(128, (3, 3)),
                    Flatten(),
                    Dense(128, activation="relu"),
                    Dropout(0.3),
                    Dense(10, activation="softmax"),
                ),
            ),
            _NOTES_RECIPE,
            source_accuracy=0.8881,
        ),
        Preset(
            "cnn-vgg",
            message(N_("Two double blocks, as in VGGNet")),
            message(N_("Two convolutions before each pooling and half of everything dropped in training.")),
            _VGG,
            _NOTES_RECIPE,
            source_accuracy=0.9277,
        ),
    )
}
