"""The page of augmentation, and its switch in the lab."""

import dataclasses
import shutil
import time

import pytest
from pages.conftest import figure, figures, plain, show, title_of

from explorer.augmentation import NOTES, Augmentation
from explorer.presets import PRESETS
from explorer.widgets.augmentation_form import DECLARED, LAB, ON_PAGE, PAGE

pytestmark = pytest.mark.pages

FILE, LAB_FILE = "pages/augmentation.py", "pages/cnn_lab.py"
STILL = {PAGE + name: str(getattr(Augmentation(), name)) for name in ON_PAGE}


def grid(at):
    drawn = figure(at, "aug-grid")
    assert title_of(drawn) == "100 variants drawn at random, one scale"
    return drawn["data"][0]["z"]


def told(at):
    return [text for row in figure(at, "aug-grid")["data"][1]["text"] for text in row]


def press(at, label):
    next(button for button in at.button if button.label == label).click().run()


def pixels(at, key):
    return figure(at, key)["data"][0]["z"]


def in_lab(at):
    return {name: at.session_state[LAB + name] for name in DECLARED}


def test_the_seed_decides_the_variants():
    assert grid(show(FILE)) == grid(show(FILE))
    assert grid(show(FILE)) != grid(show(FILE, aug_seed="7"))


def test_the_notes_values_are_the_start_and_can_be_fetched_back():
    at = show(FILE)
    start = grid(at)
    assert {name: at.session_state[PAGE + name] for name in ON_PAGE} == {name: getattr(NOTES, name) for name in ON_PAGE}
    assert dict(at.query_params) == {}
    press(at, "No changes")
    assert grid(at) != start
    assert pixels(at, "aug-variant") == pixels(at, "aug-original")
    assert dict(at.query_params)["aug_rotation_range"] == "0"
    press(at, "The notes' values")
    assert grid(at) == start
    assert dict(at.query_params) == {}


@pytest.mark.parametrize("name", ON_PAGE)
def test_every_setting_changes_the_variants(name):
    value = str(True if isinstance(getattr(NOTES, name), bool) else DECLARED[name].maximum)
    at = show(FILE, **(STILL | {PAGE + name: value}))
    assert not at.exception
    assert plain(at.warning) == []
    assert grid(at) != grid(show(FILE, **STILL))
    assert str(at.session_state[PAGE + name]) == value


def test_another_image_and_another_seed_are_in_the_link():
    at = show(FILE)
    press(at, "Another seed")
    press(at, "Another image")
    assert not at.exception
    assert at.query_params["aug_seed"] == str(at.number_input(key="aug_seed").value)
    assert title_of(figure(at, "aug-original")).startswith(f"Test image {at.number_input(key='aug_image').value}, ")


def test_the_chosen_variant_is_framed_and_told_with_its_numbers():
    at = show(FILE, aug_variant="15")
    frame = figure(at, "aug-grid")["layout"]["shapes"][0]
    assert (frame["x0"], frame["y0"]) == (4 * 29 - 0.5, 29 - 0.5)
    written = next(text for text in plain(at.markdown) if text.startswith("**Variant 15**"))
    assert written.replace("**", "") == told(at)[14] + "."
    assert told(show(FILE, **STILL))[99] == (
        "Variant 100: rotation 0.0°, shift x 0.00, y 0.00, shear 0.00°, zoom x 1.000, y 1.000, flip: not at all"
    )


def test_the_matrices_of_a_mirrored_image_are_written_out():
    at = show(FILE, **(STILL | {"aug_vertical_flip": "True"}))
    number = next(place for place, text in enumerate(told(at), start=1) if "upside down" in text)
    at.number_input(key="aug_variant").set_value(number).run()
    written = next(text for text in (markdown.value for markdown in at.markdown) if "pmatrix" in text)
    assert written.count("\\begin{pmatrix}") == 6
    mirrored = "\\begin{pmatrix} 1 & 0 & 0 \\\\ 0 & -1 & 0 \\\\ 0 & 0 & 1 \\end{pmatrix}"
    assert written.count(mirrored) == 2


@pytest.mark.parametrize(("row", "column"), [(1, 1), (14, 14), (28, 28)])
def test_a_pixel_of_the_variant_is_the_sum_that_is_written(row, column):
    at = show(FILE, aug_row=str(row), aug_column=str(column))
    written = next(text for text in plain(at.markdown) if text.startswith("The four pixels there"))
    terms, value = written.split(": ")[1].replace("**", "").split(" = ")
    factors = [term.split(" · ") for term in terms.split(" + ")]
    assert sum(float(share) * float(pixel) for share, pixel in factors) == pytest.approx(float(value), abs=0.02)


