"""The training loop by itself, with a learner whose losses are given."""

import numpy as np
import pytest

from explorer.presets import PRESETS
from explorer.training.learner import Chunk, Measured
from explorer.training.loop import TrainingRun
from explorer.training.recipe import Recipe
from explorer.training.record import Request, RunRecord, Status
from explorer.training.store import Store

SPEC = PRESETS["cnn-one-block"].spec


class Given:
    """Learns nothing, but its validation losses are those that it was given."""

    def __init__(self, losses, broken_step=None):
        self.losses = list(losses)
        self.broken_step = broken_step
        self.epoch = 0
        self.orders = []
        self.restored = None

    def start(self, order):
        self.orders.append(order)
        self.epoch += 1

    def train(self, first, last):
        finite = self.broken_step is None or self.broken_step >= last
        return Chunk(last - first, last - first, 0.5 * (last - first), last - first, finite)

    def validate(self, should_stop):
        return self.losses[self.epoch - 1], 0.5

    def penalty(self):
        return 0.25

    def test(self):
        return Measured(0.1, 0.9, 7, np.full((7, 10), 0.1, np.float32), np.zeros(7, np.int32))

    def weights(self):
        return {"conv2d_1": {"bias": np.full(3, self.epoch, np.float32)}}

    def save(self, path):
        path.write_text(str(self.epoch))

    def restore(self, path):
        self.restored = int(path.read_text())


@pytest.fixture
def train(tmp_path):
    def run(learner, **recipe):
        chosen = Recipe(**{"examples": 100, "batch_size": 10, "epochs": len(learner.losses), **recipe})
        request = Request(SPEC, chosen, "fashion-mnist", "sample")
        folder = Store(tmp_path).create(RunRecord("run", "run", 1.0, request)).folder
        training = TrainingRun(folder, lambda _event: None, lambda: False)
        training.train(learner)
        return Store(tmp_path).open("run")

    return run


def test_the_lowest_validation_loss_is_kept_and_tested(train):
    learner = Given([3.0, 1.0, 2.0, 4.0])
    run = train(learner, patience=0)
    assert run.record.status is Status.FINISHED
    assert (run.record.best_epoch, learner.restored) == (2, 2)
    assert (run.record.test_accuracy, run.record.test_examples) == (0.9, 7)
    assert run.epochs == (0, 1, 2, 3, 4)


def test_patience_counts_epochs_without_a_lower_loss(train):
    run = train(Given([5.0, 4.0, 4.5, 4.0, 3.0]), patience=2)
    assert [result.val_loss for result in run.record.history] == [5.0, 4.0, 4.5, 4.0]
    assert run.record.best_epoch == 2


def test_the_last_weights_are_kept_when_asked(train):
    assert train(Given([1.0, 2.0]), patience=0, restore_best_weights=False).record.best_epoch == 2


def test_every_epoch_sees_all_images_in_an_order_of_its_own(train):
    learner = Given([1.0, 0.9])
    train(learner, patience=0)
    assert all(sorted(order) == list(range(80)) for order in learner.orders)
    assert list(learner.orders[0]) != list(learner.orders[1])


def test_a_broken_loss_names_its_step_and_keeps_the_best_epoch(train):
    run = train(Given([1.0, 0.9], broken_step=0), patience=0)
    assert run.record.status is Status.DIVERGED
    assert "step 1:" in str(run.record.problem)
    assert run.record.test_accuracy is None


def test_a_validation_loss_that_is_no_number_ends_the_run(train):
    run = train(Given([1.0, float("nan"), 0.5]), patience=0)
    assert run.record.status is Status.DIVERGED
    assert len(run.record.history) == 1
    assert run.record.best_epoch == 1
