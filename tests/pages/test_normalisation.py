"""The page *Normalisation*: both averages of the reader's table, moving statistics, and a batch of one."""

import base64

import numpy as np
import pytest
from pages.conftest import figure, figures, plain, show, title_of

from explorer.widgets.normalisation import TABLES

pytestmark = pytest.mark.pages

PAGE = "pages/normalisation.py"


def assert_well(at):
    assert not at.exception
    assert plain(at.error) == plain(at.warning) == []


def equations(at):
    return [element.value for element in at.markdown if element.value.startswith("$$")]


def cells(drawn, place=0):
    return np.array(_decoded(drawn["data"][place]["customdata"]))


def _decoded(array):
    if isinstance(array, list):
        return array
    values = np.frombuffer(base64.b64decode(array["bdata"]), array["dtype"])
    return values.reshape([int(n) for n in array["shape"].split(",")]) if "shape" in array else values


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_averaged_by_column_and_by_row(table):
    at = show(PAGE, norm_table=table, norm_rows="4")
    assert_well(at)
    values = np.array(TABLES[table].values)
    batch, layer = (figure(at, f"norm-{kind}") for kind in ("batch", "layer"))
    np.testing.assert_allclose(cells(batch), values, rtol=1e-6)
    np.testing.assert_allclose(cells(layer), values, rtol=1e-6)
    np.testing.assert_allclose(cells(batch, 1), [values.mean(axis=0), values.var(axis=0)], rtol=1e-5, atol=1e-9)
    rows = np.stack([values.mean(axis=1), values.var(axis=1)], axis=1)
    np.testing.assert_allclose(cells(layer, 1), rows, rtol=1e-5)


def test_the_equations_have_the_numbers_of_the_chosen_cell():
    batch, layer = equations(show(PAGE, norm_example="3", norm_feature="4"))
    for part in (
        r"\mu_4 &= \tfrac{1}{3}(6 + 6 + 9) = 7",
        r"(-1)^2 + (-1)^2",
        r"+ 2^2) = 2 ",
        r"\hat x_{34} &= \frac{9 - 7}{\sqrt{2 + 10^{-5}}} = 1.414",
        r"= 1 \cdot 1.414 + 0 = 1.414",
    ):
        assert part in batch
    assert r"\mu_3 &= \tfrac{1}{4}(5 + 12 + 2 + 9) = 7" in layer
    assert r"\hat x_{34} &= \frac{9 - 7}{\sqrt{14.5 + 10^{-5}}} = 0.5252" in layer


def test_a_changed_cell_moves_its_column_on_the_left_and_its_row_on_the_right():
    plainly = {"norm_step": "normalized"}
    before, after = show(PAGE, **plainly), show(PAGE, **plainly, norm_x="0.1=20")
    assert_well(after)
    batch, layer = (cells(figure(before, f"norm-{k}")) != cells(figure(after, f"norm-{k}")) for k in ("batch", "layer"))
    assert batch[:, 1].all()
    assert not np.delete(batch, 1, axis=1).any()
    assert layer[0].all()
    assert not layer[1:].any()
    assert after.query_params["norm_x"] in ("0.1=20", ["0.1=20"])


def test_gamma_beta_and_epsilon_reach_the_outputs():
    at = show(PAGE, norm_step="outputs", norm_weights="0.1=3,1.1=-2", norm_epsilon="1")
    assert_well(at)
    outputs = cells(figure(at, "norm-batch"))
    column = np.array([4, 8, 12])
    np.testing.assert_allclose(outputs[:, 1], 3 * (column - 8) / np.sqrt(column.var() + 1) - 2)
    assert r"= 3 \cdot (-1.171) - 2 = -5.513" in equations(at)[0]


def test_what_the_cells_show_is_in_the_title():
    for step, name in (("inputs", "x"), ("normalized", "x̂"), ("outputs", "y")):
        assert title_of(figure(show(PAGE, norm_step=step), "norm-batch")) == f"Batch normalisation: {name}"


def test_a_batch_of_one_is_zero_for_the_batch_and_no_matter_for_the_layer():
    at = show(PAGE, norm_rows="1", norm_step="normalized")
    assert_well(at)
    assert (cells(figure(at, "norm-batch")) == 0).all()
    assert (cells(figure(at, "norm-layer")) != 0).all()
    assert any("every output is β" in said for said in plain(at.caption))
    assert any("divided by 0" in said for said in plain(show(PAGE, norm_table="equal").caption))


def test_the_weights_are_counted():
    written = " ".join(plain(show(PAGE).markdown))
    assert "| BatchNormalization | 8 | 8 | 16 |" in written
    assert "| LayerNormalization | 8 | 0 | 8 |" in written


