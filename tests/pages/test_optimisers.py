"""The page of the optimisers, run by Streamlit without a browser."""

import base64
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pages.conftest import figure, plain, sent, show, title_of

from explorer.inspection.descent import descend
from explorer.inspection.optimizers import OPTIMIZERS, Constants
from explorer.inspection.surfaces import SURFACES
from explorer.widgets import optimisers_choice, optimisers_slice
from explorer.widgets.optimisers_choice import RATES

pytestmark = pytest.mark.pages

PAGE = "pages/optimisers.py"
ALL = ",".join(OPTIMIZERS)
FEW = {"optim_view": "slice", "optim_images": "16"}


def paths(at):
    (message,) = dict(sent(at, "explorer_optimisers")).values()
    return message


def decoded(text):
    return np.frombuffer(base64.b64decode(text), "<f4")


def measured(**link):
    """The view of a real model's loss, once that is computed."""
    at = show(PAGE, **FEW, **link)
    assert not at.exception
    for work in list(optimisers_slice.slices()._works.values()):
        assert work.wait(60)
    return at.run()


@pytest.mark.parametrize("name", SURFACES)
def test_every_surface_is_gone_down_by_every_optimiser(name):
    at = show(PAGE, optim_surface=name, optim_chosen=ALL, optim_rate="0.001")
    assert not at.exception
    assert plain(at.error) == plain(at.warning) == []
    message, surface = paths(at), SURFACES[name]
    assert message["minima"] == [list(place) for place in surface.minima]
    for key, track in zip(OPTIMIZERS, message["tracks"], strict=True):
        expected = descend(surface, OPTIMIZERS[key](0.001, Constants()), surface.start, 100)
        assert decoded(track["places"]) == pytest.approx(expected.places.ravel(), rel=1e-6, abs=1e-6)
        assert track["name"] in message["alt"]
    assert title_of(figure(at, "optim-rates")).startswith("Loss after 100 steps")


def test_one_learning_rate_moves_all_paths():
    slow, fast = (paths(show(PAGE, optim_rate=rate)) for rate in ("0.01", "0.02"))
    for before, after in zip(slow["tracks"], fast["tracks"], strict=True):
        assert not np.array_equal(decoded(before["places"]), decoded(after["places"]))


def test_divergence_is_said_with_its_steps():
    at = show(PAGE, optim_surface="bowl", optim_rate="10", optim_chosen="sgd,adam")
    (told,) = plain(at.warning)
    assert "Diverged with η = 10: SGD." in told
    sgd, adam = (track["fate"] for track in paths(at)["tracks"])
    assert sgd == "diverged: left the picture at step 1, no longer a number at step 15"
    assert adam == "left the picture at step 1 and came back"


@settings(max_examples=12, deadline=None)
@given(
    surface=st.sampled_from(list(SURFACES)),
    rate=st.sampled_from(RATES),
    steps=st.integers(10, 500),
    momentum=st.sampled_from(["0", "0.5", "0.99"]),
    beta_2=st.sampled_from(["0", "0.9999"]),
)
def test_any_settings_are_followed_without_complaint(surface, rate, steps, momentum, beta_2):
    link = {"optim_momentum": momentum, "optim_beta_2": beta_2, "optim_rate": f"{rate:.10g}"}
    at = show(PAGE, optim_surface=surface, optim_steps=str(steps), optim_chosen=ALL, **link)
    assert not at.exception
    assert plain(at.error) == []
    message = paths(at)
    assert message["steps"] == steps
    assert all(len(decoded(track["losses"])) <= steps + 1 for track in message["tracks"])
    json.dumps(message, allow_nan=False)


def test_a_start_from_the_link_is_where_they_begin_and_another_surface_has_its_own():
    at = show(PAGE, optim_x="1.25", optim_y="-0.5")
    assert decoded(paths(at)["tracks"][0]["places"])[:2] == pytest.approx([1.25, -0.5])
    at.selectbox(key="optim_surface").set_value("bowl").run()
    assert decoded(paths(at)["tracks"][0]["places"])[:2] == pytest.approx(SURFACES["bowl"].start)


