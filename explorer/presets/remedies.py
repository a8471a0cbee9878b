"""A network that overfits, and what can be done about it: each remedy changes one thing in the request."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from explorer.augmentation import NOTES
from explorer.controls import Control, Fraction, Scale, Whole, check_settings, setting
from explorer.messages import N_, Message, message
from explorer.specs import L1, L2, Activation, BatchNormalization, Dense, Dropout, Flatten, Layer, ModelSpec
from explorer.training.recipe import Recipe
from explorer.training.record import Request

DATASET = "fashion-mnist"
VALIDATION = 1000
"""Validation images, the same number however many there are to train on."""


@dataclass(frozen=True)
class Base:
    """The network that overfits: two wide layers and few images."""

    images: int = setting(400, Whole(N_("Training images"), N_("Few images are soon known by heart."), 50, 2000, 50))
    units: int = setting(128, Whole(N_("Units"), N_("Units in each of the two hidden layers."), 8, 256, 8))
    epochs: int = setting(30, Whole(N_("Epochs"), N_("How often every training example is seen."), 5, 100, 5))
    seed: int = setting(42, Whole(N_("Seed"), N_("The same seed gives the same split, start and order."), 0, 9999))

    def __post_init__(self) -> None:
        check_settings(self)

    def request(self, variant: str) -> Request:
        """The training without any remedy, on a variant of the data; the last epoch's weights are kept."""
        hidden = Dense(self.units, activation="relu")
        spec = ModelSpec((28, 28, 1), (Flatten(), hidden, hidden, Dense(10, activation="softmax")))
        recipe = Recipe(
            epochs=self.epochs,
            batch_size=8,
            optimizer="sgd",
            learning_rate=0.1,
            learning_rate_schedule="cosine",
            patience=0,
            restore_best_weights=False,
            seed=self.seed,
        )
        return _trained_on(Request(spec, recipe, DATASET, variant), self.images)


@dataclass(frozen=True)
class Remedy:
    """One thing to do against overfitting: how strongly (`knob`, which begins with `value`), and what it changes.

    `equation` is LaTeX, `mark` stands before the knob's value in the name of a run.
    """

    title: str
    idea: str
    equation: str
    mark: str
    knob: Control
    value: Any
    apply: Callable[[Request, Any], Request]

    def name(self, value: Any) -> Message:
        """What a run with this remedy is called."""
        mark = self.mark.format(value=f"{value:g}")
        return message(N_("{remedy} · {value}"), remedy=message(self.title), value=mark)


def _trained_on(request: Request, images: int) -> Request:
    examples = images + VALIDATION
    return _recipe(request, examples=examples, validation_split=VALIDATION / examples)


def _recipe(request: Request, **changes: Any) -> Request:
    return dataclasses.replace(request, recipe=dataclasses.replace(request.recipe, **changes))


def _layers(request: Request, change: Callable[[Dense, bool], Iterator[Layer]]) -> Request:
    """Every dense layer becomes what `change` makes of it and of whether it is hidden."""
    layers: list[Layer] = []
    for index, layer in enumerate(request.spec.layers):
        hidden = index < len(request.spec.layers) - 1
        layers += change(layer, hidden) if isinstance(layer, Dense) else [layer]
    return dataclasses.replace(request, spec=ModelSpec(request.spec.input_shape, tuple(layers)))


