"""How a model is trained, with the names that Keras gives to it."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

from explorer.augmentation import Augmentation
from explorer.controls import Choice, Fraction, Scale, Switch, Whole, check_settings, setting
from explorer.messages import N_, ExplorerError, message

OPTIMIZERS = ("adam", "rmsprop", "sgd")
SCHEDULES = ("constant", "cosine")
POLICIES = ("float32", "mixed_bfloat16")
LEARNING_RATES = (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0)


@dataclass(frozen=True)
class Recipe:
    """The settings of one training run.

    `examples` counts training and validation examples together, `validation_split` is the
    share that is held out, and `patience` is the number of epochs without a lower
    validation loss after which training stops (0: never). With an `augmentation` the training
    images are changed anew each time they are seen. The seed decides the split, the initial
    weights, the order of the examples, the dropout masks and these changes.
    """

    examples: int = setting(
        60_000, Whole(N_("Examples"), N_("Training examples, validation included."), 4, 60_000, 100)
    )
    epochs: int = setting(5, Whole(N_("Epochs"), N_("How often every training example is seen."), 1, 100))
    batch_size: int = setting(32, Whole(N_("Batch size"), N_("Examples per weight update."), 1, 4096))
    optimizer: str = setting("adam", Choice(N_("Optimizer"), N_("How gradients become steps."), OPTIMIZERS))
    learning_rate: float = setting(
        0.001, Scale(N_("Learning rate"), N_("Size of the steps."), 1e-6, 1000.0, stops=LEARNING_RATES)
    )
    learning_rate_schedule: str = setting(
        "constant",
        Choice(
            N_("Learning rate schedule"),
            N_("`cosine` lets the learning rate fall to 0 over all epochs, along half a cosine."),
            SCHEDULES,
        ),
    )
    clipnorm: float = setting(
        0.0,
        Fraction(N_("clipnorm"), N_("Gradients of a weight are shortened to this norm; 0: never."), 0.0, 100.0, 0.5),
    )
    clipvalue: float = setting(
        0.0,
        Fraction(N_("clipvalue"), N_("Each number of a gradient is cut to this size; 0: never."), 0.0, 100.0, 0.5),
    )
    momentum: float = setting(
        0.0,
        Fraction(
            N_("momentum"), N_("Share of the last step that sgd takes again; other optimizers ignore it."), 0.0, 0.99
        ),
    )
    proximal: bool = setting(
        False,
        Switch(
            N_("Exact zeros with L1"),
            N_("Take L1 out of the gradient and cut learning rate · l1 off every weight after each step instead."),
        ),
    )
    validation_split: float = setting(
        0.2,
        Fraction(
            N_("Validation split"),
            N_("Share of the examples held out to watch for overfitting; 0 watches the training examples themselves."),
            0.0,
            0.99,
        ),
    )
    patience: int = setting(
        2, Whole(N_("Early stopping"), N_("Stop after so many epochs without progress; 0: never."), 0, 20)
    )
    restore_best_weights: bool = setting(
        True, Switch(N_("Keep the best epoch"), N_("Keep the weights with the lowest validation loss."))
    )
    dtype_policy: str = setting(
        "float32",
        Choice(
            N_("Numbers"),
            N_("`mixed_bfloat16` computes with half the bits while training: faster where the processor can do it."),
            POLICIES,
        ),
    )
    record_layers: bool = setting(
        False,
        Switch(
            N_("Watch every layer"),
            N_("Measure each layer's activations and gradients while it trains; the training itself stays the same."),
        ),
    )
    augmentation: Augmentation | None = None
    seed: int = setting(42, Whole(N_("Seed"), N_("The same seed gives the same split, start and order."), 0, 2**31 - 1))

    def __post_init__(self) -> None:
        check_settings(self)

    @property
    def validation_examples(self) -> int:
        """Rounded up, as scikit-learn's train_test_split does."""
        return math.ceil(round(self.examples * self.validation_split, 6))

    @property
    def training_examples(self) -> int:
        return self.examples - self.validation_examples

    @property
    def steps_per_epoch(self) -> int:
        return math.ceil(self.training_examples / self.batch_size)

    def to_dict(self) -> dict[str, Any]:
        return dataclasses.asdict(self)

    @staticmethod
    def from_dict(data: Any) -> Recipe:
        """Rebuild a recipe from `to_dict`'s form.

        Raises:
            ExplorerError: if the data is not of that form or a setting cannot work.
        """
        try:
            changes = data.get("augmentation")
            augmentation = None if changes is None else Augmentation.from_dict(changes)
            return Recipe(**{**data, "augmentation": augmentation})
        except (AttributeError, TypeError) as error:
            raise ExplorerError(message(N_("This is not a training recipe that this app wrote."))) from error