@pytest.mark.parametrize(
    "link", [{"optim_x": "99"}, {"optim_rate": "7"}, {"optim_chosen": "sgd,lion"}, {"optim_y": "x"}]
)
def test_a_link_that_cannot_be_is_a_sentence(link):
    at = show(PAGE, **link)
    assert not at.exception
    assert "which is not to be had here" in plain(at.warning)[0]
    assert len(paths(at)["tracks"]) == 4


def test_without_optimisers_the_page_says_what_to_do():
    at = show(PAGE)
    at.pills(key="optim_chosen").set_value([]).run()
    assert not at.exception
    assert plain(at.info) == ["Choose at least one optimiser at the left."]


def test_a_click_is_taken_to_the_nearest_place_and_nonsense_is_not(monkeypatch):
    state = {}
    monkeypatch.setattr(optimisers_choice.st, "session_state", state)
    places = (
        optimisers_choice.Place("x", "", (-1.0, 1.0), 0.0),
        optimisers_choice.Place("y", "", (-1.0, 1.0), 0.0),
    )
    for nonsense in (None, 3, {}, {"x": 1}, {"x": "a", "y": 0}, {"x": float("nan"), "y": 0}, {"x": [1], "y": 2}):
        optimisers_choice.started(nonsense, places)
    assert state == {}
    optimisers_choice.started({"x": 0.123, "y": 7}, places)
    assert state == {"x": 0.12, "y": 1.0}


def test_the_numbers_of_the_path():
    at = show(PAGE, optim_numbers="true", optim_chosen="sgd", optim_steps="10")
    at.session_state["optim_numbers"] = True
    at.run()
    table = at.dataframe[0].value
    assert list(table.columns) == ["step", "SGD w₁", "SGD w₂", "SGD loss"]
    expected = descend(SURFACES["ravine"], OPTIMIZERS["sgd"](0.02, Constants()), SURFACES["ravine"].start, 10)
    assert table["SGD loss"].to_numpy() == pytest.approx(expected.losses)


@pytest.mark.parametrize("plane", ["training", "random"])
def test_a_real_models_loss_is_computed_once_and_gone_down(plane):
    at = measured(optim_plane=plane)
    assert plain(at.error) == []
    message = paths(at)
    assert [track["name"] for track in message["tracks"]] == ["SGD", "Momentum", "RMSprop", "Adam"]
    adam = decoded(message["tracks"][-1]["losses"])
    assert adam[-1] < adam[0]
    (told,) = [text for text in plain(at.caption) if "forward passes" in text]
    assert "441 forward passes of 16 test images" in told
    assert title_of(figure(at, "optim-rates"))
    before = len(optimisers_slice.slices()._works)
    at.select_slider(key="optim_rate").set_value(0.05).run()
    assert len(optimisers_slice.slices()._works) == before
    assert not np.array_equal(decoded(paths(at)["tracks"][-1]["losses"]), adam)


def test_the_loss_at_the_ends_is_that_of_the_trained_and_the_untrained_model():
    at = measured(optim_plane="training")
    start = decoded(paths(at)["tracks"][0]["losses"])[0]
    assert start == pytest.approx(2.5, abs=1.0)
    x, y, losses = (paths(at)["picture"][name] for name in ("x", "y", "losses"))
    rows, columns = paths(at)["picture"]["shape"]
    trained = decoded(losses).reshape(rows, columns)[rows // 2, round(-x[0] / (x[1] - x[0]) * (columns - 1))]
    assert (y[0], y[1]) == (-1, 1)
    assert trained < start / 2


def test_a_model_without_its_untrained_weights_has_random_directions_only(kept_run):
    (kept_run / "snapshots.npz").unlink()
    at = show(PAGE, **FEW, optim_model=kept_run.name)
    assert not at.exception
    assert at.selectbox(key="optim_plane").options == ["Two random directions"]
