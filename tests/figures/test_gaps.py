"""The gap of several runs side by side, and their weights."""

import numpy as np

from explorer.figures.gaps import GapLabels, Panel, gaps_figure
from explorer.figures.sparsity import SparsityLabels, sparsity_figure
from explorer.inspection.sparsity import spread

LABELS = GapLabels("title", "epoch", "training", "validation", "kept")
PANELS = (
    Panel("No remedy", np.array([9.0, *[0.5] * 18, 0.1]), np.array([9.0, *[0.6] * 18, 0.9]), 20, "gap 0.8"),
    Panel("Batch normalisation · 0.9", np.array([1.0, 0.8]), np.array([1.1, 0.9]), 2, "gap 0.1"),
    Panel("<b>", np.array([]), np.array([]), note="waiting"),
)


def drawn(**options):
    return gaps_figure(PANELS, 20, LABELS, **options)


def test_panels_stand_side_by_side_without_touching():
    figure = drawn()
    first, second = (figure.data[place].x for place in (0, 3))
    assert first.min() == 1
    assert first.max() < second.min()
    assert figure.data[3].customdata.tolist() == [1, 2]


def test_the_gap_is_filled_and_bracketed_at_the_kept_epoch():
    training, validation, bracket = drawn().data[:3]
    assert (training.line.dash, validation.line.dash, validation.fill) == ("solid", "dash", "tonexty")
    assert training.line.color == validation.line.color == bracket.line.color
    assert bracket.x.tolist() == [20, 20]
    assert bracket.y.tolist() == [0.1, 0.9]


def test_one_vertical_scale_that_a_wild_beginning_does_not_stretch():
    low, high = drawn().layout.yaxis.range
    assert low == 0
    assert 1.1 < high < 1.3
    assert drawn(percent=True).layout.yaxis.range == (0, 1)


def test_names_gaps_and_notes_are_written_and_names_are_no_markup():
    texts = [note.text for note in drawn().layout.annotations]
    assert "<b>No remedy</b><br>gap 0.8" in texts
    assert "<b>Batch</b><br><b>normalisation</b><br><b>0.9</b><br>gap 0.1" in texts
    assert any("&lt;b&gt;" in text for text in texts)
    assert "waiting" in texts


def test_a_name_too_long_for_its_panel_says_so():
    long = (Panel("More data · 50 % · Training images 300 · Epochs 5", np.array([]), np.array([])),)
    heading = gaps_figure(long, 20, LABELS).layout.annotations[0].text
    assert heading.startswith("<b>More data</b><br><b>50 %</b><br><b>Training …</b>")
    assert "Epochs" not in heading


def test_without_runs_there_is_an_empty_axis():
    assert gaps_figure((), 30, LABELS).data == ()


def test_exact_zeros_are_marked_apart_with_their_count():
    found = spread([np.array([0.0] * 7 + [0.5, -0.5]), np.array([0.1, 0.2])])
    labels = SparsityLabels("title", "weight", "count", "exactly 0")
    figure = sparsity_figure(found, ["L1", "L2"], [1, 2], labels)
    line, zeros, other = figure.data
    assert np.nansum(line.y) == 2
    assert (zeros.x.tolist(), zeros.y.tolist()) == ([0.0], [7])
    assert "7 exactly 0" in zeros.text[0]
    assert line.line.color == zeros.marker.color != other.line.color
    assert figure.layout.yaxis.type == "log"
