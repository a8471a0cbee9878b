"""Every optimizer beside Keras's own, step by step down a surface."""

import numpy as np
import pytest

from explorer.inspection.descent import descend
from explorer.inspection.optimizers import OPTIMIZERS, Constants
from explorer.inspection.surfaces import SURFACES

pytestmark = pytest.mark.worker

STEPS = 50
SETTINGS = {
    "sgd": ("SGD", {}),
    "momentum": ("SGD", {"momentum": "momentum"}),
    "nesterov": ("SGD", {"momentum": "momentum"}),
    "rmsprop": ("RMSprop", {"rho": "rho"}),
    "adam": ("Adam", {"beta_1": "beta_1", "beta_2": "beta_2"}),
}
# Keras rounds learning rate and constants to single precision; these have no digits to lose.
EXACT = Constants(momentum=0.875, rho=0.875, beta_1=0.875, beta_2=1 - 2**-10)
EXACT_RATE = 2.0**-11


def by_keras(name, constants, rate, surface, dtype):
    """Where Keras's optimizer is after each step."""
    import keras

    kind, fields = SETTINGS[name]
    settings = {setting: getattr(constants, field) for setting, field in fields.items()}
    if name == "nesterov":
        settings["nesterov"] = True
    optimizer = getattr(keras.optimizers, kind)(rate, **settings)
    place = keras.Variable(np.array(surface.start), dtype=dtype)
    optimizer.build([place])
    places = [place.numpy()]
    for _ in range(STEPS):
        gradient = surface.gradient(places[-1].astype(float))
        optimizer.apply([keras.ops.convert_to_tensor(gradient, dtype=dtype)], [place])
        places.append(place.numpy())
    return np.array(places)


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_steps_as_in_keras(name, surface):
    found = descend(SURFACES[surface], OPTIMIZERS[name](EXACT_RATE, EXACT), SURFACES[surface].start, STEPS)
    expected = by_keras(name, EXACT, EXACT_RATE, SURFACES[surface], "float64")
    assert np.abs(expected[-1] - expected[0]).max() > 1e-3
    assert found.places == pytest.approx(expected, rel=0, abs=1e-6)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_with_the_defaults_only_single_precision_tells_them_apart(name):
    surface, rate = SURFACES["bowl"], 0.01
    found = descend(surface, OPTIMIZERS[name](rate, Constants()), surface.start, STEPS)
    assert found.places == pytest.approx(by_keras(name, Constants(), rate, surface, "float32"), rel=0, abs=1e-5)


def test_the_mean_cross_entropy_is_that_of_keras():
    import keras

    from explorer.inspection.loss_slice import cross_entropy

    shares = np.random.default_rng(0).dirichlet(np.ones(10), 64).astype(np.float32)
    shares[0], labels = np.eye(10, dtype=np.float32)[3], np.random.default_rng(1).integers(0, 10, 64)
    expected = float(keras.losses.SparseCategoricalCrossentropy()(labels, shares))
    assert cross_entropy(shares, labels) == pytest.approx(expected, abs=1e-4)
