"""Specifications without Keras: JSON, names, and sentences about what cannot work."""

import json

import pytest
from drawn import any_models, single_layer_models
from hypothesis import given

from explorer.messages import ExplorerError
from explorer.presets import PRESETS
from explorer.specs import (
    GRU,
    LAYERS,
    LSTM,
    Bidirectional,
    CategoryEncoding,
    Conv2D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    GlobalAveragePooling2D,
    MaxPooling1D,
    MaxPooling2D,
    ModelSpec,
    SimpleRNN,
    SpecError,
    window_count,
)


@given(any_models())
def test_models_survive_json(spec):
    assert ModelSpec.from_json(spec.to_json()) == spec


@given(single_layer_models())
def test_largest_sizes_work_and_larger_ones_do_not(spec):
    (layer,) = spec.layers
    for setting in ("kernel_size", "pool_size"):
        largest = layer.largest(setting, spec.input_shape)
        if largest is None or not hasattr(layer, setting) or getattr(layer, "strides", None) not in (None, 1, (1, 1)):
            continue
        kind = type(layer)
        kept = {name: getattr(layer, name) for name in ("padding", "dilation_rate") if hasattr(layer, name)}
        ModelSpec(spec.input_shape, (kind(**{**kept, setting: largest}),)).summary()
        with pytest.raises(SpecError):
            ModelSpec(spec.input_shape, (kind(**{**kept, setting: largest + 1}),)).summary()


def test_the_notes_numbers():
    two, one = PRESETS["cnn-two-blocks"].spec, PRESETS["cnn-one-block"].spec
    assert (two.parameters, one.parameters) == (333_526, 54_410)
    assert [row.parameters for row in one.summary()] == [320, 0, 0, 54_090]
    assert [row.output_shape for row in two.summary()][:4] == [(28, 28, 32), (14, 14, 32), (14, 14, 64), (7, 7, 64)]


def test_layers_are_named_by_class_and_count():
    spec = ModelSpec((28, 28, 1), (Conv2D(2), MaxPooling2D(), Conv2D(2), GlobalAveragePooling2D(), Dense(2)))
    assert spec.names() == ("conv2d_1", "max_pooling2d_1", "conv2d_2", "global_average_pooling2d_1", "dense_1")


@pytest.mark.parametrize(
    ("layers", "index", "words"),
    [
        ((Conv2D(4, 3), Conv2D(4, 9)), 1, ("Layer 2 (Conv2D)", "use at most 6")),
        ((MaxPooling2D(9),), 0, ("Layer 1 (MaxPooling2D)", "use at most 8")),
        ((Flatten(), Conv2D(4)), 1, ("Layer 2 (Conv2D)", "before Flatten")),
        ((Dense(3),), 0, ("Layer 1 (Dense)", "put Flatten")),
        ((Conv2D(4, 3, strides=2, dilation_rate=2),), 0, ("Layer 1 (Conv2D)", "set one of them to 1")),
        ((Flatten(), LSTM(2)), 1, ("Layer 2 (LSTM)", "it needs a sequence")),
        ((Flatten(), Embedding(9, 2)), 1, ("Layer 2 (Embedding)", "put it first")),
    ],
)
def test_the_layer_at_fault_is_named_with_what_would_work(layers, index, words):
    spec = ModelSpec((8, 8, 1), layers)
    with pytest.raises(SpecError) as caught:
        spec.summary()
    assert caught.value.layer == index
    assert all(word in str(caught.value) for word in words)
    rows, fault = spec.checked()
    assert len(rows) == index
    assert str(fault) == str(caught.value)


