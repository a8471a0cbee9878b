"""Paths down surfaces: where they go, where they leave the picture, and where their numbers end."""

import numpy as np
import pytest

from explorer.inspection.descent import LARGEST, MAXIMUM_STEPS, descend, final_losses
from explorer.inspection.loss_slice import Slice
from explorer.inspection.optimizers import OPTIMIZERS, SGD, STEP, Adam, Constants
from explorer.inspection.surfaces import SURFACES, inside, picture

pytestmark = pytest.mark.filterwarnings("error")
BOWL = SURFACES["bowl"]


@pytest.mark.parametrize("name", SURFACES)
def test_a_gradient_is_the_slope_of_the_loss(name):
    surface = SURFACES[name]
    low, high = np.array([surface.x, surface.y]).T
    points = np.random.default_rng(0).uniform(low, high, (40, 2))
    small = 1e-5
    slopes = [(surface.loss(points + move) - surface.loss(points - move)) / (2 * small) for move in np.eye(2) * small]
    assert surface.gradient(points) == pytest.approx(np.stack(slopes, axis=-1), rel=1e-4, abs=1e-4)


@pytest.mark.parametrize("name", SURFACES)
def test_no_place_is_lower_than_the_minima(name):
    surface = SURFACES[name]
    minima = np.array(surface.minima)
    assert surface.gradient(minima) == pytest.approx(0, abs=1e-9)
    assert surface.loss(minima) == pytest.approx(surface.lowest, abs=1e-12)
    assert (picture(surface).losses >= surface.lowest - 1e-12).all()
    assert inside(surface, minima).all()
    assert inside(surface, np.array(surface.start))


def test_colours_share_the_picture_evenly():
    found = picture(BOWL)
    bands = np.searchsorted(found.levels, found.losses.ravel(), side="right")
    shares = np.bincount(bands) / bands.size
    assert shares == pytest.approx(1 / (len(found.levels) + 1), abs=0.02)


def test_sgd_in_the_bowl_shrinks_by_the_same_factor_each_step():
    path = descend(BOWL, SGD(0.1), (1.0, -2.0), 20)
    assert path.places == pytest.approx(np.outer(0.8 ** np.arange(21), [1.0, -2.0]))
    assert path.losses == pytest.approx(5 * 0.64 ** np.arange(21))
    assert (path.left, path.broken, path.diverged) == (None, None, False)
    assert path.places[:-1] + path.quantities[STEP] == pytest.approx(path.places[1:])


def test_too_large_a_learning_rate_leaves_the_picture_and_then_the_numbers():
    path = descend(BOWL, SGD(10.0), (1.0, 0.0), 100)
    factors = np.abs(-19.0) ** np.arange(100)
    assert path.left == np.argmax(factors > 2) == 1
    assert path.broken == path.steps == np.argmax(factors**2 > LARGEST)
    assert path.diverged


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("rate", [1e-5, 0.02, 10.0])
def test_every_rate_is_followed_as_far_as_there_are_numbers(surface, rate):
    found = SURFACES[surface]
    for make in OPTIMIZERS.values():
        path = descend(found, make(rate, Constants()), found.start, 10_000)
        assert 0 < path.steps <= MAXIMUM_STEPS
        assert (path.steps == MAXIMUM_STEPS) == (path.broken is None)
        assert np.isfinite(path.losses[:-1]).all()
        assert all(len(values) == path.steps for values in path.quantities.values())


def test_a_path_that_came_back_is_not_lost():
    path = descend(BOWL, Adam(1.0), (1.9, 0.0), 200)
    assert path.left is None
    path = descend(BOWL, Adam(10.0), (-1.9, 0.0), 200)
    assert path.left is not None
    assert not path.outside
    assert not path.diverged


def test_where_no_loss_is_known_the_path_ends():
    flat = Slice((0.0, 1.0), (0.0, 1.0), np.tile(np.linspace(1, 0, 11), (11, 1)), 1)
    path = descend(flat, SGD(0.3), (0.1, 0.5), 50)
    assert path.places[:, 0] == pytest.approx([0.1, 0.4, 0.7, 1.0, 1.3][: path.steps + 1])
    assert path.left == path.steps
    assert path.broken is None
    assert not path.diverged
    assert np.isnan(path.losses[-1])


@pytest.mark.parametrize("surface", SURFACES)
def test_many_rates_at_once_end_where_each_one_does(surface):
    found, rates = SURFACES[surface], np.array([1e-5, 1e-3, 0.02, 0.5, 10.0])
    for make in OPTIMIZERS.values():
        together = final_losses(found, make(0.0, Constants()), rates, found.start, 30)
        for rate, loss in zip(rates, together, strict=True):
            path = descend(found, make(rate, Constants()), found.start, 30)
            if path.broken is not None:
                assert np.isnan(loss)
            else:
                assert loss == pytest.approx(path.losses[-1])
