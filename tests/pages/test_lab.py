"""The CNN lab: what a reader changes is what the table, the link and the Train button follow."""

import dataclasses
import json

import pytest
from pages.conftest import figure, plain, show

from explorer.presets import PRESETS
from explorer.specs import BatchNormalization, Conv2D, Dense, Flatten, MaxPooling2D, ModelSpec
from explorer.training.limits import Limits

pytestmark = pytest.mark.pages

LAB = "pages/cnn_lab.py"
SPEC = PRESETS["cnn-two-blocks"].spec
OUTPUT = Dense(10, activation="softmax")


def replaced(spec, index, **settings):
    layers = list(spec.layers)
    layers[index] = dataclasses.replace(layers[index], **settings)
    return ModelSpec(spec.input_shape, tuple(layers))


def assert_shows(at, spec):
    """The table has the numbers of the specification, and the totals stand beside the button."""
    assert not at.exception
    table = at.dataframe[0].value
    rows = spec.summary()
    assert list(table["Layer"]) == [row.name for row in rows]
    assert list(table["Output shape"]) == [" × ".join(map(str, row.output_shape)) for row in rows]
    assert list(table["Parameters"]) == [row.parameters for row in rows]
    assert list(table["FLOPs per example"]) == [row.flops for row in rows]
    assert any(f"{spec.parameters:,}" in text for text in plain(at.markdown))


def train_disabled(at):
    return at.button(key="train").disabled


def pictured(at):
    return json.dumps(figure(at, "architecture"), ensure_ascii=False)


@pytest.fixture
def lab():
    return show(LAB)


def test_the_lab_opens_with_the_first_preset(lab):
    assert_shows(lab, SPEC)
    assert not train_disabled(lab)
    assert plain(lab.error) == plain(lab.warning) == []
    assert "layers" not in lab.query_params


@pytest.mark.parametrize(
    ("index", "name", "chosen", "settings"),
    [
        (0, "filters", 16, {"filters": 16}),
        (0, "kernel_size", 5, {"kernel_size": (5, 5)}),
        (0, "strides", 2, {"strides": (2, 2)}),
        (0, "dilation_rate", 2, {"dilation_rate": (2, 2)}),
        (1, "pool_size", 3, {"pool_size": (3, 3)}),
        (1, "strides", 1, {"strides": (1, 1)}),
        (5, "units", 50, {"units": 50}),
        (6, "rate", 0.1, {"rate": 0.1}),
    ],
)
def test_a_number_changes_the_table_the_picture_and_the_link(lab, index, name, chosen, settings):
    before = pictured(lab)
    lab.number_input(key=f"setting-{index}-{name}").set_value(chosen).run()
    expected = replaced(SPEC, index, **settings)
    assert_shows(lab, expected)
    assert ModelSpec.from_json(lab.query_params["layers"]) == expected
    changes_shape = [r.output_shape for r in expected.summary()] != [r.output_shape for r in SPEC.summary()]
    changes_parameters = expected.parameters != SPEC.parameters
    assert (pictured(lab) != before) or not (changes_shape or changes_parameters)


@pytest.mark.parametrize(
    ("index", "name", "chosen"), [(0, "padding", "valid"), (3, "padding", "same"), (2, "activation", "tanh")]
)
def test_a_choice_changes_the_model(lab, index, name, chosen):
    lab.selectbox(key=f"setting-{index}-{name}").set_value(chosen).run()
    expected = replaced(SPEC, index, **{name: chosen})
    assert_shows(lab, expected)
    assert ModelSpec.from_json(lab.query_params["layers"]) == expected


def test_layers_are_added_moved_and_removed(lab):
    lab.button(key="add-BatchNormalization").click().run()
    added = ModelSpec(SPEC.input_shape, (*SPEC.layers[:-1], BatchNormalization(), OUTPUT))
    assert_shows(lab, added)
    lab.button(key="moved-8-Up").click().run()
    moved = ModelSpec(SPEC.input_shape, (*SPEC.layers[:-2], BatchNormalization(), *SPEC.layers[-2:]))
    assert_shows(lab, moved)
    lab.button(key="removed-8-Remove").click().run()
    assert_shows(lab, SPEC)
    assert "layers" not in lab.query_params


