"""Images of a reader's own: brought to the CNN lab, and looked at from the inside."""

import base64
import json
import shutil

import image_runs
import numpy as np
import pytest
from image_files import arrays, folders, numbers, packed
from pages.conftest import figure, figures, plain, scopes, show, title_of

from explorer.datasets import DATASETS, TEST, own_images
from explorer.inspection.preprocessing import scale
from explorer.presets import PRESETS
from explorer.widgets import data, inside_choice

pytestmark = pytest.mark.pages

LAB, INSIDE, COMPARE = "pages/cnn_lab.py", "pages/inside_cnn.py", "pages/compare.py"
UPLOAD = "own_images-upload"


@pytest.fixture(autouse=True)
def uploads(tmp_path, monkeypatch):
    monkeypatch.setenv("EXPLORER_UPLOADS_DIR", str(tmp_path))
    forget()
    yield tmp_path
    forget()


def forget():
    """What was read of uploads that other tests have kept."""
    own_images._kept.cache_clear()
    own_images._facts.cache_clear()
    data._test_split.clear()
    inside_choice._network.clear()


def give(at, content, name="mine.zip"):
    return at.file_uploader(key=UPLOAD).set_value((name, content, "application/zip")).run()


def assert_well(at):
    assert not at.exception
    assert plain(at.error) == plain(at.warning) == []


def linked(at, key):
    """What the link says of a setting."""
    found = at.query_params[key]
    return found if isinstance(found, str) else found[0]


def captions(at):
    return " ".join(plain(at.caption))


# The lab.


@pytest.fixture
def lab():
    return show(LAB, data="own-images")


def test_without_an_archive_there_is_nothing_to_train(lab):
    assert_well(lab)
    assert not [button for button in lab.button if button.key == "train"]


def test_a_zip_is_shown_and_can_be_trained_on(lab):
    give(lab, packed({**folders(each=10), "reds/x.png": b"?", "empty/": b""}))
    assert_well(lab)
    assert "16 images to train and 4 to test" in captions(lab)
    assert "scaled to 16 × 16 × 3" in captions(lab)
    drawn = figure(lab, "own_images-samples")
    assert [note["text"] for note in drawn["layout"]["annotations"]] == ["blues · 10", "reds · 10"]
    assert drawn["data"][0]["source"].startswith("data:image/png;base64,")
    assert "x.png: This is no image that can be read here" in captions(lab)
    assert "empty: The folder holds no picture" in captions(lab)
    assert not lab.button(key="train").disabled
    assert lab.number_input(key="examples").value == 16
    assert lab.number_input(key="batch_size").value <= 12
    assert DATASETS["own-images"].task(linked(lab, "own_images")).input_shape == (16, 16, 3)


def test_size_and_colours_change_the_data_and_are_in_the_link(lab):
    give(lab, packed(folders(each=10)))
    first = linked(lab, "own_images")
    lab.select_slider(key="own_images_size").set_value(24).run()
    lab.segmented_control(key="own_images_colours").set_value("grey").run()
    assert_well(lab)
    assert "scaled to 24 × 24 × 1" in captions(lab)
    assert linked(lab, "own_images") != first
    assert linked(lab, "own_images_size") == "24"


def test_a_link_opens_the_images_without_the_archive(lab):
    give(lab, packed(folders(each=10)))
    again = show(LAB, data="own-images", own_images=linked(lab, "own_images"))
    assert_well(again)
    assert "16 images to train" in captions(again)
    assert not again.button(key="train").disabled


@pytest.mark.parametrize("text", ["0" * 16, "../../etc", "x", ""])
def test_a_link_to_images_that_are_gone_is_said(text):
    at = show(LAB, data="own-images", own_images=text)
    assert not at.exception
    assert "not to be had here" in plain(at.warning)[0]


def test_a_bad_archive_is_a_sentence_and_the_last_good_one_stays(lab):
    give(lab, packed(folders(each=10)))
    give(lab, b"no zip", "other.zip")
    assert not lab.exception
    assert "no zip or npz archive" in plain(lab.error)[0]
    assert "16 images to train" in captions(lab)
    give(lab, arrays(x=numbers(60)[0], y=numbers(60)[1]), "mine.npz")
    assert_well(lab)
    assert "48 images to train" in captions(lab)
    assert "x: 0 is taken as black and 255 as white" in captions(lab)
    assert lab.number_input(key="examples").value == 48


