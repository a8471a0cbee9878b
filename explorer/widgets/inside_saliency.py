"""Why this class? On the page *Inside a CNN*: the pixels that count, asked in three ways."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.figures.saliency import Overlay, SaliencyLabels, saliency_figure
from explorer.inspection import saliency as compute
from explorer.inspection.saliency import GradCam, GradientMap, Occlusion
from explorer.messages import N_
from explorer.network import Network
from explorer.widgets import figure, shell, table
from explorer.widgets.inside_choice import Choice
from explorer.widgets.inside_saliency_choice import Settings, controls
from explorer.widgets.language import _, md, t

LEAST_DROP = 0.01


@dataclass(frozen=True)
class Picture:
    """An overlay with its words: what it shows and what it does not show, in Markdown."""

    key: str
    title: str
    overlay: Overlay
    labels: SaliencyLabels
    shows: str
    hides: str


def saliency(choice: Choice) -> None:
    """The controls in one row, and under them three pictures of the image, each with its limits said."""
    if choice.shares is None:
        st.info(
            _("These pictures explain the share of a class, and this model gives none."), icon=":material/data_array:"
        )
        return
    settings = controls(choice)
    probability = choice.trace.output[0, settings.unit]
    # A single unit gives the share of the second of two classes.
    name = choice.classes[-1 if choice.trace.output.shape[1] == 1 else settings.unit]
    st.markdown(
        md(
            N_("What speaks for **{name}** ({share})? Three questions, three answers, each on a scale of its own."),
            name=name,
            share=f"{probability:.1%}",
        )
    )
    gradients = choice.network.gradients(choice.trace, settings.unit)
    left, middle, right = st.columns(3)
    with left:
        drawn = [_draw(choice, _gradient_picture(compute.gradient_map(gradients), settings, name))]
    with middle:
        if settings.layer is None:
            st.info(
                _("Grad-CAM needs maps, and no layer of this model has any: a dense layer has forgotten the places.")
            )
        else:
            cam = compute.grad_cam(choice.trace, gradients, settings.layer)
            drawn.append(_draw(choice, _cam_picture(cam, name)))
    with right, st.spinner(_("Covering the image…")):
        drawn.append(_draw(choice, _occlusion_picture(_occlusion_of(choice, settings), settings, name)))
    _numbers(drawn)


def _gradient_picture(found: GradientMap, settings: Settings, name: str) -> Picture:
    title = N_("Gradient, with its sign") if settings.signed else N_("Gradient, its size")
    return Picture(
        "gradient-map",
        t(title),
        Overlay.of_pixels(found.signed if settings.signed else found.size, settings.signed),
        SaliencyLabels(_("row"), _("column"), _("gradient")),
        md(N_("**Shows** how fast the logit of {name} changes when one pixel gets a little brighter."), name=name),
        _(
            "**Does not show** how much a pixel contributed: only a tiny change counts, "
            "so the picture is noisy and can be strong where the image is empty."
        ),
    )


def _cam_picture(found: GradCam, name: str) -> Picture:
    shape = " × ".join(str(size) for size in found.map.shape)
    shows = md(
        N_("**Shows** where {layer} speaks for {name}: its maps, each weighted by the mean gradient of the logit."),
        layer=found.layer,
        name=name,
    )
    if not found.map.any():
        shows = md(N_("**Shows nothing**: no place of {layer} speaks for {name}."), layer=found.layer, name=name)
    return Picture(
        "grad-cam",
        t(N_("Grad-CAM, {layer}"), layer=found.layer),
        Overlay.of_pixels(found.enlarged),
        SaliencyLabels(_("row"), _("column"), _("evidence")),
        shows,
        md(
            N_(
                "**Does not show** details smaller than a cell of the layer ({shape} for the whole image), "
                "nor what speaks against the class."
            ),
            shape=shape,
        ),
    )


def _occlusion_picture(found: Occlusion, settings: Settings, name: str) -> Picture:
    return Picture(
        "occlusion",
        t(N_("Occlusion, patch {size} × {size}"), size=settings.size),
        Overlay(found.drops, found.tops, found.lefts, found.size, signed=True, least=LEAST_DROP),
        SaliencyLabels(_("rows"), _("columns"), _("probability falls by"), ".2%"),
        md(
            N_(
                "**Shows** how far the probability of {name} falls (red or orange) or rises (blue) when a patch covers "
                "the place: {passes} covered images were predicted."
            ),
            name=name,
            passes=found.passes,
        ),
        _(
            "**Does not show** anything apart from the patch: another size or value gives another picture, "
            "and parts that can stand in for each other go unnoticed."
        ),
    )


def _occlusion_of(choice: Choice, settings: Settings) -> Occlusion:
    network, image = choice.network, choice.trace.inputs[0]
    return _occlusion(
        network.fingerprint, network, image, settings.unit, settings.size, settings.stride, settings.value
    )


@st.cache_data(max_entries=128, show_spinner=False)
def _occlusion(
    fingerprint: str, _network: Network, image: np.ndarray, unit: int, size: int, stride: int, value: float
) -> Occlusion:
    """Kept for each network by what it is, not by its name: it may have been edited or trained further."""
    return compute.occlusion(_network, image, unit, size, stride, value)


def _draw(choice: Choice, picture: Picture) -> Picture:
    drawn = saliency_figure(
        choice.picture,
        picture.overlay,
        picture.title,
        picture.labels,
        as_photo=choice.as_photo,
        dark=shell.dark(),
        height=290,
    )
    row, column, largest = _largest(picture.overlay)
    alt = t(
        N_("{title}: the largest value, {value}, at row {row}, column {column}"),
        title=picture.title,
        value=largest,
        row=row,
        column=column,
    )
    figure.show(drawn, picture.key, alt)
    st.caption(picture.shows)
    st.caption(picture.hides)
    return picture


def _largest(overlay: Overlay) -> tuple[str, str, str]:
    """Rows, columns and value of the place that counts most, as text."""
    row, column = (int(place) for place in np.unravel_index(np.abs(overlay.values).argmax(), overlay.values.shape))
    form = "+.4g" if overlay.signed else ".4g"
    return overlay.rows[row], overlay.columns[column], format(overlay.values[row, column], form)


def _numbers(pictures: list[Picture]) -> None:
    """The pictures in numbers, one click away."""
    with st.expander(_("Show numbers"), icon=":material/table:", key="saliency_numbers"):
        head = ("", _("largest"), _("row"), _("column"), _("smallest"), _("mean"))
        table.show(head, [_cells(picture) for picture in pictures])


def _cells(picture: Picture) -> tuple[str, ...]:
    row, column, largest = _largest(picture.overlay)
    values = picture.overlay.values
    return (picture.title, largest, row, column, f"{values.min():.4g}", f"{values.mean():.4g}")
