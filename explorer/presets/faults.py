"""Trainings that are broken on purpose: what was done, how it shows, and what mends it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from explorer.datasets import FULL
from explorer.datasets.cases import ECHO, RING, RING_FEATURES, Case
from explorer.messages import N_, Message, message
from explorer.specs import L2, Dense, Dropout, Initializer, Layer, ModelSpec, RandomNormal, SimpleRNN, Zeros
from explorer.training.recipe import Recipe
from explorer.training.record import Request


@dataclass(frozen=True)
class Fault:
    """A named failure with the training in which it hides.

    `signs` say what gives it away in the pictures, `why` what went on, and `repair` names what mends it.
    """

    name: str
    title: Message
    signs: Message
    why: Message
    request: Request
    repair: str


CLOTHES_IN = 784
_PLAIN = Case()


def _clothes(*hidden: Layer, case: Case = _PLAIN, **recipe: Any) -> Request:
    spec = ModelSpec((CLOTHES_IN,), (*hidden, Dense(10, activation="softmax")))
    return _request(spec, case, **recipe)


def _request(spec: ModelSpec, case: Case, **recipe: Any) -> Request:
    settings = {"examples": case.examples, "epochs": 8, "batch_size": 32, "patience": 0, "record_layers": True}
    return Request(spec, Recipe(**{**settings, **recipe}), "cases", FULL, case)


def _stack(depth: int, activation: str, units: int = 48, start: Initializer | None = None) -> tuple[Dense, ...]:
    layer = Dense(units, activation=activation)
    return (dataclasses.replace(layer, kernel_initializer=start) if start else layer,) * depth


FAULTS: dict[str, Fault] = {
    fault.name: fault
    for fault in (
        Fault(
            "rate",
            message(N_("Learning rate 100 times too high")),
            message(
                N_(
                    "The loss of the batches jumps far above where it began and does not come down; the weights end "
                    "many times as large as they were, and whole layers die."
                )
            ),
            message(N_("Each step leaps over the valley and lands higher on the other side.")),
            _clothes(*_stack(2, "relu"), learning_rate=0.3),
            "rate",
        ),
        Fault(
            "zeros",
            message(N_("All weights began at zero")),
            message(
                N_(
                    "The loss stands still at ln 10 ≈ 2.30, that of pure guessing; all hidden outputs are 0 and the "
                    "gradient of the hidden weights is exactly 0."
                )
            ),
            message(
                N_("All units of a layer are alike, and zeros let no gradient through: only the last biases learn.")
            ),
            _request(
                ModelSpec(
                    (CLOTHES_IN,),
                    (*_stack(2, "relu", start=Zeros()), Dense(10, activation="softmax")),
                ),
                Case(),
            ),
            "start",
        ),
        Fault(
            "large",
            message(N_("The first weights are far too large")),
            message(
                N_(
                    "The loss begins in the hundreds instead of near 2.3, and the outputs of the layers spread ever "
                    "wider from layer to layer."
                )
            ),
            message(N_("Each layer multiplies the spread of its inputs; the first steps only undo the damage.")),
            _clothes(*_stack(4, "relu", start=RandomNormal(1.0)), learning_rate=0.0003),
            "start",
        ),
        Fault(
            "linear",
            message(N_("No activation in the hidden layers")),
            message(
                N_(
                    "Training and validation stay together just above chance, although gradients flow and the layers "
                    "learn: not one output is exactly 0."
                )
            ),
            message(
                N_(
                    "Layers without activation are together one weighted sum: a straight cut, and no straight cut "
                    "tells near from far."
                )
            ),
            _request(
                ModelSpec((RING_FEATURES,), (*_stack(3, "linear"), Dense(1, activation="sigmoid"))),
                Case(kind=RING),
                epochs=12,
            ),
            "relu",
        ),
        Fault(
            "labels",
            message(N_("The training labels were shuffled")),
            message(
                N_(
                    "The training loss falls, slowly and by heart, while validation never gets better than chance "
                    "and its loss climbs."
                )
            ),
            message(N_("With labels of other examples there is no rule to find; all that is left is to memorise.")),
            _clothes(*_stack(2, "relu", 128), case=Case(shuffled_labels=True), epochs=20),
            "labels",
        ),
        Fault(
            "sigmoid",
            message(N_("Sigmoid in ten layers")),
            message(
                N_(
                    "The loss stands still near 2.30 although no output is 0; the gradient shrinks from layer to "
                    "layer, by many powers of ten from the last to the first."
                )
            ),
            message(N_("A sigmoid's slope is at most 1/4, so ten of them leave at most a millionth of the gradient.")),
            _clothes(*_stack(10, "sigmoid")),
            "relu",
        ),
        Fault(
            "unscaled",
            message(N_("The inputs were not scaled")),
            message(
                N_(
                    "Learning crawls from the first epoch on; the first layer's outputs spread by nearly 1, as almost "
                    "all of them are −1 or 1, where tanh is flat."
                )
            ),
            message(
                N_(
                    "Pixels up to 255 make every sum 255 times as large, far out where tanh lets hardly any gradient "
                    "through."
                )
            ),
            _clothes(*_stack(2, "tanh"), case=Case(unscaled=True), optimizer="sgd", learning_rate=0.1),
            "scale",
        ),
        Fault(
            "long",
            message(N_("The sequence is too long for SimpleRNN")),
            message(
                N_("Accuracy stays at that of a coin, in training too, and the loss at ln 2 ≈ 0.69: nothing is found.")
            ),
            message(
                N_(
                    "What tells is the first of 150 steps; by the last one the state has been overwritten so often "
                    "that no gradient finds the way back."
                )
            ),
            _request(
                ModelSpec((150, 1), (SimpleRNN(8), Dense(1, activation="sigmoid"))),
                Case(kind=ECHO, steps=150),
                learning_rate=0.01,
            ),
            "shorter",
        ),
        Fault(
            "leak",
            message(N_("Test examples are among the training data")),
            message(
                N_(
                    "The curves overfit as one expects of noisy data, but the test is too good to be true: far better "
                    "than validation, though both should be new to the model."
                )
            ),
            message(
                N_(
                    "Examples that were trained on are recognised, not understood; on new ones the accuracy is that of "
                    "the validation, and of the mended run's test."
                )
            ),
            _request(
                ModelSpec((RING_FEATURES,), (*_stack(2, "relu", 256), Dense(1, activation="sigmoid"))),
                Case(kind=RING, leaking=True, examples=1200),
                epochs=40,
                learning_rate=0.003,
                restore_best_weights=False,
            ),
            "apart",
        ),
        Fault(
            "dropout",
            message(N_("Far too much dropout")),
            message(
                N_(
                    "Training is worse than validation all the time: the model is crippled while it trains and whole "
                    "only when it is validated."
                )
            ),
            message(N_("With 95 % of the units switched off hardly anything gets through to learn from.")),
            _clothes(Dense(48, activation="relu"), Dropout(0.95), Dense(48, activation="relu"), Dropout(0.95)),
            "dropout",
        ),
        Fault(
            "penalty",
            message(N_("The penalty on the weights is too strong")),
            message(
                N_(
                    "The loss falls at once and then stands near 2.3; the spread of the outputs shrinks to next to "
                    "nothing, as all weights go to 0."
                )
            ),
            message(N_("The penalty costs more than every mistake, so the cheapest weights are none.")),
            _clothes(*(dataclasses.replace(layer, kernel_regularizer=L2(1.0)) for layer in _stack(2, "relu"))),
            "penalty",
        ),
    )
}
"""In the order in which the page numbers its cases."""
