"""What is known of a run: its request, its history and how it ended. JSON in and out."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from explorer.datasets import DATASETS, Counts, Dataset, Preparation, Task
from explorer.messages import N_, ExplorerError, Message, message
from explorer.specs import ModelSpec
from explorer.training.recipe import Recipe

MAXIMUM_NAME, MAXIMUM_NOTE = 60, 500
FROM_A_RUN = "run"
"""What a record that was copied from somebody's run says of it; whose it was stays private."""


class Status(StrEnum):
    """Where a run stands. Every run ends in one of the states from `finished` on."""

    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"
    DIVERGED = "diverged"
    FAILED = "failed"
    LOST = "lost"

    @property
    def active(self) -> bool:
        return self in (Status.QUEUED, Status.RUNNING)


@dataclass(frozen=True)
class EpochResult:
    """Means over one epoch: losses as the task has them, and the shares of right answers, 0 to 1.

    `penalty` and `val_penalty` are what the regularisers have in the losses: on average over the
    epoch's steps, and after the last of them.
    """

    epoch: int
    loss: float
    accuracy: float
    val_loss: float
    val_accuracy: float
    seconds: float
    penalty: float = 0.0
    val_penalty: float = 0.0


@dataclass(frozen=True)
class LayerStatistics:
    """One layer on one batch of training examples, as it computes in training.

    `mean` and `deviation` are of its outputs; `zeros` is the share of outputs that are exactly 0,
    and `dead` the share of units that are 0 on every example (at every place). The gradients are norms
    (square root of the sum of squares) of the loss's: over the layer's outputs, the root mean square over
    the examples, where a last layer with sigmoid or softmax has its logits; and over its weights, None without any.
    """

    name: str
    mean: float
    deviation: float
    zeros: float
    dead: float
    gradient: float
    weight_gradient: float | None = None


@dataclass(frozen=True)
class StepStatistics:
    """All layers after a position in epochs; 0 is before the first step."""

    position: float
    layers: tuple[LayerStatistics, ...]

    @staticmethod
    def from_dict(data: Any) -> StepStatistics:
        return StepStatistics(float(data["position"]), tuple(LayerStatistics(**layer) for layer in data["layers"]))


@dataclass(frozen=True)
class Start:
    """Where a run takes its first weights from: another run's, as they were after an epoch."""

    run: str
    epoch: int


@dataclass(frozen=True)
class Request:
    """Everything that decides a run's result: model, recipe, the exact data and where the weights begin."""

    spec: ModelSpec
    recipe: Recipe
    dataset: str
    variant: str
    preparation: Preparation | None = None
    start: Start | None = None

    @property
    def source(self) -> Dataset:
        return DATASETS[self.dataset]

    @property
    def task(self) -> Task:
        """What the model must be like for this data.

        Raises:
            ExplorerError: if the variant is unknown.
        """
        return self.source.task(self.variant, self.preparation)

    @property
    def counts(self) -> Counts:
        """How many examples the data has.

        Raises:
            ExplorerError: if the variant is unknown.
        """
        return self.source.counts(self.variant, self.preparation)

    def to_dict(self) -> dict[str, Any]:
        data = {
            "spec": self.spec.to_dict(),
            "recipe": self.recipe.to_dict(),
            "dataset": self.dataset,
            "variant": self.variant,
        }
        if self.preparation is not None:
            data["preparation"] = dataclasses.asdict(self.preparation)
        if self.start is not None:
            data["start"] = dataclasses.asdict(self.start)
        return data

    @staticmethod
    def from_dict(data: Any) -> Request:
        return Request(
            ModelSpec.from_dict(data["spec"]),
            Recipe.from_dict(data["recipe"]),
            str(data["dataset"]),
            str(data["variant"]),
            DATASETS[data["dataset"]].prepared(data.get("preparation")),
            Start(**data["start"]) if data.get("start") else None,
        )


