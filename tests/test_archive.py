"""Model files are read as data: those that Keras wrote come back whole, all others are refused."""

import io
import json
import struct
import tracemalloc
import zipfile

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model_files import hdf5, rebuilt, sequential, shipped

from explorer import archive
from explorer.messages import ExplorerError
from explorer.network import Network
from explorer.specs import (
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    MaxPooling2D,
    ModelSpec,
)

SPEC = ModelSpec(
    (12, 12, 2),
    (
        Conv2D(3, (3, 2), padding="same", activation="relu"),
        BatchNormalization(),
        MaxPooling2D(2, strides=1),
        Conv2D(4, 3, dilation_rate=2, use_bias=False),
        AveragePooling2D(2),
        Flatten(),
        Dense(5, activation="tanh"),
        Dropout(0.3),
        Dense(3, activation="softmax"),
    ),
)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    import keras

    from explorer.training import worker

    keras.utils.set_random_seed(3)
    model = worker.build(SPEC)
    model.get_layer("batch_normalization_1").set_weights([np.full(3, v, np.float32) for v in (1.5, -0.2, 0.3, 2.0)])
    folder = tmp_path_factory.mktemp("files")
    model.save(folder / "model.keras")
    model.save(folder / "model.h5")
    x = np.random.default_rng(0).random((4, 12, 12, 2), np.float32)
    return folder, x, model.predict(x, verbose=0)


@pytest.mark.worker
@pytest.mark.parametrize("name", ["model.keras", "model.h5"])
@pytest.mark.parametrize("as_bytes", [False, True])
def test_files_that_keras_wrote_come_back_whole(files, name, as_bytes):
    folder, x, predicted = files
    path = folder / name
    found = archive.read(path.read_bytes() if as_bytes else path)
    assert found.spec == SPEC
    np.testing.assert_allclose(Network(found.spec, found.weights).predict(x), predicted, atol=1e-5)


@pytest.mark.worker
def test_names_of_ones_own_and_keras_defaults_are_read_too(tmp_path):
    import keras

    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Conv2D(2, 3, name="edges"),
            keras.layers.Conv2D(2, 3),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(2, activation=keras.activations.softmax),
        ]
    )
    for name in ("own.keras", "own.h5"):
        model.save(tmp_path / name)
        found = archive.read(tmp_path / name)
        assert found.spec.layers == (Conv2D(2), Conv2D(2), GlobalAveragePooling2D(), Dense(2, activation="softmax"))
        np.testing.assert_array_equal(found.weights["conv2d_1"]["kernel"], model.get_layer("edges").get_weights()[0])


def change_layer(**settings):
    def change(config):
        config["config"]["layers"][1]["config"].update(settings)
        return config

    return change


def change_class(name):
    def change(config):
        config["config"]["layers"][1]["class_name"] = name
        return config

    return change


def test_the_shipped_model_is_read_without_keras():
    assert archive.read(shipped()).spec.parameters == 333_526


@pytest.mark.parametrize(
    ("config", "words"),
    [
        (change_class("Lambda"), "the layer Lambda"),
        (change_class("<b>Evil</b>"), "the layer <b>Evil</b>"),
        (change_layer(data_format="channels_first"), "data_format"),
        (change_layer(groups=2), "groups"),
        (change_layer(activation="swish"), "activation"),
        (change_layer(filters=10**9), "filters"),
        (change_layer(filters=16), "shapes"),
        (lambda config: {**config, "class_name": "MyModel"}, "This is a MyModel model"),
        (lambda config: {**config, "class_name": "Functional"}, "damaged"),
        (lambda config: {"class_name": "Sequential"}, "damaged"),
        (lambda _config: [], "damaged"),
    ],
)
def test_what_is_not_supported_is_named(config, words):
    with pytest.raises(ExplorerError) as caught:
        archive.read(rebuilt(config))
    assert words in str(caught.value)


def external_link(file):
    file["layers/conv2d/vars/0"] = h5py.ExternalLink("/etc/passwd", "/")


