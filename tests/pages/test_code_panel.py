"""The code of a page: made when it is opened, the very model in sight, and what can be taken away."""

import io

import numpy as np
import pytest
from pages.conftest import plain, show
from streamlit.testing.v1 import AppTest

from explorer import archive
from explorer.presets import PRESETS
from explorer.specs import ModelSpec
from explorer.training.codegen import sequential_code

pytestmark = pytest.mark.pages


def opened(page, key, **link):
    """The page with its code in sight."""
    at = show(page, **link)
    at.session_state[f"{key}-code"] = True
    return at.run()


def code_of(at):
    """The Python code on the page."""
    (found,) = (element.value for element in at.code if "import keras" in element.value)
    return found


def labels(at):
    return [node.proto.label for node in at.get("download_button")]


def test_nothing_is_made_before_the_code_is_opened():
    at = show("pages/cnn_lab.py")
    assert not at.exception
    assert not [element for element in at.code if "import keras" in element.value]


def test_the_lab_shows_the_script_of_the_model_in_sight():
    at = opened("pages/cnn_lab.py", "lab")
    assert not at.exception
    assert sequential_code(PRESETS["cnn-two-blocks"].spec) in code_of(at)
    at.number_input(key="setting-0-filters").set_value(7).run()
    assert "filters=7" in code_of(at)
    assert "SEED = " in code_of(at)
    compile(code_of(at), "train.py", "exec")


def test_the_lab_offers_script_notebook_and_data():
    assert {"Script (.py)", "Notebook (.ipynb)", "All with data (.zip)"} <= set(
        labels(opened("pages/cnn_lab.py", "lab"))
    )


def test_a_model_that_cannot_be_built_has_no_code():
    spec = ModelSpec.from_dict(
        {"input_shape": [28, 28, 1], "layers": [["Conv2D", {"kernel_size": [28, 28]}], ["Conv2D", {}]]}
    )
    at = opened("pages/cnn_lab.py", "lab", layers=spec.to_json())
    assert not at.exception
    assert any("as soon as the model can be built" in text for text in plain(at.info))


@pytest.mark.parametrize(
    ("page", "key", "link", "expected"),
    [
        ("pages/rnn_lab.py", "lab", {"rnn_data": "snippets"}, 'data["x"]'),
        ("pages/puzzles.py", "puzzle-multiply", {"puzzle_multiply_view": "training"}, "keras.layers.GRU("),
        ("pages/series.py", "series", {"series_view": "train"}, "the last ones are held out"),
        ("pages/generation.py", "gen", {"gen_view": "train"}, "keras.layers.Embedding("),
    ],
)
def test_every_lab_has_its_script(page, key, link, expected):
    at = opened(page, key, **link)
    assert not at.exception
    assert expected in code_of(at)


def test_the_code_of_the_maps_and_of_their_training():
    at = opened("pages/inside_cnn.py", "inside", layer="max_pooling2d_1")
    assert not at.exception
    assert 'model.get_layer("max_pooling2d_1").output' in code_of(at)
    assert "model.fit" not in code_of(at)
    at.segmented_control(key="inside-code-of").set_value("Its training").run()
    assert "model.fit" in code_of(at)


def test_the_code_of_the_gates():
    at = opened("pages/inside_rnn.py", "read", read_model="lstm-snippets")
    assert not at.exception
    assert "i, f, g, o = np.split(" in code_of(at)


def test_the_zip_holds_the_weights_and_the_image_of_the_picture():
    found = zipped(
        "from explorer.widgets import inside_choice\n"
        "choice = inside_choice.controls()\n"
        "code = code_pictures._maps(choice)\n"
    )
    assert set(found) == {"model.keras", "image.npy"}
    read = archive.read(found["model.keras"])
    assert read.spec == PRESETS["cnn-two-blocks"].spec
    assert np.load(io.BytesIO(found["image.npy"])).shape == (28, 28, 1)


def zipped(source):
    """What lies beside a script that a page's own functions make."""
    script = (
        "import streamlit as st\nfrom explorer.widgets import code_pictures\n"
        + source
        + "st.session_state['found'] = dict(code.files())\n"
    )
    at = AppTest.from_string(script, default_timeout=60).run()
    assert not at.exception
    return at.session_state["found"]


def test_the_numbers_of_all_pictures_of_a_page():
    from explorer.figures.numbers import rows

    at = show("pages/inside_cnn.py")
    assert "Numbers of these pictures (.csv)" in labels(at)
    shown = {key: drawn() for key, drawn in at.session_state["figures_shown"].items()}
    pictures = {row[0] for row in rows(shown)}
    assert len(pictures) == len(shown) >= 4
    assert any(name.startswith("Output of conv2d_1") for name in pictures)


def test_the_pictures_of_the_page_before_are_forgotten():
    at = show("pages/inside_cnn.py")
    at.switch_page("pages/cnn_lab.py").run()
    assert "architecture" in at.session_state["figures_shown"]
    assert "maps" not in at.session_state["figures_shown"]


def test_the_downloads_of_a_run():
    script = (
        "from explorer.training.store import SHIPPED, Store\n"
        "from explorer.widgets import downloads\n"
        "downloads.buttons(Store(SHIPPED).open('cnn-one-block'))\n"
    )
    at = AppTest.from_string(script, default_timeout=60).run()
    assert not at.exception
    assert labels(at) == ["Model (.keras)", "History (.csv)", "Run (.json)"]