@pytest.mark.parametrize(
    ("size", "span", "stride", "valid", "same"), [(4, 3, 1, 2, 4), (5, 2, 2, 2, 3), (28, 28, 1, 1, 28)]
)
def test_windows_are_counted_as_in_the_notes(size, span, stride, valid, same):
    assert window_count(size, span, stride, "valid") == valid
    assert window_count(size, span, stride, "same") == same


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        "{}",
        '{"input_shape": [28, 28, 1]}',
        '{"input_shape": [0], "layers": []}',
        '{"input_shape": "abc", "layers": []}',
        '{"input_shape": [28, 28, 1], "layers": [["Nothing", {}]]}',
        '{"input_shape": [28, 28, 1], "layers": [["Conv2D", {"colour": 1}]]}',
        '{"input_shape": [28, 28, 1], "layers": [["Conv2D", {"filters": "many"}]]}',
        '{"input_shape": [28, 28, 1], "layers": [["Conv2D", {"filters": 1e9}]]}',
        '{"input_shape": [28, 28, 1], "layers": [["Conv2D", {"kernel_size": [[3], 3]}]]}',
        '{"input_shape": [28, 28, 1], "layers": [["Conv2D"]]}',
        '{"input_shape": [28, 28, 1], "layers": "Conv2D"}',
        '{"input_shape": [9, 2], "layers": [["Bidirectional", {"layer": "LSTM"}]]}',
        '{"input_shape": [9, 2], "layers": [["Bidirectional", {"layer": {"layer": ["Dense", {}]}}]]}',
        '{"input_shape": [9, 2], "layers": [["Bidirectional", {"layer": {"layer": ["LSTM", {"units": 0}]}}]]}',
        '{"input_shape": [9, 2], "layers": [["Bidirectional", {"merge_mode": null}]]}',
        '{"input_shape": [9, 2], "layers": [["LSTM", {"stateful": "often"}]]}',
        '{"input_shape": [9, 2], "layers": [["MaxPooling1D", {"strides": 0}]]}',
        '{"input_shape": [9], "layers": [["CategoryEncoding", {"output_mode": "count"}]]}',
        json.dumps({"input_shape": [28, 28, 1], "layers": [["Flatten", {}]] * 1000}),
        "[" * 100_000,
    ],
)
def test_nonsense_is_refused_in_a_sentence(text):
    with pytest.raises(ExplorerError):
        ModelSpec.from_json(text)


def test_a_pool_stride_equal_to_the_pool_size_is_the_default():
    assert MaxPooling2D(2, strides=2) == MaxPooling2D(2)


@pytest.mark.parametrize(
    ("layers", "parameters"),
    [
        ((CategoryEncoding(500), SimpleRNN(8), Dense(1)), 4_081),
        ((Embedding(500, 16), SimpleRNN(8), Dense(1)), 8_209),
        ((Embedding(500, 16), LSTM(8), Dense(1)), 8_809),
        ((Embedding(500, 16), LSTM(8, return_sequences=True), LSTM(8), Dense(1)), 9_353),
        ((Embedding(500, 16), GRU(8), Dense(1)), 8_633),
    ],
)
def test_the_notes_numbers_of_recurrent_models(layers, parameters):
    spec = ModelSpec((100,), layers)
    assert spec.parameters == parameters
    assert spec.output_shape == (1,)


def test_both_directions_have_weights_of_their_own():
    once, both = (ModelSpec((7, 3), (layer,)) for layer in (LSTM(4), Bidirectional(LSTM(4))))
    assert both.parameters == 2 * once.parameters
    assert both.output_shape == (8,)
    assert ModelSpec((7, 3), (Bidirectional(LSTM(4, return_sequences=True), "ave"),)).output_shape == (7, 4)


def test_a_layer_inside_a_layer_survives_json_with_what_is_not_in_the_form():
    spec = ModelSpec((7, 3), (Bidirectional(GRU(4, reset_after=False, stateful=True), "mul"), MaxPooling1D(2, 1)))
    assert ModelSpec.from_json(spec.to_json()) == spec


def test_the_registry_holds_every_layer_under_its_own_name():
    assert all(name == kind.__name__ for name, kind in LAYERS.items())
    assert isinstance(LAYERS["Dropout"](0.4), Dropout)
