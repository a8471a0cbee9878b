"""Reproduction: the page's numbers are those of the notes and of each shipped run.json."""

import json
import shutil

import numpy as np
import pytest
from pages.conftest import figure, figures, plain, show, title_of
from pages.test_compare import run_of, tables

from explorer.presets import PRESETS
from explorer.training import store

pytestmark = pytest.mark.pages

REPRODUCTION = "pages/reproduction.py"
NOTED = {name: preset for name, preset in PRESETS.items() if preset.noted}
SHIPPED = [name for name in NOTED if (store.SHIPPED / name / "run.json").exists()]
HEAD = "Model"


def raw(name):
    return json.loads((store.SHIPPED / name / "run.json").read_text())


@pytest.fixture
def trained(tmp_path, monkeypatch):
    """Two shipped models only: one as it is, one with a history that overfits."""
    folder = tmp_path / "trained"
    shutil.copytree(store.SHIPPED / "cnn-two-blocks", folder / "cnn-two-blocks")
    monkeypatch.setattr(store, "SHIPPED", folder)
    (folder / "cnn-plain").mkdir()
    store.write_record(folder / "cnn-plain", run_of("cnn-plain", "cnn-plain", 0.8634))
    return folder


def test_every_model_stands_in_the_table_with_the_numbers_of_both():
    rows = tables(show(REPRODUCTION))[0]
    assert [name for name in rows if name not in (HEAD, "---")] == list(NOTED)
    for name, preset in NOTED.items():
        source, ours, noted, measured, difference, where, tested = rows[name]
        assert source == ("–" if preset.source.parameters is None else f"{preset.source.parameters:,}")
        assert ours == f"{preset.spec.parameters:,}"
        assert noted == ("–" if preset.source.accuracy is None else f"{preset.source.accuracy:.2%}")
        assert where == ("validation" if preset.source.validated else "test")
        if name not in SHIPPED:
            assert measured == difference == tested == "–"
            continue
        record = raw(name)
        kept = next(result for result in record["history"] if result["epoch"] == record["best_epoch"])
        share = record["test_accuracy"] if where == "test" else kept["val_accuracy"]
        assert measured == f"{share:.2%}"
        assert tested == f"{record['test_accuracy']:.2%}"
        if preset.source.accuracy is not None:
            assert float(difference) == pytest.approx((share - preset.source.accuracy) * 100, abs=0.005)


def test_the_notes_parameters_are_those_of_our_models():
    for preset in PRESETS.values():
        assert preset.source.parameters in (None, preset.spec.parameters)


@pytest.mark.parametrize("name", NOTED)
def test_the_training_is_that_of_the_run(name):
    at = show(REPRODUCTION, notes_model=name)
    assert not at.exception
    recipe = raw(name)["request"]["recipe"] if name in SHIPPED else PRESETS[name].recipe.to_dict()
    rows = tables(at)[1]
    assert rows["Epochs"][1] == str(recipe["epochs"])
    assert rows["Batch size"][1] == str(recipe["batch_size"])
    assert float(rows["Validation split"][1]) == recipe["validation_split"]
    assert rows["Seed"] == ["–", str(recipe["seed"])]
    if name in SHIPPED:
        record = raw(name)
        assert rows["Epochs trained"][1] == str(len(record["history"]))
        assert rows["Epoch of the kept weights"][1] == str(record["best_epoch"])
        assert all(version in rows["Versions"][1] for version in record["versions"].values())


def test_the_picture_holds_both_accuracies_of_all_image_models():
    points = {trace["name"]: trace for trace in figure(show(REPRODUCTION), "results")["data"] if "name" in trace}
    images = {name: preset for name, preset in PRESETS.items() if preset.dataset == "fashion-mnist"}
    noted = [preset.source.accuracy for preset in images.values()]
    ours = [raw(name)["test_accuracy"] if name in SHIPPED else None for name in images]
    assert points["notes"]["x"] == noted
    assert points["ours"]["x"] == ours


def test_the_picture_of_a_review_model_holds_the_validation_accuracies():
    at = show(REPRODUCTION, notes_model="lstm")
    assert not at.exception
    drawn = figure(at, "results")
    named = [trace for trace in drawn["data"] if "name" in trace]
    points = {trace["name"]: dict(zip(trace["y"], trace["x"], strict=True)) for trace in named}
    history = {result["epoch"]: result["val_accuracy"] for result in raw("lstm")["history"]}
    assert points["notes"]["lstm"] == 0.794
    assert points["ours"]["lstm"] == history[raw("lstm")["best_epoch"]]
    assert drawn["layout"]["xaxis"]["title"]["text"] == "validation accuracy"


def test_a_model_that_is_not_trained_says_how_to(trained):
    at = show(REPRODUCTION, notes_model="cnn-vgg")
    assert not at.exception
    assert [said.value for said in at.info] == ["Not trained yet: `make train NAME=cnn-vgg` in the app's folder."]
    assert tables(at)[0]["cnn-vgg"][3:] == ["–", "–", "test", "–"]
    assert "course" not in figures(at)


def test_overfitting_is_the_gap_at_the_last_epoch(trained):
    at = show(REPRODUCTION, notes_model="cnn-plain")
    assert not at.exception
    drawn = figure(at, "course")
    assert title_of(drawn) == "Accuracy, gap +3.0 points at epoch 3"
    bracket = drawn["data"][-1]
    assert bracket["x"] == [3, 3]
    assert bracket["y"] == pytest.approx([0.83, 0.8])
    assert any("those of epoch 2 of 3" in text for text in plain(at.markdown))
    assert any("clearly overfits" in text for text in plain(at.markdown))


def test_the_weights_that_the_notes_print_stand_beside_ours():
    at = show(REPRODUCTION, notes_model="cnn-two-blocks")
    run = store.Store(store.SHIPPED).open("cnn-two-blocks")
    rows = tables(at)[2]
    for state, epoch, mean, std in (
        ("trained", run.record.best_epoch, -0.0210, 0.2347),
        ("untrained", 0, -0.0030, 0.0809),
    ):
        kernel = run.network(epoch).weights["conv2d_1"]["kernel"]
        assert rows[state] == [f"{mean:+.4f}", f"{kernel.mean():+.4f}", f"{std:.4f}", f"{kernel.std():.4f}"]


def test_damaged_weights_are_a_sentence(trained):
    (trained / "cnn-two-blocks" / "model.keras").write_bytes(b"\x00" * 500)
    at = show(REPRODUCTION, notes_model="cnn-two-blocks")
    assert not at.exception
    assert len(tables(at)) == 2
    assert len(at.warning) == 1


def test_models_said_to_be_in_half_precision_are():
    said = [name for name in SHIPPED if any("float16" in str(line) for line in PRESETS[name].source.differs)]
    for name in SHIPPED:
        network = store.Store(store.SHIPPED).open(name).network(raw(name)["best_epoch"])
        arrays = [array for group in network.weights.values() for array in group.values()]
        halved = all(np.array_equal(array, array.astype(np.float16).astype(np.float32)) for array in arrays)
        assert halved == (name in said)
