"""Figures of small literal arrays: the right data, shared scales, bounded weight, safe text."""

import numpy as np
import pytest

from explorer.figures import theme
from explorer.figures.architecture import Block, architecture_figure
from explorer.figures.curves import Curve, CurveLabels, curves_figure
from explorer.figures.histogram import histogram_figure
from explorer.figures.image import image_figure
from explorer.figures.mosaic import MosaicLabels, mosaic_figure
from explorer.figures.payload import to_json
from explorer.figures.probabilities import probabilities_figure
from explorer.inspection.mosaic import tile, tile_kernels, tile_values
from explorer.inspection.predictions import Prediction
from explorer.inspection.weights import weight_histogram

LABELS = MosaicLabels("map", "row", "column", "value", "channel")
CURVE_LABELS = CurveLabels("Loss", "epoch", "training", "validation", "batches", "kept", "diverged", "nothing yet")
EVIL = "<a href='javascript:alert(1)'>x</a> & <b> %{x}"
CHANCE = np.random.default_rng(0)


def maps(size, count):
    return tile(CHANCE.random((size, size, count), np.float32))


@pytest.mark.parametrize(
    ("mosaic", "settings", "kilobytes"),
    [
        (maps(28, 32), {}, 200),
        (maps(28, 32), {"own_scale": True}, 230),
        (maps(14, 64), {"own_scale": True}, 150),
        (maps(28, 128), {}, 200),
        (tile_kernels(CHANCE.normal(size=(3, 3, 32, 64)).astype(np.float32)), {"reach": 0.5}, 120),
        (tile_values(CHANCE.random(3136, np.float32)), {}, 40),
    ],
)
def test_mosaics_are_light(mosaic, settings, kilobytes):
    assert len(to_json(mosaic_figure(mosaic, "title", LABELS, **settings)).encode()) < kilobytes * 1000


def test_a_shared_scale_shows_the_values_themselves():
    mosaic = maps(3, 4)
    (trace,) = mosaic_figure(mosaic, "title", LABELS).data
    np.testing.assert_array_equal(trace.z, mosaic.values)
    assert (trace.zmin, trace.zmax) == (np.nanmin(mosaic.values), np.nanmax(mosaic.values))


def test_a_scale_about_zero_is_symmetric():
    (trace,) = mosaic_figure(maps(3, 4), "title", LABELS, reach=0.7).data
    assert (trace.zmin, trace.zmax) == (-0.7, 0.7)


def test_a_scale_of_its_own_keeps_the_exact_values_for_hovering():
    mosaic = maps(3, 4)
    (trace,) = mosaic_figure(mosaic, "title", LABELS, own_scale=True).data
    assert trace.z.dtype == np.uint8
    assert set(np.unique(trace.z)) >= {0, 1, 255}
    np.testing.assert_array_equal(trace.customdata, mosaic.values)
    assert "customdata" in trace.hovertemplate


def test_hovering_names_row_and_column_within_the_map():
    (trace,) = mosaic_figure(tile(np.ones((2, 2, 4), np.float32), columns=2), "title", LABELS).data
    assert [name.strip("\u200b\u200c") for name in trace.x] == ["1", "2", "3", "1", "2"]
    assert len(set(trace.x)) == len(trace.x)
    assert trace.text[0, 4] == 2


@pytest.mark.parametrize("constant", [0.0, 3.0])
def test_maps_that_are_all_alike_are_drawn(constant):
    for settings in ({}, {"own_scale": True}, {"reach": 0.0}):
        to_json(mosaic_figure(tile(np.full((3, 3, 4), constant, np.float32)), "title", LABELS, **settings))


def test_curves_of_one_run_name_each_line():
    curve = Curve("run", [(1, 0.5), (2, 0.4)], [(1, 0.6), (2, 0.7)], [(0.5, 1.0)], epochs=5, best=1)
    figure = curves_figure([curve], CURVE_LABELS)
    assert [trace.name for trace in figure.data] == ["batches", "training", "validation", "kept"]
    assert figure.data[1].y.tolist() == [0.5, 0.4]
    assert figure.data[3].y.tolist() == [0.6]
    assert figure.layout.xaxis.range[1] >= 5


