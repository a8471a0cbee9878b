"""The loss of a network over a plane through its weights."""

import numpy as np
import pytest

from explorer.inspection.loss_slice import (
    Plane,
    Slice,
    cross_entropy,
    measure,
    random_plane,
    training_plane,
)
from explorer.network import Network
from explorer.specs import BatchNormalization, Conv2D, Dense, Flatten, ModelSpec

SPEC = ModelSpec(
    (6, 6, 1), (Conv2D(3, (3, 3), activation="relu"), BatchNormalization(), Flatten(), Dense(4, activation="softmax"))
)


def network(seed):
    chance = np.random.default_rng(seed)
    weights = {
        row.name: {name: np.abs(chance.normal(0, 0.5, shape)) for name, shape in row.weight_shapes.items()}
        for row in SPEC.summary()
    }
    return Network(SPEC, weights)


@pytest.fixture
def examples():
    chance = np.random.default_rng(7)
    return chance.random((5, 6, 6, 1)).astype(np.float32), chance.integers(0, 4, 5)


def test_the_mean_of_minus_log_the_true_class():
    shares = np.array([[0.5, 0.5], [0.25, 0.75], [0.0, 1.0], [np.nan, np.nan]])
    expected = -(np.log(0.5) + np.log(0.75) + np.log(1e-7) + np.log(1e-7)) / 4
    assert cross_entropy(shares, np.array([0, 1, 0, 1])) == pytest.approx(expected)


def test_random_directions_have_the_length_of_each_filter():
    trained = network(0)
    plane = random_plane(trained, 3)
    for direction in (plane.first, plane.second):
        for layer in ("conv2d_1", "dense_1"):
            own, random = trained.weights[layer]["kernel"], direction[layer]["kernel"]
            axes = tuple(range(own.ndim - 1))
            assert np.linalg.norm(random.reshape(-1, own.shape[-1]), axis=0) == pytest.approx(
                np.sqrt(np.square(own).sum(axis=axes)), rel=1e-5
            )
            assert not direction[layer]["bias"].any()
        assert not any(array.any() for array in direction["batch_normalization_1"].values())
    again = random_plane(trained, 3)
    assert np.array_equal(plane.first["conv2d_1"]["kernel"], again.first["conv2d_1"]["kernel"])
    other = random_plane(trained, 4)
    assert not np.array_equal(plane.first["conv2d_1"]["kernel"], other.first["conv2d_1"]["kernel"])


def test_the_way_of_training_begins_at_the_untrained_and_ends_at_the_trained_network():
    trained, untrained = network(0), network(1)
    plane = training_plane(trained, untrained, 0)
    for a, expected in ((0.0, trained), (1.0, untrained)):
        for layer, arrays in plane.at(a, 0.0).items():
            for name, array in arrays.items():
                assert array == pytest.approx(expected.weights[layer][name], abs=1e-6)
    assert (plane.at(5.0, 0.0)["batch_normalization_1"]["moving_variance"] >= 0).all()


def test_every_place_of_the_grid_is_a_forward_pass(examples):
    inputs, labels = examples
    trained, untrained = network(0), network(1)
    shares = []
    found = measure(trained, training_plane(trained, untrained, 0), inputs, labels, shares.append, points=9)
    assert found.losses.shape == (9, 9)
    assert found.images == 5
    assert len(shares) == 81
    assert shares[-1] == 1
    assert not found.losses.flags.writeable
    for a, expected in ((0.0, trained), (1.0, untrained)):
        column = round((a - found.x[0]) / (found.x[1] - found.x[0]) * 8)
        assert found.losses[4, column] == pytest.approx(cross_entropy(expected.predict(inputs), labels), rel=1e-4)


def test_too_many_images_are_refused(examples):
    inputs, labels = (np.repeat(values, 60, axis=0) for values in examples)
    with pytest.raises(ValueError, match="300"):
        measure(network(0), random_plane(network(0), 0), inputs, labels)


@pytest.fixture
def rough():
    return Slice((-1.0, 1.0), (0.0, 2.0), np.random.default_rng(0).random((7, 9)), 1)


def test_the_interpolation_goes_through_the_grid(rough):
    across, up = np.meshgrid(np.linspace(-1, 1, 9), np.linspace(0, 2, 7))
    assert rough.loss(np.stack([across, up], axis=-1)) == pytest.approx(rough.losses)
    place = rough.lowest_place
    assert rough.loss(np.array(place)) == pytest.approx(rough.losses.min())


def test_a_square_is_interpolated_exactly_within_the_grid():
    across, up = np.meshgrid(np.linspace(-1, 1, 9), np.linspace(0, 2, 7))
    found = Slice((-1.0, 1.0), (0.0, 2.0), across**2 + across * up - up, 1)
    points = np.random.default_rng(1).uniform([-0.7, 0.4], [0.7, 1.6], (30, 2))
    x, y = points.T
    assert found.loss(points) == pytest.approx(x**2 + x * y - y)
    assert found.gradient(points) == pytest.approx(np.stack([2 * x + y, x - 1], axis=-1))


def test_the_gradient_is_that_of_the_interpolation(rough):
    points = np.random.default_rng(2).uniform([-0.99, 0.01], [0.99, 1.99], (50, 2))
    small = 1e-6
    slopes = [(rough.loss(points + move) - rough.loss(points - move)) / (2 * small) for move in np.eye(2) * small]
    assert rough.gradient(points) == pytest.approx(np.stack(slopes, axis=-1), abs=1e-4)


def test_outside_the_grid_there_is_no_loss(rough):
    beyond = np.array([[-1.01, 1.0], [0.0, 2.01], [np.nan, 1.0], [np.inf, 0.0]])
    assert np.isnan(rough.loss(beyond)).all()
    assert np.isnan(rough.gradient(beyond)).all()


def test_a_plane_is_a_sum_of_directions():
    one = {"dense_1": {"kernel": np.array([[1.0]])}}
    plane = Plane(
        one, {"dense_1": {"kernel": np.array([[10.0]])}}, {"dense_1": {"kernel": np.array([[100.0]])}}, (0, 1), (0, 1)
    )
    assert plane.at(2, 3)["dense_1"]["kernel"] == pytest.approx(1 + 20 + 300)
