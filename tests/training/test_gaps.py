"""How far validation falls behind training."""

import pytest

from explorer.presets.remedies import Base
from explorer.training.gaps import ACCURACY, LOSS, gap
from explorer.training.record import EpochResult, RunRecord, Status

HISTORY = (
    EpochResult(1, 2.0, 0.4, 2.5, 0.3, 1.0, penalty=1.0, val_penalty=0.5),
    EpochResult(2, 0.7, 0.8, 1.0, 0.6, 1.0, penalty=0.3, val_penalty=0.2),
    EpochResult(3, 0.3, 0.95, 1.1, 0.65, 1.0, penalty=0.1, val_penalty=0.1),
)


def record(history=HISTORY, **changes):
    return RunRecord("run", "run", 1.0, Base().request("sample"), **{"history": history, **changes})


def test_losses_are_without_their_penalties():
    found = gap(record(), LOSS)
    assert found.training == pytest.approx([1.0, 0.4, 0.2])
    assert found.validation == pytest.approx([2.0, 0.8, 1.0])
    assert found.gap == pytest.approx([1.0, 0.4, 0.8])
    assert found.best == 2


def test_a_gap_is_positive_when_validation_is_worse():
    found = gap(record(), ACCURACY)
    assert found.gap == pytest.approx([0.1, 0.2, 0.3])
    assert found.best == 2


def test_the_final_gap_is_that_of_the_kept_weights():
    ended = record(status=Status.FINISHED, best_epoch=2)
    assert gap(ended, LOSS).final == pytest.approx((0.4, 0.8, 0.4))
    live = record(status=Status.RUNNING, best_epoch=1)
    assert gap(live, LOSS).final == pytest.approx((0.2, 1.0, 0.8))


def test_before_the_first_epoch_there_is_no_gap():
    found = gap(record(history=()), LOSS)
    assert (len(found.training), found.kept, found.best, found.final) == (0, None, None, None)
