"""Confusion matrices and shares by class, from arrays written out by hand."""

import numpy as np
import pytest

from explorer.figures.confusion import ConfusionLabels, confusion_figure
from explorer.figures.shares import shares_figure

CLASSES = ["coat", "<b>bag</b>", "boot"]
COUNTS = np.array([[90, 9, 1], [0, 1000, 0], [2, 0, 8]])


@pytest.fixture(params=[False, True], ids=["light", "dark"])
def drawn(request):
    labels = ConfusionLabels("true", "predicted", "images", "share")
    return confusion_figure(COUNTS, CLASSES, "title", labels, dark=request.param)


@pytest.fixture
def matrix(drawn):
    return drawn.data[0]


def test_the_number_of_every_cell_but_0_is_written_in_it(drawn):
    numbers = drawn.data[1]
    names = list(drawn.data[0].x)
    written = {
        (names.index(y), names.index(x)): text for x, y, text in zip(numbers.x, numbers.y, numbers.text, strict=True)
    }
    assert written == {(0, 0): "90", (0, 1): "9", (0, 2): "1", (1, 1): "1000", (2, 0): "2", (2, 2): "8"}


def test_every_cell_tells_its_number_and_its_share_of_the_row(matrix):
    assert matrix.customdata[0, 1].tolist() == [9, 0.09]
    assert matrix.x[1] == matrix.y[1] == "&lt;b&gt;bag&lt;/b&gt;"


def test_a_single_mistake_is_coloured_and_none_is_not(matrix):
    assert matrix.z[0, 2] == matrix.zmin == 0
    assert matrix.z[1, 1] == matrix.zmax == 3
    assert np.isnan(matrix.z[1, 0])


def test_measures_stand_side_by_side_in_the_order_of_the_classes():
    drawn = shares_figure({"recall": np.array([0.9, 1, np.nan]), "precision": np.array([1.0, 0.5, 0.25])}, CLASSES, "t")
    assert [bar.name for bar in drawn.data] == ["recall", "precision"]
    assert drawn.data[0].text == ("90%", "100%", "")
    assert drawn.layout.yaxis.autorange == "reversed"
