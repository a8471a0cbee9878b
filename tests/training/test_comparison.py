"""Gaps, chance and agreement of two runs, from numbers written by hand."""

import dataclasses
import math

import numpy as np
import pytest

from explorer.presets import PRESETS
from explorer.training import comparison
from explorer.training.comparison import Agreement
from explorer.training.predictions import PREDICTIONS
from explorer.training.record import EpochResult, Request, RunRecord

PRESET = PRESETS["cnn-one-block"]
TASK = Request(PRESET.spec, PRESET.recipe, PRESET.dataset, "full").task


def record(accuracy=None, examples=0, variant="full", history=()):
    wanted = Request(PRESET.spec, PRESET.recipe, PRESET.dataset, variant)
    return RunRecord("a", "a", 0.0, wanted, history=history, test_accuracy=accuracy, test_examples=examples)


def test_the_gap_is_that_of_the_last_epoch():
    history = (EpochResult(1, 1.0, 0.5, 1.0, 0.6, 1.0), EpochResult(2, 0.5, 0.9, 1.0, 0.7, 1.0))
    assert comparison.accuracy_gap(record(history=history)) == pytest.approx(0.2)
    assert comparison.accuracy_gap(record()) is None


def test_chance_covers_ninety_five_of_a_hundred_measurements():
    drawn = np.random.default_rng(3).binomial(10_000, 0.92, 20_000) / 10_000
    assert np.mean(np.abs(drawn - 0.92) <= comparison.chance(0.92, 10_000)) == pytest.approx(0.95, abs=0.01)


@pytest.mark.parametrize(("second", "sure"), [(0.905, False), (0.92, True), (0.88, True)])
def test_a_lead_is_sure_beyond_chance(second, sure):
    lead = comparison.lead(record(0.9, 10_000), record(second, 10_000))
    assert lead.difference == pytest.approx(second - 0.9)
    assert lead.chance == pytest.approx(1.96 * math.sqrt(0.9 * 0.1 / 1e4 + second * (1 - second) / 1e4))
    assert lead.sure == sure


@pytest.mark.parametrize(
    "other", [record(), record(0.9, 1_000), record(0.9, 10_000, "sample")], ids=["untested", "fewer", "sample"]
)
def test_there_is_no_lead_on_other_images(other):
    assert comparison.lead(record(0.9, 10_000), other) is None
    assert comparison.lead(other, record(0.9, 10_000)) is None


def keep(folder, answers, labels):
    folder.mkdir()
    probabilities = np.eye(3, dtype=np.float16)[answers]
    np.savez_compressed(folder / PREDICTIONS, outputs=probabilities, labels=np.array(labels, np.uint8))
    return folder


LABELS = [0, 1, 2, 0, 1]


@pytest.fixture
def folders(tmp_path):
    return keep(tmp_path / "a", [0, 1, 2, 1, 0], LABELS), keep(tmp_path / "b", [0, 2, 1, 0, 0], LABELS)


def test_images_are_counted_by_who_has_them_right(folders):
    assert comparison.agreement(*folders, TASK) == Agreement(both=1, only_first=2, only_second=1, neither=1)
    assert comparison.agreement(*reversed(folders), TASK) == Agreement(both=1, only_first=1, only_second=2, neither=1)


def test_predictions_that_are_not_there_or_not_whole_are_passed_over(folders):
    first, second = folders
    file = second / PREDICTIONS
    whole = file.read_bytes()
    flipped = bytearray(whole)
    flipped[len(whole) // 4] ^= 0xFF
    for content in (b"", b"nonsense", whole[: len(whole) // 2], bytes(flipped)):
        file.write_bytes(content)
        assert comparison.agreement(first, second, TASK) is None
    file.unlink()
    assert comparison.agreement(first, second, TASK) is None


def test_predictions_of_other_images_are_passed_over(folders, tmp_path):
    other = keep(tmp_path / "c", [0, 1, 2, 1, 0], [2, 1, 2, 0, 1])
    fewer = keep(tmp_path / "d", [0, 1], [0, 1])
    assert comparison.agreement(folders[0], other, TASK) is None
    assert comparison.agreement(folders[0], fewer, TASK) is None


def test_mcnemars_test_against_its_table():
    """(|b - c| - 1)² / (b + c) beyond 3.84, the chi-square distribution's 95 % with one degree of freedom."""
    agreement = Agreement(both=100, only_first=10, only_second=25, neither=5)
    assert (abs(10 - 25) - 1) ** 2 / 35 > 3.84
    assert agreement.sure
    close = dataclasses.replace(agreement, only_second=20)
    assert (abs(10 - 20) - 1) ** 2 / 30 < 3.84
    assert not close.sure
    assert not Agreement(100, 0, 0, 5).sure
