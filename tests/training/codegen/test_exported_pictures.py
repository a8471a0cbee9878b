"""The code of a picture, executed: the same numbers as on the screen."""

import io

import numpy as np
import pytest

from explorer.archive.writing import write
from explorer.inspection.reading import read
from explorer.network import Network
from explorer.specs import (
    GRU,
    LSTM,
    Bidirectional,
    Conv2D,
    Dense,
    Embedding,
    Flatten,
    MaxPooling2D,
    ModelSpec,
    SimpleRNN,
)
from explorer.training.codegen import notebook, script
from explorer.training.codegen.pictures import IMAGE_FILE, MODEL_FILE, cells_code, maps_code

pytestmark = pytest.mark.worker
CNN = ModelSpec(
    (9, 9, 1), (Conv2D(5, 3, activation="relu"), MaxPooling2D(2), Flatten(), Dense(3, activation="softmax"))
)
TOKENS = np.array([0, 0, 3, 1, 4, 1, 5, 0, 6], np.int32)
CELLS = {
    "lstm": LSTM(4, return_sequences=True),
    "lstm with other functions": LSTM(3, "relu", recurrent_activation="tanh", use_bias=False, return_sequences=True),
    "gru": GRU(4, return_sequences=True),
    "gru before": GRU(3, reset_after=False, return_sequences=True),
    "gru without bias": GRU(3, use_bias=False, return_sequences=True),
    "simple": SimpleRNN(4, return_sequences=True),
    "both ways": Bidirectional(LSTM(3, return_sequences=True)),
}


def network_of(spec, seed=0):
    chance = np.random.default_rng(seed)
    return Network(
        spec,
        {
            row.name: {
                name: chance.normal(0, 0.6, shape).astype(np.float32) for name, shape in row.weight_shapes.items()
            }
            for row in spec.summary()
        },
    )


def executed(sections, folder, monkeypatch, **files):
    """The variables of a script after it was run beside these files."""
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_bytes(content)
    monkeypatch.chdir(folder)
    found = {}
    exec(script(sections, str), found)  # noqa: S102
    return found


@pytest.mark.parametrize("layer", CNN.names())
def test_the_maps_are_those_of_the_picture(tmp_path, monkeypatch, layer):
    network = network_of(CNN)
    image = np.random.default_rng(1).random((9, 9, 1), np.float32)
    shown = network.trace(image[np.newaxis])
    kept = io.BytesIO()
    np.save(kept, image)
    code = maps_code(layer, shown[layer].output.shape[1:])
    found = executed(code, tmp_path, monkeypatch, model__keras=write(CNN, network.weights), image__npy=kept.getvalue())
    assert {MODEL_FILE, IMAGE_FILE} <= {path.name for path in tmp_path.iterdir()}
    np.testing.assert_allclose(found["output"], shown[layer].output[0], atol=1e-5)
    np.testing.assert_allclose(found["prediction"], shown.output[0], atol=1e-5)
    assert (tmp_path / "maps.png").exists() == (shown[layer].output.ndim == 4)


def test_the_mosaic_holds_every_map(tmp_path, monkeypatch):
    network = network_of(CNN)
    kept = io.BytesIO()
    np.save(kept, np.ones((9, 9, 1), np.float32))
    found = executed(
        maps_code("conv2d_1", (7, 7, 5)),
        tmp_path,
        monkeypatch,
        model__keras=write(CNN, network.weights),
        image__npy=kept.getvalue(),
    )
    assert found["mosaic"].shape == (14, 21)
    np.testing.assert_array_equal(found["mosaic"][7:, :7], found["output"][..., 3])
    np.testing.assert_array_equal(found["mosaic"][:7, 14:], found["output"][..., 2])


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("name", CELLS)
def test_the_gates_are_those_of_the_picture(tmp_path, monkeypatch, name, masked):
    cell = CELLS[name]
    spec = ModelSpec((len(TOKENS),), (Embedding(7, 3, mask_zero=masked), cell, GRU(2), Dense(1, activation="sigmoid")))
    network = network_of(spec)
    reading = read(network, TOKENS)
    layer = spec.names()[1]
    assert (reading.trace[layer].context.mask is not None) == masked
    code = cells_code(spec, layer, TOKENS, masked)
    found = executed(code, tmp_path, monkeypatch, model__keras=write(spec, network.weights))
    shown = reading.quantities[layer]
    assert set(found["found"]) == set(shown)
    for letter, values in shown.items():
        np.testing.assert_allclose(found["found"][letter], values, atol=1e-5, err_msg=letter)
    np.testing.assert_allclose(found["prediction"], reading.output, atol=1e-5)


def test_the_picture_of_the_notebook_is_shown_by_its_last_line():
    assert '"picture"' in notebook(maps_code("conv2d_1", (7, 7, 5)), str)
