"""Training with images that are changed on the fly."""

import dataclasses

import numpy as np
import pytest

from explorer.augmentation import NOTES, apply, draw, matrices
from explorer.training.record import Status

pytestmark = pytest.mark.worker

ALL = dataclasses.replace(NOTES, share=1.0, vertical_flip=True)


def test_the_graph_changes_an_image_as_the_page_shows_it(worker):
    size = (28, 20)
    images = np.random.default_rng(0).random((40, *size, 2)).astype(np.float32)
    transforms = matrices(draw(ALL, 40, size, np.random.default_rng(1)), size)
    flat = transforms.reshape(40, 9)[:, :8].astype(np.float32)
    np.testing.assert_allclose(
        worker.fitting.transformed(images, flat).numpy(), apply(images, transforms), atol=1 / 255
    )


def test_the_changes_are_those_of_keras():
    from keras.src.legacy.preprocessing.image import apply_affine_transform

    size = (28, 28)  # Keras turns other images about a point beside their middle
    images = np.random.default_rng(0).random((30, *size, 1)).astype(np.float32)
    changes = draw(
        dataclasses.replace(ALL, horizontal_flip=False, vertical_flip=False), 30, size, np.random.default_rng(2)
    )
    ours = apply(images, matrices(changes, size))
    for index in range(30):
        theirs = apply_affine_transform(
            images[index].copy(),
            theta=changes.rotation[index],
            tx=changes.right[index],
            ty=changes.down[index],
            shear=changes.shear[index],
            zx=changes.zoom_x[index],
            zy=changes.zoom_y[index],
            row_axis=0,
            col_axis=1,
            channel_axis=2,
        )
        np.testing.assert_allclose(ours[index], theirs, atol=2e-3)


def test_a_run_trains_with_it_records_it_and_repeats(train):
    first, _ = train(augmentation=ALL)
    again, _ = train(augmentation=ALL, name="again")
    plain, _ = train(name="plain")
    assert first.record.status is Status.FINISHED, str(first.record.problem)
    assert first.record.recipe.augmentation == ALL
    losses = [[result.loss for result in run.record.history] for run in (first, again, plain)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)
    assert losses[0] != pytest.approx(losses[2], rel=1e-3)


def test_changes_that_change_nothing_train_as_without_them(train):
    still, _ = train(augmentation=dataclasses.replace(ALL, share=0.0))
    plain, _ = train(name="plain")
    for ours, theirs in zip(still.record.history, plain.record.history, strict=True):
        assert ours.loss == pytest.approx(theirs.loss, rel=1e-3)
        assert ours.val_loss == pytest.approx(theirs.val_loss, rel=1e-3)
