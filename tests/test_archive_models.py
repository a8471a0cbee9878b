"""Models of many makes: those that Keras saved agree with its own predictions, others are read as far as they go."""

import json

import numpy as np
import pytest
from model_corpus.base import entry, hdf5, keras_file, legacy_file, sequential, source
from model_corpus.descriptions import dense, functional, node, part
from model_files import shipped

from explorer import archive
from explorer.messages import ExplorerError
from explorer.network import Network
from explorer.specs import (
    LSTM,
    Activation,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    MaxPooling2D,
    Rescaling,
)

FORMATS = ("model.keras", "model.h5")


def images(layers):
    return [
        layers.Rescaling(1 / 127.5, offset=-1),
        layers.RandomFlip("horizontal"),
        layers.Conv2D(4, 3, padding="same", name="edges"),
        layers.BatchNormalization(),
        layers.LeakyReLU(negative_slope=0.2),
        layers.SpatialDropout2D(0.2),
        layers.MaxPooling2D(),
        layers.Conv2D(3, 3, use_bias=False),
        layers.ReLU(),
        layers.GaussianNoise(0.1),
        layers.Flatten(),
        layers.Dense(6),
        layers.ELU(),
        layers.Dense(4),
        layers.Softmax(),
    ]


def words(layers):
    return [
        layers.Embedding(30, 5, mask_zero=True),
        layers.Bidirectional(layers.LSTM(4, return_sequences=True, dropout=0.1)),
        layers.GRU(3),
        layers.Dropout(0.3),
        layers.Dense(1),
        layers.Activation("sigmoid"),
    ]


def pictures_in_rows(layers):
    return [layers.Reshape((6, 6, 1)), layers.Conv2D(2, 3, activation="gelu"), layers.Flatten(), layers.Dense(3)]


MODELS = {"images": (images, (8, 8, 2)), "words": (words, (7,)), "rows": (pictures_in_rows, (36,))}


def examples(name, shape):
    chance = np.random.default_rng(1)
    if name == "words":
        return chance.integers(0, 30, (4, *shape)).astype(np.int32)
    return (255 * chance.random((4, *shape))).astype(np.float32)


def built(name, kind):
    """A model of random weights, sequential or functional."""
    import keras

    keras.utils.set_random_seed(4)
    layers, shape = MODELS[name]
    tensor = inputs = keras.Input(shape)
    made = layers(keras.layers)
    if kind == "sequential":
        model = keras.Sequential([inputs, *made])
    else:
        for layer in made:
            tensor = layer(tensor)
        model = keras.Model(inputs, tensor)
    chance = np.random.default_rng(2)
    for layer in model.layers:
        weights = [chance.uniform(0.1, 0.9, array.shape) for array in layer.get_weights() if array.dtype == np.float32]
        if weights:
            layer.set_weights([*weights, *layer.get_weights()[len(weights) :]])
    return model


@pytest.mark.worker
@pytest.mark.parametrize("file", FORMATS)
@pytest.mark.parametrize("kind", ["sequential", "functional"])
@pytest.mark.parametrize("name", MODELS)
def test_models_that_keras_saved_agree_with_its_predictions(name, kind, file, tmp_path):
    model = built(name, kind)
    model.save(tmp_path / file)
    found = archive.read(tmp_path / file)
    x = examples(name, MODELS[name][1])
    predicted = model.predict(x, verbose=0)
    ours = Network(found.spec, found.weights).predict(x.reshape(len(x), *found.spec.input_shape))
    np.testing.assert_allclose(ours, predicted, atol=1e-5, rtol=1e-5)
    assert found.problem is None


@pytest.mark.worker
@pytest.mark.parametrize("file", FORMATS)
def test_what_comes_before_an_unsupported_layer_agrees_with_keras_too(file, tmp_path):
    import keras

    layers = [keras.layers.Conv2D(3, 3, activation="relu"), keras.layers.MaxPooling2D()]
    rest = [keras.layers.UpSampling2D(), keras.layers.Conv2D(3, 3), keras.layers.Flatten(), keras.layers.Dense(2)]
    model = keras.Sequential([keras.Input((9, 9, 1)), *layers, *rest])
    model.save(tmp_path / file)
    with pytest.raises(ExplorerError, match="the layer UpSampling2D"):
        archive.read(tmp_path / file)
    found = archive.read_part(tmp_path / file)
    assert found.left_out == ("UpSampling2D", "Conv2D", "Flatten", "Dense")
    assert str(found.problem) == "The model uses the layer UpSampling2D, which this app does not support."
    x = np.random.default_rng(0).random((2, 9, 9, 1), np.float32)
    beginning = keras.Sequential([keras.Input((9, 9, 1)), *layers])
    ours = Network(found.spec, found.weights).predict(x)
    np.testing.assert_allclose(ours, beginning.predict(x, verbose=0), atol=1e-5)


