"""A model that a reader brings, as a run: what data it may be for, and its weights kept as those of epoch 0."""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from explorer.archive import Archive
from explorer.datasets import DATASETS, FULL, SAMPLE, TEST, Preparation, Split, Task
from explorer.datasets.no_data import Shapes
from explorer.datasets.tokens import TextDataset, Tokens
from explorer.messages import N_, ExplorerError, Message, message
from explorer.network import Network, Weights
from explorer.specs import Activation, Dense, Flatten, Layer, ModelSpec, Rescaling
from explorer.training.predictions import PREDICTIONS, write_predictions
from explorer.training.recipe import Recipe
from explorer.training.record import MAXIMUM_NAME, Request, RunRecord, Status
from explorer.training.snapshots import SnapshotWriter
from explorer.training.store import Run, Store, new_id, not_kept, write_record

NO_DATA = "no-data"
LARGEST_PIXEL = 255
_OF_PIXELS = 1 / 32
"""A first layer that multiplies by less than this expects pixels from 0 to 255, not from 0 to 1."""
_SMALLEST_SIDE = 8
MOST_OPERATIONS, MOST_VALUES = 4_000_000_000, 4_000_000
MOST_TESTED, VALUES_AT_ONCE, TEST_SECONDS = 1000, 2_000_000, 20.0
_PLAIN = ("fashion-mnist", "counting", "multiply")
_TEXTS = (("imdb", FULL), ("snippets", SAMPLE))


@dataclass(frozen=True)
class Model:
    """A specification with its weights, and in sentences what was changed so that it fits this app's data."""

    spec: ModelSpec
    weights: Weights
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True)
class Fit:
    """Data that the model may have been trained for, and the model as it takes that data."""

    dataset: str
    variant: str
    model: Model
    preparation: Preparation | None = None

    @property
    def title(self) -> Message:
        """The data's name for readers."""
        return DATASETS[self.dataset].title


def fits(found: Archive) -> tuple[Fit, ...]:
    """What the model may be for; data that is not here, which it may always be, comes last.

    Raises:
        ExplorerError: if a weight is not a finite number, or one input costs more than a page can compute.
    """
    Network(found.spec, found.weights)
    _check_cost(found.spec)
    model = _of_pixels(_one_channel(Model(found.spec, found.weights)))
    whole = [] if found.problem is not None else [*_plain(model), *_texts(model)]
    return (*whole, _alone(model, found.problem is None))


def keep(store: Store, found: Archive, fit: Fit, file: str) -> Run:
    """The model as a finished run of the store, whose weights are those of epoch 0.

    Raises:
        ExplorerError: if it cannot be written.
    """
    model = fit.model
    record = RunRecord(
        id=new_id(),
        name=name_of(file),
        created=time.time(),
        request=Request(model.spec, Recipe(), fit.dataset, fit.variant, fit.preparation),
        status=Status.FINISHED,
        best_epoch=0,
        problem=found.problem,
        source_file=name_of(file),
        left_out=found.left_out,
    )
    run = store.create(record)
    try:
        with run.writing():
            SnapshotWriter(run.folder / "snapshots.npz", store.limit_bytes).add(0, model.weights)
    except OSError as error:
        raise not_kept(error) from error
    return run


