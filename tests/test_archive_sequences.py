"""Model files with layers over sequences: those that Keras wrote come back whole, others are refused by name."""

import json

import drawn
import h5py
import numpy as np
import pytest
from model_files import hdf5, rebuilt, sequential

from explorer import archive
from explorer.messages import ExplorerError
from explorer.network import Network
from explorer.specs import (
    GRU,
    LSTM,
    Bidirectional,
    CategoryEncoding,
    Conv1D,
    Dense,
    Embedding,
    GlobalAveragePooling1D,
    GlobalMaxPooling1D,
    LayerNormalization,
    MaxPooling1D,
    ModelSpec,
    SimpleRNN,
)

SEQUENCES = {
    "reviews": ModelSpec(
        (6,),
        (
            Embedding(9, 3, mask_zero=True),
            Bidirectional(LSTM(2, return_sequences=True, dropout=0.2)),
            SimpleRNN(3, "relu", return_sequences=True, recurrent_dropout=0.1),
            GRU(2, return_sequences=True, reset_after=False, use_bias=False),
            LayerNormalization(),
            Bidirectional(GRU(2), "mul"),
            Dense(1, activation="sigmoid"),
        ),
    ),
    "one-hot": ModelSpec((6,), (CategoryEncoding(9), LSTM(4, return_sequences=True), GlobalAveragePooling1D())),
    "convolutions": ModelSpec(
        (6, 3),
        (
            Conv1D(4, 3, 2, "same", "relu"),
            MaxPooling1D(2),
            Conv1D(3, 1, use_bias=False),
            GRU(2, return_sequences=True),
            MaxPooling1D(2, padding="same"),
            GlobalMaxPooling1D(),
            LayerNormalization(),
        ),
    ),
    "stateful": ModelSpec((6, 2), (LSTM(2, stateful=True, return_sequences=True), GRU(3, stateful=True))),
}


@pytest.mark.worker
@pytest.mark.parametrize("spec", SEQUENCES.values(), ids=list(SEQUENCES))
def test_models_over_sequences_come_back_whole(spec, tmp_path):
    from explorer.training import worker

    model = worker.build(spec, batch_size=4)
    chance = np.random.default_rng(5)
    for layer in model.layers:
        layer.set_weights([chance.normal(0, 0.5, array.shape) for array in layer.get_weights()])
    x = drawn.examples(spec, 2, 4)
    for name in ("model.keras", "model.h5"):
        model.save(tmp_path / name)
        found = archive.read(tmp_path / name)
        assert found.spec == spec
        if spec.stateful:
            model.layers[0].reset_states()
            model.layers[1].reset_states()
        np.testing.assert_allclose(Network(found.spec, found.weights).predict(x), np.asarray(model(x)), atol=1e-5)


def recurrent(**settings):
    return {"units": 2, "activation": "tanh", "recurrent_activation": "sigmoid", **settings}


def both_ways(forward=None, backward=None, merge_mode="concat", kind="LSTM", other="LSTM"):
    """A `Bidirectional` as Keras writes it."""
    layer = {"class_name": kind, "config": recurrent(**{"zero_output_for_mask": True, **(forward or {})})}
    behind = {"class_name": other, "config": recurrent(**{"go_backwards": True, **(backward or {})})}
    return sequential((5, 3), "Bidirectional", layer=layer, backward_layer=behind, merge_mode=merge_mode)


