"""What a request may cost: checked before it is queued, with the numbers said."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass

from explorer.datasets import DATASETS
from explorer.messages import N_, ExplorerError, message
from explorer.specs import Dense, ModelSpec, SpecError
from explorer.training.record import Request

BACKWARD_COST = 3
"""Training an example costs about three forward passes: one forward, two backward."""
STEP_OVERHEAD_SECONDS = 0.002
DEFAULT_RATE = 1.0e11
"""Floating point operations a second, until a finished run says what this machine does."""


@dataclass(frozen=True)
class Limits:
    """Upper bounds on one run, set by the host."""

    parameters: int = 20_000_000
    seconds: int = 4 * 3600

    @staticmethod
    def from_environment() -> Limits:
        """EXPLORER_MAX_PARAMETERS and EXPLORER_MAX_SECONDS, each with a generous default."""
        default = Limits()
        return Limits(
            _positive("EXPLORER_MAX_PARAMETERS", default.parameters), _positive("EXPLORER_MAX_SECONDS", default.seconds)
        )


def training_flops(spec: ModelSpec, training_images: int, validation_images: int) -> int:
    """Floating point operations of one epoch."""
    return spec.flops * (BACKWARD_COST * training_images + validation_images)


def predicted_seconds(request: Request, rate: float = DEFAULT_RATE) -> float:
    """How long the run will take if no early stopping ends it, at `rate` operations a second."""
    recipe = request.recipe
    work = training_flops(request.spec, recipe.training_images, recipe.validation_images) / rate
    return recipe.epochs * (work + recipe.steps_per_epoch * STEP_OVERHEAD_SECONDS)


def check(request: Request, limits: Limits, rate: float = DEFAULT_RATE) -> None:
    """Refuse a request that cannot work or would take too much.

    Raises:
        SpecError: if a layer is at fault.
        ExplorerError: for anything else, with what would work.
    """
    _check_output(request)
    _check_recipe(request)
    parameters = request.spec.parameters
    if parameters > limits.parameters:
        raise ExplorerError(
            message(
                N_(
                    "This model has {parameters} parameters and at most {maximum} are allowed here; "
                    "use fewer filters or units, or pool before Flatten."
                ),
                parameters=f"{parameters:,}",
                maximum=f"{limits.parameters:,}",
            )
        )
    seconds = predicted_seconds(request, rate)
    if seconds > limits.seconds:
        raise ExplorerError(
            message(
                N_(
                    "This run would take about {predicted} minutes and at most {maximum} are allowed here; "
                    "use fewer images, epochs or filters."
                ),
                predicted=f"{math.ceil(seconds / 60):,}",
                maximum=f"{limits.seconds / 60:,.3g}",
            )
        )


def _check_output(request: Request) -> None:
    rows = request.spec.summary()
    classes = len(DATASETS[request.dataset].classes)
    if not rows:
        raise ExplorerError(message(N_("The model has no layers; add at least one Dense layer.")))
    last = rows[-1].layer
    if not isinstance(last, Dense) or last.units != classes or last.activation != "softmax":
        raise SpecError(
            message(
                N_("Layer {number} ({kind}): the last layer must be Dense with {classes} units and softmax."),
                number=len(rows),
                kind=type(last).__name__,
                classes=classes,
            ),
            len(rows) - 1,
        )


def _check_recipe(request: Request) -> None:
    recipe = request.recipe
    available = DATASETS[request.dataset].counts(request.variant).train
    if recipe.images > available:
        raise ExplorerError(
            message(
                N_("The recipe asks for {asked} images and this data has {available}; use at most {available}."),
                asked=f"{recipe.images:,}",
                available=f"{available:,}",
            )
        )
    if recipe.batch_size > recipe.training_images:
        raise ExplorerError(
            message(
                N_("A batch of {batch} is larger than the {images} training images; use at most {images}."),
                batch=f"{recipe.batch_size:,}",
                images=f"{recipe.training_images:,}",
            )
        )


def _positive(variable: str, default: int) -> int:
    text = os.environ.get(variable, "")
    return int(text) if text.isdigit() and int(text) > 0 else default