def test_names_that_are_markup_are_shown_as_they_are(lab):
    evil = ("![x](http: e.org)", "<img src=x>", "$x$ :red[a]")
    give(lab, packed({**folders(evil, each=5), "<b>*x*</b>.png": b"?"}))
    assert_well(lab)
    names = [note["text"] for note in figure(lab, "own_images-samples")["layout"]["annotations"]]
    assert "&lt;img src=x&gt; · 5" in names
    assert r"\<b\>\*x\*\<\/b\>\.png" not in captions(lab)
    assert not any("<b>" in caption.value.replace(r"\<", "") for caption in lab.caption)


@pytest.mark.parametrize("size", [8, 64])
@pytest.mark.parametrize("preset", [name for name, preset in PRESETS.items() if preset.dataset == "fashion-mnist"])
def test_every_preset_fits_the_smallest_data_or_says_which_layer_does_not(preset, size):
    variant = image_runs.kept(size, each=4)
    at = show(LAB, data="own-images", own_images=variant, preset=preset)
    assert not at.exception
    assert plain(at.warning) == []
    said = " ".join(plain(at.error))
    if preset in ("cnn-two-blocks", "cnn-one-block", "cnn-pool-dropout") and size == 64:
        assert said == ""
    assert said == "" or said.startswith("Layer " if size == 8 else "This model has "), said
    assert at.button(key="train").disabled == bool(said)


def test_training_is_asked_for_with_exactly_these_images(lab):
    give(lab, packed(folders(each=10)))
    lab.button(key="train").click().run()
    assert not lab.exception
    from explorer.widgets import shell

    record = shell.engine().progress(linked(lab, "run")).record
    shell.engine().stop(record.id)
    assert (record.request.dataset, record.request.variant) == ("own-images", linked(lab, "own_images"))
    assert record.spec.input_shape == (16, 16, 3)
    assert record.spec.layers[-1].units == 2


# Inside.


@pytest.fixture
def own_run(runs_folder, uploads):
    made = []

    def make(name="abcd0123abcd0123", **settings):
        made.append(image_runs.write_run(runs_folder / name, image_runs.kept(**settings)))
        return made[-1]

    yield make
    for folder in made:
        shutil.rmtree(folder, ignore_errors=True)


def numbers_of(encoded):
    """An array as Plotly's JSON has it."""
    shape = [int(size) for size in str(encoded["shape"]).split(",")]
    return np.frombuffer(base64.b64decode(encoded["bdata"]), encoded["dtype"]).reshape(shape)


@pytest.mark.parametrize("view", ["maps", "value", "edit", "mistakes", "saliency"])
@pytest.mark.parametrize("in_colour", [True, False])
@pytest.mark.parametrize("layer", ["conv2d_1", "conv2d_2", "dense_1"])
def test_every_view_shows_such_a_run(own_run, view, in_colour, layer):
    run = own_run(in_colour=in_colour)
    at = show(INSIDE, model=run.name, view=view, layer=layer)
    assert_well(at)
    assert {"input", "probabilities"} <= figures(at).keys()


def test_the_picture_in_sight_has_its_colours(own_run):
    run = own_run()
    test = DATASETS["own-images"].load(image_runs.kept(), TEST)
    at = show(INSIDE, model=run.name, image="3")
    (drawn,) = figure(at, "input")["data"]
    assert drawn["type"] == "image"
    np.testing.assert_array_equal(numbers_of(drawn["z"]), test.inputs[3])
    names = [
        name
        for name in image_runs.CLASSES
        if name in title_of(figure(at, "input")).replace("&lt;", "<").replace("&gt;", ">")
    ]
    assert names == [sorted(image_runs.CLASSES)[test.labels[3]]]