def test_the_numbers_of_all_variants_are_one_click_away():
    at = show(FILE)
    assert not at.dataframe
    at.session_state["aug_numbers"] = True
    at.run()
    table = at.dataframe[0].value
    assert len(table) == 100
    assert table["rotation"].abs().max() <= 10


@pytest.mark.parametrize("key", ["aug_zoom_range", "aug_rotation_range", "aug_seed", "aug_variant", "aug_row"])
@pytest.mark.parametrize("value", ["-5", "nan", "many"])
def test_nonsense_in_the_link_is_a_sentence(key, value):
    at = show(FILE, **{key: value})
    assert not at.exception
    assert key in plain(at.warning)[0].replace("\\", "")
    assert "aug-grid" in figures(at)


def test_the_labs_switch_is_off_at_first_and_on_with_its_preset():
    at = show(LAB_FILE)
    assert not at.toggle(key="augment").value
    at.selectbox(key="preset").set_value("cnn-vgg-augmented").run()
    assert at.toggle(key="augment").value
    assert Augmentation(**in_lab(at)) == PRESETS["cnn-vgg-augmented"].recipe.augmentation
    assert dict(at.query_params) == {"preset": "cnn-vgg-augmented"}
    at.selectbox(key="preset").set_value("cnn-one-block").run()
    assert not at.toggle(key="augment").value


def test_switched_on_it_starts_with_the_notes_values_whatever_was_set_before():
    at = show(LAB_FILE, augment="True", augment_rotation_range="45")
    assert in_lab(at)["rotation_range"] == 45
    at.selectbox(key="preset").set_value("cnn-one-block").run()
    assert dict(at.query_params) == {"preset": "cnn-one-block"}
    at.toggle(key="augment").set_value(True).run()
    assert Augmentation(**in_lab(at)) == NOTES
    assert dict(at.query_params) == {"preset": "cnn-one-block", "augment": "True"}


def test_switched_off_nothing_of_it_stays_in_the_link():
    at = show(LAB_FILE, preset="cnn-vgg-augmented", augment_share="0.5")
    assert in_lab(at)["share"] == 0.5
    at.toggle(key="augment").set_value(False).run()
    assert dict(at.query_params) == {"preset": "cnn-vgg-augmented", "augment": "False"}


def test_what_the_page_is_put_to_leaves_the_lab_alone():
    at = show(FILE)
    press(at, "No changes")
    at.query_params.clear()
    at.switch_page(LAB_FILE).run()
    at.toggle(key="augment").set_value(True).run()
    assert Augmentation(**in_lab(at)) == NOTES


def test_the_page_leads_to_a_training_with_its_settings():
    at = show(FILE, aug_rotation_range="30")
    (to_lab,) = (node.proto for node in at.get("page_link") if "augment=True" in node.proto.query_string)
    assert "augment_rotation_range=30" in to_lab.query_string
    assert "augment_share" not in to_lab.query_string


def test_the_lab_leads_to_what_its_settings_do_to_an_image():
    at = show(LAB_FILE, preset="cnn-vgg-augmented", augment_zoom_range="0.5")
    (to_page,) = (node.proto for node in at.get("page_link") if "aug_zoom_range" in node.proto.query_string)
    link = dict(part.split("=") for part in to_page.query_string.split("&"))
    assert set(link) == set(STILL)
    at = show(FILE, **link)
    assert {name: at.session_state[PAGE + name] for name in ON_PAGE} == {
        **{name: getattr(NOTES, name) for name in ON_PAGE},
        "zoom_range": 0.5,
    }


def discard(run_id):
    """Leave no run behind for the tests of other pages."""
    from explorer.widgets import shell

    shell.engine().stop(run_id)
    deadline = time.monotonic() + 60
    while shell.engine().progress(run_id).status.active and time.monotonic() < deadline:
        time.sleep(0.1)
    shutil.rmtree(shell.engine().store.open(run_id).folder)


@pytest.mark.parametrize(("augment", "name"), [("True", "cnn-one-block · adam 0.001 · 200 · augmented"), ("False", "")])
def test_what_is_trained_is_what_the_switch_and_its_settings_say(augment, name):
    from explorer.widgets import shell

    recipe = {"examples": "200", "epochs": "1", "augment": augment, "augment_rotation_range": "45"}
    at = show(LAB_FILE, preset="cnn-one-block", **recipe)
    at.button(key="train").click().run()
    assert plain(at.error) == []
    run_id = at.session_state["known_runs"][0]
    record = shell.engine().store.open(run_id).record
    discard(run_id)
    wanted = dataclasses.replace(NOTES, rotation_range=45) if augment == "True" else None
    assert record.recipe.augmentation == wanted
    assert record.name == (name or "cnn-one-block · adam 0.001 · 200")
