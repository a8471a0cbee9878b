"""What a request may cost: checked before it is queued, with the numbers said."""

from __future__ import annotations

import math
from dataclasses import dataclass

from explorer.messages import N_, ExplorerError, message
from explorer.specs import Dense, Layer, ModelSpec, SpecError
from explorer.training.bounds import Limits
from explorer.training.record import Request

BACKWARD_COST = 3
"""Training an example costs about three forward passes: one forward, two backward."""
STEP_OVERHEAD_SECONDS = 0.002


@dataclass(frozen=True)
class Speed:
    """How fast a machine trains: operations a second, and the seconds of every run besides its epochs.

    Those go by while the model and its graph are built, saved and tested.
    """

    flops: float
    fixed_seconds: float = 1.0


DEFAULT_SPEED, DEFAULT_RECURRENT_SPEED = Speed(1.0e11), Speed(3.0e9)
"""Until a finished run says what this machine does.

Time steps must wait for each other, so recurrent models leave most of a processor idle.
"""


def training_flops(spec: ModelSpec, training_examples: int, validation_examples: int) -> int:
    """Floating point operations of one epoch."""
    return spec.flops * (BACKWARD_COST * training_examples + validation_examples)


def default_speed(spec: ModelSpec) -> Speed:
    """How fast an ordinary machine trains a model of this kind."""
    return DEFAULT_RECURRENT_SPEED if spec.recurrent else DEFAULT_SPEED


def predicted_seconds(request: Request, speed: Speed | None = None) -> float:
    """How long the run will take at this speed (an ordinary machine's by default) if no early stopping ends it."""
    speed = speed or default_speed(request.spec)
    recipe = request.recipe
    work = training_flops(request.spec, recipe.training_examples, recipe.validation_examples) / speed.flops
    return speed.fixed_seconds + recipe.epochs * (work + recipe.steps_per_epoch * STEP_OVERHEAD_SECONDS)


def check(request: Request, limits: Limits, speed: Speed | None = None) -> None:
    """Refuse a request that cannot work or would take too much.

    Raises:
        SpecError: if a layer is at fault.
        ExplorerError: for anything else, with what would work.
    """
    _check_output(request)
    _check_recipe(request)
    _check_size(request, limits)
    _check_time(request, limits, speed)


def _check_size(request: Request, limits: Limits) -> None:
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
    each = math.prod(request.spec.input_shape)
    values = request.recipe.training_examples * each
    if values > limits.values:
        raise ExplorerError(
            message(
                N_(
                    "The training examples hold {values} million numbers and at most {maximum} million are allowed "
                    "here; use {examples} training examples or fewer."
                ),
                values=f"{math.ceil(values / 1e6):,}",
                maximum=f"{limits.values / 1e6:,.3g}",
                examples=f"{limits.values // each:,}",
            )
        )


def _check_time(request: Request, limits: Limits, speed: Speed | None) -> None:
    seconds = predicted_seconds(request, speed)
    if seconds > limits.seconds:
        raise ExplorerError(
            message(
                N_(
                    "This run would take about {predicted} minutes and at most {maximum} are allowed here; "
                    "use fewer examples, epochs, filters or units."
                ),
                predicted=f"{math.ceil(seconds / 60):,}",
                maximum=f"{limits.seconds / 60:,.3g}",
            )
        )


def _check_output(request: Request) -> None:
    rows = request.spec.summary()
    task = request.task
    if request.spec.input_shape != task.input_shape:
        raise ExplorerError(
            message(
                N_("The model takes inputs of {found}, but this data has {needed}; choose a model for this data."),
                found=request.spec.input_shape,
                needed=task.input_shape,
            )
        )
    if not rows:
        raise ExplorerError(message(N_("The model has no layers; add at least one Dense layer.")))
    first, last = rows[0].layer, rows[-1].layer
    if task.vocabulary:
        _check_vocabulary(first, task.vocabulary)
    if not isinstance(last, Dense) or (last.units, last.activation) != (task.units, task.activation):
        raise SpecError(
            message(
                N_("Layer {number} ({kind}): the last layer must be Dense with units={units} and {activation}."),
                number=len(rows),
                kind=type(last).__name__,
                units=task.units,
                activation=task.activation,
            ),
            len(rows) - 1,
        )
    _check_steps(request, len(rows[-1].output_shape) == 2)


def _check_vocabulary(first: Layer, vocabulary: int) -> None:
    size = getattr(first, "input_dim", 0) or getattr(first, "num_tokens", 0)
    if size < vocabulary:
        raise SpecError(
            message(
                N_("Layer 1 ({kind}): it must be Embedding or one-hot with at least the data's {vocabulary} tokens."),
                kind=type(first).__name__,
                vocabulary=vocabulary,
            ),
            0,
        )


def _check_steps(request: Request, gives_steps: bool) -> None:
    """One answer at each time step, or one for the whole sequence, as the task asks."""
    if gives_steps and not request.task.per_step:
        raise ExplorerError(
            message(
                N_(
                    "The model gives an answer at every time step and this data has one for the whole sequence; "
                    "switch return_sequences off in the last recurrent layer, or pool over the steps."
                )
            )
        )
    if request.task.per_step and not gives_steps:
        raise ExplorerError(
            message(
                N_(
                    "The model gives one answer and this data has one at every time step; "
                    "switch return_sequences on in every recurrent layer."
                )
            )
        )


def _check_recipe(request: Request) -> None:
    recipe = request.recipe
    available = request.counts.train
    if recipe.examples > available:
        raise ExplorerError(
            message(
                N_("The recipe asks for {asked} examples and this data has {available}; use at most {available}."),
                asked=f"{recipe.examples:,}",
                available=f"{available:,}",
            )
        )
    if request.spec.stateful and recipe.training_examples % recipe.batch_size:
        raise ExplorerError(
            message(
                N_("A stateful model needs whole batches; {examples} training examples are no multiple of {batch}."),
                examples=f"{recipe.training_examples:,}",
                batch=recipe.batch_size,
            )
        )
    if recipe.clipnorm and recipe.clipvalue:
        raise ExplorerError(message(N_("Gradients can be clipped in one way only; set clipnorm or clipvalue to 0.")))
    if recipe.batch_size > recipe.training_examples:
        raise ExplorerError(
            message(
                N_("A batch of {batch} is larger than the {examples} training examples; use at most {examples}."),
                batch=f"{recipe.batch_size:,}",
                examples=f"{recipe.training_examples:,}",
            )
        )
