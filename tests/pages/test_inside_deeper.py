"""Inside a CNN, deeper: mistakes that open, images of the reader's own, and edits of the weights."""

import base64
import io

import numpy as np
import pytest
from pages.conftest import figure, figures, plain, sent, show, title_of
from PIL import Image

from explorer.datasets import DATASETS, SAMPLE, TEST
from explorer.inspection.edits import KernelValue, ZeroFilter, apply
from explorer.training import store
from explorer.training.predictions import read_predictions
from explorer.widgets import inside_choice, inside_edits, sketch

pytestmark = pytest.mark.pages

INSIDE = "pages/inside_cnn.py"
MODEL = "cnn-two-blocks"


@pytest.fixture(scope="module")
def run():
    return store.Store(store.SHIPPED).open(MODEL)


def assert_well(at):
    assert not at.exception
    assert plain(at.error) == plain(at.warning) == []


def probabilities(at):
    return np.array(decoded(figure(at, "probabilities")["data"][0]["x"]))


def decoded(values):
    return np.frombuffer(base64.b64decode(values["bdata"]), values["dtype"]) if isinstance(values, dict) else values


def openings(at):
    return [button for button in at.button if (button.key or "").startswith("open-")]


def test_the_confusion_matrix_has_all_test_images_and_the_measured_accuracy(run):
    at = show(INSIDE, view="mistakes")
    assert_well(at)
    drawn = figure(at, "confusion")
    assert title_of(drawn).startswith("91.61% of 10,000 right")
    numbers = drawn["data"][1]
    counts = np.array(numbers["text"], int)
    right = np.array(numbers["x"]) == np.array(numbers["y"])
    assert counts.sum() == 10_000
    assert counts[right].sum() == round(10_000 * run.record.test_accuracy)
    assert "per-class" in figures(at)
    assert any("in the embedded sample" in said for said in plain(at.caption))


def test_a_mistake_opens_as_the_chosen_image_and_is_the_image_it_says(run):
    at = show(INSIDE, view="mistakes", source="drawing")
    assert not at.exception
    at = show(INSIDE, view="mistakes", true_class="6", predicted_class="0")
    first = openings(at)[0]
    said = next(text for text in plain(at.caption) if text.startswith("Shirt, taken for T-shirt/top: "))
    first.click().run()
    assert_well(at)
    index = int(first.key.removeprefix("open-"))
    assert at.query_params["image"] == str(index)
    assert title_of(figure(at, "input")) == f"Input: test image {index}, Shirt"
    assert title_of(figure(at, "probabilities")).startswith("Output: T-shirt/top with ")
    assert probabilities(at).max() == pytest.approx(float(said.split(": ")[1].rstrip("%")) / 100, abs=2e-3)
    sample = DATASETS["fashion-mnist"].load(SAMPLE, TEST)
    kept, _labels = read_predictions(run.predictions_file)
    np.testing.assert_allclose(probabilities(at), kept[sample.numbers[index]], atol=2e-3)


def test_a_cell_without_mistakes_is_a_sentence():
    at = show(INSIDE, view="mistakes", true_class="1", predicted_class="9")
    assert_well(at)
    assert "No such mistake among the test images." in plain(at.caption)
    assert openings(at) == []


def test_a_run_without_predictions_says_what_to_do(kept_run):
    (kept_run / "predictions.npz").unlink()
    at = show(INSIDE, view="mistakes", model=kept_run.name)
    assert_well(at)
    assert any("train it again to see its mistakes" in said for said in plain(at.info))


def test_damaged_predictions_are_a_sentence(kept_run):
    path = kept_run / "predictions.npz"
    path.write_bytes(path.read_bytes()[:1000])
    at = show(INSIDE, view="mistakes", model=kept_run.name)
    assert not at.exception
    assert len(at.error) == 1
    assert "input" in figures(at)


def test_an_empty_drawing_is_a_sentence():
    at = show(INSIDE, source="drawing")
    assert_well(at)
    assert any(said.startswith("Draw a piece of clothing") for said in plain(at.info))
    assert dict(sent(at, "explorer_sketch"))


def test_a_drawing_is_prepared_and_classified(run):
    at = show(INSIDE, source="drawing")
    ink = np.zeros((sketch.SIDE, sketch.SIDE), np.uint8)
    ink[20:100, 40:52] = ink[20:100, 60:72] = ink[20:40, 40:72] = 255
    at.session_state["sketch-ink"] = ink
    at.run()
    assert_well(at)
    assert title_of(figure(at, "input")) == "Input: your own image"
    assert not any("★" in name for name in figure(at, "probabilities")["data"][0]["y"])
    assert [said for said in plain(at.caption) if "·" in said] == [
        "1 · grey, 112 × 112",
        "2 · cropped, 80 × 80",
        "3 · inverted",
        "4 · scaled to 28 × 28",
        "5 · stretched to 0…1",
    ]
    shown = np.reshape(decoded(figure(at, "input")["data"][0]["z"]), (28, 28))
    expected = run.network(run.record.best_epoch).predict(shown[None, ..., None].astype(np.float32))[0]
    np.testing.assert_allclose(probabilities(at), expected, atol=1e-5)
    (payload,) = dict(sent(at, "explorer_sketch")).values()
    assert base64.b64decode(payload["ink"]) == ink.tobytes()
    at.segmented_control(key="invert").set_value("no").run()
    assert "3 · not inverted" in plain(at.caption)


