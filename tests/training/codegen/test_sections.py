"""Code as a script and as a notebook: the same code, the explanations in the reader's language."""

import ast
import dataclasses
import io
import json
import re
import zipfile

import pytest

from explorer.augmentation import NOTES
from explorer.datasets import DATASETS, FULL, SAMPLE
from explorer.messages import message
from explorer.presets import PRESETS
from explorer.specs import Branches, Dense, ModelSpec
from explorer.training.codegen import Section, functional_code, notebook, script, sequential_code
from explorer.training.codegen.package import check_size, packed, readme
from explorer.training.codegen.training import needs_file, sections
from explorer.training.recipe import Recipe
from explorer.training.record import Request, Start

SECTIONS = (Section(message("First {what}", what="idea"), "a = 1\nb = 2"), Section(message("Second"), "a + b"))
TWO_INPUTS = ModelSpec((5,), (Branches((2, 3), ((Dense(4),), ())), Dense(1, activation="sigmoid")))


def upper(text):
    return text.upper().replace("{WHAT}", "{what}")


def test_each_section_of_a_script_has_its_idea_above_it():
    assert script(SECTIONS, upper) == "# FIRST idea\na = 1\nb = 2\n\n# SECOND\na + b\n"


def test_a_long_idea_is_several_lines_of_comment():
    lines = script([Section(message("word " * 60), "pass")], str).splitlines()
    assert len(lines) > 3
    assert all(len(line) <= 100 and line.startswith("# ") for line in lines[:-1])


def test_a_notebook_is_what_the_format_asks_for():
    found = json.loads(notebook(SECTIONS, upper))
    assert (found["nbformat"], found["nbformat_minor"]) == (4, 5)
    assert set(found) == {"cells", "metadata", "nbformat", "nbformat_minor"}
    assert [cell["cell_type"] for cell in found["cells"]] == ["markdown", "code"] * 2
    assert len({cell["id"] for cell in found["cells"]}) == 4
    for cell in found["cells"]:
        assert re.fullmatch("[a-zA-Z0-9-_]{1,64}", cell["id"])
        code = {"execution_count", "outputs"} if cell["cell_type"] == "code" else set()
        assert set(cell) == {"cell_type", "id", "metadata", "source"} | code
        assert all(isinstance(line, str) for line in cell["source"])
    assert "".join(found["cells"][1]["source"]) == "a = 1\nb = 2"
    assert found["cells"][0]["source"] == ["FIRST idea"]


def request_of(preset, **recipe):
    return Request(preset.spec, dataclasses.replace(preset.recipe, **recipe), preset.dataset, FULL, preset.preparation)


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_has_a_script_that_python_reads(name):
    preset = PRESETS[name]
    for recipe in ({}, {"dtype_policy": "mixed_bfloat16", "proximal": True}, {"patience": 0}):
        ast.parse(script(sections(request_of(preset, **recipe)), str))
    ast.parse(functional_code(preset.spec))


def test_only_the_whole_fashion_mnist_comes_from_keras():
    request = request_of(PRESETS["cnn-two-blocks"])
    assert "keras.datasets.fashion_mnist.load_data()" in script(sections(request), str)
    assert not needs_file(request)
    sample = Request(request.spec, request.recipe, "fashion-mnist", SAMPLE)
    assert needs_file(sample)
    assert "load_data" not in script(sections(sample), str)
    begun = Request(request.spec, request.recipe, "fashion-mnist", FULL, None, Start("run", 1))
    assert needs_file(begun)
    check_size(begun)


def test_images_are_pixels_in_every_data_set_that_has_them():
    for name, dataset in DATASETS.items():
        if dataset.own or name == "imdb":
            continue
        variant = SAMPLE if name == "fashion-mnist" else dataset.available().variant
        inputs = dataset.load(variant, "test").inputs
        assert (inputs.ndim == 4) <= (inputs.dtype == "uint8"), name
        assert (inputs.ndim == 3) <= (inputs.dtype == "float32"), name


def test_augmented_images_are_changed_by_the_script_itself():
    code = script(sections(request_of(PRESETS["cnn-two-blocks"], augmentation=NOTES)), str)
    assert "rotation_range = 10\n" in code
    assert "changed(x_train[order])," in code
    assert "changed(x_val" not in code


def test_a_model_with_several_inputs_gets_its_parts():
    request = Request(TWO_INPUTS, Recipe(examples=20), "fashion-mnist", FULL)
    assert sequential_code(TWO_INPUTS) == functional_code(TWO_INPUTS)
    assert functional_code(TWO_INPUTS).splitlines() == [
        'a = keras.Input(shape=(2,), name="a")',
        'b = keras.Input(shape=(3,), name="b")',
        'x_a = keras.layers.Dense(units=4, name="a_dense_1")(a)',
        'x = keras.layers.Concatenate(name="branches_1")([x_a, b])',
        'outputs = keras.layers.Dense(units=1, activation="sigmoid", name="dense_1")(x)',
        "model = keras.Model([a, b], outputs)",
    ]
    assert "np.split(x_train[order], [2], axis=1)," in script(sections(request), str)


def test_a_zip_says_how_to_run_what_is_in_it():
    text = readme("train", "About it.")
    assert "python train.py" in text
    assert "keras==" in text
    with zipfile.ZipFile(io.BytesIO(packed({"README.md": text, "data.npz": b"123"}))) as archive:
        assert archive.read("data.npz") == b"123"
