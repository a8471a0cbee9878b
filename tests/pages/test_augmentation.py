"""The page of augmentation, and its switch in the lab."""

import dataclasses

import pytest
from pages.conftest import figure, plain, show, title_of

from explorer.augmentation import NOTES, Augmentation
from explorer.widgets.augmentation_form import DECLARED, PREFIX

pytestmark = pytest.mark.pages

PAGE, LAB = "pages/augmentation.py", "pages/cnn_lab.py"
STILL = {PREFIX + name: str(getattr(Augmentation(), name)) for name in DECLARED if name != "share"}


def grid(at):
    drawn = figure(at, "aug-grid")
    assert title_of(drawn) == "100 variants drawn at random"
    return drawn["data"][0]["z"]


def press(at, label):
    next(button for button in at.button if button.label == label).click().run()


def test_the_seed_decides_the_variants():
    assert grid(show(PAGE)) == grid(show(PAGE))
    assert grid(show(PAGE)) != grid(show(PAGE, aug_seed="7"))


def test_the_notes_values_are_the_start_and_can_be_fetched_back():
    at = show(PAGE)
    start = grid(at)
    values = {name: at.session_state[PREFIX + name] for name in DECLARED if name != "share"}
    assert values == {name: getattr(NOTES, name) for name in values}
    press(at, "None")
    assert grid(at) != start
    assert figure(at, "aug-variant")["data"][0]["z"] == figure(at, "aug-original")["data"][0]["z"]
    press(at, "The notes' values")
    assert grid(at) == start


def test_the_variant_is_written_as_a_product_of_matrices():
    at = show(PAGE, aug_variant="5")
    assert not at.exception
    assert any("Variant 5" in text and "turned by" in text for text in plain(at.markdown))
    assert [latex.value.count("pmatrix") for latex in at.latex] == [10, 2]


def test_a_link_with_all_values_reproduces_the_page():
    at = show(PAGE, **(STILL | {"aug_vertical_flip": "True"}))
    assert at.session_state[PREFIX + "vertical_flip"] is True
    assert at.session_state[PREFIX + "rotation_range"] == 0


@pytest.mark.parametrize("key", ["aug_zoom_range", "aug_rotation_range", "aug_seed", "aug_variant"])
def test_a_value_out_of_range_is_a_sentence(key):
    at = show(PAGE, **{key: "-5"})
    assert not at.exception
    assert key in plain(at.warning)[0].replace("\\", "")


def test_the_labs_switch_is_off_at_first_and_on_with_its_preset():
    at = show(LAB)
    assert not at.toggle(key="augment").value
    at = show(LAB, preset="cnn-vgg-augmented")
    assert at.toggle(key="augment").value
    assert at.session_state["aug_share"] == pytest.approx(NOTES.share)
    at.selectbox(key="preset").set_value("cnn-one-block").run()
    assert not at.toggle(key="augment").value


def test_what_is_trained_is_what_the_switch_and_its_settings_say():
    from explorer.widgets import shell

    at = show(LAB, preset="cnn-one-block", images="200", epochs="1", augment="True", aug_rotation_range="45")
    at.button(key="train").click().run()
    assert plain(at.error) == []
    run_id = at.session_state["known_runs"][0]
    recipe = shell.engine().store.open(run_id).record.recipe
    assert recipe.augmentation == dataclasses.replace(NOTES, rotation_range=45)
    shell.engine().stop(run_id)