def answer_tests(run: Run, split: Split) -> RunRecord:
    """Let a model from a file answer the first test images, as many as the time allows, and keep the answers.

    Raises:
        ExplorerError: if they cannot be written.
    """
    network, task = run.network(run.kept_epoch), run.record.request.task
    until, found = time.monotonic() + TEST_SECONDS, []
    largest = max(math.prod(row.output_shape) for row in run.record.spec.summary())
    step = max(1, VALUES_AT_ONCE // largest)
    for first in range(0, min(len(split.labels), MOST_TESTED), step):
        found.append(network.predict(split.inputs[first : first + step] / np.float32(LARGEST_PIXEL)))
        if time.monotonic() > until:
            break
    outputs = np.concatenate(found)
    labels = split.labels[: len(outputs)]
    record = dataclasses.replace(
        run.record, test_accuracy=float(task.right(outputs, labels).mean()), test_examples=len(outputs)
    )
    try:
        with run.writing():
            write_predictions(run.folder / PREDICTIONS, outputs, labels)
            write_record(run.folder, record)
    except OSError as error:
        raise not_kept(error) from error
    return record


def name_of(file: str) -> str:
    """A file's name as a run's: at most 60 characters, none of them a line break."""
    printable = "".join(sign if sign.isprintable() else " " for sign in file[: 4 * MAXIMUM_NAME])
    return " ".join(printable.split())[:MAXIMUM_NAME] or "model"


def _check_cost(spec: ModelSpec) -> None:
    """Bound what one forward pass takes: pages keep every value of it and compute it again and again."""
    largest = max(math.prod(row.output_shape) for row in spec.summary())
    if spec.flops > MOST_OPERATIONS or largest > MOST_VALUES:
        raise ExplorerError(
            message(
                N_(
                    "One input of this model needs {flops} million operations and up to {values} million values in a "
                    "layer; at most {most_flops} and {most_values} million are computed here."
                ),
                flops=f"{spec.flops / 1e6:,.0f}",
                values=f"{largest / 1e6:,.1f}",
                most_flops=f"{MOST_OPERATIONS / 1e6:,.0f}",
                most_values=f"{MOST_VALUES / 1e6:,.0f}",
            )
        )


def _of_pixels(model: Model) -> Model:
    """A model of pixels from 0 to 255 as one of pixels from 0 to 1, which all pages use."""
    first = model.spec.layers[0]
    if len(model.spec.input_shape) != 3 or not isinstance(first, Rescaling) or not 0 < first.scale < _OF_PIXELS:
        return model
    scale = LARGEST_PIXEL * first.scale
    plain = math.isclose(scale, 1, rel_tol=1e-6) and first.offset == 0
    instead = () if plain else (Rescaling(scale, first.offset),)
    note = message(
        N_("Its first layer takes pixels from 0 to 255; here they go from 0 to 1, so that layer was adapted.")
    )
    return _with_layers(model, (*instead, *model.spec.layers[1:]), note)


def _one_channel(model: Model) -> Model:
    """A model that first lays a picture (height, width) out in one row as one of pictures of one channel."""
    shape, layers = model.spec.input_shape, model.spec.layers
    first = next((layer for layer in layers if not isinstance(layer, Rescaling)), None)
    if len(shape) != 2 or min(shape) < _SMALLEST_SIDE or not isinstance(first, Flatten):
        return model
    return dataclasses.replace(model, spec=ModelSpec((*shape, 1), layers))


def _with_layers(model: Model, layers: tuple[Layer, ...], *notes: Message) -> Model:
    """The model with other layers of which those with weights are the same, in order."""
    spec = ModelSpec(model.spec.input_shape, layers)
    rows = [row for row in spec.summary() if row.weight_shapes]
    weights = dict(zip((row.name for row in rows), model.weights.values(), strict=True))
    return Model(spec, weights, (*model.notes, *notes))


def _plain(model: Model) -> Iterator[Fit]:
    """Data sets that have one kind of input only."""
    for name in _PLAIN:
        variant = DATASETS[name].available((TEST,)).variant
        fitting = _ending(model, DATASETS[name].task(variant))
        if fitting is not None:
            yield Fit(name, variant, fitting)


def _texts(model: Model) -> Iterator[Fit]:
    """Texts with a vocabulary and a length like the model's."""
    first = model.spec.layers[0]
    if not first.tokens_in:
        return
    size = getattr(first, "input_dim", 0) or getattr(first, "num_tokens", 0)
    for name, variant in _TEXTS:
        dataset = DATASETS[name]
        try:
            preparation = Tokens(size, model.spec.input_shape[0])
            if isinstance(dataset, TextDataset):
                dataset.vocabulary(variant)
        except ExplorerError:
            continue
        fitting = _ending(model, dataset.task(variant, preparation))
        if fitting is not None:
            yield Fit(name, variant, fitting, preparation)


def _ending(model: Model, task: Task) -> Model | None:
    """The model if it answers this task; one that ends with logits gets the activation that makes them shares."""
    rows = model.spec.summary()
    last = rows[-1].layer
    if model.spec.input_shape != task.input_shape or rows[-1].output_shape != (task.units,):
        return None
    if _activation(last) == task.activation:
        return model
    if not isinstance(last, Dense) or last.activation != "linear":
        return None
    note = message(
        N_("Its last layer gives logits; here {activation} makes them shares of the classes."),
        activation=task.activation,
    )
    return _with_layers(model, (*model.spec.layers[:-1], dataclasses.replace(last, activation=task.activation)), note)


def _activation(last: Layer) -> str:
    return getattr(last, "activation", "linear") if isinstance(last, (Dense, Activation)) else ""


_LOSSES: dict[str, Callable[[int], str]] = {
    "softmax": lambda units: "sparse_categorical_crossentropy",
    "sigmoid": lambda units: "binary_crossentropy" if units == 1 else "mean_squared_error",
}


def _alone(model: Model, whole: bool) -> Fit:
    """The model without data."""
    rows = model.spec.summary()
    first, shape = rows[0].layer, rows[-1].output_shape
    decides = whole and len(shape) == 1
    loss = _LOSSES.get(_activation(rows[-1].layer), lambda units: "mean_squared_error") if decides else None
    shapes = Shapes(
        model.spec.input_shape,
        shape[-1],
        loss(shape[-1]) if loss else "mean_squared_error",
        getattr(first, "input_dim", 0) or getattr(first, "num_tokens", 0),
    )
    return Fit(NO_DATA, FULL, model, shapes)