@pytest.mark.worker
@pytest.mark.parametrize("policy", ["float16", "float64"])
@pytest.mark.parametrize("file", FORMATS)
def test_weights_of_other_precisions_are_read_as_float32(policy, file, tmp_path):
    import keras

    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, dtype=policy)])
    model.save(tmp_path / file)
    found = archive.read(tmp_path / file)
    kernel = found.weights["dense_1"]["kernel"]
    assert kernel.dtype == np.float32
    np.testing.assert_allclose(kernel, np.asarray(model.layers[0].kernel, np.float32))


def keras_2(weights, kind, **config):
    """A file in the words and the layout of Keras 2: layers with their weights by name."""

    def fill(file):
        file.attrs["keras_version"] = "2.15.0"
        file.attrs["backend"] = "tensorflow"
        file.attrs["model_config"] = json.dumps({"class_name": kind, "config": config})
        for layer, arrays in weights.items():
            group = file.create_group(f"model_weights/{layer}")
            group.attrs["weight_names"] = [f"{layer}/{name}".encode() for name in arrays]
            for name, array in arrays.items():
                group[f"{layer}/{name}"] = array

    return hdf5(fill)


CHANCE = np.random.default_rng(8)
LSTM_WEIGHTS = {
    "lstm_cell/kernel:0": CHANCE.normal(size=(2, 12)).astype("f4"),
    "lstm_cell/recurrent_kernel:0": CHANCE.normal(size=(3, 12)).astype("f4"),
    "lstm_cell/bias:0": CHANCE.normal(size=12).astype("f4"),
}
DENSE_WEIGHTS = {"kernel:0": CHANCE.normal(size=(3, 1)).astype("f4"), "bias:0": np.ones(1, "f4")}
TABLE = {"embeddings:0": CHANCE.normal(size=(9, 2)).astype("f4")}


def keras_2_words(kind):
    """Embedding, LSTM and Dense as Keras 2.15 describes them, sequential or functional."""
    table = {"batch_input_shape": [None, 4], "input_dim": 9, "output_dim": 2, "mask_zero": False, "input_length": 4}
    cell = {
        "units": 3,
        "activation": "tanh",
        "recurrent_activation": "sigmoid",
        "implementation": 2,
        "time_major": False,
    }
    last = {"units": 1, "activation": "sigmoid", "use_bias": True}
    described = [("Embedding", "table", table), ("LSTM", "reader", cell), ("Dense", "says", last)]
    layers = [
        {"class_name": name, "config": {"name": own, "trainable": True, **config}} for name, own, config in described
    ]
    more = {}
    if kind != "Sequential":
        first = {
            "class_name": "InputLayer",
            "config": {"batch_input_shape": [None, 4], "sparse": False, "name": "words"},
        }
        layers = [{**layer, "name": layer["config"]["name"]} for layer in (first, *layers)]
        before = None
        for layer in layers:
            layer["inbound_nodes"] = [[[before, 0, 0, {}]]] if before else []
            before = layer["name"]
        more = {"input_layers": [["words", 0, 0]], "output_layers": [["says", 0, 0]]}
        # The order in the file is not the order of the computation.
        layers.reverse()
    return keras_2({"table": TABLE, "reader": LSTM_WEIGHTS, "says": DENSE_WEIGHTS}, kind, layers=layers, **more)


@pytest.mark.worker
@pytest.mark.parametrize("kind", ["Sequential", "Functional", "Model"])
def test_the_layout_of_keras_2_agrees_with_keras(kind):
    import keras

    found = archive.read(keras_2_words(kind))
    assert [type(layer) for layer in found.spec.layers] == [Embedding, LSTM, Dense]
    model = keras.Sequential(
        [keras.Input((4,)), keras.layers.Embedding(9, 2), keras.layers.LSTM(3), keras.layers.Dense(1, "sigmoid")]
    )
    model.set_weights([array for arrays in (TABLE, LSTM_WEIGHTS, DENSE_WEIGHTS) for array in arrays.values()])
    x = np.array([[1, 2, 3, 8], [0, 0, 5, 1]], np.int32)
    np.testing.assert_allclose(Network(found.spec, found.weights).predict(x), model.predict(x, verbose=0), atol=1e-5)


