"""The board: newest runs first, those that are gone left out, and what differs from what most have."""

import dataclasses

import pytest

from explorer.classroom import board
from explorer.classroom.rooms import Member, Room, Started
from explorer.datasets import DATASETS
from explorer.messages import N_, ExplorerError, message
from explorer.presets import PRESETS
from explorer.training.progress import Progress
from explorer.training.record import EpochResult, Request, RunRecord

CNN, TEXT = PRESETS["cnn-two-blocks"], PRESETS["lstm-snippets"]
MINA, BEN = (Member(name, name, 0.0, "") for name in ("Mina", "Ben"))


def request(preset=CNN, variant="sample", **changes):
    return Request(preset.spec, dataclasses.replace(preset.recipe, **changes), preset.dataset, variant)


def room(*started, members=(MINA, BEN)):
    return Room("HJKM3479", "", 0.0, 1.0, members, tuple(started))


def progress_of(**records):
    def progress(run_id):
        if run_id not in records:
            raise ExplorerError(message(N_("gone")))
        return Progress(records[run_id])

    return progress


def record(run_id, wanted=None, **changes):
    return RunRecord(run_id, run_id, 0.0, wanted or request(), **changes)


def test_rows_are_newest_first_and_each_member_has_one_newest():
    found = board.rows(
        room(Started("a", "Mina"), Started("b", "Ben"), Started("c", "Mina")),
        progress_of(a=record("a"), b=record("b"), c=record("c")),
    )
    assert [(row.record.id, row.member.nickname, row.newest) for row in found] == [
        ("c", "Mina", True),
        ("b", "Ben", True),
        ("a", "Mina", False),
    ]


def test_runs_that_are_gone_and_brought_models_are_left_out():
    brought = record("c", source_file="my.keras")
    found = board.rows(
        room(Started("a", "Mina"), Started("gone", "Mina"), Started("c", "Mina"), Started("d", "nobody")),
        progress_of(a=record("a"), c=brought, d=record("d")),
    )
    assert [(row.record.id, row.newest) for row in found] == [("a", True)]


def test_the_newest_of_those_not_hidden_is_the_newest():
    found = board.rows(
        room(Started("a", "Mina"), Started("b", "Mina", hidden=True)), progress_of(a=record("a"), b=record("b"))
    )
    assert [(row.record.id, row.newest, row.hidden) for row in found] == [("b", False, True), ("a", True, False)]


def test_the_best_epoch_is_that_of_the_lowest_validation_loss():
    history = tuple(EpochResult(n, 0, 0, loss, n / 10, 1) for n, loss in enumerate((0.9, 0.5, 0.7), 1))
    (row,) = board.rows(room(Started("a", "Mina")), progress_of(a=record("a", history=history)))
    assert (row.best.epoch, row.best.val_accuracy) == (2, 0.2)
    (row,) = board.rows(room(Started("a", "Mina")), progress_of(a=record("a")))
    assert row.best is None


def test_the_usual_setting_is_the_most_common_of_each_even_if_no_run_has_them_all():
    wanted = [
        request(learning_rate=0.01),
        request(batch_size=64),
        request(epochs=3),
        request(PRESETS["cnn-one-block"], learning_rate=CNN.recipe.learning_rate, epochs=CNN.recipe.epochs),
    ]
    usual = board.common(wanted)["fashion-mnist"]
    assert usual.spec == CNN.spec
    assert usual.recipe.learning_rate == CNN.recipe.learning_rate
    assert usual.recipe.batch_size == CNN.recipe.batch_size
    assert usual.recipe.epochs == CNN.recipe.epochs
    assert usual.variant == "sample"
    assert board.common([]) == {}


def test_equally_frequent_settings_are_settled_by_who_came_first():
    first, second = request(epochs=3), request(epochs=4)
    assert board.common([first, second])["fashion-mnist"] == first
    assert board.common([second, first])["fashion-mnist"] == second


def test_each_data_set_has_its_own_usual_settings():
    usual = board.common([request(), request(), request(TEXT)])
    assert usual["snippets"].spec == TEXT.spec
    assert usual["fashion-mnist"].spec == CNN.spec
    assert set(usual) == {"snippets", "fashion-mnist"} <= set(DATASETS)


def told(changed):
    return [str(board.sentence(one)) for one in board.differing(request(), changed)]


def test_what_differs_is_told_with_what_is_usual():
    usual = CNN.recipe.learning_rate
    assert told(request()) == []
    assert told(request(learning_rate=0.01)) == [f"Learning rate 0.01 (usually {usual:g})"]
    assert told(request(variant="full")) == ["Data at hand all of the data set (usually the sample)"]


@pytest.mark.parametrize(("layers", "word"), [(CNN.spec.layers[:1] + CNN.spec.layers[2:], "without")])
def test_a_layer_that_is_missing_or_more_is_told(layers, word):
    less = dataclasses.replace(request(), spec=dataclasses.replace(CNN.spec, layers=layers))
    name = type(CNN.spec.layers[1]).__name__
    (sentence,) = told(less)
    assert sentence.startswith(f"{word} Layer 2 {name}")
    (sentence,) = [str(board.sentence(one)) for one in board.differing(less, request())]
    assert sentence.startswith(f"with Layer 2 {name}")