@pytest.mark.parametrize(
    "message", [None, 3, "", "%%%", "QUJD", "A" * 10**6, {"a": 1}, base64.b64encode(bytes(sketch.SIDE**2 + 1)).decode()]
)
def test_what_is_no_drawing_is_ignored(message):
    assert sketch.ink(message) is None


def test_a_drawing_from_the_browser_is_read():
    ink = np.random.default_rng(1).integers(0, 256, (sketch.SIDE, sketch.SIDE), np.uint8)
    np.testing.assert_array_equal(sketch.ink(base64.b64encode(ink.tobytes()).decode()), ink)


def png(pixels):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def test_an_uploaded_picture_is_looked_at_and_an_even_one_is_a_sentence():
    at = show(INSIDE, source="picture")
    assert_well(at)
    assert any(said.startswith("Give a picture") for said in plain(at.info))
    shirt = np.full((60, 80, 3), 240, np.uint8)
    shirt[10:50, 30:50] = (20, 40, 90)
    at.get("file_uploader")[-1].set_value(("shirt.png", png(shirt), "image/png")).run()
    assert_well(at)
    assert "2 · cropped, 40 × 40" in plain(at.caption)
    at.get("file_uploader")[-1].set_value(("even.png", png(shirt * 0 + 9), "image/png")).run()
    assert not at.exception
    assert any("told from its background" in said for said in plain(at.warning))


def test_zeroing_a_filter_changes_maps_and_probabilities_and_can_be_undone(run):
    at = show(INSIDE, view="edit", image="3")
    before = probabilities(at)
    assert "No edits yet." in plain(at.markdown)
    press(at, "Zero this filter")
    assert_well(at)
    image = DATASETS["fashion-mnist"].load(SAMPLE, TEST).inputs[3:4] / np.float32(255)
    network = run.network(run.record.best_epoch)
    edited = apply(network, [ZeroFilter("conv2d_1", 0)])
    np.testing.assert_allclose(probabilities(at), edited.predict(image)[0], atol=1e-6)
    original, now = (decoded(bar["x"]) for bar in figure(at, "difference-probabilities")["data"])
    np.testing.assert_allclose(original, before, atol=1e-6)
    np.testing.assert_allclose(now, probabilities(at), atol=1e-6)
    assert {"difference-layers", "difference-maps"} <= set(figures(at))
    press(at, "Zero the bias of this layer")
    assert "Edits of the weights in force: 2." in " ".join(plain(at.caption))
    press(at, "Undo")
    np.testing.assert_allclose(probabilities(at), edited.predict(image)[0], atol=1e-6)
    at.button(key="undo-all").click().run()
    np.testing.assert_array_equal(probabilities(at), before)
    assert "difference-maps" not in figures(at)


def press(at, label):
    next(button for button in at.button if button.label == label).click().run()


def test_edits_belong_to_their_epoch_and_are_seen_in_every_view(run):
    at = show(INSIDE, view="edit")
    press(at, "Zero this filter")
    at.segmented_control(key="view").set_value("maps").run()
    assert_well(at)
    assert any("in force: 1" in said for said in plain(at.caption))
    shown, plain_page = figure(at, "kernels")["data"], figure(show(INSIDE), "kernels")["data"]
    assert shown != plain_page
    at.select_slider(key="epoch").set_value(1).run()
    assert not any("in force" in said for said in plain(at.caption))
    at.select_slider(key="epoch").set_value(run.record.best_epoch).run()
    assert any("in force: 1" in said for said in plain(at.caption))


def test_edits_are_bounded_and_a_second_value_replaces_the_first(run, monkeypatch):
    monkeypatch.setattr(inside_edits, "MAXIMUM", 3)
    at = show(INSIDE, view="edit", layer="conv2d_1")
    for place in (1, 2, 3, 3, 4):
        at.number_input(key=inside_edits.FILTER).set_value(place).run()
        next(button for button in at.button if button.label == "Zero this filter").click().run()
        assert not at.exception
    assert "Edits of the weights in force: 3." in " ".join(plain(at.caption))
    assert plain(at.warning) == ["3 edits are as many as can be in force; undo some of them to make others."]


def test_a_layer_without_weights_says_so():
    at = show(INSIDE, view="edit", layer="flatten_1")
    assert_well(at)
    assert any("has no weights to edit" in said for said in plain(at.info))


def test_a_component_may_set_one_weight_and_nothing_outside(run):
    network = run.network(run.record.best_epoch)
    choice = inside_choice.Choice(
        run, 8, network, network, np.zeros((28, 28, 1), np.float32), 0, 0, "conv2d_1", False, network.trace(IMAGE)
    )
    edit = inside_edits.kernel_edit(choice, "conv2d_2", 1, 2, 3, 4, 5e9)
    assert edit == KernelValue("conv2d_2", (1, 2, 3, 4), 1000.0)
    # The microscope lays the 100 inputs of the last layer in strips of 20.
    assert inside_edits.kernel_edit(choice, "dense_2", 2, 3, 0, 9, 0.5) == KernelValue("dense_2", (43, 9), 0.5)
    for place in ((3, 0, 0, 0), (0, 0, -1, 0), (0, 0, 0, 64)):
        assert inside_edits.kernel_edit(choice, "conv2d_2", *place, 1.0) is None
    assert inside_edits.kernel_edit(choice, "conv2d_2", 0, 0, 0, 0, float("nan")) is None
    assert inside_edits.kernel_edit(choice, "flatten_1", 0, 0, 0, 0, 1.0) is None


IMAGE = np.zeros((1, 28, 28, 1), np.float32)