@pytest.mark.parametrize(
    ("config", "words"),
    [
        (sequential((5,), "CategoryEncoding", num_tokens=4, output_mode="multi_hot"), "output_mode = multi_hot"),
        (sequential((5,), "CategoryEncoding", num_tokens=4, output_mode="count"), "output_mode = count"),
        (sequential((5, 3), "LSTM", **recurrent(go_backwards=True)), "go_backwards = True of LSTM"),
        (sequential((5, 3), "GRU", **recurrent(zero_output_for_mask=True)), "zero_output_for_mask = True of GRU"),
        (sequential((5, 3), "LSTM", **recurrent(return_state=True)), "return_state = True of LSTM"),
        (sequential((5, 3), "LSTM", **recurrent(time_major=True)), "time_major = True of LSTM"),
        (sequential((5, 3), "LSTM", **recurrent(recurrent_activation="hard_sigmoid")), "recurrent_activation"),
        (sequential((5, 3), "LSTM", **recurrent(stateful="often")), "stateful"),
        (sequential((5, 3), "LSTM", **recurrent(units=10**6)), "units"),
        (sequential((5, 3), "Conv1D", filters=2, kernel_size=[2], dilation_rate=[2]), "dilation_rate"),
        (sequential((5, 3), "Conv1D", filters=2, kernel_size=[2], padding="causal"), "padding"),
        (sequential((5, 3), "MaxPooling1D", pool_size=[2], strides=[0]), "strides"),
        (sequential((5, 3), "LayerNormalization", rms_scaling=True), "rms_scaling"),
        (sequential((5, 3), "LayerNormalization", axis=[1]), "axis"),
        (sequential((5, 3), "TimeDistributed"), "the layer TimeDistributed"),
        (sequential((None,), "Embedding"), "size of its input"),
        (both_ways(merge_mode=None), "merge_mode = None"),
        (both_ways({"go_backwards": True}), "go_backwards = True of LSTM"),
        (both_ways(backward={"go_backwards": False}), "go_backwards = False of LSTM"),
        (both_ways(backward={"units": 3}), "backward_layer = LSTM"),
        (both_ways(other="GRU"), "backward_layer = GRU"),
        (both_ways(kind="Dense", other="Dense"), "the layer Dense"),
        (both_ways(kind="Bidirectional", other="Bidirectional"), "the layer Bidirectional"),
    ],
)
def test_layers_over_sequences_that_would_compute_something_else_are_refused(config, words):
    with pytest.raises(ExplorerError) as caught:
        archive.read(rebuilt(config))
    assert words in str(caught.value)


def test_what_changes_nothing_at_prediction_is_ignored():
    def one_cell(file):
        for index, shape in enumerate([(3, 8), (2, 8), (8,)]):
            file[f"layers/lstm/cell/vars/{index}"] = np.full(shape, index, np.float32)

    told = recurrent(
        unroll=True, implementation=1, unit_forget_bias=False, seed=3, use_cudnn="auto", bias_initializer="ones"
    )
    found = archive.read(rebuilt(sequential((5, 3), "LSTM", **told), hdf5(one_cell)))
    assert found.spec.layers == (LSTM(2),)
    assert [array.max() for array in found.weights["lstm_1"].values()] == [0, 1, 2]


@pytest.mark.parametrize("link", [h5py.ExternalLink("/etc/passwd", "/"), h5py.SoftLink("/layers")])
@pytest.mark.parametrize("place", ["layers/lstm/cell", "layers/lstm/cell/vars", "layers/lstm/cell/vars/0"])
def test_links_inside_a_cell_are_refused(link, place):
    def linked(file):
        file[place] = link

    with pytest.raises(ExplorerError, match="a link to another"):
        archive.read(rebuilt(sequential((5, 3), "LSTM", **recurrent()), hdf5(linked)))


def keras_2_recurrent(file):
    """A recurrent model as Keras 2 wrote it: no backward layer in the description, and settings of its time."""
    inner = {"class_name": "GRU", "config": {**recurrent(), "time_major": False, "implementation": 2}}
    first = {"name": "both", "layer": inner, "merge_mode": "sum", "batch_input_shape": [None, 5, 3]}
    layers = [{"class_name": "Bidirectional", "config": first}]
    file.attrs["model_config"] = json.dumps({"class_name": "Sequential", "config": {"layers": layers}})
    group = file.create_group("model_weights/both")
    shapes = {"kernel:0": (3, 6), "recurrent_kernel:0": (2, 6), "bias:0": (2, 6)}
    names = [f"both/{side}_gru/gru_cell/{name}" for side in ("forward", "backward") for name in shapes]
    group.attrs["weight_names"] = [name.encode() for name in names]
    for index, name in enumerate(names):
        group[name] = np.full(shapes[name.split("/")[-1]], index, np.float32)


def test_recurrent_models_of_keras_2_are_read():
    found = archive.read(hdf5(keras_2_recurrent))
    assert found.spec == ModelSpec((5, 3), (Bidirectional(GRU(2), "sum"),))
    assert [array.min() for array in found.weights["bidirectional_1"].values()] == [0, 1, 2, 3, 4, 5]
    assert list(found.weights["bidirectional_1"])[3] == "backward_kernel"
