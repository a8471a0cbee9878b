"""What a reader can try on a training that is broken."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from explorer.datasets.cases import ECHO, Case
from explorer.messages import N_, Message, message
from explorer.specs import GRU, Dense, Dropout, GlorotUniform, Layer, ModelSpec, SimpleRNN
from explorer.training.recipe import Recipe
from explorer.training.record import Request


@dataclass(frozen=True)
class Repair:
    """Something that a reader can try on any broken training; it may change nothing there."""

    name: str
    title: Message
    apply: Callable[[Request], Request]


def _layers(change: Callable[[Layer], Layer]) -> Callable[[Request], Request]:
    """Every layer but the last changed."""

    def apply(request: Request) -> Request:
        *hidden, last = request.spec.layers
        return dataclasses.replace(request, spec=ModelSpec(request.spec.input_shape, (*map(change, hidden), last)))

    return apply


def _recipe(**changes: Callable[[Recipe], Any]) -> Callable[[Request], Request]:
    def apply(request: Request) -> Request:
        values = {name: change(request.recipe) for name, change in changes.items()}
        return dataclasses.replace(request, recipe=dataclasses.replace(request.recipe, **values))

    return apply


def _data(**changes: Any) -> Callable[[Request], Request]:
    def apply(request: Request) -> Request:
        case = request.preparation
        assert isinstance(case, Case)
        return dataclasses.replace(request, preparation=dataclasses.replace(case, **changes))

    return apply


def _glorot(layer: Layer) -> Layer:
    return dataclasses.replace(layer, kernel_initializer=GlorotUniform()) if isinstance(layer, Dense) else layer


def _relu(layer: Layer) -> Layer:
    return dataclasses.replace(layer, activation="relu") if isinstance(layer, Dense) else layer


def _less_dropout(layer: Layer) -> Layer:
    return Dropout(0.2) if isinstance(layer, Dropout) else layer


def _no_penalty(layer: Layer) -> Layer:
    return dataclasses.replace(layer, kernel_regularizer=None) if isinstance(layer, Dense) else layer


def _shorter(request: Request) -> Request:
    case = request.preparation
    if not isinstance(case, Case) or case.kind != ECHO:
        return request
    steps = max(2, case.steps // 10)
    spec = ModelSpec((steps, 1), request.spec.layers)
    return dataclasses.replace(request, spec=spec, preparation=dataclasses.replace(case, steps=steps))


def _gated(layer: Layer) -> Layer:
    return GRU(layer.units) if isinstance(layer, SimpleRNN) else layer


REPAIRS: dict[str, Repair] = {
    repair.name: repair
    for repair in (
        Repair(
            "rate",
            message(N_("A learning rate 100 times smaller")),
            _recipe(learning_rate=lambda recipe: float(f"{recipe.learning_rate / 100:.3g}")),
        ),
        Repair("start", message(N_("Glorot's first weights")), _layers(_glorot)),
        Repair("relu", message(N_("ReLU in every hidden layer")), _layers(_relu)),
        Repair("labels", message(N_("Labels back to their own examples")), _data(shuffled_labels=False)),
        Repair("scale", message(N_("Inputs from 0 to 1")), _data(unscaled=False)),
        Repair("shorter", message(N_("Sequences ten times shorter")), _shorter),
        Repair("gates", message(N_("GRU instead of SimpleRNN")), _layers(_gated)),
        Repair("apart", message(N_("Test examples out of the training data")), _data(leaking=False)),
        Repair("dropout", message(N_("Dropout of 0.2 at most")), _layers(_less_dropout)),
        Repair("penalty", message(N_("No penalty on the weights")), _layers(_no_penalty)),
        Repair(
            "epochs",
            message(N_("Three times as many epochs")),
            _recipe(epochs=lambda recipe: min(100, 3 * recipe.epochs)),
        ),
    )
}
"""What the page offers, for every case alike."""
