"""The exported script is executed: the same history as the app's own run, with the same seed."""

import dataclasses
import json
import os
import subprocess
import sys

import pytest

from explorer.augmentation import Augmentation
from explorer.datasets import DATASETS, FULL, SAMPLE
from explorer.datasets.passages import NAME, Passage
from explorer.datasets.puzzles import Counting, Products
from explorer.datasets.series import Windows
from explorer.presets.architectures import ARCHITECTURES
from explorer.presets.series import stacked
from explorer.specs import (
    GRU,
    L1L2,
    L2,
    LSTM,
    BatchNormalization,
    Bidirectional,
    Conv2D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    MaxPooling2D,
    ModelSpec,
    SimpleRNN,
)
from explorer.training.codegen import notebook, script
from explorer.training.codegen.package import data_file
from explorer.training.codegen.training import sections
from explorer.training.recipe import Recipe
from explorer.training.record import Request, RunRecord, Start, Status
from explorer.training.store import Store

pytestmark = pytest.mark.worker

_RUN = """
import json, runpy
found = runpy.run_path("train.py")
kept = {name: float(found[name]) for name in ("test_loss", "test_accuracy")}
json.dump(kept | {"history": found["history"], "parameters": found["model"].count_params()}, open("found.json", "w"))
"""

IMAGES = Request(
    ModelSpec(
        (28, 28, 1),
        (
            Conv2D(4, 3, strides=2, activation="relu"),
            BatchNormalization(),
            MaxPooling2D(2),
            Flatten(),
            Dropout(0.2),
            Dense(10, activation="softmax"),
        ),
    ),
    Recipe(
        examples=600,
        epochs=3,
        batch_size=50,
        patience=0,
        augmentation=Augmentation(10, 0.1, 5.0, 0.1, 0.2, True, True, 0.5),
    ),
    "fashion-mnist",
    SAMPLE,
)
PENALISED = dataclasses.replace(
    IMAGES,
    spec=ModelSpec(
        (28, 28, 1),
        (
            Flatten(),
            Dense(20, activation="relu", kernel_regularizer=L2(0.01)),
            Dense(12, activation="elu", kernel_regularizer=L1L2(0.003, 0.01)),
            Dense(10, activation="softmax"),
        ),
    ),
    recipe=Recipe(
        examples=500,
        epochs=4,
        batch_size=32,
        optimizer="sgd",
        momentum=0.9,
        learning_rate=0.3,
        learning_rate_schedule="cosine",
        clipnorm=0.5,
        proximal=True,
        patience=1,
    ),
)
MIXED = dataclasses.replace(
    IMAGES, recipe=dataclasses.replace(IMAGES.recipe, augmentation=None, dtype_policy="mixed_bfloat16", epochs=2)
)
PUZZLE = Request(
    ModelSpec((12, 2), (LSTM(6, return_sequences=True, dropout=0.2), Bidirectional(GRU(5)), Dense(1))),
    Recipe(examples=300, epochs=3, learning_rate=0.003, clipvalue=0.1, restore_best_weights=False, optimizer="rmsprop"),
    "multiply",
    FULL,
    Products(length=12),
)


COUNTING = Request(
    ModelSpec((4, 1), (SimpleRNN(5), Dense(1))),
    Recipe(examples=6, epochs=3, batch_size=6, validation_split=0.0, patience=0, learning_rate=0.01),
    "counting",
    FULL,
    Counting(),
)


def letters():
    passage = Passage(length=12, step=12)
    task, counts = DATASETS[NAME].task(FULL, passage), DATASETS[NAME].counts(FULL, passage)
    layers = (Embedding(task.vocabulary, 8), GRU(8, return_sequences=True), Dense(task.units, activation="softmax"))
    recipe = Recipe(examples=min(300, counts.train), epochs=2, optimizer="sgd", momentum=0.8, learning_rate=0.5)
    return Request(ModelSpec(task.input_shape, layers), recipe, NAME, FULL, passage)


def stateful():
    windows = Windows(rows=200, seq_length=4)
    spec = stacked((4, 4), "GRU", 8)
    first, *others = spec.layers
    spec = dataclasses.replace(spec, layers=(dataclasses.replace(first, stateful=True), *others))
    return Request(spec, Recipe(examples=140, epochs=3, batch_size=16), "series", FULL, windows)


def two_inputs():
    shape = ARCHITECTURES["two-inputs"]
    recipe = dataclasses.replace(shape.recipe, examples=800, epochs=3)
    return Request(shape.spec, recipe, shape.dataset, FULL, shape.preparation)


def executed(request, folder, first=None, code=None):
    """What the script says when it is run by itself, in a folder with its data."""
    (folder / "train.py").write_text(code or script(sections(request), str))
    (folder / "data.npz").write_bytes(data_file(request, first))
    (folder / "run.py").write_text(_RUN)
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "TF_CPP_MIN_LOG_LEVEL": "3"}
    subprocess.run([sys.executable, "run.py"], cwd=folder, env=environment, check=True, timeout=400)
    return json.loads((folder / "found.json").read_text())


@pytest.fixture
def trained(worker, tmp_path):
    def run(request, name="run"):
        folder = Store(tmp_path / "runs").create(RunRecord(name, name, 1.0, request)).folder
        return worker.train_run(folder, lambda event: None, lambda: False)

    return run


@pytest.mark.parametrize(
    ("request_of", "tolerance"),
    [
        pytest.param(lambda: IMAGES, 1e-5, id="images"),
        pytest.param(lambda: PENALISED, 1e-5, id="penalised"),
        pytest.param(lambda: MIXED, 1e-5, id="mixed"),
        pytest.param(lambda: PUZZLE, 1e-5, id="puzzle"),
        pytest.param(letters, 1e-5, id="letters"),
        pytest.param(stateful, 1e-5, id="stateful"),
        pytest.param(two_inputs, 1e-5, id="two-inputs"),
    ],
)
def test_the_script_gives_the_history_of_the_run(trained, tmp_path, request_of, tolerance):
    request = request_of()
    record = trained(request)
    assert_same(record, executed(request, tmp_path), tolerance)


def assert_same(record, found, tolerance):
    """The same model, the same numbers after each epoch, the same test result."""
    assert record.status is Status.FINISHED, str(record.problem)
    assert found["parameters"] == record.spec.parameters
    assert len(found["history"]) == len(record.history)
    for ours, theirs in zip(record.history, found["history"], strict=True):
        for name, value in theirs.items():
            assert value == pytest.approx(getattr(ours, name), abs=tolerance, rel=tolerance), (ours.epoch, name)
    assert found["test_loss"] == pytest.approx(record.test_loss, abs=tolerance, rel=tolerance)
    assert found["test_accuracy"] == pytest.approx(record.test_accuracy, abs=tolerance)


def test_the_cells_of_the_notebook_go_on_from_another_run(trained, tmp_path):
    record = trained(COUNTING)
    later = dataclasses.replace(COUNTING, start=Start("run", record.best_epoch))
    further = trained(later, "later")
    first = Store(tmp_path / "runs").first_weights(later)
    cells = [cell for cell in json.loads(notebook(sections(later), str))["cells"] if cell["cell_type"] == "code"]
    assert len(cells) == len(sections(later))
    code = "\n\n".join("".join(cell["source"]) for cell in cells)
    assert_same(further, executed(later, tmp_path, first, code), 1e-5)
    assert further.history[0].loss < record.history[0].loss
