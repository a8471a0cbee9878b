"""What is drawn is computed right: statistics, mosaics, dead filters."""

import numpy as np
import pytest

from explorer.inspection import mosaic
from explorer.inspection.predictions import Prediction
from explorer.inspection.weights import WeightStatistics, dead_filters, weight_histogram


def test_statistics_by_hand():
    found = WeightStatistics.of(np.array([[1.0, 3.0], [-2.0, 2.0]]))
    assert (found.count, found.mean, found.minimum, found.maximum) == (4, 1.0, -2.0, 3.0)
    assert found.std == pytest.approx(np.sqrt(3.5))


def test_both_histograms_share_their_bins_and_count_everything():
    trained, untrained = np.array([-1.0, 0.5, 0.5, 1.0]), np.array([0.0, 0.1])
    found = weight_histogram(trained, untrained, bins=4)
    np.testing.assert_allclose(found.edges, [-1, -0.5, 0, 0.5, 1])
    assert found.trained_counts.tolist() == [1, 0, 0, 3]
    assert found.untrained_counts.tolist() == [0, 0, 2, 0]


def test_weights_that_are_all_zero_have_a_histogram_too():
    assert weight_histogram(np.zeros(5), np.zeros(5)).trained_counts.sum() == 5


def test_dead_filters_are_those_that_are_zero_everywhere():
    outputs = np.zeros((3, 2, 2, 4), np.float32)
    outputs[1, 0, 1, 2] = 0.1
    outputs[0, 0, 0, 0] = 5
    found = dead_filters(outputs)
    assert (found.dead, found.total, found.images) == ((1, 3), 4, 3)


def test_maps_lie_in_a_grid_with_gaps():
    maps = np.arange(12, dtype=np.float32).reshape(2, 2, 3)
    tiled = mosaic.tile(maps, columns=2)
    gap = np.nan
    np.testing.assert_array_equal(
        tiled.values,
        [[0, 3, gap, 1, 4], [6, 9, gap, 7, 10], [gap] * 5, [2, 5, gap, gap, gap], [8, 11, gap, gap, gap]],
    )
    assert (tiled.tiles, tiled.tile_shape, tiled.count) == ((2, 2), (2, 2), 3)
    assert tiled.map_numbers()[0, 0] == 1
    assert tiled.map_numbers()[3, 0] == 3


def test_each_map_is_stretched_over_its_own_values():
    maps = np.stack([[[0.0, 1.0]], [[10.0, 30.0]], [[5.0, 5.0]]], axis=-1).astype(np.float32)
    scaled = mosaic.tile(maps, columns=3).scaled_by_map()
    np.testing.assert_array_equal(scaled, [[0, 1, np.nan, 0, 1, np.nan, 0, 0]])


@pytest.mark.parametrize("count", [1, 2, 7, 32, 64, 100, 128, 1024])
def test_any_number_of_maps_makes_a_picture_of_reasonable_shape(count):
    tiled = mosaic.tile(np.ones((5, 5, count), np.float32))
    assert np.nansum(tiled.values) == 25 * count
    height, width = tiled.values.shape
    assert count < 4 or 0.6 < width / height < 4.5


def test_all_kernels_lie_by_channel_and_filter():
    kernel = np.arange(2 * 2 * 3 * 4, dtype=np.float32).reshape(2, 2, 3, 4)
    tiled = mosaic.tile_kernels(kernel)
    assert tiled.by_channel
    assert tiled.tiles == (3, 4)
    np.testing.assert_array_equal(tiled.values[3:5, 6:8], kernel[:, :, 1, 2])
    one = mosaic.tile_kernels(kernel, channel=2)
    assert not one.by_channel
    np.testing.assert_array_equal(one.values[:2, :2], kernel[:, :, 2, 0])


def test_a_vector_is_a_strip_of_cells():
    strip = mosaic.tile_values(np.arange(100, dtype=np.float32))
    assert strip.count == 1
    assert np.nansum(strip.values) == 4950


def test_a_few_large_weights_do_not_pale_the_rest():
    values = np.full((10, 10, 1), 0.1, np.float32)
    values[0, 0] = 50
    assert mosaic.usual_reach(mosaic.tile(values)) == pytest.approx(0.1)


def test_map_statistics():
    rows = mosaic.statistics(np.stack([np.eye(2), -np.eye(2)], axis=-1))
    assert [(row.number, row.minimum, row.maximum, row.mean) for row in rows] == [(1, 0, 1, 0.5), (2, -1, 0, -0.5)]


def test_predictions():
    assert Prediction(np.array([0.2, 0.7, 0.1]), 1).correct
    assert Prediction(np.array([0.2, 0.7, 0.1]), 0).top == 1