def soft_link(file):
    file["layers/conv2d/vars/0"] = h5py.SoftLink("/layers")


def of_text(file):
    file["layers/conv2d/vars/0"] = np.array([b"text"])


@pytest.mark.parametrize(
    ("fill", "words"),
    [
        (external_link, "a link to another file at layers/conv2d/vars/0"),
        (soft_link, "a link to another place at layers/conv2d/vars/0"),
        (of_text, "instead of floating-point numbers"),
        (lambda _file: None, "no weights for layer 1 (Conv2D)"),
    ],
)
def test_weights_that_are_no_numbers_in_the_file_itself_are_refused(fill, words):
    with pytest.raises(ExplorerError) as caught:
        archive.read(rebuilt(weights=hdf5(fill)))
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"nonsense",
        b"PK\x03\x04 nonsense",
        b"\x89HDF\r\n\x1a\n nonsense",
        pytest.param(shipped()[: len(shipped()) // 2], id="half a file"),
        pytest.param(hdf5(lambda file: file.attrs.update(model_config="{")), id="h5 with damaged config"),
        pytest.param(hdf5(lambda _file: None), id="empty h5"),
    ],
)
def test_damaged_files_are_refused_in_a_sentence(content):
    with pytest.raises(ExplorerError, match="damaged"):
        archive.read(content)


def test_a_zip_that_would_unpack_to_too_much_is_refused_before_it_is_read():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("config.json", bytes(archive.MAXIMUM_BYTES + 1))
    with pytest.raises(ExplorerError, match="at most 200 MB"):
        archive.read(out.getvalue())


def test_a_missing_file_is_a_sentence(tmp_path):
    with pytest.raises(ExplorerError, match="cannot be read"):
        archive.read(tmp_path / "model.keras")


def keras_2_file(file):
    """A Sequential model as Keras 2 wrote it, names and attributes as its own."""
    layer = {"name": "conv", "filters": 2, "kernel_size": [3, 3], "strides": [1, 1], "padding": "same", "groups": 1}
    first = {"class_name": "Conv2D", "config": {**layer, "batch_input_shape": [None, 5, 5, 1], "activation": "relu"}}
    file.attrs["keras_version"] = "2.8.0"
    file.attrs["model_config"] = json.dumps({"class_name": "Sequential", "config": {"layers": [first]}})
    group = file.create_group("model_weights/conv")
    group.attrs["weight_names"] = [b"conv/kernel:0", b"conv/bias:0"]
    group["conv/kernel:0"] = np.arange(18, dtype=np.float32).reshape(3, 3, 1, 2)
    group["conv/bias:0"] = np.float32([1, 2])


def test_files_of_keras_2_are_read():
    found = archive.read(hdf5(keras_2_file))
    assert found.spec == ModelSpec((5, 5, 1), (Conv2D(2, 3, padding="same", activation="relu"),))
    np.testing.assert_array_equal(found.weights["conv2d_1"]["bias"], [1, 2])


def unpacked_size(content, size):
    """The same zip, its first member said to unpack to `size` bytes."""
    lying = bytearray(content)
    struct.pack_into("<L", lying, 22, size)
    struct.pack_into("<L", lying, lying.find(b"PK\x01\x02") + 24, size)
    return bytes(lying)


def peak_megabytes(content):
    """The most memory that the refusal of a file needs, the file itself not counted."""
    tracemalloc.start()
    try:
        with pytest.raises(ExplorerError):
            archive.read(content)
        return tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_that_lies_about_its_size_is_not_unpacked(method):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as bomb:
        bomb.writestr("config.json", b" " * (64 * 2**20))
    assert peak_megabytes(unpacked_size(out.getvalue(), 100)) < 8


