"""The pictures of the page *Inside a CNN*, all of one choice of model, epoch, image and layer."""

from __future__ import annotations

import numpy as np
import streamlit as st

from explorer.figures.histogram import histogram_figure
from explorer.figures.image import image_figure
from explorer.figures.mosaic import MosaicLabels, mosaic_figure
from explorer.figures.probabilities import probabilities_figure
from explorer.inspection import mosaic as mosaics
from explorer.inspection.edits import Edit
from explorer.inspection.mosaic import Mosaic
from explorer.inspection.predictions import Prediction
from explorer.inspection.weights import DeadFilters, WeightStatistics, dead_filters, weight_histogram
from explorer.messages import N_
from explorer.network import Network
from explorer.widgets import data, figure, link, shell, table
from explorer.widgets.inside_choice import Choice
from explorer.widgets.inside_image import images
from explorer.widgets.language import _, md, t

CHANNEL = "channel"
DEAD_FILTER_IMAGES = 100
MOST_CLASSES = 25


def prediction(choice: Choice) -> None:
    """The input beside the probabilities of all classes."""
    left, right = st.columns([2, 3])
    with left:
        title = _input_title(choice)
        words = (title, _("row"), _("column"), _("value"))
        drawn = image_figure(choice.picture, *words, as_photo=choice.as_photo, dark=shell.dark(), height=250)
        figure.show(drawn, "input", title)
    with right:
        _output(choice)


def _output(choice: Choice) -> None:
    """The shares of all classes; of a model that gives none, a sentence."""
    if choice.shares is None:
        shape = " × ".join(str(size) for size in choice.trace.output.shape[1:])
        text = N_("This model gives no shares of classes but {shape} numbers: look at its layers below.")
        st.info(md(text, shape=shape), icon=":material/data_array:")
        return
    classes, guess = _strongest(choice.classes, Prediction(choice.shares, choice.label))
    title = t(N_("Output: {name} with {share}"), name=classes[guess.top], share=f"{guess.probabilities.max():.1%}")
    mark = "" if choice.label is None else _("★ is the true class")
    height = max(250, 70 + 18 * len(classes))
    drawn = probabilities_figure(guess, classes, title, mark, dark=shell.dark(), height=height)
    shares = zip(classes, guess.probabilities, strict=True)
    figure.show(drawn, "probabilities", ", ".join(f"{name} {share:.1%}" for name, share in shares))


def _strongest(classes: list[str], guess: Prediction) -> tuple[list[str], Prediction]:
    """All classes, or of very many those with the largest shares."""
    if len(classes) <= MOST_CLASSES:
        return classes, guess
    order = [int(place) for place in np.argsort(-guess.probabilities, kind="stable")[:MOST_CLASSES]]
    label = order.index(guess.label) if guess.label in order else None
    return [classes[place] for place in order], Prediction(guess.probabilities[order], label)


def _input_title(choice: Choice) -> str:
    if choice.label is None:
        return t(N_("Input: your own image"))
    return t(N_("Input: test image {index}, {name}"), index=choice.index, name=choice.classes[choice.label])


def feature_maps(choice: Choice) -> None:
    """All maps of the layer in one mosaic."""
    text = (
        N_("Output of {layer}: {shape}, {when}, each map on its own scale")
        if choice.own_scale
        else N_("Output of {layer}: {shape}, {when}, one scale")
    )
    shape = " × ".join(str(size) for size in choice.output.shape)
    title = t(text, layer=choice.layer, shape=shape, when=choice.when)
    drawn = mosaic_figure(
        mosaics.tile_values(choice.output),
        title,
        MosaicLabels(_("map"), _("row"), _("column"), _("value")),
        own_scale=choice.own_scale,
        dark=shell.dark(),
        height=360 if choice.output.ndim == 3 else 200,
    )
    figure.show(drawn, "maps", title)