def more_data(request: Request, percent: int) -> Request:
    """Train on a share of all images that are not held out to validate."""
    return _trained_on(request, max(1, (request.counts.train - VALIDATION) * percent // 100))


def smaller(request: Request, units: int) -> Request:
    """So many units in every hidden layer."""

    def narrow(layer: Dense, hidden: bool) -> Iterator[Layer]:
        yield dataclasses.replace(layer, units=units) if hidden else layer

    return _layers(request, narrow)


def _penalised(request: Request, penalty: L1 | L2) -> Request:
    def heavier(layer: Dense, hidden: bool) -> Iterator[Layer]:
        yield dataclasses.replace(layer, kernel_regularizer=penalty)

    return _layers(request, heavier)


def l1(request: Request, factor: float) -> Request:
    """A penalty on |w| in every layer, whose weights a soft threshold makes exactly 0."""
    return _recipe(_penalised(request, L1(factor)), proximal=True)


def l2(request: Request, factor: float) -> Request:
    """A penalty on w² in every layer."""
    return _penalised(request, L2(factor))


def dropout(request: Request, rate: float) -> Request:
    """Dropout after every hidden layer."""

    def dropped(layer: Dense, hidden: bool) -> Iterator[Layer]:
        yield layer
        if hidden:
            yield Dropout(rate)

    return _layers(request, dropped)


def augmentation(request: Request, share: float) -> Request:
    """A share of the training images changed anew each time they are seen."""
    return _recipe(request, augmentation=dataclasses.replace(NOTES, share=share))


def batch_normalisation(request: Request, momentum: float) -> Request:
    """Batch normalisation between the weighted sums and the activation of every hidden layer."""

    def normalised(layer: Dense, hidden: bool) -> Iterator[Layer]:
        if not hidden:
            yield layer
            return
        yield dataclasses.replace(layer, activation="linear")
        yield BatchNormalization(momentum)
        yield Activation(layer.activation)

    return _layers(request, normalised)


def early_stopping(request: Request, patience: int) -> Request:
    """Stop after so many epochs without a lower validation loss, and go back to the best epoch."""
    return _recipe(request, patience=patience, restore_best_weights=True)


_FACTORS = (1e-4, 3e-4, 0.001, 0.003, 0.01, 0.03, 0.1)

REMEDIES: dict[str, Remedy] = {
    "data": Remedy(
        N_("More data"),
        N_("More images leave less that can be known by heart: what helps on all of them is what they have in common."),
        r"L = \frac{1}{m}\sum_{i=1}^{m} \ell_i,\quad m \uparrow",
        "{value} %",
        Whole(N_("Percent of all images"), N_("1 % to all of the training images at hand."), 1, 100),
        50,
        more_data,
    ),
    "smaller": Remedy(
        N_("Smaller model"),
        N_("Fewer parameters, less capacity: there is no room left for single images."),
        r"n_{in} \cdot n_{out} + n_{out}",
        "{value}",
        Whole(N_("Units of each hidden layer"), N_("Fewer units, fewer parameters."), 2, 128, 2),
        8,
        smaller,
    ),
    "l1": Remedy(
        N_("L1"),
        N_("Every weight costs its size, however small it is: what is not worth its price becomes exactly 0."),
        r"L + \lambda \sum \lvert w \rvert",
        "λ {value}",
        Scale("λ", N_("Weight of this penalty in the loss."), 1e-6, 1.0, stops=_FACTORS),
        0.001,
        l1,
    ),
    "l2": Remedy(
        N_("L2"),
        N_("Large weights cost most: all of them become smaller, and none becomes 0."),
        r"L + \lambda \sum w^2",
        "λ {value}",
        Scale("λ", N_("Weight of this penalty in the loss."), 1e-6, 1.0, stops=_FACTORS),
        0.01,
        l2,
    ),
    "dropout": Remedy(
        N_("Dropout"),
        N_("At each step other units are silent, so none can rely on another one to know an image by heart."),
        r"h_i \cdot \frac{z_i}{1 - p},\quad P(z_i = 0) = p",
        "{value}",
        Fraction(N_("rate"), N_("Share of the values switched off in training."), 0.0, 0.9, 0.05),
        0.5,
        dropout,
    ),
    "augmentation": Remedy(
        N_("Augmentation"),
        N_("Turned, moved and mirrored, an image is never seen twice as it was."),
        r"x \to T_\theta(x),\quad \theta \sim U",
        "{value}",
        Fraction(N_("share"), N_("Part of the training images that is changed each time it is seen."), 0.0, 1.0, 0.05),
        1.0,
        augmentation,
    ),
    "batchnorm": Remedy(
        N_("Batch normalisation"),
        N_("Each batch has another mean and variance, which is noise; but it also learns faster, by heart as well."),
        r"\gamma\,\frac{x - \mu_B}{\sqrt{\sigma_B^2 + \varepsilon}} + \beta",
        "{value}",
        Fraction(N_("momentum"), N_("How slowly the running statistics follow the batches."), 0.0, 0.99, 0.01),
        0.9,
        batch_normalisation,
    ),
    "early": Remedy(
        N_("Early stopping"),
        N_("Training ends when the validation loss rises, and the weights of the best epoch come back."),
        r"w = w_{t^*},\quad t^* = \arg\min_t L_\mathrm{val}(t)",
        "{value}",
        Whole(N_("Patience in epochs"), N_("Stop after so many epochs without progress."), 1, 20),
        4,
        early_stopping,
    ),
}
