"""The home page's cards: miniature pictures of the shipped model, each leading to its page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from explorer.figures.curves import Curve, CurveLabels, curves_figure
from explorer.figures.mosaic import MosaicLabels, mosaic_figure
from explorer.figures.probabilities import probabilities_figure
from explorer.inspection import mosaic as mosaics
from explorer.inspection.predictions import Prediction
from explorer.messages import N_, ExplorerError
from explorer.training.store import Run
from explorer.widgets import data, example, figure, home_reading, language, link, rnn_inside_choice, shell
from explorer.widgets.inside_image import images
from explorer.widgets.language import _, md, t

HEIGHT = 230


PRESET = "lstm"
"""The model of reviews that the lab begins with."""

IMAGES, IMAGE, USUAL_IMAGE = "fashion-mnist", "home_image", 3
_THUMBNAIL = 56


@dataclass(frozen=True)
class Card:
    """One thing to do: its picture, where it leads and with which settings, and a control of its own."""

    title: str
    text: str
    page: str
    link: dict[str, str]
    picture: Callable[[Run], Any]
    control: Callable[[], None] | None = None


def cards() -> None:
    """All cards, three in a row of one model; without the shipped model they stay, without pictures."""
    reader = rnn_inside_choice.reader()
    for model, row in ((example.MODEL, _image_cards()), (reader, _sequence_cards(reader))):
        run = _shipped(model)
        for column, (key, card) in zip(st.columns(3), row.items(), strict=True):
            with column, st.container(border=True, height="stretch"):
                st.header(card.title, anchor=False)
                if run is not None:
                    _picture(card, run, key)
                st.markdown(card.text)
                with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
                    if card.control is not None:
                        card.control()
                    st.page_link(card.page, label=_("Open"), icon=":material/arrow_forward:", query_params=card.link)


def _shipped(model: str) -> Run | None:
    try:
        return shell.engine().store.open(model)
    except ExplorerError as error:
        st.warning(md(error.problem), icon=":material/image_not_supported:")
        return None


def _picture(card: Card, run: Run, key: str) -> None:
    try:
        state = tuple(path.stat().st_mtime_ns for path in run.folder.iterdir())
        asked = tuple(card.link.values())
        drawn = _drawn(key, asked, str(run.folder), state, language.current(), shell.dark(), card, run)
        figure.show(drawn, key, f"{card.title}: {drawn.title}")
    except ExplorerError as error:
        st.warning(md(error.problem), icon=":material/image_not_supported:")


@st.cache_resource(max_entries=64, show_spinner=False)
def _drawn(
    key: str,
    asked: tuple[str, ...],
    folder: str,
    state: tuple[int, ...],
    spoken: str,
    dark: bool,
    _card: Card,
    _run: Run,
) -> Any:
    """A card's picture, drawn once for each setting, language and theme as long as the model's files stay the same."""
    return _card.picture(_run)


def _image_cards() -> dict[str, Card]:
    image = _image()
    return {
        "train": Card(
            _("Train a CNN, live"),
            _("Choose layers, kernel size, padding, stride and pooling. Press Train and watch the loss fall."),
            shell.CNN_LAB,
            {},
            _loss,
        ),
        "maps": Card(
            _("See its feature maps"),
            _("What each layer makes of an image, before and after training. One slider moves through the epochs."),
            shell.INSIDE_CNN,
            {"model": example.MODEL, "layer": "conv2d_1"},
            _maps,
        ),
        "prediction": Card(
            _("Ask what it sees"),
            _("Ten probabilities for any test image, with the kernels and weights behind them."),
            shell.INSIDE_CNN,
            {"model": example.MODEL, "image": str(data.place(IMAGES, image))},
            partial(_prediction, image=image),
            partial(_image_control, image),
        ),
    }


def _image() -> int:
    """The image of the sample that the network is asked about, before its field is drawn."""
    link.restore(IMAGE, link.whole(0, _last_image()))
    asked = st.session_state.get(IMAGE)
    return USUAL_IMAGE if asked is None else int(asked)


def _last_image() -> int:
    return len(data.sample(IMAGES).labels) - 1


def _image_control(image: int) -> None:
    """The image, small, beside the field with its number."""
    pixels = data.sample(IMAGES).inputs[image, ..., 0]
    sheet = (pixels if shell.dark() else 255 - pixels).repeat(2, axis=0).repeat(2, axis=1)
    st.image(sheet, width=_THUMBNAIL, alt=f"{_('Test image')} {image}")
    link.number(_("Test image"), 0, _last_image(), USUAL_IMAGE, IMAGE, width=130)


def _sequence_cards(reader: str) -> dict[str, Card]:
    return {
        "read": Card(
            _("Watch a network read"),
            _("Every gate and state over your own words. Hold a gate, swap a word: what becomes of the prediction?"),
            shell.INSIDE_RNN,
            {"read_model": reader},
            home_reading.prediction,
        ),
        "cell": Card(
            _("Step through a cell"),
            _("SimpleRNN, LSTM and GRU part by part, each with its equation and this step's numbers."),
            shell.CELLS,
            {},
            home_reading.memory,
        ),
        "learn": Card(
            _("Train it to read"),
            _("Film reviews, movie snippets or your own table: choose the cell and watch it learn good from bad."),
            shell.RNN_LAB,
            {"rnn_preset": PRESET},
            home_reading.accuracy,
        ),
    }


def facts() -> None:
    """How well the shipped model does, as measured."""
    try:
        record = example.run().record
    except ExplorerError:
        return
    if record.test_accuracy is not None:
        st.caption(
            md(
                N_("Drawn now from the shipped model {model}: {accuracy} right on {images} test images."),
                model=example.MODEL,
                accuracy=f"{record.test_accuracy:.2%}",
                images=f"{record.test_examples:,}",
            )
        )


def more() -> None:
    """The pages without a picture here, each with its idea."""
    entries = [entry for section in shell.MENU.values() for entry in section if entry.idea]
    columns = st.columns(3)
    for place, entry in enumerate(entries):
        with columns[place % len(columns)], st.container(gap="xxsmall"):
            st.page_link(entry.file, label=f"**{_(entry.title)}**", icon=f":material/{entry.icon}:")
            st.caption(_(entry.idea))


def _loss(run: Run) -> Any:
    history = run.record.history
    curve = Curve(
        run.record.name,
        [(r.epoch, r.loss) for r in history],
        [(r.epoch, r.val_loss) for r in history],
        epochs=len(history),
    )
    labels = CurveLabels(_("Loss by epoch"), _("epoch"), _("training"), _("validation"), "", "", "", "")
    return curves_figure([curve], labels, dark=shell.dark(), height=HEIGHT)


def _trace(number: int) -> Any:
    return example.network().trace(images(data.sample(IMAGES), number, number + 1))


def _maps(run: Run) -> Any:
    trace = _trace(USUAL_IMAGE)
    labels = MosaicLabels(_("map"), _("row"), _("column"), _("value"))
    title = _("32 maps of the first convolution")
    tiles = mosaics.tile(trace["conv2d_1"].output[0])
    return mosaic_figure(tiles, title, labels, dark=shell.dark(), height=HEIGHT)


def _prediction(run: Run, image: int) -> Any:
    classes = [t(name) for name in run.record.request.task.classes]
    label = int(data.sample(IMAGES).labels[image])
    guess = Prediction(_trace(image).output[0], label)
    title = t(N_("Test image {number}, {name}"), number=image, name=classes[label])
    return probabilities_figure(guess, classes, title, "", dark=shell.dark(), height=HEIGHT)
