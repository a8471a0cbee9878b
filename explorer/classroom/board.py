"""The board of a room: how every run stands, and in what it differs from what most of them have."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from explorer.classroom.rooms import Member, Room, Started
from explorer.messages import N_, ExplorerError, Message, message
from explorer.training.differences import Difference, Words, between
from explorer.training.progress import Progress
from explorer.training.recipe import Recipe
from explorer.training.record import EpochResult, Request, RunRecord

Value = TypeVar("Value", bound=Hashable)


@dataclass(frozen=True)
class Row:
    """A run on the board; `newest` says that its member has started none after it."""

    member: Member
    progress: Progress
    newest: bool
    hidden: bool = False

    @property
    def record(self) -> RunRecord:
        return self.progress.record

    @property
    def best(self) -> EpochResult | None:
        """The epoch with the lowest validation loss."""
        return min(self.record.history, key=lambda result: result.val_loss, default=None)


def rows(room: Room, progress: Callable[[str], Progress]) -> tuple[Row, ...]:
    """The runs of a room, newest first.

    Those that are no longer there are left out, and so are models that were brought in a file.
    `progress` tells how a run stands, and raises ExplorerError if there is no such run.
    """
    members = {member.id: member for member in room.members}
    seen: set[str] = set()
    found = []
    for started in reversed(room.runs):
        standing = _standing(started, progress)
        if standing is None or standing.record.uploaded or started.member not in members:
            continue
        newest = not started.hidden and started.member not in seen
        if newest:
            seen.add(started.member)
        found.append(Row(members[started.member], standing, newest, started.hidden))
    return tuple(found)


def _standing(started: Started, progress: Callable[[str], Progress]) -> Progress | None:
    try:
        return progress(started.run)
    except ExplorerError:
        return None


def common(requests: Sequence[Request]) -> dict[str, Request]:
    """What most runs on each data set have, by the data set: its data, its model, and every setting for itself.

    Where two are equally frequent, the one that came first in `requests` is taken.
    """
    found = {}
    for dataset in dict.fromkeys(request.dataset for request in requests):
        same = [request for request in requests if request.dataset == dataset]
        variant, preparation = _most((request.variant, request.preparation) for request in same)
        found[dataset] = Request(
            _most(request.spec for request in same),
            _common_recipe([request.recipe for request in same]),
            dataset,
            variant,
            preparation,
        )
    return found


def _common_recipe(recipes: Sequence[Recipe]) -> Recipe:
    names = [field.name for field in dataclasses.fields(Recipe)]
    return Recipe(**{name: _most(getattr(recipe, name) for recipe in recipes) for name in names})


def _most(values: Iterable[Value]) -> Value:
    return Counter(values).most_common(1)[0][0]


@lru_cache(maxsize=1024)
def differing(usual: Request, request: Request) -> tuple[Difference, ...]:
    """In what a run differs from the usual one on its data: data first, then model, then training."""
    found = between(usual, request, moves=False)
    return (*found.data, *found.model, *found.recipe)


def sentence(difference: Difference) -> Message:
    """A difference in words: what this run has, and what is usual."""
    if difference.first is None:
        return message(N_("with {what}{settings}"), what=difference.what, settings=_settings(difference.second))
    if difference.second is None:
        return message(N_("without {what}{settings}"), what=difference.what, settings=_settings(difference.first))
    text = N_("{what} {value} (usually {usual})")
    return message(text, what=difference.what, value=difference.second, usual=difference.first)


def _settings(settings: Words | None) -> Message | str:
    return message(N_(" ({settings})"), settings=settings) if settings else ""