def test_another_table_puts_the_cells_back():
    at = show(PAGE, norm_x="0.1=20")
    at.selectbox(key="norm_table").set_value("loud").run()
    assert_well(at)
    assert cells(figure(at, "norm-batch"))[0].tolist() == [1, 2, 3, 2]
    assert "norm_x" not in at.query_params


def test_cells_of_rows_that_are_not_in_the_batch_are_kept_for_when_they_are():
    at = show(PAGE, norm_x="3.0=-7", norm_rows="2")
    at.number_input(key="norm_rows").set_value(4).run()
    assert_well(at)
    assert cells(figure(at, "norm-batch"))[3, 0] == -7


def test_batches_move_the_statistics_one_by_one():
    at = show(PAGE, norm_view="running", norm_seen="0")
    assert_well(at)
    assert any("No batch has been seen" in text for text in plain(at.markdown))
    next(button for button in at.button if button.label == "Next batch").click().run()
    assert_well(at)
    assert at.query_params["norm_seen"] in ("1", ["1"])
    for key in ("mean", "variance", "output"):
        dots, line = figure(at, f"norm-{key}")["data"]
        assert (len(_decoded(dots["y"])), len(_decoded(line["y"]))) == (1, 2)
    moved = _decoded(figure(at, "norm-mean")["data"][1]["y"])
    batch = _decoded(figure(at, "norm-mean")["data"][0]["y"])
    assert moved[1] == pytest.approx(0.1 * batch[0])
    assert r"\mu &\leftarrow 0.9 \cdot 0 + 0.1 \cdot" in equations(at)[0]
    next(button for button in at.button if button.label == "Start over").click().run()
    assert "No batch has been seen" in " ".join(plain(at.markdown))


def test_the_same_example_jumps_in_training_and_settles_at_inference():
    drawn = figure(show(PAGE, norm_view="running", norm_seen="60"), "norm-output")
    training, inference = (_decoded(trace["y"])[-20:] for trace in drawn["data"])
    assert inference.std() < training.std() / 2
    assert abs(inference.mean() - training.mean()) < 0.5


def test_batches_of_one_have_no_variance_to_move_on():
    at = show(PAGE, norm_view="running", norm_size="1", norm_seen="60", norm_momentum="0.5")
    assert_well(at)
    assert set(_decoded(figure(at, "norm-output")["data"][0]["y"])) == {0}
    assert _decoded(figure(at, "norm-variance")["data"][1]["y"])[-1] < 1e-12
    assert any("almost nothing" in said for said in plain(at.caption))


def test_companions_change_an_example_under_batch_normalisation_only():
    at = show(PAGE, norm_view="alone", norm_example="2")
    assert_well(at)
    batch, layer = (figure(at, f"norm-with-{kind}")["data"][0] for kind in ("batch", "layer"))
    assert (batch["zmin"], batch["zmax"]) == (layer["zmin"], layer["zmax"])
    left, right = _decoded(batch["z"]), _decoded(layer["z"])
    assert left[0].tolist() == [0, 0, 0, 0]
    assert len(np.unique(left[:, 1])) > 2
    assert (right == right[0]).all()
    assert r"\hat x_{22} &= \frac{8 - 8}{\sqrt{0 + 10^{-5}}} = 0" in equations(at)[0]


@pytest.mark.parametrize(("view", "key"), [("table", "norm-numbers"), ("running", "norm-moving-numbers")])
def test_the_numbers_of_the_pictures_are_one_click_away(view, key):
    at = show(PAGE, norm_view=view)
    before = len(at.markdown)
    at.session_state[key] = True
    at.run()
    assert_well(at)
    assert len(at.dataframe) + len(at.markdown) > before


@pytest.mark.parametrize(
    ("view", "key", "value"),
    [
        ("table", "norm_x", "<b>"),
        ("table", "norm_x", "0.0=1e9"),
        ("table", "norm_x", "0.0=999"),
        ("table", "norm_weights", "nan"),
        ("table", "norm_rows", "0"),
        ("table", "norm_epsilon", "0"),
        ("table", "norm_table", "%"),
        ("table", "norm_step", "z"),
        ("table", "norm_feature", "9"),
        ("running", "norm_momentum", "1"),
        ("running", "norm_seen", "61"),
        ("running", "norm_size", "-1"),
    ],
)
def test_nonsense_in_the_link_is_said(view, key, value):
    at = show(PAGE, norm_view=view, **{key: value})
    assert not at.exception
    assert len(at.warning) == 1
    assert figures(at)


def test_a_place_outside_of_the_table_changes_nothing():
    at = show(PAGE, norm_x="99.99=3")
    assert_well(at)
    assert cells(figure(at, "norm-batch")).tolist() == [list(row) for row in TABLES["plain"].values[:3]]
