"""Inside a CNN: every layer and epoch of the shipped model, and what happens when files are broken."""

import shutil

import numpy as np
import pytest
from pages.conftest import figure, figures, plain, show, title_of

from explorer.datasets import DATASETS, SAMPLE, TEST
from explorer.presets import PRESETS
from explorer.training import store
from explorer.widgets import inside_choice

pytestmark = pytest.mark.pages

INSIDE = "pages/inside_cnn.py"
MODEL = "cnn-two-blocks"
SPEC = PRESETS[MODEL].spec
NAMES = SPEC.names()
WITH_KERNEL = {row.name for row in SPEC.summary() if "kernel" in row.weight_shapes}
CONVOLUTIONS = {name for name in NAMES if name.startswith("conv2d")}


@pytest.fixture(scope="module")
def run():
    return store.Store(store.SHIPPED).open(MODEL)


def drawn(at, key):
    return key in figures(at)


def assert_well(at):
    assert not at.exception
    assert plain(at.error) == plain(at.warning) == []


@pytest.mark.parametrize("layer", NAMES)
def test_every_layer_is_drawn(layer):
    at = show(INSIDE, layer=layer)
    assert_well(at)
    shape = next(row.output_shape for row in SPEC.summary() if row.name == layer)
    assert title_of(figure(at, "maps")).startswith(f"Output of {layer}: {' × '.join(map(str, shape))}, epoch ")
    assert drawn(at, "kernels") == drawn(at, "untrained-kernels") == (layer in CONVOLUTIONS)
    assert drawn(at, "weights") == (layer in WITH_KERNEL)
    if layer not in WITH_KERNEL:
        assert f"{layer} has no kernel, so there are no weights to draw." in plain(at.caption)


def test_the_epoch_moves_everything_but_the_image(run):
    first, last = (show(INSIDE, epoch=str(epoch)) for epoch in (0, run.epochs[-1]))
    assert_well(first)
    assert_well(last)
    assert first.select_slider(key="epoch").value == 0
    assert last.select_slider(key="epoch").value == run.epochs[-1]
    for key in ("maps", "kernels", "probabilities", "weights"):
        assert figure(first, key)["data"] != figure(last, key)["data"]
    for key in ("input", "untrained-kernels"):
        values = [figure(at, key)["data"][0]["z"] for at in (first, last)]
        assert values[0] == values[1]
    # At epoch 0 the model is the untrained one.
    assert figure(first, "kernels")["data"][0]["z"] == figure(first, "untrained-kernels")["data"][0]["z"]


def test_the_slider_begins_at_the_kept_weights_and_moves(run):
    at = show(INSIDE)
    assert at.select_slider(key="epoch").value == run.record.best_epoch
    before = figure(at, "maps")["data"]
    at.select_slider(key="epoch").set_value(1).run()
    assert_well(at)
    assert figure(at, "maps")["data"] != before
    assert at.query_params["epoch"] == "1"


def test_the_probabilities_are_the_models_own(run):
    at = show(INSIDE, image="3")
    images = DATASETS["fashion-mnist"].load(SAMPLE, TEST).inputs[3:4] / np.float32(255)
    share = run.network(run.record.best_epoch).trace(images).output[0].max()
    assert f"{share:.1%}" in title_of(figure(at, "probabilities"))


def test_another_image_and_a_class_are_shown():
    at = show(INSIDE)
    labels = DATASETS["fashion-mnist"].load(SAMPLE, TEST).labels
    at.button(key="class-4").click().run()
    assert_well(at)
    index = at.number_input(key="image").value
    assert labels[index] == 4
    assert f"Input: test image {index}, Coat" in title_of(figure(at, "input"))
    assert at.query_params["image"] == str(index)
    at.button(key="class-4").click().run()
    assert at.number_input(key="image").value > index


def test_each_map_on_its_own_scale_is_another_picture():
    shared, own = show(INSIDE), show(INSIDE, scale="own")
    assert_well(own)
    assert "own scale" in title_of(figure(own, "maps"))
    assert figure(shared, "maps")["data"] != figure(own, "maps")["data"]


def test_the_channel_of_the_kernels_is_chosen():
    one, five, whole = (show(INSIDE, layer="conv2d_2", channel=channel) for channel in ("1", "5", "0"))
    for at in (one, five, whole):
        assert_well(at)
    assert figure(one, "kernels")["data"][0]["z"] != figure(five, "kernels")["data"][0]["z"]
    assert figure(whole, "kernels")["layout"]["height"] > figure(one, "kernels")["layout"]["height"]


