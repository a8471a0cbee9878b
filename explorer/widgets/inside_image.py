"""The image that the page *Inside a CNN* looks at: one of the test images, or one of the reader's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.datasets import Split
from explorer.inspection import preprocessing
from explorer.inspection.preprocessing import Step
from explorer.messages import N_, ExplorerError
from explorer.training.record import Request
from explorer.widgets import link, pictures, sketch
from explorer.widgets.language import _, md, t

SOURCE, IMAGE, CROP, INVERT = "source", "image", "crop", "invert"
TEST, DRAWING, PICTURE = "test", "drawing", "picture"
LONGEST = 512
"""Pixels that an own picture keeps on its longer side."""


@dataclass(frozen=True)
class Image:
    """Pixels (height, width, channels) of float32, 0 to 1.

    A test image has a number and a label; an own image has the steps that it was made in.
    """

    pixels: np.ndarray
    index: int | None = None
    label: int | None = None
    steps: tuple[Step, ...] = ()


def choose(request: Request, split: Split) -> Image | None:
    """Draw the controls of the image for a run; None (with a sentence said) as long as there is none.

    Nobody knows how a drawing would have to look among pictures of the reader's own, so there it is not offered.
    """
    names = {TEST: _("Test image"), DRAWING: _("Drawing"), PICTURE: _("Photo")}
    if request.source.own:
        del names[DRAWING]
    source = link.selectbox(_("Image"), list(names), SOURCE, format_func=names.__getitem__)
    return _SOURCES[source](request, split)


def open_test_image(index: int) -> None:
    """Make a test image the one in sight; for callbacks."""
    st.session_state[SOURCE] = TEST
    st.session_state[IMAGE] = index


def images(split: Split, first: int, last: int) -> np.ndarray:
    """Images as the model takes them: values 0 to 1."""
    return split.inputs[first:last] / np.float32(255)


def _test_image(request: Request, split: Split) -> Image:
    count = len(split.labels)
    told = t(N_("One of the {count} test images; the model has not been trained on them."), count=f"{count:,}")
    index = link.number(_("Test image"), 0, count - 1, 0, IMAGE, help=told)
    with st.container(horizontal=True):
        st.button(_("Another image"), icon=":material/casino:", on_click=_draw_image, args=(count,))
        with st.popover(_("By class")):
            for label, name in enumerate(request.task.classes):
                st.button(md(name), key=f"class-{label}", on_click=_next_of_class, args=(label, split.labels))
    return Image(images(split, index, index + 1)[0], index, int(split.labels[index]))


def _draw_image(count: int) -> None:
    st.session_state[IMAGE] = int(np.random.default_rng().integers(count))


def _next_of_class(label: int, labels: np.ndarray) -> None:
    """The next image of a class after the one in sight, from the start again after the last."""
    places = np.flatnonzero(labels == label)
    later = places[places > (st.session_state[IMAGE] or 0)]
    st.session_state[IMAGE] = int(later[0] if later.size else places[0])


def _drawing(request: Request, split: Split) -> Image | None:
    """Black ink on white paper; an empty pad is said."""
    ink = sketch.draw("sketch")
    crop, invert = _preparation()
    if ink is None:
        st.info(_("Draw a piece of clothing here; the model says what it takes it for."), icon=":material/draw:")
        return None
    return _prepared(np.repeat(255 - ink[..., np.newaxis], 3, axis=2), request, crop, invert)


def _picture(request: Request, split: Split) -> Image | None:
    picture = pictures.choose("own", samples=(), longest=LONGEST)
    if request.source.own:
        return _scaled(picture, request)
    crop, invert = _preparation()
    if picture is None:
        st.info(
            _("Give a picture of one piece of clothing, best before an even background."), icon=":material/add_a_photo:"
        )
        return None
    return _prepared(picture, request, crop, invert)


def _scaled(picture: np.ndarray | None, request: Request) -> Image | None:
    """A picture made as those were that the reader brought to train on."""
    if picture is None:
        st.info(_("Give a picture of the kind that this model was trained on."), icon=":material/add_a_photo:")
        return None
    size, _width, channels = request.task.input_shape
    steps = preprocessing.scale(picture, size, channels)
    return Image(steps[-1].picture.reshape(size, size, channels), steps=steps)


def _preparation() -> tuple[str, str]:
    """How an own picture is cropped and whether its greys are turned round."""
    crops = {
        preprocessing.CONTENT: _("content"),
        preprocessing.SQUARE: _("middle square"),
        preprocessing.WHOLE: _("no crop"),
    }
    inversions = {
        preprocessing.AUTOMATIC: _("if the background is bright"),
        preprocessing.ALWAYS: _("always"),
        preprocessing.NEVER: _("never"),
    }
    with st.popover(_("Preparation"), icon=":material/tune:"):
        crop = link.segmented(_("Crop to"), crops, CROP)
        invert = link.segmented(_("Invert"), inversions, INVERT)
    return crop, invert


def _prepared(picture: np.ndarray, request: Request, crop: str, invert: str) -> Image | None:
    try:
        steps = preprocessing.prepare(picture, request.task.input_shape[0], crop, invert)
    except ExplorerError as error:
        st.warning(md(error.problem), icon=":material/contrast:")
        return None
    return Image(steps[-1].picture[..., np.newaxis], steps=steps)


_SOURCES: dict[str, Callable[[Request, Split], Image | None]] = {
    TEST: _test_image,
    DRAWING: _drawing,
    PICTURE: _picture,
}