@dataclass(frozen=True)
class RunRecord:
    """A run as `run.json` keeps it.

    `batches` holds (position in epochs, batch loss) pairs, thinned to a bounded number;
    `statistics` are those of the layers, if the recipe asks for them, also thinned;
    `best_epoch` is the epoch whose weights `model.keras` holds (0: untrained, None: no
    model yet); `examples_per_second` counts training examples only; `note` is the reader's. A model
    that a reader brought has the name of its `source_file`, and the classes of the layers that were `left_out`.
    What an earlier run answered is `copied`: it has the name of the model that comes with the app, or `FROM_A_RUN`.
    """

    id: str
    name: str
    created: float
    request: Request
    status: Status = Status.QUEUED
    history: tuple[EpochResult, ...] = ()
    batches: tuple[tuple[float, float], ...] = ()
    statistics: tuple[StepStatistics, ...] = ()
    best_epoch: int | None = None
    test_loss: float | None = None
    test_accuracy: float | None = None
    test_examples: int = 0
    seconds: float = 0.0
    examples_per_second: float | None = None
    problem: Message | None = None
    versions: dict[str, str] = field(default_factory=dict)
    note: str = ""
    source_file: str = ""
    left_out: tuple[str, ...] = ()
    copied: str = ""

    @property
    def uploaded(self) -> bool:
        """Whether the model came in a file, so that nothing is known of how it learned."""
        return bool(self.source_file)

    @property
    def val_accuracy(self) -> float | None:
        """The share of right answers on the validation examples with the weights that were kept."""
        return next((result.val_accuracy for result in self.history if result.epoch == self.best_epoch), None)

    @property
    def spec(self) -> ModelSpec:
        return self.request.spec

    @property
    def recipe(self) -> Recipe:
        return self.request.recipe

    def to_dict(self) -> dict[str, Any]:
        data = {item.name: getattr(self, item.name) for item in dataclasses.fields(self)}
        data["request"] = self.request.to_dict()
        data["history"] = [dataclasses.asdict(result) for result in self.history]
        data["batches"] = [list(point) for point in self.batches]
        data["statistics"] = [dataclasses.asdict(step) for step in self.statistics]
        data["problem"] = problem_to_dict(self.problem)
        return data

    @staticmethod
    def from_dict(data: Any) -> RunRecord:
        """Rebuild a record from `to_dict`'s form.

        Raises:
            ExplorerError: if the data is not of that form.
        """
        try:
            return RunRecord(
                **{
                    **data,
                    "name": str(data["name"])[:MAXIMUM_NAME],
                    "note": str(data.get("note", ""))[:MAXIMUM_NOTE],
                    "created": float(data["created"]),
                    "request": Request.from_dict(data["request"]),
                    "status": Status(data["status"]),
                    "history": tuple(EpochResult(**result) for result in data["history"]),
                    "batches": tuple((float(x), float(y)) for x, y in data["batches"]),
                    "statistics": tuple(StepStatistics.from_dict(step) for step in data.get("statistics", ())),
                    "problem": problem_from_dict(data["problem"]),
                    "left_out": tuple(map(str, data.get("left_out", ()))),
                    "copied": str(data.get("copied", ""))[:MAXIMUM_NAME],
                }
            )
        except (KeyError, TypeError, ValueError) as error:
            raise damaged() from error


def tidy_name(text: str) -> str:
    """What a run may be called: any characters in one line, cut to `MAXIMUM_NAME`.

    Raises:
        ExplorerError: if nothing is left.
    """
    name = " ".join(_writable(text).split())[:MAXIMUM_NAME].rstrip()
    if not name:
        raise ExplorerError(message(N_("A run needs a name; write at least one character.")))
    return name


def tidy_note(text: str) -> str:
    """What may be noted of a run: any characters, cut to `MAXIMUM_NOTE`."""
    return _writable(text).strip()[:MAXIMUM_NOTE]


def _writable(text: str) -> str:
    """Without halves of characters, which no file can hold."""
    return text.encode("utf-8", "replace").decode()


def damaged() -> ExplorerError:
    """What to say of a run whose description cannot be read."""
    return ExplorerError(
        message(N_("The description (run.json) of this run is damaged; choose another run, or train it again."))
    )


def problem_to_dict(problem: Message | None) -> dict[str, Any] | None:
    """A message as JSON, with the messages inside it."""
    if problem is None:
        return None
    return {"text": problem.text, "values": {name: _value_to_plain(value) for name, value in problem.values.items()}}


def _value_to_plain(value: Any) -> Any:
    if isinstance(value, Message):
        return problem_to_dict(value)
    return value if isinstance(value, (int, float, str)) else str(value)


def problem_from_dict(data: Any) -> Message | None:
    """The message that `problem_to_dict` described."""
    if data is None:
        return None
    values = {
        name: problem_from_dict(value) if isinstance(value, dict) else value for name, value in data["values"].items()
    }
    return Message(str(data["text"]), values)