def test_a_layer_without_that_channel_forgets_it():
    at = show(INSIDE, layer="conv2d_2", channel="32")
    at.selectbox(key="layer").set_value("conv2d_1").run()
    assert_well(at)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("model", "0123456789abcdef"),
        ("model", "../cnn-two-blocks"),
        ("model", "<b>model</b>"),
        ("epoch", "999"),
        ("epoch", "last"),
        ("image", "-1"),
        ("image", "100000"),
        ("image", "cat"),
        ("image", "9" * 5000),
        ("layer", "conv2d_77"),
        ("scale", "logarithmic"),
        ("channel", "77"),
    ],
)
def test_nonsense_in_the_link_is_said_and_the_page_shows_its_defaults(key, value):
    at = show(INSIDE, **{"layer": "conv2d_2", key: value})
    assert not at.exception
    assert len(at.warning) == 1
    assert plain(at.error) == []
    assert drawn(at, "maps")


def test_a_deleted_run_is_named():
    at = show(INSIDE, model="0123456789abcdef")
    assert any("There is no run '0123456789abcdef'" in said for said in plain(at.warning))


@pytest.fixture
def trained(tmp_path, monkeypatch):
    """A copy of the shipped models that may be broken."""
    copy = tmp_path / "trained"
    shutil.copytree(store.SHIPPED, copy)
    monkeypatch.setattr(store, "SHIPPED", copy)
    inside_choice._network.clear()
    yield copy / MODEL
    inside_choice._network.clear()


def truncate(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])


def remove(path):
    path.unlink()


def fill(path):
    path.write_bytes(b"\x00" * 2000)


def change_a_byte(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


@pytest.mark.parametrize("damage", [truncate, fill, change_a_byte, remove])
@pytest.mark.parametrize("file", ["model.keras", "snapshots.npz", "run.json"])
@pytest.mark.parametrize("epoch", ["0", "8"])
def test_a_damaged_file_of_the_shipped_model_is_a_sentence(trained, file, damage, epoch):
    damage(trained / file)
    at = show(INSIDE, epoch=epoch)
    assert not at.exception
    if not (plain(at.error) or plain(at.warning)):
        assert drawn(at, "maps"), "a page that cannot draw must say why"


@pytest.mark.parametrize("damage", [truncate, fill, remove])
@pytest.mark.parametrize("file", ["model.keras", "snapshots.npz", "run.json"])
def test_home_and_lab_stay_with_a_damaged_shipped_model(trained, file, damage):
    damage(trained / file)
    for page in ("pages/home.py", "pages/cnn_lab.py"):
        at = show(page)
        assert not at.exception
        assert at.title


@pytest.mark.parametrize("damage", [truncate, fill, remove])
@pytest.mark.parametrize("file", ["model.keras", "run.json"])
@pytest.mark.parametrize(
    ("page", "view"),
    [
        ("pooling", {}),
        ("pooling", {"pool_input": "grid"}),
        ("pooling", {"pool_view": "dropout"}),
        ("filters", {"filter_kind": "learned"}),
        ("compare", {"a": MODEL, "b": "cnn-vgg"}),
        ("reproduction", {}),
    ],
)
def test_other_pages_say_it_or_do_without_a_damaged_shipped_model(trained, file, damage, page, view):
    damage(trained / file)
    at = show(f"pages/{page}.py", **view)
    assert not at.exception
    assert plain(at.error) or plain(at.warning) or figures(at)


def test_a_truncated_model_is_named_as_damaged(trained):
    truncate(trained / "model.keras")
    at = show(INSIDE)
    assert len(at.error) == 1
    assert not drawn(at, "maps")


def test_without_any_model_the_page_says_where_to_get_one(trained, runs_folder):
    shutil.rmtree(trained.parent)
    at = show(INSIDE)
    assert not at.exception
    assert plain(at.error) == ["There is no model to look at; train one in the CNN lab first."]


def test_a_run_of_the_readers_own_is_opened_by_its_link(kept_run):
    at = show(INSIDE, model=kept_run.name)
    assert_well(at)
    assert at.selectbox(key="model").value == kept_run.name


@pytest.mark.parametrize("file", ["model.keras", "snapshots.npz", "run.json"])
@pytest.mark.parametrize("damage", [truncate, fill])
def test_a_damaged_run_is_a_sentence_on_both_pages(kept_run, file, damage):
    damage(kept_run / file)
    for at in (show(INSIDE, model=kept_run.name), show("pages/cnn_lab.py", run=kept_run.name)):
        assert not at.exception
    inside = show(INSIDE, model=kept_run.name, epoch="0" if file == "snapshots.npz" else "8")
    assert plain(inside.error) or plain(inside.warning)


def test_a_record_of_the_wrong_shape_is_a_sentence(kept_run):
    for text in ("[]", "null", "{}", '{"id": 3}', '"x"'):
        (kept_run / "run.json").write_text(text)
        at = show(INSIDE, model=kept_run.name)
        assert not at.exception
        assert plain(at.warning)
