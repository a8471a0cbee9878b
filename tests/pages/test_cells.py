"""The page *Cells*, run by Streamlit without a browser."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pages.conftest import figures, plain, sent, show, title_of

from explorer.inspection.cells import KINDS, SIGNALS, count
from explorer.layers.cell_weights import WEIGHTS
from explorer.specs import GRU
from explorer.widgets import cells_edit, cells_kinds
from explorer.widgets.cells_views import VIEWS

pytestmark = pytest.mark.pages

PAGE = "pages/cells.py"


def drawn(at):
    """What the cell's component was sent."""
    ((_key, message),) = sent(at, "explorer_cells")
    return message


def markdown(at):
    return " ".join(plain(at.markdown))


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_view_of_every_cell_runs(view, kind):
    at = show(PAGE, cells_view=view, cells_kind=kind)
    assert not at.exception
    assert plain(at.error) == plain(at.warning) == []


@settings(max_examples=12, deadline=None)
@given(
    kind=st.sampled_from([*KINDS]),
    after=st.sampled_from(["after", "before"]),
    features=st.integers(1, 4),
    units=st.integers(1, 4),
    steps=st.integers(1, 8),
    signal=st.sampled_from([*SIGNALS]),
    made=st.sampled_from([*WEIGHTS]),
)
def test_any_cell_is_drawn_with_its_shapes_and_counted(kind, after, features, units, steps, signal, made):
    settings_ = {"cells_features": features, "cells_units": units, "cells_steps": steps}
    at = show(
        PAGE,
        cells_kind=kind,
        cells_reset=after,
        cells_inputs=signal,
        cells_weights=made,
        **{key: str(value) for key, value in settings_.items()},
    )
    assert not at.exception
    found = drawn(at)
    layer = KINDS[kind](units=units)
    if isinstance(layer, GRU):
        layer = GRU(units=units, reset_after=after == "after")
    assert np.shape(found["tables"]["x"]) == (steps, features)
    assert np.shape(found["tables"]["h"]) == (steps, units)
    assert np.shape(found["tables"]["W_x"]) == (features, layer.gates * units)
    total = count(layer, features).total
    assert f"= **{total}**" in markdown(at)
    assert sum(np.size(found["tables"][name]) for name in ("W_x", "W_h", "b")) == total


def test_the_update_gates_two_conventions_are_told_apart():
    note = drawn(show(PAGE, cells_kind="GRU"))["notes"]["h"]
    assert "In Keras z near 1 keeps the old state" in note
    assert "the other way round: h = (1 − z) ⊙ h₋ + z ⊙ ĥ" in note


def test_the_notes_example_of_shared_weights():
    at = show(PAGE, cells_view="unrolled", cells_kind="SimpleRNN", cells_features="4", cells_units="3")
    assert "4 inputs × 3 units = **12** input weights and 3 × 3 = **9** recurrent weights" in markdown(at)


def test_changes_in_the_link_are_in_force_and_can_be_undone():
    at = show(PAGE, cells_x="0.0=5,1.1=-2.5", cells_w="0.0=3")
    found = drawn(at)
    assert found["tables"]["x"][0][0] == 5
    assert found["tables"]["x"][1][1] == -2.5
    assert found["tables"]["W_x"][0][0] == 3
    at.button(key="cells_undo").click().run()
    assert drawn(at)["tables"]["x"][0][0] != 5
    assert drawn(at)["tables"]["W_x"][0][0] != 3


def test_a_link_that_asks_for_the_impossible_is_told_of():
    for text in ("0.0=5000", "hello", "0.0=1;DROP"):
        at = show(PAGE, cells_x=text)
        assert not at.exception
        assert "which is not to be had here" in plain(at.warning)[0]


def test_changes_beyond_the_table_are_left_out():
    assert np.shape(drawn(show(PAGE, cells_x="99.9=1", cells_steps="2"))["tables"]["x"]) == (2, 2)


def test_edits_survive_the_link():
    edits = {(0, 1): 0.5, (12, 3): -20.0, (1, 1): 0.000123}
    assert cells_edit.read(cells_edit.written(edits)) == edits
    assert cells_edit.read(cells_edit.written({})) == {}
    values = np.zeros((2, 2), np.float32)
    after = cells_edit.applied(values, {(0, 1): 0.1, (5, 5): 1.0})
    assert cells_edit.changes(values, after) == {(0, 1): 0.1}
    assert cells_edit.cleaned([[None, "x"], [1e9, float("nan")]]).tolist() == [[0, 0], [20, 0]]


def test_all_three_cells_stand_on_one_scale():
    at = show(PAGE, cells_view="compare")
    drawn_ = figures(at)
    gates, states = drawn_["gates"]["data"]
    assert (gates["zmin"], gates["zmax"]) == (0, 1)
    assert states["zmin"] == -states["zmax"]
    assert {text.split(" ")[0] for text in drawn_["gates"]["layout"]["yaxis"]["ticktext"]} == set(KINDS)
    assert len(drawn_["gates"]["layout"]["yaxis"]["ticktext"]) == 6 + 4 + 1


def test_memory_is_told_with_its_numbers():
    at = show(PAGE, cells_view="memory", memory_steps="30", memory_weight="0.5", memory_forget="0.99")
    assert "After 30 steps" in markdown(at)
    assert f"w^29 = {0.5**29:.3g}".replace("-", "−") in markdown(at)
    assert f"f^29 = {0.99**29:.3g}" in markdown(at)
    at = show(PAGE, cells_view="memory", memory_weight="1.5")
    assert "the gradient" in plain(at.info)[0]
    at = show(PAGE, cells_view="memory", memory_weight="1.5", memory_activation="linear", memory_scale="log")
    assert "explodes" in plain(at.info)[0]
    assert figures(at)["memory"]["layout"]["yaxis"]["type"] == "log"


@pytest.mark.parametrize("kind", cells_kinds.KINDS)
def test_every_kind_of_sequence_problem_is_drawn(kind):
    at = show(PAGE, cells_view="kinds", cells_sequence=kind)
    assert not at.exception
    assert " → " in title_of(figures(at)["kinds"])


def test_shapes_through_stacked_layers():
    text = markdown(show(PAGE, cells_view="shapes", shape_units_1="30", shape_units_2="8"))
    assert "**(10, 20, 100)**" in text
    assert "(10, 20, 30)" in text
    assert "(10, 8)" in text
    assert "stateful=True" in text


def test_a_layer_that_gets_no_sequence_is_explained():
    at = show(PAGE, cells_view="shapes", shape_returns_1_2="False")
    assert not at.exception
    assert "Layer 2 (LSTM)" in plain(at.error)[0]
    assert "switch return_sequences on" in plain(at.error)[0]