def test_curves_of_several_runs_name_each_run_once_and_escape_it():
    figure = curves_figure([Curve(EVIL, [(1, 0.5)], [(1, 0.6)]), Curve("b", [(1, 0.4)], [(1, 0.3)])], CURVE_LABELS)
    named = [trace.name for trace in figure.data if trace.showlegend]
    assert named == [theme.plain(EVIL), "b"]
    assert figure.data[0].line.color == figure.data[1].line.color != figure.data[2].line.color
    assert "<a" not in to_json(figure)
    assert "%{x}" not in figure.data[0].hovertemplate


def test_the_names_of_several_runs_lie_below_the_curves():
    def figure(*names):
        return curves_figure([Curve(name, [(1, 0.5)], [(1, 0.6)]) for name in names], CURVE_LABELS, height=240).layout

    assert figure("a").height == 240
    assert figure("a").legend.yanchor == "top"
    assert figure("a", "b").legend.y < 0
    assert figure("a", "b").height == 261
    assert figure("a", "b" * 40).height == 282
    assert "training" in figure("a", "b").title.text


def test_an_empty_chart_says_what_to_do():
    figure = curves_figure([], CURVE_LABELS)
    assert figure.layout.annotations[0].text == "nothing yet"


def test_curves_after_an_empty_chart_ask_for_a_range_of_their_own():
    """Plotly keeps what a layout leaves unsaid: the empty chart's axis, which is not for these numbers."""
    assert curves_figure([], CURVE_LABELS).layout.yaxis.autorange is False
    assert curves_figure([Curve("run", [(1, 0.5)], [])], CURVE_LABELS).layout.yaxis.autorange is True


def test_a_broken_loss_is_marked_where_it_broke():
    figure = curves_figure([Curve("run", [], [], [(0.1, 2.0)], broken=0.2)], CURVE_LABELS)
    assert figure.layout.shapes[0].x0 == 0.2


def test_histograms_draw_untrained_below_trained():
    found = weight_histogram(np.array([0.5, -1.0]), np.array([0.1]))
    figure = histogram_figure(found, "title", "trained", "untrained", "weight", "count")
    assert [trace.name for trace in figure.data] == ["untrained", "trained"]
    assert sum(figure.data[1].y) == 2
    assert len(figure.layout.shapes) == 2


def test_probabilities_mark_the_true_and_the_predicted_class():
    figure = probabilities_figure(Prediction(np.array([0.1, 0.9]), 0), ["a", EVIL], "title", "true")
    (bars,) = figure.data
    assert bars.y[0].startswith("★")
    assert bars.y[1] == theme.plain(EVIL)
    assert bars.marker.color[1] == theme.RED
    assert bars.marker.color[0] != bars.marker.color[1]


def test_an_image_keeps_its_values():
    image = np.array([[0.0, 0.5], [1.0, 0.25]])
    np.testing.assert_array_equal(image_figure(image, "t", "row", "column", "value").data[0].z, image)


def test_the_layer_at_fault_is_marked_in_the_architecture():
    blocks = [Block("Input", "Input", (8, 8, 1), ("in",)), Block("Conv2D", "Conv2D", (), (EVIL,), fault=True)]
    figure = architecture_figure(blocks, "title")
    assert figure.data[-1].line.color == theme.FAULT
    assert any(annotation.text == "✕" for annotation in figure.layout.annotations)
    assert "<a" not in to_json(figure)


@pytest.mark.parametrize("dark", [False, True])
def test_every_figure_has_a_theme_of_its_own_and_a_height(dark):
    figures = [
        mosaic_figure(maps(3, 4), EVIL, LABELS, dark=dark),
        curves_figure([], CURVE_LABELS, dark=dark),
        image_figure(np.zeros((2, 2)), "t", "r", "c", "v", dark=dark),
        architecture_figure([Block("Dense", "Dense", (10,), ())], "t", dark=dark),
    ]
    for figure in figures:
        assert figure.layout.height > 100
        assert figure.layout.font.color == theme.tones(dark).text
        assert "<b>" not in str(figure.layout.title.text)