def test_weights_are_not_unpacked_before_their_shapes_fit():
    def far_too_large(file):
        for index in range(4):
            file.create_dataset(
                f"layers/batch_normalization/vars/{index}", (2**24,), "f4", chunks=(2**20,), compression="gzip"
            )

    content = rebuilt(sequential((4,), "BatchNormalization"), hdf5(far_too_large))
    with pytest.raises(ExplorerError, match="shapes"):
        archive.read(content)
    assert peak_megabytes(content) < 8


@pytest.mark.parametrize("axis", [-1, 3, [3]])
def test_normalisation_along_the_channels_is_read_however_it_is_written(axis):
    def four_kinds(file):
        for index in range(4):
            file[f"layers/batch_normalization/vars/{index}"] = np.full(4, index, np.float32)

    found = archive.read(rebuilt(sequential((4, 4, 4), "BatchNormalization", axis=axis), hdf5(four_kinds)))
    assert found.spec.layers == (BatchNormalization(),)
    assert [array[0] for array in found.weights["batch_normalization_1"].values()] == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("config", "words"),
    [
        (sequential((4, 4, 4), "BatchNormalization", axis=1), "axis = 1 of BatchNormalization"),
        (sequential((4, 4, 4), "BatchNormalization", scale=False), "scale = False of BatchNormalization"),
        (sequential((4, 4, 1), "GlobalAveragePooling2D", keepdims=True), "keepdims = True"),
        (sequential((10**9, 10**9, 1), "GlobalAveragePooling2D"), "inputs of 1000000000 × 1000000000 × 1"),
        (sequential((2,) * 4, "Flatten"), "inputs of 2 × 2 × 2 × 2"),
        (sequential((None, 28, 1), "Flatten"), "size of its input"),
        (sequential((4096, 4096, 1), "Dense"), "needs a vector"),
        (sequential((4096, 4096, 8), "Flatten", data_format="channels_first"), "data_format"),
    ],
)
def test_settings_that_would_compute_something_else_are_refused(config, words):
    with pytest.raises(ExplorerError) as caught:
        archive.read(rebuilt(config))
    assert words in str(caught.value)


def test_more_layers_than_a_model_may_have_are_refused():
    layer = {"class_name": "Flatten", "config": {"batch_input_shape": [None, 4]}}
    config = {"class_name": "Sequential", "config": {"layers": [layer] * 1000}}
    with pytest.raises(ExplorerError, match="1,000 layers"):
        archive.read(rebuilt(lambda _config: config))


def test_a_description_longer_than_any_model_is_refused_before_it_is_parsed():
    content = rebuilt(lambda _config: [[]] * archive.MAXIMUM_CONFIG_BYTES)
    assert peak_megabytes(content) < 32


def test_a_model_with_more_weights_than_are_read_is_refused_by_its_size():
    layers = [
        {"class_name": "InputLayer", "config": {"batch_shape": [None, 4096, 4096]}},
        {"class_name": "Flatten", "config": {}},
        {"class_name": "Dense", "config": {"units": 4096}},
    ]
    with pytest.raises(ExplorerError, match="at most 200 MB"):
        archive.read(rebuilt(lambda _config: {"class_name": "Sequential", "config": {"layers": layers}}))


def small_file():
    """A compressed file of one dense layer, so that damage reaches every part of the format."""

    def weights(file):
        file["layers/dense/vars/0"], file["layers/dense/vars/1"] = np.ones((3, 2), "f4"), np.ones(2, "f4")

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("config.json", json.dumps(sequential((3,), "Dense", units=2)(None)))
        file.writestr("model.weights.h5", hdf5(weights))
    return out.getvalue()


SMALL = small_file()


@settings(deadline=None, max_examples=300)
@given(st.dictionaries(st.integers(0, len(SMALL) - 1), st.integers(0, 255), max_size=8))
def test_drawn_damage_is_refused_or_harmless(changes):
    content = bytearray(SMALL)
    for place, value in changes.items():
        content[place] = value
    try:
        found = archive.read(bytes(content))
    except ExplorerError:
        return
    assert found.spec == ModelSpec((3,), (Dense(2),))
    assert all((array == 1).all() for array in found.weights["dense_1"].values())