def test_a_bare_list_of_layers_and_no_input_layer_are_read():
    """As Keras wrote Sequential models before 2.3."""
    bare = {"class_name": "Sequential", "config": [entry("Dense", units=2, batch_input_shape=[None, 3])]}
    assert archive.read(legacy_file(bare)).spec.layers == (Dense(2),)


def test_the_size_that_a_model_was_built_for_is_its_input():
    config = sequential(entry("Dense", units=2))
    config["config"]["build_input_shape"] = [None, 3]
    assert archive.read(keras_file(config)).spec.input_shape == (3,)


def test_the_name_of_a_file_plays_no_part(tmp_path):
    for content, name in ((legacy_file(), "model.keras"), (keras_file(), "model.h5"), (shipped(), "picture.png")):
        path = tmp_path / name
        path.write_bytes(content)
        assert archive.read(path).spec == archive.read(content).spec


@pytest.mark.parametrize(
    ("kind", "config", "name"),
    [
        ("ReLU", {}, "relu"),
        ("ReLU", {"max_value": None, "negative_slope": 0.0, "threshold": 0.0}, "relu"),
        ("ReLU", {"max_value": 6.0}, None),
        ("ReLU", {"threshold": 1.0}, None),
        ("ReLU", {"negative_slope": 0.2}, "leaky_relu"),
        ("LeakyReLU", {}, None),
        ("LeakyReLU", {"alpha": 0.20000000298023224}, "leaky_relu"),
        ("LeakyReLU", {"negative_slope": 0.01}, None),
        ("ELU", {"alpha": 1.0}, "elu"),
        ("ELU", {"alpha": 0.5}, None),
        ("Softmax", {"axis": -1}, "softmax"),
        ("Softmax", {"axis": 1}, "softmax"),
        ("Softmax", {"axis": 0}, None),
        ("Activation", {"activation": "gelu"}, "gelu"),
        ("Activation", {"activation": "swish"}, None),
    ],
)
def test_activations_are_layers_only_where_they_are_equal(kind, config, name):
    layers = (source(3), entry("Dense", units=2), entry(kind, **config))
    found = archive.read_part(keras_file(sequential(*layers)))
    assert found.spec.layers == ((Dense(2), Activation(name)) if name else (Dense(2),))
    assert (found.problem is None) == (name is not None)
    assert found.left_out == (() if name else (kind,))


def test_layers_that_do_nothing_at_prediction_are_passed_over_and_told():
    layers = (source(3), entry("GaussianNoise"), entry("Dense", units=2), entry("AlphaDropout"), entry("GaussianNoise"))
    found = archive.read(keras_file(sequential(*layers)))
    assert found.spec.layers == (Dense(2),)
    assert found.idle == ("GaussianNoise", "AlphaDropout")


def test_a_long_rest_is_told_in_its_beginning():
    layers = (source(3), entry("Dense", units=2), entry("Lambda"), *[entry("x" * 300)] * 30)
    found = archive.read_part(keras_file(sequential(*layers)))
    assert found.left_out == ("Lambda", *["x" * 59 + "…"] * 19)


def test_a_functional_chain_is_read_in_the_order_of_its_links():
    config = functional(
        dense("last", node("middle")),
        part("middle", "Dropout", node("a", mask=None, training=False), rate=0.2),
        dense("a", node("x")),
    )

    def fill(file):
        for name, rows in (("dense", 3), ("dense_1", 2)):
            file[f"layers/{name}/vars/0"] = np.full((rows, 2), rows, np.float32)
            file[f"layers/{name}/vars/1"] = np.zeros(2, np.float32)

    found = archive.read(keras_file(config, fill))
    assert found.spec.layers == (Dense(2), Dropout(0.2), Dense(2))
    assert [group["kernel"][0, 0] for group in found.weights.values()] == [3, 2]


def test_the_layers_of_an_example_are_those_of_the_file():
    """What Keras saves of one model with many kinds of layers, read without it."""
    found = archive.read(shipped())
    assert {type(layer) for layer in found.spec.layers} <= {
        Activation,
        BatchNormalization,
        Conv2D,
        Dense,
        Dropout,
        Flatten,
        MaxPooling2D,
        Rescaling,
    }