def kernels(choice: Choice) -> None:
    """All kernels of a convolution, trained beside untrained, on one scale about 0."""
    if choice.kernels is None or choice.kernels[0].ndim != 4:
        return
    channel = _channel_choice(choice.kernels[0].shape[2])
    # Of a model from a file nobody knows how it began.
    known = choice.kernels[: 1 if choice.run.record.uploaded else 2]
    shown = [mosaics.tile_kernels(kernel, channel) for kernel in known]
    reach = max(mosaics.usual_reach(mosaic) for mosaic in shown)
    limit = f"±{reach:.2f}"
    names = (
        t(N_("Kernels, {when}, colours to {limit}"), when=choice.when, limit=limit),
        t(N_("Kernels untrained, same colours")),
    )
    labels = MosaicLabels(_("filter"), _("row"), _("column"), _("weight"), _("channel"))
    # A picture of all channels needs the whole width.
    places = [st.container(), st.container()] if shown[0].by_channel else st.columns(2)
    for place, mosaic, name, key in zip(places, shown, names, ("kernels", "untrained-kernels"), strict=False):
        with place:
            drawn = mosaic_figure(mosaic, name, labels, reach=reach, dark=shell.dark(), height=_height(mosaic))
            figure.show(drawn, key, name)


def _height(mosaic: Mosaic) -> int:
    return 420 if mosaic.by_channel else 270


def _channel_choice(channels: int) -> int | None:
    """One input channel, or None for all of them."""
    if channels == 1:
        return None
    options = range(channels + 1)
    link.restore(CHANNEL, link.one_of(options))
    link.limit(CHANNEL, options)
    chosen = st.select_slider(
        _("Input channel of the kernels"),
        options,
        value=1,
        format_func=lambda number: _("all") if number == 0 else str(number),
        key=CHANNEL,
        persist_state="session",
        help=_("Each filter has one kernel per input channel; 0 shows them all."),
    )
    link.keep(CHANNEL, chosen, 1)
    return None if chosen == 0 else int(chosen) - 1


def weights(choice: Choice) -> None:
    """The layer's weights, trained over untrained, with mean, deviation and dead filters."""
    if choice.kernels is None:
        st.caption(md(N_("{layer} has no kernel, so there are no weights to draw."), layer=choice.layer))
        return
    alone = choice.run.record.uploaded
    found = weight_histogram(*choice.kernels)
    text = N_("Weights of {layer}, {when}") if alone else N_("Weights of {layer}, {when} over untrained")
    title = t(text, layer=choice.layer, when=choice.when)
    before = None if alone else _("untrained")
    drawn = histogram_figure(found, title, choice.when, before, _("weight"), _("count"), dark=shell.dark())
    figure.show(drawn, "weights", title)
    _statistics({choice.when: found.trained} | ({} if before is None else {before: found.untrained}))
    if data.without(choice.run.record.request):
        return
    dead = _dead(choice.run.record.id, choice.epoch, choice.layer, choice.edits, choice.network)
    st.caption(
        md(
            N_("Dead filters or units: {dead} of {total} (0 everywhere on the first {images} test images)."),
            dead=len(dead.dead),
            total=dead.total,
            images=dead.images,
        )
    )


def _statistics(rows: dict[str, WeightStatistics]) -> None:
    head = ("", _("weights"), _("mean"), _("standard deviation"), _("smallest"), _("largest"))
    table.show(head, ((name, *_cells(found)) for name, found in rows.items()))


def _cells(found: WeightStatistics) -> tuple[str, ...]:
    numbers = (found.mean, found.std, found.minimum, found.maximum)
    return (f"{found.count:,}", *(f"{number:+.4f}" for number in numbers))


@st.cache_data(max_entries=512, show_spinner=False)
def _dead(run_id: str, epoch: int, layer: str, edits: tuple[Edit, ...], _network: Network) -> DeadFilters:
    split = data.test_images(shell.engine().store.open(run_id).record.request)
    trace = _network.trace(images(split, 0, DEAD_FILTER_IMAGES), until=layer)
    return dead_filters(trace[layer].output)


def numbers(choice: Choice) -> None:
    """The numbers behind the maps, one click away."""
    output = choice.output
    with st.expander(_("Show numbers"), icon=":material/table:", key="numbers", on_change="rerun") as shown:
        if not shown.open:
            return
        rows = mosaics.statistics(output if output.ndim == 3 else output.reshape(1, 1, -1))
        st.dataframe(
            {
                _("map"): [row.number for row in rows],
                _("smallest"): [row.minimum for row in rows],
                _("largest"): [row.maximum for row in rows],
                _("mean"): [row.mean for row in rows],
            },
            hide_index=True,
            height=240,
        )
