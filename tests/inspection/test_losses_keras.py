"""The loss curves beside Keras's own losses."""

import numpy as np
import pytest

from explorer.inspection.losses import CURVES

pytestmark = pytest.mark.worker


def test_they_are_kerass():
    import keras

    sums = np.linspace(-6, 6, 25).astype(np.float32)
    for label in (0.0, 1.0):
        labels = np.full((25, 1), label, np.float32)
        probabilities = keras.ops.convert_to_numpy(keras.ops.sigmoid(sums[:, None]))
        expected = keras.ops.convert_to_numpy(keras.losses.binary_crossentropy(labels, probabilities))
        np.testing.assert_allclose(CURVES["binary_crossentropy"](sums, label), expected, atol=1e-5)
        squared = keras.ops.convert_to_numpy(keras.losses.mean_squared_error(labels, sums[:, None]))
        np.testing.assert_allclose(CURVES["mean_squared_error"](sums, label), squared, atol=1e-5)
    logits = np.stack([sums, 0 * sums, 0 * sums], axis=1)
    ahead = sums - np.log(2)
    expected = keras.losses.sparse_categorical_crossentropy(np.zeros(25, int), logits, from_logits=True)
    found = CURVES["sparse_categorical_crossentropy"](ahead, 1.0)
    np.testing.assert_allclose(found, keras.ops.convert_to_numpy(expected), atol=1e-5)
