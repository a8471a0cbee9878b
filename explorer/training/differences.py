"""In what two models, two recipes or two requests differ, named in words."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.controls import controls
from explorer.datasets import DATASETS, FULL, Preparation
from explorer.messages import N_, Message, message
from explorer.specs import Layer, ModelSpec, Part
from explorer.training.recipe import Recipe
from explorer.training.record import Request

Words = Message | str


MISSING = "–"
_GROUPS = {"augmentation": N_("Augmentation")}


@dataclass(frozen=True)
class Setting:
    """One setting of a recipe: its path (``augmentation.rotation``), its label, its value in words."""

    name: str
    label: Message
    value: Words


@dataclass(frozen=True)
class Difference:
    """One thing that differs between A and B; None stands for the side that lacks it altogether."""

    what: Message
    first: Words | None = None
    second: Words | None = None

    @property
    def sentence(self) -> Message:
        if self.first is None:
            return message(N_("{what} is only in B"), what=self._described(self.second))
        if self.second is None:
            return message(N_("{what} is only in A"), what=self._described(self.first))
        return message(N_("{what}: {first} → {second}"), what=self.what, first=self.first, second=self.second)

    def _described(self, settings: Words | None) -> Message:
        return message(N_("{what} ({settings})"), what=self.what, settings=settings) if settings else self.what


@dataclass(frozen=True)
class Differences:
    """What differs in the model, in the training and in the data; all empty for equals."""

    model: tuple[Difference, ...] = ()
    recipe: tuple[Difference, ...] = ()
    data: tuple[Difference, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.model or self.recipe or self.data)


def between(first: Request, second: Request, moves: bool = True) -> Differences:
    """Everything that decides a run's result and is not the same in both.

    With `moves` a layer that stands in another place in B is named with both places.
    """
    return Differences(
        tuple(_models(first.spec, second.spec, moves)),
        recipe_differences(first.recipe, second.recipe),
        tuple(_data(first, second)),
    )


def recipe_differences(first: Recipe, second: Recipe) -> tuple[Difference, ...]:
    """The settings that differ, also those of a group (augmentation) that only one recipe has."""
    before, after = ({setting.name: setting for setting in recipe_settings(recipe)} for recipe in (first, second))
    found = []
    for name, setting in (before | after).items():
        values = [side[name].value if name in side else MISSING for side in (before, after)]
        if values[0] != values[1]:
            found.append(Difference(setting.label, *values))
    return tuple(found)


def recipe_settings(recipe: Recipe) -> tuple[Setting, ...]:
    """Every setting of a recipe in words; those of a group follow it where it is on."""
    return tuple(_settings(recipe))


def _settings(owner: Any, group: str = "") -> Iterator[Setting]:
    declared = dict(controls(owner))
    for field in dataclasses.fields(owner):
        value, name = getattr(owner, field.name), group + field.name
        control = declared.get(field.name)
        if control is not None:
            yield Setting(name, _label(control.label, group), in_words(value))
        else:
            on = value is not None
            yield Setting(name, message(_group(name)), in_words(on))
            yield from _settings(value, f"{name}.") if dataclasses.is_dataclass(value) else ()


def _label(label: str, group: str) -> Message:
    if not group:
        return message(label)
    return message(N_("{group}, {setting}"), group=message(_group(group.rstrip("."))), setting=message(label))


def _group(name: str) -> str:
    return _GROUPS.get(name, name.replace("_", " ").capitalize())


def in_words(value: Any) -> Words:
    """A setting's value as a reader says it: on or off, 3×3, 60,000, 0.001."""
    if isinstance(value, bool):
        return message(N_("on")) if value else message(N_("off"))
    if isinstance(value, float):
        return str(np.format_float_positional(value, trim="-"))
    if isinstance(value, int):
        return f"{value:,}"
    return _keras(value)


def _models(first: ModelSpec, second: ModelSpec, moves: bool) -> Iterator[Difference]:
    if first.input_shape != second.input_shape:
        yield Difference(message(N_("Input shape")), _keras(first.input_shape), _keras(second.input_shape))
    for i, j in aligned(first.layers, second.layers):
        if i is not None and j is not None:
            yield from _layers(first.layers[i], second.layers[j], i, j if moves else i)
        elif i is not None:
            yield Difference(_numbered(first.layers[i], i), first=_settings_of(first.layers[i]))
        elif j is not None:
            yield Difference(_numbered(second.layers[j], j), second=_settings_of(second.layers[j]))