def test_a_grey_picture_of_ones_own_is_drawn_from_black_to_white(own_run):
    at = show(INSIDE, model=own_run(in_colour=False).name)
    (drawn,) = figure(at, "input")["data"]
    assert (drawn["colorscale"][0][1], drawn["colorscale"][-1][1]) == ("#000000", "#ffffff")
    at = show(INSIDE, model="cnn-two-blocks")
    assert figure(at, "input")["data"][0]["colorscale"][0][1] == "#ffffff"


def test_the_microscope_has_a_channel_for_each_colour(own_run):
    at = show(INSIDE, model=own_run().name, view="value", layer="conv2d_1")
    (shown,) = scopes(at).values()
    assert shown["greys"] == "light"
    assert "3" in str(shown.get("inputs", shown))


def test_mistakes_are_opened_at_their_place(own_run):
    run = own_run()
    at = show(INSIDE, model=run.name, view="mistakes")
    opened = [button for button in at.button if (button.key or "").startswith("open-")]
    assert opened
    place = int(opened[0].key.removeprefix("open-"))
    opened[0].click().run()
    assert_well(at)
    assert at.number_input(key="image").value == place


def test_a_class_is_found_by_its_name(own_run):
    at = show(INSIDE, model=own_run().name)
    labels = [button.label for button in at.button if (button.key or "").startswith("class-")]
    assert len(labels) == 3
    assert all("\\" in label or label == "🐈" for label in labels)
    next(button for button in at.button if button.key == "class-2").click().run()
    test = DATASETS["own-images"].load(image_runs.kept(), TEST)
    assert test.labels[at.number_input(key="image").value] == 2


def test_no_drawing_is_asked_for(own_run):
    at = show(INSIDE, model=own_run().name)
    assert at.selectbox(key="source").options == ["Test image", "Photo"]


@pytest.mark.parametrize(("channels", "shape"), [(1, (16, 16)), (3, (16, 16, 3))])
def test_a_photo_is_made_as_the_training_images_were(channels, shape):
    photo = np.random.default_rng(0).integers(0, 256, (40, 60, 3), np.uint8)
    steps = scale(photo, 16, channels)
    assert [step.picture.shape[:2] for step in steps] == [(40, 60), (40, 40), (16, 16)]
    assert steps[-1].picture.shape == shape
    middle = photo[:, 10:50].mean(axis=(0, 1)) / 255
    wanted = middle if channels == 3 else middle @ np.array([0.299, 0.587, 0.114])
    np.testing.assert_allclose(steps[-1].picture.mean(axis=(0, 1)), wanted, atol=0.01)


def test_two_such_runs_are_compared(own_run):
    first, second = own_run(), own_run("beef0123beef0123", size=16)
    at = show(COMPARE, a=first.name, b=second.name)
    assert_well(at)
    assert "12×12×3 → 16×16×3" in " ".join(plain(at.markdown))
    assert "the file kept as" in " ".join(plain(at.markdown))


@pytest.mark.parametrize("page", [INSIDE, LAB, COMPARE])
def test_when_the_upload_is_gone_one_sentence_says_so(own_run, uploads, page):
    run = own_run()
    for path in uploads.glob("*.npz"):
        path.unlink()
    forget()
    link = {INSIDE: {"model": run.name}, LAB: {"run": run.name}, COMPARE: {"a": run.name, "b": run.name}}[page]
    at = show(page, **link)
    assert not at.exception
    if page == INSIDE:
        assert plain(at.error) == ["This data of your own is not kept here any more; give the file again."]
    else:
        assert {"loss", "compare-loss"} & figures(at).keys()


@pytest.mark.parametrize("view", ["maps", "edit", "mistakes", "saliency"])
def test_no_name_of_a_class_is_markup_anywhere(own_run, view):
    at = show(INSIDE, model=own_run().name, view=view)
    written = [element.value for element in (*at.markdown, *at.caption)] + [button.label for button in at.button]
    named = [text for text in written if "e.org" in text.replace("\\", "") or "개" in text]
    assert named
    assert all(r"\!\[x\]\(" in text or r"\<b\>" in text for text in named)
    assert "<b>개" not in json.dumps(figures(at), ensure_ascii=False)