def test_a_convolution_is_added_where_it_can_work(lab):
    lab.button(key="add-Conv2D").click().run()
    layers = (*SPEC.layers[:4], Conv2D(activation="relu"), *SPEC.layers[4:])
    assert_shows(lab, ModelSpec(SPEC.input_shape, layers))


def test_the_output_layer_has_no_controls(lab):
    keys = {widget.key for widget in (*lab.number_input, *lab.button)}
    assert "setting-7-units" not in keys
    assert "removed-7-Remove" not in keys
    assert lab.button(key="moved-6-Down").disabled


def test_choosing_a_preset_puts_layers_and_training_back(lab):
    lab.number_input(key="setting-0-filters").set_value(7).run()
    lab.number_input(key="epochs").set_value(3).run()
    lab.selectbox(key="preset").set_value("cnn-one-block").run()
    other = PRESETS["cnn-one-block"]
    assert_shows(lab, other.spec)
    assert lab.number_input(key="epochs").value == other.recipe.epochs
    assert dict(lab.query_params) == {"preset": "cnn-one-block"}


def test_a_layer_that_cannot_work_is_named_and_stops_the_training(lab):
    lab.button(key="moved-4-Up").click().run()
    assert not lab.exception
    (said,) = plain(lab.error)
    assert said.startswith("Layer 5 (MaxPooling2D): ")
    assert train_disabled(lab)
    assert len(lab.dataframe[0].value) == 4
    lab.button(key="moved-4-Down").click().run()
    assert_shows(lab, SPEC)
    assert not train_disabled(lab)


def test_a_map_that_is_too_small_is_told_with_what_would_fit():
    spec = ModelSpec((28, 28, 1), (MaxPooling2D(9), Conv2D(4, 5), Flatten(), OUTPUT))
    at = show(LAB, layers=spec.to_json())
    assert not at.exception
    (said,) = plain(at.error)
    assert "Layer 2 (Conv2D)" in said
    assert "use at most 3" in said
    assert train_disabled(at)


def test_a_size_that_does_not_fit_is_not_on_offer(lab):
    lab.selectbox(key="setting-2-padding").set_value("valid").run()
    assert lab.number_input(key="setting-2-kernel_size").max == 14


def test_a_model_that_is_too_large_is_refused_with_its_number(lab):
    lab.number_input(key="setting-2-filters").set_value(1024).run()
    lab.number_input(key="setting-5-units").set_value(4096).run()
    spec = replaced(replaced(SPEC, 2, filters=1024), 5, units=4096)
    (said,) = plain(lab.error)
    assert f"{spec.parameters:,}" in said
    assert f"{Limits().parameters:,}" in said
    assert train_disabled(lab)


def test_a_batch_larger_than_the_data_is_refused_with_both_numbers(lab):
    lab.number_input(key="examples").set_value(100).run()
    lab.number_input(key="batch_size").set_value(4096).run()
    (said,) = plain(lab.error)
    assert "A batch of 4,096 is larger than the 80 training examples" in said
    assert train_disabled(lab)
    lab.number_input(key="batch_size").set_value(80).run()
    assert plain(lab.error) == []
    assert not train_disabled(lab)


def test_a_link_opens_what_it_says():
    spec = ModelSpec((28, 28, 1), (Conv2D(5, 3), Flatten(), OUTPUT))
    at = show(LAB, epochs="3", batch_size="64", optimizer="sgd", learning_rate="0.01", layers=spec.to_json())
    assert_shows(at, spec)
    assert at.number_input(key="epochs").value == 3
    assert at.number_input(key="batch_size").value == 64
    assert at.selectbox(key="optimizer").value == "sgd"
    assert at.select_slider(key="learning_rate").value == 0.01
    assert plain(at.warning) == []


