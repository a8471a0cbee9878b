"""The convolutional networks of the course notes."""

from __future__ import annotations

import dataclasses

from explorer.augmentation import NOTES
from explorer.messages import N_, message
from explorer.presets.base import NotedWeights, Preset, Source
from explorer.specs import Conv2D, Dense, Dropout, Flatten, Layer, MaxPooling2D, ModelSpec
from explorer.training.recipe import Recipe


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
_DECAYING = Recipe(
    epochs=15,
    batch_size=64,
    learning_rate_schedule="cosine",
    dtype_policy="mixed_bfloat16",
    validation_split=0.1,
    patience=0,
)
_LAST_EPOCH = dataclasses.replace(_NOTES_RECIPE, restore_best_weights=False)
_DRAWN = message(
    N_("The validation images are drawn with seed 42; the notes hold out the last quarter of the training images.")
)
_HALVED = message(N_("The shipped weights are stored in half precision (float16); the accuracy is that of this file."))


PRESETS: tuple[Preset, ...] = (
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
        source=Source(
            0.9156,
            333_526,
            Recipe(epochs=20, patience=2),
            message(N_("The notes reach 92.05 % on the validation images and 91.56 % on the test images.")),
            (message(N_("The notes fix no seed for the initial weights and the order of the images; here it is 42.")),),
            NotedWeights("conv2d_1", (-0.0210, 0.2347), (-0.0030, 0.0809)),
        ),
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
        source=Source(
            parameters=54_410,
            finding=message(N_("The notes show this model's summary and do not train it.")),
        ),
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
        dataclasses.replace(_NOTES_RECIPE, batch_size=64, dtype_policy="mixed_bfloat16"),
        source=Source(
            0.8580,
            3_989_642,
            _LAST_EPOCH,
            message(
                N_("The notes see the loss fall and the validation loss rise: after 25 epochs it clearly overfits.")
            ),
            (_DRAWN, _HALVED),
        ),
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
        source=Source(
            0.8881,
            241_546,
            _LAST_EPOCH,
            message(N_("The notes still see the validation loss rise, but the accuracy gets better.")),
            (_DRAWN,),
        ),
    ),
    Preset(
        "cnn-vgg",
        message(N_("Two double blocks, as in VGGNet")),
        message(N_("Two convolutions before each pooling and half of everything dropped in training.")),
        _VGG,
        _DECAYING,
        source=Source(
            0.9277,
            recipe=_LAST_EPOCH,
            finding=message(N_("The notes see the validation accuracy still rising: the overfitting is gone.")),
            differs=(_DRAWN, _HALVED, message(N_("The notes do not print the number of parameters."))),
        ),
    ),
    Preset(
        "cnn-vgg-augmented",
        message(N_("Two double blocks, augmented images")),
        message(N_("A third of the images is turned, moved, zoomed and mirrored anew each time they are seen.")),
        _VGG,
        dataclasses.replace(_DECAYING, augmentation=NOTES),
        source=Source(
            0.9199,
            recipe=dataclasses.replace(_LAST_EPOCH, augmentation=NOTES),
            finding=message(N_("The notes find no higher accuracy, but neither any overfitting.")),
            differs=(
                _DRAWN,
                _HALVED,
                message(
                    N_(
                        "The notes add 30,000 changed images once and hold out the last quarter of the 90,000, all "
                        "of them changed ones; here a third of the training images is changed anew each time."
                    )
                ),
            ),
        ),
    ),
)
