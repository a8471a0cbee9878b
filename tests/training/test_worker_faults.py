"""The trainings that are broken on purpose do fail, in the way their signs say, and the repair mends them."""

import dataclasses

import pytest

from explorer.presets.faults import FAULTS
from explorer.presets.repairs import REPAIRS
from explorer.training.record import RunRecord, Status
from explorer.training.store import Store

pytestmark = pytest.mark.worker
EPOCHS = {"leak": 40, "labels": 12, "linear": 12}
"""Of the other cases four epochs are enough to see what is wrong."""


@pytest.fixture
def pair(worker, tmp_path):
    """Trains a case as it is handed out, and mended."""

    def trained(run_id, request, epochs):
        recipe = dataclasses.replace(request.recipe, epochs=epochs)
        record = RunRecord(run_id, run_id, 1.0, dataclasses.replace(request, recipe=recipe))
        found = worker.train_run(Store(tmp_path).create(record).folder, lambda event: None, lambda: False)
        assert found.status is Status.FINISHED
        return found

    def both(name):
        fault, epochs = FAULTS[name], EPOCHS.get(name, 4)
        mended = REPAIRS[fault.repair].apply(fault.request)
        return trained("broken", fault.request, epochs), trained("mended", mended, epochs)

    return both


@pytest.mark.parametrize("name", [name for name in FAULTS if name != "leak"])
def test_the_repair_is_better_on_examples_that_nobody_has_seen(pair, name):
    broken, mended = pair(name)
    assert mended.test_accuracy > broken.test_accuracy + 0.1
    signs = SIGNS.get(name)
    assert signs is None or (signs(broken) and not signs(mended))


def spread(record, layer):
    return record.statistics[0].layers[layer].deviation


def shrinks(record):
    hidden = record.statistics[-1].layers[:-1]
    return hidden[0].gradient < 1e-4 * hidden[-1].gradient


SIGNS = {
    "zeros": lambda record: all(layer.weight_gradient == 0 for layer in record.statistics[-1].layers[:-1]),
    "rate": lambda record: record.history[0].loss > 5,
    "large": lambda record: spread(record, 3) > 10 * spread(record, 0) and record.history[0].loss > 50,
    "linear": lambda record: all(layer.zeros == 0 for layer in record.statistics[-1].layers[:-1]),
    "labels": lambda record: record.history[-1].val_loss > record.history[0].val_loss,
    "sigmoid": shrinks,
    "unscaled": lambda record: spread(record, 0) > 0.9,
    "long": lambda record: 0.65 < record.history[-1].loss < 0.75,
    "dropout": lambda record: (
        all(result.loss > result.val_loss for result in record.history[:2]) and record.history[-1].loss > 2
    ),
    "penalty": lambda record: record.history[0].loss > 20,
}


def test_the_leak_shows_in_a_test_that_is_too_good(pair):
    broken, mended = pair("leak")
    assert broken.test_accuracy > broken.history[-1].val_accuracy + 0.1
    assert mended.test_accuracy < broken.test_accuracy - 0.1
    assert abs(mended.test_accuracy - mended.history[-1].val_accuracy) < 0.08