def test_a_link_opens_its_preset():
    at = show(LAB, preset="cnn-one-block")
    assert_shows(at, PRESETS["cnn-one-block"].spec)
    assert at.number_input(key="epochs").value == PRESETS["cnn-one-block"].recipe.epochs


def test_a_link_starts_an_open_lab_over(lab):
    lab.number_input(key="setting-0-filters").set_value(5).run()
    lab.number_input(key="epochs").set_value(3).run()
    lab.query_params["preset"] = "cnn-one-block"
    lab.run()
    assert_shows(lab, PRESETS["cnn-one-block"].spec)
    assert lab.number_input(key="epochs").value == PRESETS["cnn-one-block"].recipe.epochs
    assert "layers" not in lab.query_params


def test_a_link_s_own_layers_and_training_come_before_those_of_its_preset(lab):
    lab.number_input(key="setting-0-filters").set_value(5).run()
    spec = replaced(PRESETS["cnn-one-block"].spec, 0, filters=7)
    for key, value in {"preset": "cnn-one-block", "layers": spec.to_json(), "epochs": "2"}.items():
        lab.query_params[key] = value
    lab.run()
    assert_shows(lab, spec)
    assert lab.number_input(key="epochs").value == 2
    lab.number_input(key="epochs").set_value(4).run()
    assert_shows(lab, spec)
    assert lab.number_input(key="epochs").value == 4


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("preset", "no-such-preset"),
        ("epochs", "many"),
        ("epochs", "-1"),
        ("epochs", "1e9"),
        ("examples", "9999999"),
        ("optimizer", "adamant"),
        ("learning_rate", "nan"),
        ("learning_rate", "inf"),
        ("validation_split", "2"),
        ("seed", "9" * 5000),
        ("restore_best_weights", "perhaps"),
        ("layers", "no json"),
        ("layers", "[]"),
        ("layers", '{"input_shape":[28,28,1],"layers":[]}'),
        ("layers", '{"input_shape":[28,28,1],"layers":[["Conv2D",{"filters":0}]]}'),
        ("layers", '{"input_shape":[28,28,1],"layers":[["Conv2D",{"kernel_size":["a","b"]}]]}'),
        ("layers", '{"input_shape":[28,28,1],"layers":[["Conv2D",[]]]}'),
        ("layers", '{"input_shape":[28,28,1],"layers":[["Lambda",{}]]}'),
        ("layers", '{"input_shape":[28,28,1],"layers":[[["Dense"],{}]]}'),
        ("layers", '{"input_shape":[28,28,1],"layers":["Dense"]}'),
        ("layers", '{"input_shape":[1,1,1],"layers":[["Flatten",{}]]}'),
        ("layers", "[" * 20_000),
        ("run", "0123456789abcdef"),
        ("run", "../../etc"),
        ("run", "<script>alert(1)</script>"),
    ],
)
def test_nonsense_in_the_link_is_said_and_changes_nothing(key, value):
    at = show(LAB, **{key: value})
    assert not at.exception
    assert plain(at.warning) != []
    assert_shows(at, SPEC)
    assert not train_disabled(at)


def test_a_link_with_another_output_layer_gets_that_of_the_data():
    spec = ModelSpec((28, 28, 1), (Flatten(), Dense(7, activation="sigmoid")))
    at = show(LAB, layers=spec.to_json())
    assert_shows(at, ModelSpec((28, 28, 1), (Flatten(), OUTPUT)))
    assert not train_disabled(at)


def test_a_link_without_an_output_layer_is_refused_in_words():
    at = show(LAB, layers=ModelSpec((28, 28, 1), (Flatten(),)).to_json())
    assert any("the last layer must be Dense with units=10 and softmax" in said for said in plain(at.error))
    assert train_disabled(at)
