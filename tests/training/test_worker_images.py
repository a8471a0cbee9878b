"""Training on images of a reader's own."""

import dataclasses

import numpy as np
import pytest
from image_files import folders, packed

from explorer.datasets import DATASETS, TEST, own_images, uploads
from explorer.datasets.own_images import keep, read
from explorer.presets import PRESETS
from explorer.training.adaptation import adapted
from explorer.training.predictions import read_predictions
from explorer.training.recipe import Recipe
from explorer.training.record import Request, RunRecord, Status
from explorer.training.store import Store

pytestmark = pytest.mark.worker

OWN = DATASETS["own-images"]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("EXPLORER_UPLOADS_DIR", str(tmp_path / "uploads"))
    own_images._kept.cache_clear()
    own_images._facts.cache_clear()


def trained(worker, folder, variant, preset="cnn-one-block", **recipe):
    counts = OWN.counts(variant)
    settings = Recipe(**{"examples": counts.train, "epochs": 8, "batch_size": 4, "patience": 0, **recipe})
    request = Request(adapted(PRESETS[preset].spec, OWN.task(variant)), settings, "own-images", variant)
    made = Store(folder).create(RunRecord("run", "run", 1.0, request)).folder
    worker.train_run(made, lambda event: None, lambda: False)
    return Store(folder).open("run")


@pytest.mark.parametrize("in_colour", [True, False])
def test_a_tiny_set_is_learned(worker, tmp_path, in_colour):
    variant = keep(read(packed(folders(("reds", "greens"), each=20))), 12, in_colour)
    run = trained(worker, tmp_path, variant, learning_rate=0.01)
    assert run.record.status is Status.FINISHED, str(run.record.problem)
    assert (run.record.test_examples, run.record.test_accuracy) == (8, 1.0)
    outputs, labels = read_predictions(run.predictions_file)
    test = OWN.load(variant, TEST)
    np.testing.assert_array_equal(labels, test.labels)
    ours = run.network(run.kept_epoch).predict(test.inputs / np.float32(255))
    np.testing.assert_allclose(ours, outputs, atol=2e-3)


def test_the_smallest_set_trains_at_the_largest_size_with_augmentation(worker, tmp_path):
    from explorer.augmentation import NOTES

    variant = keep(read(packed(folders(each=4))), 64, True)
    run = trained(worker, tmp_path, variant, "cnn-two-blocks", epochs=1, augmentation=dataclasses.replace(NOTES))
    assert run.record.status is Status.FINISHED, str(run.record.problem)
    assert run.record.spec.input_shape == (64, 64, 3)
    assert (run.record.recipe.training_examples, run.record.test_examples) == (4, 2)


def test_a_run_whose_images_are_gone_fails_in_words(worker, tmp_path):
    variant = keep(read(packed(folders(each=4))), 8, False)
    request = Request(
        adapted(PRESETS["cnn-one-block"].spec, OWN.task(variant)),
        Recipe(examples=6, epochs=1, batch_size=2),
        "own-images",
        variant,
    )
    for path in uploads.folder().iterdir():
        path.unlink()
    own_images._kept.cache_clear()
    own_images._facts.cache_clear()
    made = Store(tmp_path).create(RunRecord("run", "run", 1.0, request)).folder
    record = worker.train_run(made, lambda event: None, lambda: False)
    assert record.status is Status.FAILED
    assert "give the file again" in str(record.problem)