def aligned(first: Sequence[Layer], second: Sequence[Layer]) -> list[tuple[int | None, int | None]]:
    """Pairs of indices of layers that stand for each other, in order; None where one side has no such layer.

    Needleman and Wunsch's alignment (1970): only layers of one class stand for each other, as
    many as can, and among those choices the one in which the fewest settings differ.
    """
    rows, columns = len(first), len(second)
    costs = [[float(rows - i + columns - j) for j in range(columns + 1)] for i in range(rows + 1)]
    for i in reversed(range(rows)):
        for j in reversed(range(columns)):
            paired = costs[i + 1][j + 1] + _cost(first[i], second[j])
            costs[i][j] = min(paired, costs[i + 1][j] + 1, costs[i][j + 1] + 1)
    pairs: list[tuple[int | None, int | None]] = []
    i = j = 0
    while i < rows or j < columns:
        if i < rows and j < columns and costs[i][j] == costs[i + 1][j + 1] + _cost(first[i], second[j]):
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif i < rows and costs[i][j] == costs[i + 1][j] + 1:
            pairs.append((i, None))
            i += 1
        else:
            pairs.append((None, j))
            j += 1
    return pairs


def _cost(before: Layer, after: Layer) -> float:
    """Below 1 for layers of one class, growing with the settings that differ."""
    if type(before) is not type(after):
        return math.inf
    names = [name for name, _control in controls(before)]
    return sum(getattr(before, name) != getattr(after, name) for name in names) / (len(names) + 1)


def _layers(before: Layer, after: Layer, i: int, j: int) -> Iterator[Difference]:
    """The settings in which two layers of one class differ, by Keras's names."""
    place = _numbered(before, i) if i == j else _moved(before, i, j)
    for name, first, second in _changed(before, after):
        yield Difference(message(N_("{group}, {setting}"), group=place, setting=name), _keras(first), _keras(second))


def _changed(before: Layer | Part, after: Layer | Part) -> Iterator[tuple[str, Any, Any]]:
    """Settings that differ with both values; those of a layer or part inside a layer as ``layer.units``."""
    for name, _control in controls(before):
        first, second = getattr(before, name), getattr(after, name)
        if isinstance(first, (Layer, Part)) and type(first) is type(second):
            yield from ((f"{name}.{inner}", *values) for inner, *values in _changed(first, second))
        elif first != second:
            yield name, first, second


def _numbered(layer: Layer, index: int) -> Message:
    return message(N_("Layer {number} {kind}"), number=index + 1, kind=type(layer).__name__)


def _moved(layer: Layer, i: int, j: int) -> Message:
    return message(N_("Layer {number} (in B {other}) {kind}"), number=i + 1, other=j + 1, kind=type(layer).__name__)


def _settings_of(layer: Layer | Part) -> str:
    """The settings that are not Keras's defaults, in one line."""
    default = type(layer)()
    changed = ((name, getattr(layer, name)) for name, _control in controls(layer))
    return ", ".join(f"{name} {_keras(value)}" for name, value in changed if value != getattr(default, name))


def _keras(value: Any) -> str:
    """A layer's setting as Keras takes it, a shape as 28×28×1, a layer or part by class and what is special."""
    if isinstance(value, (Layer, Part)):
        settings = _settings_of(value)
        return f"{type(value).__name__} ({settings})" if settings else type(value).__name__
    if isinstance(value, tuple):
        return "×".join(str(size) for size in value)
    return str(np.format_float_positional(value, trim="-")) if isinstance(value, float) else str(value)


def _data(first: Request, second: Request) -> Iterator[Difference]:
    if first.dataset != second.dataset:
        yield Difference(message(N_("Data set")), *(_title(request.dataset) for request in (first, second)))
    if first.variant != second.variant:
        yield Difference(message(N_("Data at hand")), *(_variant(request) for request in (first, second)))
    if first.start != second.start:
        yield Difference(message(N_("First weights")), *(_start(request) for request in (first, second)))
    before, after = _prepared(first), _prepared(second)
    if before is not None and after is not None and type(before) is type(after):
        yield from _preparations(before, after)


def _start(request: Request) -> Message:
    if request.start is None:
        return message(N_("drawn from the seed"))
    return message(N_("of the run {run} after epoch {epoch}"), run=request.start.run, epoch=request.start.epoch)


def _prepared(request: Request) -> Preparation | None:
    """How the data was prepared: as the data set does by itself if nothing else is said."""
    kind = DATASETS[request.dataset].preparation if request.dataset in DATASETS else None
    return request.preparation or (kind() if kind else None)


def _preparations(before: Preparation, after: Preparation) -> Iterator[Difference]:
    labels = {name: control.label for name, control in controls(before)}
    for field in dataclasses.fields(before):
        first, second = getattr(before, field.name), getattr(after, field.name)
        if first != second:
            label = labels.get(field.name, _group(field.name))
            yield Difference(message(label), _listed(first), _listed(second))


def _listed(value: Any) -> Words:
    return ", ".join(map(str, value)) or MISSING if isinstance(value, tuple) else in_words(value)


def _title(name: str) -> Words:
    return DATASETS[name].title if name in DATASETS else name


def _variant(request: Request) -> Message:
    if request.dataset in DATASETS and DATASETS[request.dataset].own:
        return message(N_("the file kept as {name}"), name=request.variant)
    return message(N_("all of the data set")) if request.variant == FULL else message(N_("the sample"))
