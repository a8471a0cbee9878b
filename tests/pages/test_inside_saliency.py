"""Saliency on the page *Inside a CNN*: what is drawn is the model's own, follows the controls, and says its limits."""

import base64
from types import SimpleNamespace

import numpy as np
import pytest
from pages.conftest import figure, figures, plain, sent, title_of
from streamlit.testing.v1 import AppTest

from explorer.datasets import DATASETS, SAMPLE, TEST
from explorer.inspection.saliency import grad_cam, gradient_map, least_stride, occlusion
from explorer.network import Network
from explorer.specs import Dense, Flatten, ModelSpec
from explorer.training.store import SHIPPED, Store

pytestmark = pytest.mark.pages

CLASSES = [f"class {number}" for number in range(10)]
KEYS = ("gradient-map", "grad-cam", "occlusion")


def page():
    import streamlit as st

    from explorer.widgets import inside_saliency

    inside_saliency.saliency(st.session_state["choice"])


def choice_of(network, image):
    trace = network.trace(image[None])
    shown = {"image": image, "picture": image, "as_photo": False}
    return SimpleNamespace(network=network, trace=trace, shares=trace.output[0], classes=CLASSES, label=None, **shown)


@pytest.fixture(scope="module")
def network():
    run = Store(SHIPPED).open("cnn-two-blocks")
    return run.network(run.record.best_epoch)


@pytest.fixture(scope="module")
def image():
    return DATASETS["fashion-mnist"].load(SAMPLE, TEST).inputs[3].reshape(28, 28, 1) / np.float32(255)


@pytest.fixture
def choice(network, image):
    return choice_of(network, image)


def show(choice, **link):
    at = AppTest.from_function(page, default_timeout=60)
    at.session_state["choice"] = choice
    for key, value in link.items():
        at.query_params[key] = value
    return at.run()


def assert_well(at):
    assert not at.exception
    assert plain(at.error) == plain(at.warning) == []


def values_of(drawn):
    """The numbers that lie over the image."""
    packed = drawn["data"][1]["z"]
    numbers = np.frombuffer(base64.b64decode(packed["bdata"]), packed["dtype"])
    return numbers.reshape([int(size) for size in packed["shape"].split(",")])


def test_the_three_pictures_are_those_of_the_predicted_class(choice, network, image):
    at = show(choice)
    assert_well(at)
    unit = int(choice.trace.output.argmax())
    gradients = network.gradients(choice.trace, unit)
    expected = (
        gradient_map(gradients).size,
        grad_cam(choice.trace, gradients, "conv2d_2").enlarged,
        occlusion(network, image, unit, 6, least_stride(network.spec, 6), 0.0).drops,
    )
    for key, values in zip(KEYS, expected, strict=True):
        np.testing.assert_allclose(values_of(figure(at, key)), values, atol=1e-6)
    assert f"**{CLASSES[unit]}** ({choice.trace.output[0, unit]:.1%})" in plain(at.markdown)[0].replace("\\", "")


def test_each_picture_says_what_it_shows_and_what_not_and_is_told_to_those_who_cannot_see_it(choice):
    at = show(choice)
    said = plain(at.caption)
    assert len(said) == 6
    assert all(text.startswith("**Shows**") for text in said[::2])
    assert all(text.startswith("**Does not show**") for text in said[1::2])
    assert "14 × 14" in said[3]
    assert "144 covered images" in said[4]
    for _key, message in sent(at, "explorer_figure"):
        assert "the largest value, " in message["head"]["alt"]


def test_another_class_is_explained_in_all_pictures(choice):
    before = show(choice)
    at = show(choice, explained="9")
    assert_well(at)
    assert "**class 9**" in plain(at.markdown)[0]
    for key in KEYS:
        assert figure(at, key)["data"][1] != figure(before, key)["data"][1]
    at.selectbox(key="explained").set_value("predicted").run()
    assert "explained" not in at.query_params
    assert figure(at, "occlusion") == figure(before, "occlusion")


def test_the_controls_move_their_own_picture_only_and_are_kept_in_the_link(choice):
    at = show(choice)
    for key, kind, value, moved in (
        ("gradient", "selectbox", "signed", "gradient-map"),
        ("cam_layer", "selectbox", "max_pooling2d_2", "grad-cam"),
        ("patch", "number_input", 9, "occlusion"),
        ("patch_stride", "selectbox", "5", "occlusion"),
        ("patch_value", "selectbox", "0.5", "occlusion"),
    ):
        before = figures(at)
        getattr(at, kind)(key=key).set_value(value).run()
        assert_well(at)
        assert [name for name in KEYS if figure(at, name) != before[name]] == [moved]
        assert at.query_params[key] == str(value)
    assert values_of(figure(at, "gradient-map")).min() < 0
    assert title_of(figure(at, "grad-cam")) == "Grad-CAM, max_pooling2d_2"
    assert title_of(figure(at, "occlusion")) == "Occlusion, patch 9 × 9"
    assert values_of(figure(at, "occlusion")).shape == (5, 5)


def test_a_smaller_patch_forgets_a_stride_that_would_leave_pixels_uncovered(choice):
    at = show(choice, patch="12", patch_stride="12")
    assert at.selectbox(key="patch_stride").value == "12"
    at.number_input(key="patch").set_value(4).run()
    assert_well(at)
    assert at.selectbox(key="patch_stride").options == ["2", "3", "4"]
    assert at.selectbox(key="patch_stride").value == "2"


def test_an_edited_network_is_not_taken_for_the_one_it_was_made_of(choice, network, image):
    weights = {name: dict(arrays) for name, arrays in network.weights.items()}
    weights["conv2d_1"]["kernel"] = -weights["conv2d_1"]["kernel"]
    edited = show(choice_of(Network(network.spec, weights), image), explained="6")
    for key in KEYS:
        assert figure(edited, key)["data"][1] != figure(show(choice, explained="6"), key)["data"][1]


def test_a_model_of_dense_layers_only_has_no_grad_cam_and_says_so(image):
    spec = ModelSpec((28, 28, 1), (Flatten(), Dense(10, activation="softmax")))
    kernel = np.random.default_rng(0).normal(size=(784, 10))
    at = show(choice_of(Network(spec, {"dense_1": {"kernel": kernel, "bias": np.zeros(10)}}), image))
    assert_well(at)
    assert set(figures(at)) == {"gradient-map", "occlusion"}
    assert len(at.info) == 1
    assert at.info[0].value.startswith("Grad-CAM needs maps")


def test_a_dead_network_speaks_for_no_place(network, image):
    weights = {
        name: {key: np.zeros_like(array) for key, array in arrays.items()} for name, arrays in network.weights.items()
    }
    at = show(choice_of(Network(network.spec, weights), image))
    assert_well(at)
    assert "**Shows nothing**: no place of conv2d_2 speaks for class 0." in plain(at.caption)
    assert not values_of(figure(at, "occlusion")).any()


def test_the_numbers_are_there_as_a_table(choice):
    (table,) = [text for text in plain(show(choice).markdown) if text.startswith("|")]
    assert len(table.splitlines()) == 5
    assert "Grad-CAM, conv2d_2" in table


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("explained", "10"),
        ("gradient", "huge"),
        ("cam_layer", "dense_1"),
        ("patch", "1"),
        ("patch", "28"),
        ("patch_stride", "1"),
        ("patch_value", "2"),
    ],
)
def test_nonsense_in_the_link_is_said_and_the_defaults_are_drawn(choice, key, value):
    at = show(choice, **{key: value})
    assert not at.exception
    assert len(at.warning) == 1
    assert set(figures(at)) == set(KEYS)
