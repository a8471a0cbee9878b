"""The image for a model that came without its data: a photo, or of grey squares also a drawing."""

from __future__ import annotations

import numpy as np
import streamlit as st

from explorer.inspection import preprocessing
from explorer.messages import N_, ExplorerError
from explorer.training.record import Request
from explorer.widgets import link, pictures, sketch
from explorer.widgets.inside_image import LONGEST, Image
from explorer.widgets.language import _, md

SOURCE, PICTURE, DRAWING = "alone_source", "picture", "drawing"


def choose(request: Request) -> Image | None:
    """Draw the controls of the image; None (with a sentence said) as long as there is none."""
    shape = request.task.input_shape
    height, width, channels = shape
    names = {PICTURE: _("Photo"), DRAWING: _("Drawing")}
    if channels != 1 or height != width:
        del names[DRAWING]
    source = link.selectbox(_("Image"), list(names), SOURCE, format_func=names.__getitem__)
    image = _drawing(height) if source == DRAWING else _photo(shape)
    st.caption(_("This model came without its data, so there are no test images here and its classes are numbers."))
    return image


def _photo(shape: tuple[int, ...]) -> Image | None:
    picture = pictures.choose("alone", longest=LONGEST)
    if picture is None:
        return None
    if shape[2] not in (1, 3):
        st.caption(md(N_("All {count} channels of the input get the same grey."), count=shape[2]))
    pixels, steps = preprocessing.fitted(picture, shape)
    return Image(pixels, steps=steps)


def _drawing(size: int) -> Image | None:
    """Light ink on black, as in most sets of drawn signs."""
    ink = sketch.draw("sketch")
    if ink is None:
        st.info(_("Draw something that this model knows, such as a digit."), icon=":material/draw:")
        return None
    try:
        steps = preprocessing.prepare(np.repeat(255 - ink[..., np.newaxis], 3, axis=2), size)
    except ExplorerError as error:
        st.warning(md(error.problem), icon=":material/contrast:")
        return None
    return Image(steps[-1].picture[..., np.newaxis], steps=steps)
